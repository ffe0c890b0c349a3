"""`manage.py import_complaints FILE --source NAME [--mapping FILE] [--dry-run]`: docs/IMPORT.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.models import Staff, Unit
from agency.refusal import Refused
from complaints.lifecycle import importing
from complaints.lifecycle.importing import MappingSpec


class Command(BaseCommand):
    """Imports complaints from a CSV or XLSX file and prints JSON: what was created, updated, rejected."""

    help = "Import complaints from CSV or XLSX; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say which file, whose, and how it is mapped."""
        parser.add_argument("file", help="CSV (also .gz) or XLSX, the first row names the columns")
        parser.add_argument(
            "--source", required=True, help="name of the source system, always the same"
        )
        parser.add_argument(
            "--mapping",
            default="",
            help="JSON file, or the name of a shipped mapping; else it is guessed",
        )
        parser.add_argument(
            "--unit", default="", help="code of the unit that owns what names no unit"
        )
        parser.add_argument("--by", default="", help="user name in whose name it is done")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, only say what would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; a file that cannot be used is a sentence and exit code 1."""
        try:
            result = importing.import_table(
                options["file"],
                source=options["source"],
                spec=chosen_mapping(options["mapping"]),
                by=chosen_staff(options["by"]),
                default_unit=chosen_unit(options["unit"]),
                at=timezone.now(),
                is_dry=options["dry_run"],
                advance=self.tell,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=1))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin counting."""
        super().__init__(*args, **options)
        self.count = 0

    def tell(self, rows: int, total: int | None) -> None:
        """Say on stderr how far it is, on a line that is written over."""
        self.count += rows
        end = "\r" if self.stderr.isatty() else "\n"
        if self.stderr.isatty() or self.count % 10_000 == 0:
            of = f" / {total:,}" if total else ""
            self.stderr.write(f"{self.count:,}{of}", ending=end)


def chosen_mapping(name: str) -> MappingSpec | None:
    """Return the mapping that was named: a shipped one or a file."""
    if not name:
        return None
    return importing.shipped(name) or importing.load(Path(name))


def chosen_staff(username: str) -> Staff | None:
    """Return the person who imports."""
    if not username:
        return None
    found: Staff | None = Staff.objects.active().filter(username=username).first()
    if found is None:
        raise Refused(_("There is no active staff member called %(name)s.") % {"name": username})
    return found


def chosen_unit(code: str) -> Unit | None:
    """Return the unit for cases that name none."""
    if not code:
        return None
    found = Unit.objects.active().filter(code=code).first()
    if found is None:
        raise Refused(_("There is no unit with the code %(code)s.") % {"code": code})
    return found
