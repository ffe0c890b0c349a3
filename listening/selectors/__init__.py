"""What screens, reports and other floors read of the listening room."""
