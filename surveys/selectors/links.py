"""Links that lead to a questionnaire: the short one of a wave, the single-use one of an invitation, and their codes."""

from __future__ import annotations

import base64
from uuid import UUID

import segno
from django.conf import settings
from django.urls import reverse

from agency import codes
from surveys.models import Wave

TOKEN_BYTES = 10  # 80 bits, written as sixteen letters and digits


def token_of(invitation_pk: int) -> str:
    """Return the word of an invitation's link. It follows from the row's number and a key that is not in
    the database, so a reminder carries the same link, and nobody reads it out of a stolen database.
    """
    drawn = codes.keyed(f"survey-invitation:{invitation_pk}")[:TOKEN_BYTES]
    return base64.b32encode(drawn).decode().lower()


def hash_of(token: str) -> bytes:
    """Return what the invitation keeps of its word."""
    return codes.keyed(f"survey-token:{token.strip().lower()}")


def resume_code(uid: UUID) -> str:
    """Return the code that takes a person back to a response that is not sent yet, as in K7MX-2PQR-9T."""
    return codes.derived(f"survey-response:{uid}")


def resume_hash(wave_pk: int, code: str) -> bytes:
    """Return what a response keeps of that code while it is not sent."""
    return codes.keyed(f"survey-resume:{wave_pk}:{codes.plain(code)}")


def absolute(path: str) -> str:
    """Return the whole address of a page."""
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def wave_url(wave: Wave) -> str:
    """Return the short public link of a wave."""
    return absolute(reverse("surveys:door", args=[wave.code]))


def invitation_url(invitation_pk: int) -> str:
    """Return the single-use link of an invitation."""
    return absolute(reverse("surveys:invited", args=[token_of(invitation_pk)]))


def qr_of(text: str) -> str:
    """Return a QR code as the address of a picture."""
    return segno.make(text, error="m").svg_data_uri(scale=4, border=2)


def qr_picture_of(text: str) -> str:
    """Return a QR code as a PNG, which chats take where they take no drawing."""
    return segno.make(text, error="m").png_data_uri(scale=16, border=4)
