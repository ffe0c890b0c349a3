"""Handing over (ส่งมอบงาน): the cases of somebody who leaves or stays away go to others."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agency.models import Staff
from complaints.lifecycle.announcements import tell
from complaints.lifecycle.hold import hold, keep
from complaints.lifecycle.routing import assign, name, refuse_officer
from complaints.models import Assignment, Complaint, Status


@transaction.atomic
def hand_over(
    complaint: Complaint,
    *,
    to: Staff,
    by: Staff | None,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Give a case to somebody else (ส่งมอบเรื่อง); an answered one stays answered and is closed by the heir."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status != Status.ANSWERED:
        return assign(complaint, to=to, by=by, at=at, reason=reason)
    refuse_officer(complaint, to=to)
    complaint.officer = to
    Assignment.objects.create(complaint=complaint, officer=to, unit=complaint.unit, by=by, at=at)
    if complaint.is_restricted:
        name(complaint, [to], by=by, at=at)
    facts = {"to": to.pk, "unit": complaint.unit_id}
    keep(complaint, "assigned", "officer", by=by, at=at, reason=reason, **facts)
    tell(complaint, "assigned", to=[to], by=by, at=at, officer=to.pk)
    return complaint
