"""The kept counts of the figures page say what counting anew would, to each reader the reader's own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache, caches
from redis.exceptions import ConnectionError as DeadRedis

from complaints import tasks
from complaints.models import Complaint, Kind, Reader
from complaints.selectors import figures_kept, tally
from complaints.selectors.figures import Asked, figures
from complaints.selectors.prevention import repeat_months
from tests.factories.agency import ExecutiveFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, answered, closed, in_progress, ready, received

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 12, 24, 3, 0, tzinfo=UTC)
YEAR = Asked(first_on=date(2026, 1, 1), last_on=date(2026, 12, 31))
LAST = Asked(first_on=date(2026, 12, 1), last_on=date(2026, 12, 31))


@pytest.fixture
def large(monkeypatch):
    """An agency of one case is large here; what is kept is forgotten afterwards."""
    monkeypatch.setattr(tally, "LIVE", 0)
    yield
    cache.delete(figures_kept.key())


@pytest.fixture
def world():
    """Return the head unit and one below, with cases of several months, one of them restricted."""
    ready()
    root = UnitFactory.create()
    unit = UnitFactory.create(parent=root)
    officer = StaffFactory.create(unit=unit)
    in_progress(officer=officer)
    answered(officer=officer)
    closed(officer=StaffFactory.create(unit=root), at=NOW - timedelta(days=30))
    received(unit=unit, province="50")
    unit.restricted_readers.add(officer)
    received(unit=unit, kind=Kind.CORRUPTION)
    return root, unit


def test_kept_counts_say_what_counting_anew_says(world, large):
    root, unit = world
    reader = SupervisorFactory.create(unit=root)  # named for the restricted case as well
    restricted = Complaint.objects.get(is_restricted=True)
    Reader.objects.create(complaint=restricted, staff=reader, named_at=NOW)
    readers = [ExecutiveFactory.create(unit=root), SupervisorFactory.create(unit=unit), reader]
    asked = [each for span in (YEAR, LAST) for each in (span, replace(span, unit=unit.pk))]

    figures_kept.refresh(at=LATER)
    kept = [figures_kept.figures(staff, each, at=LATER) for staff in readers for each in asked]

    assert kept == [figures(staff, each, at=LATER) for staff in readers for each in asked]
    assert [each.received.total for each in kept[:4]] == [4, 3, 0, 0]
    assert [each.open_count for each in kept[:4]] == [3, 3, 3, 3]


def test_the_prevention_board_takes_what_came_out_of_what_is_kept(world, large):
    root, unit = world
    reader = SupervisorFactory.create(unit=root)
    Reader.objects.create(
        complaint=Complaint.objects.get(is_restricted=True), staff=reader, named_at=NOW
    )
    asked = [YEAR, replace(YEAR, unit=unit.pk)]
    anew = [repeat_months(reader, each, at=LATER) for each in asked]
    figures_kept.refresh(at=LATER)

    assert [repeat_months(reader, each, at=LATER) for each in asked] == anew
    Complaint.objects.filter(is_restricted=False).update(received_at=NOW - timedelta(days=400))
    assert repeat_months(reader, YEAR, at=LATER) == anew[0]


def test_kept_counts_say_as_of_when(world, large):
    chief = ExecutiveFactory.create(unit=world[0])
    figures_kept.refresh(at=NOW)

    received(unit=world[1])

    assert figures_kept.figures(chief, YEAR, at=LATER).received.total == 4
    assert figures_kept.figures(chief, YEAR, at=LATER).at == NOW


def test_a_small_agency_is_counted_anew(world):
    tasks.count_figures()

    assert cache.get(figures_kept.key()) is None


def test_a_dead_cache_or_a_lost_month_is_counted_anew(world, large, monkeypatch):
    chief = ExecutiveFactory.create(unit=world[0])
    head = figures_kept.refresh(at=NOW)
    cache.delete(figures_kept.key(NOW, max(first for _unit, first in head.received)))

    assert figures_kept.figures(chief, YEAR, at=LATER).at == LATER

    def dead(*args, **kwargs):
        raise DeadRedis

    monkeypatch.setattr(type(caches["default"]), "get", dead)

    assert figures_kept.figures(chief, YEAR, at=LATER).at == LATER
