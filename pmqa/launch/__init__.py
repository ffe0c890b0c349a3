"""Starts the portal: environment, assets, embedded engines and the processes of `make run`."""


class LaunchError(Exception):
    """A start that cannot go on; its text tells the person at the terminal what to do."""
