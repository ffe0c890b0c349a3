"""The prevention board: what causes most cases, what comes again, what was done, and whether it helped.

Everything starts from what the person may see and stands on the cases as they are today. A cause is
known only once a case ends, so cases of the last weeks are left out where a before is held against an
after: else every cause would seem to fall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agency.models import Attachment, Staff
from agency.statistics import RateRatio, rate_ratio
from agency.thai import local_day
from agency.volumes import transactions_by_month
from complaints.models import Cause, Closing, Complaint, CorrectiveAction
from complaints.models.complaint import ComplaintQuerySet
from complaints.models.prevention import CorrectiveActionQuerySet
from complaints.selectors.figures import Asked, cases_of, month_of, of_topic, start_of, within
from complaints.selectors.figures_kept import kept_by_month

REPEAT_WINDOW = timedelta(days=90)  # as indicator 3.4-09
SETTLING = timedelta(days=60)  # so long after receipt a case counts: by then its cause is known
SPAN = timedelta(days=365)  # the most that is looked at before and after
SHORTEST = timedelta(days=60)
FEWEST = 10  # cases before and after together
CLUSTERS = 10
ACTIONS = 20
BRIEF = 5  # on a home page


@dataclass(frozen=True, kw_only=True)
class CauseCount:
    """A cause with its cases, the share that it and those before it make up, and cases per 1,000 transactions."""

    cause: Cause
    count: int
    share: float
    cumulated: float
    rate: float | None = None

    @property
    def share_percent(self) -> float:
        """The share in percent."""
        return self.share * 100

    @property
    def cumulated_percent(self) -> float:
        """The share of this cause and those before it in percent."""
        return self.cumulated * 100


@dataclass(frozen=True, kw_only=True)
class Causes:
    """The causes of a period; rates are of the months for which transactions are known."""

    counts: list[CauseCount]
    coded: int
    transactions: int
    months_known: int


@dataclass(frozen=True, kw_only=True)
class Effect:
    """An action with the cases of its cause before and after; without a ratio it is too early or too few."""

    action: CorrectiveAction
    before: int
    after: int
    days_before: int
    days_after: int
    ratio: RateRatio | None


def top_causes(staff: Staff, asked: Asked) -> Causes:
    """Return the causes of the cases received in the period, the most frequent first.

    A rate sets the cases of the months whose transactions are known against those transactions.
    """
    seen = cases_of(staff, asked).filter(within(asked, "received_at")).exclude(cause_code=None)
    rows = (
        seen.order_by().values_list("cause_code", month_of("received_at")).annotate(n=Count("pk"))
    )
    done = transactions(staff, asked)
    counts: Counter[int] = Counter()
    measured: Counter[int] = Counter()
    for pk, month, n in rows:
        counts[pk] += n
        measured[pk] += n if month in done else 0
    volume = sum(done.values())
    return Causes(
        counts=ranked(counts, measured=measured, volume=volume),
        coded=counts.total(),
        transactions=volume,
        months_known=len(done),
    )


def transactions(staff: Staff, asked: Asked) -> dict[date, int]:
    """Return what the services did in each month, of the unit asked for or all that the person sees."""
    path = f"/{asked.unit}/" if asked.unit else staff.unit.path
    return transactions_by_month(path, first_on=asked.first_on, last_on=asked.last_on)


def ranked(counts: Counter[int], *, measured: Counter[int], volume: int) -> list[CauseCount]:
    """Return the causes, the most frequent first, with shares and rates."""
    total = counts.total()
    causes = Cause.objects.select_related("parent").in_bulk(counts)
    found, running = [], 0
    for pk, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        running += count
        found.append(
            CauseCount(
                cause=causes[pk],
                count=count,
                share=count / total,
                cumulated=running / total,
                rate=1000 * measured[pk] / volume if volume else None,
            )
        )
    return found


def clusters(staff: Staff, asked: Asked) -> list[Complaint]:
    """Return the master cases that most cases of the period follow, each with `n`, how many they are."""
    seen = cases_of(staff, asked).filter(within(asked, "received_at"))
    counts = dict(
        seen.exclude(master=None)
        .order_by()
        .values_list("master")
        .annotate(n=Count("pk"))
        .order_by("-n", "master")[:CLUSTERS]
    )
    masters = Complaint.objects.visible_to(staff).filter(pk__in=counts)
    found = list(masters.select_related("category", "unit"))
    for master in found:
        master.n = counts[master.pk] + 1  # type: ignore[attr-defined]
    return sorted(found, key=lambda master: (-counts[master.pk], master.pk))


# Whether it helped


def actions_of(staff: Staff, asked: Asked) -> CorrectiveActionQuerySet:
    """Return the actions on causes that the person may see, of the unit asked for."""
    actions = CorrectiveAction.objects.visible_to(staff).exclude(cause=None)
    if asked.unit:
        actions = actions.filter(unit__path__contains=f"/{asked.unit}/")
    return actions.select_related("cause", "unit", "owner")


def effects(staff: Staff, asked: Asked, *, at: datetime) -> list[Effect]:
    """Return the newest actions that were done, with the cases of the cause in their unit before and after."""
    done = actions_of(staff, asked).exclude(done_at=None)
    end = start_of(local_day(at) - SETTLING)
    cases = of_topic(Complaint.objects.visible_to(staff), asked).filter(
        cause_code__in=Cause.objects.filter(
            Q(pk=OuterRef(OuterRef("cause"))) | Q(parent=OuterRef(OuterRef("cause")))
        ),
        unit__path__startswith=OuterRef("unit__path"),
    )
    counted = done.annotate(
        before=number_of(
            cases.filter(
                received_at__gte=OuterRef("done_at") - SPAN, received_at__lt=OuterRef("done_at")
            )
        ),
        after=number_of(
            cases.filter(
                received_at__gte=OuterRef("done_at"),
                received_at__lt=OuterRef("done_at") + SPAN,
            ).filter(received_at__lt=end)
        ),
    )
    return [effect_of(action, end=end) for action in counted.order_by("-done_at", "-pk")[:ACTIONS]]


def number_of(cases: QuerySet[Complaint]) -> Any:
    """Return how many rows a subquery has."""
    counted = cases.order_by().annotate(one=F("id") * 0).values("one").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def effect_of(action: Any, *, end: datetime) -> Effect:
    """Compare what came before an action was done with what came after."""
    passed = min(max(end - action.done_at, timedelta(0)), SPAN)
    is_told = passed >= SHORTEST and action.before + action.after >= FEWEST
    return Effect(
        action=action,
        before=action.before,
        after=action.after,
        days_before=SPAN.days,
        days_after=passed.days,
        ratio=rate_ratio(before=action.before, after=action.after, exposure=passed.days / SPAN.days)
        if is_told
        else None,
    )


# What comes again


@dataclass(frozen=True, kw_only=True)
class RepeatMonth:
    """What was received in a month and how much of it was a repeat; by the rule of indicator 3.4-09."""

    first_on: date
    received: int
    repeats: int


def repeats(seen: ComplaintQuerySet) -> ComplaintQuerySet:
    """Keep the cases of the same person on the same topic at most 90 days after another was closed."""
    earlier = Closing.objects.filter(
        person=OuterRef("person"),
        category=OuterRef("category"),
        closed_at__lt=OuterRef("received_at"),
        closed_at__gte=OuterRef("received_at") - REPEAT_WINDOW,
    ).exclude(complaint=OuterRef("pk"))
    return seen.exclude(person=None).filter(Exists(earlier))


def repeat_months(staff: Staff, asked: Asked, *, at: datetime) -> Sequence[RepeatMonth]:
    """Return month by month what was received and how much came again, each case once a month."""
    seen = cases_of(staff, asked)
    new = seen.filter(within(asked, "received_at"))
    kept = None if asked.category else kept_by_month(staff, asked)
    received = by_month(new) if kept is None else kept
    again = by_month(repeats(new))
    returned = reopened_by_month(seen, repeats(new), asked)
    return [
        RepeatMonth(
            first_on=first,
            received=received.get(first, 0),
            repeats=again.get(first, 0) + returned.get(first, 0),
        )
        for first in asked.months
        if first <= local_day(at)
    ]


def reopened_by_month(
    seen: ComplaintQuerySet, counted: ComplaintQuerySet, asked: Asked
) -> dict[date, int]:
    """Count the cases reopened in a month, without those that count in it as repeats already."""
    closings = Closing.objects.filter(within(asked, "reopened_at"), complaint__in=seen)
    already = counted.annotate(month=month_of("received_at"))
    fresh = closings.annotate(month=month_of("reopened_at")).exclude(
        Exists(already.filter(pk=OuterRef("complaint"), month=OuterRef("month")))
    )
    rows = fresh.order_by().values_list("month").annotate(n=Count("complaint", distinct=True))
    return dict(rows)


def by_month(cases: ComplaintQuerySet) -> dict[date, int]:
    """Count cases by the month of receipt."""
    rows = cases.order_by().values_list(month_of("received_at")).annotate(n=Count("pk"))
    return dict(rows)


# Corrective actions


@dataclass(frozen=True, kw_only=True)
class OwedActions:
    """What is to be done against causes: late first; `mine` are the person's own, `others` those of the team."""

    mine: list[CorrectiveAction]
    others: list[CorrectiveAction]
    unverified: list[CorrectiveAction]


def owed_actions(staff: Staff, *, of_team: bool) -> OwedActions:
    """Return the actions that the home page asks for: own ones, and of a team also those of others."""
    own = CorrectiveAction.objects.unfinished().filter(owner=staff)
    mine = own.select_related("owner", "unit", "cause").order_by("due_on", "pk")
    if not of_team:
        return OwedActions(mine=list(mine[:BRIEF]), others=[], unverified=[])
    seen = action_rows(staff).exclude(owner=staff).order_by("due_on", "pk")
    return OwedActions(
        mine=list(mine[:BRIEF]),
        others=list(seen.unfinished()[:BRIEF]),
        unverified=list(seen.filter(status=CorrectiveAction.Status.DONE)[:BRIEF]),
    )


def action_rows(staff: Staff) -> CorrectiveActionQuerySet:
    """Return the actions that the person may see, with all that a row shows."""
    return CorrectiveAction.objects.visible_to(staff).select_related("owner", "unit", "cause")


def action_page(staff: Staff) -> QuerySet[CorrectiveAction]:
    """Return the actions that the person may see, with all that a page shows."""
    return action_rows(staff).select_related("complaint__unit", "verified_by")


def evidence_of(action: CorrectiveAction) -> QuerySet[Attachment]:
    """Return the files kept with an action."""
    content_type = ContentType.objects.get_for_model(CorrectiveAction)
    return Attachment.objects.filter(content_type=content_type, object_id=action.pk).order_by("pk")
