"""Files that wait while a form is not finished: kept under a signed token, cleared after a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

FOLDER = "parked"
KEPT = timedelta(days=1)
SALT = "agency.parking"


@dataclass(frozen=True, kw_only=True)
class Parked:
    """A waiting file: its token for the form, its own name, its size in bytes."""

    token: str
    name: str
    size: int


def park(file: UploadedFile) -> Parked:
    """Keep an upload that was already checked; the token names it in the form."""
    stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", file)
    name, size = file.name or "", file.size or 0
    return Parked(token=signing.dumps([stored, name, size], salt=SALT), name=name, size=size)


def known(tokens: list[str]) -> list[Parked]:
    """Read tokens back; forged ones and files that are gone are left out."""
    found = []
    for token in tokens:
        try:
            stored, name, size = signing.loads(token, salt=SALT, max_age=KEPT)
        except signing.BadSignature:
            continue
        if default_storage.exists(stored):
            found.append(Parked(token=token, name=name, size=size))
    return found


def fetch(parked: Parked) -> UploadedFile:
    """Open a waiting file as it was uploaded."""
    stored, name, size = signing.loads(parked.token, salt=SALT)
    file: File = default_storage.open(stored)
    return UploadedFile(file=file, name=name, size=size)


def drop(parked: Parked) -> None:
    """Remove a waiting file."""
    stored, _name, _size = signing.loads(parked.token, salt=SALT)
    default_storage.delete(stored)


def clear(*, at: datetime) -> int:
    """Remove what nobody fetched within a day; returns the files removed."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, names = default_storage.listdir(FOLDER)
    old = [
        name for name in names if default_storage.get_modified_time(f"{FOLDER}/{name}") < at - KEPT
    ]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)
