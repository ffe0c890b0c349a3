"""Follow-ups (ติดตามผู้ไม่พึงพอใจ): going back to who was not content and left a contact; indicator 3.2-07.

The limit is ten working days after the answer came, by the calendar of the unit. Nothing is opened
after an anonymous survey, nor twice for one response.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agency import audit, notices, units
from agency.calendars import version_for, working_calendar
from agency.models import Notice, Staff
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.workdays import WorkingCalendar
from surveys import permissions
from surveys.models import FollowUp, Response
from surveys.selectors.followups import comment_of, is_dissatisfied

WORKING_DAYS = 10
SOON = timedelta(days=2)  # before the limit the owner is reminded


def open_if_dissatisfied(response: Response, *, at: datetime) -> FollowUp | None:
    """Open a follow-up where the answers are bad and the person can be reached; in the caller's transaction."""
    person = response.person
    if (
        response.is_anonymous
        or person is None
        or not (person.email or person.phone or person.address)
    ):
        return None
    if not is_dissatisfied(response):
        return None
    unit = response.unit or response.wave.survey.unit
    calendar = version_for(unit)
    made, is_new = FollowUp.objects.get_or_create(
        response=response,
        defaults={
            "wave": response.wave,
            "person": person,
            "unit": unit,
            "wish": comment_of(response),
            "opened_at": at,
            "due_at": due_at(working_calendar(calendar), at=at),
            "calendar_version": calendar,
        },
    )
    if is_new:
        audit.record(made, "followup_opened", by=None, at=at)
    return made


def due_at(calendar: WorkingCalendar, *, at: datetime) -> datetime:
    """Return the close of the tenth working day after the answer came."""
    first = calendar.deemed_received(at).astimezone(calendar.zone).date()
    return calendar.closing(calendar.add_working_days(first, WORKING_DAYS))


@transaction.atomic
def assign_followup(followup: FollowUp, *, to: Staff, by: Staff, at: datetime) -> FollowUp:
    """Name who goes back to the person (มอบหมายผู้ติดตาม)."""
    followup = hold_open(followup)
    if not permissions.can_follow_up(to, followup):
        raise Refused(
            _("%(name)s cannot see this follow-up. Choose somebody of its unit.") % {"name": to}
        )
    followup.owner = to
    followup.save(update_fields=["owner"])
    audit.record(followup, "followup_assigned", by=by, at=at, to=to.pk)
    if to != by:
        tell(followup, "given", to=to, at=at)
    return followup


@transaction.atomic
def note_contact(followup: FollowUp, *, by: Staff, at: datetime, note: str = "") -> FollowUp:
    """Write down that the person was spoken to (บันทึกการติดต่อ); who did becomes the owner if nobody is."""
    followup = hold_open(followup)
    followup.contacted_at, followup.contacted_by = at, by
    followup.owner = followup.owner or by
    followup.note = "\n".join(part for part in (followup.note, note.strip()) if part)
    followup.save(update_fields=["contacted_at", "contacted_by", "owner", "note"])
    audit.record(followup, "followup_contacted", by=by, at=at)
    return followup


@transaction.atomic
def close_followup(
    followup: FollowUp, *, outcome: str, note: str, by: Staff, at: datetime
) -> FollowUp:
    """Close the loop (ปิดการติดตาม): how it ended and what was done. It is never opened again (3.2-07)."""
    followup = hold_open(followup)
    if outcome not in FollowUp.Outcome.values:
        raise Refused(_("Please choose how it ended."))
    if not note.strip() and not followup.note:
        raise Refused(_("Please write what was done."))
    followup.outcome, followup.closed_at, followup.closed_by = outcome, at, by
    followup.owner = followup.owner or by
    followup.note = "\n".join(part for part in (followup.note, note.strip()) if part)
    followup.save(update_fields=["outcome", "closed_at", "closed_by", "owner", "note"])
    audit.record(followup, "followup_closed", by=by, at=at, outcome=outcome)
    return followup


def hold_open(followup: FollowUp) -> FollowUp:
    """Lock a follow-up that is not closed."""
    held = FollowUp.objects.select_for_update(of=("self",)).select_related("unit", "owner")
    followup = held.get(pk=followup.pk)
    if followup.closed_at:
        raise Refused(_("This follow-up is closed. What was done stands on its page."))
    return followup


# Reminders


def remind_followups(*, at: datetime, limit: int = 200) -> int:
    """Remind of follow-ups that come due or are late, each once of both; returns how many, 0 when none is left."""
    with transaction.atomic():
        unreminded = Q(reminded_at=None) | Q(due_at__lte=at, reminded_at__lt=F("due_at"))
        due = FollowUp.objects.open().filter(unreminded, due_at__lte=at + SOON)
        due = due.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")
        rows = list(due.select_related("owner", "unit")[:limit])
        for followup in rows:
            followup.reminded_at = at
            followup.save(update_fields=["reminded_at"])
            kind = "late" if followup.due_at <= at else "due"
            audit.record(followup, "followup_reminded", by=None, at=at, kind=kind)
            for staff in minders(followup):
                tell(followup, kind, to=staff, at=at)
    return len(rows)


def minders(followup: FollowUp) -> list[Staff]:
    """Return who is reminded: the owner; while there is none, the supervisors."""
    owner = followup.owner
    return [owner] if owner and owner.is_active else units.supervisors_of(followup.unit)


def tell(followup: FollowUp, kind: str, *, to: Staff, at: datetime) -> None:
    """Write a notice without a word about the person."""
    draft = NoticeDraft(
        subject=followup,
        kind=f"surveys.followup_{kind}",
        to=to,
        key=f"surveys.followup_{kind}:{followup.pk}",
        url=followup.get_absolute_url(),
        data={"followup": followup.pk},
    )
    notices.enqueue_many([draft], at=at)


def open_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for work only while the follow-up is open."""
    wanted = {row.object_id for row in rows}
    still = set(FollowUp.objects.open().filter(pk__in=wanted).values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    titles: dict[str, Any] = {
        "given": lambda facts: _("A dissatisfied respondent was given to you to follow up"),
        "due": lambda facts: _("A follow-up of a dissatisfied respondent is due soon"),
        "late": lambda facts: _("A follow-up of a dissatisfied respondent is late"),
    }
    for kind, title in titles.items():
        notices.register(f"surveys.followup_{kind}", title=title, still_stands=open_still)
