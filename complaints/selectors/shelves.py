"""Which retention rule holds for which cases, and which of them are due at an instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from agency.models import Person
from agency.thai import BANGKOK, local_day
from complaints import sla
from complaints.models import Complaint, Grade, Kind, Referral, RetentionRule
from complaints.models.complaint import ComplaintQuerySet

QUIET = timedelta(days=30)  # a case that was touched stays out of the archive for so long


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The cases of one kind and grade, and the rule that says most about them."""

    kind: str
    grade: int | None
    rule: RetentionRule

    @property
    def where(self) -> Q:
        """The condition that the partial indexes answer."""
        return Q(kind=self.kind, grade=self.grade)


def rule_for(
    kind: str, grade: int | None, *, rules: Sequence[RetentionRule]
) -> RetentionRule | None:
    """Return the rule for a kind and grade: the one that says most; None where nothing is said."""
    fitting = [rule for rule in rules if rule.kind in ("", kind) and rule.grade_id in (None, grade)]
    said = {rule.pk: (bool(rule.kind), rule.grade_id is not None) for rule in fitting}
    return max(fitting, key=lambda rule: (sum(said[rule.pk]), said[rule.pk]), default=None)


def shelves() -> list[Shelf]:
    """Return each kind and grade with its rule."""
    rules = list(RetentionRule.objects.order_by("pk"))
    grades = [*Grade.objects.order_by("number").values_list("number", flat=True), None]
    found = [
        (kind, grade, rule_for(kind, grade, rules=rules))
        for kind in Kind.values
        for grade in grades
    ]
    return [Shelf(kind=kind, grade=grade, rule=rule) for kind, grade, rule in found if rule]


def archived_before(rule: RetentionRule, at: datetime) -> datetime:
    """Return the instant before which a case must have ended to go into the archive."""
    return opening(at, months_ago=rule.archive_after_months)


def erased_before(rule: RetentionRule, at: datetime) -> datetime | None:
    """Return the instant before which a case must have ended to be erased; None: it never is."""
    if rule.erase_after_years is None:
        return None
    return opening(at, months_ago=12 * rule.erase_after_years)


def opening(at: datetime, *, months_ago: int) -> datetime:
    """Return the first instant of the day so many months ago."""
    day = sla.months_after(local_day(at), -months_ago)
    return datetime.combine(day, time.min, BANGKOK)


def to_archive(at: datetime) -> Iterator[tuple[Shelf, ComplaintQuerySet]]:
    """Yield, shelf by shelf, the cases whose time outside the archive is over at an instant.

    Not while a court may need them, their master is open, another agency owes an answer, or
    somebody had the case in hand lately.
    """
    open_master = Complaint.objects.filter(pk=OuterRef("master"), closed_at=None)
    owed = Referral.objects.filter(complaint=OuterRef("pk"), answered_at=None, recalled_at=None)
    for shelf in shelves():
        ended = Complaint.objects.filter(
            shelf.where,
            closed_at__lt=archived_before(shelf.rule, at),
            archived_at=None,
            legal_hold_at=None,
            touched_at__lt=at - QUIET,
        )
        yield shelf, ended.filter(~Exists(open_master), ~Exists(owed)).order_by("closed_at", "pk")


def to_erase(at: datetime) -> Iterator[tuple[Shelf, ComplaintQuerySet]]:
    """Yield, shelf by shelf, the archived cases whose time of keeping is over at an instant.

    Not under a legal hold, on the case or on its person.
    """
    same = (
        Q(pk=OuterRef("person"))
        | Q(merged_into=OuterRef("person"))
        | Q(pk=OuterRef("person__merged_into"))
        | Q(merged_into=OuterRef("person__merged_into"))
    )
    wanted = Person.objects.filter(same, is_on_legal_hold=True)
    for shelf in shelves():
        before = erased_before(shelf.rule, at)
        if before is None:
            continue
        archived = Complaint.objects.filter(
            shelf.where,
            closed_at__lt=before,
            archived_at__isnull=False,
            erased_at=None,
            legal_hold_at=None,
        )
        yield shelf, archived.filter(~Exists(wanted)).order_by("closed_at", "pk")
