"""What the unit does about its gaps: plan, done, follow-ups; and who is reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agency import audit, notices, units
from agency.models import Staff
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.assessment.lifecycle.writing import Outdated, held
from pmqa.assessment.models import Assessment, Box, FollowUp, PlanStep, State
from pmqa.assessment.permissions import can_write
from pmqa.assessment.selectors import SOON

BATCH = 200


@transaction.atomic
def plan(
    assessment: Assessment,
    box: Box,
    *,
    action: str,
    owner: Staff,
    due_on: date,
    version: int,
    by: Staff,
    at: datetime,
) -> PlanStep:
    """Plan how a missing box will be ticked (วางแผนปิดช่องว่าง), or change that plan."""
    assessment = held(assessment)
    refuse_others(assessment, by=by)
    if box.item.criteria_id != assessment.criteria_id:
        raise Refused(_("The item is not of this assessment’s criteria."))
    if not owner.unit.path.startswith(assessment.unit.path):
        raise Refused(_("Choose somebody of the unit or of a unit below it."))
    step = PlanStep.objects.select_for_update().filter(assessment=assessment, box=box).first()
    check_version(step, version)
    if step is None:
        step = PlanStep(assessment=assessment, box=box, planned_at=at, planned_by=by)
    elif step.done_at:
        raise Refused(_("This step is done already."))
    else:
        step.version += 1
    if step.due_on != due_on:
        step.reminded_soon_at = step.reminded_late_at = None
    step.action, step.owner, step.due_on = action.strip(), owner, due_on
    step.planned_at, step.planned_by = at, by
    keep(step)
    audit.record(assessment, "assessment_step_planned", by=by, at=at, step=step.pk, owner=owner.pk)
    return step


def keep(step: PlanStep) -> None:
    """Write a new step, or the changed fields of one."""
    if step._state.adding:
        step.save(force_insert=True)
        return
    step.save(
        update_fields=[
            *("action", "owner", "due_on", "planned_at", "planned_by", "version"),
            *("reminded_soon_at", "reminded_late_at"),
        ]
    )


def check_version(step: PlanStep | None, version: int) -> None:
    """Refuse over a step that somebody else changed meanwhile."""
    if version != (step.version if step else 0):
        raise Outdated(
            _("Somebody else changed this step meanwhile. What you typed is kept; send it again.")
        )


def refuse_others(assessment: Assessment, *, by: Staff) -> None:
    """Let supervisors and executives of the unit only."""
    if not can_write(by, assessment):
        raise Refused(_("Only a supervisor or an executive of the unit may write here."))


@transaction.atomic
def carry_out(step: PlanStep, *, outcome: str, by: Staff, at: datetime) -> PlanStep:
    """Say that a step is done and what came of it (ดำเนินการแล้ว)."""
    assessment = held(step.assessment)
    step = PlanStep.objects.select_for_update().get(pk=step.pk)
    if by.pk != step.owner_id:
        refuse_others(assessment, by=by)
    if step.done_at:
        raise Refused(_("This step is done already."))
    if not outcome.strip():
        raise Refused(_("Say what came of it."))
    step.done_at, step.done_by, step.outcome = at, by, outcome.strip()
    step.version += 1
    step.save(update_fields=["done_at", "done_by", "outcome", "version"])
    audit.record(assessment, "assessment_step_done", by=by, at=at, step=step.pk)
    return step


@transaction.atomic
def tell(followup: FollowUp, *, told: str, by: Staff, at: datetime) -> FollowUp:
    """Tell how the plan goes 6 or 12 months on (รายงานการติดตามผล); told once."""
    assessment = held(followup.assessment, State.CLOSED)
    refuse_others(assessment, by=by)
    followup = FollowUp.objects.select_for_update().get(pk=followup.pk)
    if followup.told_at:
        raise Refused(_("This follow-up is told already."))
    if not told.strip():
        raise Refused(_("Write how the plan goes."))
    followup.told, followup.told_at, followup.told_by = told.strip(), at, by
    followup.save(update_fields=["told", "told_at", "told_by"])
    audit.record(assessment, "assessment_followup_told", by=by, at=at, months=followup.months)
    return followup


# Reminders


def remind(*, at: datetime, limit: int = BATCH) -> int:
    """Remind of follow-ups that are due and of steps that come due or are late, each once; returns how many rows."""
    return remind_of_followups(at=at, limit=limit) + remind_of_steps(at=at, limit=limit)


@transaction.atomic
def remind_of_followups(*, at: datetime, limit: int) -> int:
    """Tell the unit's supervisors that a follow-up is due."""
    due = FollowUp.objects.filter(reminded_at=None, told_at=None, due_on__lte=local_day(at))
    rows = due.select_related("assessment__unit").select_for_update(of=("self",), skip_locked=True)
    found = list(rows.order_by("due_on", "pk")[:limit])
    notices.enqueue_many(
        (draft for followup in found for draft in followup_drafts(followup)),
        at=at,
    )
    FollowUp.objects.filter(pk__in=[row.pk for row in found]).update(reminded_at=at)
    return len(found)


def followup_drafts(followup: FollowUp) -> Iterable[notices.NoticeDraft]:
    """Word the reminder for each supervisor of the unit, or of the nearest above that has one."""
    assessment = followup.assessment
    for to in units.supervisors_of(assessment.unit):
        yield notices.NoticeDraft(
            subject=assessment,
            kind="assessment.followup_due",
            to=to,
            key=f"assessment:{assessment.pk}:followup:{followup.months}",
            url=assessment.get_absolute_url(),
            data={
                "unit": assessment.unit.name_th,
                "year": assessment.fiscal_year,
                "months": followup.months,
            },
        )


@transaction.atomic
def remind_of_steps(*, at: datetime, limit: int) -> int:
    """Tell owners of steps that come due within two weeks, and again once when they are late."""
    today = local_day(at)
    late = Q(due_on__lt=today, reminded_late_at=None)
    soon = Q(due_on__gte=today, due_on__lte=today + SOON, reminded_soon_at=None)
    rows = PlanStep.objects.filter(late | soon, done_at=None).select_for_update(
        of=("self",), skip_locked=True
    )
    found = list(
        rows.select_related("assessment__unit", "owner__unit", "owner__deputy").order_by(
            "due_on", "pk"
        )[:limit]
    )
    notices.enqueue_many((step_draft(step, today=today) for step in found), at=at)
    for step in found:
        name = "reminded_late_at" if step.due_on < today else "reminded_soon_at"
        setattr(step, name, at)
        step.save(update_fields=[name])
    return len(found)


def step_draft(step: PlanStep, *, today: date) -> notices.NoticeDraft:
    """Word the reminder for the owner of a step; one that was moved is reminded of anew."""
    is_late = step.due_on < today
    kind = "step_late" if is_late else "step_due"
    return notices.NoticeDraft(
        subject=step.assessment,
        kind=f"assessment.{kind}",
        to=step.owner,
        key=f"assessment:step:{step.pk}:{kind}:{step.due_on}",
        url=step.assessment.get_absolute_url(),
        data={
            "unit": step.assessment.unit.name_th,
            "year": step.assessment.fiscal_year,
            "due": step.due_on.isoformat(),
            "step": step.pk,
        },
    )
