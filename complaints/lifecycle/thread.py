"""What is said on a case: acknowledging, asking, replying, noting, reporting progress, answering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat
from django.utils import translation
from django.utils.translation import gettext as _

from agency import attachments
from agency.attachments import Checked
from agency.calendars import version_for
from agency.models import Staff
from agency.refusal import Refused
from agency.search import normalise
from complaints.lifecycle.announcements import desk_of, supervisors_of, tell, write_to
from complaints.lifecycle.clocks import (
    calendar_numbered,
    go_on,
    hold_clocks,
    pause,
    show_progress,
    stage_measure,
    stop,
    tell_person,
)
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.links import pass_on
from complaints.lifecycle.watching import mentioned_in, refuse_unseen
from complaints.models import (
    AnswerReview,
    Clock,
    Complaint,
    ComplaintText,
    Message,
    Status,
    SubTask,
)

Files = Sequence[UploadedFile | Checked]
SILENCE = 3  # messages without a word from us that alert the supervisor
THEIRS = (Message.Kind.REPLY, Message.Kind.WITHDRAWAL)
ANSWERABLE = (*Status.workable(), Status.WAITING)


def say(
    complaint: Complaint,
    kind: str,
    body: str,
    *,
    by: Staff | None,
    at: datetime,
    files: Files = (),
) -> Message:
    """Add a line to the thread, with its files, and to what a search finds the case by.

    The complainant sees the files of what the complainant may read.
    """
    message = Message.objects.create(complaint=complaint, kind=kind, body=body, by=by, at=at)
    ComplaintText.objects.filter(pk=complaint.pk).update(
        body=Concat(F("body"), Value(f" {normalise(body)}"))
    )
    if files:
        is_public = kind in Message.Kind.public()
        message.files.set(
            attachments.attach(complaint, file, by=by, at=at, is_public=is_public) for file in files
        )
    return message


def refuse_unless_workable(complaint: Complaint, *, statuses: Sequence[str]) -> None:
    """Refuse what only makes sense while an officer works on the case."""
    if complaint.status in statuses:
        return
    if complaint.status in Status.unanswered_ends():
        raise Refused(
            _("This complaint has ended: %(status)s. Reopen it to go on working on it.")
            % {"status": complaint.get_status_display()}
        )
    if complaint.officer is None:
        raise Refused(_("This complaint has no officer yet. Assign it first."))
    if complaint.status == Status.WAITING:
        raise Refused(_("The complaint waits for the complainant already."))
    raise Refused(
        _("This complaint has been answered or closed. Reopen it to go on working on it.")
    )


@transaction.atomic
def acknowledge(
    complaint: Complaint,
    *,
    body: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Tell the complainant that the complaint is in hand (แจ้งรับเรื่อง), and stop that clock."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.acknowledged_at is not None:
        raise Refused(_("This complaint has been acknowledged already."))
    if complaint.status in Status.ended():
        raise Refused(_("This complaint has ended. There is nothing left to acknowledge."))
    body = body.replace("\x00", "").strip() or usual_acknowledgement(complaint)
    clocks = hold_clocks(complaint)
    message = say(complaint, Message.Kind.ACKNOWLEDGEMENT, body, by=by, at=at)
    acknowledged = clocks.pop("acknowledge", None)
    stop([acknowledged] if acknowledged else [], at=at)
    complaint.acknowledged_at = at
    show_progress(clocks, at=at)
    keep(complaint, "acknowledged", "acknowledged_at", by=by, at=at, message=message.pk)
    write_to(complaint, "acknowledged", at=at, message=message.pk)
    return complaint


def usual_acknowledgement(complaint: Complaint) -> str:
    """Return the text of an acknowledgement for which nobody wrote one, in the complainant's language."""
    with translation.override(complaint.person.language if complaint.person else "th"):
        return _(
            "We have received your complaint and have begun to work on it. We will write to you as soon as there is news."
        )


@transaction.atomic
def ask(
    complaint: Complaint,
    *,
    body: str,
    files: Files = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Ask the complainant for what is missing (ขอข้อมูลเพิ่มเติม); the clocks stand still until the reply."""
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_workable(complaint, statuses=Status.workable())
    body = written(body, sentence=_("Please write what you want to know."))
    clocks = hold_clocks(complaint)
    drop_drafts(complaint, by=by, at=at)
    message = say(complaint, Message.Kind.QUESTION, body, by=by, at=at, files=files)
    tell_person(complaint, clocks, at=at)
    show_progress(clocks, at=at)
    pause(list(clocks.values()), at=at)
    complaint.status, complaint.paused_at = Status.WAITING, at
    keep(
        complaint,
        "asked",
        "status",
        "paused_at",
        "acknowledged_at",
        by=by,
        at=at,
        message=message.pk,
    )
    write_to(complaint, "question", at=at, message=message.pk)
    return complaint


@transaction.atomic
def resume(
    complaint: Complaint,
    *,
    by: Staff | None,
    at: datetime,
    why: str,
    expected_version: int | None = None,
) -> Complaint:
    """End the wait for the complainant without a reply (ดำเนินการต่อ)."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status != Status.WAITING:
        raise Refused(_("This complaint does not wait for anybody."))
    end_wait(complaint, by=by, at=at, note=why)
    keep(complaint, "resumed", "status", "paused_at", "due_at", by=by, at=at, reason=why)
    tell(complaint, "resumed", to=desk_of(complaint), by=by, at=at)
    return complaint


def end_wait(
    complaint: Complaint, *, by: Staff | None, at: datetime, note: str = ""
) -> dict[str, Clock]:
    """Let the clocks of a waiting case run again; returns them."""
    clocks = hold_clocks(complaint)
    go_on([clock for clock in clocks.values() if clock.paused_at], by=by, at=at, note=note[:300])
    complaint.status = Status.IN_PROGRESS if complaint.officer else Status.SCREENED
    complaint.paused_at = None
    stage = clocks.get(stage_measure(complaint))
    if stage:
        complaint.due_at = stage.due_at
    return clocks


@transaction.atomic
def reply(complaint: Complaint, *, body: str, files: Files = (), at: datetime) -> Complaint:
    """Add what the complainant writes (ผู้ร้องตอบกลับ); a waiting case goes on by itself.

    The officer of the master hears of it too, and a case that ended takes it while its master is open.
    Of an anonymous complainant no instant finer than the working day is kept.
    """
    complaint = hold(complaint)
    if not complaint.takes_replies:
        refuse_reply(complaint)
    body = written(body, sentence=_("Please write something before you send."))
    at = kept_instant(complaint, at=at)
    message = say(complaint, Message.Kind.REPLY, body, by=None, at=at, files=files)
    if complaint.status == Status.WAITING:
        end_wait(complaint, by=None, at=at)
    keep(
        complaint,
        "replied",
        "status",
        "paused_at",
        "due_at",
        by=None,
        at=at,
        message=message.pk,
        files=len(files),
    )
    tell(complaint, "replied", to=desk_of(complaint), at=at)
    warn_of_silence(complaint, at=at)
    pass_on(complaint, at=at)
    return complaint


def warn_of_silence(complaint: Complaint, *, at: datetime) -> None:
    """Alert officer and supervisors when the complainant has written several times without a word from us.

    At the third message, and at each third one after it (PAINS, complaints 31).
    """
    count = unanswered_count(complaint)
    if count and count % SILENCE == 0:
        people = [*desk_of(complaint), *supervisors_of(complaint)]
        tell(complaint, "unanswered", to=people, at=at, count=count)


def unanswered_count(complaint: Complaint) -> int:
    """Return how many messages of the complainant stand after our last word to them."""
    ours = [kind for kind in Message.Kind.public() if kind not in THEIRS]
    last = Message.objects.filter(complaint=complaint, kind__in=ours).aggregate(pk=Max("pk"))["pk"]
    replies = Message.objects.filter(complaint=complaint, kind=Message.Kind.REPLY)
    return replies.filter(pk__gt=last or 0).count()


def refuse_reply(complaint: Complaint) -> None:
    """Say why nothing more can be written, and what can be done instead."""
    if complaint.status == Status.CLOSED:
        raise Refused(_("This complaint is closed. You can ask for it to be looked at again."))
    raise Refused(
        _("This complaint has ended: %(status)s. You can file a new complaint at any time.")
        % {"status": complaint.get_status_display()}
    )


def kept_instant(complaint: Complaint, *, at: datetime) -> datetime:
    """Return the instant to keep for what the complainant does: coarse for an anonymous one."""
    if not complaint.is_anonymous:
        return at
    calendar = calendar_numbered(version_for(complaint.unit).pk)
    day = calendar.deemed_received(at).astimezone(calendar.zone).date()
    return max(calendar.opening(day), complaint.paused_at or complaint.recorded_at)


@transaction.atomic
def note(
    complaint: Complaint,
    *,
    body: str,
    files: Files = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Write down what was done or found, for colleagues only (บันทึกภายใน); who is named by @ is told."""
    complaint = hold(complaint, expected_version=expected_version)
    body = written(body, sentence=_("Please write the note."))
    people = mentioned_in(body)
    refuse_unseen(complaint, people)
    message = say(complaint, Message.Kind.NOTE, body, by=by, at=at, files=files)
    show_progress(hold_clocks(complaint), at=at)
    keep(complaint, "noted", by=by, at=at, message=message.pk)
    tell(complaint, "mentioned", to=people, by=by, at=at)
    return complaint


@transaction.atomic
def send_progress(
    complaint: Complaint,
    *,
    body: str,
    files: Files = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Tell the complainant how the case stands (รายงานความคืบหน้า); the next letter is due a period later."""
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_workable(complaint, statuses=ANSWERABLE)
    body = written(body, sentence=_("Please write how the complaint stands."))
    clocks = hold_clocks(complaint)
    message = say(complaint, Message.Kind.PROGRESS, body, by=by, at=at, files=files)
    is_waiting = complaint.status == Status.WAITING
    tell_person(complaint, clocks, at=at)
    if is_waiting:
        pause([clock for clock in clocks.values() if not clock.paused_at], at=at)
    show_progress(clocks, at=at)
    keep(complaint, "progress_sent", "acknowledged_at", by=by, at=at, message=message.pk)
    write_to(complaint, "progress", at=at, message=message.pk)
    return complaint


@transaction.atomic
def answer(
    complaint: Complaint,
    *,
    body: str,
    files: Files = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Give the complainant the full answer (แจ้งผลการพิจารณา); it stops the clock of the stage."""
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_workable(complaint, statuses=ANSWERABLE)
    if complaint.policy.needs_review:
        raise Refused(
            _("An answer to such a complaint needs a second person. Send it for review first.")
        )
    refuse_while_others_work(complaint)
    body = written(body, sentence=_("Please write the answer."))
    return give_answer(complaint, body=body, author=by, by=by, at=at, files=files)


def refuse_while_others_work(complaint: Complaint) -> None:
    """Refuse an answer while a unit or agency that was asked has not replied."""
    states = Counter(complaint.subtasks.values_list("state", flat=True))
    waiting, back = states[SubTask.State.OPEN], states[SubTask.State.REPLIED]
    if waiting:
        raise Refused(
            _(
                "%(replied)s of %(asked)s sub-tasks have replied. Wait for the others, or do without them with a reason."
            )
            % {"replied": back, "asked": back + waiting}
        )


def give_answer(
    complaint: Complaint,
    *,
    body: str,
    author: Staff,
    by: Staff,
    at: datetime,
    files: Files = (),
    draft: Message | None = None,
) -> Complaint:
    """Send the full answer of its author; `by` is who lets it go. The case is locked already.

    The files of a draft that was looked at become the answer's.
    """
    if complaint.status == Status.WAITING:
        clocks = end_wait(complaint, by=by, at=at)
    else:
        clocks = hold_clocks(complaint)
    message = say(complaint, Message.Kind.ANSWER, body, by=author, at=at, files=files)
    if draft:
        draft.files.update(is_public=True)
        message.files.set(draft.files.all())
    tell_person(complaint, clocks, at=at, is_answer=True)
    stage = clocks.pop(stage_measure(complaint), None)
    stop([stage] if stage else [], at=at)
    show_progress(clocks, at=at)
    complaint.status, complaint.answered_at = Status.ANSWERED, at
    fields = ("status", "answered_at", "acknowledged_at", "paused_at", "due_at")
    keep(complaint, "answered", *fields, by=by, at=at, message=message.pk, stage=complaint.stage)
    write_to(complaint, "answered", at=at, message=message.pk)
    return complaint


def drop_drafts(complaint: Complaint, *, by: Staff | None, at: datetime) -> None:
    """Let a draft that waits for review be: the case goes another way. The case is locked already."""
    complaint.reviews.waiting().update(
        decided_at=at, decided_by=by, decision=AnswerReview.Decision.DROPPED
    )
