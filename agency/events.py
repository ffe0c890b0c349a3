"""Events: what one room lets another know, written with the change and consumed once by the top floor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from agency.models import Event
from agency.outbox import demand_transaction


def emit(subject: Model, kind: str, *, at: datetime, **data: Any) -> Event:
    """Write that something happened to the subject, in the transaction of the change."""
    demand_transaction()
    return Event.objects.create(
        kind=kind,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        data=data,
        at=at,
    )
