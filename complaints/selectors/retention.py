"""What the pages of retention show: the rules, and what they will do in the next 90 days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext as _

from agency.models import AuditEntry, Staff
from complaints.models import Complaint, RetentionRule
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors import shelves as retention

AHEAD = timedelta(days=90)
CAP = 500


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """A rule and for which cases it is made."""

    rule: RetentionRule
    scope: str


def rule_lines() -> list[RuleLine]:
    """Return the rules, the general one first."""
    rules = RetentionRule.objects.select_related("grade").order_by("kind", "grade", "pk")
    return [RuleLine(rule=rule, scope=scope_words(rule)) for rule in rules]


def scope_words(rule: RetentionRule) -> str:
    """Say for which cases a rule is made."""
    kind = rule.get_kind_display() if rule.kind else ""
    grade = _("grade %(grade)s") % {"grade": rule.grade_id} if rule.grade_id else ""
    return " · ".join(part for part in (kind, grade) if part) or _("every other case")


def history() -> list[AuditEntry]:
    """Return who set which rule, the newest first."""
    content_type = ContentType.objects.get_for_model(RetentionRule)
    entries = AuditEntry.objects.filter(content_type=content_type, verb="rule_set")
    return list(entries.select_related("by").order_by("-at", "-pk")[:20])


def coming(staff: Staff, *, what: str, at: datetime) -> ComplaintQuerySet:
    """Return what the rules will erase or archive within 90 days, of what the person may see."""
    until = at + AHEAD
    found = list(retention.to_erase(until) if what == "erase" else retention.to_archive(until))
    shelves = [shelf for shelf, _cases in found]
    before = {
        shelf.rule.pk: retention.erased_before(shelf.rule, until)
        if what == "erase"
        else retention.archived_before(shelf.rule, until)
        for shelf in shelves
    }
    is_due = Q(pk=None)
    for shelf in shelves:
        is_due |= shelf.where & Q(closed_at__lt=before[shelf.rule.pk])
    cases = Complaint.objects.visible_to(staff).filter(is_due, legal_hold_at=None)
    if what == "erase":
        cases = cases.filter(archived_at__isnull=False, erased_at=None)
    else:
        cases = cases.filter(archived_at=None)
    return cases.annotate(rule_name=rule_name(shelves)).select_related("unit")


def rule_name(shelves: Sequence[retention.Shelf]) -> Case:
    """Return the name of the rule that holds for a case."""
    return Case(
        *(When(shelf.where, then=Value(str(shelf.rule))) for shelf in shelves),
        default=Value(""),
        output_field=CharField(),
    )


def counts(staff: Staff, *, at: datetime) -> dict[str, str]:
    """Count what comes, what is held and what is in the archive, up to a cap."""
    seen = Complaint.objects.visible_to(staff)
    rows = {
        "erase": coming(staff, what="erase", at=at),
        "archive": coming(staff, what="archive", at=at),
        "held": seen.exclude(legal_hold_at=None),
        "archived": seen.exclude(archived_at=None),
    }
    return {name: capped(found) for name, found in rows.items()}


def capped(found: ComplaintQuerySet) -> str:
    """Count up to the cap, and say so beyond."""
    number = found.order_by().values("pk")[: CAP + 1].count()
    return f"{CAP}+" if number > CAP else str(number)
