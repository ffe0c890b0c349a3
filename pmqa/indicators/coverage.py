"""3.1-06, the coverage of segments: voices and answers of surveys together, fiscal year to date."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from agency.models import Unit
from agency.segments import active_at
from listening.selectors.asked import Asked, Counted
from listening.selectors.segments import heard_by_segment
from pmqa.indicators import periods
from pmqa.indicators.periods import Period
from surveys.selectors.segments import answered_by_segment

LEAST = 30  # voices and responses by which a segment counts as heard


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A segment with what was heard from it in the fiscal year so far."""

    segment: str
    name: dict[str, str]
    voices: int
    responses: int

    @property
    def is_covered(self) -> bool:
        """Whether enough was heard."""
        return self.voices + self.responses >= LEAST


def coverage(period: Period, *, unit: Unit, cutoff: datetime) -> list[Covered]:
    """Return each segment in use at the cut-off with its voices and responses from 1 October on."""
    span = periods.year_to_date((period.after - timedelta(days=1)).replace(day=1))
    voices = heard_by_segment(Asked(since=span.since, until=period.until, cutoff=cutoff, unit=unit))
    answers = answered_by_segment(first=span.first, after=period.after, cutoff=cutoff, unit=unit)
    return [
        Covered(
            segment=each.code,
            name={"th": each.name_th, "en": each.name_en or each.name_th},
            voices=voices[each.pk],
            responses=answers[each.code],
        )
        for each in active_at(cutoff)
    ]


def covered_share(covered: list[Covered]) -> Counted:
    """Tell how many segments were heard enough."""
    return Counted(
        id="3.1-06",
        measure="coverage",
        numerator=sum(each.is_covered for each in covered),
        denominator=len(covered),
    )


def records_of(covered: list[Covered]) -> list[dict[str, Any]]:
    """Return what a report freezes."""
    return [{**asdict(each), "is_covered": each.is_covered} for each in covered]
