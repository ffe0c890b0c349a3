"""What the complainant's pages show of the rating of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from agency.models import Person, Service, Unit
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


@dataclass(frozen=True, kw_only=True)
class Handled:
    """An answered case as the pulse after complaints hears of it: no word of the matter or of the comment."""

    source: str  # names the answer: each is asked about once
    person: Person
    unit: Unit
    service: Service | None
    score: int | None = None


def handled(pk: int) -> Handled | None:
    """Return what is asked about the present answer of a case; None where nobody is asked.

    Nobody is asked about an anonymous, restricted or unanswered case, nor without a contact.
    """
    found = Complaint.objects.select_related("person", "unit", "service").filter(pk=pk).first()
    if found is None or found.is_restricted or found.person is None or found.answered_at is None:
        return None
    if not (found.person.email or found.person.phone or found.person.address):
        return None
    return handled_of(found, found.answered_at)


def handled_by_rating(pk: int) -> Handled | None:
    """Return the answer that a rating is about, with the score."""
    rating = (
        Rating.objects.select_related("complaint__person", "complaint__unit", "complaint__service")
        .filter(pk=pk)
        .first()
    )
    if rating is None or rating.complaint.is_restricted or rating.complaint.person is None:
        return None
    return handled_of(rating.complaint, rating.answered_at, score=rating.score)


def handled_of(
    complaint: Complaint, answered_at: datetime, *, score: int | None = None
) -> Handled | None:
    """Return what is known of one answer."""
    if complaint.person is None:
        return None
    return Handled(
        source=f"complaint:{complaint.pk}:{int(answered_at.timestamp())}",
        person=complaint.person,
        unit=complaint.unit,
        service=complaint.service,
        score=score,
    )
