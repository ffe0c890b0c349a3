"""What the indicators 3.1-01 … 3.1-04 are made of, in a period and as known at a cut-off.

Each voice counts at the unit where it came in and by the channel of that day; neither changes. Its
first classification, first reply and the close of its loop are instants that are set once. So the
same period, cut-off and unit give the same figures for ever. Rates count what fell due in the
period and by the cut-off; what became a complaint by then is measured there (3.4), not in 3.1-04.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from agency.models import Channel
from listening.models import Voice
from listening.selectors.asked import Asked, Counted

__all__ = ["Asked", "Cell", "Counted", "any_voice", "gather"]


def gather(asked: Asked) -> list[Counted]:
    """Return the counts of a period, those over all voices first of each figure."""
    cells = list(received_cells(asked))
    triage_due, triaged = triage_counts(asked)
    loop_due, closed = loop_counts(asked)
    return [
        *received_figures(cells),
        Counted(
            id="3.1-02",
            measure="share",
            numerator=sum(cell.digital for cell in cells if cell.mode == Channel.Mode.REACTIVE),
            denominator=sum(cell.count for cell in cells if cell.mode == Channel.Mode.REACTIVE),
        ),
        Counted(id="3.1-03", measure="share", numerator=triaged, denominator=triage_due),
        Counted(id="3.1-04", measure="share", numerator=closed, denominator=loop_due),
    ]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How many voices came by a channel."""

    channel: str
    mode: str
    count: int
    digital: int


def known(asked: Asked) -> QuerySet[Voice]:
    """Return the voices of the unit and those below that were recorded by the cut-off."""
    return Voice.objects.filter(
        first_unit__path__startswith=asked.unit.path, recorded_at__lte=asked.cutoff
    ).order_by()


def received_cells(asked: Asked) -> Iterator[Cell]:
    """Count what was received, by channel and mode."""
    came = known(asked).filter(received_at__gte=asked.since, received_at__lt=asked.until)
    grouped = came.values("channel__code", "mode").annotate(
        count=Count("pk"), digital=Count("pk", filter=Q(is_digital=True))
    )
    for row in grouped.order_by("channel__code", "mode"):
        yield Cell(
            channel=row["channel__code"],
            mode=row["mode"],
            count=row["count"],
            digital=row["digital"],
        )


def received_figures(cells: Sequence[Cell]) -> Iterator[Counted]:
    """Tell 3.1-01: over all, by channel, by mode."""
    head: Any = {"id": "3.1-01", "measure": "heard"}
    yield Counted(**head, numerator=sum(cell.count for cell in cells))
    for dimension in ("channel", "mode"):
        keys = sorted({str(getattr(cell, dimension)) for cell in cells})
        for key in keys:
            number = sum(cell.count for cell in cells if getattr(cell, dimension) == key)
            yield Counted(**head, numerator=number, dimension=dimension, key=key)


def triage_counts(asked: Asked) -> tuple[int, int]:
    """Count whose limit to be classified came in the period, and who was classified by then."""
    due = known(asked).filter(
        triage_due_at__gte=asked.since,
        triage_due_at__lt=asked.until,
        triage_due_at__lte=asked.cutoff,
    )
    counts = due.aggregate(
        due=Count("pk"), done=Count("pk", filter=Q(triaged_at__lte=F("triage_due_at")))
    )
    return counts["due"], counts["done"]


def loop_counts(asked: Asked) -> tuple[int, int]:
    """Count whose loop was to be closed in the period, and whose was, by a reply or an action."""
    due = known(asked).filter(
        Q(converted_at=None) | Q(converted_at__gt=asked.cutoff),
        loop_due_at__gte=asked.since,
        loop_due_at__lt=asked.until,
        loop_due_at__lte=asked.cutoff,
    )
    in_time = Q(answered_at__lte=F("loop_due_at")) | Q(closed_at__lte=F("loop_due_at"))
    counts = due.aggregate(due=Count("pk"), done=Count("pk", filter=in_time))
    return counts["due"], counts["done"]


def any_voice() -> bool:
    """Whether anybody was ever heard."""
    return Voice.objects.exists()
