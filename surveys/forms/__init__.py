"""Forms of the surveys room."""
