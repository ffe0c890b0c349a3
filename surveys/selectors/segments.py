"""What respondents say of themselves: the segment they belong to, asked by a question of the code `segment`.

The answers of that question carry the codes of the segments (agency.Segment); who does not answer it
is in none. So a segment is told by the person, never guessed.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from agency.models import AuditEntry, Unit
from agency.thai import local_day
from surveys.models import Response, Version

SEGMENT = "segment"  # the code of the question


def answered_by_segment(*, first: date, after: date, cutoff: datetime, unit: Unit) -> Counter[str]:
    """Count responses sent on the days from `first` to before `after`, as known at the cut-off, by code of the segment."""
    rows = sent(first=first, after=after, cutoff=cutoff, unit=unit)
    named = rows.annotate(said=KeyTextTransform(SEGMENT, "answers")).exclude(said=None)
    return Counter(dict(named.order_by().values_list("said").annotate(number=Count("pk"))))


def sent(*, first: date, after: date, cutoff: datetime, unit: Unit) -> QuerySet[Response]:
    """Return the responses of surveys that ask for the segment, sent and not void at the cut-off."""
    voided_later = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Response),
        object_id=OuterRef("pk"),
        verb="voided",
        at__gt=cutoff,
    )
    known = Q(submitted_at__lte=cutoff) | Q(submitted_at=None, submitted_on__lte=local_day(cutoff))
    state = Response.State
    mine = Q(wave__survey__unit__path__startswith=unit.path) | Q(unit__path__startswith=unit.path)
    return Response.objects.filter(
        Q(state=state.COMPLETE) | Q(Exists(voided_later), state=state.VOID),
        known,
        mine,
        version__in=asking().values("pk"),
        submitted_on__gte=first,
        submitted_on__lt=after,
    )


def asking() -> QuerySet[Version]:
    """Return the versions of questionnaires that ask for the segment."""
    return Version.objects.filter(
        document__sections__contains=[{"questions": [{"code": SEGMENT}]}]
    ).order_by()
