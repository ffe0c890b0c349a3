"""What the forecast command reads: days and counts out of a file, each wrong row a sentence."""

from __future__ import annotations

import math
import re
from datetime import date

from django.utils.translation import gettext as _

from agency.refusal import Refused
from agency.tabular import Row, open_table
from agency.thai import arabic_digits, full_year, parse_date
from listening.forecasting.series import NO_STEP, TOO_SHORT, Irregular

MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
DAY_AND_TIME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[T ]\d{1,2}:\d{2}.*")
LARGEST = 1e12


def read_counts(path: str, *, date_column: str, count_column: str) -> dict[date, float]:
    """Return the counts of a file by day; an empty count is an unknown one."""
    counts: dict[date, float] = {}
    seen: dict[date, int] = {}
    with open_table(path) as table:
        day_at, count_at = table.position(date_column), table.position(count_column)
        for row in table.rows:
            if row.problem:
                raise Refused(in_row(row, row.problem))
            day = day_of(row, row.cells[day_at])
            if day in seen:
                raise Refused(
                    _(
                        "Rows %(first)s and %(second)s are both of %(day)s. Add them up or keep one, so that each day stands once."
                    )
                    % {"first": seen[day], "second": row.number, "day": day.isoformat()}
                )
            seen[day] = row.number
            if row.cells[count_at].strip():
                counts[day] = count_of(row, row.cells[count_at])
    return counts


def in_row(row: Row, problem: str) -> str:
    """Return a sentence with the row it is about."""
    return _("Row %(number)s: %(problem)s") % {"number": row.number, "problem": problem}


def day_of(row: Row, cell: str) -> date:
    """Read a day, a day with a time, or a month."""
    words = arabic_digits(cell).strip()
    month, timed = MONTH.fullmatch(words), DAY_AND_TIME.fullmatch(words)
    try:
        if month:
            return date(full_year(month[1]), int(month[2]), 1)
        return parse_date(timed[1] if timed else words)
    except ValueError:
        raise Refused(
            in_row(
                row,
                _(
                    "“%(cell)s” is no date. Write it as 2026-11-22, 22/11/2569, or 2026-11 for a month."
                )
                % {"cell": cell[:40]},
            )
        ) from None


def count_of(row: Row, cell: str) -> float:
    """Read a number that is not below zero; 1,234 and Thai digits too."""
    words = arabic_digits(cell).strip().replace(",", "")
    try:
        number = float(words)
    except ValueError:
        number = math.nan
    if not 0 <= number <= LARGEST:
        raise Refused(
            in_row(
                row,
                _(
                    "“%(cell)s” is no count. A count is a number, 0 or more; leave the cell empty where it is not known."
                )
                % {"cell": cell[:40]},
            )
        )
    return number


def sentence_of(irregular: Irregular) -> str:
    """Say why dates and counts form no series, and how to mend it."""
    if irregular.reason == TOO_SHORT:
        sentence = _(
            "A forecast needs at least %(fewest)s counts; the file has %(found)s. Add earlier ones."
        )
    elif irregular.reason == NO_STEP:
        sentence = _(
            "The dates are neither daily nor weekly nor monthly: the closest two lie %(shortest)s days apart. Count by day, week or month first."
        )
    else:
        sentence = _(
            "Of %(steps)s steps only %(known)s have a count. Give --missing zero if a step without a row means none, or count by week or month."
        )
    return sentence % irregular.facts
