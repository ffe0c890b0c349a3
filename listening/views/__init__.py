"""The pages of the listening room."""
