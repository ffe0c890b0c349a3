"""Screens of the surveys room."""
