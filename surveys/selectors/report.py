"""What the indicators 3.2-01 … 3.2-08 are made of, in a period and as known at a cut-off.

A wave counts in the period in which it closed; where several closed, the figures over all are the
last one's (surveys are not mixed), and each stands in `waves`. Known at the cut-off is what was
sent by then and not yet made void; a closed follow-up is never opened again. The same period,
cut-off and unit therefore give the same figures for ever. Pulses count in 3.4-11, not here.

Of an anonymous survey only the day is kept: its sheets and files keyed after the cut-off count
when they state an earlier day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from agency.models import AuditEntry, Unit
from agency.thai import local_day
from surveys import estimation as est
from surveys.models import Dimension, FollowUp, Invitation, Response, SurveyKind, Wave, Weighting
from surveys.rendering import Document

TOPICS = ("process", "staff", "facilities", "quality", "digital", "trust")
SEGMENT_LEAST = 30  # answers in a segment that the gap may name (3.2-08)
BY_UNIT = "unit"
POINTS = (1, 2, 3, 4, 5)
PLACES = 4


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: a span of time, what was known when, whose respondents."""

    since: datetime
    until: datetime
    cutoff: datetime
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Told:
    """A figure of an indicator; numbers of answers are unweighted, the value is weighted."""

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


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """The figures of a period, and the facts behind them that a report freezes: no person, no answer."""

    figures: Sequence[Told] = ()
    waves: Sequence[Mapping[str, Any]] = ()
    followups: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Sample:
    """The answers of a wave as columns; NaN where not answered."""

    wave: Wave
    scores: Mapping[str, np.ndarray]
    choices: Mapping[str, list[str]]
    design: est.Design | None
    columns: Mapping[str, Any] = field(default_factory=dict)

    def of(self, dimension: str) -> np.ndarray:
        """Return each respondent's mean over the items of a dimension."""
        chosen = [self.scores[code] for code, col in self.columns.items() if is_of(col, dimension)]
        if not chosen:
            return np.array([])
        table = np.vstack(chosen)
        answered = np.isfinite(table).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(answered > 0, np.nansum(table, axis=0) / answered, np.nan))


def is_of(column: Any, dimension: str) -> bool:
    """Whether a column of points from 1 to 5 measures a dimension."""
    return column.dimension == dimension and column.item.type in ("scale", "matrix")


def gather(asked: Asked) -> Opinion:
    """Return the figures of a period with their facts."""
    waves = list(closed_waves(asked))
    samples = [sample_of(wave, asked) for wave in waves]
    satisfied = [each for each in samples if each.wave.survey.kind == SurveyKind.SATISFACTION]
    engaged = [each for each in samples if np.isfinite(each.of(Dimension.ENGAGEMENT)).any()]
    rates = [response_rate(wave, asked) for wave in waves]
    followups = followups_due(asked)
    figures = [
        *(satisfaction(satisfied[-1]) if satisfied else nothing()),
        *(engagement(engaged[-1]) if engaged else [Told(id="3.2-05", measure="index")]),
        rate_told(rates),
        loop_closed(followups),
        *(gaps(satisfied[-1]) if satisfied else [Told(id="3.2-08", measure="gap")]),
    ]
    facts = [fact_of(sample, rate) for sample, rate in zip(samples, rates, strict=True)]
    return Opinion(
        figures=sorted(figures, key=lambda told: told.id), waves=facts, followups=followups
    )


# What counts


def closed_waves(asked: Asked) -> QuerySet[Wave]:
    """Return the waves that closed in the period, as known at the cut-off, the last one last."""
    mine = Q(survey__unit__path__startswith=asked.unit.path)
    above = Q(survey__unit__in=[int(step) for step in asked.unit.path.strip("/").split("/")])
    closed = Wave.objects.filter(
        mine | above, closed_at__gte=asked.since, closed_at__lt=asked.until
    ).filter(closed_at__lte=asked.cutoff)
    closed = closed.exclude(survey__kind=SurveyKind.PULSE).order_by("closed_at", "pk")
    return closed.select_related("survey__unit", "version")


def within(asked: Asked, wave: Wave) -> Q:
    """Keep the respondents of the unit: all of its own surveys, its part of those from above."""
    if wave.survey.unit.path.startswith(asked.unit.path):
        return Q()
    return Q(unit__path__startswith=asked.unit.path)


def counted(wave: Wave, asked: Asked) -> QuerySet[Response]:
    """Return the responses that were sent and not void at the cut-off."""
    voided_later = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Response),
        object_id=OuterRef("pk"),
        verb="voided",
        at__gt=asked.cutoff,
    )
    state = Response.State
    sent = Q(submitted_at__lte=asked.cutoff) | Q(
        submitted_at=None, submitted_on__lte=local_day(asked.cutoff)
    )
    return wave.responses.filter(within(asked, wave), sent).filter(
        Q(state=state.COMPLETE) | Q(Exists(voided_later), state=state.VOID)
    )


def sample_of(wave: Wave, asked: Asked) -> Sample:
    """Read the columns that the indicators need."""
    columns = {
        column.code: column
        for column in Document.read(wave.version.document).columns()
        if column.item.type in ("scale", "matrix", "single") and not column.is_other
    }
    rows = counted(wave, asked).order_by("pk")
    rows = rows.annotate(
        **{f"c{i}": KeyTextTransform(code, "answers") for i, code in enumerate(columns)}
    )
    names = [f"c{i}" for i in range(len(columns))]
    table = list(rows.values_list(*names, "unit__code", "stratum__code", "weight"))
    cells = (
        dict(zip([*columns, ":unit", ":stratum", ":weight"], zip(*table, strict=True), strict=True))
        if table
        else {}
    )
    scores = {
        code: np.array([point_of(cell) for cell in cells.get(code, ())])
        for code, column in columns.items()
        if column.item.type != "single"
    }
    choices = {
        code: [cell or "" for cell in cells.get(code, ())]
        for code, column in columns.items()
        if is_segment(column)
    }
    choices[BY_UNIT] = [cell or "" for cell in cells.get(":unit", ())]
    return Sample(wave, scores, choices, design_of(wave, cells), columns)


def point_of(cell: str | None) -> float:
    """Return a point; NaN where there is none or it does not apply."""
    return float(cell) if cell and cell.isdigit() else np.nan


def is_segment(column: Any) -> bool:
    """Whether a question tells who answered."""
    return bool(column.item.type == "single" and column.dimension == Dimension.ABOUT)


def design_of(wave: Wave, cells: Mapping[str, Sequence[Any]]) -> est.Design | None:
    """Return how the sample was drawn, as the wave says; None where it cannot be told."""
    if not cells:
        return None
    size, strata = len(cells[":unit"]), [cell or "" for cell in cells[":stratum"]]
    given = [1.0 if cell is None else cell for cell in cells[":weight"]]
    cluster = cells.get(":unit" if wave.cluster_column == BY_UNIT else wave.cluster_column)
    try:
        design = est.survey_design(
            n=size,
            weights=given if wave.weighting == Weighting.GIVEN else None,
            strata=[strata] if wave.weighting == Weighting.STRATA else (),
            clusters=[[str(cell or "") for cell in cluster]] if cluster else (),
            lonely="adjust",
        )
        return calibrated(wave, design, cells, strata=strata)
    except est.Unusable:
        return None


def calibrated(
    wave: Wave, design: est.Design, cells: Mapping[str, Sequence[Any]], *, strata: list[str]
) -> est.Design:
    """Bring the weights to the population that the wave names."""
    if wave.weighting == Weighting.STRATA:
        people = dict(wave.strata.values_list("code", "population"))
        return est.post_stratify(design, strata, population=people)
    if wave.weighting == Weighting.RAKE:
        margins: dict[str, dict[str, float]] = {}
        for column, value, population in wave.margins.values_list("column", "value", "population"):
            margins.setdefault(column, {})[value] = population
        told = [
            ([str(cell or "") for cell in cells[name]], m)
            for name, m in margins.items()
            if name in cells
        ]
        return est.rake(design, told)
    return design


# The figures


def nothing() -> list[Told]:
    """Return the figures where no wave closed."""
    places = (("3.2-01", "percent"), ("3.2-02", "share"), ("3.2-03", "share"))
    return [Told(id=indicator, measure=measure) for indicator, measure in places]


def satisfaction(sample: Sample) -> list[Told]:
    """Return both percentages, the dissatisfied, and the means by dimension."""
    overall = sample.of(Dimension.OVERALL)
    return [
        estimated(Told(id="3.2-01", measure="percent"), sample, overall, factor=20),
        shared(Told(id="3.2-02", measure="share"), sample, overall, chosen=(4, 5)),
        shared(Told(id="3.2-03", measure="share"), sample, overall, chosen=(1, 2)),
        *(
            estimated(
                Told(id="3.2-04", measure="mean", dimension="topic", key=topic), sample, scores
            )
            for topic in TOPICS
            if np.isfinite(scores := sample.of(topic)).any()
        ),
    ]


def engagement(sample: Sample) -> list[Told]:
    """Return the engagement index: the mean of its items ÷ 5 × 100."""
    items = sample.of(Dimension.ENGAGEMENT)
    return [estimated(Told(id="3.2-05", measure="index"), sample, items, factor=20)]


def estimated(place: Told, sample: Sample, scores: np.ndarray, *, factor: float = 1) -> Told:
    """Fill in a mean with its interval; too few answers tell nothing."""
    n = int(np.isfinite(scores).sum())
    if sample.design is None or n < sample.wave.smallest_cell:
        return filled(place, n=n)
    try:
        mean = est.means(scores, design=sample.design).times(factor)
    except est.Unusable:
        return filled(place, n=n)
    low, high = mean.interval()
    return filled(place, n=n, value=mean.values[0], low=low[0], high=high[0])


def shared(place: Told, sample: Sample, scores: np.ndarray, *, chosen: Sequence[int]) -> Told:
    """Fill in a weighted share in per cent with its logit interval."""
    n = int(np.isfinite(scores).sum())
    if sample.design is None or n < sample.wave.smallest_cell:
        return filled(place, n=n)
    try:
        share = est.shares_of(scores, [float(each) for each in chosen], design=sample.design)
        low, high = est.proportion_interval(share)
    except est.Unusable:
        return filled(place, n=n)
    hits = int(np.isin(scores, chosen).sum()) if sample.wave.weighting == Weighting.NONE else None
    ends = {"low": 100 * low[0], "high": 100 * high[0]}
    return filled(place, n=n, numerator=hits, value=100 * share.values[0], **ends)


def filled(place: Told, *, n: int, numerator: int | None = None, **found: float) -> Told:
    """Return a figure with its numbers, rounded; what cannot be told stays out."""
    told = {
        name: round(float(value), PLACES) for name, value in found.items() if np.isfinite(value)
    }
    return Told(
        id=place.id, measure=place.measure, dimension=place.dimension, key=place.key,
        numerator=numerator, denominator=n, n=n, **told,
    )  # fmt: skip


def gaps(sample: Sample) -> list[Told]:
    """Return the widest gap between segments of 30 answers or more, and that of each way to part them."""
    overall = sample.of(Dimension.OVERALL)
    found = [
        Told(id="3.2-08", measure="gap", dimension="segment", key=code, value=gap, n=n)
        for code, labels in sample.choices.items()
        for gap, n in gap_of(sample, overall, labels)
    ]
    widest = max(found, key=lambda told: told.value or 0, default=None)
    head = Told(
        id="3.2-08",
        measure="gap",
        value=widest.value if widest else None,
        n=widest.n if widest else None,
    )
    return [head, *found]


def gap_of(
    sample: Sample, overall: np.ndarray, labels: Sequence[str]
) -> Iterable[tuple[float, int]]:
    """Yield the gap in points of per cent between best and worst segment, and the answers in all of them."""
    if sample.design is None:
        return
    parts, groups = [], np.array(labels)
    for label in sorted({*labels} - {""}):
        scores = np.where(groups == label, overall, np.nan)
        n = int(np.isfinite(scores).sum())
        if n >= SEGMENT_LEAST:
            parts.append((weighted_mean(scores, sample.design), n))
    if len(parts) > 1:
        values = [value for value, _n in parts]
        yield round(20 * (max(values) - min(values)), PLACES), sum(n for _value, n in parts)


def weighted_mean(scores: np.ndarray, design: est.Design) -> float:
    """Return a plain weighted mean."""
    answered = np.isfinite(scores)
    return float(np.average(scores[answered], weights=design.weights[answered]))


def response_rate(wave: Wave, asked: Asked) -> tuple[int, int]:
    """Return the answered and all invitations that reached somebody."""
    state = Invitation.State
    valid = wave.invitations.filter(within(asked, wave)).filter(
        Q(state=state.SENT) | Q(is_spent=True)
    )
    return valid.filter(is_spent=True).count(), valid.count()


def rate_told(rates: Iterable[tuple[int, int]]) -> Told:
    """Return the answered of all valid invitations, over the waves of the period (3.2-06)."""
    told = list(rates)
    answered, valid = sum(each[0] for each in told), sum(each[1] for each in told)
    return share_told("3.2-06", answered, valid)


def share_told(indicator: str, numerator: int, denominator: int) -> Told:
    """Return a plain share with Wilson's interval; nothing where nothing could count."""
    if not denominator:
        return Told(id=indicator, measure="share")
    low, high = est.wilson(numerator / denominator, denominator)
    return Told(
        id=indicator,
        measure="share",
        numerator=numerator,
        denominator=denominator,
        value=round(100 * numerator / denominator, PLACES),
        low=round(100 * float(low), PLACES),
        high=round(100 * float(high), PLACES),
        n=denominator,
    )


def followups_due(asked: Asked) -> list[dict[str, Any]]:
    """Return the follow-ups whose limit came in the period and before the cut-off: ids, days, outcome."""
    due = FollowUp.objects.filter(
        due_at__gte=asked.since,
        due_at__lt=asked.until,
        opened_at__lte=asked.cutoff,
        unit__path__startswith=asked.unit.path,
    ).filter(due_at__lte=asked.cutoff)
    return [
        {
            "followup": row.pk,
            "unit": row.unit.code,
            "opened_at": row.opened_at.isoformat(),
            "due_at": row.due_at.isoformat(),
            "is_in_time": row.is_in_time,
        }
        for row in due.select_related("unit").order_by("due_at", "pk")
    ]


def loop_closed(followups: Sequence[Mapping[str, Any]]) -> Told:
    """Return the follow-ups closed within ten working days of those that fell due (3.2-07)."""
    return share_told("3.2-07", sum(each["is_in_time"] for each in followups), len(followups))


# The facts


def fact_of(sample: Sample, rate: tuple[int, int]) -> dict[str, Any]:
    """Return what a report freezes of a wave: sums over its respondents, from which its figures follow."""
    wave, overall = sample.wave, sample.of(Dimension.OVERALL)
    n = int(np.isfinite(overall).sum())
    is_told = sample.design is not None and n >= wave.smallest_cell
    return {
        "wave": wave.code,
        "survey": wave.survey.code,
        "name": {"th": wave.name_th, "en": wave.name_en or wave.name_th},
        "closed_at": wave.closed_at.isoformat() if wave.closed_at else "",
        "is_probability": wave.is_probability,
        "weighting": wave.weighting,
        "responses": len(sample.choices[BY_UNIT]),
        "invited": rate[1],
        "answered": rate[0],
        "points": counts_of(overall, sample.design) if is_told else [],
        "segments": {
            code: labels_of(sample.columns[code])
            for code in sample.choices
            if code in sample.columns
        },
    }


def counts_of(overall: np.ndarray, design: est.Design | None) -> list[list[float]]:
    """Return of each point the answers and their weight."""
    weights = np.ones(len(overall)) if design is None else design.weights
    return [
        [int((overall == point).sum()), round(float(weights[overall == point].sum()), PLACES)]
        for point in POINTS
    ]


def labels_of(column: Any) -> dict[str, str]:
    """Return a question in both languages."""
    return {language: column.label(language) for language in ("th", "en")}


def topic_names() -> dict[str, Any]:
    """Return the dimensions of satisfaction in words."""
    return {topic: Dimension(topic).label for topic in TOPICS}
