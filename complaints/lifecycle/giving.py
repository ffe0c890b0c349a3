"""Who gets the next case of a unit (มอบหมายตามลำดับ): in turn, or who has the least open work.

The unit's row of `Rota` is locked from the choice to the assignment, so that cases that come at once
are spread as evenly as those that come one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Q, Sum, Value, When
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Role, Staff, Unit
from agency.refusal import Refused
from agency.thai import BANGKOK, local_day
from agency.units import is_at_work
from complaints.lifecycle.handing_over import hand_over
from complaints.lifecycle.hold import hold
from complaints.lifecycle.routing import assign, has_answered
from complaints.models import Category, Complaint, Duty, Rota, Status

SOON = timedelta(days=3)
LIGHT, USUAL, PRESSING, LATE = 1, 2, 3, 4  # points of a case, by the days that are left


@transaction.atomic
def give(
    complaint: Complaint,
    *,
    leaver: Staff | None = None,
    by: Staff | None,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Give the case to whoever is next in its unit (มอบหมายตามลำดับ); the trail says why this person.

    A case that somebody has is refused, unless that is the `leaver` who hands over.
    """
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.officer and complaint.officer != leaver:
        raise Refused(_("%(officer)s has this complaint already.") % {"officer": complaint.officer})
    rota = Rota.objects.select_for_update().filter(unit=complaint.unit_id).first()
    if rota is None or rota.mode == Rota.Mode.OFF:
        raise Refused(
            _("%(unit)s gives out its cases by hand. Assign an officer.")
            % {"unit": complaint.unit.name}
        )
    pool = [each for each in pool_of(complaint.unit, at=at) if each != leaver]
    people = fitting(pool, complaint)
    if not people:
        raise Refused(
            _("Nobody in %(unit)s is free for this case now. Assign an officer by hand.")
            % {"unit": complaint.unit.name}
        )
    officer, why = next_of(rota, people, at=at)
    rota.last_given = officer
    rota.save(update_fields=["last_given"])
    named = hand_over if leaver else assign
    return named(complaint, to=officer, by=by, at=at, reason=why)


def pool_of(unit: Unit, *, at: datetime) -> list[Staff]:
    """Return the officers of a unit who are at work and take cases, always in the same order."""
    people = (
        Staff.objects.active()
        .with_role(Role.OFFICER)
        .of_unit(unit)
        .exclude(duty__is_available=False)
        .select_related("unit", "deputy")
        .prefetch_related("duty__categories")
        .order_by("pk")
    )
    today = local_day(at)
    return [person for person in people if is_at_work(person, today)]


def fitting(people: Sequence[Staff], complaint: Complaint) -> list[Staff]:
    """Keep who takes the topic, may see the case, and did not answer it at stage 1."""
    found = [person for person in people if takes(person, complaint.category)]
    if complaint.is_restricted:
        named = set(complaint.readers.values_list("staff", flat=True))
        found = [person for person in found if person.pk in named]
    if complaint.stage == 2:
        found = [person for person in found if not has_answered(complaint, person)]
    return found


def takes(person: Staff, category: Category | None) -> bool:
    """Whether somebody takes a topic; who named none takes all."""
    duty: Duty | None = getattr(person, "duty", None)
    topics = {topic.pk for topic in duty.categories.all()} if duty else set()
    return not topics or category is None or bool({category.pk, category.parent_id} & topics)


def next_of(rota: Rota, people: Sequence[Staff], *, at: datetime) -> tuple[Staff, str]:
    """Return who is next and why; of equals, who comes after the last one who was given a case."""
    last = rota.last_given_id or 0
    turn = sorted(people, key=lambda person: (person.pk <= last, person.pk))
    if rota.mode == Rota.Mode.ROUND:
        return turn[0], _("next in turn")
    loads = loads_of([person.pk for person in people], at=at)
    least = min(turn, key=lambda person: loads.get(person.pk, 0))
    return least, _("least open work: %(points)s points") % {"points": loads.get(least.pk, 0)}


def loads_of(officers: Collection[int], *, at: datetime) -> dict[int, int]:
    """Return the open work of officers in points: late cases weigh most, waiting and answered ones least."""
    points = Case(
        When(Q(paused_at__isnull=False) | Q(answered_at__isnull=False), then=Value(LIGHT)),
        When(due_at__lt=at, then=Value(LATE)),
        When(due_at__lt=at + SOON, then=Value(PRESSING)),
        default=Value(USUAL),
        output_field=IntegerField(),
    )
    mine = Complaint.objects.open().filter(officer__in=officers).order_by()
    return dict(mine.values_list("officer").annotate(points=Sum(points)))


def give_waiting(*, at: datetime, limit: int = 200) -> int:
    """Give out what lies unassigned in the units that wish it so; returns how many, 0 when nothing is left.

    An anonymous filing waits for the next day: the minute of its giving would tell that of its filing.
    Restricted cases wait for a supervisor.
    """
    rotas = Rota.objects.filter(is_automatic=True).select_related("unit").order_by("pk")
    return sum(give_waiting_of(rota.unit, at=at, limit=limit) for rota in rotas)


def give_waiting_of(unit: Unit, *, at: datetime, limit: int) -> int:
    """Give out what lies unassigned in one unit."""
    people = pool_of(unit, at=at)
    if not people:
        return 0
    midnight = datetime.combine(local_day(at), time.min, BANGKOK)
    waiting = Complaint.objects.filter(
        Q(is_anonymous=False) | Q(recorded_at__lt=midnight),
        unit=unit,
        officer=None,
        closed_at=None,
        is_restricted=False,
        status__in=(Status.RECEIVED, Status.SCREENED),
    ).select_related("category", "unit")
    count = 0
    for complaint in waiting.order_by("pk")[: limit * 5]:
        if count == limit:
            break
        if any(takes(person, complaint.category) for person in people):
            count += given(complaint, at=at)
    return count


def given(complaint: Complaint, *, at: datetime) -> bool:
    """Give out one case, unless somebody was quicker."""
    try:
        give(complaint, by=None, at=at, expected_version=complaint.version)
    except Refused:
        return False
    return True


# What a unit and a person wish


@transaction.atomic
def set_rota(unit: Unit, *, mode: str, is_automatic: bool, by: Staff, at: datetime) -> Rota:
    """Say how a unit gives out its cases."""
    if is_automatic and mode == Rota.Mode.OFF:
        raise Refused(_("Choose who is next before cases are given out by themselves."))
    facts: dict[str, Any] = {"mode": mode, "is_automatic": is_automatic}
    rota, _is_new = Rota.objects.update_or_create(unit=unit, defaults=facts)
    audit.record(unit, "rota_set", by=by, at=at, **facts)
    return rota


@transaction.atomic
def set_duty(staff: Staff, *, by: Staff, at: datetime, **wishes: Any) -> Duty:
    """Say whether somebody takes cases, of which topics, and what the person hears of."""
    topics: Collection[Category] | None = wishes.pop("categories", None)
    duty, _is_new = Duty.objects.update_or_create(staff=staff, defaults=wishes)
    if topics is not None:
        duty.categories.set(topics)
        wishes["categories"] = sorted(topic.pk for topic in topics)
    audit.record(staff, "duty_set", by=by, at=at, **wishes)
    return duty
