#!/usr/bin/env python
"""Django's command line; finds the embedded engines, or starts them for its own duration."""

import os
import sys


def main() -> None:
    """Run one management command."""
    from pmqa.launch.engines import engines_for_command  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    with engines_for_command():
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
