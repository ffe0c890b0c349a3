"""`manage.py indicators`: the category-3 indicators of a month as JSON, for auditors and statisticians."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from pmqa.reports.arguments import Asked, add_arguments, asked
from pmqa.reports.lifecycle import check_span
from pmqa.reports.refusals import as_command_error
from pmqa.reports.selectors import targets_at


class Command(BaseCommand):
    """Print every figure of a month as known at a cut-off."""

    help = "Print the indicators of a month (YYYY-MM) as JSON: as known now, or at --cutoff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the month, and optionally unit and cut-off."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print."""
        now = timezone.now()
        with as_command_error():
            question = asked(options, now=now)
            check_span(question.month, cutoff=question.cutoff, at=now)
        self.stdout.write(json.dumps(answer(question), ensure_ascii=False, indent=1))


@transaction.atomic
def answer(question: Asked) -> dict[str, Any]:
    """Return the rows with what was asked."""
    targets = targets_at(question.unit, month=question.month, at=question.cutoff)
    sums = sums_of(periods.month(question.month), unit=question.unit, cutoff=question.cutoff)
    return {
        "month": f"{question.month:%Y-%m}",
        "unit": question.unit.code,
        "cutoff": question.cutoff.isoformat(),
        "rows": [row.as_data() for row in rows_of(sums, targets=targets)],
    }
