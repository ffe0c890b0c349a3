"""The kept counts of the home pages: they say what counting anew would, to each reader the reader's own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache, caches
from redis.exceptions import ConnectionError as DeadRedis

from complaints import lifecycle, tasks
from complaints.models import Complaint, Kind, Reader
from complaints.selectors import tally, work
from complaints.selectors.tally import tally_of
from tests.factories.agency import ExecutiveFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, answered, in_progress, ready, received

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def root():
    ready()
    return UnitFactory.create()


@pytest.fixture
def unit(root):
    return UnitFactory.create(parent=root)


@pytest.fixture
def large(monkeypatch):
    """An agency of one case is large here; what is kept is forgotten afterwards."""
    monkeypatch.setattr(tally, "LIVE", 0)
    yield
    cache.delete(tally.key())


@pytest.fixture
def work_of_a_month(root, unit):
    """Cases of every kind in two units, one of them restricted."""
    officer = StaffFactory.create(unit=unit)
    in_progress(officer=officer)
    waiting = in_progress(officer=officer)
    lifecycle.ask(waiting, body="ที่ไหน", by=officer, at=NOW)
    answered(officer=officer)
    answered(officer=StaffFactory.create(unit=root), at=NOW - timedelta(days=30))
    received(unit=unit)
    unit.restricted_readers.add(officer)
    received(unit=unit, kind=Kind.CORRUPTION)


def shown_to(staff, *, at=LATER):
    """Return what the home pages make of the counts."""
    counts = tally_of(staff, at=at)
    return (
        work.headline(staff, counts),
        work.trend(counts),
        [(row.officer, row.open_count, row.overdue_count) for row in work.team_load(counts)],
        [(row.unit, row.counts) for row in work.ageing(counts).rows],
    )


def test_kept_counts_say_what_counting_anew_says(root, unit, work_of_a_month, large):
    reader = SupervisorFactory.create(unit=root)  # named for the restricted case as well
    Reader.objects.create(
        complaint=Complaint.objects.get(is_restricted=True), staff=reader, named_at=NOW
    )
    readers = [
        ExecutiveFactory.create(unit=root),
        SupervisorFactory.create(unit=unit),
        SupervisorFactory.create(),
        reader,
    ]
    anew = [shown_to(staff) for staff in readers]

    tally.refresh(at=LATER)

    assert [shown_to(staff) for staff in readers] == anew
    assert [told[0].open_count for told in anew] == [5, 4, 0, 6]
    assert [told[0].overdue_count for told in anew] == [2, 2, 0, 3]


def test_home_of_a_large_agency_shows_the_kept_counts_until_they_are_counted_again(unit, large):
    chief = ExecutiveFactory.create(unit=unit)
    received(unit=unit)
    tally.refresh(at=NOW)
    received(unit=unit)

    before = tally_of(chief, at=LATER)
    tally.refresh(at=LATER)
    after = tally_of(chief, at=LATER)

    assert (before.at, before.size) == (NOW, 2)
    assert (after.at, after.size) == (LATER, 4)


def test_kept_counts_cost_no_query(unit, large, django_assert_num_queries):
    chief = ExecutiveFactory.create(unit=unit)
    received(unit=unit)
    tally.refresh(at=NOW)

    with django_assert_num_queries(1):  # which units the person sees
        tally_of(chief, at=NOW)


def test_small_agency_is_counted_anew(unit):
    received(unit=unit)

    tasks.count_cases()

    assert cache.get(tally.key()) is None


def test_task_keeps_the_counts_of_a_large_agency(unit, large):
    received(unit=unit)

    tasks.count_cases()

    assert [each.open_count for each in tally.kept_tally().standings] == [1]


def test_dead_cache_lets_pages_count_anew(unit, monkeypatch):
    def broken(*args, **kwargs):
        raise DeadRedis

    received(unit=unit)
    monkeypatch.setattr(type(caches["default"]), "get", broken)

    assert tally_of(ExecutiveFactory.create(unit=unit), at=LATER).size == 2
