"""Forms of the listening room."""
