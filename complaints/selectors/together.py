"""What people who work together see: how a bulk action went, who follows, who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from agency.models import Staff
from agency.units import line_of
from complaints import permissions
from complaints.models import BulkRow, Complaint

if TYPE_CHECKING:
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
