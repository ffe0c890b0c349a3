"""Days on which Thai government offices are closed, out of the `holidays` package with its three traps mended.

The package counts Labour Day and Children's Day, on which offices work, and keeps the Royal Ploughing
Ceremony, on which they do not, in another category. Days of later years are not announced yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

from agency.models import Holiday

LABOUR_DAY = "วันแรงงานแห่งชาติ"
CHILDRENS_DAY = "วันเด็กแห่งชาติ"
IN_LIEU = "ชดเชย"
BRIDGE = "วันหยุดพิเศษ (เพิ่มเติม)"
SOURCE = "holidays %(version)s"
BETWEEN_NAMES = "; "


@dataclass(frozen=True, kw_only=True)
class OfficialDay:
    """A day off before it becomes a row."""

    day_on: date
    name: str
    kind: str
    source: str
    is_confirmed: bool


def official_days(years: Iterable[int], *, announced_until: int) -> list[OfficialDay]:
    """Return the days off of these years; those after `announced_until` still need confirming."""
    found = holidays.country_holidays(
        "TH", years=list(years), categories=(PUBLIC, GOVERNMENT), language="th"
    )
    source = SOURCE % {"version": version("holidays")}
    return [
        OfficialDay(
            day_on=day,
            name=name,
            kind=kind_of(name),
            source=source,
            is_confirmed=day.year <= announced_until,
        )
        for day, names in sorted(found.items())
        if (name := closing_names(names))
    ]


def closing_names(names: str) -> str:
    """Return those of a day's names that close government offices."""
    return BETWEEN_NAMES.join(
        name
        for name in names.split(BETWEEN_NAMES)
        if name.removeprefix(IN_LIEU) not in {LABOUR_DAY, CHILDRENS_DAY}
    )


def kind_of(name: str) -> str:
    """Return why the day is off."""
    if name.startswith(IN_LIEU):
        return Holiday.Kind.SUBSTITUTE
    return Holiday.Kind.BRIDGE if name == BRIDGE else Holiday.Kind.NATIONAL
