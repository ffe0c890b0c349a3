"""What the complainant says of the handling once there is an answer."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import events
from agency.refusal import Refused
from agency.thai import format_date, local_day
from complaints import sla
from complaints.lifecycle.hold import hold, keep
from complaints.lifecycle.thread import kept_instant
from complaints.models import Complaint, Rating


@transaction.atomic
def rate(complaint: Complaint, *, rating: int, comment: str = "", at: datetime) -> Complaint:
    """Keep how content the complainant is with the handling, from 1 to 5 (ให้คะแนนการดำเนินการ).

    Each answer is rated once, and the rating may be changed for two weeks; every change is kept.
    """
    complaint = hold(complaint)
    if complaint.answered_at is None:
        raise Refused(_("You can rate the handling when the complaint has been answered."))
    if rating not in range(1, 6):
        raise Refused(_("Please choose from 1 to 5."))
    at = kept_instant(complaint, at=at)
    first = complaint.ratings.filter(answered_at=complaint.answered_at).first()
    refuse_late(complaint.answered_at, first, on=local_day(at))
    kept = Rating.objects.create(
        complaint=complaint,
        answered_at=complaint.answered_at,
        score=rating,
        comment=comment.replace("\x00", "").strip(),
        first_at=first.first_at if first else at,
        at=at,
    )
    complaint.rating = rating
    if complaint.person_id and not complaint.is_restricted:
        events.emit(complaint, "complaint_rated", at=at, rating=kept.pk)
    return keep(complaint, "rated", "rating", by=None, at=at, rating=rating)


def refuse_late(answered_at: datetime, first: Rating | None, *, on: date) -> None:
    """Refuse a rating that comes too late, and say until when it could be given or changed."""
    last = sla.rating_last_day(local_day(answered_at), local_day(first.first_at) if first else None)
    if on <= last:
        return
    text = (
        _("Your rating could be changed until %(last)s. It stands as you gave it.")
        if first
        else _("The answer could be rated until %(last)s. You can still write to the office.")
    )
    raise Refused(text % {"last": format_date(last)})
