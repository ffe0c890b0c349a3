"""The escalation review (ทบทวนเรื่องที่ยกระดับ): what a supervisor or executive does with an escalated case.

Nothing leaves the board unseen: what was settled meanwhile stays until somebody marks it reviewed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.announcements import desk_of, tell
from complaints.lifecycle.clocks import hold_clocks, show_progress
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.routing import assign
from complaints.lifecycle.thread import say
from complaints.models import Complaint, Escalation, Extension, Message, Status

Decision = Escalation.Decision


@transaction.atomic
def take_over(
    escalation: Escalation, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Escalation:
    """Work on the case oneself (รับเรื่องไว้เอง)."""
    complaint, escalation = undecided(escalation, expected_version=expected_version)
    assign(complaint, to=by, by=by, at=at)
    return decide(escalation, Decision.TAKEN_OVER, by=by, at=at)


@transaction.atomic
def reassign(
    escalation: Escalation,
    *,
    to: Staff,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Escalation:
    """Give the case to another officer (มอบหมายใหม่)."""
    complaint, escalation = undecided(escalation, expected_version=expected_version)
    assign(complaint, to=to, by=by, at=at)
    return decide(escalation, Decision.REASSIGNED, by=by, at=at, to=to.pk)


@transaction.atomic
def instruct(
    escalation: Escalation,
    *,
    body: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Escalation:
    """Tell the officer what to do (สั่งการ)."""
    return direct(
        escalation, Decision.INSTRUCTED, body=body, by=by, at=at, expected_version=expected_version
    )


@transaction.atomic
def send_back(
    escalation: Escalation,
    *,
    body: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Escalation:
    """Hand the case back to the officer, who settles it as before (ส่งคืน)."""
    return direct(
        escalation, Decision.SENT_BACK, body=body, by=by, at=at, expected_version=expected_version
    )


@transaction.atomic
def mark_reviewed(
    escalation: Escalation,
    *,
    remark: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Escalation:
    """Note that one has seen it (ทบทวนแล้ว); what asked for a decision needs the decision."""
    complaint, escalation = undecided(
        escalation, is_settled_taken=True, expected_version=expected_version
    )
    is_done = is_settled(escalation)
    if escalation.why == Escalation.Why.EXTENSION:
        if not is_done:
            raise Refused(_("Grant or refuse the time that is asked for."))
        drop_extension(escalation, by=by, at=at)
    decision = Decision.SETTLED if is_done else Decision.REVIEWED
    keep(
        complaint,
        "escalation_reviewed",
        by=by,
        at=at,
        reason=remark,
        escalation=escalation.pk,
        decision=decision,
    )
    return decide(escalation, decision, by=by, at=at, remark=remark)


def undecided(
    escalation: Escalation, *, is_settled_taken: bool = False, expected_version: int | None
) -> tuple[Complaint, Escalation]:
    """Lock case and escalation; refuse what was decided, or settled, meanwhile."""
    complaint = hold(escalation.complaint, expected_version=expected_version)
    escalation = (
        Escalation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clock", "extension", "subtask", "decided_by")
        .get(pk=escalation.pk)
    )
    escalation.complaint = complaint
    if escalation.decided_at:
        raise Refused(
            _("%(who)s has dealt with this already: %(decision)s.")
            % {"who": escalation.decided_by, "decision": escalation.get_decision_display()}
        )
    if is_settled(escalation) and not is_settled_taken:
        raise Refused(_("The matter was settled meanwhile. Mark it as reviewed."))
    return complaint, escalation


def is_settled(escalation: Escalation) -> bool:
    """Whether what escalated is over: closed, answered, extended, taken up again."""
    if escalation.complaint.status in {Status.ANSWERED, *Status.ended()}:
        return True
    if escalation.subtask:
        return not escalation.subtask.is_open
    clock = escalation.clock
    if clock is None:
        return False
    return clock.stopped_at is not None or (
        escalation.step_id is not None and clock.revision != escalation.clock_version
    )


def decide(
    escalation: Escalation,
    decision: str,
    *,
    by: Staff,
    at: datetime,
    remark: str = "",
    **facts: Any,
) -> Escalation:
    """Write what was decided; that is what takes it off the board."""
    escalation.decided_at, escalation.decided_by = at, by
    escalation.decision, escalation.remark = decision, remark.strip()
    escalation.save(update_fields=["decided_at", "decided_by", "decision", "remark"])
    audit.record(escalation, "decided", by=by, at=at, decision=decision, **facts)
    return escalation


def direct(
    escalation: Escalation,
    decision: str,
    *,
    body: str,
    by: Staff,
    at: datetime,
    expected_version: int | None,
) -> Escalation:
    """Write to the officer on the case, and take the escalation off the board."""
    complaint, escalation = undecided(escalation, expected_version=expected_version)
    if escalation.why == Escalation.Why.EXTENSION:
        raise Refused(_("Grant or refuse the time that is asked for."))
    body = written(body, sentence=_("Please write what the officer should do."))
    message = say(complaint, Message.Kind.INSTRUCTION, body, by=by, at=at)
    verb = str(decision)
    keep(complaint, verb, by=by, at=at, escalation=escalation.pk, message=message.pk)
    tell(complaint, verb, to=desk_of(complaint), by=by, at=at)
    return decide(escalation, decision, by=by, at=at, remark=body)


def drop_extension(escalation: Escalation, *, by: Staff, at: datetime) -> None:
    """Settle a request for time that came to nothing: the answer was quicker."""
    Extension.objects.filter(pk=escalation.extension_id or 0, state=Extension.State.ASKED).update(
        state=Extension.State.REFUSED, decided_by=by, decided_at=at
    )


def instruct_officer(
    complaint: Complaint,
    *,
    body: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Tell the officer what to do, without an escalation (สั่งการ)."""
    with transaction.atomic():
        complaint = hold(complaint, expected_version=expected_version)
        if complaint.status in Status.ended():
            raise Refused(_("This complaint has ended. Reopen it to go on working on it."))
        body = written(body, sentence=_("Please write what the officer should do."))
        message = say(complaint, Message.Kind.INSTRUCTION, body, by=by, at=at)
        show_progress(hold_clocks(complaint), at=at)
        keep(complaint, "instructed", by=by, at=at, message=message.pk)
        tell(complaint, "instructed", to=desk_of(complaint), by=by, at=at)
    return complaint
