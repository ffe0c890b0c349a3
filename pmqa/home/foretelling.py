"""The page of forecasts (พยากรณ์ปริมาณ): voices and complaints by week or month, with the back-test beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agency.charts import Line, LineChart, Point, write_number
from agency.models import Staff
from agency.thai import BANGKOK, format_date, format_month, local_day
from complaints.selectors import volumes as cases
from listening.forecasting.forecast import Ahead, Forecast, forecast
from listening.forecasting.series import FEWEST, Series, Step, series_of
from listening.selectors import volumes as voices

YEARS = 5  # looked at; older ones say little of the next
SHOWN = {Step.WEEK: 26, Step.MONTH: 24}  # past steps in the drawing
HORIZON = {Step.WEEK: 8, Step.MONTH: 6}


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """One kind of record: its forecast, drawing and table, or nothing while the past is too short."""

    name: str
    sentence: str
    chart: LineChart | None = None
    told: Forecast | None = None
    rows: Sequence[tuple[str, Ahead]] = ()
    method: str = ""


def methods() -> dict[str, str]:
    """Return how the methods read."""
    return {
        "seasonal_naive": _("as in the season before"),
        "smoothing": _("exponential smoothing with seasons"),
        "damped_trend": _("exponential smoothing with a damped trend"),
        "level": _("exponential smoothing without seasons"),
        "combination": _("mean of several methods"),
    }


def foretell(staff: Staff, *, step: Step, at: datetime) -> list[Foretold]:
    """Foretell what the person may see; the step that still runs is left out of the past."""
    until = begun(local_day(at), step)
    since = (
        until.replace(year=until.year - YEARS, day=1)
        if step == Step.MONTH
        else until - timedelta(weeks=52 * YEARS)
    )
    span: dict[str, Any] = {"step": str(step), "since": instant(since), "until": instant(until)}
    return [
        one(
            _("Voices"),
            voices.received_by_step(staff, **span),
            until=until,
            step=step,
            url=voices_url,
        ),
        one(
            _("Complaints"),
            cases.received_by_step(staff, **span),
            until=until,
            step=step,
            url=cases_url,
        ),
    ]


def begun(day: date, step: Step) -> date:
    """Return the first day of the week or month."""
    return day.replace(day=1) if step == Step.MONTH else day - timedelta(days=day.weekday())


def instant(day: date) -> datetime:
    """Return the first instant of a Bangkok day."""
    return datetime.combine(day, time(), BANGKOK)


def voices_url(first: date, last: date) -> str:
    """Return the address of the voices of some days."""
    query = {"received_after": first.isoformat(), "received_before": last.isoformat()}
    return f"{reverse('listening:analysis_voices')}?{urlencode(query)}"


def cases_url(first: date, last: date) -> str:
    """Return the address of the cases of some days."""
    query = {
        "received_after": first.isoformat(),
        "received_before": last.isoformat(),
        "scope": "all",
    }
    return f"{reverse('complaints:queue')}?{urlencode(query)}"


def one(name: str, counts: Mapping[date, int], *, until: date, step: Step, url: Any) -> Foretold:
    """Foretell one kind of record from its first step on; a step without any is a zero."""
    series = whole(counts, until=until, step=step)
    if series is None:
        return Foretold(
            name=name,
            sentence=_("There are not yet %(count)s whole steps to foretell from.")
            % {"count": FEWEST},
        )
    told = forecast(series, horizon=HORIZON[step])
    return Foretold(
        name=name,
        sentence=said(told, step=step),
        chart=drawing(name, series, told, url=url),
        told=told,
        rows=[(words(each.day, step), each) for each in told.steps],
        method=methods().get(told.method, told.method),
    )


def whole(counts: Mapping[date, int], *, until: date, step: Step) -> Series | None:
    """Return the series from the first step with a record until the last whole one; None from too few."""
    if not counts:
        return None
    filled: dict[date, float] = {}
    day = min(counts)
    while day < until:
        filled[day] = counts.get(day, 0)
        day = begun(day + timedelta(days=31 if step == Step.MONTH else 7), step)
    return series_of(filled) if len(filled) >= FEWEST else None


def words(day: date, step: Step) -> str:
    """Return how a step reads."""
    return format_month(day, short=True) if step == Step.MONTH else format_date(day)


def short(day: date, step: Step) -> str:
    """Return how a step reads below the chart: a day goes without its year."""
    return words(day, step) if step == Step.MONTH else format_date(day).rpartition(" ")[0]


def said(told: Forecast, *, step: Step) -> str:
    """Say in one sentence what is expected of the next step."""
    first = told.steps[0]
    facts = {
        "mean": write_number(round(first.mean)),
        "low": write_number(round(first.low_80)),
        "high": write_number(round(first.high_80)),
        "when": words(first.day, step),
    }
    if step == Step.MONTH:
        return (
            _(
                "In %(when)s about %(mean)s are expected; eight times in ten between %(low)s and %(high)s."
            )
            % facts
        )
    return (
        _(
            "In the week of %(when)s about %(mean)s are expected; eight times in ten between %(low)s and %(high)s."
        )
        % facts
    )


def drawing(name: str, series: Series, told: Forecast, *, url: Any) -> LineChart:
    """Draw the last steps and those to come with their 80 % interval."""
    count = len(series.values)
    shown = range(max(count - SHOWN[series.step], 0), count)
    days = [series.day(place) for place in shown]
    heads = [short(day, series.step) for day in [*days, *(each.day for each in told.steps)]]
    seen = [
        Point(
            label=heads[number],
            value=float(series.values[place]),
            url=url(days[number], series.day(place + 1) - timedelta(days=1)),
        )
        for number, place in enumerate(shown)
    ]
    ahead = [
        Point(
            label=head,
            value=round(each.mean),
            low=each.low_80,
            high=each.high_80,
        )
        for head, each in zip(heads[len(days) :], told.steps, strict=True)
    ]
    return LineChart(
        title=_("%(name)s: counted and expected, with 80 %% interval") % {"name": name},
        lines=[
            Line(
                label=_("Really came"),
                points=[*seen, *(Point(label=head, value=None) for head in heads[len(days) :])],
            ),
            Line(
                label=_("Expected"),
                points=[*(Point(label=head, value=None) for head in heads[: len(days)]), *ahead],
            ),
        ],
        source=_("The step that still runs is left out."),
    )
