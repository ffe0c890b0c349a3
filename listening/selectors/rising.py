"""Rising topics (หัวข้อที่เพิ่มผิดปกติ): what is judged every night, the alerts, and the page about both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from agency import audit
from agency.models import AuditEntry, Service, Staff
from agency.thai import BANGKOK, local_day
from listening.models import TopicAlert, TopicDay, Voice
from listening.selectors.slices import Topics
from listening.text import trends
from listening.text.trends import Mention

SHARE_OF_SERVICE = 0.5  # of the day's voices that must name a service before its owner is told


def begun(day: date) -> datetime:
    """Return the first instant of a Bangkok day."""
    return datetime.combine(day, time(), BANGKOK)


def mentions(first: date, last: date, *, codes: Mapping[int, str]) -> Iterator[Mention]:
    """Give the voices of some days with a topic, once for each unit from where they are upwards.

    A label is the unit's id and the topic's code. Who said it is the person, else the name in the
    channel, else nobody but this voice; a voice that follows another one says nothing of its own.
    """
    rows = (
        Voice.objects.standing()
        .filter(received_at__gte=begun(first), received_at__lt=begun(last + timedelta(days=1)))
        .exclude(topic=None)
        .order_by()
        .values_list(
            *("pk", "unit__path", "topic", "received_at"),
            *("person", "handle", "channel", "masked_body"),
        )
    )
    for pk, path, topic, at, person, handle, channel, text in rows.iterator(chunk_size=5000):
        submitter = f"p{person}" if person else f"h{channel}:{handle}" if handle else f"v{pk}"
        for unit in path.strip("/").split("/"):
            yield Mention(local_day(at), label_of(int(unit), codes[topic]), submitter, text)


def label_of(unit: int, code: str) -> str:
    """Return how a unit's topic is called while counting."""
    return f"{unit}:{code}"


def parts_of(label: str) -> tuple[int, str]:
    """Return the unit and the topic of a label."""
    unit, _colon, code = label.partition(":")
    return int(unit), code


def last_counted_on() -> date | None:
    """Return the newest day that was counted."""
    return TopicDay.objects.order_by("-day").values_list("day", flat=True).first()


def counts_of(unit: int, *, last: date) -> dict[str, dict[date, int]]:
    """Return a unit's people by topic and day, of the days that the rule looks at."""
    rows = TopicDay.objects.filter(
        unit=unit, day__gt=last - timedelta(days=trends.DAYS + 1), day__lte=last
    ).values_list("code", "day", "people")
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    for code, day, people in rows:
        counts[code][day] = people
    return dict(counts)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A topic on a day against its own past."""

    code: str
    name: str
    people: int
    expected: float
    chance: float | None  # None where the rule does not judge: new, or too few
    is_alert: bool


def judged(counts: Mapping[str, Mapping[date, int]], *, day: date, topics: Topics) -> list[Judged]:
    """Return every topic of a day, the unlikeliest first."""
    found = []
    for code, days in counts.items():
        before = [days.get(day - timedelta(days=back), 0) for back in range(1, trends.DAYS + 1)]
        known = sum(value > 0 for value in before) >= trends.FEWEST_DAYS
        people = days.get(day, 0)
        found.append(
            Judged(
                code=code,
                name=topics.names.get(code, code),
                people=people,
                expected=sum(before) / trends.DAYS,
                chance=trends.tail(people, before) if known else None,
                is_alert=trends.judged(code, day, days) is not None,
            )
        )
    return sorted(
        found, key=lambda each: (each.chance is None, each.chance or 0, -each.people, each.name)
    )


def alerts_of(staff: Staff) -> QuerySet[TopicAlert]:
    """Return the alerts that the person may see, with all that a row shows."""
    rows: QuerySet[TopicAlert] = TopicAlert.objects.visible_to(staff)
    return rows.select_related("topic", "unit", "settled_by")


@dataclass(frozen=True, kw_only=True)
class Record:
    """How alerts turned out so far."""

    settled: int
    nothing: int


def record(staff: Staff) -> Record:
    """Count the settled alerts and those that were no event."""
    rows = TopicAlert.objects.visible_to(staff).exclude(settled_at=None).order_by()
    counts = rows.aggregate(
        settled=Count("pk"),
        nothing=Count("pk", filter=Q(outcome=TopicAlert.Outcome.NOTHING)),
    )
    return Record(**counts)


def voices_behind(alert: TopicAlert) -> QuerySet[Voice]:
    """Return the voices of an alert's days."""
    return Voice.objects.filter(
        unit__path__contains=f"/{alert.unit_id}/",
        topic__code=alert.code,
        received_at__gte=begun(alert.first_on),
        received_at__lt=begun(alert.last_on + timedelta(days=1)),
    ).order_by("-received_at", "-pk")


def service_behind(alert: TopicAlert) -> Service | None:
    """Return the service that at least half of the alert's voices name, if one does."""
    rows = voices_behind(alert).order_by().values_list("service").annotate(count=Count("pk"))
    counts: dict[int | None, int] = dict(rows)
    named = {pk: count for pk, count in counts.items() if pk}
    likeliest = max(named, key=lambda pk: (named[pk], pk), default=None)
    if likeliest is None or named[likeliest] < SHARE_OF_SERVICE * sum(counts.values()):
        return None
    return Service.objects.select_related("unit").get(pk=likeliest)


def days_around(alert: TopicAlert, *, before: int, after: int) -> dict[date, int]:
    """Return the people of the days before, in and after a rise, as far as they were counted."""
    first, last = alert.first_on - timedelta(days=before), alert.last_on + timedelta(days=after)
    rows = TopicDay.objects.filter(
        unit=alert.unit_id, code=alert.code, day__gte=first, day__lte=last
    ).values_list("day", "people")
    counts: dict[date, int] = dict(rows)
    end = min(last, max([last_counted_on() or alert.last_on, alert.last_on]))
    days = [first + timedelta(days=step) for step in range((end - first).days + 1)]
    return {day: counts.get(day, 0) for day in days}


def history(alert: TopicAlert) -> list[tuple[str, AuditEntry]]:
    """Return who did what, in words."""
    return [(audit.words_of(entry.verb), entry) for entry in audit.entries_of(alert)[:20]]
