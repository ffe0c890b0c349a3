"""The figures page: hand-counted cases, each mark opens as many as it shows, who sees what."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from agency import jobs
from agency.models import Job, Role
from complaints import lifecycle, tasks
from complaints.models import Kind
from complaints.selectors import figures as selectors
from complaints.selectors.figures import Asked, figures
from complaints.views import figures as views
from tests.factories.agency import ExecutiveFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import CategoryFactory, ReaderFactory, closed, in_progress, received

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # Friday 20 November 2569, 10:00 in Bangkok
PAGE = "/complaints/figures/"
LIST = "/complaints/figures/cases/"
AUTUMN = Asked(first_on=date(2026, 9, 1), last_on=date(2026, 12, 31))


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


def on(month, day, hour=3, minute=0):
    """Return an instant of 2569; 3:00 in UTC is 10:00 in Bangkok."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def told(staff, asked=AUTUMN, at=NOW):
    return figures(staff, asked, at=at)


# Month by month


def test_months_count_what_came_and_went_and_what_stood_open(leader, officer, unit):
    received(unit=unit, at=on(8, 3))
    closed(officer=officer, at=on(9, 1))
    case = in_progress(officer=officer, at=on(9, 7))
    case = lifecycle.answer(case, body="แก้ไขแล้ว", by=officer, at=on(10, 5))
    lifecycle.close(case, outcome="upheld", by=officer, at=on(11, 2))
    received(unit=unit, at=on(11, 3))

    months = [
        (month.first_on.month, month.received, month.answered, month.closed, month.open)
        for month in told(leader).months
    ]

    assert months == [
        (9, 2, 1, 1, 2),
        (10, 0, 1, 0, 2),
        (11, 1, 0, 1, 2),
        (12, None, None, None, None),
    ]


def test_a_month_begins_and_ends_in_bangkok(leader, unit):
    for at in (on(9, 30, 16, 59), on(9, 30, 17, 0), on(10, 31, 16, 59), on(10, 31, 17, 0)):
        received(unit=unit, at=at)

    assert [month.received for month in told(leader).months] == [1, 2, 1, None]


def test_what_was_closed_on_the_eve_is_not_open_at_the_start(leader, officer):
    closed(officer=officer, at=on(8, 31))

    assert [month.open for month in told(leader).months][:3] == [0, 0, 0]


# Open now


def test_open_cases_stand_in_the_band_of_their_age(leader, unit):
    for days in (0, 7, 8, 14, 15, 90, 91, 400):
        received(unit=unit, at=NOW, received_at=NOW - timedelta(days=days))

    ages = told(leader).ages

    assert [band.count for band in ages] == [2, 2, 1, 0, 1, 2]
    assert [(band.first_on, band.last_on) for band in ages][:2] == [
        (date(2026, 11, 13), date(2026, 11, 20)),
        (date(2026, 11, 6), date(2026, 11, 12)),
    ]
    assert ages[-1].first_on is None


def test_loads_tell_who_carries_what_and_what_is_late(leader, officer, unit):
    busy = StaffFactory.create(unit=unit)
    in_progress(officer=officer, at=NOW)
    in_progress(officer=busy, at=NOW)
    in_progress(officer=busy, at=on(9, 1))
    closed(officer=busy, at=NOW)
    received(unit=unit, at=NOW)

    loads = told(leader).loads

    assert [(load.officer, load.count, load.overdue) for load in loads] == [
        (busy, 2, 1),
        (officer, 1, 0),
        (None, 1, 0),
    ]


def test_only_the_most_loaded_are_shown(leader, officer, unit, monkeypatch):
    monkeypatch.setattr(selectors, "MOST_OFFICERS", 1)
    in_progress(officer=officer, at=NOW)
    in_progress(officer=StaffFactory.create(unit=unit), at=NOW)

    found = told(leader)

    assert (len(found.loads), found.officers_left_out) == (1, 1)


# What came


def test_hours_are_those_of_bangkok_and_leave_the_nameless_out(leader, unit):
    received(unit=unit, at=on(11, 1, 16, 59))  # Sunday, 23:59
    received(unit=unit, at=on(11, 1, 17, 0))  # Monday, 0:00
    received(unit=unit, at=on(11, 2, 3, 0))
    received(unit=unit, at=on(11, 2, 3, 59))
    received(unit=unit, at=on(11, 2, 3, 0), is_anonymous=True)
    received(unit=unit, at=on(11, 3, 5, 0), is_anonymous=True)

    found = told(leader).received

    assert found.by_hour == {(7, 23): 1, (1, 0): 1, (1, 10): 2}
    assert (found.total, found.anonymous) == (6, 2)


def test_topics_count_their_parts_and_rank(leader, unit):
    small, large = CategoryFactory.create(), CategoryFactory.create()
    part, other = CategoryFactory.create(parent=large), CategoryFactory.create(parent=large)
    for category in (small, large, part, part, other, None):
        received(unit=unit, at=on(11, 2), category=category)

    found = told(leader)

    assert [(topic.category, topic.count) for topic in found.topics] == [(large, 4), (small, 1)]
    assert [(topic.category, topic.count) for topic in found.topics[0].parts] == [
        (part, 2),
        (other, 1),
    ]
    assert found.without_topic == 1


def test_provinces_are_counted(leader, unit):
    for province in ("10", "50", "50", ""):
        received(unit=unit, at=on(11, 2), province=province)

    assert told(leader).received.by_province == {"10": 1, "50": 2, "": 1}


def test_what_lies_outside_the_period_is_left_out(leader, unit):
    received(unit=unit, at=on(8, 31))
    received(unit=unit, at=on(9, 1))

    assert told(leader).received.total == 1


def test_nothing_at_all(leader):
    found = told(leader)

    assert (found.received.total, found.topics, found.loads, found.open_count) == (0, [], [], 0)
    assert [band.count for band in found.ages] == [0] * 6


# Who sees what


def test_a_unit_is_counted_with_those_below(leader, unit):
    below = UnitFactory.create(parent=unit)
    received(unit=unit, at=on(11, 2))
    received(unit=below, at=on(11, 2))
    received(unit=UnitFactory.create(), at=on(11, 2))
    narrow = Asked(first_on=AUTUMN.first_on, last_on=AUTUMN.last_on, unit=below.pk)

    assert told(leader).received.total == 2
    assert told(leader, narrow).received.total == 1
    assert told(leader, narrow).open_count == 1


def test_a_restricted_case_counts_only_for_the_named(leader, unit):
    unit.restricted_readers.add(StaffFactory.create(unit=unit))
    case = received(unit=unit, at=on(11, 2), kind=Kind.CORRUPTION)
    named = ExecutiveFactory.create(unit=unit)
    ReaderFactory.create(complaint=case, staff=named)

    assert (told(leader).received.total, told(leader).open_count) == (0, 0)
    assert (told(named).received.total, told(named).open_count) == (1, 1)


@pytest.mark.parametrize("address", [PAGE, LIST])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 200),
        (Role.SUPERVISOR, 200),
        (Role.EXECUTIVE, 200),
        (Role.AUDITOR, 200),
        (Role.ADMIN, 403),
    ],
)
def test_those_who_work_with_cases_see_figures(client, unit, address, role, status):
    client.force_login(StaffFactory.create(unit=unit, roles=[role]))

    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, LIST])
def test_nothing_is_posted(desk, address):
    assert desk.post(address).status_code == 405


# The page


@pytest.fixture
def year(officer, unit):
    """Cases of several months, topics, provinces, hours and states."""
    top = CategoryFactory.create()
    part = CategoryFactory.create(parent=top)
    for number, day in enumerate((1, 2, 15, 28)):
        received(unit=unit, at=on(9, day, number), category=top, province="10")
        in_progress(officer=officer, at=on(10, day, 3 + number), category=part, province="50")
        closed(officer=officer, at=on(11, day % 19 + 1, 8))
    received(unit=unit, at=on(11, 2), is_anonymous=True)
    received(unit=unit, at=NOW)


def marks(context):
    """Return address and number of every mark of the page."""
    found = [
        (point.url, point.value)
        for chart in context["over_time"]
        for point in chart.lines[0].points
    ]
    for name in ("ages", "topics", "provinces", "loads"):
        found += [(bar.url, bar.value) for bar in context[name].bars]
    found += [(cell.url, cell.count) for _name, cells in context["hours"] for cell in cells]
    return [(url, count) for url, count in found if url]


@pytest.mark.parametrize("query", ["", "?period=2570", "?unit={unit}"])
def test_every_mark_opens_as_many_cases_as_it_shows(desk, year, unit, query):
    context = desk.get(PAGE + query.format(unit=unit.pk)).context

    told_marks = marks(context)
    opened = [(url, desk.get(url).context["page"].count.number) for url, _count in told_marks]

    assert opened == told_marks
    assert len(told_marks) > 15


@pytest.mark.parametrize("item_count", [1, 3])
def test_page_costs_the_same_for_any_number_of_cases(
    desk, unit, item_count, django_assert_num_queries
):
    for _number in range(item_count):
        in_progress(
            officer=StaffFactory.create(unit=unit), at=NOW, category=CategoryFactory.create()
        )
    desk.get(PAGE)  # the agency's name

    with django_assert_num_queries(10):
        response = desk.get(PAGE)

    assert response.context["found"].open_count == item_count


def test_page_shows_the_last_twelve_months_or_a_fiscal_year(desk, unit):
    lately = desk.get(PAGE).context["asked"]
    fiscal = desk.get(f"{PAGE}?period=2569").context["asked"]
    unknown = desk.get(f"{PAGE}?period=1234&unit=999999").context["asked"]

    assert (lately.first_on, lately.last_on) == (date(2025, 12, 1), date(2026, 11, 20))
    assert (fiscal.first_on, fiscal.last_on) == (date(2025, 10, 1), date(2026, 9, 30))
    assert unknown == lately
    assert len(lately.months) == len(fiscal.months) == 12


def test_the_warmest_hour_is_said_and_drawn(desk, unit, english):
    for minute in range(5):
        received(unit=unit, at=on(11, 2, 3, minute))
    received(unit=unit, at=on(11, 3, 4))

    context = desk.get(PAGE).context

    cells = {
        (name, cell.hour): cell for name, row in context["hours"] for cell in row if cell.count
    }
    warmths = {key: cell.warmth for key, cell in cells.items()}
    assert sorted(warmths.values()) == [1, 5]
    assert (
        views.busiest({(1, 10): 5, (2, 11): 1})
        == "Most came on Monday from 10.00 to 10.59: 5 cases"
    )


def test_a_page_without_cases_stands(desk):
    response = desk.get(PAGE)

    assert (response.context["topics"], response.context["loads"]) == (None, None)


def test_the_list_reads_its_own_filters(desk, unit, officer):
    monday = received(unit=unit, at=on(11, 2, 3))
    received(unit=unit, at=on(11, 3, 3))
    done = closed(officer=officer, at=on(11, 3, 5))

    def shown(query):
        return [row.number for row in desk.get(f"{LIST}?{query}").context["page"].rows]

    assert shown("weekday=1&hour=10") == [monday.number]
    assert shown("answered_after=3/11/2569&answered_before=3/11/2569") == [done.number]
    assert shown("open_on=2/11/2569") == [monday.number]
    assert len(shown("open_on=nonsense")) == 3
    assert shown("scope=closed") == [done.number]


def test_what_nobody_has_is_shown(desk, unit):
    received(unit=unit, at=on(11, 2))

    loads = desk.get(PAGE).context["loads"]

    assert [(bar.value, bar.url) for bar in loads.bars] == [(1, "/complaints/?scope=unassigned")]


def test_the_list_answers_htmx_with_its_rows(desk, unit):
    case = received(unit=unit, at=on(11, 2))

    body = desk.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in body
    assert case.number in body


def test_map_opens_as_many_cases_as_its_tile_tells(desk, unit):
    for province in ("10", "10", "50", ""):
        received(unit=unit, at=on(11, 3), province=province)

    places = desk.get(PAGE).context["places"]
    [bangkok] = [tile for tile in places.tiles if tile.count == 2]

    assert places.n == 3
    assert len(desk.get(bangkok.url).context["page"].rows) == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_of_the_figures_is_a_job_with_all_numbers(desk, unit, kind):
    received(unit=unit, at=on(11, 3), province="10")

    desk.post(f"{PAGE}export/", {"kind": kind, "query": ""})
    job = Job.objects.get()
    tasks.export_figures(job.pk)
    job.refresh_from_db()
    written = b"".join(desk.get(job.url))

    assert job.state == Job.State.DONE
    assert job.done_count == job.total_count == job.result["rows"]
    if kind == "csv":
        lines = written.decode().removeprefix("\ufeff").splitlines()
        assert "จังหวัด,กรุงเทพมหานคร,10,1," in lines
        assert sum("จังหวัด" in line for line in lines) == 78


def test_export_of_the_figures_counts_only_what_the_person_may_see(desk, unit):
    received(at=on(11, 3), province="10")

    desk.post(f"{PAGE}export/", {"kind": "csv", "query": ""})
    job = Job.objects.get()
    tasks.export_figures(job.pk)
    job.refresh_from_db()

    lines = b"".join(desk.get(job.url)).decode().splitlines()
    assert "จังหวัด,กรุงเทพมหานคร,10,0," in lines


def test_a_cancelled_export_writes_no_file(desk, unit):
    desk.post(f"{PAGE}export/", {"kind": "csv", "query": ""})
    job = Job.objects.get()
    jobs.cancel(job)
    tasks.export_figures(job.pk)
    job.refresh_from_db()

    assert (job.state, bool(job.file)) == (Job.State.CANCELLED, False)


def test_export_of_the_figures_needs_a_kind_and_a_role(desk, client):
    assert desk.post(f"{PAGE}export/", {"kind": "exe"}).status_code == 404
    client.force_login(StaffFactory.create(roles=[Role.ADMIN]))
    assert client.post(f"{PAGE}export/", {"kind": "csv"}).status_code == 403
