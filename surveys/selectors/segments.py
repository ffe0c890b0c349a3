"""What respondents say of themselves: the segment they belong to, asked by a question of the code `segment`.

The answers of that question carry the codes of the segments (agency.Segment); who does not answer it
is in none. So a segment is told by the person, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from agency.marginals import NOTHING, name_of
from agency.models import AuditEntry, Segment, Staff, Unit
from agency.thai import local_day
from surveys.models import Dimension, Response, Version
from surveys.rendering import Document

SEGMENT = "segment"  # the code of the question
AGE = "age"  # likewise
POINTS = (1, 2, 3, 4, 5)


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


# The page of a segment


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Answers of one age band at one unit: how many, of them scored, the sum of points, those of 4 and 5."""

    age: str
    unit: str
    n: int
    scored: int
    points: int
    satisfied: int


@dataclass(frozen=True)
class Said:
    """What respondents of a segment said, and the age bands in words, in their order."""

    cells: Sequence[Answered]
    ages: Mapping[str, str]


def of_segment(staff: Staff, segment: Segment, *, since: date, until: date) -> Said:
    """Return the answers of a segment by age band and unit; only who named both stands in a band."""
    documents = [Document.read(each) for each in asking().values_list("document", flat=True)]
    if not documents:
        return Said((), {})
    scales = {
        column.code
        for document in documents
        for column in document.columns()
        if column.dimension == Dimension.OVERALL and column.item.type == "scale"
    }
    rows = (
        seen(staff, since=since, until=until)
        .annotate(
            said=KeyTextTransform(SEGMENT, "answers"),
            age=Coalesce(KeyTextTransform(AGE, "answers"), NOTHING),
            place=Coalesce(name_of("unit"), NOTHING),
            overall=overall(sorted(scales)),
        )
        .annotate(
            score=Case(
                *(When(overall=str(point), then=Value(point)) for point in POINTS),
                default=None,
                output_field=IntegerField(),
            )
        )
    )
    found = (
        rows.filter(said=segment.code)
        .values_list("age", "place")
        .annotate(
            n=Count("pk"),
            scored=Count("score"),
            points=Coalesce(Sum("score"), 0),
            satisfied=Count("pk", filter=Q(score__gte=4)),
        )
    )
    cells = [
        Answered(age=age, unit=unit, n=n, scored=scored, points=points, satisfied=satisfied)
        for age, unit, n, scored, points, satisfied in found.order_by("age", "place")
    ]
    return Said(cells, ages_of(documents))


def of_segments(staff: Staff, *, since: date, until: date) -> dict[str, int]:
    """Count the answers of a span by code of the segment."""
    rows = seen(staff, since=since, until=until).annotate(said=KeyTextTransform(SEGMENT, "answers"))
    return dict(rows.exclude(said=None).values_list("said").annotate(n=Count("pk")))


def seen(staff: Staff, *, since: date, until: date) -> QuerySet[Response]:
    """Return the counted responses of the person's unit and those below, where the segment is asked."""
    path = staff.unit.path
    mine = Q(wave__survey__unit__path__startswith=path) | Q(unit__path__startswith=path)
    return (
        Response.objects.counted()
        .filter(
            mine, version__in=asking().values("pk"), submitted_on__gte=since, submitted_on__lt=until
        )
        .order_by()
    )


def overall(columns: Sequence[str]) -> Any:
    """Return the answer to the overall question, by whichever name it goes; empty where there is none."""
    cells = [KeyTextTransform(code, "answers") for code in columns]
    return Coalesce(*cells, NOTHING) if cells else NOTHING


def ages_of(documents: Sequence[Document]) -> dict[str, str]:
    """Return the age bands that questionnaires offer, in the reader's language."""
    return {
        choice.code: choice.text.in_(get_language() or "th")
        for document in documents
        for item in document.items
        if item.code == AGE
        for choice in item.options
    }
