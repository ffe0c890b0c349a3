"""What the pulses' screens and verbs ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, DateField, F, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncMonth
from django.utils.translation import get_language

from agency.models import Service, Staff
from agency.thai import BANGKOK
from surveys.models import Pulse, PulseAsk, Response, Survey, Version, Wave
from surveys.rendering import Document

POINTS = range(1, 6)


def question_of(version: Version) -> str | None:
    """Return the column of a pulse's one question: the first scale from 1 to 5; none where more is required."""
    document = Document.read(version.document)
    items = list(document.items)
    scales = [item for item in items if item.type == "scale" and len(item.options) == len(POINTS)]
    if not scales or any(item.is_required and item != scales[0] for item in items):
        return None
    return scales[0].code


def pulse_for(trigger: str, service: Service | None) -> Pulse | None:
    """Return the active pulse after a happening: the service's own before the one of all services."""
    active = Pulse.objects.filter(trigger=trigger, is_active=True)
    active = active.select_related("wave__survey", "wave__version")
    own = active.filter(service=service).first() if service else None
    return own or active.filter(service=None).first()


def pulses(staff: Staff) -> QuerySet[Pulse]:
    """Return the pulses whose surveys the person sees."""
    seen = Wave.objects.filter(survey__in=Survey.objects.visible_to(staff).values("pk"))
    return (
        Pulse.objects.filter(wave__in=seen.values("pk"))
        .select_related("wave__survey", "wave__version", "service")
        .order_by("-is_active", "trigger", "pk")
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A month or a unit of a pulse: how many were asked and answered, and what they said."""

    name: Any
    asked: int
    resting: int
    answered: int
    total: int  # of the points
    satisfied: int  # answers 4 and 5
    smallest: int  # fewest answers that are told

    @property
    def rate(self) -> float | None:
        """Answered of those asked, in per cent."""
        return 100 * self.answered / self.asked if self.asked else None

    @property
    def is_few(self) -> bool:
        """Whether too few answered to be told."""
        return self.answered < self.smallest

    @property
    def mean(self) -> float | None:
        """Mean of the points; none where too few answered."""
        return None if self.is_few else self.total / self.answered

    @property
    def top2(self) -> float | None:
        """Share of 4 and 5 in per cent; none where too few answered."""
        return None if self.is_few else 100 * self.satisfied / self.answered


def by_month(pulse: Pulse, *, since: date, until: date) -> list[Line]:
    """Return the months of a pulse, newest first."""
    asks, answers = rows_of(pulse, since=since, until=until)
    return lines(
        pulse,
        asks.annotate(part=TruncMonth("at", tzinfo=BANGKOK, output_field=DateField())),
        answers.annotate(part=TruncMonth("submitted_on", output_field=DateField())),
    )[::-1]


def by_unit(pulse: Pulse, *, since: date, until: date) -> list[Line]:
    """Return the units of a pulse by name."""
    asks, answers = rows_of(pulse, since=since, until=until)
    name = "unit__name_en" if get_language() == "en" else "unit__name_th"
    return lines(pulse, asks.annotate(part=F(name)), answers.annotate(part=F(name)))


def rows_of(
    pulse: Pulse, *, since: date, until: date
) -> tuple[QuerySet[PulseAsk], QuerySet[Response]]:
    """Return the questions asked and the answers counted in a span of days."""
    first, after = (datetime.combine(day, time(), BANGKOK) for day in (since, until))
    asks = PulseAsk.objects.filter(pulse=pulse, at__gte=first, at__lt=after)
    answers = Response.objects.counted().filter(
        wave=pulse.wave, submitted_on__gte=since, submitted_on__lt=until
    )
    return asks, answers


def lines(pulse: Pulse, asks: QuerySet[Any], answers: QuerySet[Any]) -> list[Line]:
    """Add up what was asked and answered in each `part`; two queries."""
    column = question_of(pulse.wave.version) or ""
    result = PulseAsk.Result
    asked: Any = (
        asks.order_by()
        .values_list("part")
        .annotate(
            asked=Count("pk", filter=Q(result=result.ASKED)),
            resting=Count("pk", filter=~Q(result=result.ASKED)),
        )
    )
    score = Cast(KeyTextTransform(column, "answers"), IntegerField())
    told = answers.annotate(score=score).exclude(score=None).order_by().values_list("part")
    told = told.annotate(n=Count("pk"), total=Sum("score"), top=Count("pk", filter=Q(score__gte=4)))
    by_part: dict[Any, Any] = {part: counts for part, *counts in asked}
    said: dict[Any, Any] = {part: counts for part, *counts in told}
    parts = sorted({*by_part, *said}, key=lambda part: (part is None, str(part)))
    return [
        Line(
            name=part,
            **dict(zip(("asked", "resting"), by_part.get(part, (0, 0)), strict=True)),
            **dict(zip(("answered", "total", "satisfied"), said.get(part, (0, 0, 0)), strict=True)),
            smallest=pulse.wave.smallest_cell,
        )
        for part in parts
    ]
