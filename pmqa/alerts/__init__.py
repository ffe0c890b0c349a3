"""Alerts on indicators: rules, what fired, what was done about it."""
