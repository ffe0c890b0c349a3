"""What the lists of this room can be filtered by."""

from complaints.filters.queue import EscalationFilter, queue_filter

__all__ = ["EscalationFilter", "queue_filter"]
