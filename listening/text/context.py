"""A word in its context (คำในบริบท): what stands before and after it, in texts without personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

AROUND = 45  # characters shown on each side


@dataclass(frozen=True)
class Context:
    """One place where the word stands."""

    before: str
    word: str
    after: str
    is_cut_before: bool
    is_cut_after: bool


def contexts(text: str, word: str, *, around: int = AROUND, most: int = 3) -> Iterator[Context]:
    """Give the first places of a word, whatever its case; cuts never part a vowel from its consonant."""
    line, wanted = " ".join(text.split()), " ".join(word.split()).casefold()
    folded = line.casefold()
    if not wanted or len(folded) != len(
        line
    ):  # a letter that folds into two would shift the places
        folded = line
    at, found = folded.find(wanted) if wanted else -1, 0
    while at >= 0 and found < most:
        end = at + len(wanted)
        first, last = whole(line, max(at - around, 0)), whole(line, min(end + around, len(line)))
        yield Context(line[first:at], line[at:end], line[end:last], first > 0, last < len(line))
        at, found = folded.find(wanted, end), found + 1


def whole(text: str, at: int) -> int:
    """Move a cut forward past marks that stand on the letter before it."""
    while at < len(text) and is_mark(text[at]):
        at += 1
    return at


def is_mark(letter: str) -> bool:
    """Tell whether a Thai sign stands above or below the letter before it."""
    return letter == "\u0e31" or "\u0e34" <= letter <= "\u0e3a" or "\u0e47" <= letter <= "\u0e4e"
