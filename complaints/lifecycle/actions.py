"""Corrective actions (การแก้ไขและป้องกัน): planned, done, verified by a second person, or dropped with a reason.

The person responsible is reminded three working days before the due date, on it, and every five
working days after it, until the action is done or dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agency import attachments, audit, notices
from agency.attachments import Checked
from agency.calendars import version_for
from agency.models import Notice, Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.thai import local_day
from complaints.lifecycle.clocks import calendar_numbered
from complaints.lifecycle.hold import outdated, written
from complaints.models import Cause, Complaint, CorrectiveAction

DAYS_BEFORE = 3
DAYS_BETWEEN = 5
UNFINISHED = CorrectiveAction.Status.unfinished()


@transaction.atomic
def plan_action(
    *,
    what: str,
    owner: Staff,
    unit: Unit,
    due_on: date,
    complaint: Complaint | None = None,
    cause: Cause | None = None,
    by: Staff,
    at: datetime,
) -> CorrectiveAction:
    """Plan what is done so that it does not happen again (วางแผนแก้ไขและป้องกัน); the responsible person is told."""
    what = written(what, sentence=_("Please write what is to be done."))
    cause = cause or (complaint.cause_code if complaint else None)
    if complaint is None and cause is None:
        raise Refused(_("Name the case or the cause that the action is about."))
    if due_on < local_day(at):
        raise Refused(_("The due date has passed already."))
    action = CorrectiveAction(
        what=what,
        complaint=complaint,
        cause=cause,
        unit=unit,
        owner=owner,
        due_on=due_on,
        made_by=by,
        made_at=at,
    )
    action.remind_at = next_reminder(action, after=at)
    action.save()
    audit.record(action, "planned", by=by, at=at, to=owner.pk)
    if complaint:
        audit.record(complaint, "action_planned", by=by, at=at, action=action.pk)
    if owner != by:
        tell_owner(action, "action_given", at=at)
    return action


@transaction.atomic
def start_action(
    action: CorrectiveAction, *, by: Staff, at: datetime, expected_version: int | None = None
) -> CorrectiveAction:
    """Say that work on it has begun (เริ่มดำเนินการ)."""
    action = held(action, expected_version=expected_version)
    if action.status != CorrectiveAction.Status.PLANNED:
        raise Refused(_("This action has begun or ended already."))
    action.status = CorrectiveAction.Status.DOING
    return kept(action, "action_started", "status", by=by, at=at)


@transaction.atomic
def finish_action(
    action: CorrectiveAction,
    *,
    result: str,
    files: Sequence[UploadedFile | Checked] = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Say what was done, with evidence (ดำเนินการแล้วเสร็จ); reminders end."""
    action = held(action, expected_version=expected_version)
    if action.status not in UNFINISHED:
        raise Refused(_("This action has ended already."))
    action.result = written(result, sentence=_("Please write what was done."))
    for file in files:
        attachments.attach(action, file, by=by, at=at)
    action.status, action.done_at, action.remind_at = CorrectiveAction.Status.DONE, at, None
    return kept(action, "action_done", "status", "result", "done_at", "remind_at", by=by, at=at)


@transaction.atomic
def verify_action(
    action: CorrectiveAction, *, by: Staff, at: datetime, expected_version: int | None = None
) -> CorrectiveAction:
    """Confirm as a second person that it was done (ตรวจรับผล)."""
    action = held(action, expected_version=expected_version)
    if action.status != CorrectiveAction.Status.DONE:
        raise Refused(_("Only what is done can be verified."))
    if action.owner_id == by.pk:
        raise Refused(_("Somebody else than the responsible person verifies."))
    action.status, action.verified_by = CorrectiveAction.Status.VERIFIED, by
    return kept(action, "action_verified", "status", "verified_by", by=by, at=at)


@transaction.atomic
def drop_action(
    action: CorrectiveAction,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Give an action up, with the reason (ยกเลิก)."""
    action = held(action, expected_version=expected_version)
    if action.status not in UNFINISHED:
        raise Refused(_("This action has ended already."))
    action.dropped_because = written(reason, sentence=_("Please say why it is dropped."))
    action.status, action.remind_at = CorrectiveAction.Status.DROPPED, None
    return kept(action, "action_dropped", "status", "dropped_because", "remind_at", by=by, at=at)


def held(action: CorrectiveAction, *, expected_version: int | None) -> CorrectiveAction:
    """Lock an action and return it as it stands now; refuse if it is not the one the person saw."""
    locked = CorrectiveAction.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("owner", "unit", "complaint").get(pk=action.pk)
    if expected_version not in {None, found.version}:
        raise outdated(found, expected_version=expected_version or 0)
    return found


def kept(
    action: CorrectiveAction, verb: str, *fields: str, by: Staff, at: datetime
) -> CorrectiveAction:
    """Write the named fields, count the change and record who did it."""
    action.version += 1
    action.save(update_fields=[*fields, "version"])
    audit.record(action, verb, by=by, at=at, version=action.version)
    return action


# Reminders


def next_reminder(action: CorrectiveAction, *, after: datetime) -> datetime:
    """Return when the responsible person is reminded next, at the opening of a working day."""
    calendar = calendar_numbered(version_for(action.unit).pk)
    for days in (-DAYS_BEFORE, 0):
        opening = calendar.opening(calendar.add_working_days(action.due_on, days))
        if opening > after:
            return opening
    return calendar.opening(calendar.add_working_days(local_day(after), DAYS_BETWEEN))


def remind_actions(*, at: datetime, limit: int = 200) -> int:
    """Remind of actions that come due or are late; returns how many, 0 when none is left."""
    with transaction.atomic():
        due = CorrectiveAction.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
        due = due.select_for_update(of=("self",), skip_locked=True)
        rows = list(due.select_related("owner", "unit", "complaint")[:limit])
        for action in rows:
            action.reminded_count += 1
            action.remind_at = next_reminder(action, after=at)
            action.save(update_fields=["reminded_count", "remind_at"])
            audit.record(action, "reminded", by=None, at=at, count=action.reminded_count)
            tell_owner(action, "action_due", at=at)
    return len(rows)


def tell_owner(action: CorrectiveAction, kind: str, *, at: datetime) -> None:
    """Write a notice to the responsible person; it holds no word of the case."""
    draft = NoticeDraft(
        subject=action,
        kind=f"complaints.{kind}",
        to=action.owner,
        key=f"complaints.{kind}:{action.pk}:{action.reminded_count}",
        url=action.get_absolute_url(),
        data={"action": action.pk},
        is_personal=action.complaint is not None and action.complaint.is_restricted,
    )
    notices.enqueue_many([draft], at=at)


def owed_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for work only while the action is owed."""
    owed = set(
        CorrectiveAction.objects.unfinished()
        .filter(pk__in={row.object_id for row in rows})
        .values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.object_id in owed}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    titles = {
        "action_given": lambda facts: _("A corrective action was given to you"),
        "action_due": lambda facts: _("A corrective action of yours is due or late"),
    }
    for kind, title in titles.items():
        notices.register(f"complaints.{kind}", title=title, still_stands=owed_still)
