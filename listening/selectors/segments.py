"""How many voices each segment raised, as known at a cut-off (3.1-06)."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, QuerySet

from listening.models import SegmentChange, Voice
from listening.selectors.asked import Asked


def heard_by_segment(asked: Asked) -> Counter[int]:
    """Count the voices of a span by the segment they had at the cut-off, by number of the segment.

    They count by today's segment; those classified anew since go back to the one they had then.
    """
    voices = heard(asked)
    rows = voices.exclude(segment=None).values_list("segment").annotate(count=Count("pk"))
    counts = Counter(dict(rows))
    later = SegmentChange.objects.filter(at__gt=asked.cutoff, voice__in=voices)
    moved = later.order_by("voice_id", "at", "pk").distinct("voice_id")
    for earlier, now in moved.values_list("earlier", "voice__segment"):
        counts[now] -= 1
        counts[earlier] += 1
    del counts[None]
    return +counts


def heard(asked: Asked) -> QuerySet[Voice]:
    """Return the voices of the unit and those below that came in the span and were recorded by the cut-off."""
    return Voice.objects.filter(
        first_unit__path__startswith=asked.unit.path,
        received_at__gte=asked.since,
        received_at__lt=asked.until,
        recorded_at__lte=asked.cutoff,
    ).order_by()
