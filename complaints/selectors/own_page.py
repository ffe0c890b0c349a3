"""What the complainant's own page shows: the matters of a proven address, without their text."""

from __future__ import annotations

from django.db.models import QuerySet

from agency.models import Person
from complaints.models import Complaint

MOST = 100  # cases listed


def persons_at(email: str) -> QuerySet[Person]:
    """Return the rows of whoever reads mail at an address, as typed or in small letters; by index."""
    typed = email.strip()
    found = Person.objects.filter(email__in={typed, typed.lower()}, erased_at=None)
    return found.exclude(email="")


def persons_of(pk: int) -> list[Person]:
    """Return all rows with the address of one; none when it was erased meanwhile."""
    person = Person.objects.filter(pk=pk, erased_at=None).first()
    return list(persons_at(person.email).order_by("-pk")) if person and person.email else []


def cases_of(persons: list[Person]) -> list[Complaint]:
    """Return their cases, newest first: number, kind, status and day; the text needs the code."""
    found = Complaint.objects.filter(person__in=[person.pk for person in persons])
    return list(
        found.only("number", "kind", "status", "received_at").order_by("-received_at")[:MOST]
    )
