"""Five hundred views around the closing second, and two who give the floor at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from agency.refusal import Refused
from listening.lifecycle import speaking, testimonies
from listening.models import SignUp
from tests.factories.agency import StaffFactory
from tests.factories.hearings import STARTS, announced, signed_up, view, written_hearing
from tests.races.test_verbs import ONE_WINNER, PEOPLE, ROWS, race

pytestmark = pytest.mark.django_db(transaction=True)
FORMS = 250
STEP = timedelta(milliseconds=4)


def test_500_views_around_the_closing_second_are_in_once_or_refused():
    hearing = written_hearing()
    forms = [(uuid4(), hearing.closes_at + STEP * (number - FORMS // 2)) for number in range(FORMS)]

    def send(form):
        uid, at = form
        try:
            return testimonies.submit(hearing, view(uid=uid), at=at).testimony.pk
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, forms + forms))  # each is posted twice

    kept = {row.uid: row for row in hearing.testimonies.all()}
    for (uid, at), *given in zip(forms, answers[:FORMS], answers[FORMS:], strict=True):
        is_in_time = at < hearing.closes_at
        assert (uid in kept) == is_in_time
        assert given == [kept[uid].pk] * 2 if is_in_time else given == [None, None]
    assert len(kept) == FORMS // 2
    assert all(row.received_at < hearing.closes_at for row in kept.values())


def test_two_who_give_the_floor_at_once_leave_one_speaker():
    hearing = announced()
    team = StaffFactory.create_batch(PEOPLE, unit=hearing.unit)
    speaking.open_session(hearing, by=team[0], at=STARTS)
    waiting = [signed_up(hearing, at=STARTS, shown_name=f"ผู้พูด {n}") for n in range(ROWS)]

    went = race(waiting, lambda one, person: speaking.call(one, by=team[person], at=STARTS))

    assert went == ONE_WINNER
    assert SignUp.objects.filter(state="called").count() == 1
    assert SignUp.objects.filter(state="spoke").count() == ROWS - 1
