"""`manage.py import_xlsform FILE`: begin a survey out of an XLSForm; prints JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.models import Staff
from surveys import lifecycle
from surveys.lifecycle import xlsforms


class Command(BaseCommand):
    """Prints survey code, questions and warnings; errors with sheet, row, column and mend, and exits with 1."""

    help = "Begin a survey out of an XLSForm (.xlsx); prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, in whose name, and whether anything is written."""
        parser.add_argument("file", help="XLSForm (.xlsx)")
        parser.add_argument("--by", default="", help="user name in whose name it is done")
        parser.add_argument("--code", default="", help="code of the survey, else form_id")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then write unless something is to be mended."""
        path = Path(options["file"])
        try:
            form = read(path)
            form.code = options["code"] or form.code
            if not form.faults and not options["dry_run"]:
                begin(form, username=options["by"])
        except lifecycle.Refused as refusal:
            raise CommandError(str(refusal)) from None
        told = {
            "survey": form.code,
            "questions": form.question_count,
            "warnings": [*form.warnings, *looks(form)],
            "errors": [asdict(fault) for fault in form.faults],
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        if form.faults:
            raise CommandError(_("Nothing was taken in. Mend the errors and import it again."))


def read(path: Path) -> xlsforms.Form:
    """Return the form in a file."""
    if not path.is_file():
        raise lifecycle.Refused(_("There is no file “%(name)s”.") % {"name": path.name})
    return xlsforms.read(path, name=path.name)


def looks(form: xlsforms.Form) -> list[str]:
    """Return what is worth a look, as missing translations."""
    if form.faults:
        return []
    return [f"{found.code}: {found.sentence}" for found in form.findings()]


def begin(form: xlsforms.Form, *, username: str) -> None:
    """Write the survey in the name of a member of staff."""
    staff = Staff.objects.active()
    by = staff.filter(username=username).first() if username else staff.order_by("pk").first()
    if by is None:
        raise lifecycle.Refused(
            _("There is no active staff member called %(name)s.") % {"name": username or "–"}
        )
    lifecycle.begin(
        code=form.code,
        unit=by.unit,
        by=by,
        at=timezone.now(),
        document=form.document(),
        title_th=form.title["th"],
        title_en=form.title["en"],
    )
