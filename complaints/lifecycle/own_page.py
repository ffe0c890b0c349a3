"""The complainant's own page: a one-time link to the address on file, and the choices kept there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agency import audit, letters
from agency.models import Person
from agency.refusal import Refused
from complaints.selectors.own_page import persons_at

SALT = "complaints.own_page"
LINK_SECONDS = 30 * 60
KIND = "complaints.own_link"


@transaction.atomic
def send_own_link(email: str, *, at: datetime) -> bool:
    """Send the link to the own page to an address that we know; whoever asks is told the same either way."""
    person = persons_at(email).order_by("-pk").first()
    if person is None:
        return False
    letters.enqueue_letter(
        person,
        KIND,
        person=person,
        at=at,
        key=f"{KIND}:{person.pk}:{at.isoformat()}",
        is_by_mail=True,
        person_pk=person.pk,
    )
    return True


def own_link(person_pk: int) -> str:
    """Return the link; it is signed anew each time it is written and kept nowhere."""
    token = signing.TimestampSigner(salt=SALT).sign(str(person_pk))
    path = reverse("complaints:mine_open", args=[token])
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def read_own_link(token: str) -> int | None:
    """Return whose link it is, for half an hour after it was written."""
    try:
        return int(signing.TimestampSigner(salt=SALT).unsign(token, max_age=LINK_SECONDS))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def keep_choices(
    persons: Sequence[Person], *, language: str, channel: str, needs: str, at: datetime
) -> None:
    """Keep how a complainant wishes to be served (ช่องทางและความต้องการ); letters and forms follow it."""
    held = Person.objects.select_for_update().filter(
        pk__in=[person.pk for person in persons], erased_at=None
    )
    for person in held.order_by("pk"):
        refuse_unreachable(person, channel=channel)
        person.language, person.preferred_channel = language, channel
        person.accessibility_needs = needs.replace("\x00", "").strip()
        person.save(update_fields=["language", "preferred_channel", "accessibility_needs"])
        audit.record(person, "choices_changed", by=None, at=at)


def refuse_unreachable(person: Person, *, channel: str) -> None:
    """Refuse a way of answering for which we have no address."""
    wanted = {
        Person.PreferredChannel.EMAIL: person.email,
        Person.PreferredChannel.PHONE: person.phone,
        Person.PreferredChannel.POST: person.address,
    }
    if not wanted.get(Person.PreferredChannel(channel), "known"):
        raise Refused(
            _("We have no address for this way. Choose another, or tell it to us in a message.")
        )


def forget_choices(persons: Sequence[Person], *, at: datetime) -> None:
    """Delete what a complainant chose: Thai, the tracking page, no needs."""
    keep_choices(persons, language="th", channel=Person.PreferredChannel.PAGE, needs="", at=at)
