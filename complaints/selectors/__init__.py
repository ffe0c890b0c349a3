"""What screens, reports and exports of complaints read."""
