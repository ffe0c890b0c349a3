"""Events: written with the change or not at all."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from agency import events
from agency.models import Event
from tests.factories.agency import UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_emit_writes_what_happened():
    unit = UnitFactory()

    event = events.emit(unit, "moved", at=NOW, versions=[1, 2])

    event.refresh_from_db()
    assert (event.subject_of, event.kind, event.at) == (unit, "moved", NOW)
    assert (event.data, event.consumed_at) == ({"versions": [1, 2]}, None)


@pytest.mark.django_db(transaction=True)
def test_emit_refuses_to_run_outside_a_transaction():
    unit = UnitFactory()

    with pytest.raises(TransactionManagementError):
        events.emit(unit, "moved", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_the_change_that_failed():
    unit = UnitFactory()

    with transaction.atomic():
        events.emit(unit, "moved", at=NOW)
        transaction.set_rollback(True)

    assert Event.objects.count() == 0
