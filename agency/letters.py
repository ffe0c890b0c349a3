"""Letters to persons (หนังสือแจ้ง): sent at once, by the way the person chose, only that person's own data."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils import translation

from agency import outbox
from agency.models import Letter, Person

Words = Callable[[dict[str, Any]], str]
StillStands = Callable[[list[Letter]], set[int]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a kind of letter is worded, and which of its rows still stand."""

    subject_line: Words
    body: Words
    still_stands: StillStands | None


KINDS: dict[str, Kind] = {}


def register_letter(
    kind: str, *, subject_line: Words, body: Words, still_stands: StillStands | None = None
) -> None:
    """Say how a kind of letter is worded; called from an app's `ready()`.

    `subject_line` and `body` get the row's data and return text in the active language.
    """
    KINDS[kind] = Kind(subject_line=subject_line, body=body, still_stands=still_stands)


def enqueue_letter(
    subject: Model,
    kind: str,
    *,
    person: Person,
    at: datetime,
    key: str = "",
    is_by_mail: bool = False,
    not_before: datetime | None = None,
    **data: Any,
) -> None:
    """Tell a person about a change, in the transaction of the change; the same key is the same letter.

    By e-mail where the person chose it and gave an address, or asked for this one, else on the tracking page.
    """
    outbox.demand_transaction()
    if kind not in KINDS:
        raise LookupError(f"letter kind {kind!r} is not registered")
    letter = Letter(
        key=f"{key or uuid.uuid4()}:p{person.pk}",
        kind=kind,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        data=data,
        created_at=at,
        not_before=not_before or at,
        person=person,
        **({"way": Letter.Way.EMAIL} if is_by_mail else way_to(person, at=at)),
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def way_to(person: Person, *, at: datetime) -> dict[str, Any]:
    """Return how a letter goes: what stands on the page has arrived with the change itself."""
    if person.preferred_channel == Person.PreferredChannel.EMAIL and person.email:
        return {"way": Letter.Way.EMAIL}
    return {"way": Letter.Way.PAGE, "state": Letter.State.SENT, "sent_at": at}


def send_pending(
    *, at: datetime, stale_after: timedelta = outbox.STALE_AFTER, limit: int = 200
) -> int:
    """Send the letters that wait; returns how many. Claims older than `stale_after` are taken over."""
    return outbox.send_pending(OFFICE, at=at, stale_after=stale_after, limit=limit)


def outgoing() -> QuerySet[Letter]:
    """Letters with all that sending reads."""
    return Letter.objects.select_related("person")


def still_stands(kind: str) -> StillStands | None:
    """Return the check of a kind."""
    return KINDS[kind].still_stands


def parcel(letter: Letter) -> outbox.Parcel:
    """Word a letter in the person's language; an address erased meanwhile gets none."""
    kind = KINDS[letter.kind]
    with translation.override(letter.person.language):
        return outbox.Parcel(
            to=letter.person.email,
            subject=kind.subject_line(letter.data),
            body=kind.body(letter.data),
        )


def words_of(letter: Letter) -> tuple[str, str]:
    """Return subject line and text of a letter in the active language, for the tracking page."""
    kind = KINDS[letter.kind]
    return kind.subject_line(letter.data), kind.body(letter.data)


OFFICE = outbox.Office(rows=outgoing, still_stands=still_stands, parcel=parcel)
