"""`manage.py import_services FILE --source NAME`: ask after the services of a file; prints JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agency import tabular
from agency.refusal import Refused
from surveys.lifecycle import service_pulses


class Command(BaseCommand):
    """Prints rows, asked, resting, unreachable, known and rejected ones with row, column and sentence."""

    help = "Ask after services that ended, from CSV or XLSX; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say which file, and of which system."""
        parser.add_argument("file", help="CSV (also .gz) or XLSX: reference, service, unit, email")
        parser.add_argument("--source", required=True, help="name of the system, always the same")
        parser.add_argument("--dry-run", action="store_true", help="ask nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask; a file that cannot be used is a sentence and exit code 1."""
        try:
            with tabular.open_table(options["file"]) as table:
                counts = service_pulses.ask_table(
                    table, source=options["source"], at=timezone.now(), is_dry=options["dry_run"]
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(counts.as_json(), ensure_ascii=False, indent=1))
