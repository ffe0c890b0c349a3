"""The SQL against a plain recomputation in Python, over a year of random cases worked by the verbs."""

import random
from datetime import timedelta
from statistics import mean, median

import pytest

from agency.thai import BANGKOK
from agency.workdays import WorkingCalendar
from complaints import lifecycle
from complaints.models import Clock, Closing, Complaint
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from tests.indicators.story import at, open_office

pytestmark = pytest.mark.django_db

CUTOFF = at(20, month=12)
MONTHS = [periods.add_months(periods.month_of(CUTOFF), -back) for back in (0, 1, 2)]
CASES = 60


def work_at_random(office, chance):
    """Take a case as far as chance has it, between September and December."""
    when = at(1, month=9) + timedelta(days=chance.randrange(100), hours=chance.randrange(8))
    complaint = office.receive(
        when,
        unit=chance.choice([office.north, office.south]),
        category=chance.choice([office.roads, office.water]),
        channel=chance.choice([office.web, office.desk]),
    )
    if chance.random() < 0.15:
        return
    complaint = office.work(complaint, when + timedelta(hours=chance.choice([1, 30, 80])))
    if chance.random() < 0.15:
        return
    when = complaint.touched_at + timedelta(days=chance.randrange(30), hours=1)
    complaint = office.answer(complaint, when)
    facts = {"cause": chance.choice(["", "ขั้นตอน"]), "learning": "ปรับปรุง"}
    complaint = office.close(
        complaint,
        when,
        outcome=chance.choice(["upheld", "partly", "not_upheld", "resolved"]),
        **facts,
    )
    if chance.random() < 0.2:
        lifecycle.reopen(
            complaint, reason="ยังไม่จบ", by=office.supervisor, at=when + timedelta(days=3)
        )


@pytest.fixture
def office():
    """The office after three months of random work."""
    made, chance = open_office(), random.Random(34)  # noqa: S311  the same cases every time
    for _case in range(CASES):
        work_at_random(made, chance)
    return made


def is_in(instant, period):
    """Whether something happened in a period and was known at the cut-off."""
    return instant is not None and period.since <= instant < period.until and instant <= CUTOFF


def recount(period):
    """Count everything again, case by case, from the rows."""
    end = min(period.until, CUTOFF)
    closings = {
        c.complaint_id: c for c in Closing.objects.order_by("number") if is_in(c.closed_at, period)
    }
    stage1 = {pk: last_stage1(closing) for pk, closing in closings.items() if closing.stage == 1}
    still_open = [c for c in Complaint.objects.all() if c.received_at < end and not is_shut(c, end)]
    due = [k for k in Clock.objects.exclude(result="dropped") if is_in(k.due_at, period)]
    upheld = [c for c in closings.values() if c.outcome in {"upheld", "partly", "resolved"}]
    return {
        ("3.4-01", "received"): sum(is_in(c.received_at, period) for c in Complaint.objects.all()),
        ("3.4-01", "closed"): len(closings),
        ("3.4-01", "open"): len(still_open),
        ("3.4-02", "within_standard"): share_of(due, "acknowledge"),
        ("3.4-03", "share"): (sum(k.elapsed_days <= k.days for k in stage1.values()), len(stage1)),
        ("3.4-10", "age_16_30"): sum(16 <= age(c, end) <= 30 for c in still_open),
        ("3.4-10", "age_over_30"): sum(age(c, end) > 30 for c in still_open),
        ("3.4-12", "share"): share_of(due, "progress"),
        ("3.4-13", "share"): (sum(c.has_cause and c.has_learning for c in upheld), len(upheld)),
        ("3.4-15", "share"): (sum(once(c) for c in closings.values()), len(closings)),
        "mean": round(mean([k.elapsed_days for k in stage1.values()] or [0]), 4),
        "median": median([k.elapsed_days for k in stage1.values()] or [0]),
    }


def last_stage1(closing):
    """Return the clock that the closing's answer stopped."""
    clocks = closing.complaint.clocks.filter(measure="stage1", started_at__lte=closing.closed_at)
    return clocks.exclude(result="dropped").latest("version")


def is_shut(complaint, end):
    """Whether a case stood closed at an instant."""
    closings = complaint.closings.filter(closed_at__lt=end)
    return any(c.reopened_at is None or c.reopened_at >= end for c in closings)


def share_of(due, measure):
    """Return how many clocks of a measure were in time, of how many that fell due."""
    mine = [k for k in due if k.measure == measure]
    return sum(k.result == "met" for k in mine), len(mine)


def age(complaint, end):
    """Count the working days since the deemed receipt."""
    week = WorkingCalendar(intervals=OFFICE_WEEK, holidays={})
    last = (end - timedelta(seconds=1)).astimezone(BANGKOK).date()
    return max(
        week.working_days_between(complaint.deemed_received_at.astimezone(BANGKOK).date(), last), 0
    )


OFFICE_WEEK = {
    day: ((at(1, 8).timetz().replace(tzinfo=None), at(1, 16).timetz().replace(tzinfo=None)),)
    for day in range(1, 6)
}


def once(closing):
    """Whether a case had been assigned once by its closing."""
    return closing.complaint.assignments.filter(at__lte=closing.closed_at).count() == 1


def told(office, period):
    """Return the SQL's answer in the same shape."""
    rows = {
        (row.id, row.measure): row
        for row in rows_of(sums_of(period, unit=office.root, cutoff=CUTOFF))
        if not row.dimension
    }
    answer = {}
    for place in recount(period):
        if isinstance(place, tuple):
            row = rows[place]
            answer[place] = (
                row.numerator if row.denominator is None else (row.numerator, row.denominator)
            )
        else:
            answer[place] = rows["3.4-05", place].value or 0
    return answer


@pytest.mark.parametrize("month", MONTHS)
def test_sql_and_python_count_the_same(office, month):
    period = periods.month(month)

    assert told(office, period) == recount(period)


def test_the_units_add_up_to_the_whole(office):
    period = periods.month(MONTHS[1])
    parts = [told(office_of(office, unit), period) for unit in (office.north, office.south)]

    for measure in ("received", "closed", "open"):
        assert (
            sum(part["3.4-01", measure] for part in parts)
            == told(office, period)["3.4-01", measure]
        )


def office_of(office, unit):
    """Return the office with another root."""
    return type(office)(**{**vars(office), "root": unit})
