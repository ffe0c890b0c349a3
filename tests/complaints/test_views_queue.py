"""The queue: what it shows to whom, filters, paging, bulk, export; and what it costs."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agency.models import Job, Role
from complaints import lifecycle, tasks
from complaints.models import Complaint, Kind, Status
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, CategoryFactory, closed, in_progress, received

pytestmark = pytest.mark.django_db
QUEUE = "/complaints/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def shown(response):
    return [row.number for row in response.context["page"].rows]


def test_queue_shows_open_cases_by_due_date(desk, unit):
    later = received(unit=unit)
    sooner = received(unit=unit, received_at=NOW - timedelta(days=7))
    closed(unit=unit)

    response = desk.get(QUEUE)

    assert shown(response) == [sooner.number, later.number]
    assert str(response.context["page"].count) == "2"


def test_queue_leaves_out_other_units_and_restricted_cases(desk, unit):
    own = received(unit=unit)
    received()
    received(unit=unit, kind=Kind.CORRUPTION)

    assert shown(desk.get(QUEUE)) == [own.number]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("scope=mine", ["mine"]),
        ("scope=unassigned", ["loose"]),
        ("scope=unit", ["loose", "mine", "waiting"]),
        ("scope=closed", ["closed"]),
        ("status=waiting", ["waiting"]),
        ("status=closed", ["closed"]),
        ("timing=overdue", ["loose"]),
        ("kind=enquiry", ["waiting"]),
        ("stage=2", []),
        ("province=50", ["waiting"]),
        ("received_after=1/10/2569&received_before=31/10/2569", ["loose"]),
        ("received_after=๑/๑๑/๒๕๖๙", ["mine", "waiting"]),
        ("closed_after=1/11/2569", ["closed"]),
    ],
)
def test_queue_filters(desk, unit, officer, query, expected):
    loose = received(unit=unit, received_at=NOW - timedelta(days=30))
    mine = in_progress(officer=officer)
    waiting = in_progress(unit=unit, kind=Kind.ENQUIRY, province="50")
    lifecycle.ask(waiting, body="ขอเลขที่คำขอ", by=waiting.officer, at=NOW)
    done = closed(unit=unit)
    names = {
        loose.number: "loose",
        mine.number: "mine",
        waiting.number: "waiting",
        done.number: "closed",
    }

    response = desk.get(f"{QUEUE}?{query}")

    assert sorted(names[number] for number in shown(response)) == expected


def test_queue_finds_a_part_of_a_thai_word_and_a_number(desk, unit):
    found = received(unit=unit, body="น้ำประปาไม่ไหลตั้งแต่เช้า")
    received(unit=unit)

    assert shown(desk.get(QUEUE, {"q": "ประปา"})) == [found.number]
    assert shown(desk.get(QUEUE, {"q": found.number})) == [found.number]


def test_queue_with_a_date_that_is_none_says_so_and_shows_all(desk, unit):
    case = received(unit=unit)

    response = desk.get(QUEUE, {"received_after": "32/13/2569"})

    assert shown(response) == [case.number]
    assert "received" in response.context["page"].form.errors


def test_queue_answers_htmx_with_the_rows_only(desk, unit):
    case = received(unit=unit)

    body = desk.get(QUEUE, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in body
    assert case.number in body


@pytest.mark.parametrize("item_count", [1, 3, 50])
def test_queue_costs_the_same_for_any_number_of_rows(
    desk, unit, officer, item_count, django_assert_num_queries
):
    case = in_progress(officer=officer)
    copies(case, item_count - 1)
    desk.get(QUEUE)  # content types, the agency's name

    with django_assert_num_queries(7):
        response = desk.get(QUEUE)

    assert len(shown(response)) == item_count


def copies(case, count):
    """Write copies of a case, without clocks: a list's cost is what is measured."""
    rows = []
    for number in range(count):
        row = Complaint.objects.get(pk=case.pk)
        row.pk, row.number = None, f"2570-9{number:05}"
        rows.append(row)
    Complaint.objects.bulk_create(rows)


def test_queue_pages_by_key(desk, unit, officer):
    copies(in_progress(officer=officer), 60)

    first = desk.get(QUEUE)
    second = desk.get(first.context["page"].older_url)

    assert (len(shown(first)), len(shown(second))) == (50, 11)
    assert not set(shown(first)) & set(shown(second))


@pytest.mark.parametrize("name", ["bulk", "export"])
def test_writing_addresses_take_no_get(desk, name):
    assert desk.get(reverse(f"complaints:{name}")).status_code == 405


def test_export_writes_what_the_filters_find_for_this_person(desk, unit, officer):
    mine = in_progress(officer=officer, subject="=1+1 ป้ายบอกทางไม่ชัดเจน")
    received(unit=unit)
    received()

    desk.post(reverse("complaints:export"), {"kind": "csv", "query": "scope=mine"})
    job = Job.objects.get()
    tasks.export_queue(job.pk)
    job.refresh_from_db()
    written = b"".join(desk.get(job.url)).decode()

    rows = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))
    assert written.startswith("\ufeff")
    assert job.state == Job.State.DONE
    assert job.result == {"rows": 1}
    assert [row[:3] for row in rows[1:]] == [
        [mine.number, "'=1+1 ป้ายบอกทางไม่ชัดเจน", str(Status.IN_PROGRESS.label)]
    ]


def test_a_long_export_tells_how_far_it_is(desk, officer):
    copies(in_progress(officer=officer), 500)

    desk.post(reverse("complaints:export"), {"kind": "xlsx", "query": ""})
    job = Job.objects.get()
    tasks.export_queue(job.pk)
    job.refresh_from_db()

    assert (job.state, job.done_count, job.total_count) == (Job.State.DONE, 501, 501)
    assert job.file_name.endswith(".xlsx")


def test_export_is_its_starters(client, desk, unit, supervisor):
    desk.post(reverse("complaints:export"), {"kind": "xlsx", "query": ""})
    job = Job.objects.get()
    tasks.export_queue(job.pk)
    client.force_login(supervisor)

    assert client.get(reverse("complaints:exported", args=[job.pk])).status_code == 404


def test_export_of_an_unknown_kind_is_not_found(desk):
    assert desk.post(reverse("complaints:export"), {"kind": "exe"}).status_code == 404


def test_an_administrator_sees_no_cases(client, unit):
    received(unit=unit)
    client.force_login(StaffFactory.create(unit=unit, roles=[Role.ADMIN]))

    assert shown(client.get(QUEUE)) == []


def test_a_search_looks_into_closed_cases_until_it_is_told_not_to(desk, unit):
    done = closed(unit=unit, subject="ประปารั่ว")
    found = received(unit=unit, subject="ประปาขุ่น")

    everywhere = desk.get(QUEUE, {"q": "ประปา"})
    open_only = desk.get(QUEUE, {"q": "ประปา", "scope": "open"})

    assert sorted(shown(everywhere)) == sorted([done.number, found.number])
    assert [chip.words for chip in everywhere.context["page"].chips] == ["ประปา", "ทั้งหมด"]
    assert shown(open_only) == [found.number]


@pytest.mark.parametrize("text", ["", "ก", "กข", "%", "_", "'", "\\", "😀", "ก" * 5000, "a b  c"])
def test_any_search_text_is_taken(desk, unit, text):
    received(unit=unit)

    assert desk.get(QUEUE, {"q": text}).status_code == 200


def test_filtering_in_place_leaves_a_short_address(desk, unit):
    received(unit=unit)

    response = desk.get(f"{QUEUE}?q=&scope=mine&status=&kind=", headers={"HX-Request": "true"})

    assert response["HX-Push-Url"] == f"{QUEUE}?scope=mine"


def test_a_topic_finds_its_parts_and_a_unit_those_below(client, unit):
    part_unit = UnitFactory.create(parent=unit)
    topic = CategoryFactory.create()
    part = CategoryFactory.create(parent=topic)
    upper = received(unit=unit, category=topic)
    lower = received(unit=part_unit, category=part)
    received(unit=unit)
    client.force_login(StaffFactory.create(unit=unit))

    by_topic = client.get(QUEUE, {"category": topic.pk})
    by_unit = client.get(QUEUE, {"unit": part_unit.pk})

    assert sorted(shown(by_topic)) == [upper.number, lower.number]
    assert shown(by_unit) == [lower.number]
    assert [chip.words for chip in by_topic.context["page"].chips] == [str(topic)]


def test_a_unit_elsewhere_cannot_be_chosen(desk, unit):
    own = received(unit=unit)

    response = desk.get(QUEUE, {"unit": received().unit_id})

    assert shown(response) == [own.number]
    assert list(response.context["page"].form.errors) == ["unit"]


@pytest.mark.parametrize(
    ("timing", "expected"), [("today", ["today"]), ("week", ["today", "week"])]
)
def test_what_comes_due(desk, unit, timing, expected):
    cases = {
        "today": received(unit=unit),
        "week": received(unit=unit),
        "later": received(unit=unit),
    }
    for name, days in {"today": 0, "week": 5, "later": 20}.items():
        due_at = NOW + timedelta(days=days, hours=6)
        Complaint.objects.filter(pk=cases[name].pk).update(due_at=due_at)

    response = desk.get(QUEUE, {"timing": timing})

    assert shown(response) == [cases[name].number for name in expected]


def test_who_is_on_leave_is_said_where_officers_are_chosen(client, unit, supervisor):
    case = received(unit=unit)
    day = NOW.date()
    StaffFactory.create(unit=unit, leave_from=day, leave_until=day)
    client.force_login(supervisor)

    page = client.get(reverse("complaints:act", args=[case.pk, "assign"])).content.decode()

    assert page.count("(ลา)") == 1
