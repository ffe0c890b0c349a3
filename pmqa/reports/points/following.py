"""What became of decided points by a cut-off: told once when the next report is built, and frozen with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from agency.models import Unit
from agency.thai import local_day
from pmqa.indicators.periods import add_months, month
from pmqa.reports.models import PointProgress, Report, ReportPoint


def carried_to(unit: Unit, *, to: date, at: datetime) -> list[dict[str, Any]]:
    """Return last month's decided points, and older ones that were open when the month began, as known at an instant."""
    points = (
        ReportPoint.objects.filter(report__in=standing_before(unit, to, at=at), state="decided")
        .select_related("owner", "report", "first")
        .prefetch_related("progress", "first__progress")
        .order_by("report__month_on", "kind", "place")
    )
    told = [told_of(point, at=at) for point in points]
    begins = month(to).since.isoformat()
    last = f"{add_months(to, -1):%Y-%m}"
    return [one for one in told if one["month"] == last or not (one["done_at"] or "9") < begins]


def standing_before(unit: Unit, to: date, *, at: datetime) -> list[int]:
    """Return for each earlier month the version that was the agency's word at an instant."""
    known = Report.objects.filter(unit=unit, month_on__lt=to, published_at__lte=at)
    latest = known.order_by("month_on", "-published_at", "-version").distinct("month_on")
    return list(latest.values_list("pk", flat=True))


def told_of(point: ReportPoint, *, at: datetime) -> dict[str, Any]:
    """Return a point and how it stands, as plain data."""
    steps = [step for step in point.steps if step.at <= at]
    done = next((step for step in steps if step.state == PointProgress.State.DONE), None)
    return {
        "point": point.pk,
        "month": f"{point.report.month_on:%Y-%m}",
        "kind": point.kind,
        "words": point.words,
        "decision": point.decision,
        "owner": str(point.owner),
        "due_on": point.due_on.isoformat() if point.due_on else None,
        "standing": standing_of(point, steps, done, on=local_day(at)),
        "done_at": done.at.isoformat() if done else None,
        "note": steps[-1].note if steps else "",
    }


def standing_of(
    point: ReportPoint, steps: list[PointProgress], done: PointProgress | None, *, on: date
) -> str:
    """Return done, late, under way or not begun."""
    if done:
        return "done"
    if point.due_on and point.due_on < on:
        return "late"
    return "under_way" if steps else "not_begun"


def open_points(*, until: date) -> list[ReportPoint]:
    """Return the decided points of published reports that are due by a day and not done."""
    points = ReportPoint.objects.filter(
        state="decided", report__state="published", due_on__lte=until
    ).exclude(Q(progress__state="done") | Q(first__progress__state="done"))
    return list(points.select_related("owner", "report").order_by("due_on", "pk"))
