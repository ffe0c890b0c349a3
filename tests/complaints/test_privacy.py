"""An anonymous filing leaves no address, no agent, no instant finer than a day, no row to rejoin it by (docs/PRIVACY.md)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from agency import notices
from agency.models import Attachment, Staff
from complaints import lifecycle
from complaints.models import Complaint
from complaints.views.counter import TRACK_COOKIE
from tests.complaints.test_views_counter import PDF, filing
from tests.factories.agency import ChannelFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import ready

FILED_AT = datetime(2026, 11, 3, 7, 37, 21, 123456, tzinfo=UTC)  # a Tuesday, 14:37:21 in Bangkok
ADDRESS = "198.51.100.23"
AGENT = "Strange Browser 7.3.1"


def rows_of_database():
    """Yield (table, row as text) of every row of every table of ours."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')  # noqa: S608
            yield from ((table, row[0]) for row in cursor.fetchall())


def tables_that_say(*words):
    """Return the tables with a row in which one of the words stands."""
    return sorted(
        {table for table, row in rows_of_database() if any(word in row for word in words)}
    )


@pytest.fixture
def filed_anonymously(db, client):
    """A tip-off without a name, with a file, from a known address and browser."""
    cache.clear()
    ready()
    ChannelFactory(code="website")
    SupervisorFactory(unit=UnitFactory())
    with time_machine.travel(FILED_AT, tick=True):
        answer = client.post(
            reverse("complaints:file"),
            {
                **filing(
                    kind="tip_off", identity="anonymous", name="ผู้แจ้งตัวจริง", phone="081-999-8877"
                ),
                "body": "พบการเรียกรับเงินเพื่อแลกกับการลัดคิวที่เคาน์เตอร์สาม ทุกวันจันทร์ช่วงเช้าก่อนเก้าโมง มีพยานเห็นหลายคน",
                "files": SimpleUploadedFile("หลักฐาน.pdf", PDF),
            },
            REMOTE_ADDR=ADDRESS,
            headers={"user-agent": AGENT},
        )
    assert answer.status_code == 302
    return Complaint.objects.get()


def test_no_row_of_any_table_tells_address_agent_or_name(filed_anonymously):
    assert tables_that_say(ADDRESS, AGENT, "ผู้แจ้งตัวจริง", "0819998877") == []


def test_no_row_of_any_table_tells_the_time_of_day(filed_anonymously):
    assert tables_that_say("07:37:2", "14:37:2", "07:37:3", "14:37:3") == []


def test_sending_the_notices_tells_no_time_of_day_either(filed_anonymously, settings):
    settings.EMAIL_BACKEND = "agency.mailbox.MailboxBackend"
    with time_machine.travel(FILED_AT + timedelta(seconds=9), tick=False):
        that_minute = notices.send_pending(at=timezone.now())
    with time_machine.travel(FILED_AT + timedelta(days=1), tick=False):
        next_day = notices.send_pending(at=timezone.now())

    assert (that_minute, next_day) == (0, 1)
    assert tables_that_say("2026-11-03T07:37", "2026-11-03T14:37") == []


def test_no_session_is_kept(filed_anonymously):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_stored_file_tells_only_the_day(filed_anonymously):
    attachment = Attachment.objects.get()

    assert default_storage.get_modified_time(attachment.file.name) == filed_anonymously.received_at


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("case_rate", {"rating-score": "2", "rating-comment": "ยังไม่ได้แก้"}),
        ("case_stage2", {"reason": "ยังมีการเรียกเงินอยู่"}),
    ],
)
def test_what_is_done_with_the_code_later_tells_only_the_day(client, filed_anonymously, step, data):
    case = filed_anonymously
    boss, officer = SupervisorFactory(unit=case.unit), StaffFactory(unit=case.unit)
    at = FILED_AT.replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)
    lifecycle.assign(case, to=officer, by=boss, at=at)
    lifecycle.accept(case, by=officer, at=at)
    lifecycle.answer(case, body="ตรวจสอบแล้ว", by=officer, at=at)
    client.cookies[TRACK_COOKIE] = signing.get_cookie_signer(salt=TRACK_COOKIE).sign(case.number)

    with time_machine.travel(FILED_AT + timedelta(days=3, hours=1), tick=True):
        answer = client.post(
            reverse(f"complaints:{step}", args=[case.number]),
            data,
            REMOTE_ADDR=ADDRESS,
            headers={"user-agent": AGENT},
        )

    assert answer.status_code == 302
    assert tables_that_say("08:37:2", "15:37:2", "08:37:3", ADDRESS, AGENT) == []


def test_named_filing_is_found_by_the_same_search(db, client):
    """The search above can find something: of a named filing the name is kept."""
    cache.clear()
    ready()
    ChannelFactory(code="website")
    UnitFactory()
    with time_machine.travel(FILED_AT, tick=True):
        client.post(reverse("complaints:file"), filing(), REMOTE_ADDR=ADDRESS)

    assert "agency_person" in tables_that_say("นางสาวมานี มีสุข")
    assert "complaints_complaint" in tables_that_say("07:37:2")
    assert tables_that_say(ADDRESS) == []
    assert Staff.objects.count() == 0
