"""Months and fiscal years in Bangkok; pure functions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from agency.thai import BANGKOK, fiscal_year, fiscal_year_span


@dataclass(frozen=True, kw_only=True)
class Period:
    """A span of whole Bangkok days, the first and the day after the last."""

    first: date
    after: date

    @property
    def since(self) -> datetime:
        """The instant it begins."""
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        """The instant at which it is over."""
        return midnight(self.after)


def midnight(day: date) -> datetime:
    """Return the instant at which a Bangkok day begins, in UTC."""
    return datetime.combine(day, time(), BANGKOK).astimezone(UTC)


def add_months(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def month(first: date) -> Period:
    """Return the month that begins on a day."""
    return Period(first=first.replace(day=1), after=add_months(first, 1))


def month_of(at: datetime) -> date:
    """Return the first day of the Bangkok month in which an instant lies."""
    return at.astimezone(BANGKOK).date().replace(day=1)


def year_to_date(first: date) -> Period:
    """Return the fiscal year (1 October on) up to the end of the month."""
    start, _end = fiscal_year_span(fiscal_year(first))
    return Period(first=start, after=add_months(first, 1))


def parse_month(text: str) -> date:
    """Read YYYY-MM; a Buddhist year is taken as such. ValueError when it is no month."""
    year, _dash, number = text.partition("-")
    if len(year) != 4 or len(number) != 2:
        raise ValueError(text)
    common = int(year) - 543 if int(year) >= 2400 else int(year)
    return date(common, int(number), 1)


PARTS = {  # of a fiscal year: the month it begins after, and how many months it has
    "year": (0, 12),
    "h1": (0, 6),
    "h2": (6, 6),
    **{f"q{number}": (3 * (number - 1), 3) for number in range(1, 5)},
    **{f"m{number:02}": (number - 1, 1) for number in range(1, 13)},
}


def months_of_part(year: int, part: str) -> list[date]:
    """Return the months of a part of a fiscal year given in พ.ศ.; LookupError for another word."""
    start, _end = fiscal_year_span(year)
    skipped, count = PARTS[part]
    return [add_months(start, skipped + number) for number in range(count)]
