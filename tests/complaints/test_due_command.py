"""`manage.py due` as a script sees it."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories.agency import (
    CalendarFactory,
    CalendarVersionFactory,
    ThaiCalendarFactory,
    UnitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def national():
    return ThaiCalendarFactory.create()


def due(capsys, *arguments) -> dict:
    call_command("due", *arguments)
    return json.loads(capsys.readouterr().out)


def test_due_explains_every_day(national, capsys):
    told = due(capsys, "2026-11-06T16:31", "--days", "1")

    assert told == {
        "deemed_received": "2026-11-09T08:30:00+07:00",
        "due": "2026-11-10T16:30:00+07:00",
        "days": [
            {"on": "2026-11-09", "counted": False, "number": None, "reason": "first_day"},
            {"on": "2026-11-10", "counted": True, "number": 1, "reason": ""},
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["2026-11-02T03:00:00Z", "--days", "2"], "2026-11-04T16:30:00+07:00"),
        (["2026-11-02T10:00", "--days", "2", "--first-day-counts"], "2026-11-03T16:30:00+07:00"),
        (["2026-11-06T10:00", "--days", "2", "--calendar-days"], "2026-11-08T23:59:59+07:00"),
        (
            ["2026-11-02T10:00", "--days", "2", "--pause", "2026-11-03", "2026-11-04"],
            "2026-11-06T16:30:00+07:00",
        ),
        (
            ["2026-11-02T10:00", "--days", "2", "--pause", "2026-11-03T09:00", "2026-11-03T16:00"],
            "2026-11-04T16:30:00+07:00",
        ),
        (
            [
                *("2026-11-02T10:00", "--days", "2"),
                *("--pause", "2026-11-03", "2026-11-03", "--pause", "2026-11-05", "2026-11-05"),
            ],
            "2026-11-06T16:30:00+07:00",
        ),
    ],
)
def test_due_takes_offsets_pauses_and_other_ways_to_count(national, capsys, arguments, expected):
    assert due(capsys, *arguments)["due"] == expected


def test_due_goes_by_the_calendar_of_a_unit(national, capsys):
    own = CalendarFactory.create()
    facts = {"intervals": [[6, "09:00", "12:00"]], "holidays": {}}
    CalendarVersionFactory.create(calendar=own, number=1, facts=facts)
    unit = UnitFactory.create(calendar=own)

    told = due(capsys, "2026-11-02T10:00", "--days", "1", "--unit", unit.code)

    assert told["due"] == "2026-11-14T12:00:00+07:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["เมื่อวาน", "--days", "1"], "“เมื่อวาน” is not an instant"),
        (["0001-01-01", "--days", "1"], "too far away"),
        (["9999-12-31T23:59:59", "--days", "1"], "too far away"),
        (["2026-11-02", "--days", "0"], "--days must be from 1 to 3660"),
        (["2026-11-02", "--days", "3661"], "--days must be from 1 to 3660"),
        (["2026-11-02", "--days", "1", "--unit", "ไม่มี"], "no unit with the code ไม่มี"),
        (["2026-11-02", "--days", "1", "--pause", "2026-11-05", "x"], "“x” is not an instant"),
        (
            ["2026-11-02", "--days", "1", "--pause", "2026-11-05", "2026-11-03"],
            "must not end before",
        ),
    ],
)
def test_due_says_what_is_wrong(national, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("due", *arguments)


def test_due_without_a_calendar_says_what_to_do():
    with pytest.raises(CommandError, match=r"manage\.py seed"):
        call_command("due", "2026-11-02", "--days", "1")
