"""Values of the indicators for a period, a cut-off and a unit: the same three give the same rows for ever."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from agency.calendars import version_for, working_calendar
from agency.models import CalendarVersion, Unit
from agency.volumes import transactions_by_month
from complaints.selectors import report as cases
from complaints.selectors.report import Scope, Total
from listening.selectors import emerging, hearing_report
from listening.selectors import report as listening
from listening.selectors.asked import Counted
from pmqa.improvements.selectors import report as improvements
from pmqa.indicators.coverage import coverage, covered_share, records_of
from pmqa.indicators.periods import Period, add_months
from pmqa.indicators.registry import Measure, Shape, measures
from pmqa.indicators.statistics import wilson
from surveys.selectors import report as surveys
from surveys.selectors.report import Opinion

Targets = Mapping[tuple[str, str], float]
PLACES = 4  # decimals kept of a value


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: its counts, value, interval, n and target; None where there is nothing to tell."""

    id: str
    measure: str
    dimension: str = ""
    key: str = ""
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str
    target: float | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the row as printed and frozen."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Complaints against what the services did in the same period."""

    received: int
    transactions: int

    @property
    def per_1000(self) -> float | None:
        """Complaints per 1,000 transactions; None where no transactions are known."""
        return 1000 * self.received / self.transactions if self.transactions else None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was counted among voices, insights, hearings and improvements, and the records behind it that a report freezes."""

    figures: Sequence[Counted] = ()
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """A period's cells, its volume beside that of the year before, and what surveys said."""

    cells: Sequence[Total]
    now: Volume
    last_year: Volume
    opinion: Opinion = field(default_factory=Opinion)
    heard: Heard = field(default_factory=Heard)


def a_year_before(period: Period) -> Period:
    """Return the same months of the year before."""
    return Period(first=add_months(period.first, -12), after=add_months(period.after, -12))


def calendar_version(unit: Unit, *, at: datetime) -> CalendarVersion:
    """Return the version of the unit's calendar that counted at an instant; the oldest before that."""
    versions = CalendarVersion.objects.filter(calendar=version_for(unit).calendar_id)
    return versions.filter(made_at__lte=at).order_by("number").last() or versions.earliest("number")


def scope_of(period: Period, *, unit: Unit, cutoff: datetime) -> Scope:
    """Return what to ask the complaints room for."""
    calendar = working_calendar(calendar_version(unit, at=cutoff))
    return Scope(
        since=period.since, until=period.until, cutoff=cutoff, unit=unit, calendar=calendar
    )


def transactions(period: Period, *, unit: Unit) -> int:
    """Add up what the services of a unit and those below it did in a period."""
    last_on = period.after - timedelta(days=1)
    return sum(transactions_by_month(unit.path, first_on=period.first, last_on=last_on).values())


def overall(cells: Sequence[Total]) -> Total:
    """Return the cell of all cases together."""
    return next(cell for cell in cells if not cell.dimension)


@transaction.atomic
def sums_of(period: Period, *, unit: Unit, cutoff: datetime) -> Sums:
    """Sum a period beside the same period last year; the facts stay until the caller's transaction ends."""
    scope, past = scope_of(period, unit=unit, cutoff=cutoff), a_year_before(period)
    cases.gather(scope)
    cells = cases.totals()
    received = cases.received_count(replace(scope, since=past.since, until=past.until))
    return Sums(
        cells=cells,
        now=Volume(
            received=overall(cells).sums["received"], transactions=transactions(period, unit=unit)
        ),
        last_year=Volume(received=received, transactions=transactions(past, unit=unit)),
        opinion=opinion_of(period, unit=unit, cutoff=cutoff),
        heard=heard_of(period, unit=unit, cutoff=cutoff),
    )


def opinion_of(period: Period, *, unit: Unit, cutoff: datetime) -> Opinion:
    """Return what surveys said in a period."""
    return surveys.gather(
        surveys.Asked(since=period.since, until=period.until, cutoff=cutoff, unit=unit)
    )


def heard_of(period: Period, *, unit: Unit, cutoff: datetime) -> Heard:
    """Return what was counted among voices, insights, segments, hearings and improvements in a period."""
    asked = listening.Asked(since=period.since, until=period.until, cutoff=cutoff, unit=unit)
    figures, records = hearing_report.gather(asked)
    risen, topics = emerging.gather(asked)
    covered = coverage(period, unit=unit, cutoff=cutoff)
    improved = improvements.Asked(since=period.since, until=period.until, cutoff=cutoff, unit=unit)
    return Heard(
        figures=[
            *listening.gather(asked),
            *figures,
            *risen,
            covered_share(covered),
            *improvements.gather(improved),
        ],
        records={
            **records,
            **topics,
            "segments": records_of(covered),
            "improvements": improvements.records_of(improved),
        },
    )


def past_sums_of(period: Period, *, unit: Unit, cutoff: datetime) -> Sums:
    """Sum a period for comparison; one before the first complaint of all needs no look at the rows."""
    first = cases.first_received_at()
    if first is not None and first < period.until:
        return sums_of(period, unit=unit, cutoff=cutoff)
    past = a_year_before(period)
    return Sums(
        cells=cases.nothing(),
        now=Volume(received=0, transactions=transactions(period, unit=unit)),
        last_year=Volume(received=0, transactions=transactions(past, unit=unit)),
        opinion=opinion_of(period, unit=unit, cutoff=cutoff),
        heard=heard_of(period, unit=unit, cutoff=cutoff),
    )


def rows_of(sums: Sums, *, targets: Targets | None = None) -> list[Row]:
    """Return every figure of every indicator, in the order of the report."""
    return [
        row
        for indicator, measure in measures()
        for row in rows_of_measure(
            indicator.id, measure, sums, target=(targets or {}).get((indicator.id, measure.name))
        )
    ]


def rows_of_measure(
    indicator_id: str, measure: Measure, sums: Sums, *, target: float | None
) -> Iterator[Row]:
    """Yield a measure's figure over all cases, then by each key of its dimensions."""
    head: dict[str, Any] = {"id": indicator_id, "measure": measure.name, "unit": measure.unit}
    if measure.shape == Shape.SURVEY:
        for said in sums.opinion.figures:
            if (said.id, said.measure) == (indicator_id, measure.name):
                aim = target if not said.dimension else None
                yield Row(**asdict(said), unit=measure.unit, target=aim)
        return
    if measure.shape == Shape.VOICES:
        yield from voice_rows(indicator_id, measure, sums, target=target)
        return
    for cell in sums.cells:
        if not cell.dimension:
            if has_overall(measure):
                yield Row(**head, target=target, **value_of(measure, cell, sums, whole=cell))
        elif cell.dimension in measure.dimensions and is_told(measure, cell):
            figure = value_of(measure, cell, sums, whole=overall(sums.cells))
            yield Row(**head, dimension=cell.dimension, key=cell.key, **figure)


def voice_rows(
    indicator_id: str, measure: Measure, sums: Sums, *, target: float | None
) -> Iterator[Row]:
    """Yield a figure counted among voices: a number, or a share with its interval."""
    for told in sums.heard.figures:
        if (told.id, told.measure) != (indicator_id, measure.name):
            continue
        figure = (
            counted(told.numerator)
            if told.denominator is None
            else divided(drawn(measure), told.numerator, told.denominator)
        )
        yield Row(
            id=indicator_id,
            measure=measure.name,
            dimension=told.dimension,
            key=told.key,
            unit=measure.unit,
            target=None if told.dimension else target,
            **figure,
        )


def drawn(measure: Measure) -> Measure:
    """Return the measure as divided: only a share of like records has an interval."""
    shape = Shape.SHARE if measure.name == "share" else Shape.RATIO
    return replace(measure, shape=shape)


def has_overall(measure: Measure) -> bool:
    """Whether the figure over all cases says something: outcomes only add up to all of them."""
    return measure.counted != measure.among or not measure.among


def is_told(measure: Measure, cell: Total) -> bool:
    """Whether a cell holds a case for this measure."""
    return any(cell.sums[name] for name in (measure.counted, measure.among) if name)


def value_of(measure: Measure, cell: Total, sums: Sums, *, whole: Total) -> dict[str, Any]:
    """Return counts, value and interval of a measure in a cell."""
    match measure.shape:
        case Shape.COUNT:
            return counted(cell.sums[measure.counted])
        case Shape.SHARE | Shape.RATIO | Shape.MEAN:
            base = whole if measure.counted == measure.among else cell
            return divided(measure, cell.sums[measure.counted], base.sums[measure.among])
        case Shape.DAYS:
            return {"value": getattr(cell.days, measure.name), "n": cell.days.n}
        case Shape.RATE if cell is whole:
            return rate(sums.now)
        case Shape.CHANGE if cell is whole:
            return change(measure, sums)
    return {}


def counted(number: int) -> dict[str, Any]:
    """Return a number of cases."""
    return {"numerator": number, "value": float(number), "n": number}


def divided(measure: Measure, numerator: int, denominator: int) -> dict[str, Any]:
    """Return a share or ratio in per cent, a mean as it is; only a share of the same cases has an interval."""
    figure: dict[str, Any] = {"numerator": numerator, "denominator": denominator, "n": denominator}
    if not denominator:
        return figure
    scale = 1 if measure.shape == Shape.MEAN else 100
    figure["value"] = round(scale * numerator / denominator, PLACES)
    if measure.is_share:
        low, high = wilson(numerator, denominator)
        figure |= {"low": round(100 * low, PLACES), "high": round(100 * high, PLACES)}
    return figure


def rate(now: Volume) -> dict[str, Any]:
    """Return the complaints per 1,000 transactions."""
    value = None if now.per_1000 is None else round(now.per_1000, PLACES)
    return {
        "numerator": now.received,
        "denominator": now.transactions,
        "value": value,
        "n": now.received,
    }


def change(measure: Measure, sums: Sums) -> dict[str, Any]:
    """Return (last year − now) ÷ last year in per cent; none when last year is 0 or unknown."""
    counts: dict[str, int] = {}
    now, before = sums.now.per_1000, sums.last_year.per_1000
    if measure.name == "change_count":
        counts = {"numerator": sums.now.received, "denominator": sums.last_year.received}
        now, before = float(sums.now.received), float(sums.last_year.received)
    value = None if now is None or not before else round(100 * (before - now) / before, PLACES)
    return {**counts, "value": value, "n": sums.now.received}
