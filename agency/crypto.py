"""Encryption of national IDs: AES-GCM under keys with an id, and a keyed index to search by.

The keys come from the environment and never lie beside the data. The first of PERSON_KEYS encrypts,
all of them decrypt, so that keys can be changed while the portal runs (`manage.py rotate_person_keys`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32
SEPARATOR = b":"


class Unreadable(Exception):
    """What was stored cannot be decrypted: another key, another row, or damage."""


def encrypt(text: str, *, about: str) -> bytes:
    """Return the text encrypted under the first key and bound to `about`, the place where it is kept."""
    key_id, key = next(iter(keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), about.encode())
    return key_id.encode() + SEPARATOR + nonce + sealed


def decrypt(token: bytes | memoryview, *, about: str) -> str:
    """Return the text of a token that was encrypted for the same place."""
    token = bytes(token)
    key_id, _separator, rest = token.partition(SEPARATOR)
    key = keys().get(key_id.decode(errors="replace"))
    if key is None:
        raise Unreadable(f"PERSON_KEYS has no key {key_id.decode(errors='replace')!r}.")
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about.encode()).decode()
    except InvalidTag as error:
        raise Unreadable(f"The text about {about} cannot be decrypted.") from error


def first_key_id() -> str:
    """Return the id of the key that encrypts now."""
    return next(iter(keys()))


def prefix_of(key_id: str) -> bytes:
    """Return how the tokens of a key begin."""
    return key_id.encode() + SEPARATOR


def blind_index(text: str) -> bytes:
    """Return what a text is found by without decrypting: HMAC-SHA256 under a key of its own.

    A 13-digit number can be guessed, so the index is only as secret as that key.
    """
    key = decoded("PERSON_INDEX_KEY", settings.PERSON_INDEX_KEY)
    return hmac.digest(key, text.encode(), hashlib.sha256)


def keys() -> dict[str, bytes]:
    """Return the keys by id, the encrypting one first."""
    found: dict[str, bytes] = {}
    for word in settings.PERSON_KEYS:
        key_id, _colon, value = word.partition(":")
        found[key_id] = decoded("PERSON_KEYS", value)
    if not found:
        raise ImproperlyConfigured(
            "Set PERSON_KEYS to at least one key, as in k1:<32 bytes in base64>."
        )
    return found


def decoded(name: str, value: str) -> bytes:
    """Return a key out of the environment; it must be 32 bytes in base64."""
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} needs 32 bytes in base64.")
    return key
