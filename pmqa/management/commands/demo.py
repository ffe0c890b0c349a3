"""`manage.py demo [--if-empty] [--logins] [--force]`: the fictional agency."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.refusal import Refused
from pmqa.demo import house, loading


class Command(BaseCommand):
    """Loads the demo agency; prints the log-ins."""

    help = "Load the fictional demo agency."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say how careful to be."""
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is data"
        )
        parser.add_argument("--logins", action="store_true", help="only print the log-ins")
        parser.add_argument("--force", action="store_true", help="delete whatever there is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or leave alone what is there."""
        if options["logins"]:
            self.print_log_ins()
        elif options["if_empty"] and not loading.is_empty():
            self.stderr.write(_("There is data already; the demo was not loaded."))
        else:
            self.reload(is_forced=options["force"])

    def reload(self, *, is_forced: bool) -> None:
        """Clear and load; counts go to stdout as JSON."""
        try:
            if not is_forced and not loading.is_empty():
                loading.refuse_real_data()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if not loading.is_empty():
            loading.clear()
        counts = loading.load(at=timezone.now(), say=self.stderr.write)
        self.stdout.write(json.dumps(counts))

    def print_log_ins(self) -> None:
        """Print role, user name and password, one log-in a line."""
        for each in house.LOG_INS:
            self.stdout.write(f"{each.role:<12}{each.username:<12}{each.password}")
