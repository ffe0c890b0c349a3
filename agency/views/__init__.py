"""Screens of the ground floor."""
