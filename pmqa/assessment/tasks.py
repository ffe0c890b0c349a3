"""What Celery runs for self-assessments."""

import tempfile
from typing import Any

from celery import shared_task
from django.core.files import File
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agency import health, jobs
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.assessment import lifecycle, papers, selectors
from pmqa.assessment.permissions import may


@shared_task(name="pmqa.remind_of_assessments")
@health.watched("pmqa.remind_of_assessments")
def remind_of_assessments() -> None:
    """Remind of follow-ups and of steps that come due or are late."""
    while lifecycle.remind(at=timezone.now()):
        pass


@shared_task(name="pmqa.pack_assessment")
def pack_assessment(job_pk: int) -> None:
    """Pack an assessment with its evidence for the person who asked for it."""
    jobs.run(job_pk, packed)


def packed(progress: jobs.Progress) -> dict[str, Any]:
    """Write the ZIP as the person sees the assessment when the work begins."""
    job = progress.job
    rows = selectors.assessments(job.by)
    assessment = rows.filter(pk=job.arguments["assessment"]).first()
    if assessment is None:
        raise Refused(_("The self-assessment is gone, or you may no longer see it."))
    sheet = selectors.sheet(assessment)
    progress.total(papers.steps_of(sheet))

    def tell() -> None:
        progress.advance()
        progress.stop_if_cancelled()

    with tempfile.TemporaryFile() as target:
        count = papers.write_zip(
            target,
            sheet,
            has_committee=may(job.by, assessment)["see_committee"],
            today=local_day(job.created_at),
            tell=tell,
        )
        target.seek(0)
        job.file_name = papers.name_of(sheet, "zip")
        job.file.save(job.file_name, File(target), save=False)
    job.save(update_fields=["file", "file_name"])
    return {
        "url": reverse("assessment:packed", args=[job.pk]),
        "message": _("%(count)s files of evidence are in it.") % {"count": count},
    }
