"""How long the person of a case is kept (กำหนดเก็บข้อมูลผู้ร้อง): until the last of the person's cases is erased."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from agency import persons
from agency.thai import local_day
from complaints import sla
from complaints.models import Complaint, RetentionRule
from complaints.selectors.shelves import rule_for


def keep_person(complaint: Complaint, *, at: datetime) -> None:
    """Write down until when the person is kept: from the end of the case, and anew from its reopening.

    A rule that keeps for good sets no day. A later day of another case or room stays.
    """
    if complaint.person is None:
        return
    rules = list(RetentionRule.objects.order_by("pk"))
    rule = rule_for(complaint.kind, complaint.grade_id, rules=rules)
    if rule and rule.erase_after_years is not None:
        day = sla.months_after(local_day(at), 12 * rule.erase_after_years)
        persons.keep_until(complaint.person, day=day, by=None, at=at)


def needed_here() -> Exists:
    """Whether a case of the person still stands with its words: open, held, in the archive."""
    return Exists(Complaint.objects.filter(person=OuterRef("pk"), erased_at=None))


def register() -> None:
    """Let the ground floor ask before it erases a person; called once, when the app is ready."""
    persons.register_need(needed_here)
