"""What Celery runs in this room."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import shared_task
from django.core.files import File
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from agency import health, jobs, sheets
from agency.models import Job, Staff
from agency.thai import local_day
from complaints import lifecycle, tables
from complaints.filters import queue_filter
from complaints.forms.figures import FiguresForm
from complaints.lifecycle import bulk, importing
from complaints.models import Complaint
from complaints.selectors import desk, figures_kept, figures_table, tally

TELL_EVERY = 500


@shared_task(name="complaints.sweep_milestones")
@health.watched("complaints.sweep_milestones")
def sweep_milestones() -> None:
    """Tell of the milestones and sub-tasks that came due, batch by batch until none is left."""
    at = timezone.now()
    while lifecycle.sweep_milestones(at=at):
        pass
    while lifecycle.sweep_subtasks(at=at):
        pass


@shared_task(name="complaints.resume_overlong_pauses")
@health.watched("complaints.resume_overlong_pauses")
def resume_overlong_pauses() -> None:
    """Let cases go on that have waited too long for the complainant."""
    at = timezone.now()
    while lifecycle.resume_overlong_pauses(at=at):
        pass


@shared_task(name="complaints.remind_actions")
@health.watched("complaints.remind_actions")
def remind_actions() -> None:
    """Remind of corrective actions that come due or are late."""
    at = timezone.now()
    while lifecycle.remind_actions(at=at):
        pass


@shared_task(name="complaints.remind_referrals")
@health.watched("complaints.remind_referrals")
def remind_referrals() -> None:
    """Remind of referrals that the other agency has not answered."""
    at = timezone.now()
    while lifecycle.remind_referrals(at=at):
        pass


@shared_task(name="complaints.remind_agency_deadlines")
@health.watched("complaints.remind_agency_deadlines")
def remind_agency_deadlines() -> None:
    """Remind of the days by which agencies that sent matters want their answers."""
    at = timezone.now()
    while lifecycle.remind_agency_deadlines(at=at):
        pass


@shared_task(name="complaints.count_cases")
@health.watched("complaints.count_cases")
def count_cases() -> None:
    """Count the cases of a large agency for its home pages."""
    tally.refresh(at=timezone.now())


@shared_task(name="complaints.count_figures")
@health.watched("complaints.count_figures")
def count_figures() -> None:
    """Count the cases of a large agency for its figures page."""
    figures_kept.refresh(at=timezone.now())


@shared_task(name="complaints.refresh_past_times")
@health.watched("complaints.refresh_past_times")
def refresh_past_times() -> None:
    """Count how long the steps of the procedure took in the last year."""
    lifecycle.refresh_past_times(at=timezone.now())


@shared_task(name="complaints.age_ended_cases")
@health.watched("complaints.age_ended_cases")
def age_ended_cases() -> None:
    """Archive ended cases and erase those whose time of keeping is over, batch by batch."""
    at = timezone.now()
    while lifecycle.archive_due(at=at):
        pass
    while lifecycle.erase_due(at=at):
        pass
    importing.forget_rejected(at=at)


@shared_task(name="complaints.give_waiting")
@health.watched("complaints.give_waiting")
def give_waiting() -> None:
    """Give out what lies unassigned in the units that wish it so."""
    at = timezone.now()
    while lifecycle.give_waiting(at=at):
        pass


@dataclass(frozen=True)
class Asker:
    """Who asks, for filters that look at `request.user`."""

    user: Staff


@shared_task(name="complaints.import_file")
def import_file(job_pk: int) -> None:
    """Import an uploaded table of complaints."""
    jobs.run(job_pk, run_import)


def run_import(progress: jobs.Progress) -> dict[str, Any]:
    """Take the table in as the person mapped it, into the person's unit and those below."""
    job = progress.job

    def advance(rows: int, total: int | None) -> None:
        progress.total_count = total
        progress.advance(rows)
        progress.stop_if_cancelled()

    with job.file.open("rb") as file:
        result = importing.import_table(
            file,
            source=job.arguments["source"],
            spec=importing.chosen(job.arguments["base"], job.arguments["columns"]),
            by=job.by,
            at=timezone.now(),
            default_unit=job.by.unit,
            within=job.by.unit,
            job=job,
            advance=advance,
        )
    url = reverse("complaints:imported", args=[job.pk])
    return {"url": url, "columns": result.header, **result.as_json()}


@shared_task(name="complaints.work_through_bulk")
def work_through_bulk(job_pk: int) -> None:
    """Do one thing to many cases, each on its own."""
    jobs.run(job_pk, bulk.work_through)


@shared_task(name="complaints.export_queue")
def export_queue(job_pk: int) -> None:
    """Write the filtered queue of a person into a file."""
    jobs.run(job_pk, write_export)


def write_export(progress: jobs.Progress) -> dict[str, Any]:
    """Write what the person sees under these filters, as of when it was asked for."""
    job = progress.job
    found = found_by(job)
    progress.total(found.order_by().count())
    rows = tables.export_rows(found.order_by("-received_at", "-pk"))
    return write_sheet(progress, "complaints", head=tables.export_head(), rows=rows)


@shared_task(name="complaints.export_figures")
def export_figures(job_pk: int) -> None:
    """Write the figures that a person looks at into a file."""
    jobs.run(job_pk, write_figures)


def write_figures(progress: jobs.Progress) -> dict[str, Any]:
    """Write the numbers of the page as the person sees them, as of when they were asked for."""
    job = progress.job
    form = FiguresForm(
        QueryDict(job.arguments["query"]), staff=job.by, today=local_day(job.created_at)
    )
    found = figures_kept.figures(job.by, form.asked, at=job.created_at)
    lines = list(figures_table.lines(found))
    progress.total(len(lines))
    return write_sheet(progress, "figures", head=figures_table.head(), rows=lines)


def write_sheet(
    progress: jobs.Progress, name: str, *, head: list[str], rows: Iterable[list[Any]]
) -> dict[str, Any]:
    """Write a table into the job's file, row by row; nothing in it is a formula."""
    job, kind = progress.job, progress.job.arguments["kind"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{kind}"
        count = sheets.WRITERS[kind](path, head=head, rows=progressed(rows, progress))
        job.file_name = f"{name}-{job.created_at:%Y%m%d-%H%M}.{kind}"
        with path.open("rb") as written:
            job.file.save(job.file_name, File(written), save=False)
    job.save(update_fields=["file", "file_name"])
    return {"url": reverse("complaints:exported", args=[job.pk]), "rows": count}


def found_by(job: Job) -> QuerySet[Complaint]:
    """Return the cases that the filters of a job find for the person who started it."""
    filterset = queue_filter(at=job.created_at)(
        QueryDict(job.arguments["query"]), queryset=desk.queue(job.by), request=Asker(job.by)
    )
    filterset.form.is_valid()
    found: QuerySet[Complaint] = filterset.filter_queryset(filterset.queryset.all())
    return found


def progressed(rows: Iterable[list[Any]], progress: jobs.Progress) -> Iterator[list[Any]]:
    """Pass rows on, telling how far it is; stop when the person asked to."""
    since = 0
    for row in rows:
        yield row
        since += 1
        if since == TELL_EVERY:
            progress.advance(since)
            progress.stop_if_cancelled()
            since = 0
    progress.advance(since)
