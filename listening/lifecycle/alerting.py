"""Rising topics (หัวข้อที่เพิ่มผิดปกติ): found every night, told once, seen and settled by somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, locks, notices, units
from agency.models import Staff, Unit
from agency.notices import NoticeDraft
from agency.refusal import Refused
from agency.thai import local_day
from listening.lifecycle.hold import written
from listening.models import Topic, TopicAlert, TopicDay
from listening.selectors import rising
from listening.selectors.slices import topics
from listening.text import trends
from listening.text.trends import Alert

LATE_DAYS = 2  # days before the last one that are judged again: voices are recorded late
QUIET_DAYS = 3  # so many days without an alert end a rise; the next one is a new row
MOSTLY = 0.8  # a unit whose rise is that of one unit below gets no alert of its own
BATCH = 5000


def find_rises(*, at: datetime) -> int:
    """Count the topics of the last weeks anew and write down what rose until yesterday; returns new alerts.

    What a missed night left out is made good. Two runs at once are one: the second leaves.
    """
    with locks.exclusive("listening.rises", 0) as is_mine:
        return found_until(local_day(at) - timedelta(days=1), at=at) if is_mine else 0


def found_until(last: date, *, at: datetime) -> int:
    """Judge the days since the last run, at least the last three."""
    counted = rising.last_counted_on() or last
    first = max(min(counted, last - timedelta(days=LATE_DAYS)), last - timedelta(days=trends.DAYS))
    known = topics()
    since = first - timedelta(days=trends.DAYS)
    counts = trends.daily_counts(rising.mentions(since, last, codes=known.codes))
    named: dict[str, Topic] = {}
    for topic in known.rows:
        named.setdefault(topic.code, topic)
    with transaction.atomic():
        keep_days(counts, since=since)
        places = Unit.objects.in_bulk()
        rises = own_rises(trends.alerts(counts, first=first, last=last), places=places)
        return sum(noted(each, places=places, named=named, at=at) for each in rises)


def keep_days(counts: Mapping[str, Mapping[date, int]], *, since: date) -> None:
    """Write the people of each day anew."""
    TopicDay.objects.filter(day__gte=since).delete()
    rows = (
        TopicDay(unit_id=unit, code=code, day=day, people=people)
        for label, days in counts.items()
        for unit, code in [rising.parts_of(label)]
        for day, people in days.items()
    )
    TopicDay.objects.bulk_create(rows, batch_size=BATCH)


def own_rises(found: Sequence[Alert], *, places: Mapping[int, Unit]) -> list[Alert]:
    """Leave out units whose rise is mostly that of one unit right below."""
    told = {(*rising.parts_of(one.label), one.day): one for one in found}
    kept = []
    for (unit, code, day), one in told.items():
        below = [
            other.count
            for (place, topic, on), other in told.items()
            if (topic, on) == (code, day) and places[place].parent_id == unit
        ]
        if max(below, default=0) < MOSTLY * one.count:
            kept.append(one)
    return sorted(kept, key=lambda one: (one.day, one.label))


def noted(
    one: Alert, *, places: Mapping[int, Unit], named: Mapping[str, Topic], at: datetime
) -> bool:
    """Write an alert down or let the one that stands go on; tells whether it is new."""
    unit, code = rising.parts_of(one.label)
    near = TopicAlert.objects.select_for_update(of=["self"]).filter(
        unit=unit,
        code=code,
        first_on__lte=one.day + timedelta(days=QUIET_DAYS),
        last_on__gte=one.day - timedelta(days=QUIET_DAYS),
    )
    standing = near.order_by("-first_on").first()
    if standing:
        go_on(standing, one)
        return False
    alert = TopicAlert.objects.create(
        unit=places[unit],
        topic=named[code],
        code=code,
        first_on=one.day,
        last_on=one.day,
        peak_on=one.day,
        people=one.count,
        expected=one.expected,
        chance=one.chance,
        made_at=at,
    )
    audit.record(alert, "rise_found", by=None, at=at, people=one.count)
    tell(alert, at=at)
    return True


def go_on(alert: TopicAlert, one: Alert) -> None:
    """Let a rise reach to another day; the strongest day stands for it."""
    alert.first_on, alert.last_on = min(alert.first_on, one.day), max(alert.last_on, one.day)
    if one.day == alert.peak_on or one.count > alert.people:
        alert.peak_on, alert.people = one.day, one.count
        alert.expected, alert.chance = one.expected, one.chance
    names = ["first_on", "last_on", "peak_on", "people", "expected", "chance"]
    alert.save(update_fields=names)


def tell(alert: TopicAlert, *, at: datetime) -> None:
    """Tell the owner of the service that the voices name, else the supervisors of the unit."""
    service = rising.service_behind(alert)
    is_seen = service is not None and alert.unit.path.startswith(service.unit.path)
    owner = service.unit if service and is_seen else alert.unit
    drafts = [
        NoticeDraft(
            subject=alert,
            kind="listening.rise",
            to=person,
            key=f"listening.rise:{alert.pk}",
            url=alert.get_absolute_url(),
            data={"topic": alert.topic.name_th, "people": alert.people},
        )
        for person in units.supervisors_of(owner)
    ]
    if drafts:
        notices.enqueue_many(drafts, at=at)


def held(alert: TopicAlert) -> TopicAlert:
    """Lock the alert and return it as it stands now."""
    row: TopicAlert = TopicAlert.objects.select_for_update().get(pk=alert.pk)
    if row.settled_at is not None:
        raise Refused(_("This rise was settled meanwhile. Look at what was written."))
    return row


@transaction.atomic
def see_rise(alert: TopicAlert, *, by: Staff, at: datetime) -> TopicAlert:
    """Say that somebody looks at it (รับทราบ); the first one stays."""
    alert = held(alert)
    if alert.seen_at is None:
        alert.seen_at, alert.seen_by = at, by
        alert.save(update_fields=["seen_at", "seen_by"])
        audit.record(alert, "rise_seen", by=by, at=at)
    return alert


@transaction.atomic
def settle_rise(
    alert: TopicAlert, *, outcome: str, action: str, by: Staff, at: datetime
) -> TopicAlert:
    """Write down what was done about a rise (บันทึกผล), or that it was no event."""
    alert = held(alert)
    if outcome not in TopicAlert.Outcome.values:
        raise Refused(_("Please choose what came of it."))
    alert.outcome = outcome
    alert.action = written(action, sentence=_("Please write what was done, or why nothing was."))
    alert.settled_at, alert.settled_by = at, by
    if alert.seen_at is None:
        alert.seen_at, alert.seen_by = at, by
    names = ["outcome", "action", "settled_at", "settled_by", "seen_at", "seen_by"]
    alert.save(update_fields=names)
    audit.record(alert, "rise_settled", by=by, at=at, outcome=outcome)
    return alert
