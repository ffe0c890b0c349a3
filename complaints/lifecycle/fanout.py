"""Fan-out (มอบงานย่อย): one case, several units and agencies asked at once, each with its own limit.

The complainant brings the matter once and is answered once, when all have replied. Who is asked
reads the question and, where nothing is secret, what was filed; never who filed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agency import attachments, audit, notices, units
from agency.attachments import Checked
from agency.calendars import version_for
from agency.models import Attachment, PartnerAgency, Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from complaints import sla
from complaints.lifecycle.announcements import desk_of, tell
from complaints.lifecycle.clocks import calendar_numbered, hold_clocks, show_progress
from complaints.lifecycle.hold import Outdated, hold, keep, written
from complaints.lifecycle.thread import say
from complaints.models import Complaint, Message, Status, SubTask

OFFSETS = (-1, 0, 1)  # working days from the limit: reminded, due, put before the supervisor
MOST_ASKED = 20
MOST_DAYS = 90
State = SubTask.State


@transaction.atomic
def fan_out(
    complaint: Complaint,
    *,
    units: Sequence[Unit] = (),
    agencies: Sequence[PartnerAgency] = (),
    question: str,
    days: int,
    is_filing_shown: bool = False,
    files: Sequence[Attachment] = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Ask units and agencies on a case, all at once (มอบงานย่อย); each gets a sub-task of its own."""
    complaint = hold(complaint, expected_version=expected_version)
    asked: list[Unit | PartnerAgency] = [*units, *agencies]
    refuse_fan_out(complaint, asked=asked, days=days)
    question = written(question, sentence=_("Please write what you ask of them."))
    is_filing_shown = is_filing_shown and not is_secret(complaint)
    last = complaint.subtasks.aggregate(last=Max("number"))["last"] or 0
    made = [
        SubTask(
            complaint=complaint,
            number=number,
            unit=one if isinstance(one, Unit) else None,
            agency=None if isinstance(one, Unit) else one,
            question=question,
            is_filing_shown=is_filing_shown,
            asked_by=by,
            asked_at=at,
            days=days,
        )
        for number, one in enumerate(asked, start=last + 1)
    ]
    for subtask in made:
        run(subtask, at=at)
        subtask.save()
        subtask.files.set(files)
        tell_asked(subtask, "subtask_asked", by=by, at=at)
    show_progress(hold_clocks(complaint), at=at)
    return keep(complaint, "fanned_out", by=by, at=at, subtasks=[each.pk for each in made])


def refuse_fan_out(
    complaint: Complaint, *, asked: Sequence[Unit | PartnerAgency], days: int
) -> None:
    """Refuse what has an answer or an end, nobody, the own unit, and whoever is asked already."""
    if complaint.status not in Status.assignable():
        raise Refused(
            _("Others are asked only before the answer. This complaint is: %(status)s.")
            % {"status": complaint.get_status_display()}
        )
    if not 1 <= len(asked) <= MOST_ASKED:
        raise Refused(
            _("Please choose from 1 to %(most)s units or agencies.") % {"most": MOST_ASKED}
        )
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("Please give from 1 to %(most)s days.") % {"most": MOST_DAYS})
    waiting = {each.asked for each in complaint.subtasks.open().select_related("unit", "agency")}
    for one in asked:
        if one == complaint.unit:
            raise Refused(_("This complaint is %(unit)s’s own. Ask others.") % {"unit": named(one)})
        if one in waiting:
            raise Refused(_("%(unit)s is asked already.") % {"unit": named(one)})
        if not one.is_active:
            raise Refused(_("%(unit)s does not work any more. Ask others.") % {"unit": named(one)})


def named(asked: Unit | PartnerAgency) -> str:
    """Return the name of a unit or agency."""
    return asked.name if isinstance(asked, Unit) else str(asked)


def is_secret(complaint: Complaint) -> bool:
    """Whether even the text of the filing could tell who brought it."""
    return complaint.is_restricted or complaint.is_identity_masked or complaint.is_anonymous


def run(subtask: SubTask, *, at: datetime) -> None:
    """Give a sub-task its limit, on the calendar of who is asked; an agency's is the case's own."""
    subtask.calendar_version = version_for(subtask.unit or subtask.complaint.unit)
    aim(subtask, at=at)


def aim(subtask: SubTask, *, at: datetime) -> None:
    """Compute due date and next reminder of a sub-task."""
    calendar = calendar_numbered(subtask.calendar_version_id)
    subtask.due_at = sla.due_at(
        calendar.deemed_received(subtask.asked_at),
        days=subtask.days,
        unit=sla.WORKING,
        is_first_day_counted=False,
        calendar=calendar,
    )
    subtask.next_milestone_at = sla.next_milestone(
        subtask.due_at, OFFSETS, after=at, unit=sla.WORKING, calendar=calendar
    )


# What becomes of it


@transaction.atomic
def reply_subtask(
    subtask: SubTask,
    *,
    body: str,
    files: Sequence[UploadedFile | Checked] = (),
    by: Staff,
    at: datetime,
) -> SubTask:
    """Answer a sub-task (ตอบงานย่อย); the files go to the case. An agency's answer is keyed in by the officer."""
    complaint, subtask = hold_open(subtask)
    body = written(body, sentence=_("Please write the reply."))
    message = say(complaint, Message.Kind.SUBTASK_REPLY, body, by=by, at=at)
    end_subtask(subtask, State.REPLIED, by=by, at=at, reply=body)
    kept = [attachments.attach(complaint, file, by=by, at=at) for file in files]
    subtask.reply_files.set(kept)
    note_move(complaint, "subtask_replied", subtask, by=by, at=at, message=message.pk)
    return subtask


@transaction.atomic
def return_subtask(subtask: SubTask, *, reason: str, by: Staff, at: datetime) -> SubTask:
    """Hand a sub-task back without a reply, with the reason (ส่งคืนงานย่อย)."""
    complaint, subtask = hold_open(subtask)
    reason = written(reason, sentence=_("Please give the reason."))
    end_subtask(subtask, State.RETURNED, by=by, at=at, reason=reason)
    note_move(complaint, "subtask_returned", subtask, by=by, at=at, reason=reason)
    return subtask


@transaction.atomic
def cancel_subtask(subtask: SubTask, *, reason: str, by: Staff, at: datetime) -> SubTask:
    """Do without a reply, with the reason (ยกเลิกงานย่อย); who was asked is told."""
    complaint, subtask = hold_open(subtask)
    reason = written(reason, sentence=_("Please give the reason."))
    end_subtask(subtask, State.CANCELLED, by=by, at=at, reason=reason)
    show_progress(hold_clocks(complaint), at=at)
    keep(complaint, "subtask_cancelled", by=by, at=at, reason=reason, subtask=subtask.pk)
    tell_asked(subtask, "subtask_cancelled", by=by, at=at)
    return subtask


def drop_subtasks(complaint: Complaint, *, by: Staff | None, at: datetime) -> None:
    """Take back what is still open, because the case has ended; the case is locked already."""
    waiting = complaint.subtasks.open().select_related("unit", "agency")
    reason = _("The case ended: %(status)s.") % {"status": complaint.get_status_display()}
    for subtask in waiting.select_for_update(of=("self",), no_key=True).order_by("pk"):
        subtask.complaint = complaint
        end_subtask(subtask, State.CANCELLED, by=by, at=at, reason=reason)
        tell_asked(subtask, "subtask_cancelled", by=by, at=at)


def note_file_read(subtask: SubTask, file: Attachment, *, by: Staff, at: datetime) -> None:
    """Log who opened a file of a restricted case through a sub-task (บันทึกการเข้าถึง)."""
    if subtask.complaint.is_restricted:
        audit.record(subtask.complaint, "attachment_read", by=by, at=at, attachment=file.pk)


def hold_open(subtask: SubTask) -> tuple[Complaint, SubTask]:
    """Lock case and sub-task; refuse one that is not open any more, telling what became of it."""
    complaint = hold(subtask.complaint)
    held = (
        SubTask.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "agency", "ended_by")
        .get(pk=subtask.pk)
    )
    held.complaint = complaint
    if not held.is_open:
        raise Outdated(
            _("This sub-task is not open any more: %(state)s.")
            % {"state": held.get_state_display()},
            changes=list(audit.entries_of(complaint).filter(data__subtask=held.pk)),
        )
    return complaint, held


def end_subtask(
    subtask: SubTask,
    state: str,
    *,
    by: Staff | None,
    at: datetime,
    reply: str = "",
    reason: str = "",
) -> None:
    """Write how a sub-task ended."""
    subtask.state, subtask.ended_at, subtask.ended_by = state, at, by
    subtask.reply, subtask.reason, subtask.next_milestone_at = reply, reason, None
    fields = ["state", "ended_at", "ended_by", "reply", "reason", "next_milestone_at"]
    subtask.save(update_fields=fields)


def note_move(
    complaint: Complaint,
    verb: str,
    subtask: SubTask,
    *,
    by: Staff,
    at: datetime,
    reason: str = "",
    **facts: int,
) -> None:
    """Record on the case what became of a sub-task, and tell its desk."""
    show_progress(hold_clocks(complaint), at=at)
    keep(complaint, verb, by=by, at=at, reason=reason, subtask=subtask.pk, **facts)
    tell(complaint, verb, to=desk_of(complaint), by=by, at=at, subtask=subtask.pk)


def tell_asked(subtask: SubTask, kind: str, *, at: datetime, by: Staff | None = None) -> None:
    """Tell the unit that is asked: its supervisors and, unless the case is restricted, its officers."""
    people = people_asked(subtask)
    drafts = [
        NoticeDraft(
            subject=subtask,
            kind=f"complaints.{kind}",
            to=person,
            key=f"complaints.{kind}:{subtask.pk}",
            url=subtask.get_absolute_url(),
            data={"number": subtask.complaint.number, "subtask": subtask.pk},
            is_personal=subtask.complaint.is_restricted,
        )
        for person in people
        if person != by
    ]
    if drafts:
        notices.enqueue_many(drafts, at=at)


def people_asked(subtask: SubTask) -> list[Staff]:
    """Return who answers for a sub-task in the unit that is asked; nobody of ours for an agency."""
    if subtask.unit is None:
        return []
    found = units.supervisors_of(subtask.unit)
    if not subtask.complaint.is_restricted:
        officers = Staff.objects.active().of_unit(subtask.unit).with_role("officer")
        found += list(officers.select_related("unit", "deputy").order_by("pk"))
    return list(dict.fromkeys(found))
