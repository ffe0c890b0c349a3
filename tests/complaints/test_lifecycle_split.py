"""Splitting a case into several: what the parts have, when they count from, who is told, who may look."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency import letters
from agency.attachments import files_of
from agency.models import AuditEntry, Letter, Notice
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Part, Refused
from complaints.lifecycle.files import attach
from complaints.models import Clock, Complaint, Kind, Message
from complaints.selectors import public
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    answered,
    closed,
    filing,
    in_progress,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)
CITIZEN = PersonData(name="นาง ก", email="a@example.com", preferred_channel="email")


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


def part(unit, **facts):
    return Part(unit=unit, **({"subject": "ห้องน้ำชำรุด", "body": "ใช้ไม่ได้มาสามวัน"} | facts))


def clocks(case):
    return {clock.measure: clock for clock in Clock.objects.filter(complaint=case)}


def test_split_makes_cases_that_count_from_the_first_receipt(officer, unit):
    other, topic = UnitFactory.create(), CategoryFactory.create()
    boss = SupervisorFactory.create(unit=other)
    case = in_progress(officer=officer, person=CITIZEN)
    lifecycle.acknowledge(case, by=officer, at=NOW + DAY)
    at = NOW + 8 * DAY

    parts = [part(unit), part(other, subject="ที่จอดรถ", category=topic)]
    one, two = lifecycle.split(case, parts=parts, by=officer, at=at)

    first = Complaint.objects.get(pk=case.pk)
    for made in (one, two):
        assert (made.person, made.channel, made.received_at) == (
            first.person,
            first.channel,
            first.received_at,
        )
        assert (made.status, made.officer, made.split_from) == ("screened", None, first)
        assert made.due_at == first.due_at
        assert made.text.body.startswith(made.number)
    assert (two.unit, two.category, two.subject) == (other, topic, "ที่จอดรถ")
    started = clocks(two)
    assert started["stage1"].started_at == first.deemed_received_at
    assert (started["acknowledge"].result, two.acknowledged_at) == ("met", NOW + DAY)
    assert started["acknowledge"].stop_recorded_at == at
    assert started["progress"].started_at == at
    assert first.status == "in_progress"
    entry = AuditEntry.objects.get(verb="split")
    assert (entry.object_id, entry.data["made"]) == (case.pk, [one.pk, two.pk])
    split_off = AuditEntry.objects.filter(verb="split_off").order_by("pk")
    assert [each.object_id for each in split_off] == [one.pk, two.pk]
    assert Notice.objects.filter(recipient=boss, object_id=two.pk).count() == 1


def test_split_tells_the_complainant_once_and_never_a_code(officer, unit):
    case = in_progress(officer=officer, person=CITIZEN)

    one, two = lifecycle.split(case, parts=[part(unit), part(unit)], by=officer, at=NOW + DAY)

    letter = Letter.objects.get(kind="complaints.split")
    subject, body = letters.words_of(letter)
    assert subject == f"Your complaint {case.number} is now several cases"
    assert f"{one.number}, {two.number}" in body
    assert Letter.objects.filter(object_id__in=[one.pk, two.pk]).count() == 0
    assert Message.objects.get(kind="split").complaint_id == case.pk


def test_the_first_code_opens_the_parts_and_parts_of_parts(unit):
    ready()
    officer = SupervisorFactory.create(unit=unit)
    receipt = lifecycle.receive(filing(unit=unit, is_anonymous=True), by=None, at=NOW)
    (made,) = lifecycle.split(receipt.complaint, parts=[part(unit)], by=officer, at=NOW + DAY)
    (again,) = lifecycle.split(made, parts=[part(unit)], by=officer, at=NOW + DAY)

    for number in (receipt.complaint.number, made.number, again.number):
        assert public.track(number, receipt.code).number == number
        assert public.track(number, "2222-3333-44") is None
    stranger = received(unit=unit)
    assert public.track(stranger.number, receipt.code) is None


def test_a_wait_for_the_complainant_counts_for_the_parts_too(officer, unit):
    case = in_progress(officer=officer)
    lifecycle.ask(case, body="ที่ไหน", by=officer, at=NOW + DAY)
    lifecycle.reply(case, body="ที่นี่", at=NOW + 3 * DAY)

    (made,) = lifecycle.split(case, parts=[part(unit)], by=officer, at=NOW + 4 * DAY)

    assert made.due_at == Complaint.objects.get(pk=case.pk).due_at
    assert clocks(made)["stage1"].due_changes.get().note == case.number


def test_a_part_of_a_restricted_case_is_read_by_the_same_persons(unit):
    named, boss = StaffFactory.create(unit=unit), SupervisorFactory.create(unit=unit)
    unit.restricted_readers.add(boss)
    case = received(unit=unit, kind=Kind.CORRUPTION)
    lifecycle.name_reader(case, staff=named, by=boss, at=NOW)

    (made,) = lifecycle.split(case, parts=[part(unit)], by=boss, at=NOW)

    assert made.is_restricted is True
    assert Complaint.objects.visible_to(named).filter(pk=made.pk).exists()
    assert not Complaint.objects.visible_to(StaffFactory.create(unit=unit)).filter(pk=made.pk)


def at_stage2(*, officer):
    case = in_progress(officer=officer)
    return lifecycle.escalate_to_stage2(case, reason="x", by=officer, at=NOW)


def following(*, officer):
    case, master = in_progress(officer=officer), in_progress(officer=officer)
    return lifecycle.link(case, master=master, kind="repeat", reason="x", by=officer, at=NOW)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (answered, "waits for its answer"),
        (closed, "waits for its answer"),
        (at_stage2, "stage 2"),
        (following, "follows"),
    ],
    ids=["answered", "closed", "stage 2", "linked"],
)
def test_split_refuses_what_is_not_on_its_way(make, sentence, officer, unit):
    case = make(officer=officer)

    with pytest.raises(Refused, match=sentence):
        lifecycle.split(case, parts=[part(unit)], by=officer, at=NOW)
    assert Complaint.objects.filter(split_from=case).count() == 0


def test_split_refuses_nothing_and_too_much(officer, unit):
    case = in_progress(officer=officer)

    for parts in ([], [part(unit)] * 6):
        with pytest.raises(Refused, match="from 1 to 5"):
            lifecycle.split(case, parts=parts, by=officer, at=NOW)
    with pytest.raises(Refused, match="in a few words"):
        lifecycle.split(case, parts=[part(unit, subject=" ")], by=officer, at=NOW)


def test_the_form_takes_up_to_three_matters_and_shows_them(client, officer, unit):
    now = datetime.now(tz=UTC)
    case = in_progress(officer=officer, at=now)
    client.force_login(officer)
    address = reverse("complaints:act", args=[case.pk, "split"])
    told = {"expected_version": case.version, "subject1": "ห้องน้ำ", "body1": "ชำรุด"}

    half = client.post(address, told | {"body2": "ไฟดับ"})
    assert list(half.context["form"].errors) == ["subject2"]
    assert 'value="ห้องน้ำ"' in half.content.decode()

    done = client.post(address, told | {"body3": "ไฟดับ", "subject3": "ไฟ"})
    assert done.status_code == 302
    made = list(Complaint.objects.filter(split_from=case).order_by("pk"))
    assert [(each.subject, each.unit) for each in made] == [("ห้องน้ำ", unit), ("ไฟ", unit)]
    page = client.get(case.get_absolute_url()).content.decode()
    assert all(each.number in page for each in made)
    assert case.number in client.get(made[0].get_absolute_url()).content.decode()


def test_chosen_files_go_along_as_copies_of_their_own(client, unit, officer):
    case = in_progress(officer=officer)
    files = [SimpleUploadedFile(f"{name}.txt", name.encode()) for name in ("photo", "private")]
    case = attach(case, files=files, by=officer, at=NOW)
    chosen, _kept = files_of(case)
    client.force_login(officer)

    form = {"expected_version": case.version, "subject1": "ที่จอดรถ", "body1": "เต็มทุกวัน"}
    client.post(reverse("complaints:act", args=[case.pk, "split"]), form | {"files": [chosen.pk]})

    made = Complaint.objects.get(split_from=case)
    (copy,) = files_of(made)
    assert (copy.name, copy.sha256, copy.scan) == (chosen.name, chosen.sha256, chosen.scan)
    assert copy.file.name != chosen.file.name
    with copy.file.open() as file:
        assert file.read() == b"photo"


def test_files_of_another_case_do_not_go_along(unit, officer):
    case, other = in_progress(officer=officer), in_progress(officer=officer)
    attach(other, files=[SimpleUploadedFile("a.txt", b"a")], by=officer, at=NOW)

    with pytest.raises(Refused, match="Only files of this case"):
        lifecycle.split(case, parts=[part(unit)], files=files_of(other), by=officer, at=NOW)

    assert not Complaint.objects.filter(split_from=case).exists()
