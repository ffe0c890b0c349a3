"""What the room can show of its work in a span of time: counts without persons, as evidence elsewhere."""

from __future__ import annotations

from datetime import datetime

from agency.models import Unit
from surveys.models import Acknowledgement, Factsheet, FollowUp, Response, Wave


def closed_waves(unit: Unit, *, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many waves of the unit's surveys closed, and how many answers they have."""
    waves = Wave.objects.filter(
        survey__unit__path__startswith=unit.path, closed_at__gte=since, closed_at__lt=until
    ).order_by()
    return waves.count(), Response.objects.counted().filter(wave__in=waves.values("pk")).count()


def factsheet_count(unit: Unit, *, since: datetime, until: datetime) -> int:
    """Return how many waves got a published factsheet; a correction is not another one."""
    sheets = Factsheet.objects.filter(
        wave__survey__unit__path__startswith=unit.path,
        published_at__gte=since,
        published_at__lt=until,
    )
    return sheets.order_by().values("wave").distinct().count()


def acknowledged_count(unit: Unit, *, since: datetime, until: datetime) -> tuple[int, int]:
    """Return to how many units results went, and how many of these acknowledged them by `until`."""
    sent = Acknowledgement.objects.filter(
        unit__path__startswith=unit.path, sent_at__gte=since, sent_at__lt=until
    ).order_by()
    return sent.count(), sent.filter(acknowledged_at__lt=until).count()


def followup_count(unit: Unit, *, since: datetime, until: datetime) -> int:
    """Return how many follow-ups of dissatisfied respondents were closed."""
    rows = FollowUp.objects.filter(
        unit__path__startswith=unit.path, closed_at__gte=since, closed_at__lt=until
    )
    return rows.count()
