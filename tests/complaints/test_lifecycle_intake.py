"""Receiving a complaint: what is written, what is refused, who is told, what an anonymous filing leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agency import codes
from agency.models import Attachment, AuditEntry, Letter, Notice, Person
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.lifecycle.numbers import next_numbers
from complaints.models import Clock, Complaint, ComplaintText, Kind, Measure, Policy
from tests.factories.agency import (
    ChannelFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    GradeFactory,
    PolicyFactory,
    filing,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EVENING = datetime(2026, 11, 6, 9, 31, tzinfo=UTC)  # Friday 16:31 in Bangkok
MONDAY_OPENING = datetime(2026, 11, 9, 1, 30, tzinfo=UTC)


def bkk_due(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 9, 30, tzinfo=UTC)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


def test_receive_numbers_cases_by_fiscal_year(unit):
    september = datetime(2026, 9, 30, 16, 59, tzinfo=UTC)  # 23:59 in Bangkok, the last of the year

    first, second = received(unit=unit), received(unit=unit)
    old = received(unit=unit, at=september)
    new = received(unit=unit, at=september + timedelta(minutes=1))

    serial = int(first.number[5:])
    assert [first.number[:5], old.number[:5], new.number[:5]] == ["2570-", "2569-", "2570-"]
    assert [int(second.number[5:]), int(new.number[5:])] == [serial + 1, serial + 2]


def test_next_numbers_draws_many_at_once(unit):
    numbers = next_numbers(NOW, count=3)

    first = int(numbers[0][5:])
    assert numbers == [f"2570-{first + step:06}" for step in range(3)]


def test_receive_starts_the_clocks_of_the_policy(unit):
    complaint = received(unit=unit)

    clocks = Clock.objects.filter(complaint=complaint).values_list(
        "measure", "version", "revision", "started_at", "due_at"
    )
    assert list(clocks) == [
        ("acknowledge", 1, 1, NOW, bkk_due(3)),
        ("stage1", 1, 1, NOW, bkk_due(23)),
        ("progress", 1, 1, NOW, datetime(2026, 11, 17, 16, 59, 59, tzinfo=UTC)),
        ("idle", 1, 1, NOW, datetime(2026, 12, 2, 16, 59, 59, tzinfo=UTC)),
    ]
    assert complaint.due_at == bkk_due(23)


def test_receive_after_hours_counts_from_the_next_opening(unit):
    complaint = received(unit=unit, at=EVENING)

    assert complaint.received_at == EVENING
    assert complaint.deemed_received_at == MONDAY_OPENING
    assert Clock.objects.get(complaint=complaint, measure=Measure.ACKNOWLEDGE).due_at == bkk_due(10)


def test_receive_keeps_when_paper_came_and_when_it_was_keyed_in(unit, supervisor):
    came = NOW - timedelta(days=7)

    complaint = received(unit=unit, received_at=came, by=supervisor)

    assert (complaint.received_at, complaint.recorded_at) == (came, NOW)
    assert complaint.recorded_by == supervisor
    assert complaint.due_at == bkk_due(16)


def test_receive_tells_only_the_latest_reminder_that_is_past(unit, supervisor):
    complaint = received(unit=unit, received_at=NOW - timedelta(days=60))

    clock = Clock.objects.get(complaint=complaint, measure=Measure.STAGE1)
    assert clock.due_at == datetime(2026, 9, 24, 9, 30, tzinfo=UTC)
    assert clock.next_milestone_at == datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


def test_receive_records_and_announces(unit, supervisor):
    other = SupervisorFactory.create()

    complaint = received(unit=unit, person=PersonData(name="นาง ก", email="a@example.com"))

    entry = AuditEntry.objects.get(verb="received")
    assert (entry.object_id, entry.by, entry.at) == (complaint.pk, None, NOW)
    assert entry.data["unit"] == unit.pk
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (supervisor, "complaints.received")
    assert notice.data == {"number": complaint.number, "version": 1}
    assert Letter.objects.get().person == complaint.person
    assert not Notice.objects.filter(recipient=other).exists()


def test_receive_gives_a_code_that_opens_this_case_only(unit):
    receipt = lifecycle.receive(filing(unit=unit), by=None, at=NOW)
    other = received(unit=unit)

    kept = bytes(receipt.complaint.tracking_hash)
    assert kept == codes.tracking_hash(receipt.complaint.number, receipt.code.lower())
    assert kept != codes.tracking_hash(other.number, receipt.code)
    assert receipt.code.encode() not in kept


def test_receive_finds_the_unit_by_topic_else_the_root(unit):
    owner = UnitFactory.create(parent=unit)
    topic = CategoryFactory.create(default_unit=owner)

    by_topic = lifecycle.receive(filing(category=topic), by=None, at=NOW).complaint
    by_root = lifecycle.receive(filing(), by=None, at=NOW).complaint

    assert [by_topic.unit, by_root.unit] == [owner, unit]


def test_receive_without_any_unit_is_refused():
    with pytest.raises(Refused, match="unit"):
        lifecycle.receive(filing(), by=None, at=NOW)


def test_receive_chooses_the_policy_that_fits_best(unit):
    grade = GradeFactory.create(number=2)
    parent = CategoryFactory.create()
    topic = CategoryFactory.create(parent=parent)
    usual = Policy.objects.get()
    by_kind = PolicyFactory.create(kind=Kind.SERVICE)
    by_grade = PolicyFactory.create(kind=Kind.SERVICE, grade=grade, priority=10)
    by_topic = PolicyFactory.create(category=parent, priority=20)

    chosen = [
        received(unit=unit, kind=Kind.ENQUIRY).policy,
        received(unit=unit).policy,
        received(unit=unit, grade=grade).policy,
        received(unit=unit, category=topic).policy,
        received(unit=unit, grade=GradeFactory.create(number=3)).policy,
    ]

    assert chosen == [usual, by_kind, by_grade, by_topic, by_kind]


def test_receive_without_a_fitting_policy_is_refused(unit):
    Policy.objects.update(is_current=False)

    with pytest.raises(Refused, match="standard"):
        lifecycle.receive(filing(unit=unit), by=None, at=NOW)


def test_receive_with_a_policy_without_stage_one_is_refused(unit):
    PolicyFactory.create(priority=5, limits={Measure.IDLE: (30, "calendar")})

    with pytest.raises(Refused, match="stage 1"):
        lifecycle.receive(filing(unit=unit), by=None, at=NOW)


@pytest.mark.parametrize("facts", [{"subject": " \x00 "}, {"body": "\n"}])
def test_receive_refuses_to_be_told_nothing(unit, facts):
    with pytest.raises(Refused):
        lifecycle.receive(filing(unit=unit, **facts), by=None, at=NOW)

    assert Complaint.objects.count() == 0


def test_receive_refuses_the_future(unit):
    with pytest.raises(Refused, match="future"):
        lifecycle.receive(filing(unit=unit, received_at=NOW + timedelta(hours=1)), by=None, at=NOW)


def test_receive_drops_nul_and_cuts_an_endless_subject(unit):
    complaint = received(unit=unit, subject="ก\x00ข" + "ค" * 400, body="x\x00y", wish="\x00")

    assert complaint.subject == "กข" + "ค" * 298
    assert (complaint.body, complaint.wish) == ("xy", "")


def test_receive_writes_search_text_without_the_person(unit):
    complaint = received(
        unit=unit,
        subject="น้ำท่วมถนน",
        place="ซอย ๕",
        person=PersonData(name="นางสาวลับ ไม่บอก", phone="0899999999"),
    )

    body = ComplaintText.objects.get(complaint=complaint).body
    assert body.startswith(f"{complaint.number} น้ำท่วมถนน ")
    assert body.endswith(" ซอย 5")
    assert "ลับ" not in body
    assert "0899999999" not in body


def test_receive_attaches_files_that_the_complainant_may_see(unit):
    file = SimpleUploadedFile("หลักฐาน.txt", "ข้อความ".encode())

    complaint = received(unit=unit, files=(file,))

    kept = Attachment.objects.get()
    assert (kept.object_id, kept.name, kept.is_public) == (complaint.pk, "หลักฐาน.txt", True)


def test_receive_with_a_bad_file_keeps_nothing(unit):
    file = SimpleUploadedFile("ว่าง.txt", b"")

    with pytest.raises(Refused):
        lifecycle.receive(filing(unit=unit, files=(file,)), by=None, at=NOW)

    assert (Complaint.objects.count(), Notice.objects.count()) == (0, 0)


def test_receive_once_gives_the_same_receipt_to_a_second_press(unit):
    once = filing(unit=unit, source_system="web", external_ref="abc")

    first = lifecycle.receive_once(once, by=None, at=NOW)
    second = lifecycle.receive_once(once, by=None, at=NOW)

    assert (first.complaint, first.code) == (second.complaint, second.code)
    assert Complaint.objects.count() == 1


# Anonymous


def test_anonymous_filing_keeps_no_person_and_no_instant_finer_than_the_day(unit, supervisor):
    opening = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)

    complaint = received(
        unit=unit, is_anonymous=True, person=PersonData(name="นาง ก"), at=NOW + timedelta(minutes=7)
    )

    assert (complaint.person, Person.objects.count()) == (None, 0)
    instants = {
        complaint.received_at,
        complaint.deemed_received_at,
        complaint.recorded_at,
        complaint.touched_at,
        *Clock.objects.values_list("started_at", flat=True),
        *AuditEntry.objects.values_list("at", flat=True),
        *Notice.objects.values_list("created_at", flat=True),
    }
    assert instants == {opening}
    assert AuditEntry.objects.get().address is None


def test_anonymous_reply_keeps_no_instant_finer_than_the_day(unit, supervisor):
    officer = StaffFactory.create(unit=unit)
    complaint = received(unit=unit, is_anonymous=True)
    lifecycle.assign(complaint, to=officer, by=supervisor, at=NOW)
    lifecycle.accept(complaint, by=officer, at=NOW)
    lifecycle.ask(complaint, body="ที่ไหน", by=officer, at=NOW)

    lifecycle.reply(complaint, body="ที่ตลาด", at=NOW + timedelta(days=1, minutes=17))

    opening = datetime(2026, 11, 3, 1, 30, tzinfo=UTC)
    reply = complaint.messages.get(kind="reply")
    assert reply.at == opening
    assert AuditEntry.objects.get(verb="replied").at == opening
    assert {pause.until_at for clock in complaint.clocks.all() for pause in clock.pauses.all()} == {
        opening
    }


# Restricted


def test_restricted_case_names_readers_and_tells_only_them(unit, supervisor):
    trusted = StaffFactory.create(unit=unit)
    unit.restricted_readers.add(trusted)

    complaint = received(unit=unit, kind=Kind.CORRUPTION)

    assert complaint.is_restricted is True
    assert [reader.staff for reader in complaint.readers.all()] == [trusted]
    assert [notice.recipient for notice in Notice.objects.all()] == [trusted]
    assert Notice.objects.get().data == {"number": complaint.number, "version": 1}


def test_confidential_case_names_also_who_keyed_it_in(unit):
    clerk = StaffFactory.create(unit=unit)
    trusted = StaffFactory.create(unit=unit)
    unit.restricted_readers.add(trusted)

    complaint = received(unit=unit, is_confidential=True, by=clerk)

    assert {reader.staff for reader in complaint.readers.all()} == {clerk, trusted}
    assert [notice.recipient for notice in Notice.objects.all()] == [trusted]


@pytest.mark.parametrize("factory", [ExecutiveFactory, SupervisorFactory])
def test_restricted_case_of_a_unit_that_named_nobody_is_not_lost(unit, factory):
    below = UnitFactory.create(parent=unit)
    head = factory.create(unit=unit)

    complaint = received(unit=below, kind=Kind.TIP_OFF)

    assert [reader.staff for reader in complaint.readers.all()] == [head]


def test_restricted_case_is_read_by_those_named_in_the_nearest_unit_upwards(unit):
    below = UnitFactory.create(parent=unit)
    trusted = StaffFactory.create(unit=unit)
    gone = StaffFactory.create(unit=below, is_active=False)
    unit.restricted_readers.add(trusted)
    below.restricted_readers.add(gone)

    complaint = received(unit=below, kind=Kind.CORRUPTION)

    assert [reader.staff for reader in complaint.readers.all()] == [trusted]


def test_receive_asks_few_questions(unit, supervisor, django_assert_num_queries):
    told = filing(unit=unit, channel=ChannelFactory.create())
    lifecycle.receive(told, by=None, at=NOW)  # caches warm

    with django_assert_num_queries(
        9
    ):  # begin, token, number, case, text, clocks, audit, notice, end
        lifecycle.receive(told, by=None, at=NOW)


def test_receive_with_a_person_asks_two_more(unit, supervisor, django_assert_num_queries):
    told = filing(unit=unit, channel=ChannelFactory.create(), person=PersonData(name="นายทดสอบ"))
    lifecycle.receive(told, by=None, at=NOW)  # caches warm

    with django_assert_num_queries(11):  # and the person, the letter
        lifecycle.receive(told, by=None, at=NOW)


def test_receive_goes_by_what_holds_now(unit, supervisor):
    received(unit=unit)  # fills the memory of this process
    successor = SupervisorFactory.create(unit=unit)
    supervisor.is_active = False
    supervisor.save(update_fields=["is_active"])
    stricter = PolicyFactory.create(priority=50)

    complaint = received(unit=unit)

    told = Notice.objects.filter(object_id=complaint.pk)
    assert [notice.recipient for notice in told] == [successor]
    assert complaint.policy == stricter
