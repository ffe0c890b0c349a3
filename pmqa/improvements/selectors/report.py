"""What the indicators 3.3-01 … 3.3-06 are made of, in a period and as known at a cut-off.

Everything rests on instants that are set once: start, end, use, the days promised, sendings and
acknowledgements. What is a state (3.3-04, -05, -06) is that at the end of the period, or at the
cut-off where that comes first. An improvement counts at its unit, a guideline at the unit that got it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from agency.models import Unit
from agency.thai import local_day
from listening.selectors.asked import Counted
from pmqa.improvements.models import (
    DueDay,
    Improvement,
    Measurement,
    Receipt,
    ServiceReading,
)
from pmqa.indicators.periods import add_months, midnight

MONTHS_BEFORE = 12  # before the month in which a service was changed


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: a span of time, what was known when, whose improvements."""

    since: datetime
    until: datetime
    cutoff: datetime
    unit: Unit

    @property
    def end(self) -> datetime:
        """The instant whose state is told."""
        return min(self.until, self.cutoff)


@dataclass(frozen=True)
class Minutes:
    """Transactions and the minutes that they took together."""

    transactions: int
    total: Decimal

    @property
    def mean(self) -> Decimal:
        """Minutes of one."""
        return self.total / self.transactions


def gather(asked: Asked) -> list[Counted]:
    """Return the counts of a period."""
    due, on_time = promise_counts(asked)
    completed, measured = completed_counts(asked)
    in_scope, acknowledged = receipt_counts(asked)
    before, saved = minute_counts(asked)
    return [
        *started_figures(asked),
        Counted(id="3.3-02", measure="share", numerator=on_time, denominator=due),
        Counted(id="3.3-03", measure="share", numerator=measured, denominator=completed),
        Counted(id="3.3-04", measure="share", numerator=acknowledged, denominator=in_scope),
        Counted(id="3.3-05", measure="live", numerator=live_count(asked)),
        Counted(id="3.3-06", measure="saved", numerator=saved, denominator=before),
    ]


def of_unit(asked: Asked) -> QuerySet[Improvement]:
    """Return the improvements of the unit and those below."""
    return Improvement.objects.filter(unit__path__startswith=asked.unit.path).order_by()


def started_figures(asked: Asked) -> Iterator[Counted]:
    """Tell 3.3-01: started in the period from what citizens said, over all and by source."""
    started = of_unit(asked).filter(
        made_at__gte=asked.since, made_at__lt=asked.until, made_at__lte=asked.cutoff
    )
    sources = list(
        started.filter(source__in=Improvement.Source.of_citizens()).values_list("source", flat=True)
    )
    yield Counted(id="3.3-01", measure="started", numerator=len(sources))
    for source in sorted(set(sources)):
        yield Counted(
            id="3.3-01",
            measure="started",
            numerator=sources.count(source),
            dimension="source",
            key=source,
        )


def promise_counts(asked: Asked) -> tuple[int, int]:
    """Count the promised days that ended in the period and stood until then, and those that were kept.

    A day that was moved before it came is not due; one that was let pass is, for ever.
    """
    days = DueDay.objects.filter(
        improvement__unit__path__startswith=asked.unit.path,
        due_on__gte=local_day(asked.since),
        due_on__lt=local_day(asked.until),
        set_at__lte=asked.cutoff,
    ).select_related("improvement")
    rows = list(days.order_by("pk"))
    later = later_days(rows)
    due = [
        row
        for row in rows
        if ended(row) <= asked.cutoff
        and not any(at < ended(row) for at in later[row.pk])
        and not is_over(row.improvement.dropped_at, by=ended(row))
    ]
    return len(due), sum(is_over(row.improvement.finished_at, by=ended(row)) for row in due)


def ended(row: DueDay) -> datetime:
    """Return the instant at which a promised day is over."""
    return midnight(date.fromordinal(row.due_on.toordinal() + 1))


def is_over(at: datetime | None, *, by: datetime) -> bool:
    """Whether something happened before an instant."""
    return at is not None and at < by


def later_days(rows: Sequence[DueDay]) -> Mapping[int, list[datetime]]:
    """Return for each promise the instants at which it was replaced."""
    others = DueDay.objects.filter(improvement__in={row.improvement_id for row in rows})
    known = list(others.values_list("improvement", "pk", "set_at"))
    return {
        row.pk: [at for owner, pk, at in known if owner == row.improvement_id and pk > row.pk]
        for row in rows
    }


def completed_counts(asked: Asked) -> tuple[int, int]:
    """Count what was completed in the period, and what of it was measured before and after by the cut-off."""
    completed = of_unit(asked).filter(
        finished_at__gte=asked.since, finished_at__lt=asked.until, finished_at__lte=asked.cutoff
    )
    judged = Measurement.objects.filter(improvement=OuterRef("pk"), made_at__lte=asked.cutoff)
    judged = judged.exclude(verdict=Measurement.Verdict.TOO_FEW)
    return completed.count(), completed.filter(Exists(judged)).count()


def receipt_counts(asked: Asked) -> tuple[int, int]:
    """Count the units asked for an acknowledgement at the end of the period, and those that had given it."""
    stood = Receipt.objects.filter(
        Q(replaced_at=None) | Q(replaced_at__gt=asked.end),
        unit__path__startswith=asked.unit.path,
        sent_at__lte=asked.end,
    ).order_by()
    return stood.count(), stood.filter(acknowledged_at__lte=asked.end).count()


def in_use(asked: Asked) -> QuerySet[Improvement]:
    """Return what is in use at the end of the period."""
    return of_unit(asked).filter(
        Q(live_until_at=None) | Q(live_until_at__gt=asked.end), live_at__lte=asked.end
    )


def live_count(asked: Asked) -> int:
    """Count the services in use for a segment, or for each person's own situation."""
    audiences = [Improvement.Audience.GROUP, Improvement.Audience.PERSON]
    return in_use(asked).filter(audience__in=audiences).count()


def minute_counts(asked: Asked) -> tuple[int, int]:
    """Return the minutes that the period's transactions of changed services would have taken, and those saved.

    Before are the twelve months until the month of the change, now the months of the period after it.
    A service that several improvements changed counts once, from the first change on.
    """
    changed: dict[int, datetime] = {}
    for each in in_use(asked).filter(service__isnull=False).only("service_id", "live_at"):
        if each.service_id and each.live_at:
            first_at = changed.get(each.service_id, each.live_at)
            changed[each.service_id] = min(each.live_at, first_at)
    before = saved = Decimal(0)
    for service, live_at in sorted(changed.items()):
        turn = local_day(live_at).replace(day=1)
        first, after = local_day(asked.since), local_day(asked.until)
        was = minutes(service, asked, first=add_months(turn, -MONTHS_BEFORE), after=turn)
        now = minutes(service, asked, first=max(first, add_months(turn, 1)), after=after)
        if was.transactions and now.transactions:
            before += was.mean * now.transactions
            saved += was.mean * now.transactions - now.total
    return round(before), round(saved)


def minutes(service: int, asked: Asked, *, first: date, after: date) -> Minutes:
    """Add up the figures of months as they were known at the cut-off; a corrected one counts as corrected by then."""
    rows = ServiceReading.objects.filter(
        service=service,
        unit__path__startswith=asked.unit.path,
        month_on__gte=first,
        month_on__lt=after,
        read_at__lte=asked.cutoff,
    )
    latest = rows.order_by("unit_id", "month_on", "-read_at", "-pk")
    latest = latest.distinct("unit_id", "month_on")
    found = list(latest.values_list("transactions", "mean_minutes"))
    return Minutes(
        sum(count for count, _mean in found),
        sum((count * mean for count, mean in found), Decimal(0)),
    )


def records_of(asked: Asked) -> list[dict[str, object]]:
    """Return what a report freezes of the improvements behind its figures: no persons, ids and words."""
    known = of_unit(asked).filter(made_at__lt=asked.until, made_at__lte=asked.cutoff)
    touched = known.filter(
        Q(made_at__gte=asked.since)
        | Q(finished_at__gte=asked.since, finished_at__lte=asked.end)
        | Q(live_at__lte=asked.end)
    )
    return [
        {
            "id": each.pk,
            "source": each.source,
            "audience": each.audience,
            "made_at": known_at(each.made_at, asked),
            "finished_at": known_at(each.finished_at, asked),
            "live_at": known_at(each.live_at, asked),
            "live_until_at": known_at(each.live_until_at, asked),
        }
        for each in touched.order_by("pk")
    ]


def known_at(at: datetime | None, asked: Asked) -> str:
    """Return the day of an instant as known at the end of the period, empty where it came later."""
    return local_day(at).isoformat() if at is not None and at <= asked.end else ""
