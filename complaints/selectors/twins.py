"""Letters seen before: the same number, date and sender, or the very same file (ตรวจเรื่องซ้ำ)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from agency.models import Attachment
from agency.search import normalise
from complaints.models import Complaint, IncomingLetter

if TYPE_CHECKING:
    from agency.models import PartnerAgency, Staff

SHOWN = 5


def letter_key(number: str) -> str:
    """Return a letter's number as it is compared: Arabic digits, one case, no spaces or dots."""
    return "".join(normalise(number).replace(".", "").split())


def same_letters(
    staff: Staff,
    *,
    number: str,
    dated_on: date | None,
    agency: PartnerAgency | None,
    hashes: Collection[str] = (),
) -> list[Complaint]:
    """Return the cases the person may see that came by this very letter, newest first.

    A number alone says little: other offices number too. It counts with the date or the sender.
    """
    wanted = Q(pk__in=with_file(hashes)) if hashes else Q(pk__in=[])
    if letter_key(number) and (dated_on or agency):
        wanted |= Q(pk__in=with_letter(letter_key(number), dated_on=dated_on, agency=agency))
    found = Complaint.objects.visible_to(staff).filter(wanted)
    return list(found.order_by("-received_at", "-pk")[:SHOWN])


def with_letter(
    key: str, *, dated_on: date | None, agency: PartnerAgency | None
) -> QuerySet[IncomingLetter, int]:
    """Return the cases whose letter has this number and agrees in what else is known of it."""
    letters = IncomingLetter.objects.filter(number_key=key)
    if dated_on:
        letters = letters.filter(dated_on=dated_on)
    if agency:
        letters = letters.filter(agency=agency)
    return letters.values_list("pk", flat=True)


def with_file(hashes: Collection[str]) -> QuerySet[Attachment, int]:
    """Return the cases that hold one of these files already."""
    content_type = ContentType.objects.get_for_model(Complaint)
    files = Attachment.objects.filter(content_type=content_type, sha256__in=hashes)
    return files.values_list("object_id", flat=True)
