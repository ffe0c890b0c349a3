"""The tree of units (ผังหน่วยงาน): its paths, and who answers for a unit."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from agency import audit, reference
from agency.models import Role, Staff, Unit
from agency.refusal import Refused

ROOT_PATH = "/"


def plant(unit: Unit) -> Unit:
    """Give a new unit its path: that of the unit above, and its own id."""
    unit.path = path_under(unit, unit.parent)
    unit.save(update_fields=["path"])
    return unit


@transaction.atomic
def move(unit: Unit, parent: Unit | None, *, by: Staff | None, at: datetime) -> Unit:
    """Put a unit, and all below it, under another one (ย้ายสังกัด)."""
    tree = {each.pk: each for each in Unit.objects.select_for_update().order_by("pk")}
    unit = tree[unit.pk]
    parent = tree[parent.pk] if parent else None
    if parent and parent.path.startswith(unit.path):
        raise Refused(
            _("A unit cannot be part of itself or of a unit below it. Choose another one.")
        )
    old_path, old_parent = unit.path, unit.parent_id
    unit.parent, unit.path = parent, path_under(unit, parent)
    unit.save(update_fields=["parent"])
    Unit.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(unit.path), Substr(F("path"), len(old_path) + 1))
    )
    audit.record(unit, "moved", by=by, at=at, old=old_parent, new=unit.parent_id)
    return unit


def path_under(unit: Unit, parent: Unit | None) -> str:
    """Return the path of a unit that stands under `parent`."""
    return f"{parent.path if parent else ROOT_PATH}{unit.pk}/"


def line_of(unit: Unit) -> list[int]:
    """Return the ids of the unit and those above it, the nearest first."""
    return [int(step) for step in reversed(unit.path.strip("/").split("/")) if step]


def supervisors_of(unit: Unit) -> list[Staff]:
    """Return the supervisors of the nearest unit upwards that has one."""
    return nearest_with(Role.SUPERVISOR, unit)


def executives_of(unit: Unit) -> list[Staff]:
    """Return the executives of the nearest unit upwards that has one."""
    return nearest_with(Role.EXECUTIVE, unit)


def nearest_with(role: Role, unit: Unit) -> list[Staff]:
    """Return those who hold a role in the nearest unit upwards where somebody does."""
    found = reference.kept((role, unit.path), lambda: asked_holders(role, unit))
    return [copy(staff) for staff in found]


def asked_holders(role: Role, unit: Unit) -> list[Staff]:
    """Ask the database who holds a role in the nearest unit upwards."""
    line = line_of(unit)
    holders = list(
        Staff.objects.active()
        .with_role(role)
        .filter(unit__in=line)
        .select_related("unit", "deputy")
        .order_by("pk")
    )
    nearest = min((line.index(staff.unit_id) for staff in holders), default=0)
    return [staff for staff in holders if staff.unit_id == line[nearest]]


def deputies_of(staff: Staff) -> QuerySet[Staff]:
    """Return who could deputise: people of the own unit, those below and those above it."""
    near = Q(unit__path__startswith=staff.unit.path) | Q(unit__in=line_of(staff.unit))
    people: QuerySet[Staff] = Staff.objects.active().filter(near).exclude(pk=staff.pk)
    return people.select_related("unit").order_by("unit__path", "first_name", "pk")


def acting(staff: Staff, on: date) -> Staff:
    """Return who acts for a member of staff that day: the deputy on leave, and so on along the chain.

    Where the chain ends with nobody at work, the person's own desk keeps it.
    """
    return next((each for each in chain_of(staff) if is_at_work(each, on)), staff)


def chain_of(staff: Staff) -> Iterator[Staff]:
    """Go from a person to the deputy, the deputy's deputy…, each once."""
    seen: set[int] = set()
    here: Staff | None = staff
    while here and here.pk not in seen:
        seen.add(here.pk)
        yield here
        here = here.deputy


def stand_in(staff: Staff, *, on: date) -> Staff:
    """Note on the person at hand who is away that day and left them the desk, also along a chain.

    Whoever is away keeps nobody's desk. The log-in tells who deputises for nobody; they cost no query.
    """
    if getattr(staff, "is_deputy", True) and is_at_work(staff, on):
        staff.stands_in_for = away_for(staff, on)
    else:
        staff.stands_in_for = ()
    return staff


def away_for(staff: Staff, on: date) -> list[Staff]:
    """Go back along the deputies, as long as the people are away."""
    found: list[Staff] = []
    step = [staff]
    while step:
        seen = {staff.pk, *(each.pk for each in found)}
        step = [each for each in left_to(step, on=on) if each.pk not in seen]
        found += step
    return found


def left_to(people: list[Staff], *, on: date) -> list[Staff]:
    """Return who is away that day and named one of these people deputy; what the log-in knows costs no query."""
    if len(people) == 1 and people[0].left_desks is not None:
        return [each for each in people[0].left_desks if not is_at_work(each, on)]
    deputies = [each for each in people if getattr(each, "is_deputy", True)]
    if not deputies:
        return []
    away = Q(is_active=False) | Q(leave_from__lte=on, leave_until__gte=on)
    left = Staff.objects.filter(away, deputy__in=deputies)
    return list(left.select_related("unit").order_by("pk"))


def is_at_work(staff: Staff, on: date) -> bool:
    """Whether the person still works here and is not on leave."""
    return staff.is_active and not staff.is_on_leave(on)
