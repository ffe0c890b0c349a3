"""The figures page as one plain table, for a spreadsheet: which part, of what, which number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from agency.provinces import PROVINCES, province_name
from agency.thai import ENGLISH_WEEKDAYS, WEEKDAYS, is_thai
from complaints.selectors.figures import AGES, Figures

Line = list[Any]


def head() -> list[str]:
    """Return the heads of the columns."""
    return [_("Part"), _("Of what"), _("Detail"), _("Number of cases"), _("Of these overdue")]


def lines(found: Figures) -> Iterator[Line]:
    """Return every number of the page, part by part."""
    yield from month_lines(found)
    yield from age_lines(found)
    yield from hour_lines(found)
    yield from topic_lines(found)
    yield from province_lines(found)
    yield from load_lines(found)


def month_lines(found: Figures) -> Iterator[Line]:
    """Return the months; those ahead are left out."""
    told = {
        _("Received"): "received",
        _("Answered"): "answered",
        _("Closed"): "closed",
        _("Open at the end of the month"): "open",
    }
    for month in found.months:
        for words, name in told.items():
            number = getattr(month, name)
            if number is not None:
                yield [_("Month by month"), f"{month.first_on:%Y-%m}", words, number, ""]


def age_lines(found: Figures) -> Iterator[Line]:
    """Return the open cases by age in days."""
    edges = (0, *AGES)
    for place, band in enumerate(found.ages):
        high = edges[place + 1] if band.first_on else ""
        span = f"{edges[place] + (place > 0)}–{high}"
        yield [_("Age of open cases"), span, _("days"), band.count, band.overdue]


def hour_lines(found: Figures) -> Iterator[Line]:
    """Return the receipts by weekday and hour; anonymous ones keep no time and are not there."""
    names = WEEKDAYS if is_thai() else ENGLISH_WEEKDAYS
    for (weekday, hour), count in sorted(found.received.by_hour.items()):
        yield [_("When they come"), names[int(weekday) - 1], f"{int(hour):02}.00", count, ""]


def topic_lines(found: Figures) -> Iterator[Line]:
    """Return the topics, an upper one before its parts."""
    part = _("What they are about")
    for top in found.topics:
        yield [part, str(top.category), "", top.count, ""]
        for below in top.parts:
            yield [part, str(top.category), str(below.category), below.count, ""]
    yield [part, _("Without a category"), "", found.without_topic, ""]


def province_lines(found: Figures) -> Iterator[Line]:
    """Return all provinces, those without a case too."""
    counts, part = found.received.by_province, _("Where they come from")
    for code in PROVINCES:
        yield [part, province_name(code), code, counts.get(code, 0), ""]
    yield [part, _("Not stated"), "", counts.get("", 0), ""]


def load_lines(found: Figures) -> Iterator[Line]:
    """Return who carries most of the open cases."""
    for load in found.loads:
        name = str(load.officer) if load.officer else _("Without an officer")
        unit = load.officer.unit.name if load.officer else ""
        yield [_("Open cases by officer"), name, unit, load.count, load.overdue]
