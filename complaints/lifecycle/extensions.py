"""More time (ขยายเวลา): asked with a reason, decided by somebody else, the complainant told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency.models import Role, Staff
from agency.refusal import Refused
from complaints.lifecycle.announcements import desk_of, supervisors_of, tell, write_to
from complaints.lifecycle.clocks import hold_clocks, retarget, stage_measure
from complaints.lifecycle.hold import hold, keep, written
from complaints.models import Clock, Complaint, DueChange, Escalation, Extension, Status

EXTENDABLE = (*Status.workable(), Status.WAITING)


@transaction.atomic
def ask_extension(
    complaint: Complaint,
    *,
    days: int,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Extension:
    """Ask for more time for the full answer; it is put before the supervisor."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status not in EXTENDABLE:
        raise Refused(_("More time can be asked only while an officer works on the complaint."))
    reason = written(reason, sentence=_("Please say why more time is needed."))
    most = complaint.policy.max_extension_days
    if not 1 <= days <= most:
        raise Refused(_("Please give from 1 to %(most)s days.") % {"most": most})
    clock = hold_clocks(complaint)[stage_measure(complaint)]
    if clock.extensions.filter(state=Extension.State.ASKED).exists():
        raise Refused(_("More time has been asked already and waits for a decision."))
    extension = Extension.objects.create(
        clock=clock, days=days, reason=reason, asked_by=by, asked_at=at
    )
    Escalation.objects.create(
        complaint=complaint,
        clock=clock,
        clock_version=clock.revision,
        extension=extension,
        why=Escalation.Why.EXTENSION,
        level=Role.SUPERVISOR,
        raised_at=at,
    )
    keep(complaint, "extension_asked", by=by, at=at, extension=extension.pk, days=days)
    tell(complaint, "extension_asked", to=supervisors_of(complaint), by=by, at=at)
    return extension


@transaction.atomic
def decide_extension(
    extension: Extension,
    *,
    granted: bool,
    remark: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Grant or refuse more time; who asked must not decide."""
    complaint = hold(extension.clock.complaint, expected_version=expected_version)
    clocks = hold_clocks(complaint)
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    refuse_decision(extension, clocks=clocks, by=by)
    extension.state = Extension.State.GRANTED if granted else Extension.State.REFUSED
    extension.decided_by, extension.decided_at, extension.remark = by, at, remark.strip()
    extension.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    if granted:
        lengthen(complaint, clocks[stage_measure(complaint)], extension, by=by, at=at)
    settle_escalation(extension, granted=granted, remark=remark, by=by, at=at)
    verb = "extension_granted" if granted else "extension_refused"
    keep(complaint, verb, "due_at", by=by, at=at, reason=remark, extension=extension.pk)
    tell(complaint, verb, to=desk_of(complaint), by=by, at=at)
    if granted:
        write_to(complaint, "extended", at=at, due=complaint.due_at.isoformat())
    return complaint


def refuse_decision(extension: Extension, *, clocks: dict[str, Clock], by: Staff) -> None:
    """Refuse a second decision, one's own wish, and time for what is done."""
    if extension.state != Extension.State.ASKED:
        raise Refused(_("This has been decided already."))
    if extension.asked_by_id == by.pk:
        raise Refused(_("You asked for this yourself. Another person must decide."))
    if extension.clock_id not in {clock.pk for clock in clocks.values()}:
        raise Refused(_("The complaint has been answered meanwhile. Mark the request as reviewed."))


def lengthen(
    complaint: Complaint, clock: Clock, extension: Extension, *, by: Staff, at: datetime
) -> None:
    """Give a clock its granted days."""
    clock.extended_days += extension.days
    clock.save(update_fields=["extended_days"])
    retarget([clock], why=DueChange.Why.EXTENSION, by=by, at=at)
    complaint.due_at = clock.due_at


def settle_escalation(
    extension: Extension, *, granted: bool, remark: str, by: Staff, at: datetime
) -> None:
    """Take the request off the board with what was decided."""
    decision = Escalation.Decision.EXTENDED if granted else Escalation.Decision.NOT_EXTENDED
    Escalation.objects.filter(extension=extension, decided_at=None).update(
        decided_at=at, decided_by=by, decision=decision, remark=remark.strip()
    )
