"""The monthly figures of services that improvements changed are read, and kept with the instant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from agency.models import ServiceMonth
from pmqa.improvements.models import Improvement, ServiceReading


@transaction.atomic
def read_service_times(*, at: datetime) -> int:
    """Keep what is new or corrected among the figures of services in use after a change; returns how many."""
    services = Improvement.objects.filter(live_at__isnull=False, service__isnull=False)
    # One reader at a time: a second one waits here and then finds nothing new.
    asked = {each.service_id for each in services.order_by("pk").select_for_update(no_key=True)}
    known = ServiceReading.objects.filter(
        service=OuterRef("service"), unit=OuterRef("unit"), month_on=OuterRef("month_on")
    ).order_by("-read_at", "-pk")
    rows = ServiceMonth.objects.filter(service__in=asked, mean_minutes__isnull=False)
    rows = rows.annotate(
        known_minutes=Subquery(known.values("mean_minutes")[:1]),
        known_count=Subquery(known.values("transactions")[:1]),
    )
    made = ServiceReading.objects.bulk_create(
        ServiceReading(
            service_id=row.service_id,
            unit_id=row.unit_id,
            month_on=row.month_on,
            transactions=row.transactions,
            mean_minutes=row.mean_minutes,
            read_at=at,
        )
        for row in rows.order_by("pk")
        if row.mean_minutes is not None
        and (row.known_minutes, row.known_count) != (row.mean_minutes, row.transactions)
    )
    return len(made)
