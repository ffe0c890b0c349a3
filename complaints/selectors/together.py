"""What people who work together see: how a bulk action went, who follows, who is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from agency.models import Role, Staff, Unit
from agency.thai import local_day
from agency.units import line_of
from complaints import permissions
from complaints.models import BulkRow, Category, Complaint, Duty, Rota

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agency.models import Job

OFFERED = 8


def bulk_rows(job: Job, *, staff: Staff) -> list[BulkRow]:
    """Return the rows of a bulk job, the refused first; of cases the person no longer sees none."""
    rows = BulkRow.objects.filter(
        job=job, complaint__in=Complaint.objects.visible_to(staff)
    ).select_related("complaint")
    order = [BulkRow.State.REFUSED, BulkRow.State.WAITING, BulkRow.State.DONE]
    return sorted(rows.order_by("pk"), key=lambda row: order.index(BulkRow.State(row.state)))


def people_for(complaint: Complaint, *, text: str) -> list[Staff]:
    """Return colleagues who may see a case and whose name or user name begins like a text; a few."""
    people = Staff.objects.active().select_related("unit")
    if complaint.is_restricted:
        people = people.filter(pk__in=complaint.readers.values("staff"))
    else:
        near = people.filter(unit__in=line_of(complaint.unit))
        people = near.filter(roles__overlap=[str(role) for role in permissions.WORKERS])
    words = text.strip().lstrip("@")[:60]
    named = Q(username__istartswith=words) | Q(first_name__startswith=words)
    found = people.filter(named | Q(last_name__startswith=words))
    return list(found.order_by("first_name", "last_name", "pk")[:OFFERED])


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit and how it gives out its cases."""

    unit: Unit
    rota: Rota | None
    unassigned_count: int


def units_with_rota(staff: Staff) -> list[UnitRow]:
    """Return the own unit and those below with their order of giving and what lies unassigned."""
    units = list(Unit.objects.below(staff.unit).active().order_by("path"))
    rotas = {rota.unit_id: rota for rota in Rota.objects.filter(unit__in=units)}
    loose = Complaint.objects.filter(unit__in=units, officer=None, closed_at=None).order_by()
    counts = dict(loose.values_list("unit").annotate(count=Count("pk")))
    return [
        UnitRow(unit=unit, rota=rotas.get(unit.pk), unassigned_count=counts.get(unit.pk, 0))
        for unit in units
    ]


@dataclass(frozen=True, kw_only=True)
class Member:
    """An officer of a unit: what the person carries and whether cases come."""

    staff: Staff
    duty: Duty | None
    topics: Sequence[Category]
    open_count: int
    overdue_count: int
    is_away: bool


def members_of(unit: Unit, *, at: datetime) -> list[Member]:
    """Return the officers of a unit with their open work."""
    people = list(
        Staff.objects.active()
        .with_role(Role.OFFICER)
        .of_unit(unit)
        .prefetch_related("duty__categories")
        .order_by("pk")
    )
    late = Q(due_at__lt=at, answered_at=None, paused_at=None)
    mine = Complaint.objects.open().filter(officer__in=people).order_by().values("officer")
    counted = mine.annotate(count=Count("pk"), late=Count("pk", filter=late))
    counts = {row["officer"]: (row["count"], row["late"]) for row in counted}
    duties: dict[int, Duty | None] = {person.pk: getattr(person, "duty", None) for person in people}
    return [
        Member(
            staff=person,
            duty=duty,
            topics=list(duty.categories.all()) if duty else [],
            open_count=counts.get(person.pk, (0, 0))[0],
            overdue_count=counts.get(person.pk, (0, 0))[1],
            is_away=person.is_on_leave(local_day(at)),
        )
        for person, duty in ((person, duties[person.pk]) for person in people)
    ]


def holders_of_cases(staff: Staff) -> QuerySet[Staff]:
    """Return who has open cases that a supervisor sees, also who left the unit or the house."""
    held = Complaint.objects.visible_to(staff).open().order_by().values("officer")
    people: QuerySet[Staff] = Staff.objects.filter(pk__in=held).select_related("unit")
    return people.order_by("is_active", "unit__path", "first_name", "pk")
