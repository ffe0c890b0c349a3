"""`manage.py import_responses SURVEY_CODE FILE`: take answers in from a table; prints JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.models import Staff
from agency.refusal import Refused
from surveys.lifecycle import importing
from surveys.models import Mode, Survey, Wave


class Command(BaseCommand):
    """Prints rows, accepted, unchanged, screened out and rejected ones with row, column and sentence."""

    help = "Import answers to a survey from CSV or XLSX; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say into which survey, which file, and how its columns are meant."""
        parser.add_argument("survey", help="code of the survey, or of one of its waves")
        parser.add_argument("file", help="CSV (also .gz) or XLSX, the first row names the columns")
        parser.add_argument("--wave", default="", help="code of the wave; else the running one")
        parser.add_argument(
            "--mapping", default="", help="JSON file {field: column}; else the names tell"
        )
        parser.add_argument("--by", default="", help="user name in whose name it is done")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import; a file that cannot be used is a sentence and exit code 1."""
        try:
            wave = wave_of(options["survey"], options["wave"])
            result = importing.import_responses(
                options["file"],
                wave=wave,
                chosen=mapping_of(options["mapping"]),
                by=staff_of(options["by"]),
                at=timezone.now(),
                is_dry=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        told = {"survey": wave.survey.code, "wave": wave.code, **result.as_json()}
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))


def wave_of(code: str, wave_code: str) -> Wave:
    """Return the wave that answers go into: the named one, else the newest open one, else the newest closed one."""
    waves = Wave.objects.select_related("survey").exclude(state=Wave.State.DRAFT)
    survey = Survey.objects.filter(code=code).first()
    mine = waves.filter(survey=survey) if survey else waves.filter(code=code)
    if wave_code:
        mine = mine.filter(code=wave_code)
    found = sorted(
        mine, key=lambda one: (one.state == Wave.State.OPEN, Mode.IMPORT in one.modes, one.opens_at)
    )
    if found:
        return found[-1]
    if survey is None and not wave_code:
        raise Refused(_("There is no survey and no wave with the code %(code)s.") % {"code": code})
    raise Refused(_("The survey has no such open wave. Prepare and open one first."))


def mapping_of(name: str) -> dict[str, str] | None:
    """Read the mapping that was named."""
    if not name:
        return None
    try:
        told = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise Refused(
            _("The mapping “%(name)s” is not a JSON object of fields and columns.") % {"name": name}
        )
    return told


def staff_of(username: str) -> Staff | None:
    """Return the person who imports."""
    found: Staff | None = Staff.objects.active().filter(username=username).first()
    if username and found is None:
        raise Refused(_("There is no active staff member called %(name)s.") % {"name": username})
    return found
