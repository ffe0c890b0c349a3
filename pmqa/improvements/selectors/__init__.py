"""What the pages and figures of this room show."""
