"""The plan: milestones are added, reached, taken out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from pmqa.improvements.lifecycle.announcing import tell
from pmqa.improvements.lifecycle.hold import hold_running, written
from pmqa.improvements.models import Improvement, Milestone


@transaction.atomic
def add_milestone(
    improvement: Improvement, *, what: str, owner: Staff, due_on: date, by: Staff, at: datetime
) -> Milestone:
    """Add a milestone to the plan (เพิ่มหมุดหมาย); who is responsible is told."""
    improvement = hold_running(improvement)
    what = written(what, sentence=_("Please write what is to be reached."))
    if improvement.due_on and due_on > improvement.due_on:
        raise Refused(_("A milestone lies before the day by which the improvement is done."))
    made = Milestone.objects.create(
        improvement=improvement, what=what, owner=owner, due_on=due_on, made_by=by, made_at=at
    )
    audit.record(improvement, "improvement_milestone", by=by, at=at, milestone=made.pk)
    if owner != by:
        tell(made, "milestone_given", to=owner, at=at)
    return made


@transaction.atomic
def reach(milestone: Milestone, *, by: Staff, at: datetime) -> Milestone:
    """Say that a milestone is reached (บรรลุหมุดหมาย)."""
    milestone = hold_milestone(milestone)
    if milestone.reached_at:
        raise Refused(_("The milestone is reached already."))
    milestone.reached_at, milestone.reached_by = at, by
    milestone.save(update_fields=["reached_at", "reached_by"])
    audit.record(milestone.improvement, "improvement_reached", by=by, at=at, milestone=milestone.pk)
    return milestone


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Staff, at: datetime) -> None:
    """Take a milestone out of the plan that is not reached yet (ยกเลิกหมุดหมาย)."""
    milestone = hold_milestone(milestone)
    if milestone.reached_at:
        raise Refused(_("The milestone is reached already."))
    audit.record(
        milestone.improvement,
        "improvement_milestone_removed",
        by=by,
        at=at,
        milestone=milestone.pk,
        due_on=milestone.due_on.isoformat(),
    )
    milestone.delete()


def hold_milestone(milestone: Milestone) -> Milestone:
    """Lock the improvement, then its milestone; refuse when somebody took it out."""
    improvement = hold_running(milestone.improvement)
    held = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if held is None:
        raise Refused(_("Somebody took this milestone out of the plan."))
    held.improvement = improvement
    return held
