"""A published calendar reaches the complaints."""

from datetime import UTC, datetime

import pytest

from agency.models import Event
from complaints import lifecycle
from pmqa.tasks import consume_events
from tests.factories.agency import CalendarFactory, EventFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_due_dates_are_computed_anew_for_the_new_versions(monkeypatch):
    asked = []

    def recompute(versions, *, at):
        asked.append(versions)

    monkeypatch.setattr(lifecycle, "recompute_due_dates", recompute)
    EventFactory(kind="calendar_changed", subject_of=CalendarFactory(), data={"versions": [3, 4]})

    consume_events()

    assert asked == [[3, 4]]
    assert Event.objects.filter(consumed_at=None).count() == 0
