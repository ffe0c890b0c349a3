"""What the room can show of its work in a span of time: counts without persons, as evidence elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from agency.models import Unit
from listening.models import Hearing, Insight, Need, Voice


def voices_by_channel(
    unit: Unit, *, since: datetime, until: datetime
) -> list[tuple[str, str, int]]:
    """Return Thai and English name of each channel with its voices, the fullest first."""
    heard = Voice.objects.filter(
        first_unit__path__startswith=unit.path, received_at__gte=since, received_at__lt=until
    ).order_by()
    rows = heard.values("channel__name_th", "channel__name_en").annotate(count=Count("pk"))
    return [
        (row["channel__name_th"], row["channel__name_en"], row["count"])
        for row in rows.order_by("-count", "channel__name_th")
    ]


def need_count(unit: Unit, *, until: datetime) -> int:
    """Return how many needs and expectations stood in the register or were met by then."""
    rows = Need.objects.filter(unit__path__startswith=unit.path, made_at__lt=until)
    return rows.exclude(state=Need.State.DROPPED).count()


def insight_count(unit: Unit, *, since: datetime, until: datetime) -> int:
    """Return how many insights were approved."""
    rows = Insight.objects.filter(
        unit__path__startswith=unit.path, approved_at__gte=since, approved_at__lt=until
    )
    return rows.count()


def hearing_count(unit: Unit, *, since: datetime, until: datetime) -> int:
    """Return how many hearings published their summary."""
    rows = Hearing.objects.filter(
        unit__path__startswith=unit.path, published_at__gte=since, published_at__lt=until
    )
    return rows.count()
