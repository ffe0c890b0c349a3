"""How many voices came by week or month, for whoever foretells them."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count
from django.db.models.functions import TruncMonth, TruncWeek

from agency.models import Staff
from agency.thai import BANGKOK, local_day
from listening.models import Voice

STEPS = {"week": TruncWeek, "month": TruncMonth}


def received_by_step(
    staff: Staff, *, step: str, since: datetime, until: datetime
) -> dict[date, int]:
    """Count what the person may see by the first day of its week or month; steps without any are left out."""
    rows = (
        Voice.objects.visible_to(staff)
        .filter(received_at__gte=since, received_at__lt=until)
        .order_by()
        .annotate(begun=STEPS[step]("received_at", tzinfo=BANGKOK))
        .values_list("begun")
        .annotate(count=Count("pk"))
    )
    return {local_day(begun): count for begun, count in rows}
