"""The link in a letter that rates one answer and opens nothing else."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "complaints.rating"


def rating_token(complaint_pk: int, answered_at: datetime) -> str:
    """Return the word of the link that rates this answer and nothing else: signed, of no use elsewhere."""
    return signing.Signer(salt=SALT).sign(f"{complaint_pk}-{int(answered_at.timestamp())}")


def rating_url(complaint_pk: int, answered_at: datetime) -> str:
    """Return the address of that link, as a letter names it."""
    path = reverse("complaints:rate", args=[rating_token(complaint_pk, answered_at)])
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def read_token(token: str) -> tuple[int, int] | None:
    """Return case and second of the answer that a link was signed for; None for any other word."""
    try:
        number, second = signing.Signer(salt=SALT).unsign(token).split("-")
        return int(number), int(second)
    except (signing.BadSignature, ValueError):
        return None
