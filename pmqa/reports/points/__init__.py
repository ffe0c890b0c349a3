"""Points to decide, problems and actions of a report, and what became of last month's."""
