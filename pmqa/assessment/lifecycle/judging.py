"""The committee's verbs: tick, send back, judge, close."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, notices
from agency.models import Staff
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.assessment.lifecycle.writing import Entry, held, keep
from pmqa.assessment.models import Assessment, FollowUp, Item, State, Tick
from pmqa.assessment.permissions import can_judge, is_committee
from pmqa.indicators.periods import add_months

FOLLOWUP_MONTHS = (6, 12)


@transaction.atomic
def tick(
    assessment: Assessment, item: Item, *, entries: Sequence[Entry], by: Staff, at: datetime
) -> Assessment:
    """Write the committee's ticks and remarks on an item (ผลการตรวจของคณะกรรมการ), apart from the unit's."""
    assessment = held(assessment, State.SUBMITTED)
    refuse_others(assessment, by=by)
    changed = keep(assessment, item, entries=entries, side=Tick.Side.COMMITTEE, by=by, at=at)
    if changed:
        audit.record(assessment, "assessment_ticked", by=by, at=at, item=item.code, levels=changed)
    return assessment


def refuse_others(assessment: Assessment, *, by: Staff) -> None:
    """Let the committee only, and nobody over what they submitted themselves."""
    if not can_judge(by, assessment):
        raise Refused(
            _(
                "Only an executive of the agency who did not submit the self-assessment may judge it."
            )
        )


@transaction.atomic
def send_back(assessment: Assessment, *, reason: str, by: Staff, at: datetime) -> Assessment:
    """Give the assessment back to the unit with the reason (ส่งกลับแก้ไข)."""
    assessment = held(assessment, State.SUBMITTED)
    refuse_others(assessment, by=by)
    if not reason.strip():
        raise Refused(_("Say why the self-assessment is sent back."))
    to = assessment.submitted_by
    assessment.state, assessment.remark = State.DRAFT, reason.strip()
    assessment.submitted_at = assessment.submitted_by = None
    assessment.save(update_fields=["state", "remark", "submitted_at", "submitted_by"])
    audit.record(assessment, "assessment_sent_back", by=by, at=at, reason=reason.strip())
    tell_unit(assessment, "assessment.sent_back", to=to, at=at)
    return assessment


@transaction.atomic
def judge(assessment: Assessment, *, by: Staff, at: datetime) -> Assessment:
    """Say that the committee's ticks are complete (สรุปผลการตรวจ); the unit reads them from now on."""
    assessment = held(assessment, State.SUBMITTED)
    refuse_others(assessment, by=by)
    assessment.state = State.JUDGED
    assessment.judged_at, assessment.judged_by = at, by
    assessment.save(update_fields=["state", "judged_at", "judged_by"])
    audit.record(assessment, "assessment_judged", by=by, at=at)
    tell_unit(assessment, "assessment.judged", to=assessment.submitted_by, at=at)
    return assessment


@transaction.atomic
def close(assessment: Assessment, *, by: Staff, at: datetime) -> Assessment:
    """Close the assessment (ปิดการประเมิน); the plan goes on and is followed up after 6 and 12 months."""
    assessment = held(assessment, State.JUDGED)
    if not is_committee(by):
        raise Refused(_("Only an executive of the agency may close the self-assessment."))
    assessment.state = State.CLOSED
    assessment.closed_at, assessment.closed_by = at, by
    assessment.save(update_fields=["state", "closed_at", "closed_by"])
    FollowUp.objects.bulk_create(
        FollowUp(assessment=assessment, months=months, due_on=day_after(at, months=months))
        for months in FOLLOWUP_MONTHS
    )
    audit.record(assessment, "assessment_closed", by=by, at=at)
    tell_unit(assessment, "assessment.closed", to=assessment.submitted_by, at=at)
    return assessment


def day_after(at: datetime, *, months: int) -> date:
    """Return the day so many months later; where that month is shorter, its last day."""
    day = local_day(at)
    month = add_months(day.replace(day=1), months)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))


def tell_unit(assessment: Assessment, kind: str, *, to: Staff | None, at: datetime) -> None:
    """Tell who submitted the assessment what became of it."""
    if to is not None:
        notices.enqueue(
            assessment,
            kind,
            to=to,
            at=at,
            url=assessment.get_absolute_url(),
            unit=assessment.unit.name_th,
            year=assessment.fiscal_year,
        )
