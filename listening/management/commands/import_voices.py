"""`manage.py import_voices FILE --source NAME [--mapping FILE] [--unit CODE] [--by USER] [--dry-run]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.models import Staff, Unit
from agency.refusal import Refused
from listening.lifecycle import importing


class Command(BaseCommand):
    """Imports voices from a CSV or XLSX file and prints JSON: what was created, unchanged, rejected."""

    help = "Import voices from CSV or XLSX; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say which file, whose, and how it is mapped."""
        parser.add_argument("file", help="CSV (also .gz) or XLSX, the first row names the columns")
        parser.add_argument("--source", required=True, help="name of the source, always the same")
        parser.add_argument("--mapping", default="", help="JSON file; else columns are guessed")
        parser.add_argument("--unit", default="", help="code of the unit for rows that name none")
        parser.add_argument("--by", default="", help="user name in whose name it is done")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only say")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; a file that cannot be used is a sentence and exit code 1."""
        try:
            result = importing.import_table(
                options["file"],
                source=options["source"],
                mapped=mapping(options["mapping"]),
                by=named(Staff.objects.active().filter(username=options["by"]), options["by"]),
                unit=named(Unit.objects.active().filter(code=options["unit"]), options["unit"]),
                at=timezone.now(),
                is_dry=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=1))


def mapping(path: str) -> importing.Mapped | None:
    """Read the mapping's file."""
    if not path:
        return None
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused(
            _("The mapping %(name)s is no readable JSON file.") % {"name": path}
        ) from None
    return importing.parsed(told)


def named(rows: Any, name: str) -> Any:
    """Return the row that was named, None where no name was given."""
    found = rows.first() if name else None
    if name and found is None:
        raise Refused(_("There is nobody and nothing called %(name)s here.") % {"name": name})
    return found
