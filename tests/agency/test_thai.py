"""Thai dates, years, digits and masks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from agency import thai

NOW = datetime(2026, 10, 21, 3, 0, tzinfo=UTC)  # 10:00 in Bangkok
EVENING = datetime(2026, 10, 6, 17, 30, tzinfo=UTC)  # already 7 October in Bangkok


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("7/10/2569", date(2026, 10, 7)),
        ("๗/๑๐/๒๕๖๙", date(2026, 10, 7)),
        ("07-10-2569", date(2026, 10, 7)),
        ("7.10.69", date(2026, 10, 7)),
        ("7 10 2569", date(2026, 10, 7)),
        ("7/10/2026", date(2026, 10, 7)),
        ("2026-10-07", date(2026, 10, 7)),
        ("2569-10-07", date(2026, 10, 7)),
        ("7 ต.ค. 2569", date(2026, 10, 7)),
        ("๗ ตุลาคม พ.ศ. ๒๕๖๙", date(2026, 10, 7)),
        ("7ตค69", date(2026, 10, 7)),
        ("29 ก.พ. 2567", date(2024, 2, 29)),
        ("1 Jan 2026", date(2026, 1, 1)),
    ],
)
def test_parse_date_reads_what_people_type(typed, day):
    assert thai.parse_date(typed) == day


@pytest.mark.parametrize(
    "typed", ["", "พรุ่งนี้", "31/2/2569", "29 ก.พ. 2569", "7/13/2569", "7 xyz 2569", "๗"]
)
def test_parse_date_refuses_what_is_no_day(typed):
    with pytest.raises(ValueError):  # noqa: PT011  whatever the words: callers say their own
        thai.parse_date(typed)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "th",
            [
                "7 ต.ค. 2569",
                "7 ตุลาคม 2569",
                "วันพุธที่ 7 ต.ค. 2569",
                "7 ต.ค. 2569 00.30 น.",
                "ตุลาคม 2569",
                "ต.ค. 69",
            ],
        ),
        (
            "en",
            [
                "7 Oct 2026",
                "7 October 2026",
                "Wednesday, 7 Oct 2026",
                "7 Oct 2026 00:30",
                "October 2026",
                "Oct 26",
            ],
        ),
    ],
)
def test_an_instant_is_written_as_its_bangkok_day(language, words):
    with translation.override(language):
        written = [
            thai.format_date(EVENING),
            thai.format_date(EVENING, long=True),
            thai.format_date(EVENING, weekday=True),
            thai.format_datetime(EVENING),
            thai.format_month(EVENING),
            thai.format_month(EVENING, short=True),
        ]

    assert written == words


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 9, 30), 2569), (date(2026, 10, 1), 2570), (date(2026, 1, 1), 2569)],
)
def test_october_begins_the_fiscal_year(day, year):
    first, last = thai.fiscal_year_span(year)

    assert thai.fiscal_year(day) == year
    assert first <= day <= last


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(minutes=-90), "21 Oct 2026 11:30"),
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=8), "13 Oct 2026"),
    ],
)
def test_since_words_say_how_long_ago(past, words):
    with translation.override("en"):
        assert thai.since_words(NOW - past, now=NOW) == words


def test_since_words_are_thai_on_a_thai_screen():
    with translation.override("th"):
        assert thai.since_words(NOW - timedelta(minutes=5), now=NOW) == "5 นาทีที่แล้ว"


def test_digits_go_both_ways():
    assert thai.arabic_digits("๐๑๒๓๔๕๖๗๘๙ abc") == "0123456789 abc"
    assert thai.thai_digits("15 วัน") == "๑๕ วัน"
    assert thai.only_digits("๑-๒๓๔๕ (x) 6") == "123456"


def test_numbers_group_themselves():
    assert thai.group_national_id("1234567890121") == "1-2345-67890-12-1"
    assert thai.group_national_id("123") == "123"
    assert thai.group_phone("0812345678") == "081-234-5678"
    assert thai.group_phone("021234567") == "02-123-4567"
    assert thai.group_phone("1111") == "1111"
