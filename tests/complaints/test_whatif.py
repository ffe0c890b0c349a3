"""What if another standard had held: hand-made cases, a plain recomputation, who sees what, the page."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import time_machine
from django.utils.html import escape

from agency.calendars import cached_calendar
from agency.models import Role
from complaints import lifecycle, sla
from complaints.forms.whatif import example
from complaints.models import Clock, Complaint, DayUnit, Kind, Measure
from complaints.selectors import whatif as selectors
from complaints.selectors.whatif import Pick, Question, Standard, Tally, behind, replay
from complaints.views import whatif as views
from tests.factories.agency import ExecutiveFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import (
    CategoryFactory,
    GradeFactory,
    PolicyFactory,
    ReaderFactory,
    in_progress,
    received,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)  # 5 October 2569, 10:00 in Bangkok
NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
PAGE = "/complaints/what-if/"
LIST = "/complaints/what-if/cases/"
OCTOBER = "period_after=1/10/2569&period_before=31/10/2569"
EIGHT = f"measure=stage1&days=8&unit=working&{OCTOBER}"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def leader(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def desk(client, leader):
    client.force_login(leader)
    return client


def done(officer, *, days, start=MONDAY, paused=None, is_closed=False, **facts):
    """Return a case answered so many calendar days after its receipt; `paused`: days from and until."""
    case = in_progress(officer=officer, at=start, **facts)
    if paused:
        asked, replied = (start + timedelta(days=day) for day in paused)
        case = lifecycle.ask(case, body="ขอหลักฐานเพิ่ม", by=officer, at=asked)
        case = lifecycle.reply(case, body="ส่งแล้ว", at=replied)
    at = start + timedelta(days=days)
    case = lifecycle.answer(case, body="แก้ไขแล้ว", by=officer, at=at)
    if is_closed:
        case = lifecycle.close(case, outcome="upheld", by=officer, at=at)
    return case


def question(*, days=8, unit=DayUnit.WORKING, first=False, measure=Measure.STAGE1, **facts):
    """Return a question about October 2569."""
    standard = Standard(measure=measure, days=days, unit=unit, is_first_day_counted=first)
    facts = {"first_on": date(2026, 10, 1), "last_on": date(2026, 10, 31)} | facts
    return Question(standard=standard, **facts)


def asked(staff, **facts):
    return replay(staff, question(**facts), at=NOW)


# By hand


def test_cases_are_measured_against_the_other_limit(leader, officer, unit):
    done(officer, days=7)  # Monday to Monday: 5 working days
    done(officer, days=14)  # 10
    done(officer, days=28)  # 20

    found = asked(leader)

    assert found.total == Tally(n=3, before=1, after=2, newly=1, over_days=(10 - 8) + (20 - 8))
    assert found.total.relieved == 0
    assert found.spread == {5: 1, 10: 1, 20: 1}
    assert [(each.days, each.unit, each.n) for each in found.own_limits] == [(15, "working", 3)]
    assert found.groups["unit"] == {unit.pk: found.total}
    assert (found.recomputed, found.extended, found.running) == (0, 0, 0)


def test_a_case_of_as_many_days_as_the_limit_is_in_time(leader, officer):
    done(officer, days=14)

    assert asked(leader, days=10).total == Tally(n=1)
    assert asked(leader, days=9).total == Tally(n=1, after=1, newly=1, over_days=1)


def test_a_longer_limit_relieves(leader, officer):
    done(officer, days=28)

    total = asked(leader, days=20).total

    assert (total.before, total.after, total.relieved) == (1, 0, 1)


def test_what_was_may_be_a_number_of_days_instead_of_the_own_limit(leader, officer):
    done(officer, days=14)

    assert asked(leader, compared_days=9).total == Tally(n=1, before=1, after=1, over_days=2)


def test_an_extension_makes_no_answer_timely(leader, officer):
    case = in_progress(officer=officer, at=MONDAY)
    request = lifecycle.ask_extension(case, days=10, reason="รอผล", by=officer, at=MONDAY)
    lifecycle.decide_extension(request, granted=True, by=leader, at=MONDAY)
    case.refresh_from_db()
    lifecycle.answer(case, body="แก้ไขแล้ว", by=officer, at=MONDAY + timedelta(days=28))

    found = asked(leader, days=15)

    assert Clock.objects.get(measure="stage1").result == Clock.Result.MET
    assert (found.total.before, found.total.after, found.extended) == (1, 1, 1)


def test_a_reopened_case_counts_once_for_each_answer(leader, officer):
    case = done(officer, days=7, is_closed=True)
    again = MONDAY + timedelta(days=14)
    case = lifecycle.reopen(case, reason="ยังไม่เรียบร้อย", by=leader, at=again)
    if case.status != "in_progress":
        case = lifecycle.accept(case, by=officer, at=again)
    lifecycle.answer(case, body="แก้ไขอีกครั้ง", by=officer, at=again + timedelta(days=14))

    assert asked(leader).spread == {5: 1, 10: 1}


def test_pauses_are_left_out(leader, officer):
    done(officer, days=14, paused=(1, 4))  # Tuesday to Friday: three closings

    assert asked(leader).spread == {7: 1}


def test_calendar_days_are_counted_over_weekends(leader, officer):
    done(officer, days=7)
    done(officer, days=7, paused=(1, 4))

    found = asked(leader, unit=DayUnit.CALENDAR, days=6)

    assert found.spread == {7: 1, 4: 1}
    assert found.recomputed == 1
    assert found.total == Tally(n=2, after=1, newly=1, over_days=1)


def test_a_pause_on_the_first_day_takes_nothing_when_it_does_not_count(leader, officer):
    done(officer, days=7, paused=(0, 1))
    done(officer, days=7)

    assert asked(leader, first=True).spread == {5: 1, 6: 1}
    assert asked(leader, first=False).spread == {5: 2}


def test_cases_of_the_period_are_those_received_or_those_closed(leader, officer):
    september = MONDAY - timedelta(days=14)
    done(officer, days=21, start=september, is_closed=True)
    done(officer, days=28, is_closed=True)

    assert asked(leader).spread == {20: 1}
    assert asked(leader, is_by_closing=True).spread == {15: 1}


def test_both_days_of_the_period_belong_to_it_in_bangkok(leader, officer):
    first = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)  # 1 October, 0:00
    last = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)
    for start in (first - timedelta(minutes=1), first, last, last + timedelta(minutes=1)):
        done(officer, days=7, start=start)

    assert asked(leader).total.n == 2


def test_the_measure_chooses_the_clock(leader, officer):
    case = in_progress(officer=officer, at=MONDAY)
    lifecycle.acknowledge(case, by=officer, at=MONDAY + timedelta(days=2))

    found = asked(leader, measure=Measure.ACKNOWLEDGE, days=1)

    assert found.spread == {2: 1}
    assert found.running == 0


def test_filters_narrow_the_cases(leader, officer, unit):
    below = UnitFactory.create(parent=unit)
    there = StaffFactory.create(unit=below)
    top = CategoryFactory.create()
    part = CategoryFactory.create(parent=top)
    grave = GradeFactory.create(number=3)
    done(officer, days=7, category=top)
    done(officer, days=14, category=part, grade=grave)
    done(there, days=28, kind=Kind.PETITION)

    narrowed = {
        "unit": question_of(leader, unit=below.pk),
        "category": question_of(leader, category=top.pk),
        "grade": question_of(leader, grade=grave.pk),
        "kind": question_of(leader, kind=Kind.PETITION),
    }

    assert narrowed == {
        "unit": {20: 1},
        "category": {5: 1, 10: 1},
        "grade": {10: 1},
        "kind": {20: 1},
    }


def question_of(staff, **facts):
    """Return the days of the answers of October that a filter keeps."""
    standard = Standard(measure="stage1", days=8, unit="working", is_first_day_counted=False)
    about = Question(
        standard=standard, first_on=date(2026, 10, 1), last_on=date(2026, 10, 31), **facts
    )
    return dict(replay(staff, about, at=NOW).spread)


# What still runs


def test_cases_without_an_answer_are_told_apart(leader, officer):
    in_progress(officer=officer, at=MONDAY)
    in_progress(officer=officer, at=datetime(2026, 10, 30, 3, 0, tzinfo=UTC))
    waiting = in_progress(officer=officer, at=MONDAY)
    lifecycle.ask(waiting, body="ขอหลักฐานเพิ่ม", by=officer, at=MONDAY)

    found = replay(leader, question(), at=datetime(2026, 11, 11, 9, 30, tzinfo=UTC))
    later = replay(leader, question(), at=datetime(2026, 11, 11, 9, 31, tzinfo=UTC))

    assert (found.total.n, found.running, found.running_late) == (0, 3, 1)
    assert (later.running, later.running_late) == (3, 2)


# Against a plain recomputation


def plainly(staff, about):
    """Compute the same figures in plain Python, clock by clock."""
    total, spread, by_unit = Tally(), Counter(), {}
    standard = about.standard
    ended = Clock.objects.filter(measure=standard.measure, result__in=("met", "missed"))
    seen = set(Complaint.objects.visible_to(staff).values_list("pk", flat=True))
    for clock in ended.select_related("complaint").prefetch_related("pauses"):
        if clock.complaint_id not in seen:
            continue
        days = sla.elapsed_days(
            clock.started_at,
            clock.stopped_at,
            unit=standard.unit,
            is_first_day_counted=standard.is_first_day_counted,
            calendar=cached_calendar(clock.calendar_version_id),
            pauses=[sla.Pause(pause.from_at, pause.until_at) for pause in clock.pauses.all()],
        )
        was = (
            clock.elapsed_days > clock.days
            if about.compared_days is None
            else days > about.compared_days
        )
        late = days > standard.days
        one = Tally(1, int(was), int(late), int(late and not was), max(days - standard.days, 0))
        total, spread[days] = total + one, spread[days] + 1
        unit = clock.complaint.unit_id
        by_unit[unit] = by_unit.get(unit, Tally()) + one
    return total, spread, by_unit


@pytest.fixture
def month(officer, unit):
    """Answers of every sort: short and long, paused on any day, started at any hour, two units, two limits."""
    below = StaffFactory.create(unit=UnitFactory.create(parent=unit))
    limits = {Measure.STAGE1: (5, DayUnit.WORKING), Measure.ACKNOWLEDGE: (1, DayUnit.WORKING)}
    PolicyFactory.create(priority=0)
    quick = PolicyFactory.create(kind=Kind.ENQUIRY, priority=5, limits=limits)
    quick.targets.update(is_first_day_counted=True)
    slow = {Measure.STAGE1: (20, DayUnit.CALENDAR), Measure.ACKNOWLEDGE: (1, DayUnit.WORKING)}
    PolicyFactory.create(kind=Kind.PETITION, priority=5, limits=slow)
    kinds = (Kind.SERVICE, Kind.ENQUIRY, Kind.PETITION)
    pauses = (None, (0, 1), (1, 4), None, (2, 9), (0, 3))
    for number in range(24):
        start = MONDAY + timedelta(days=number % 9, hours=(number * 5) % 12)
        paused = pauses[number % len(pauses)]
        done(
            (officer, below)[number % 2],
            days=max(number, (paused or (0, 0))[1]),
            start=start,
            paused=paused,
            kind=kinds[number % 3],
        )


def test_the_sums_equal_a_plain_recomputation(month, leader):
    ways = [
        question(days=7, unit=unit_of_days, first=is_first, compared_days=compared)
        for unit_of_days, is_first, compared in product(DayUnit, (False, True), (None, 6))
    ]

    found = [replay(leader, about, at=NOW) for about in ways]

    summed = [(each.total, each.spread, each.groups["unit"]) for each in found]
    assert summed == [plainly(leader, about) for about in ways]
    assert {each.total.n for each in found} == {24}
    assert {sum(limit.n for limit in each.own_limits) for each in found} == {24}
    assert len({each.recomputed for each in found}) > 1


@pytest.mark.parametrize("unit_of_days", list(DayUnit))
def test_every_figure_lists_its_cases(month, leader, monkeypatch, unit_of_days):
    monkeypatch.setattr(selectors, "PER_PAGE", 5)
    monkeypatch.setattr(selectors, "MOST_READ", 7)
    about = question(days=7, unit=unit_of_days)
    total = replay(leader, about, at=NOW).total
    figures = {name: getattr(total, name) for name in ("before", "after", "newly", "relieved")}

    listed = {name: all_behind(leader, about, Pick(late=name)) for name in ("", *figures)}

    counts = {name: len({answer.clock_pk for answer in rows}) for name, rows in listed.items()}
    assert counts == {"": total.n} | figures
    assert counts == {name: len(rows) for name, rows in listed.items()}


def all_behind(staff, about, pick):
    """Read every page of a list."""
    found, after = [], 0
    while True:
        page = behind(staff, about, pick, after=after)
        found += page.rows
        after = page.next_after
        if not after:
            return found


def test_every_column_and_every_line_lists_its_cases(month, leader):
    about = question(days=7, unit=DayUnit.CALENDAR)
    found = replay(leader, about, at=NOW)

    columns = {
        days: len(all_behind(leader, about, Pick(least=days, most=days))) for days in found.spread
    }
    lines = {
        (name, key): len(all_behind(leader, about, Pick(dimension=name, key=str(key or ""))))
        for name, groups in found.groups.items()
        for key in groups
    }

    assert columns == found.spread
    assert lines == {
        (name, key): tally.n
        for name, groups in found.groups.items()
        for key, tally in groups.items()
    }


# Who sees what


def test_another_unit_sees_nothing(officer):
    done(officer, days=28)
    stranger = SupervisorFactory.create()

    assert asked(stranger).total == Tally()
    assert behind(stranger, question(), Pick()).rows == []


def test_a_restricted_case_counts_only_for_the_named(leader, officer):
    unit = officer.unit
    unit.restricted_readers.add(officer)
    case = done(officer, days=28, kind=Kind.CORRUPTION)
    named = ExecutiveFactory.create(unit=unit)
    ReaderFactory.create(complaint=case, staff=named)

    assert asked(leader).total.n == 0
    assert asked(named).total.n == 1
    assert [answer.number for answer in behind(named, question(), Pick()).rows] == [case.number]


def test_somebody_without_a_role_counts_nothing(officer, unit):
    done(officer, days=28)

    assert asked(StaffFactory.create(unit=unit, roles=[])).total == Tally()


# The page


def test_a_period_without_answers_says_so(desk, officer):
    in_progress(officer=officer, at=MONDAY)

    response = desk.get(f"{PAGE}?{EIGHT}")

    assert (response.context["found"].total.n, response.context["found"].running) == (0, 1)
    assert "figures" not in re.findall(r'<div class="(\w+)"', response.content.decode())


def test_page_counts_nothing_before_something_is_asked(desk, django_assert_num_queries):
    desk.get(PAGE)

    with django_assert_num_queries(4):
        response = desk.get(PAGE)

    assert "found" not in response.context
    assert f'href="?{escape(example(date(2026, 12, 1)))}"' in response.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_page_costs_the_same_for_any_number_of_cases(
    desk, officer, item_count, django_assert_num_queries
):
    for _number in range(item_count):
        done(officer, days=14, paused=(0, 1))
    desk.get(f"{PAGE}?{EIGHT}&first=on")

    with django_assert_num_queries(8):
        response = desk.get(f"{PAGE}?{EIGHT}&first=on")

    assert response.context["found"].recomputed == item_count


def test_the_example_is_one_link(desk, officer):
    done(officer, days=14, start=MONDAY - timedelta(days=28))

    response = desk.get(f"{PAGE}?{example(date(2026, 12, 1))}")

    found = response.context["found"]
    asked_for = response.context["form"].question
    assert (asked_for.first_on, asked_for.last_on) == (date(2025, 10, 1), date(2026, 9, 30))
    assert (asked_for.standard.days, asked_for.compared_days) == (8, 15)
    assert found.total == Tally(n=1, after=1, newly=1, over_days=2)
    assert [limit.after for limit in response.context["spread"].limits] == [8, 15]


def test_shares_carry_their_interval_and_few_cases_are_said(desk, officer):
    for days in (7, 14, 28):
        done(officer, days=days)

    response = desk.get(f"{PAGE}?{EIGHT}")

    after = response.context["after"]
    assert (after.count, after.n, after.words, after.interval) == (2, 3, "66.7 %", "20.8–93.9 %")
    assert response.context["is_few"]


def test_a_stored_standard_gives_its_limit(desk, officer):
    done(officer, days=14)
    limits = {Measure.STAGE1: (9, DayUnit.WORKING)}
    policy = PolicyFactory.create(limits=limits)

    response = desk.get(f"{PAGE}?measure=stage1&policy={policy.pk}&{OCTOBER}")

    assert response.context["found"].total == Tally(n=1, after=1, newly=1, over_days=1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"measure=stage1&{OCTOBER}", "days"),
        (f"measure=stage1&days=0&{OCTOBER}", "days"),
        (f"measure=stage1&days=400&{OCTOBER}", "days"),
        (f"measure=idle&days=8&{OCTOBER}", "measure"),
        ("measure=stage1&days=8&period_after=yesterday", "period"),
        ("measure=stage1&days=8&period_after=2/10/2569&period_before=1/10/2569", "period"),
        ("measure=stage1&days=8&of_unit=999999", "of_unit"),
        ("measure=stage1&days=8&policy=999999", "policy"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(desk, query, field):
    response = desk.get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "found" not in response.context


def test_a_standard_without_the_measure_is_said(desk):
    policy = PolicyFactory.create(limits={Measure.STAGE1: (9, DayUnit.WORKING)})

    response = desk.get(f"{PAGE}?measure=stage2&policy={policy.pk}&{OCTOBER}")

    assert list(response.context["form"].errors) == ["policy"]


def test_an_empty_period_is_the_last_fiscal_year(desk):
    response = desk.get(f"{PAGE}?measure=stage1&days=8")

    asked_for = response.context["form"].question
    assert (asked_for.first_on, asked_for.last_on) == (date(2025, 10, 1), date(2026, 9, 30))


def test_every_link_of_the_page_opens_its_cases(desk, month):
    response = desk.get(f"{PAGE}?{EIGHT}")

    told = [(response.context["before"].url, response.context["before"].count)]
    told += [(column.url, column.count) for column in response.context["spread"].columns]
    for table in response.context["tables"]:
        told += [(line.after.url, line.after.count) for line in table.lines]
        told += [(line.newly_url, line.tally.newly) for line in table.lines]
    opened = [(url, len(desk.get(url).context["page"].rows)) for url, _count in told]

    assert opened == told
    assert len(told) > 20


def test_the_list_says_what_each_answer_took(desk, officer):
    case = done(officer, days=14)

    response = desk.get(f"{LIST}?{EIGHT}&late=newly")

    (row,) = response.context["page"].rows
    assert (row.number, row.taken, row.own.days) == (case.number, 10, 15)
    assert (row.was_late, row.is_late) == (False, True)
    assert f'href="/complaints/{case.pk}/"' in response.content.decode()


def test_the_list_goes_on_page_by_page(desk, officer, monkeypatch):
    monkeypatch.setattr(selectors, "PER_PAGE", 2)
    cases = [done(officer, days=14) for _number in range(3)]

    first = desk.get(f"{LIST}?{EIGHT}&late=after")
    second = desk.get(f"{LIST}?{first.context['next_query']}")

    assert [row.number for row in first.context["page"].rows] == [c.number for c in cases[:2]]
    assert [row.number for row in second.context["page"].rows] == [cases[2].number]
    assert second.context["next_query"] == ""


@pytest.mark.parametrize(
    "query", ["", f"{EIGHT}&late=maybe", f"{EIGHT}&by=unit&key=x", f"{EIGHT}&by=officer", "days=0"]
)
def test_a_list_that_no_figure_links_to_does_not_exist(desk, query):
    assert desk.get(f"{LIST}?{query}").status_code == 404


@pytest.mark.parametrize("address", [PAGE, f"{LIST}?{EIGHT}"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 403),
        (Role.SUPERVISOR, 200),
        (Role.EXECUTIVE, 200),
        (Role.AUDITOR, 403),
        (Role.ADMIN, 403),
    ],
)
def test_only_those_who_lead_may_ask(client, unit, address, role, status):
    received(unit=unit, at=MONDAY)
    client.force_login(StaffFactory.create(unit=unit, roles=[role]))

    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, LIST])
def test_nothing_is_posted(desk, address):
    assert desk.post(address).status_code == 405


def test_lines_of_keys_that_cannot_be_chosen_any_more_keep_their_names(desk, officer):
    topic = CategoryFactory.create(name_th="เรื่องเก่า", is_active=False)
    done(officer, days=14, category=topic)

    tables = desk.get(f"{PAGE}?{EIGHT}").context["tables"]

    assert [line.name for line in tables[1].lines] == ["เรื่องเก่า"]


def test_long_tables_are_cut_and_say_so(desk, officer, monkeypatch):
    monkeypatch.setattr(views, "MOST_ROWS", 1)
    done(officer, days=14, kind=Kind.SERVICE)
    done(officer, days=14, kind=Kind.PETITION)

    tables = desk.get(f"{PAGE}?{EIGHT}").context["tables"]

    assert [(len(table.lines), table.left_out) for table in tables][-1] == (1, 1)
