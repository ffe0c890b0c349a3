"""Search in unbroken Thai: any part of a word, within what the person may see, at a bounded cost."""

import pytest

from complaints import lifecycle
from complaints.models import Complaint, Kind
from complaints.selectors import desk
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.complaints import NOW, in_progress, ready, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


def found(officer, text) -> list[Complaint]:
    return list(desk.matching(desk.queue(officer), text).order_by("pk"))


@pytest.mark.parametrize(
    "text",
    [
        "น้ำประปา",
        "ประป",  # inside a word
        "ลมาสอง",  # across words
        "  น้ำประปา ",
        "นํ้าประปา",  # nikhahit and aa typed apart
        "ไห",  # too short for trigrams
        "pump 12",
        "PUMP ๑๒",  # case and Thai digits
    ],
)
def test_search_finds_any_part_of_a_word(unit, officer, text):
    case = received(unit=unit, subject="น้ำประปาไม่ไหลมาสองวัน", body="Pump 12 หยุดทำงาน")
    received(unit=unit, subject="ถนนชำรุด", body="หลุมลึก")

    assert found(officer, text) == [case]


def test_search_finds_what_was_said_later(officer):
    case = in_progress(officer=officer)
    lifecycle.note(case, body="นัดตรวจที่คลองบางหลวง", by=officer, at=NOW)

    assert found(officer, "บางหลวง") == [case]


def test_search_by_number_takes_its_beginning(unit, officer):
    cases = [received(unit=unit) for _case in range(2)]

    assert found(officer, cases[0].number) == [cases[0]]
    assert found(officer, "2570-") == cases
    assert found(officer, "๒๕๗๐-") == cases


def test_search_of_nothing_leaves_the_list_as_it_is(unit, officer):
    case = received(unit=unit)

    assert found(officer, "   ") == [case]


def test_search_takes_every_sign_as_it_is_written(unit, officer):
    case = received(unit=unit, subject="ลดราคา 100% _จริง_ 'หรือ'")
    received(unit=unit, subject="ลดราคา 100 บาท")

    assert found(officer, "100%") == [case]
    assert found(officer, "_จริง_") == [case]
    assert found(officer, "'หรือ'; --") == []


def test_search_shows_only_what_the_person_may_see(unit, officer):
    case = received(unit=unit, subject="น้ำประปา")
    received(unit=UnitFactory.create(), subject="น้ำประปา")
    received(unit=unit, subject="น้ำประปา", kind=Kind.CORRUPTION)

    assert found(officer, "น้ำประปา") == [case]


def test_search_finds_an_old_case_by_its_trigrams(unit, officer, monkeypatch):
    monkeypatch.setattr(desk, "GLANCE", 1)
    monkeypatch.setattr(desk, "WINDOW", 2)
    old = received(unit=unit, subject="คำหายาก")
    for _case in range(3):
        received(unit=unit)

    assert found(officer, "คำหายาก") == [old]
    assert found(officer, "คำ") == []  # two letters: only among the newest


def test_search_of_a_common_word_reads_the_newest_through(unit, officer, monkeypatch):
    monkeypatch.setattr(desk, "GLANCE", 1)
    monkeypatch.setattr(desk, "FEW", 1)
    monkeypatch.setattr(desk, "WINDOW", 2)
    cases = [received(unit=unit) for _case in range(4)]

    assert found(officer, "รอคิว") == cases[2:]


def test_search_of_a_common_word_finds_the_newest(unit, officer, monkeypatch):
    monkeypatch.setattr(desk, "CANDIDATES", 2)
    cases = [received(unit=unit) for _case in range(4)]

    assert found(officer, "รอคิว") == cases[2:]
