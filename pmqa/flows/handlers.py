"""Every handler of the portal; importing this module registers them."""

from pmqa.flows import calendars, insights, pulses, texts, voices

__all__ = ["calendars", "insights", "pulses", "texts", "voices"]
