"""What the room can show of its work in a span of time: counts without persons, as evidence elsewhere."""

from __future__ import annotations

from datetime import datetime

from agency.models import Unit
from complaints.models import Complaint, CorrectiveAction, Policy


def handled_count(unit: Unit, *, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many cases of the unit and those below came in, and how many of these are closed by `until`."""
    came = Complaint.objects.filter(
        unit__path__startswith=unit.path, received_at__gte=since, received_at__lt=until
    ).order_by()
    return came.count(), came.filter(closed_at__lt=until).count()


def verified_count(unit: Unit, *, since: datetime, until: datetime) -> int:
    """Return how many corrective actions done in the time were verified by somebody else."""
    rows = CorrectiveAction.objects.filter(
        unit__path__startswith=unit.path,
        status=CorrectiveAction.Status.VERIFIED,
        done_at__gte=since,
        done_at__lt=until,
    )
    return rows.count()


def standard_count() -> int:
    """Return how many time standards are in force; the public flow chart tells them."""
    return Policy.objects.current().count()
