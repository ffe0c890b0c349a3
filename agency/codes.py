"""Secret codes that a person types to see the own matter: drawn, read as typed, kept as a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

from agency.thai import arabic_digits

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks or sounds like another
LENGTH = 10


def new() -> str:
    """Return a fresh code, as in K7MX-2PQR-9T: 49 bits from the system's generator."""
    return grouped("".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)))


def derived(seed: str) -> str:
    """Return the code that belongs to a secret seed: the same seed, the same code."""
    number = int.from_bytes(keyed(f"code:{seed}"), "big")
    letters = ""
    for _letter in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return grouped(letters)


def grouped(letters: str) -> str:
    """Write ten letters as K7MX-2PQR-9T."""
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def plain(text: str) -> str:
    """Return a code as it was drawn, whatever case, dashes, spaces and digits a person typed."""
    return "".join(letter for letter in arabic_digits(text).upper() if letter in ALPHABET)


def tracking_hash(number: str, code: str) -> bytes:
    """Return what is kept of a code: it opens this number alone, and nobody can read it back."""
    return keyed(f"{number}:{plain(code)}")


def keyed(text: str) -> bytes:
    """Return the HMAC of a text under the index key, which is not in the database."""
    key = base64.b64decode(settings.PERSON_INDEX_KEY)
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
