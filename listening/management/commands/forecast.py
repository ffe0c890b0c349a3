"""`manage.py forecast`: what is expected of the next days, weeks or months; prints JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.refusal import Refused
from listening.forecasting.forecast import FARTHEST, Forecast, forecast
from listening.forecasting.series import Irregular, Series, series_of
from listening.management.dated import read_counts, sentence_of


class Command(BaseCommand):
    """Foretells a series of counts."""

    help = "Forecast counts of days, weeks or months with intervals and a back-test; prints JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its columns and how many steps to foretell."""
        parser.add_argument("file", help="CSV (UTF-8) or XLSX, a row per day, week or month")
        parser.add_argument("--date", required=True, help="the column of dates")
        parser.add_argument("--count", required=True, help="the column of counts")
        parser.add_argument("--horizon", required=True, help="how many steps to foretell")
        parser.add_argument(
            "--missing",
            choices=["unknown", "zero"],
            default="unknown",
            help="what a step without a row is",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, foretell, print."""
        try:
            series, told = foretold(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if series.missing:
            words = ngettext(
                "%(count)s step has no count; it was taken as unknown (--missing zero takes it as 0).",
                "%(count)s steps have no count; they were taken as unknown (--missing zero takes them as 0).",
                series.missing,
            )
            self.stderr.write(words % {"count": series.missing})
        self.stdout.write(json.dumps(as_data(series, told), ensure_ascii=False, indent=2))


def foretold(options: dict[str, Any]) -> tuple[Series, Forecast]:
    """Return the series of the file and its forecast."""
    horizon = checked_horizon(str(options["horizon"]))
    counts = read_counts(
        options["file"], date_column=options["date"], count_column=options["count"]
    )
    try:
        series = series_of(counts, missing_is_zero=options["missing"] == "zero")
    except Irregular as irregular:
        raise Refused(sentence_of(irregular)) from None
    return series, forecast(series, horizon=horizon)


def checked_horizon(text: str) -> int:
    """Return how many steps to foretell; anything else than 1 to 366 is a sentence."""
    if not text.isdecimal() or not 1 <= int(text) <= FARTHEST:
        raise Refused(
            _("The horizon is a whole number of steps from 1 to %(most)s, not “%(text)s”.")
            % {"most": FARTHEST, "text": text[:40]}
        )
    return int(text)


def as_data(series: Series, told: Forecast) -> dict[str, Any]:
    """Return the forecast as it is printed."""
    return {
        "method": told.method,
        "step": str(series.step),
        "season": told.season,
        "observations": len(series.values) - series.missing,
        "missing": series.missing,
        "first": series.day(0).isoformat(),
        "last": series.day(len(series.values) - 1).isoformat(),
        "horizon": len(told.steps),
        "forecast": [
            {"step": number, "date": each.day.isoformat()}
            | {name: value for name, value in asdict(each).items() if name != "day"}
            for number, each in enumerate(told.steps, start=1)
        ],
        "back_test": asdict(told.back_test) if told.back_test else None,
    }
