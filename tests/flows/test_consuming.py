"""Consuming events: once, each in its own transaction, a fault holds up nobody."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from agency.models import Event, Unit
from pmqa import flows
from pmqa.flows import consuming
from tests.factories.agency import EventFactory, UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def handled(monkeypatch):
    """The events that the handler of `something_happened` was given."""
    taken = []
    monkeypatch.setitem(
        consuming.HANDLERS,
        "something_happened",
        [consuming.Registered(lambda event, at: taken.append((event.pk, at)))],
    )
    return taken


def test_each_event_is_handled_once_in_order(handled):
    events = [EventFactory() for _number in range(3)]

    taken = [flows.consume(at=NOW), flows.consume(at=NOW)]

    assert (taken, handled) == ([3, 0], [(event.pk, NOW) for event in events])
    assert set(Event.objects.values_list("consumed_at", flat=True)) == {NOW}


def test_limit_bounds_a_run(handled):
    for _number in range(3):
        EventFactory()

    assert [flows.consume(at=NOW, limit=2), flows.consume(at=NOW, limit=2)] == [2, 1]


def test_an_event_that_nobody_handles_is_done():
    event = EventFactory(kind="nobody_cares")

    flows.consume(at=NOW)

    event.refresh_from_db()
    assert event.consumed_at == NOW


def test_a_failed_event_leaves_nothing_behind_and_holds_up_nobody(handled, monkeypatch):
    def half_done(event, at):
        UnitFactory(code="HALF")
        raise ValueError("นางสมศรี")

    monkeypatch.setitem(consuming.HANDLERS, "breaks", [consuming.Registered(half_done)])
    broken, fine = EventFactory(kind="breaks"), EventFactory()

    flows.consume(at=NOW)

    broken.refresh_from_db()
    assert (broken.consumed_at, broken.attempts) == (None, 1)
    assert broken.error.startswith("ValueError in half_done (test_consuming.py:")
    assert broken.not_before == NOW + timedelta(minutes=1)
    assert handled == [(fine.pk, NOW)]
    assert not Unit.objects.filter(code="HALF").exists()


def test_a_failed_event_is_tried_again_later(handled):
    event = EventFactory(attempts=1, not_before=NOW, error="ValueError")

    taken = [flows.consume(at=NOW - timedelta(seconds=1)), flows.consume(at=NOW)]

    event.refresh_from_db()
    assert (taken, event.consumed_at, event.error) == ([0, 1], NOW, "")


def test_an_event_that_never_succeeds_is_given_up(monkeypatch):
    def breaks(event, at):
        raise ValueError

    monkeypatch.setitem(consuming.HANDLERS, "breaks", [consuming.Registered(breaks)])
    event = EventFactory(kind="breaks", attempts=7)

    flows.consume(at=NOW)

    event.refresh_from_db()
    assert (event.consumed_at, event.attempts) == (NOW, 8)
    assert event.error.startswith("ValueError")


def test_on_registers_a_handler(monkeypatch):
    monkeypatch.setattr(consuming, "HANDLERS", consuming.defaultdict(list))

    @flows.on("moved")
    def handler(event, at):
        """Nothing."""

    assert {"moved": [consuming.Registered(handler)]} == consuming.HANDLERS


def test_a_handler_in_batches_runs_outside_the_transaction_that_marks_the_event(monkeypatch):
    order = []
    monkeypatch.setitem(
        consuming.HANDLERS,
        "something_happened",
        [
            consuming.Registered(lambda event, at: order.append("in the transaction")),
            consuming.Registered(lambda event, at: order.append("in batches"), is_in_batches=True),
        ],
    )
    EventFactory()

    flows.consume(at=NOW)

    assert order == ["in batches", "in the transaction"]


@pytest.mark.django_db(transaction=True)
def test_two_consumers_at_once_handle_each_event_once(monkeypatch):
    handled, meeting = [], Barrier(2, timeout=20)

    def meet(event, at):
        handled.append(event.pk)
        meeting.wait()  # both are in a handler at once, so each is at another event

    monkeypatch.setitem(consuming.HANDLERS, "something_happened", [consuming.Registered(meet)])
    events = [EventFactory() for _number in range(2)]

    consumers = [Thread(target=consume_and_close) for _number in range(2)]
    for consumer in consumers:
        consumer.start()
    for consumer in consumers:
        consumer.join()

    assert sorted(handled) == [event.pk for event in events]
    assert set(Event.objects.values_list("consumed_at", flat=True)) == {NOW}


def consume_and_close():
    try:
        flows.consume(at=NOW)
    finally:
        connection.close()
