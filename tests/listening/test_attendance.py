"""Attendance by a code at the door: once a device, by way, nobody named, in its hours only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from agency.refusal import Refused
from listening.lifecycle import attending, speaking
from listening.models import Attendance
from listening.selectors.hearings import attendance_of
from tests.factories.hearings import ENDS, STARTS, announced, written_hearing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def hearing():
    cache.clear()
    return announced()


def page_of(hearing):
    return reverse("listening:attend", args=[hearing.code])


def press(client, hearing, *, way="site", code=""):
    """Press the button on a device; returns the page."""
    data = {"code": code or attending.door_code(hearing), "way": way}
    with time_machine.travel(STARTS, tick=False):
        return client.post(page_of(hearing), data)


def test_each_device_is_counted_once_by_its_way(hearing):
    first, second = Client(), Client()
    with time_machine.travel(STARTS, tick=False):
        assert first.get(page_of(hearing) + "?c=ABCD").status_code == 200

    for client, way in ((first, "site"), (first, "online"), (second, "online")):
        assert press(client, hearing, way=way).status_code == 200

    assert attendance_of(hearing) == {"site": 1, "online": 1}


def test_row_holds_nothing_of_who_came(hearing):
    press(Client(), hearing)

    names = {field.name for field in Attendance._meta.concrete_fields}
    assert names == {"id", "hearing", "way", "mark"}
    assert len(bytes(Attendance.objects.get().mark)) == 32


def test_wrong_code_counts_nobody_and_keeps_what_was_typed(hearing):
    response = press(Client(), hearing, code="ZZZZ")

    assert not Attendance.objects.exists()
    assert 'value="ZZZZ"' in response.content.decode()


def test_code_is_taken_as_people_type_it(hearing):
    typed = " ".join(attending.door_code(hearing).lower())

    press(Client(), hearing, code=typed)

    assert attendance_of(hearing)["site"] == 1


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (STARTS - 3 * HOUR, False),
        (STARTS - 2 * HOUR, True),
        (ENDS - timedelta(seconds=1), True),
        (ENDS, False),
    ],
)
def test_hours_in_which_people_count_in(hearing, at, is_open):
    assert attending.is_counting(hearing, at) is is_open
    if not is_open:
        with pytest.raises(Refused):
            attending.attend(hearing, way="site", uid=uuid4(), at=at)


def test_closed_session_counts_nobody(hearing):
    speaking.open_session(hearing, by=hearing.owner, at=STARTS)
    speaking.close_session(hearing, by=hearing.owner, at=STARTS + HOUR)
    hearing.refresh_from_db()

    with pytest.raises(Refused):
        attending.attend(hearing, way="site", uid=uuid4(), at=STARTS + HOUR)


def test_way_that_the_hearing_does_not_have_is_refused():
    hearing = announced(mode="site")

    with pytest.raises(Refused):
        attending.attend(hearing, way="online", uid=uuid4(), at=STARTS)


def test_hearing_without_a_session_has_no_such_page(client):
    assert client.get(page_of(written_hearing())).status_code == 404


def test_chair_sees_code_and_counts_and_minutes_begin_with_them(client, hearing):
    press(Client(), hearing)
    client.force_login(hearing.owner)

    page = client.get(reverse("listening:session", args=[hearing.pk]))
    minutes = client.get(reverse("listening:minutes", args=[hearing.pk]))

    assert page.context["door"]["code"] == attending.door_code(hearing)
    assert page.context["door"]["came"] == {"site": 1, "online": 0}
    assert minutes.context["form"]["on_site_count"].value() == 1


@pytest.mark.django_db(transaction=True)
def test_one_device_pressing_four_times_at_once_is_one():
    hearing, uid = announced(), uuid4()

    def come(_number):
        try:
            return attending.attend(hearing, way="site", uid=uid, at=STARTS)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(come, range(4)))

    assert sorted(told) == [False, False, False, True]
    assert Attendance.objects.count() == 1
