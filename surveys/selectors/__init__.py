"""What the screens, exports and reports of the surveys room ask."""
