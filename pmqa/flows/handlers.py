"""Every handler of the portal; importing this module registers them."""

from pmqa.flows import calendars

__all__ = ["calendars"]
