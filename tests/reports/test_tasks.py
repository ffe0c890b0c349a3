"""Background building: the schedule, a person's job, two builders at once, a builder that dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, connections

from agency import jobs
from agency.models import Job, TaskHealth
from pmqa.reports import files, lifecycle, tasks
from pmqa.reports.models import Report, ReportFact
from tests.factories.agency import StaffFactory, SupervisorFactory
from tests.indicators.story import at, open_office
from tests.reports.story import CUTOFF, OCTOBER, busy_october, october_of


@pytest.fixture
def busy(transactional_db):
    """An office after a busy October."""
    office = open_office()
    busy_october(office)
    return office


def asked_by(staff, unit):
    """Return the job of somebody who pressed the button."""
    return jobs.start(
        "report", title="รายงาน", by=staff, at=CUTOFF, task="pmqa.build_report",
        arguments={"month": OCTOBER.isoformat(), "unit": unit.pk, "cutoff": CUTOFF.isoformat()},
    )  # fmt: skip


def test_a_job_builds_the_report_with_its_files(busy):
    job = asked_by(SupervisorFactory.create(unit=busy.root), busy.root)

    tasks.build_report(job.pk)

    job = Job.objects.get()
    report = Report.objects.get()
    assert (job.state, job.url, job.done_count) == (
        "done",
        report.get_absolute_url(),
        job.total_count,
    )
    assert sorted(report.files.values_list("format", flat=True)) == sorted(files.MAKERS)


def test_a_job_published_twice_builds_once(busy):
    job = asked_by(SupervisorFactory.create(unit=busy.root), busy.root)

    tasks.build_report(job.pk)
    tasks.build_report(job.pk)

    assert Report.objects.count() == 1


def test_a_job_of_who_may_not_build_ends_with_the_sentence(busy):
    job = asked_by(StaffFactory.create(unit=busy.root), busy.root)

    tasks.build_report(job.pk)

    job = Job.objects.get()
    assert (job.state, job.message) == (
        "failed",
        "เฉพาะหัวหน้างานหรือผู้บริหารของหน่วยงานเท่านั้นที่จัดทำรายงานของหน่วยงานได้",
    )
    assert not Report.objects.exists()


def test_the_schedule_leaves_a_trace_of_its_run(busy):
    tasks.build_missing_reports()

    health = TaskHealth.objects.get(task="pmqa.build_missing_reports")
    assert (health.run_count, health.error) == (1, "")
    assert health.succeeded_at is not None


def test_two_builders_at_once_make_one_version(busy):
    def build(number):
        try:
            return october_of(busy).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(build, range(4)))

    assert len(set(made)) == 1
    assert list(Report.objects.values_list("version", flat=True)) == [1]
    assert ReportFact.objects.filter(report=made[0]).count() == ReportFact.objects.count()


def test_two_schedulers_at_once_make_each_month_once(busy):
    def build(number):
        try:
            return len(lifecycle.build_missing(at=CUTOFF + timedelta(seconds=number)))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(build, range(2)))

    months = Report.objects.order_by("month_on").values_list("month_on", "version")
    assert list(months) == [(date(2026, 9, 1), 1), (OCTOBER, 1)]


def test_a_builder_that_dies_leaves_nothing_and_the_next_run_finishes(busy):
    steps = []

    def die_half_way():
        steps.append(1)
        if len(steps) == lifecycle.STEPS:  # the figures stand, the facts are not frozen yet
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        october_of(busy, tell=die_half_way)
    connection.close()
    left = Report.objects.count(), ReportFact.objects.count()
    made = lifecycle.build_missing(at=at(1, month=12))

    assert left == (0, 0)
    assert [report.month_on for report in made] == [date(2026, 9, 1), OCTOBER, date(2026, 11, 1)]
