"""What `indicators` and `build_report` are asked."""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agency.models import Unit
from agency.refusal import Refused
from agency.thai import BANGKOK
from pmqa.indicators.periods import parse_month
from pmqa.reports.lifecycle import root_unit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A month, a unit and a cut-off."""

    month: date
    unit: Unit
    cutoff: datetime


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of both commands."""
    parser.add_argument("month", metavar="YYYY-MM")
    parser.add_argument("--unit", metavar="CODE", help="default: the agency as a whole")
    parser.add_argument(
        "--cutoff", metavar="INSTANT", help="ISO 8601, Bangkok time without an offset; default: now"
    )


def asked(options: Mapping[str, Any], *, now: datetime) -> Asked:
    """Read the arguments; refuse what cannot be read, in a sentence."""
    return Asked(
        month=month_asked(options["month"]),
        unit=unit_asked(options["unit"]),
        cutoff=instant_asked(options["cutoff"]) if options["cutoff"] else now,
    )


def month_asked(text: str) -> date:
    """Read the month."""
    try:
        return parse_month(text)
    except ValueError as error:
        sentence = _("“%(text)s” is not a month. Write it as YYYY-MM, as in 2026-10.")
        raise Refused(sentence % {"text": text}) from error


def unit_asked(code: str | None) -> Unit:
    """Find the unit, the root without a code."""
    if code is None:
        unit = root_unit()
        if unit is None:
            raise Refused(_("There is no unit yet. Make the agency's own unit first."))
        return unit
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Refused(
            _("There is no unit with the code “%(code)s”. Check the code.") % {"code": code}
        )
    return found


def instant_asked(text: str) -> datetime:
    """Read an instant; without an offset it is Bangkok time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        sentence = _(
            "“%(text)s” is not an instant. Write it as 2026-11-01T05:00 or with an offset."
        )
        raise Refused(sentence % {"text": text}) from error
    return (at if at.tzinfo else at.replace(tzinfo=BANGKOK)).astimezone(UTC)
