"""The course of a case as one stream: who, what, in which order, and which part."""

from datetime import timedelta

import pytest
from django.utils.translation import gettext as _

from agency import audit
from complaints import lifecycle
from complaints.models import Message
from complaints.selectors.stream import DONE, SAID, Show, changes, stream
from tests.factories.agency import StaffFactory
from tests.factories.complaints import NOW, in_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = in_progress()
    lifecycle.ask(case, body="ขอเลขที่คำขอ", by=case.officer, at=NOW + timedelta(hours=1))
    lifecycle.reply(case, body="เลขที่ 12", at=NOW + timedelta(hours=2))
    lifecycle.note(case, body="ตรวจแล้ว", by=case.officer, at=NOW + timedelta(hours=3))
    return case


def told(case, **arguments):
    entries = list(reversed(audit.entries_of(case)))
    messages = Message.objects.filter(complaint=case).select_related("by").order_by("pk")
    return stream(messages, entries, **arguments)


def test_stream_tells_each_thing_once_in_order(case):
    lines = told(case)

    assert [line.text for line in lines if line.kind] == ["ขอเลขที่คำขอ", "เลขที่ 12", "ตรวจแล้ว"]
    assert [line.at for line in lines] == sorted(line.at for line in lines)


def test_complainant_and_officer_are_told_apart(case):
    lines = [line for line in told(case) if line.kind]

    assert [line.kind for line in lines] == ["message is-outgoing", "message", "internal"]
    assert [line.who for line in lines] == [
        str(case.officer),
        _("The complainant"),
        str(case.officer),
    ]


@pytest.mark.parametrize(
    ("show", "count"), [(Show.COMPLAINANT, 2), (Show.INTERNAL, 1), (Show.HISTORY, 3)]
)
def test_a_part_of_the_stream(case, show, count):
    lines = told(case, show=show)

    assert [line.show for line in lines] == [show] * count


def test_an_assignment_names_the_officer(case):
    lines = told(case, people={case.officer.pk: case.officer})

    assert [line.text for line in lines if line.icon == "person"] == [f"→ {case.officer}"]


def test_an_acknowledgement_of_the_portal_names_no_person(case):
    message = Message.objects.create(
        complaint=case, kind=Message.Kind.ACKNOWLEDGEMENT, body="ได้รับแล้ว", at=NOW
    )

    assert [line.who for line in stream([message], [])] == [_("The portal")]


def test_changes_tell_what_the_stream_leaves_to_messages(case):
    entries = audit.entries_of(case).filter(verb="noted")

    assert [line.what for line in changes(entries)] == [_("added a note")]


def test_every_verb_left_to_its_message_has_words_of_its_own():
    assert set(DONE) >= SAID


def test_a_reminder_names_all_who_were_reminded(case):
    people = StaffFactory.create_batch(2)
    entry = audit.record(case, "reminded", by=None, at=NOW, to=[staff.pk for staff in people])

    line = stream([], [entry], people={staff.pk: staff for staff in people})[0]

    assert (line.what, line.text) == (
        _("reminded of the time limit"),
        f"→ {people[0]}, {people[1]}",
    )


def test_an_unknown_verb_is_shown_by_its_name(case):
    entry = audit.record(case, "something_new", by=StaffFactory.create(), at=NOW)

    assert [line.what for line in stream([], [entry])] == ["something_new"]
