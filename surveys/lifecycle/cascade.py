"""The cascade (ถ่ายทอดผลสำรวจ): results of a closed wave go to every unit, which acknowledges them and plans.

Each unit gets one row with a page of its own; nothing of a figure is kept in it. Reminders: of what is not
acknowledged after five working days, and of a plan three days before its day and when it is late, each once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agency import audit, notices, units
from agency.calendars import version_for, working_calendar
from agency.models import Notice, Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.thai import local_day
from surveys.lifecycle.waves import hold_wave
from surveys.models import Acknowledgement, Wave

WORKING_DAYS = 5  # to acknowledge
SOON = timedelta(days=3)  # before the day of a plan its owner is reminded


@transaction.atomic
def send_results(wave: Wave, *, by: Staff, at: datetime) -> int:
    """Send the results of a closed wave to every unit of the survey's and below (แจ้งผลให้หน่วยงาน).

    Pressed again it reaches units that are new since; returns how many.
    """
    wave = hold_wave(wave)
    if wave.state != Wave.State.CLOSED:
        raise Refused(_("Results are sent when the wave is closed, so that they stay as they are."))
    if not wave.snapshots.exists():
        raise Refused(_("The results are not computed yet. Bring them up to date first."))
    survey_unit = wave.survey.unit
    told = wave.acknowledgements.values("unit")
    new = Unit.objects.active().filter(path__startswith=survey_unit.path).exclude(pk__in=told)
    rows = Acknowledgement.objects.bulk_create(
        Acknowledgement(
            wave=wave, unit=unit, sent_at=at, sent_by=by, acknowledge_by=day_after(unit, at=at)
        )
        for unit in new.order_by("path")
    )
    if not rows:
        raise Refused(_("Every unit has these results already."))
    for row in rows:
        for staff in units.supervisors_of(row.unit):
            tell(row, "sent", to=staff, at=at)
    audit.record(wave, "results_sent", by=by, at=at, count=len(rows))
    return len(rows)


def day_after(unit: Unit, *, at: datetime) -> date:
    """Return the fifth working day after the sending, by the unit's calendar."""
    calendar = working_calendar(version_for(unit))
    first = calendar.deemed_received(at).astimezone(calendar.zone).date()
    return calendar.add_working_days(first, WORKING_DAYS)


@transaction.atomic
def acknowledge(row: Acknowledgement, *, by: Staff, at: datetime) -> Acknowledgement:
    """Acknowledge the results for the unit (รับทราบผล)."""
    row = hold(row)
    if row.acknowledged_at:
        raise Refused(_("The results are acknowledged already."))
    mark_acknowledged(row, by=by, at=at)
    return row


def mark_acknowledged(row: Acknowledgement, *, by: Staff, at: datetime) -> None:
    """Write who acknowledged and tell who sent the results."""
    row.acknowledged_at, row.acknowledged_by = at, by
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    audit.record(row, "results_acknowledged", by=by, at=at)
    if row.sent_by_id != by.pk:
        tell(row, "acknowledged", to=row.sent_by, at=at)


@transaction.atomic
def write_plan(
    row: Acknowledgement, *, plan: str, owner: Staff, due_on: date, by: Staff, at: datetime
) -> Acknowledgement:
    """Write or change the unit's plan (แผนปรับปรุง): what, who, by when. It acknowledges the results too."""
    row = hold(row)
    if row.done_at:
        raise Refused(_("The plan is done; it stays as it is."))
    if not plan.strip():
        raise Refused(_("Write what the unit will do."))
    if due_on <= local_day(at):
        raise Refused(_("The day of the plan must lie ahead."))
    if not owner.unit.path.startswith(row.unit.path):
        raise Refused(
            _("%(name)s does not belong to this unit. Choose somebody of the unit.")
            % {"name": owner}
        )
    if not row.acknowledged_at:
        mark_acknowledged(row, by=by, at=at)
    is_given = row.plan_owner_id != owner.pk and owner != by
    row.plan, row.plan_owner, row.plan_due_on = plan.strip(), owner, due_on
    row.planned_at, row.plan_reminded_on = at, None
    row.save(update_fields=["plan", "plan_owner", "plan_due_on", "planned_at", "plan_reminded_on"])
    audit.record(row, "plan_written", by=by, at=at, due_on=due_on.isoformat(), owner=owner.pk)
    if is_given:
        tell(row, "plan_given", to=owner, at=at)
    return row


@transaction.atomic
def finish_plan(row: Acknowledgement, *, outcome: str, by: Staff, at: datetime) -> Acknowledgement:
    """Say that the plan is done, and what came of it (แผนแล้วเสร็จ)."""
    row = hold(row)
    if not row.planned_at:
        raise Refused(_("There is no plan yet."))
    if row.done_at:
        raise Refused(_("The plan is done; it stays as it is."))
    if not outcome.strip():
        raise Refused(_("Write what was done."))
    row.outcome, row.done_at, row.done_by = outcome.strip(), at, by
    row.save(update_fields=["outcome", "done_at", "done_by"])
    audit.record(row, "plan_done", by=by, at=at)
    return row


def hold(row: Acknowledgement) -> Acknowledgement:
    """Lock a unit's row."""
    rows = Acknowledgement.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "sent_by", "plan_owner").get(pk=row.pk)


# Reminders


def remind_units(*, at: datetime, limit: int = 200) -> int:
    """Remind units of results that nobody acknowledged, and owners of plans, each once; 0 when none is left."""
    today = local_day(at)
    with transaction.atomic():
        silent = Q(acknowledged_at=None, acknowledge_by__lt=today, reminded_at=None)
        planned = Q(planned_at__isnull=False, done_at=None, plan_due_on__lte=today + SOON)
        untold = Q(plan_reminded_on=None) | Q(
            plan_due_on__lt=today, plan_reminded_on__lte=F("plan_due_on")
        )
        due = Acknowledgement.objects.filter(silent | (planned & untold))
        due = due.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        rows = list(due.select_related("unit", "plan_owner", "sent_by")[:limit])
        for row in rows:
            remind(row, today=today, at=at)
    return len(rows)


def remind(row: Acknowledgement, *, today: date, at: datetime) -> None:
    """Remind of one row: of the plan where there is one, else of the results."""
    if row.planned_at and row.plan_due_on:
        kind = "plan_late" if row.plan_due_on < today else "plan_due"
        minders = [row.plan_owner] if row.plan_owner and row.plan_owner.is_active else []
        row.plan_reminded_on = today
        row.save(update_fields=["plan_reminded_on"])
    else:
        kind, minders = "silent", []
        row.reminded_at = at
        row.save(update_fields=["reminded_at"])
    for staff in minders or units.supervisors_of(row.unit):
        tell(row, kind, to=staff, at=at)
    audit.record(row, "results_reminded", by=None, at=at, kind=kind)


# Notices


def tell(row: Acknowledgement, kind: str, *, to: Staff, at: datetime) -> None:
    """Write a notice; of a changed plan a new one."""
    draft = NoticeDraft(
        subject=row,
        kind=f"surveys.results_{kind}",
        to=to,
        key=f"surveys.results_{kind}:{row.pk}:{row.plan_due_on or ''}",
        url=row.get_absolute_url(),
        data={"acknowledgement": row.pk},
    )
    notices.enqueue_many([draft], at=at)


def silent_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder while the results are not acknowledged."""
    return standing(rows, Q(acknowledged_at=None))


def planned_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder of a plan while it is not done."""
    return standing(rows, Q(done_at=None))


def standing(rows: list[Notice], wanted: Q) -> set[int]:
    """Return the notices whose row is still in a state."""
    pks = {row.object_id for row in rows}
    still = set(Acknowledgement.objects.filter(wanted, pk__in=pks).values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    kinds: dict[str, tuple[Any, Any]] = {
        "sent": (
            lambda facts: _("Survey results of your unit are there to be acknowledged"),
            silent_still,
        ),
        "silent": (
            lambda facts: _("Survey results of your unit still wait to be acknowledged"),
            silent_still,
        ),
        "plan_given": (
            lambda facts: _("A plan after survey results was given to you"),
            planned_still,
        ),
        "plan_due": (lambda facts: _("A plan after survey results is due soon"), planned_still),
        "plan_late": (lambda facts: _("A plan after survey results is late"), planned_still),
    }
    for kind, (title, still) in kinds.items():
        notices.register(f"surveys.results_{kind}", title=title, still_stands=still)
    notices.register(
        "surveys.results_acknowledged",
        title=lambda facts: _("A unit has acknowledged the survey results"),
    )
