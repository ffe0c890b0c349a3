"""Turns the text of a cell into a value; what cannot be turned is a sentence for the sender."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency.provinces import PROVINCES
from agency.search import normalise
from agency.thai import arabic_digits, parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

YES_WORDS = {"1", "true", "yes", "y", "ใช่", "x"}
NO_WORDS = {"", "0", "false", "no", "n", "ไม่", "ไม่ใช่", "-"}
CLOCK = re.compile(r"\b(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(?:น\.?)?\s*$")
YEAR_OF_ERA = re.compile(r"\b2[45]\d{2}\b")
COMBINING = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")


class Problem(ValueError):
    """A cell that cannot be taken; the message is the sentence for the sender."""


def instant(text: str, *, formats: Sequence[str], zone: ZoneInfo) -> datetime:
    """Read an instant: by the mapping's formats, else ISO 8601 or as people write it in Thailand."""
    for pattern in formats:
        try:
            return aware(datetime.strptime(text, pattern), zone)  # noqa: DTZ007 - aware() adds the zone
        except ValueError:
            continue
    try:
        return aware(datetime.fromisoformat(text), zone)
    except ValueError:
        return aware(as_written(text), zone)


def aware(found: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in UTC; without a zone it is of the mapping's; Buddhist years become Christian."""
    if found.year >= 2400:
        found = found.replace(year=found.year - 543)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def as_written(text: str) -> datetime:
    """Read day and time as people type them: 9 ธ.ค. 67 08:28 น., 31/12/2567 16.31, 7/10/2569."""
    plain = arabic_digits(text).strip()
    clock = CLOCK.search(plain)
    at = time()
    if clock and plain[: clock.start()].strip(" ,"):
        hour, minute, second = (int(part or 0) for part in clock.groups())
        if hour > 23 or minute > 59 or second > 59:
            raise not_a_time(text)
        at, plain = time(hour, minute, second), plain[: clock.start()]
    try:
        return datetime.combine(parse_date(plain.strip(" ,")), at)
    except ValueError:
        raise not_a_time(text) from None


def not_a_time(text: str) -> Problem:
    """Return the problem of a date that cannot be read."""
    return Problem(
        _("“%(text)s” is not a date and time. Write it as 31/12/2569 16:31 or 2026-12-31 16:31.")
        % {"text": text[:60]}
    )


def minutes(text: str) -> timedelta:
    """Read a number of minutes."""
    try:
        return timedelta(minutes=float(arabic_digits(text)))
    except (ValueError, OverflowError):
        raise Problem(_("“%(text)s” is not a number of minutes.") % {"text": text[:60]}) from None


def day(text: str, *, formats: Sequence[str], zone: ZoneInfo) -> date:
    """Read a day."""
    return instant(text, formats=formats, zone=zone).astimezone(zone).date()


def whole_number(text: str, *, low: int, high: int) -> int:
    """Read a whole number within bounds; 5.0 is one."""
    try:
        number = float(arabic_digits(text))
    except ValueError:
        number = -1.5
    if not number.is_integer() or not low <= number <= high:
        raise Problem(
            _("“%(text)s” is not a whole number from %(low)s to %(high)s.")
            % {"text": text[:60], "low": low, "high": high}
        )
    return int(number)


def degrees(text: str, *, limit: int) -> Decimal:
    """Read a coordinate in degrees."""
    try:
        number = Decimal(arabic_digits(text))
    except InvalidOperation:
        number = Decimal(1000)
    if not abs(number) <= limit:
        raise Problem(
            _(
                "“%(text)s” is not a coordinate between −%(limit)s and %(limit)s. Are latitude and longitude exchanged?"
            )
            % {"text": text[:60], "limit": limit}
        )
    return number.quantize(Decimal("0.000001"))


@cache
def provinces() -> dict[str, str]:
    """Return the codes of the provinces by every usual way of writing them."""
    found = {}
    for code, (thai, english) in PROVINCES.items():
        found.update(
            dict.fromkeys((code, thai, f"จังหวัด{thai}", f"จ.{thai}", normalise(english)), code)
        )
    return {normalise(name): code for name, code in found.items()} | {"กทม": "10", "กทม.": "10"}


def province(text: str) -> str:
    """Return the code of a province; one that we do not know is left out, the district still tells."""
    return provinces().get(normalise(text), "")


def yes(text: str) -> bool:
    """Read a yes or no."""
    word = normalise(text)
    if word in YES_WORDS:
        return True
    if word in NO_WORDS:
        return False
    raise Problem(_("“%(text)s” is neither yes nor no. Write 1 or 0.") % {"text": text[:60]})


def shortened(text: str, longest: int) -> str:
    """Return the first line, cut between letters, never between a letter and its vowel or tone mark."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    if len(line) <= longest:
        return line
    end = longest - 1
    while end > 1 and COMBINING.match(line[end]):
        end -= 1
    return f"{line[:end].rstrip()}…"
