"""What crosses rooms: consumes the events of the ground and middle floors and calls the rooms' verbs.

Each handler has a module here and is named in `pmqa.flows.handlers`.
"""

from pmqa.flows.consuming import consume, on

__all__ = ["consume", "on"]
