"""Reminders: of milestones and improvements three days before their day and when it has passed, each once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from agency import units
from agency.models import Staff
from agency.thai import local_day
from pmqa.improvements.lifecycle.announcing import tell
from pmqa.improvements.models import Improvement, Milestone, State

SOON = timedelta(days=3)


def untold(today: date) -> Q:
    """Return what tells those that were not reminded since their day came near, or since it passed."""
    passed = Q(due_on__lt=today, reminded_on__lte=F("due_on"))
    return Q(due_on__lte=today + SOON) & (Q(reminded_on=None) | passed)


def remind_due(*, at: datetime, limit: int = 200) -> int:
    """Remind of what comes due or is late; returns of how many, 0 when none is left."""
    today = local_day(at)
    with transaction.atomic():
        steps = Milestone.objects.filter(
            untold(today), reached_at=None, improvement__state=State.RUNNING
        )
        steps = steps.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        owed = list(steps.select_related("improvement__unit", "owner")[:limit])
        for step in owed:
            kind = "milestone_late" if step.due_on < today else "milestone_due"
            remind(step, kind, minder=step.owner, today=today, at=at)
    with transaction.atomic():
        running = Improvement.objects.running().filter(untold(today))
        running = running.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        promised = list(running.select_related("unit", "owner")[:limit])
        for each in promised:
            kind = "late" if each.due_on and each.due_on < today else "due"
            remind(each, kind, minder=each.owner, today=today, at=at)
    return len(owed) + len(promised)


def remind(
    thing: Improvement | Milestone, kind: str, *, minder: Staff | None, today: date, at: datetime
) -> None:
    """Remind who is responsible; when late or when nobody is, the supervisors of the unit too."""
    improvement = thing if isinstance(thing, Improvement) else thing.improvement
    people = [minder] if minder and minder.is_active else []
    if not people or kind in {"late", "milestone_late"}:
        people += [each for each in units.supervisors_of(improvement.unit) if each != minder]
    for staff in people:
        tell(thing, kind, to=staff, at=at, about=thing.due_on)
    thing.reminded_on = today
    thing.save(update_fields=["reminded_on"])
