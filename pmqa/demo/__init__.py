"""A fictional agency to try the portal on: three fiscal years, nobody in it is real."""
