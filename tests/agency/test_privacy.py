"""docs/PRIVACY.md says of every column of a person what becomes of it; erasure does just that."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from agency import persons
from agency.models import AuditEntry, Person

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
TEXT = (Path(__file__).parents[2] / "docs" / "PRIVACY.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| .* \| (stays|emptied|set) \|$", re.MULTILINE)
SAID = dict(ROW.findall(TEXT))


def test_every_column_of_a_person_is_written_down():
    assert set(SAID) == {field.name for field in Person._meta.concrete_fields}


@pytest.mark.django_db
def test_erasure_does_what_is_written_down():
    person = persons.record(
        persons.PersonData(
            name="นางสมศรี มีสุข",
            phone="0812345678",
            email="somsri@example.com",
            address="99 หมู่ 9",
            national_id="1234567890121",
            preferred_channel="email",
            language="en",
            accessibility_needs="ใช้รถเข็น",
        ),
        at=NOW,
    )
    persons.keep_until(person, day=date(2026, 1, 1), by=None, at=NOW)
    before = Person.objects.values().get()

    persons.erase(person, by=None, at=NOW, reason="เจ้าของข้อมูลร้องขอ")

    after = Person.objects.values().get()
    columns = {field.name: field.attname for field in Person._meta.concrete_fields}
    done = {
        name: "set"
        if not before[column] and after[column]
        else "emptied"
        if before[column] and not after[column]
        else "stays"
        for name, column in columns.items()
    }
    assert done == SAID


@pytest.mark.django_db
def test_the_audit_trail_holds_nothing_of_the_person():
    person = persons.record(
        persons.PersonData(name="นางสมศรี มีสุข", phone="0812345678", national_id="1234567890121"),
        at=NOW,
    )
    persons.keep_until(person, day=date(2026, 1, 1), by=None, at=NOW)
    persons.erase(person, by=None, at=NOW, reason="เจ้าของข้อมูลร้องขอ")

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(entry)::text FROM {AuditEntry._meta.db_table} entry")  # noqa: S608  our own table
        rows = [row for (row,) in cursor.fetchall()]
    assert len(rows) == 2
    assert [row for row in rows if re.search("สมศรี|0812345678|1234567890121", row)] == []
