"""The indicators 3.3-01 to 3.3-06 against a plain recomputation; a cut-off and later work change nothing."""

from datetime import date, timedelta

import pytest

from agency.models import ServiceMonth
from agency.thai import BANGKOK
from pmqa.improvements import lifecycle
from pmqa.improvements.effects import Effect
from pmqa.improvements.lifecycle import Origin
from pmqa.improvements.models import Improvement, Receipt
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from tests.factories.agency import (
    SegmentFactory,
    ServiceFactory,
    StaffFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.indicators.story import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(at(1, month=11).date())
CUTOFF = at(5, month=12)
FACTS = {"title": "เปิดนอกเวลา", "problem": "มาไม่ทัน"}


def told(unit, *, cutoff=CUTOFF, period=NOVEMBER):
    """Return the figures by id and key."""
    rows = rows_of(sums_of(period, unit=unit, cutoff=cutoff))
    return {
        (row.id, row.key): (row.numerator, row.denominator) for row in rows if row.id[:3] == "3.3"
    }


def is_mine(improvement, unit):
    return improvement.unit.path.startswith(unit.path)


def recomputed(unit, *, until, cutoff, since):
    """Compute 3.3-01 to -05 again, row by row, from the records' own history."""
    end = min(until, cutoff)
    mine = [each for each in Improvement.objects.select_related("unit") if is_mine(each, unit)]
    inside = [each for each in mine if since <= each.made_at < until and each.made_at <= cutoff]
    due = kept = 0
    for each in mine:
        history = sorted(each.due_days.all(), key=lambda day: day.pk)
        for place, day in enumerate(history):
            over = (
                at(1, 0).replace(year=day.due_on.year, month=day.due_on.month, day=day.due_on.day)
                + timedelta(days=1)
            ).astimezone(BANGKOK)
            was_moved = any(later.set_at < over for later in history[place + 1 :])
            was_dropped = each.dropped_at is not None and each.dropped_at < over
            if since < over <= until and over <= cutoff and not was_moved and not was_dropped:
                due += 1
                kept += each.finished_at is not None and each.finished_at < over
    done = [
        each
        for each in mine
        if each.finished_at and since <= each.finished_at < until and each.finished_at <= cutoff
    ]
    measured = [
        each
        for each in done
        if any(
            row.made_at <= cutoff and row.verdict != "too_few" for row in each.measurements.all()
        )
    ]
    stood = [
        row
        for row in Receipt.objects.select_related("unit")
        if row.unit.path.startswith(unit.path)
        and row.sent_at <= end
        and (row.replaced_at is None or row.replaced_at > end)
    ]
    known = [row for row in stood if row.acknowledged_at and row.acknowledged_at <= end]
    live = [
        each
        for each in mine
        if each.audience in {"group", "person"}
        and each.live_at
        and each.live_at <= end
        and (each.live_until_at is None or each.live_until_at > end)
    ]
    return {
        ("3.3-01", ""): (sum(each.source != "own" for each in inside), None),
        ("3.3-02", ""): (kept, due),
        ("3.3-03", ""): (len(measured), len(done)),
        ("3.3-04", ""): (len(known), len(stood)),
        ("3.3-05", ""): (len(live), None),
    }


class Story:
    """An agency with two units, and improvements lived through in November."""

    def __init__(self):
        ThaiCalendarFactory()
        self.root = UnitFactory()
        self.north, self.south = UnitFactory(parent=self.root), UnitFactory(parent=self.root)
        self.boss = StaffFactory(unit=self.root, roles=["officer", "supervisor", "executive"])
        self.service = ServiceFactory(unit=self.north)

    def start(self, day, *, month=11, unit=None, source="cause", **facts):
        origin = Origin(source=source, ref=None if source == "own" else day, words="-")
        unit = unit or self.north
        return lifecycle.start(
            {**FACTS, **facts}, unit=unit, origin=origin, by=self.boss, at=at(day, month=month)
        )

    def promise(self, improvement, due_on, day, *, month=11):
        lifecycle.give_due_day(
            improvement, due_on=due_on, reason="-", by=self.boss, at=at(day, month=month)
        )

    def finish(self, improvement, day, *, month=11):
        lifecycle.finish(improvement, result="เร็วขึ้น", by=self.boss, at=at(day, month=month))

    def measure(self, improvement, when, verdict="fell"):
        lifecycle.note_measurement(
            improvement,
            Effect(verdict=verdict, before=12, after=6),
            measure="3.4-05:mean",
            changed_on=date(2026, 5, 1),
            months=[],
            cutoff=when,
            by=self.boss,
            at=when,
        )


@pytest.fixture
def story():
    return Story()


def november_of(story):
    """Live through a month; returns the improvements by what happened to them."""
    group = {"audience": "group", "segment": SegmentFactory()}
    in_time = story.start(2, **group)
    late = story.start(3, source="survey", audience="person")
    moved = story.start(4, source="own")
    dropped = story.start(5, unit=story.south)
    before = story.start(20, month=10)
    story.promise(in_time, date(2026, 11, 20), 2)
    story.promise(late, date(2026, 11, 10), 3)
    story.promise(late, date(2026, 11, 28), 12)  # after it was missed: both count
    story.promise(moved, date(2026, 11, 15), 4)
    story.promise(moved, date(2026, 12, 15), 6)  # in time: not due in November
    story.promise(dropped, date(2026, 11, 25), 5)
    story.promise(before, date(2026, 11, 30), 21, month=10)
    lifecycle.take_into_use(in_time, by=story.boss, at=at(10, month=11))
    lifecycle.take_into_use(late, by=story.boss, at=at(11, month=11))
    lifecycle.end_use(late, by=story.boss, at=at(2, month=12))
    story.finish(in_time, 20)
    story.finish(late, 27)
    story.measure(in_time, at(25, month=11))
    story.measure(late, at(26, month=11), verdict="too_few")
    lifecycle.drop(dropped, reason="-", by=story.boss, at=at(24, month=11))
    return in_time, late, moved, before


def test_started_completed_promised_and_in_use(story):
    in_time, late, moved, before = november_of(story)

    found = told(story.root)

    assert found == {
        ("3.3-01", ""): (3, None),
        ("3.3-01", "cause"): (2, None),
        ("3.3-01", "survey"): (1, None),
        ("3.3-02", ""): (2, 4),
        ("3.3-03", ""): (1, 2),
        ("3.3-04", ""): (0, 0),
        ("3.3-05", ""): (2, None),
        ("3.3-06", ""): (0, 0),
    }
    span = {"since": NOVEMBER.since, "until": NOVEMBER.until}
    for unit in (story.root, story.north, story.south):
        for cutoff in (CUTOFF, at(11, month=11), at(20, month=11)):
            asked = told(unit, cutoff=cutoff)
            again = recomputed(unit, cutoff=cutoff, **span)
            assert {key: asked[key] for key in again} == again

    # What is done after the cut-off
    after = CUTOFF + timedelta(days=1)
    who = {"by": story.boss, "at": after}
    lifecycle.finish(before, result="ก", **who)
    lifecycle.end_use(in_time, **who)
    lifecycle.give_due_day(moved, due_on=date(2027, 3, 1), reason="-", **who)
    lifecycle.start(FACTS, unit=story.north, by=story.boss, at=after)
    story.measure(late, after)
    assert told(story.root) == found


def test_acknowledgements_are_of_the_version_in_force(story):
    made = story.start(2)
    everyone = [story.root, story.north, story.south]
    send = {"acknowledge_by": date(2026, 12, 20), "by": story.boss}
    lifecycle.send_guideline(made, text="หนึ่ง", to=everyone, at=at(3, month=11), **send)
    for unit, day in ((story.north, 4), (story.south, 5)):
        row = Receipt.objects.get(unit=unit, replaced_at=None)
        lifecycle.acknowledge(row, by=story.boss, at=at(day, month=11))
    early = told(story.root, cutoff=at(9, month=11))
    lifecycle.send_guideline(made, text="สอง", to=everyone, at=at(10, month=11), **send)
    row = Receipt.objects.get(unit=story.north, replaced_at=None)
    lifecycle.acknowledge(row, by=story.boss, at=at(12, month=11))

    assert early["3.3-04", ""] == (2, 3)
    assert told(story.root, cutoff=at(9, month=11)) == early
    assert told(story.root)["3.3-04", ""] == (1, 3)
    assert told(story.south)["3.3-04", ""] == (0, 1)


def test_service_time_is_held_against_the_year_before_as_known(story):
    made = story.start(2, month=10, service=story.service)

    def month(number, minutes, count, *, year=2026):
        return ServiceMonth.objects.create(
            service=story.service,
            unit=story.north,
            month_on=date(year, number, 1),
            transactions=count,
            mean_minutes=minutes,
        )

    month(9, 60, 100, year=2025)  # more than twelve months before
    month(8, 40, 100)
    month(9, 30, 300)
    month(10, 5, 1000)  # the month of the change
    november = month(11, 20, 200)
    lifecycle.take_into_use(made, by=story.boss, at=at(15, month=10))
    lifecycle.read_service_times(at=at(3, month=12))
    assert lifecycle.read_service_times(at=at(4, month=12)) == 0

    # Before: (40 × 100 + 30 × 300) ÷ 400 = 32.5; 200 × 32.5 = 6,500; saved: 6,500 − 200 × 20
    assert told(story.root)["3.3-06", ""] == (2500, 6500)
    assert told(story.south)["3.3-06", ""] == (0, 0)
    assert told(story.root, cutoff=at(2, month=12))["3.3-06", ""] == (0, 0)

    november.mean_minutes = 30
    november.save(update_fields=["mean_minutes"])
    lifecycle.read_service_times(at=at(6, month=12))
    assert told(story.root)["3.3-06", ""] == (2500, 6500)
    assert told(story.root, cutoff=at(6, month=12))["3.3-06", ""] == (500, 6500)
