"""Every handler of the portal; importing this module registers them."""

from pmqa.flows import calendars, pulses

__all__ = ["calendars", "pulses"]
