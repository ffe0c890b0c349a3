"""What rules read, and what the pages of alerts show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from agency.models import Staff, Unit
from agency.thai import format_month
from pmqa.alerts.checks import Finding, fits_running_month, judge
from pmqa.alerts.models import Alert, AlertRule
from pmqa.alerts.words import words_of
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from pmqa.reports.block import Block
from pmqa.reports.models import Report
from pmqa.reports.spans import reports_known

MONTHS = 12
Row = Mapping[str, Any]


def alerts_of(staff: Staff) -> QuerySet[Alert]:
    """Return the alerts that a person may see with their rules."""
    return Alert.objects.visible_to(staff).select_related("rule__unit", "acknowledged_by")


def rules_of(staff: Staff) -> QuerySet[AlertRule]:
    """Return the rules of the person's unit and those below."""
    if not staff.roles:
        return AlertRule.objects.none()
    below = Unit.objects.below(staff.unit).values("pk")
    return AlertRule.objects.filter(unit__in=below).select_related("unit")


def unanswered_count(staff: Staff) -> int:
    """Return how many alerts nobody has acknowledged."""
    return Alert.objects.visible_to(staff).unanswered().count()


# Figures


def month_row(report: Report, rule: AlertRule) -> tuple[Row | None, list[Row | None]]:
    """Return a rule's figure in a report, and its twelve months before."""
    block, which = Block(report.figures), rule.measure.partition(":")
    figure = block.figure(which[0], which[2])
    names = ("numerator", "denominator", "value", "low", "high", "n")
    row = {name: getattr(figure, name) for name in names} if figure else None
    trend = [past for _month, past in block.trend(which[0], which[2])]
    return row, trend[:-1]


def running_row(rule: AlertRule, *, month: date, at: datetime) -> Row | None:
    """Return a rule's figure in the month that is not over, as known now."""
    which = rule.measure.partition(":")
    sums = sums_of(periods.month(month), unit=rule.unit, cutoff=at)
    found = (row for row in rows_of(sums) if (row.id, row.measure) == (which[0], which[2]))
    return next((row.as_data() for row in found if not row.dimension), None)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A month in which a rule finds something."""

    month: date
    is_running: bool
    finding: Finding


def hits_of(rule: AlertRule, *, at: datetime) -> list[Hit]:
    """Return what a rule finds in the last closed month, and in the running one where it watches that."""
    now = periods.month_of(at)
    closed = periods.add_months(now, -1)
    hits = closed_hits(rule, [closed], at=at)
    if rule.watches_running_month and fits_running_month(rule.check_kind, rule.definition):
        finding = judge(rule.asked, running_row(rule, month=now, at=at), past_of(rule, now, at=at))
        if finding:
            hits.append(Hit(month=now, is_running=True, finding=finding))
    return hits


def past_of(rule: AlertRule, month: date, *, at: datetime) -> list[Row | None]:
    """Return the twelve months before a month, by the report of the last of them."""
    last = periods.add_months(month, -1)
    report = reports_known(rule.unit, [last], at=at).get(last)
    if report is None:
        return []
    which = rule.measure.partition(":")
    return [past for _month, past in Block(report.figures).trend(which[0], which[2])][-MONTHS:]


def closed_hits(rule: AlertRule, months: Sequence[date], *, at: datetime) -> list[Hit]:
    """Return what a rule finds in closed months; one without a report says nothing."""
    reports = reports_known(rule.unit, months, at=at)
    hits = []
    for month in sorted(reports):
        finding = judge(rule.asked, *month_row(reports[month], rule))
        if finding:
            hits.append(Hit(month=month, is_running=False, finding=finding))
    return hits


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a rule would have done in the last twelve months."""

    hits: Sequence[tuple[str, str]]  # the month, the finding in words
    told: int  # of how many months there is a report


def dry_run(rule: AlertRule, *, at: datetime) -> DryRun:
    """Try a rule on the last twelve closed months that have a report; nothing is sent."""
    now = periods.month_of(at)
    months = [periods.add_months(now, -back) for back in range(MONTHS, 0, -1)]
    hits = closed_hits(rule, months, at=at)
    return DryRun(
        hits=[(format_month(hit.month), words_of(rule, hit.finding.as_data())) for hit in hits],
        told=len(reports_known(rule.unit, months, at=at)),
    )
