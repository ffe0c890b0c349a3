"""The printed reference of a figure: report, place in the sealed block, and a letter that shows a slip of the pen.

As in 12-45K: the report's own number, the figure's place in the block that the hash seals, a check
letter. So a figure on paper leads to its records, and nothing has to be stored for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agency.thai import arabic_digits

LETTERS = "ABCDEFGHJKMNPQRSTVX"  # 19, a prime: a wrong digit and two swapped ones change the letter
TYPED = re.compile(r"(\d{1,9})\s*[-–—.]\s*(\d{1,6})\s*([A-Z])")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a figure stands: in which report, as which row of its block."""

    report: int
    row: int


def code_of(place: Place) -> str:
    """Return the reference as it is printed."""
    return f"{place.report}-{place.row}{letter_of(place)}"


def letter_of(place: Place) -> str:
    """Return the check letter."""
    digits = [10 if sign == "-" else int(sign) for sign in f"{place.report}-{place.row}"]
    total = sum(number * digit for number, digit in enumerate(digits, start=2))
    return LETTERS[total % len(LETTERS)]


def read(text: str) -> Place | None:
    """Read a reference as a person types it; None when it is none."""
    typed = TYPED.fullmatch(arabic_digits(text).strip().upper())
    if typed is None:
        return None
    place = Place(report=int(typed[1]), row=int(typed[2]))
    return place if letter_of(place) == typed[3] else None
