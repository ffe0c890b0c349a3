"""Measurements in plain words and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agency.charts import Line, LineChart, Point, write_number
from agency.thai import format_month
from pmqa.improvements.models import Improvement, Measurement
from pmqa.improvements.selectors.series import measure_words

Verdict = Measurement.Verdict
TONES = {
    Verdict.FELL: "down",
    Verdict.ROSE: "up",
    Verdict.UNCHANGED: "flat",
    Verdict.TOO_FEW: "hourglass",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A measurement as its page shows it."""

    measurement: Measurement
    name: str
    verdict: str
    icon: str
    facts: dict[str, Any]
    chart: LineChart


def measurements_of(improvement: Improvement) -> list[Told]:
    """Return what was measured, the newest first."""
    rows = improvement.measurements.select_related("made_by")
    return [told(row) for row in rows]


def told(row: Measurement) -> Told:
    """Tell one measurement."""
    name, words = measure_words(row.measure), verdict_words(row.verdict, row.facts)
    return Told(
        measurement=row,
        name=name,
        verdict=words,
        icon=TONES[Verdict(row.verdict)],
        facts=row.facts,
        chart=chart_of(row, title=f"{name}: {words}"),
    )


def verdict_words(verdict: str, facts: dict[str, Any]) -> str:
    """Say what the figures did, with the 95 per cent interval; never why."""
    if verdict == Verdict.TOO_FEW:
        return _("too few months yet (%(before)s before, %(after)s after)") % facts
    if verdict == Verdict.UNCHANGED:
        return _("no change shown")
    words = {
        (Verdict.FELL, True): _("fell by %(size)s %% (%(low)s–%(high)s)"),
        (Verdict.ROSE, True): _("rose by %(size)s %% (%(low)s–%(high)s)"),
        (Verdict.FELL, False): _("fell by %(size)s (%(low)s–%(high)s)"),
        (Verdict.ROSE, False): _("rose by %(size)s (%(low)s–%(high)s)"),
    }
    is_percent = is_sure_in_percent(facts)
    name = "percent" if is_percent else "change"
    ends = sorted(abs(facts[f"{name}_{end}"]) for end in ("low", "high"))
    size, low, high = (number_words(value) for value in (abs(facts[name]), *ends))
    sentence = words[Verdict(verdict), is_percent]
    return sentence % {"size": size, "low": low, "high": high}


def is_sure_in_percent(facts: dict[str, Any]) -> bool:
    """Whether the interval in per cent exists and lies on one side of nothing, as that of the change does."""
    low, high = facts["percent_low"], facts["percent_high"]
    return low is not None and low * high > 0


def number_words(value: float) -> str:
    """Write a number with as many places as it bears."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 1 else f"{value:,.2f}"


def chart_of(row: Measurement, *, title: str) -> LineChart:
    """Draw the months, those before and those after as two lines."""
    months = [(date.fromisoformat(month), value) for month, value in row.months]
    before = points(months, lambda month: month < row.changed_on)
    after = points(months, lambda month: month >= row.changed_on)
    return LineChart(
        title=title,
        lines=[
            Line(label=_("Before the change"), points=before),
            Line(label=_("After the change"), points=after),
        ],
        source=_("Monthly values of the portal; the line is broken at the month of the change"),
        n=len(months),
    )


def points(months: Sequence[tuple[date, float | None]], is_in: Any) -> list[Point]:
    """Return one side of the months, the other side left open."""
    return [
        Point(
            label=format_month(month, short=True),
            value=value if is_in(month) else None,
            words=write_number(value) if is_in(month) else "–",
        )
        for month, value in months
    ]
