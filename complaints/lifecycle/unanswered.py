"""How a case ends without an answer: not accepted, referred to another agency, withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agency import audit
from agency.calendars import version_for
from agency.models import PartnerAgency, Staff
from agency.refusal import Refused
from agency.thai import local_day
from complaints.lifecycle.announcements import desk_of, tell, write_to
from complaints.lifecycle.clocks import calendar_numbered, hold_clocks, stop, tell_person
from complaints.lifecycle.fanout import drop_subtasks
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.keeping import keep_person
from complaints.lifecycle.thread import drop_drafts, end_wait, kept_instant, say
from complaints.models import Complaint, Ending, Message, Referral, RejectionReason, Status

ENDED = ("status", "closed_at", "paused_at", "acknowledged_at", "due_at")


@transaction.atomic
def reject(
    complaint: Complaint,
    *,
    reason: RejectionReason,
    body: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Do not accept a matter, for one of the coded reasons (ไม่รับเรื่อง).

    The complainant is told the reason and what can be done instead; the case can be reopened.
    """
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_unanswered(complaint)
    if not reason.is_active:
        raise Refused(_("This reason is not used any more. Choose another one."))
    text = rejection_text(complaint, reason, body)
    message = say(complaint, Message.Kind.REJECTION, text, by=by, at=at)
    end(complaint, Status.REJECTED, by=by, at=at, reason=reason)
    keep(complaint, "rejected", *ENDED, by=by, at=at, code=reason.code, message=message.pk)
    tell(complaint, "rejected", to=desk_of(complaint), by=by, at=at)
    write_to(complaint, "rejected", at=at, message=message.pk)
    return complaint


@transaction.atomic
def refer(
    complaint: Complaint,
    *,
    agency: PartnerAgency,
    body: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Send a matter to the agency whose it is (ส่งต่อหน่วยงานอื่น), and tell the complainant which one.

    The Act of B.E. 2565 wants the agency named. The referral waits for that agency's answer and
    reminds the officer of it.
    """
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_unanswered(complaint)
    if not agency.is_active:
        raise Refused(_("Nothing is referred to this agency any more. Choose another one."))
    body = written(body, sentence=_("Please write why the matter belongs to that agency."))
    text = referral_text(complaint, agency, body)
    message = say(complaint, Message.Kind.REFERRAL, text, by=by, at=at)
    end(complaint, Status.REFERRED, by=by, at=at)
    referral = Referral.objects.create(
        complaint=complaint,
        agency=agency,
        referred_at=at,
        referred_by=by,
        remind_at=reminder_after(complaint, agency, at=at),
    )
    keep(
        complaint,
        "referred",
        *ENDED,
        by=by,
        at=at,
        agency=agency.pk,
        referral=referral.pk,
        message=message.pk,
    )
    tell(complaint, "referred", to=desk_of(complaint), by=by, at=at)
    write_to(complaint, "referred", at=at, message=message.pk)
    return complaint


@transaction.atomic
def withdraw(
    complaint: Complaint,
    *,
    body: str,
    by: Staff | None,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """End a case because the complainant wants no more of it (ถอนเรื่อง).

    The complainant does it on the own page (`by` is None), or an officer writes down who said so
    and how. What was reported anonymously keeps no instant finer than the day.
    """
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_unanswered(complaint)
    if by is None:
        at = kept_instant(complaint, at=at)
        body = body.replace("\x00", "").strip() or _("I withdraw my complaint.")
    else:
        sentence = _("Please write when and how the complainant said so.")
        body = written(body, sentence=sentence)
    message = say(complaint, Message.Kind.WITHDRAWAL, body, by=by, at=at)
    end(complaint, Status.WITHDRAWN, by=by, at=at)
    keep(complaint, "withdrawn", *ENDED, by=by, at=at, message=message.pk)
    tell(complaint, "withdrawn", to=desk_of(complaint), by=by, at=at)
    write_to(complaint, "withdrawn", at=at)
    return complaint


def refuse_unless_unanswered(complaint: Complaint) -> None:
    """Refuse to end what has ended, and what has an answer: that is closed with its outcome."""
    if complaint.status in Status.ended():
        raise Refused(
            _("This complaint has ended already: %(status)s.")
            % {"status": complaint.get_status_display()}
        )
    if complaint.answered_at is not None:
        raise Refused(_("This complaint has been answered. Close it with its outcome."))


def end(
    complaint: Complaint,
    status: str,
    *,
    by: Staff | None,
    at: datetime,
    reason: RejectionReason | None = None,
) -> None:
    """Stop every clock and keep how the case ended; the caller writes the case.

    A word to the complainant fulfils acknowledgement and progress letter; a withdrawal does not.
    """
    is_waiting = complaint.status == Status.WAITING
    clocks = end_wait(complaint, by=by, at=at) if is_waiting else hold_clocks(complaint)
    if status != Status.WITHDRAWN:
        tell_person(complaint, clocks, at=at, is_answer=True)
    running = [clock for clock in clocks.values() if clock.stopped_at is None]
    stop(running, at=at, is_dropped=True)
    drop_drafts(complaint, by=by, at=at)
    complaint.status, complaint.closed_at, complaint.paused_at = status, at, None
    drop_subtasks(complaint, by=by, at=at)
    Ending.objects.create(
        complaint=complaint, how=status, ended_at=at, recorded_at=at, by=by, reason=reason
    )
    keep_person(complaint, at=at)


def language_of(complaint: Complaint) -> str:
    """Return the language in which the complainant is written to."""
    return complaint.person.language if complaint.person else "th"


def rejection_text(complaint: Complaint, reason: RejectionReason, body: str) -> str:
    """Return what the complainant reads: the reason, the officer's words, the next step."""
    with translation.override(language_of(complaint)):
        head = _("We cannot take up your complaint. The reason: %(reason)s") % {"reason": reason}
        parts = [head, body.replace("\x00", "").strip(), reason.next_step]
    return "\n\n".join(part for part in parts if part)


def referral_text(complaint: Complaint, agency: PartnerAgency, body: str) -> str:
    """Return what the complainant reads: which agency it is, why, and how to reach it."""
    with translation.override(language_of(complaint)):
        told = {"agency": agency, "contact": agency.contact}
        head = _("We have sent your complaint on to %(agency)s, whose matter it is.") % told
        foot = _("You reach that agency here: %(contact)s") % told
    return f"{head}\n\n{body}\n\n{foot}"


# The other agency


def reminder_after(complaint: Complaint, agency: PartnerAgency, *, at: datetime) -> datetime:
    """Return when the officer is to be reminded that no answer has come."""
    calendar = calendar_numbered(version_for(complaint.unit).pk)
    return calendar.opening(calendar.add_working_days(local_day(at), agency.reply_days))


@transaction.atomic
def record_referral_answer(
    complaint: Complaint,
    *,
    body: str,
    is_told: bool = False,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Keep what the other agency answered (บันทึกผลจากหน่วยงานอื่น); sent on to the complainant if wished."""
    complaint = hold(complaint, expected_version=expected_version)
    referral = complaint.referrals.filter(answered_at=None, recalled_at=None).first()
    if referral is None:
        raise Refused(_("No other agency owes an answer on this complaint."))
    body = written(body, sentence=_("Please write what the agency answered."))
    referral.answer, referral.answered_at, referral.remind_at = body, at, None
    referral.save(update_fields=["answer", "answered_at", "remind_at"])
    kind = Message.Kind.AGENCY_ANSWER if is_told else Message.Kind.NOTE
    message = say(complaint, kind, body, by=by, at=at)
    keep(complaint, "referral_answered", by=by, at=at, referral=referral.pk, message=message.pk)
    if is_told:
        write_to(complaint, "agency_answer", at=at, message=message.pk)
    return complaint


def remind_referrals(*, at: datetime, limit: int = 200) -> int:
    """Remind the desk of referrals without an answer; returns how many, 0 when none is left.

    Each is told again when as many working days have passed as the agency has to answer.
    """
    with transaction.atomic():
        due = Referral.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
        due = due.select_for_update(of=("self",), skip_locked=True)
        rows = list(due.select_related("agency", "complaint__unit", "complaint__officer")[:limit])
        for referral in rows:
            remind(referral, at=at)
    return len(rows)


def remind(referral: Referral, *, at: datetime) -> None:
    """Tell the desk of one referral, and set the next reminder."""
    complaint = referral.complaint
    referral.reminded_count += 1
    referral.remind_at = reminder_after(complaint, referral.agency, at=at)
    referral.save(update_fields=["reminded_count", "remind_at"])
    audit.record(complaint, "referral_reminded", by=None, at=at, referral=referral.pk)
    turn = f"{referral.pk}.{referral.reminded_count}"
    desk = desk_of(complaint)
    tell(complaint, "referral_unanswered", to=desk, at=at, turn=turn, referral=referral.pk)
