"""Where a case goes: screening, assigning, accepting, naming readers (คัดกรอง, มอบหมาย, รับเรื่อง)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, persons
from agency.models import Role, Staff, Unit
from agency.persons import PersonData
from agency.refusal import Refused
from agency.thai import local_day
from agency.units import acting
from complaints.lifecycle.announcements import supervisors_of, tell
from complaints.lifecycle.clocks import (
    hold_clocks,
    last_versions,
    retarget,
    show_progress,
    stage_measure,
    start_clocks,
    stop,
)
from complaints.lifecycle.ending import escalate_to_stage2
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.intake import restricted_readers_of
from complaints.lifecycle.policies import limits_of, policy_for
from complaints.lifecycle.thread import drop_drafts
from complaints.models import (
    Assignment,
    Category,
    Clock,
    Complaint,
    DueChange,
    Grade,
    Kind,
    Measure,
    Message,
    Reader,
    RoutingChange,
    Status,
)

ROUTE = ("kind", "grade", "category", "unit")
SCREENABLE = (Status.RECEIVED, Status.SCREENED, Status.ASSIGNED, Status.IN_PROGRESS)
HANDLERS = (Role.OFFICER, Role.SUPERVISOR)


@transaction.atomic
def screen(
    complaint: Complaint,
    *,
    kind: str,
    grade: Grade | None,
    category: Category | None,
    unit: Unit,
    by: Staff,
    at: datetime,
    stage2_reason: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Say what a case is and whose (คัดกรองเรื่อง): the standard is chosen anew, the clocks follow it.

    Another unit's case loses its officer. What once was restricted stays so. With a reason a
    serious case goes straight to stage 2 (SPSO), under the standard just chosen.
    """
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status not in SCREENABLE:
        raise Refused(
            _("Only a complaint that is being worked on can be screened. This one is: %(status)s.")
            % {"status": complaint.get_status_display()}
        )
    note_route(complaint, kind=kind, grade=grade, category=category, unit=unit, by=by, at=at)
    is_new_unit = complaint.unit_id != unit.pk
    complaint.kind, complaint.grade, complaint.category, complaint.unit = (
        kind,
        grade,
        category,
        unit,
    )
    settle_officer(complaint)
    drop_drafts(complaint, by=by, at=at)
    clocks = hold_clocks(complaint)
    apply_policy(complaint, clocks, by=by, at=at)
    restrict(complaint, by=by, at=at)
    show_progress(clocks, at=at)
    fields = (*ROUTE, "officer", "status", "policy", "due_at", "is_restricted")
    keep(
        complaint,
        "screened",
        *fields,
        by=by,
        at=at,
        kind=kind,
        grade=grade.pk if grade else None,
        category=category.pk if category else None,
        unit=unit.pk,
        policy=complaint.policy_id,
    )
    if is_new_unit:
        tell(complaint, "routed", to=supervisors_of(complaint), by=by, at=at)
    if stage2_reason.strip():
        complaint = escalate_to_stage2(complaint, reason=stage2_reason, by=by, at=at)
    return complaint


def note_route(
    complaint: Complaint,
    *,
    kind: str,
    grade: Grade | None,
    category: Category | None,
    unit: Unit,
    by: Staff | None,
    at: datetime,
) -> None:
    """Keep kind, grade, category and owner as they were, if one of them changes."""
    old = (complaint.kind, complaint.grade_id, complaint.category_id, complaint.unit_id)
    new = (kind, grade.pk if grade else None, category.pk if category else None, unit.pk)
    if old != new:
        RoutingChange.objects.create(
            complaint=complaint,
            at=at,
            by=by,
            old_kind=complaint.kind,
            old_grade_id=complaint.grade_id,
            old_category_id=complaint.category_id,
            old_unit_id=complaint.unit_id,
        )


def settle_officer(complaint: Complaint) -> None:
    """Let the officer keep the case only where the officer can see it."""
    if complaint.officer and not is_above(complaint.officer.unit, complaint.unit):
        complaint.officer = None
    if complaint.officer is None:
        complaint.status = Status.SCREENED


def is_above(unit: Unit, other: Unit) -> bool:
    """Whether a unit is the other one or stands above it."""
    return other.path.startswith(unit.path)


def apply_policy(
    complaint: Complaint, clocks: dict[str, Clock], *, by: Staff, at: datetime
) -> None:
    """Choose the standard anew and let the running clocks follow it."""
    policy = policy_for(kind=complaint.kind, grade=complaint.grade, category=complaint.category)
    if policy.pk == complaint.policy_id:
        return
    complaint.policy = policy
    limits = limits_of(policy.pk)
    kept = [clock for clock in clocks.values() if clock.measure in limits]
    lost = [clock for clock in clocks.values() if clock.measure not in limits]
    for clock in kept:
        target = limits[clock.measure].target
        clock.target, clock.days, clock.unit = target, target.days, target.unit
        clock.is_first_day_counted = target.is_first_day_counted
    Clock.objects.bulk_update(kept, ["target", "days", "unit", "is_first_day_counted"])
    retarget(kept, why=DueChange.Why.POLICY, by=by, at=at)
    stop(lost, at=at, is_dropped=True)
    for clock in lost:
        del clocks[clock.measure]
    start_missing(complaint, clocks, at=at)
    stage = clocks.get(stage_measure(complaint))
    complaint.due_at = stage.due_at if stage else complaint.due_at


def start_missing(complaint: Complaint, clocks: dict[str, Clock], *, at: datetime) -> None:
    """Start the clocks that the former standard did not have."""
    known = last_versions(complaint)
    wanted = [
        measure
        for measure in (Measure.ACKNOWLEDGE, Measure.PROGRESS, Measure.IDLE)
        if measure not in known
    ]
    stage = clocks.get(stage_measure(complaint))
    if stage and wanted:
        clocks.update(
            start_clocks(
                complaint,
                wanted,
                calendar_version_pk=stage.calendar_version_id,
                start=complaint.deemed_received_at,
                at=at,
            )
        )


def restrict(complaint: Complaint, *, by: Staff, at: datetime) -> None:
    """Name readers when a case turns out to be restricted, or comes to another unit."""
    complaint.is_restricted = complaint.is_restricted or complaint.kind in Kind.restricted()
    if complaint.is_restricted:
        name(complaint, [*restricted_readers_of(complaint.unit), by], by=by, at=at)


def name(complaint: Complaint, people: Sequence[Staff], *, by: Staff | None, at: datetime) -> None:
    """Add named readers; who is named already stays so."""
    Reader.objects.bulk_create(
        [
            Reader(complaint=complaint, staff=staff, named_by=by, named_at=at)
            for staff in dict.fromkeys(people)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def assign(
    complaint: Complaint,
    *,
    to: Staff,
    by: Staff | None,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Give the complaint to an officer of the owning unit, or of one below it (มอบหมาย).

    At stage 2 it must be somebody who did not answer at stage 1 (SPSO). `by=None` is the unit's own
    order of giving; `reason` says why this person.
    """
    complaint = hold(complaint, expected_version=expected_version)
    refuse_assignment(complaint, to=to)
    if to.unit.path.startswith(complaint.unit.path) and to.unit_id != complaint.unit_id:
        note_route(
            complaint,
            kind=complaint.kind,
            grade=complaint.grade,
            category=complaint.category,
            unit=to.unit,
            by=by,
            at=at,
        )
        complaint.unit = to.unit
    complaint.officer = to
    if complaint.status != Status.WAITING:
        complaint.status = Status.ASSIGNED
    Assignment.objects.create(complaint=complaint, officer=to, unit=complaint.unit, by=by, at=at)
    if complaint.is_restricted:
        name(complaint, [to], by=by, at=at)
    show_progress(hold_clocks(complaint), at=at)
    keep(
        complaint,
        "assigned",
        "officer",
        "status",
        "unit",
        by=by,
        at=at,
        reason=reason,
        to=to.pk,
        unit=complaint.unit_id,
    )
    tell(complaint, "assigned", to=[to], by=by, at=at, officer=to.pk)
    return complaint


def refuse_assignment(complaint: Complaint, *, to: Staff) -> None:
    """Refuse a case that is answered or ended, and an officer who cannot or must not have it."""
    if complaint.status not in Status.assignable():
        raise Refused(_("An answered or closed complaint cannot be assigned. Reopen it first."))
    refuse_officer(complaint, to=to)


def refuse_officer(complaint: Complaint, *, to: Staff) -> None:
    """Refuse an officer who cannot or must not have the case."""
    if complaint.officer_id == to.pk:
        raise Refused(_("%(officer)s has this complaint already.") % {"officer": to})
    if not (to.is_active and to.has_role(*HANDLERS)):
        raise Refused(
            _("%(officer)s does not work on complaints. Choose somebody else.") % {"officer": to}
        )
    if not (is_above(to.unit, complaint.unit) or is_above(complaint.unit, to.unit)):
        raise Refused(
            _("%(officer)s belongs to another unit. Hand the complaint to that unit first.")
            % {"officer": to}
        )
    if complaint.stage == 2 and has_answered(complaint, to):
        raise Refused(
            _("%(officer)s answered at stage 1. Stage 2 needs somebody else.") % {"officer": to}
        )


def has_answered(complaint: Complaint, staff: Staff) -> bool:
    """Whether this person answered the case at stage 1."""
    stage2 = complaint.clocks.filter(measure=Measure.STAGE2).order_by("version").first()
    answers = complaint.messages.filter(kind=Message.Kind.ANSWER, by=staff)
    return answers.filter(at__lte=stage2.started_at if stage2 else complaint.touched_at).exists()


@transaction.atomic
def accept(
    complaint: Complaint, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Complaint:
    """Take up a case one was given (รับดำเนินการ), or for an officer on leave for whom one acts."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.officer is None or by not in {
        complaint.officer,
        acting(complaint.officer, local_day(at)),
    }:
        raise Refused(_("Only the officer of the complaint can take it up."))
    if complaint.status != Status.ASSIGNED:
        raise Refused(_("This complaint has been taken up already."))
    complaint.status = Status.IN_PROGRESS
    last = complaint.assignments.order_by("-pk").first()
    if last:
        last.accepted_at = at
        last.save(update_fields=["accepted_at"])
    show_progress(hold_clocks(complaint), at=at)
    return keep(complaint, "accepted", "status", by=by, at=at)


@transaction.atomic
def name_reader(
    complaint: Complaint,
    *,
    staff: Staff,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Let one more person read a restricted case (กำหนดผู้มีสิทธิเข้าถึง)."""
    complaint = hold(complaint, expected_version=expected_version)
    if not complaint.is_restricted:
        raise Refused(_("This complaint is not restricted: everybody in its unit may read it."))
    if complaint.readers.filter(staff=staff).exists():
        raise Refused(_("%(person)s is named already.") % {"person": staff})
    if not staff.is_active:
        raise Refused(_("%(person)s does not work here any more.") % {"person": staff})
    name(complaint, [staff], by=by, at=at)
    keep(complaint, "reader_named", by=by, at=at, staff=staff.pk)
    tell(complaint, "named", to=[staff], by=by, at=at)
    return complaint


@transaction.atomic
def reveal_identity(complaint: Complaint, *, reason: str, by: Staff, at: datetime) -> PersonData:
    """Show who the complainant is, with a reason that is kept (เปิดเผยตัวตนผู้ร้อง)."""
    complaint = hold(complaint, is_archive_open=True)
    if complaint.person is None:
        raise Refused(_("This complaint has no complainant on record."))
    reason = written(reason, sentence=_("Please give the reason."))
    data = persons.reveal(complaint.person, by=by, reason=reason, at=at)
    audit.record(
        complaint, "identity_revealed", by=by, at=at, reason=reason, version=complaint.version
    )
    return data
