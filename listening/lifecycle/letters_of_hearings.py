"""Letters to who took part in a hearing: it was called off, the summary is out, the assistance is arranged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from agency import letters
from agency.models import Person
from listening.models import Hearing


def public_url(hearing: Hearing) -> str:
    """Return the whole address of the hearing's public page."""
    path = reverse("listening:public_hearing", args=[hearing.code])
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def participants(hearing: Hearing) -> list[Person]:
    """Return who left a contact: speakers, writers, who asked for assistance; each once for each address."""
    rows = [
        *hearing.signups.exclude(person=None).select_related("person"),
        *hearing.testimonies.exclude(person=None).select_related("person"),
        *hearing.help_requests.exclude(person=None).select_related("person"),
    ]
    found: dict[str, Person] = {}
    for row in rows:
        found.setdefault(row.person.email.lower() or f"p{row.person_id}", row.person)
    return list(found.values())


def write_to_participants(hearing: Hearing, kind: str, *, at: datetime, **data: Any) -> int:
    """Write to everybody who took part, in the transaction of the change; returns to how many."""
    found = participants(hearing)
    for person in found:
        write_to(hearing, kind, person=person, at=at, key=f"{kind}:{hearing.pk}", **data)
    return len(found)


def write_to(
    hearing: Hearing, kind: str, *, person: Person, at: datetime, key: str, **data: Any
) -> None:
    """Write to one of them, if there is an address."""
    if person.email:
        letters.enqueue_letter(
            hearing,
            kind,
            person=person,
            at=at,
            key=key,
            is_by_mail=True,
            title=hearing.title_th,
            url=public_url(hearing),
            **data,
        )


def register() -> None:
    """Make the outbox know the words; called once, when the app is ready."""
    letters.register_letter(
        "listening.hearing_cancelled",
        subject_line=lambda facts: _("The hearing was called off: %(title)s") % facts,
        body=lambda facts: (
            _(
                "The hearing “%(title)s” was called off: %(reason)s\n\nWhat you sent in is kept. %(url)s"
            )
            % facts
        ),
    )
    letters.register_letter(
        "listening.hearing_published",
        subject_line=lambda facts: _("What came of the hearing: %(title)s") % facts,
        body=lambda facts: (
            _(
                "The summary of the hearing “%(title)s” is published. For each issue it says which views came,"
                " whether they changed anything, and why.\n\n%(url)s"
            )
            % facts
        ),
    )
    letters.register_letter(
        "listening.help_decided",
        subject_line=lambda facts: _("About the assistance you asked for: %(title)s") % facts,
        body=lambda facts: _("%(answer)s\n\nHearing: “%(title)s”. %(url)s") % facts,
    )
    letters.register_letter(
        "listening.testimony_moderated",
        subject_line=lambda facts: _("About your view in the hearing: %(title)s") % facts,
        body=lambda facts: (
            _("%(words)s\n\nYou can ask for a second look with your code. %(url)s") % facts
        ),
    )
