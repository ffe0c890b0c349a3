"""Months and fiscal years begin at midnight in Bangkok."""

from datetime import UTC, date, datetime

import pytest

from pmqa.indicators import periods


def test_a_month_begins_at_midnight_in_bangkok():
    october = periods.month(date(2026, 10, 1))

    assert october.since == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert october.until == datetime(2026, 10, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [(date(2026, 10, 1), -10, date(2025, 12, 1)), (date(2026, 12, 1), 1, date(2027, 1, 1)), (date(2026, 1, 1), -1, date(2025, 12, 1))],
)  # fmt: skip
def test_months_are_added_over_years(first, months, then):
    assert periods.add_months(first, months) == then


@pytest.mark.parametrize(
    ("first", "start"),
    [(date(2026, 10, 1), date(2026, 10, 1)), (date(2026, 9, 1), date(2025, 10, 1)), (date(2026, 1, 1), date(2025, 10, 1))],
)  # fmt: skip
def test_the_fiscal_year_begins_in_october(first, start):
    assert periods.year_to_date(first) == periods.Period(
        first=start, after=periods.add_months(first, 1)
    )


@pytest.mark.parametrize(
    ("text", "month"), [("2026-10", date(2026, 10, 1)), ("2569-10", date(2026, 10, 1))]
)
def test_a_month_is_read_in_both_eras(text, month):
    assert periods.parse_month(text) == month


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "ตุลาคม", "", "2026-10-01", "-026-10"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  any of the readers' own
        periods.parse_month(text)


def test_an_instant_belongs_to_its_bangkok_month():
    assert periods.month_of(datetime(2026, 10, 31, 17, tzinfo=UTC)) == date(2026, 11, 1)
