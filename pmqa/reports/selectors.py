"""What the pages and files of the reports show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from agency.models import Staff, Unit
from agency.thai import fiscal_year
from complaints.selectors import report as cases
from pmqa.indicators.registry import Indicator, Measure, Shape
from pmqa.reports.block import Figure
from pmqa.reports.models import (
    IndicatorTarget,
    PointProgress,
    Report,
    ReportComment,
    ReportFact,
    ReportMail,
    ReportPoint,
    ResultEntry,
)

ENTRIES_SHOWN = 100


def targets_at(unit: Unit, *, month: date, at: datetime) -> dict[tuple[str, str], float]:
    """Return the targets that hold for a unit in a month, as they were set at an instant; the unit's own win."""
    rows = IndicatorTarget.objects.filter(
        Q(unit=unit) | Q(unit=None), fiscal_year=fiscal_year(month), set_at__lte=at
    )
    targets: dict[tuple[str, str], float] = {}
    for row in sorted(rows, key=lambda row: (row.unit_id is not None, row.set_at, row.pk)):
        indicator, _colon, measure = row.measure.partition(":")
        targets[indicator, measure] = float(row.value)
    return targets


def reports_of(staff: Staff) -> QuerySet[Report]:
    """Return the reports a person may see, the newest month first; without the heavy blocks."""
    reports = Report.objects.visible_to(staff).select_related("unit", "built_by")
    return reports.defer("figures", "labels", "words").order_by(
        "-month_on", "unit__code", "-version"
    )


def versions_of(report: Report) -> QuerySet[Report]:
    """Return all versions of the same month and unit, the newest first."""
    same = Report.objects.filter(unit=report.unit_id, month_on=report.month_on)
    return same.defer("figures", "labels", "words").select_related("built_by").order_by("-version")


def comments_of(report: Report) -> QuerySet[ReportComment]:
    """Return the remarks on a version, the oldest first, with who made them."""
    return ReportComment.objects.filter(report=report).select_related("by")


def mails_of(report: Report) -> QuerySet[ReportMail]:
    """Return the mails that carry a report, with their recipients."""
    about = ContentType.objects.get_for_model(Report)
    mails = ReportMail.objects.filter(content_type=about, object_id=report.pk)
    return mails.select_related("recipient").order_by("recipient__name")


def figure_url(report: Report, figure: Figure) -> str:
    """Return the address of the records behind a figure."""
    url = reverse("reports:figure", args=[report.pk, figure.id, figure.measure])
    if not figure.dimension:
        return url
    return f"{url}?{urlencode({'dimension': figure.dimension, 'key': figure.key})}"


def targets_of(indicator: Indicator) -> QuerySet[IndicatorTarget]:
    """Return every target that an indicator ever had, the newest first: how its aims changed."""
    names = [f"{indicator.id}:{measure.name}" for measure in indicator.measures]
    rows = IndicatorTarget.objects.filter(measure__in=names).select_related("unit", "set_by")
    return rows.order_by("-fiscal_year", "-set_at")


def standing_points(report: Report) -> list[ReportPoint]:
    """Return the points of a version that were not left out, points to decide first."""
    points = ReportPoint.objects.filter(report=report).exclude(state=ReportPoint.State.DROPPED)
    return sorted(
        points.select_related("owner"), key=lambda one: (one.kind != "decision", one.place)
    )


def all_points(report: Report) -> list[ReportPoint]:
    """Return every point of a version with people and progress, for its page."""
    points = ReportPoint.objects.filter(report=report).select_related(
        "owner", "decided_by", "first"
    )
    steps = PointProgress.objects.select_related("by")
    told = points.prefetch_related(Prefetch("progress", steps), Prefetch("first__progress", steps))
    return sorted(told, key=lambda one: (one.kind != "decision", one.state == "dropped", one.place))


def results_of(unit: Unit, *, year: int) -> list[ResultEntry]:
    """Return the newest entries of results 7.2 of three fiscal years, with who made them."""
    rows = ResultEntry.objects.filter(unit=unit, fiscal_year__range=(year - 2, year))
    return list(rows.select_related("entered_by").order_by("-entered_at", "-pk")[:ENTRIES_SHOWN])


def names_of(report: Report) -> dict[str, dict[str, str]]:
    """Return the frozen names of units, categories and so on in the active language."""
    language = "en" if get_language() == "en" else "th"
    return {
        dimension: {key: both[language] for key, both in keys.items()}
        for dimension, keys in report.labels.items()
    }


@dataclass(frozen=True, kw_only=True)
class Record:
    """A line of the records page: the frozen facts, or only that a restricted case counts."""

    fact: ReportFact
    kind: str
    category: str
    unit: str
    is_hidden: bool
    is_readable: bool
    is_counted: bool
    times: int


def facts_of(
    report: Report, measure: Measure, *, dimension: str = "", key: str = ""
) -> QuerySet[ReportFact]:
    """Return the cases behind a figure: its denominator, or what is counted where there is none."""
    facts = ReportFact.objects.filter(report=report)
    whole = measure.among or measure.counted
    if measure.shape == Shape.RATIO:
        facts = facts.filter(Q(counted__contains=[whole]) | Q(counted__contains=[measure.counted]))
    else:
        facts = facts.filter(counted__contains=[whole])
    if dimension:
        facts = facts.filter(**{dimension: key})
    return facts


def records_of(
    facts: list[ReportFact],
    *,
    measure: Measure,
    staff: Staff,
    names: Mapping[str, Mapping[str, str]],
) -> list[Record]:
    """Prepare a page of records for a person.

    A restricted case counts in the figure, but its line says no more than that, unless the person
    is named for it: neither number nor topic nor dates.
    """
    ids = [fact.complaint_id for fact in facts]
    readable = cases.readable_by(staff, ids)
    hidden = cases.hidden_from(staff, ids)
    return [
        Record(
            fact=fact,
            kind=label(names, "kind", fact.kind),
            category=label(names, "category", fact.category),
            unit=label(names, "unit", fact.unit),
            is_hidden=fact.complaint_id in hidden
            or (fact.is_restricted and fact.complaint_id not in readable),
            is_readable=fact.complaint_id in readable,
            is_counted=measure.counted in fact.counted,
            times=fact.times.get(measure.counted, 1),
        )
        for fact in facts
    ]


def label(names: Mapping[str, Mapping[str, Any]], dimension: str, key: str) -> str:
    """Return the name of a key, or the key itself where there is none."""
    return str(names.get(dimension, {}).get(key, key))
