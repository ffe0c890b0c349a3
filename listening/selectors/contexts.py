"""A word in its context among the voices of a slice (คำในบริบท)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agency.models import Staff
from listening.models import Voice
from listening.selectors.inbox import CANDIDATES, matching
from listening.selectors.slices import Slice, voices_of
from listening.text.context import Context, contexts

MOST_LINES = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """A place where the word stands and its voice."""

    voice: Voice
    context: Context


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """The newest places of a word, and in how many of the voices looked at it stands."""

    lines: Sequence[Line]
    voices: int


def concordance(staff: Staff, asked: Slice, *, word: str) -> Concordance:
    """Return where a word stands in the masked texts of a slice, the newest voices first."""
    found = matching(voices_of(staff, asked), word).order_by("-received_at", "-pk")
    rows = found.only("pk", "masked_body", "received_at")[:CANDIDATES]
    lines: list[Line] = []
    voices = 0
    for voice in rows:
        places = [Line(voice=voice, context=each) for each in contexts(voice.masked_body, word)]
        voices += bool(places)
        lines += places if len(lines) < MOST_LINES else []
    return Concordance(lines=lines[:MOST_LINES], voices=voices)
