"""The pages of the reports, one module for each noun."""
