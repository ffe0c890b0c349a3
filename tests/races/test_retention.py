"""Four at once on cases whose time of keeping is over: people and nightly runs; on real PostgreSQL."""

from datetime import UTC, datetime

import pytest
from django.db.models import Count

from agency.models import AuditEntry, Person
from complaints import lifecycle
from complaints.models import Complaint, RetentionRule
from tests.factories.complaints import NOW
from tests.races.test_verbs import ONE_WINNER, ROWS, Team, race

pytestmark = pytest.mark.django_db(transaction=True)

LATE = datetime(2037, 1, 4, 18, 0, tzinfo=UTC)


@pytest.fixture
def team():
    """A team whose cases were withdrawn long ago by one and the same person."""
    team = Team()
    RetentionRule.objects.create(name_th="ทั่วไป", erase_after_years=10)
    person = Person.objects.create(name="นาง ก", created_at=NOW)
    for case in team.cases:
        lifecycle.withdraw(case, body="x", by=team.supervisors[0], at=NOW)
    Complaint.objects.update(person=person)
    team.refresh()
    return team


def archive(run) -> None:
    while lifecycle.archive_due(at=LATE, limit=3):
        pass


def erase(run) -> None:
    while lifecycle.erase_due(at=LATE, limit=3):
        pass


def test_one_person_wins_hold_release_and_unarchive(team):
    archive(None)

    for verb in (lifecycle.hold_legally, lifecycle.release_hold, lifecycle.unarchive):
        team.refresh()

        def press(case, person, verb=verb):
            verb(case, reason="คดี", by=team.supervisors[person], at=LATE)

        assert race(team.cases, press) == ONE_WINNER


def test_four_nightly_runs_archive_and_erase_each_case_once(team):
    held = team.cases[0]
    lifecycle.hold_legally(held, reason="คดี", by=team.supervisors[0], at=LATE)

    race([None], lambda row, person: archive(person))
    race([None], lambda row, person: erase(person))
    archive(None)
    erase(None)  # what was skipped while somebody had it

    done = AuditEntry.objects.filter(verb__in=["archived", "text_erased"], by=None)
    counted = done.values("object_id", "verb").annotate(n=Count("pk"))
    assert sorted(row["n"] for row in counted) == [1] * 2 * (ROWS - 1)
    assert Complaint.objects.filter(archived_at=None, erased_at=None).get() == held
    assert Person.objects.get().name == "นาง ก"
    lifecycle.release_hold(held, reason="จบ", by=team.supervisors[0], at=NOW)
    race([None], lambda row, person: archive(person))
    race([None], lambda row, person: erase(person))
    assert Person.objects.get().name == ""
