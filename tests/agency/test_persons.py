"""Persons: recorded once, masked, revealed with a reason, merged, held, erased in time."""

import base64
import json
import threading
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from agency import masking, persons
from agency.models import AuditEntry, Person
from agency.persons import PersonData
from agency.refusal import Refused
from tests.factories.agency import PersonFactory, StaffFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
SOMSRI = "1234567890121"
OTHER = "5555555555551"
REASON = "ต้องโทรนัดตรวจสถานที่กับผู้ร้อง"

pytestmark = pytest.mark.django_db


def key(letter):
    return base64.b64encode(letter.encode() * 32).decode()


@pytest.fixture(autouse=True)
def secrets_of_tests(settings):
    settings.PERSON_KEYS = [f"k1:{key('a')}"]
    settings.PERSON_INDEX_KEY = key("i")


def told(**kwargs):
    return PersonData(
        **{
            "name": "นางสมศรี มีสุข",
            "phone": "0812345678",
            "email": "somsri@example.com",
            "address": "99 หมู่ 9",
            "national_id": SOMSRI,
            "preferred_channel": "email",
            "accessibility_needs": "ใช้รถเข็น",
        }
        | kwargs
    )


def verbs(person):
    return list(
        AuditEntry.objects.filter(object_id=person.pk).values_list("verb", "reason", "data")
    )


# Recording


def test_record_keeps_what_was_told():
    person = persons.record(told(), at=NOW)

    person.refresh_from_db()
    assert (person.name, person.phone, person.email, person.address) == (
        "นางสมศรี มีสุข",
        "0812345678",
        "somsri@example.com",
        "99 หมู่ 9",
    )
    assert (person.preferred_channel, person.language, person.created_at) == ("email", "th", NOW)
    assert SOMSRI.encode() not in bytes(person.national_id_encrypted)


@pytest.mark.parametrize("typed", ["1-2345-67890-12-1", "๑๒๓๔๕๖๗๘๙๐๑๒๑", " 1234567890121 "])
def test_the_same_national_id_however_typed_is_the_same_person(typed):
    first = persons.record(told(), at=NOW)

    again = persons.record(
        told(national_id=typed, phone="0899999999", email="", accessibility_needs=""), at=NOW
    )

    assert again == first
    again.refresh_from_db()
    assert (again.phone, again.email) == ("0899999999", "somsri@example.com")
    assert again.accessibility_needs == "ใช้รถเข็น"
    assert Person.objects.count() == 1


def test_without_a_national_id_nobody_is_taken_for_another():
    persons.record(told(national_id=""), at=NOW)
    persons.record(told(national_id=""), at=NOW)

    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    "typed", ["1234567890122", "123456789012", "abc", "0000000000000", "x" * 900]
)
def test_a_wrong_national_id_is_refused_with_a_sentence(typed):
    with pytest.raises(Refused) as refusal:
        persons.record(told(national_id=typed), at=NOW)

    assert str(refusal.value) == (
        "เลขประจำตัวประชาชนไม่ถูกต้อง เนื่องจากเลขทั้ง 13 หลักไม่สัมพันธ์กัน โปรดตรวจสอบอีกครั้ง หรือเว้นว่างไว้"
    )
    assert Person.objects.count() == 0


def test_find_by_national_id():
    person = persons.record(told(), at=NOW)

    assert persons.find_by_national_id("1-2345-67890-12-1") == person
    assert persons.find_by_national_id(OTHER) is None
    assert persons.find_by_national_id("1234567890122") is None


@pytest.mark.django_db(transaction=True)
def test_two_who_file_at_once_under_one_id_are_one_person():
    barrier = threading.Barrier(4)

    def file():
        barrier.wait()
        persons.record(told(), at=NOW)
        connection.close()

    threads = [threading.Thread(target=file) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Person.objects.count() == 1


# Showing


def test_masked_tells_two_apart_and_finds_nobody():
    person = persons.record(told(), at=NOW)

    assert persons.masked(person) == PersonData(
        name="นาง ส***",
        phone="xxxxxxxx78",
        email="s***@***",
        address="***",
        national_id="1-xxxx-xxxxx-xx-1",
        preferred_channel="email",
        accessibility_needs="ใช้รถเข็น",
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("นางสาวอรุณ ใจดี", "นางสาว อ***"),
        ("นาย สมชาย", "นาย ส***"),
        ("น.ส.มาลี", "น.ส. ม***"),
        ("สมหญิง ใจงาม", "ส***"),
        ("Mr. John Smith", "Mr. J***"),
        ("นาง", "น***"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_masked_names(name, shown):
    assert masking.mask_name(name) == shown


def test_masked_of_nothing_is_nothing():
    assert persons.masked(Person()) == PersonData()


def test_reveal_returns_the_data_and_logs_the_reason_only():
    person, officer = persons.record(told(), at=NOW), StaffFactory()

    data = persons.reveal(person, by=officer, reason=f"  {REASON} ", at=NOW)

    assert data == told(national_id="1-2345-67890-12-1")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.at, entry.reason, entry.data) == (
        "revealed",
        officer,
        NOW,
        REASON,
        {},
    )
    assert entry.subject_of == person


@pytest.mark.parametrize("reason", ["", "ดูหน่อย", "         x         "])
def test_reveal_without_a_reason_is_refused_and_not_logged(reason):
    person = persons.record(told(), at=NOW)

    with pytest.raises(Refused) as refusal:
        persons.reveal(person, by=StaffFactory(), reason=reason, at=NOW)

    assert str(refusal.value) == "โปรดระบุเหตุผลอย่างน้อย 10 ตัวอักษร ระบบจะบันทึกเหตุผลนี้ไว้"
    assert AuditEntry.objects.count() == 0


# Duplicates


def test_merge_moves_nothing_and_can_be_undone():
    staff = StaffFactory()
    known, double = persons.record(told(), at=NOW), PersonFactory()

    assert persons.merge(double, into=known, by=staff, at=NOW, reason="ชื่อและเบอร์เดียวกัน") == known
    assert persons.same_as(double) == persons.same_as(known) == [known.pk, double.pk]
    double.refresh_from_db()
    assert double.name.startswith("นางสมศรี")

    persons.unmerge(double, by=staff, at=NOW)
    assert Person.objects.filter(merged_into=None).count() == 2
    assert verbs(double) == [
        ("unmerged", "", {"old": known.pk}),
        ("merged", "ชื่อและเบอร์เดียวกัน", {"into": known.pk}),
    ]


def test_the_id_of_a_merged_row_finds_the_person_it_was_merged_into():
    double, known = persons.record(told(), at=NOW), PersonFactory()
    persons.merge(double, into=known, by=None, at=NOW)

    assert persons.find_by_national_id(SOMSRI) == known


def test_two_national_ids_are_not_merged():
    first = persons.record(told(), at=NOW)
    second = persons.record(told(national_id=OTHER), at=NOW)

    with pytest.raises(Refused) as refusal:
        persons.merge(first, into=second, by=None, at=NOW)

    assert str(refusal.value) == "เลขประจำตัวประชาชนของทั้งสองรายการต่างกัน จึงเป็นคนละบุคคล"


def test_no_chains_of_merges():
    first, second, third = PersonFactory.create_batch(3)
    persons.merge(second, into=first, by=None, at=NOW)

    for person, into in [(third, second), (first, third), (second, third), (third, third)]:
        with pytest.raises(Refused):
            persons.merge(person, into=into, by=None, at=NOW)
    assert persons.same_as(first) == [first.pk, second.pk]


def test_an_erased_person_is_not_merged():
    first, second = PersonFactory.create_batch(2)
    persons.erase(first, by=None, at=NOW, reason="ตามคำขอ")

    with pytest.raises(Refused) as refusal:
        persons.merge(first, into=second, by=None, at=NOW)

    assert str(refusal.value) == "ข้อมูลบุคคลที่ลบแล้วไม่สามารถนำมารวมได้"


def test_what_is_not_merged_cannot_be_unmerged():
    with pytest.raises(Refused) as refusal:
        persons.unmerge(PersonFactory(), by=None, at=NOW)

    assert str(refusal.value) == "ข้อมูลบุคคลนี้ไม่ได้รวมอยู่กับรายการใด"


# Keeping and erasing


def test_erase_empties_every_column_that_says_who():
    person = persons.record(told(), at=NOW)

    persons.erase(person, by=None, at=NOW, reason="ตามคำขอ")

    row = Person.objects.values().get()
    assert row == {
        "id": person.pk,
        "name": "",
        "phone": "",
        "email": "",
        "address": "",
        "national_id_encrypted": None,
        "national_id_index": None,
        "preferred_channel": "email",
        "language": "th",
        "accessibility_needs": "",
        "merged_into_id": None,
        "is_on_legal_hold": False,
        "retain_until": None,
        "erased_at": NOW,
        "created_at": NOW,
    }
    assert verbs(person) == [("erased", "ตามคำขอ", {})]
    assert persons.find_by_national_id(SOMSRI) is None


def test_erase_takes_merged_rows_along_and_counts_once():
    known, double = PersonFactory.create_batch(2)
    persons.merge(double, into=known, by=None, at=NOW)

    persons.erase(double, by=None, at=NOW, reason="ตามคำขอ")
    persons.erase(known, by=None, at=NOW, reason="ตามคำขอ")

    assert set(Person.objects.values_list("name", "erased_at")) == {("", NOW)}
    assert AuditEntry.objects.filter(verb="erased").count() == 2


def test_legal_hold_forbids_erasure_until_lifted():
    staff, person = StaffFactory(), PersonFactory()
    persons.hold(person, is_held=True, by=staff, at=NOW, reason="อยู่ระหว่างการสอบสวน")

    with pytest.raises(Refused) as refusal:
        persons.erase(person, by=staff, at=NOW, reason="ตามคำขอ")
    assert str(refusal.value) == "ข้อมูลนี้ต้องเก็บไว้ตามกฎหมายจึงลบไม่ได้ โปรดยกเลิกการระงับการลบก่อน"

    persons.hold(person, is_held=False, by=staff, at=NOW, reason="การสอบสวนสิ้นสุดแล้ว")
    persons.erase(person, by=staff, at=NOW, reason="ตามคำขอ")
    assert [verb for verb, _reason, _data in verbs(person)] == ["erased", "released", "held"]


def test_keep_until_is_never_shortened():
    person = PersonFactory()

    persons.keep_until(person, day=date(2028, 1, 1), by=None, at=NOW)
    persons.keep_until(person, day=date(2027, 1, 1), by=None, at=NOW)

    person.refresh_from_db()
    assert person.retain_until == date(2028, 1, 1)
    assert verbs(person) == [("retained", "", {"until": "2028-01-01"})]


def test_retention_erases_those_whose_time_is_over():
    gone = PersonFactory(retain_until=date(2026, 4, 9))
    PersonFactory(retain_until=date(2026, 4, 10))
    PersonFactory(retain_until=date(2026, 4, 9), is_on_legal_hold=True)
    PersonFactory(retain_until=None)

    assert persons.retention(at=NOW) == 1
    assert persons.retention(at=NOW) == 0

    assert list(Person.objects.exclude(erased_at=None)) == [gone]
    assert verbs(gone) == [("erased", "พ้นกำหนดเวลาเก็บรักษา", {})]


def test_retention_waits_while_a_merged_row_is_needed():
    known = PersonFactory(retain_until=date(2026, 4, 9))
    double = PersonFactory(retain_until=date(2027, 4, 9))
    persons.merge(double, into=known, by=None, at=NOW)

    assert persons.retention(at=NOW) == 0


def test_retention_takes_no_more_than_asked():
    PersonFactory.create_batch(3, retain_until=date(2026, 4, 9))

    assert [persons.retention(at=NOW, limit=2), persons.retention(at=NOW, limit=2)] == [2, 1]


# Keys


def rotate():
    out = StringIO()
    call_command("rotate_person_keys", batch=2, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_rotation_encrypts_under_the_first_key_and_loses_nobody(settings):
    ids = [SOMSRI, OTHER, "1111111111119"]
    known = [persons.record(told(national_id=digits), at=NOW) for digits in ids]
    PersonFactory()
    settings.PERSON_KEYS = [f"k2:{key('b')}", f"k1:{key('a')}"]

    assert rotate() == {"key": "k2", "rotated": 3}
    assert rotate() == {"key": "k2", "rotated": 0}

    settings.PERSON_KEYS = [f"k2:{key('b')}"]
    for person, digits in zip(known, ids, strict=True):
        assert persons.find_by_national_id(digits) == person
        person.refresh_from_db()
        assert persons.unseal(person) == digits
