"""`manage.py build_report`: build a month's report, write its files and a manifest beside them."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from pmqa.reports import files, lifecycle
from pmqa.reports.arguments import add_arguments, asked
from pmqa.reports.refusals import as_command_error


class Command(BaseCommand):
    """Build, freeze and write a report."""

    help = "Build the report of a month (YYYY-MM) and write PDF and XLSX with a manifest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the month, and optionally unit, cut-off and folder."""
        add_arguments(parser)
        parser.add_argument("--out", metavar="DIR", help="where to write; default: var/reports")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and write; print the manifest."""
        now = timezone.now()
        with as_command_error():
            question = asked(options, now=now)
            report = lifecycle.build(
                unit=question.unit, month=question.month, cutoff=question.cutoff, by=None, at=now
            )
            folder = Path(options["out"]) if options["out"] else Path(settings.VAR) / "reports"
            manifest = files.write_all(report, folder=folder, at=now)
        self.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=1))
