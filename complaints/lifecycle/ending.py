"""How a case ends, and how it begins again: closing, reopening, stage 2."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import events
from agency.calendars import version_for
from agency.models import Role, Staff
from agency.refusal import Refused
from agency.thai import format_date, local_day
from complaints import sla
from complaints.lifecycle.announcements import desk_of, supervisors_of, tell, write_to
from complaints.lifecycle.clocks import (
    calendar_numbered,
    hold_clocks,
    show_progress,
    stage_measure,
    start_clocks,
    stop,
)
from complaints.lifecycle.hold import hold, keep, refuse_erased, written
from complaints.lifecycle.keeping import keep_person
from complaints.lifecycle.thread import drop_drafts, end_wait, kept_instant
from complaints.models import (
    Cause,
    Clock,
    Closing,
    Complaint,
    Escalation,
    Measure,
    Outcome,
    Status,
)


@transaction.atomic
def close(
    complaint: Complaint,
    *,
    outcome: str,
    cause_code: Cause | None = None,
    cause: str = "",
    learning: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Close an answered case with its outcome, cause and learning (ยุติเรื่อง); every clock stops."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status == Status.CLOSED:
        raise Refused(_("This complaint is closed already."))
    if complaint.status in Status.unanswered_ends():
        raise Refused(
            _("This complaint has ended already: %(status)s.")
            % {"status": complaint.get_status_display()}
        )
    if complaint.status != Status.ANSWERED:
        raise Refused(
            _("Answer the complainant first: a complaint is closed only after an answer.")
        )
    if outcome not in Outcome.values:
        raise Refused(_("Please choose how the complaint ended."))
    check_cause(complaint, outcome=outcome, is_told=bool(cause_code or cause.strip()))
    stop(list(hold_clocks(complaint).values()), at=at, is_dropped=True)
    complaint.status, complaint.closed_at, complaint.outcome = Status.CLOSED, at, outcome
    complaint.cause_code = cause_code
    complaint.cause, complaint.learning = cause.strip(), learning.strip()
    closing = write_closing(complaint, by=by, at=at)
    fields = ("status", "closed_at", "outcome", "cause_code", "cause", "learning")
    keep(complaint, "closed", *fields, by=by, at=at, outcome=outcome, closing=closing.number)
    keep_person(complaint, at=at)
    answered_at = complaint.answered_at.isoformat() if complaint.answered_at else ""
    write_to(complaint, "closed", at=at, case=complaint.pk, answered_at=answered_at)
    tell_rooms(complaint, closing, at=at)
    return complaint


def check_cause(complaint: Complaint, *, outcome: str, is_told: bool) -> None:
    """Refuse to close without a cause, by code or in words, where the standard asks for one."""
    is_owed = complaint.policy.needs_cause and outcome in Outcome.learnable()
    if is_owed and not is_told:
        raise Refused(
            _(
                "This standard asks for the cause: choose one from the list or describe it, then close the case."
            )
        )


def tell_rooms(complaint: Complaint, closing: Closing, *, at: datetime) -> None:
    """Let the other rooms know of a closing: ids and codes, nothing that says who somebody is."""
    events.emit(
        complaint,
        "complaint_closed",
        at=at,
        closing=closing.pk,
        case_kind=complaint.kind,
        unit=complaint.unit_id,
        service=complaint.service_id,
        channel=complaint.channel_id,
        closed_at=at.isoformat(),
        has_contact=has_contact(complaint),
    )


def has_contact(complaint: Complaint) -> bool:
    """Whether the complainant left a way to be reached."""
    person = complaint.person
    return person is not None and bool(person.email or person.phone or person.address)


def write_closing(complaint: Complaint, *, by: Staff | None, at: datetime) -> Closing:
    """Keep the case as it was closed, so that past months keep their figures."""
    return Closing.objects.create(
        complaint=complaint,
        number=complaint.closings.count() + 1,
        closed_at=at,
        recorded_at=at,
        by=by,
        stage=complaint.stage,
        is_direct_stage2=complaint.stage == 2 and not was_answered_at_stage1(complaint),
        outcome=complaint.outcome,
        has_cause=bool(complaint.cause or complaint.cause_code_id),
        cause_code_id=complaint.cause_code_id,
        has_learning=bool(complaint.learning),
        kind=complaint.kind,
        grade_id=complaint.grade_id,
        category_id=complaint.category_id,
        channel_id=complaint.channel_id,
        unit_id=complaint.unit_id,
        person_id=complaint.person_id,
    )


def was_answered_at_stage1(complaint: Complaint) -> bool:
    """Whether an answer was given before stage 2."""
    answered = (Clock.Result.MET, Clock.Result.MISSED)
    return complaint.clocks.filter(measure=Measure.STAGE1, result__in=answered).exists()


@transaction.atomic
def reopen(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Take a case up again that was answered or has ended (เปิดเรื่องใหม่); new clocks run from this instant.

    What was referred is taken back from the other agency.
    """
    complaint = hold(complaint, expected_version=expected_version, is_archive_open=True)
    if complaint.status not in {Status.ANSWERED, *Status.ended()}:
        raise Refused(_("This complaint is still open."))
    refuse_erased(complaint)
    reason = written(reason, sentence=_("Please say why the complaint is reopened."))
    complaint.archived_at = None
    begin_again(complaint, at=at)
    complaint.status = Status.ASSIGNED if complaint.officer else Status.SCREENED
    fields = ("status", "answered_at", "closed_at", "outcome", "due_at", "reopened_count")
    keep(complaint, "reopened", *fields, "archived_at", by=by, at=at, reason=reason)
    keep_person(complaint, at=at)
    tell(complaint, "reopened", to=desk_of(complaint), by=by, at=at)
    write_to(complaint, "reopened", at=at)
    return complaint


def begin_again(complaint: Complaint, *, at: datetime) -> None:
    """Undo answer and closing, and start the next version of the clocks."""
    if complaint.closed_at:
        complaint.closings.filter(reopened_at=None).update(reopened_at=at)
        complaint.endings.filter(reopened_at=None).update(reopened_at=at)
        waiting = complaint.referrals.filter(answered_at=None, recalled_at=None)
        waiting.update(recalled_at=at, remind_at=None)
        complaint.reopened_count += 1
    complaint.answered_at = complaint.closed_at = None
    complaint.outcome = ""
    restart_stage(complaint, at=at)


def restart_stage(complaint: Complaint, *, at: datetime) -> None:
    """Start the clocks of the present stage from an instant; those that run still are left alone."""
    running = hold_clocks(complaint)
    show_progress(running, at=at)
    wanted = [
        measure
        for measure in (stage_measure(complaint), Measure.PROGRESS, Measure.IDLE)
        if measure not in running
    ]
    version = version_for(complaint.unit)
    clocks = start_clocks(
        complaint,
        wanted,
        calendar_version_pk=version.pk,
        start=calendar_numbered(version.pk).deemed_received(at),
        at=at,
    )
    if stage_measure(complaint) not in clocks:
        raise Refused(
            _(
                "The time standard %(policy)s has no limit for stage %(stage)s. An administrator must add it."
            )
            % {"policy": complaint.policy, "stage": complaint.stage}
        )
    complaint.due_at = clocks[stage_measure(complaint)].due_at


@transaction.atomic
def escalate_to_stage2(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff | None,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Have another person look at the case again (ขอทบทวน ขั้นที่ 2), as SPSO's procedure provides.

    The complainant (`by` is None) may ask once there is an answer, within six months of the event
    or two months of the answer, whichever is later. Staff may send a grave case there directly.
    """
    complaint = hold(complaint, expected_version=expected_version)
    reason = written(reason, sentence=_("Please say why it should be looked at again."))
    refuse_stage2(complaint, by=by, at=at)
    if by is None:
        at = kept_instant(complaint, at=at)
    if complaint.status == Status.WAITING:
        end_wait(complaint, by=by, at=at)
    stage1 = hold_clocks(complaint).get(Measure.STAGE1)
    stop([stage1] if stage1 else [], at=at, is_dropped=True)
    drop_drafts(complaint, by=by, at=at)
    complaint.stage, complaint.officer, complaint.status = 2, None, Status.SCREENED
    begin_again(complaint, at=at)
    fields = (
        "stage",
        "officer",
        "status",
        "paused_at",
        "answered_at",
        "closed_at",
        "outcome",
        "due_at",
        "reopened_count",
    )
    keep(complaint, "escalated", *fields, by=by, at=at, reason=reason)
    Escalation.objects.create(
        complaint=complaint,
        clock=hold_clocks(complaint)[Measure.STAGE2],
        why=Escalation.Why.STAGE2,
        level=Role.SUPERVISOR,
        raised_at=at,
    )
    tell(complaint, "stage2", to=supervisors_of(complaint), by=by, at=at)
    write_to(complaint, "stage2", at=at)
    return complaint


def refuse_stage2(complaint: Complaint, *, by: Staff | None, at: datetime) -> None:
    """Refuse a second stage 2, and a complainant's wish that comes too early or too late."""
    if complaint.stage == 2:
        raise Refused(_("This complaint is at stage 2 already."))
    if complaint.status in Status.unanswered_ends():
        raise Refused(
            _("This complaint has ended without an answer: %(status)s. It must be reopened first.")
            % {"status": complaint.get_status_display()}
        )
    if by is not None:
        return
    if complaint.answered_at is None:
        raise Refused(
            _(
                "You can ask for a review when the complaint has been answered. It has not been answered yet."
            )
        )
    event = complaint.occurred_on or local_day(complaint.received_at)
    last = sla.stage2_last_day(event, local_day(complaint.answered_at))
    if local_day(at) > last:
        raise Refused(
            _(
                "The time to ask for a review ended on %(last)s. You can file a new complaint at any time, or ask the office by telephone or in person: the supervisor may allow it with a reason."
            )
            % {"last": format_date(last)}
        )
