"""Case numbers: one sequence for each fiscal year."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from agency.thai import fiscal_year, local_day

SEQUENCE_LOCK = 2570_01  # of PostgreSQL's advisory locks: one process makes a year's sequence


def next_number(at: datetime) -> str:
    """Return the next number of the fiscal year of an instant, as in 2570-000123."""
    return next_numbers(at, count=1)[0]


def next_numbers(at: datetime, *, count: int) -> list[str]:
    """Return so many numbers of the fiscal year of an instant."""
    year = fiscal_year(local_day(at))
    sequence = f"complaint_number_{year}"
    values = drawn(sequence, count=count)
    if values[0] is None:  # the first case of its year
        make_sequence(sequence)
        values = drawn(sequence, count=count)
    return [f"{year}-{value:06}" for value in values]


def drawn(sequence: str, *, count: int) -> list[int | None]:
    """Draw from a sequence; nothing where there is none yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(to_regclass(%s)) FROM generate_series(1, %s)", [sequence, count]
        )
        return [row[0] for row in cursor.fetchall()]


def make_sequence(sequence: str) -> None:
    """Make a year's sequence, unless another process has just done so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCE_LOCK])
        cursor.execute(f'CREATE SEQUENCE IF NOT EXISTS "{sequence}"')
