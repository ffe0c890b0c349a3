"""What people who work together see: how a bulk action went, who follows, who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.models import BulkRow, Complaint

if TYPE_CHECKING:
    from agency.models import Job, Staff


def bulk_rows(job: Job, *, staff: Staff) -> list[BulkRow]:
    """Return the rows of a bulk job, the refused first; of cases the person no longer sees none."""
    rows = BulkRow.objects.filter(
        job=job, complaint__in=Complaint.objects.visible_to(staff)
    ).select_related("complaint")
    order = [BulkRow.State.REFUSED, BulkRow.State.WAITING, BulkRow.State.DONE]
    return sorted(rows.order_by("pk"), key=lambda row: order.index(BulkRow.State(row.state)))
