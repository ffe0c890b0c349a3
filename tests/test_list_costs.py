"""Lists that have no test file of their own for it: one row and three cost the same few questions."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from agency.models import Job, Role
from complaints.models import ImportRow
from pmqa.reports import lifecycle as reports
from tests.factories.agency import (
    JobFactory,
    SavedFilterFactory,
    StaffFactory,
    TaskHealthFactory,
    UnitFactory,
)
from tests.factories.complaints import received

pytestmark = pytest.mark.django_db

RECEIVED_AT = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ONE_AND_THREE = pytest.mark.parametrize("item_count", [1, 3])


@pytest.fixture
def person(client):
    """A supervisor who is also an administrator, logged in."""
    cache.clear()
    roles = [Role.SUPERVISOR, Role.ADMIN]
    person = StaffFactory.create(unit=UnitFactory.create(), roles=roles)
    client.force_login(person)
    return person


def rejected(person, *, row_count: int) -> Job:
    """Return an import of the person with rejected rows."""
    job = JobFactory.create(
        kind="import", by=person, state=Job.State.DONE, result={"columns": ["เรื่อง"]}
    )
    ImportRow.objects.bulk_create(
        ImportRow(job=job, row=number, error="ไม่มีเรื่อง", values={"เรื่อง": ""})
        for number in range(row_count)
    )
    return job


@ONE_AND_THREE
def test_saved_views_stand_over_the_queue(client, person, item_count, django_assert_num_queries):
    SavedFilterFactory.create_batch(item_count, owner=person)
    client.get(reverse("complaints:queue"))

    with django_assert_num_queries(6):
        response = client.get(reverse("complaints:queue"))

    assert sum(tab.saved is not None for tab in response.context["page"].tabs) == item_count


@ONE_AND_THREE
def test_imports_made_before(client, person, item_count, django_assert_num_queries):
    JobFactory.create_batch(item_count, kind="import", by=person)
    client.get(reverse("complaints:imports"))

    with django_assert_num_queries(3):  # session, person, imports
        response = client.get(reverse("complaints:imports"))

    assert len(response.context["jobs"]) == item_count


@ONE_AND_THREE
def test_rejected_rows_on_the_page_of_an_import(
    client, person, item_count, django_assert_num_queries
):
    job = rejected(person, row_count=item_count)
    client.get(reverse("complaints:imported", args=[job.pk]))

    with django_assert_num_queries(4):  # session, person, import, rows
        response = client.get(reverse("complaints:imported", args=[job.pk]))

    assert len(response.context["rows"]) == item_count


@ONE_AND_THREE
def test_rejected_rows_as_a_file(client, person, item_count, django_assert_num_queries):
    job = rejected(person, row_count=item_count)

    with django_assert_num_queries(4):  # session, person, import, rows
        written = b"".join(client.get(reverse("complaints:import_rejected", args=[job.pk])))

    assert len(written.decode().splitlines()) == item_count + 1


@ONE_AND_THREE
def test_records_behind_a_figure(client, person, item_count, django_assert_num_queries):
    for _each in range(item_count):
        received(unit=person.unit, at=RECEIVED_AT)
    report = reports.build(unit=person.unit, month=date(2026, 10, 1), cutoff=NOW, by=None, at=NOW)
    address = reverse("reports:figure", args=[report.pk, "3.4-01", "received"])
    client.get(address)

    with django_assert_num_queries(9):
        response = client.get(address)

    assert len(response.context["records"]) == item_count


@ONE_AND_THREE
def test_versions_of_a_report(client, person, item_count, django_assert_num_queries):
    received(unit=person.unit, at=RECEIVED_AT)
    for version in range(item_count):
        at = NOW.replace(hour=3 + version)
        report = reports.build(unit=person.unit, month=date(2026, 10, 1), cutoff=at, by=None, at=at)
    client.get(report.get_absolute_url())

    with django_assert_num_queries(9):
        response = client.get(report.get_absolute_url())

    assert len(response.context["versions"]) == item_count


@ONE_AND_THREE
def test_health_of_the_scheduled_work(client, person, item_count, django_assert_num_queries):
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    for task in scheduled[:item_count]:
        TaskHealthFactory.create(task=task)
    client.get(reverse("agency:health"))

    with django_assert_num_queries(9):
        response = client.get(reverse("agency:health"))

    assert len(response.context["watches"]) == len(scheduled)
