"""What the complainant's pages show of the rating of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from agency.thai import local_day
from complaints.models import Complaint, Rating
from complaints.sla import rating_last_day


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The question how well an answer was handled: what was said last, and until when it may be said."""

    given: Rating | None
    until: date
    is_open: bool


def asked_of(complaint: Complaint, *, at: datetime) -> Asked | None:
    """Return the question about the present answer; None where there is no answer."""
    if complaint.answered_at is None:
        return None
    given = complaint.ratings.filter(answered_at=complaint.answered_at).order_by("-pk").first()
    first_on = local_day(given.first_at) if given else None
    until = rating_last_day(local_day(complaint.answered_at), first_on)
    return Asked(given=given, until=until, is_open=local_day(at) <= until)


def case_of_link(pk: int, second: int) -> Complaint | None:
    """Return the case whose present answer a rating link was made for."""
    complaint = Complaint.objects.filter(pk=pk).first()
    if complaint is None or complaint.answered_at is None:
        return None
    return complaint if int(complaint.answered_at.timestamp()) == second else None


def last_comment(complaint: Complaint) -> str:
    """Return what the complainant wrote with the last rating, for the officer's page."""
    last = complaint.ratings.order_by("-pk").values_list("comment", flat=True).first()
    return last or ""
