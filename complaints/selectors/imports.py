"""What the pages of an import show."""

from __future__ import annotations

from django.db.models import QuerySet

from agency.models import Job
from complaints.models import ImportRow


def rejected_rows(job: Job) -> QuerySet[ImportRow]:
    """Return the rows that were not taken, as they stood in the file."""
    return ImportRow.objects.filter(job=job).order_by("row", "pk")


def columns_of(job: Job) -> list[str]:
    """Return the columns of the file in their order."""
    return list(job.result.get("columns", []))
