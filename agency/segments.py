"""Segments as they stood at an instant."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from agency.models import AuditEntry, Segment


def active_at(at: datetime) -> list[Segment]:
    """Return the segments that were in use at an instant, by code.

    The audit trail tells what changed since: one added later was not there, and each later press of
    its switch stood the other way before.
    """
    later = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Segment), at__gt=at
    ).order_by()
    added: set[int] = set()
    switched: Counter[int] = Counter()
    for pk, verb, facts in later.values_list("object_id", "verb", "data"):
        if verb == "added":
            added.add(pk)
        elif "is_active" in facts.get("fields", ()):
            switched[pk] += 1
    return [
        segment
        for segment in Segment.objects.order_by("code")
        if segment.pk not in added and segment.is_active != bool(switched[segment.pk] % 2)
    ]
