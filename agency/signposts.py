"""Signposts: where a record of another room has its page, for a room that knows only sort and number."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

PLACES: dict[str, str] = {}


def register(sort: str, url_name: str) -> None:
    """Say under which URL name records of a sort have their page; called from an app's `ready()`."""
    PLACES[sort] = url_name


def url_of(sort: str, ref: int | str | None) -> str:
    """Return the address of a record's page; nothing where there is none. What lies there, its own room guards."""
    if sort not in PLACES or not str(ref or "").isdigit():
        return ""
    try:
        return reverse(PLACES[sort], args=[ref])
    except NoReverseMatch:
        return ""
