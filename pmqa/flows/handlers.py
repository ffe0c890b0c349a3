"""Every handler of the portal; importing this module registers them."""

from pmqa.flows import calendars, pulses, voices

__all__ = ["calendars", "pulses", "voices"]
