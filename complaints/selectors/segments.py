"""What complaints say of a segment: counts only, restricted cases left out altogether."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F

from agency.marginals import By, Marginals, marginals, name_of
from agency.models import Segment, Staff
from complaints.models import Complaint
from complaints.models.complaint import ComplaintQuerySet


def of_segments(staff: Staff, *, since: datetime, until: datetime) -> dict[int, int]:
    """Count the complaints of a span by segment."""
    rows = counted(staff, since=since, until=until).exclude(segment=None)
    return dict(rows.values_list("segment").annotate(number_of=Count("pk")))


def of_segment(staff: Staff, segment: Segment, *, since: datetime, until: datetime) -> Marginals:
    """Count the complaints of a segment by province, channel, topic and service."""
    rows = counted(staff, since=since, until=until).filter(segment=segment)
    return marginals(
        rows,
        {
            "province": By(F("province")),
            "channel": By(name_of("channel")),
            "topic": By(name_of("category")),
            "service": By(name_of("service")),
        },
    )


def counted(staff: Staff, *, since: datetime, until: datetime) -> ComplaintQuerySet:
    """Return what counts: seen by the person, open to the whole unit, received in the span."""
    seen = Complaint.objects.visible_to(staff).filter(is_restricted=False)
    return seen.filter(received_at__gte=since, received_at__lt=until).order_by()
