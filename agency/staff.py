"""Leave of the staff (การลา) and who deputises meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused


@transaction.atomic
def go_on_leave(
    staff: Staff, *, first: date, last: date, deputy: Staff | None, by: Staff, at: datetime
) -> Staff:
    """Note that somebody is away (ลา); the deputy gets what would have come meanwhile."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    if last < first:
        raise Refused(_("The leave ends before it begins. Correct one of the two days."))
    refuse_deputy(staff, deputy)
    staff.leave_from, staff.leave_until, staff.deputy = first, last, deputy
    staff.save(update_fields=["leave_from", "leave_until", "deputy"])
    audit.record(
        staff,
        "went_on_leave",
        by=by,
        at=at,
        first=first.isoformat(),
        last=last.isoformat(),
        deputy=deputy.pk if deputy else None,
    )
    return staff


@transaction.atomic
def return_from_leave(staff: Staff, *, by: Staff, at: datetime) -> Staff:
    """Note that somebody is back, or not going (กลับมาปฏิบัติงาน); the deputy stays named."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    if staff.leave_from is None:
        raise Refused(_("No leave is noted."))
    staff.leave_from = staff.leave_until = None
    staff.save(update_fields=["leave_from", "leave_until"])
    audit.record(staff, "returned_from_leave", by=by, at=at)
    return staff


def refuse_deputy(staff: Staff, deputy: Staff | None) -> None:
    """Refuse a deputy who could not act."""
    if deputy == staff:
        raise Refused(_("Nobody can deputise for themselves. Choose another person."))
    if deputy and not deputy.is_active:
        raise Refused(_("%(name)s no longer works here. Choose another deputy.") % {"name": deputy})
