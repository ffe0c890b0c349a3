"""What voices say of a segment: how many as known at a cut-off (3.1-06), and what its page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.text import Truncator

from agency.marginals import By, Marginals, marginals, name_of
from agency.models import Segment, Staff
from listening.models import Kind, Need, SegmentChange, Voice
from listening.models.voice import VoiceQuerySet
from listening.selectors.asked import Asked

QUOTES = 3  # of each kind on the card of a segment
QUOTE_LENGTH = 140
NEEDS = 6


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


# The page of a segment


def of_segments(staff: Staff, *, since: datetime, until: datetime) -> dict[int, int]:
    """Count the voices of a span by segment."""
    rows = seen(staff, since=since, until=until).exclude(segment=None)
    return dict(rows.values_list("segment").annotate(count=Count("pk")))


def of_segment(staff: Staff, segment: Segment, *, since: datetime, until: datetime) -> Marginals:
    """Count the voices of a segment by place, channel, service and kind; what hurts and what is praised by topic."""
    rows = seen(staff, since=since, until=until).filter(segment=segment)
    return marginals(
        rows,
        {
            "province": By(F("province")),
            "channel": By(name_of("channel")),
            "service": By(name_of("service")),
            "kind": By(F("kind")),
            "hurts": By(name_of("topic"), Q(kind=Kind.COMPLAINT)),
            "praised": By(name_of("topic"), Q(kind=Kind.COMPLIMENT)),
        },
    )


def quotes(
    staff: Staff, segment: Segment, *, kinds: Sequence[str], since: datetime, until: datetime
) -> dict[str, list[str]]:
    """Return the newest words of each kind, without personal data and short."""
    rows = seen(staff, since=since, until=until).filter(segment=segment, kind__in=kinds)
    newest = rows.annotate(
        place_in_kind=Window(
            RowNumber(),
            partition_by=[F("kind")],
            order_by=[F("received_at").desc(), F("pk").desc()],
        )
    ).filter(place_in_kind__lte=QUOTES)
    found: dict[str, list[str]] = {}
    for kind, body in newest.order_by("kind", "place_in_kind").values_list("kind", "masked_body"):
        found.setdefault(kind, []).append(Truncator(body).chars(QUOTE_LENGTH))
    return found


def needs_of(staff: Staff, segment: Segment) -> QuerySet[Need]:
    """Return the standing needs and expectations of a segment, the strongest first."""
    rows = Need.objects.visible_to(staff).filter(segment=segment, state=Need.State.STANDING)
    told: QuerySet[Need] = rows.annotate(mentions=Count("tags")).order_by("-strength", "pk")
    return told[:NEEDS]


def seen(staff: Staff, *, since: datetime, until: datetime) -> VoiceQuerySet:
    """Return the voices of a span that the person sees, each told once."""
    rows = Voice.objects.visible_to(staff).standing()
    return rows.filter(received_at__gte=since, received_at__lt=until).order_by()
