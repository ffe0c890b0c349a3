"""What Celery runs in this room."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from celery import shared_task
from django.core.files import File
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency import health, jobs, sheets, tabular
from agency.refusal import Refused
from surveys import lifecycle, permissions
from surveys.lifecycle import cascade, followups, importing, service_pulses, snapshots
from surveys.models import Wave
from surveys.selectors import exports, pulses, spss
from surveys.selectors.results import results_of

TELL_EVERY = 2_000
BATCH = 200  # invitations in one transaction


@shared_task(name="surveys.refresh_snapshots")
@health.watched("surveys.refresh_snapshots")
def refresh_snapshots() -> None:
    """Bring the snapshots of recent waves up to their responses."""
    snapshots.refresh(at=timezone.now())


@shared_task(name="surveys.remind_followups")
@health.watched("surveys.remind_followups")
def remind_followups() -> None:
    """Remind of follow-ups that come due or are late."""
    at = timezone.now()
    while followups.remind_followups(at=at):
        pass


@shared_task(name="surveys.remind_units")
@health.watched("surveys.remind_units")
def remind_units() -> None:
    """Remind units of results that nobody acknowledged, and of plans that come due."""
    at = timezone.now()
    while cascade.remind_units(at=at):
        pass


@shared_task(name="surveys.refresh_wave")
def refresh_wave(job_pk: int) -> None:
    """Bring one wave's results up to its responses, because a person asked."""
    jobs.run(job_pk, refreshed)


def refreshed(progress: jobs.Progress) -> dict[str, Any]:
    """Build the snapshot and compute what the first page shows."""
    wave = wave_of(progress)
    progress.total(2)
    snapshots.build(wave, at=timezone.now())
    progress.advance()
    results = results_of(wave)
    if results is not None:
        _warm = results.whole
    progress.advance()
    return {"url": reverse("surveys:results", args=[wave.pk])}


@shared_task(name="surveys.export_answers")
def export_answers(job_pk: int) -> None:
    """Write the answers of a wave into a file."""
    jobs.run(job_pk, write_answers)


def write_answers(progress: jobs.Progress) -> dict[str, Any]:
    """Write the file that was asked for, if its asker may still read single answers."""
    job, wave = progress.job, wave_of(progress)
    if not permissions.can_read_answers(job.by, wave.survey):
        raise Refused(_("You may no longer read the answers of this survey."))
    results = results_of(wave)
    if results is None:
        raise Refused(_("Nobody has answered yet."))
    kind = job.arguments["kind"]
    export = exports.Export(results.sampling)
    progress.total(len(export.frame))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        count = write(path, export, kind=kind, progress=progress)
        suffix = "xlsx" if kind == "codebook" else kind
        name = f"{wave.code}-{'codebook' if kind == 'codebook' else 'answers'}"
        job.file_name = f"{name}-{job.created_at:%Y%m%d-%H%M}.{suffix}"
        with path.open("rb") as written:
            job.file.save(job.file_name, File(written), save=False)
    job.save(update_fields=["file", "file_name"])
    return {"url": reverse("surveys:exported", args=[job.pk]), "rows": count}


def write(path: Path, export: exports.Export, *, kind: str, progress: jobs.Progress) -> int:
    """Write one kind of file; returns its rows."""
    if kind == "codebook":
        rows = exports.codebook(export.frame)
        return sheets.write_xlsx(path, head=exports.codebook_head(), rows=rows)
    if kind == "sav":
        return spss.write_sav(path, export, language=get_language() or "th")
    rows = told(export.rows(), progress)
    if kind == "json":
        return write_json(path, export, rows)
    return sheets.WRITERS[kind](path, head=export.head, rows=rows)


def write_json(path: Path, export: exports.Export, rows: Iterable[list[Any]]) -> int:
    """Write columns with their labels, and one object for each response, without empty cells."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        columns = json.dumps(export.frame.snapshot.columns, ensure_ascii=False)
        out.write(f'{{"columns": {columns}, "responses": [')
        for row in rows:
            pairs = zip(export.head, row, strict=True)
            found = {name: value for name, value in pairs if value != ""}
            out.write(",\n" * bool(count) + json.dumps(found, ensure_ascii=False))
            count += 1
        out.write("]}\n")
    return count


def told(rows: Iterable[list[Any]], progress: jobs.Progress) -> Iterator[list[Any]]:
    """Pass rows on, telling how far it is; stop when the person asked to."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % TELL_EVERY == 0:
            progress.advance(TELL_EVERY)
            progress.stop_if_cancelled()


def wave_of(progress: jobs.Progress) -> Wave:
    """Return the wave of a job, as far as its asker still sees it."""
    seen = Wave.objects.visible_to(progress.job.by).select_related("survey__unit", "previous")
    wave = seen.filter(pk=progress.job.arguments["wave"]).first()
    if wave is None:
        raise Refused(_("The wave is gone, or you may no longer see it."))
    return wave


@shared_task(name="surveys.import_responses")
def import_responses(job_pk: int) -> None:
    """Take an uploaded table of answers in."""
    jobs.run(job_pk, import_table)


def import_table(progress: jobs.Progress) -> dict[str, Any]:
    """Take the table in as the person chose its columns, if the person may still run the wave."""
    job, wave = progress.job, wave_of(progress)
    if not permissions.can_run(job.by, wave.survey):
        raise Refused(_("You may no longer import answers to this survey."))
    with job.file.open("rb") as file:
        result = importing.import_responses(
            file,
            wave=wave,
            chosen=job.arguments["columns"],
            by=job.by,
            at=timezone.now(),
            job=job,
            advance=telling(progress),
        )
    url = reverse("surveys:imported", args=[job.pk])
    return {"url": url, "columns": result.header, **result.as_json()}


@shared_task(name="surveys.ask_after_services")
def ask_after_services(job_pk: int) -> None:
    """Ask after the services of an uploaded file; each transaction once, however often it is sent."""
    jobs.run(job_pk, ask_table)


def ask_table(progress: jobs.Progress) -> dict[str, Any]:
    """Ask row by row, if the person may still set the question."""
    job = progress.job
    pulse = pulses.pulses(job.by).filter(pk=job.arguments["pulse"]).first()
    if pulse is None or not permissions.can_supervise(job.by, pulse.wave.survey):
        raise Refused(_("You may no longer change this question."))
    with job.file.open("rb") as file, tabular.open_table(file) as table:
        counts = service_pulses.ask_table(
            table,
            source=job.arguments["source"],
            at=timezone.now(),
            pulse=pulse,
            job=job,
            advance=telling(progress),
        )
    return {"url": reverse("surveys:services_result", args=[job.pk]), **counts.as_json()}


def telling(progress: jobs.Progress) -> Callable[[int, int | None], None]:
    """Return what an import calls after each batch."""

    def advance(rows: int, total: int | None) -> None:
        progress.total_count = total
        progress.advance(rows)
        progress.stop_if_cancelled()

    return advance


@shared_task(name="surveys.close_waves")
@health.watched("surveys.close_waves")
def close_waves() -> None:
    """Write down that waves are over whose hour has come."""
    at = timezone.now()
    while lifecycle.close_overdue(at=at):
        pass


@shared_task(name="surveys.blur_anonymous")
@health.watched("surveys.blur_anonymous")
def blur_anonymous() -> None:
    """Part anonymous answers from their links."""
    lifecycle.blur_open()


@shared_task(name="surveys.follow_mailings")
@health.watched("surveys.follow_mailings")
def follow_mailings() -> None:
    """Write down how mails went, and remind those whose day has come."""
    at = timezone.now()
    while lifecycle.settle(at=at):
        pass
    while lifecycle.remind_due(at=at):
        pass


@shared_task(name="surveys.invite", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def invite(job_pk: int) -> None:
    """Invite a list, batch by batch; a list taken up again invites nobody twice."""
    jobs.run(job_pk, invite_list)


def invite_list(progress: jobs.Progress) -> dict[str, Any]:
    """Invite the persons of the job's file."""
    job = progress.job
    wave = Wave.objects.select_related("survey").get(pk=job.arguments["wave"])
    with job.file.open() as file, tabular.open_table(file) as table:
        read = lifecycle.read_guests(wave, table)
    progress.total(len(read.found))
    invited = 0
    for start in range(0, len(read.found), BATCH):
        progress.stop_if_cancelled()
        part = read.found[start : start + BATCH]
        invited += lifecycle.invite(wave, part, mark=f"j{job.pk}", by=job.by, at=timezone.now())
        progress.advance(len(part))
    return {"invited": invited, "wrong": len(read.problems)}


@shared_task(name="surveys.remind", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def remind(job_pk: int) -> None:
    """Remind everybody who has not answered."""
    jobs.run(job_pk, remind_silent)


def remind_silent(progress: jobs.Progress) -> dict[str, Any]:
    """Remind batch by batch; whom this job reminded has a mail waiting and is left alone."""
    wave = Wave.objects.select_related("survey").get(pk=progress.job.arguments["wave"])
    reminded = 0
    while count := lifecycle.remind(wave, by=progress.job.by, at=timezone.now()):
        progress.stop_if_cancelled()
        progress.advance(count)
        reminded += count
    return {"reminded": reminded}
