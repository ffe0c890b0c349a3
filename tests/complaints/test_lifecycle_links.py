"""Cases that belong together: linked, taken apart, and what the complainant writes reaches the master."""

from datetime import timedelta

import pytest

from agency.models import AuditEntry, Notice
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Outdated, Refused
from complaints.models import Complaint, Kind, LinkKind, Message
from complaints.selectors import desk
from complaints.selectors.linked import similar_to
from complaints.selectors.stream import stream
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    closed,
    in_progress,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CITIZEN = PersonData(name="นาง ก", national_id="1234567890121")
DAY = timedelta(days=1)


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def master(officer):
    return in_progress(officer=officer)


@pytest.fixture
def follower(unit):
    return received(unit=unit)


def linked(complaint, master, *, by, **facts):
    told = {"kind": LinkKind.DUPLICATE, "reason": "เรื่องเดียวกัน", "at": NOW, **facts}
    return lifecycle.link(complaint, master=master, by=by, **told)


def told(kind: str) -> list:
    rows = Notice.objects.filter(kind=f"complaints.{kind}").order_by("pk")
    return [(row.recipient, row.object_id) for row in rows]


def test_link_writes_both_courses_and_tells_the_masters_officer(
    follower, master, officer, supervisor
):
    changed = linked(follower, master, by=supervisor)

    assert (changed.master, changed.link_kind) == (master, "duplicate")
    assert changed.status == "received"
    assert told("follower_linked") == [(officer, master.pk)]
    assert AuditEntry.objects.get(verb="linked").data["master"] == master.pk
    assert AuditEntry.objects.get(verb="follower_linked").data["follower"] == follower.pk


def test_unlink_leaves_both_as_they_were(follower, master, officer, supervisor):
    before = Complaint.objects.values("status", "officer", "due_at", "unit").get(pk=follower.pk)
    changed = linked(follower, master, by=supervisor)

    changed = lifecycle.unlink(changed, reason="คนละเรื่อง", by=supervisor, at=NOW + DAY)

    assert (changed.master, changed.link_kind) == (None, "")
    assert Complaint.objects.values(*before).get(pk=follower.pk) == before
    assert AuditEntry.objects.get(verb="unlinked").reason == "คนละเรื่อง"
    assert told("follower_unlinked") == [(officer, master.pk)]
    with pytest.raises(Refused, match="not linked"):
        lifecycle.unlink(changed, reason="x", by=supervisor, at=NOW)


def test_link_refuses_itself_chains_a_second_master_and_no_reason(
    unit, follower, master, supervisor
):
    third = received(unit=unit)
    for reason, kind in (("", LinkKind.REPEAT), ("x", "merge")):
        with pytest.raises(Refused, match="Please"):
            linked(follower, master, by=supervisor, reason=reason, kind=kind)
    with pytest.raises(Refused, match="itself"):
        linked(master, master, by=supervisor)
    linked(follower, master, by=supervisor)

    with pytest.raises(Refused, match="already"):
        linked(follower, third, by=supervisor)
    with pytest.raises(Refused, match="itself follows"):
        linked(third, follower, by=supervisor)
    with pytest.raises(Refused, match="other way round"):
        linked(master, third, by=supervisor)


def test_link_refuses_to_cross_the_border_of_secrecy(unit, follower, supervisor):
    unit.restricted_readers.add(supervisor)
    secret = received(unit=unit, kind=Kind.CORRUPTION)

    for one, other in ((follower, secret), (secret, follower)):
        with pytest.raises(Refused, match="restricted"):
            linked(one, other, by=supervisor)


def test_link_notices_that_somebody_else_was_there(follower, master, supervisor):
    seen = follower.version
    lifecycle.note(follower, body="x", by=supervisor, at=NOW)

    with pytest.raises(Outdated):
        linked(follower, master, by=supervisor, expected_version=seen)


def test_a_reply_reaches_the_masters_officer_and_thread(follower, master, officer, supervisor):
    follower = linked(follower, master, by=supervisor)

    lifecycle.reply(follower, body="ยังไม่มีใครมา", at=NOW + DAY)

    assert told("follower_replied") == [(officer, master.pk)]
    page = desk.complaints_of_page(officer).get(pk=master.pk)
    case = desk.case_of(page, staff=officer)
    lines = stream(case.messages, case.entries, people=case.people, home=master.pk)
    assert [line.what for line in lines if line.text == "ยังไม่มีใครมา"] == [
        f"Reply of the complainant, on {follower.number}"
    ]
    assert Message.objects.get(kind="reply").complaint == follower


def test_a_closed_follower_takes_replies_while_its_master_is_open(officer, master, supervisor):
    ended = closed(officer=officer)
    with pytest.raises(Refused, match="closed"):
        lifecycle.reply(ended, body="x", at=NOW)
    linked(ended, master, by=supervisor)

    replied = lifecycle.reply(ended, body="ยังไม่เรียบร้อย", at=NOW)

    assert replied.status == "closed"
    assert told("follower_replied") == [(officer, master.pk)]


def test_a_reply_on_a_secret_case_is_told_to_the_named_only(unit, officer, supervisor):
    unit.restricted_readers.add(supervisor)
    master = in_progress(officer=officer, kind=Kind.CORRUPTION)
    follower = linked(received(unit=unit, kind=Kind.CORRUPTION), master, by=supervisor)

    lifecycle.reply(follower, body="x", at=NOW)

    assert officer.pk not in follower.readers.values_list("staff", flat=True)
    assert told("follower_replied") == []


def test_the_pages_show_each_other_only_to_whom_may_see(unit, follower, master, supervisor):
    other = UnitFactory.create(parent=unit)
    below = SupervisorFactory.create(unit=other)
    far = received(unit=other)
    linked(far, master, by=supervisor)
    linked(follower, master, by=supervisor)

    def case(staff, complaint):
        page = desk.complaints_of_page(staff).get(pk=complaint.pk)
        return desk.case_of(page, staff=staff).linked

    assert sorted(each.pk for each in case(supervisor, master).followers) == sorted(
        [far.pk, follower.pk]
    )
    assert case(supervisor, far).master == master
    assert case(below, far).master is None


def test_likely_cases_are_of_the_person_or_the_topic_within_90_days(unit, supervisor):
    topic = CategoryFactory.create()
    facts = {"unit": unit, "person": CITIZEN}
    here = received(**facts, category=topic)
    same_person = received(**facts, at=NOW + 5 * DAY)
    same_topic = received(unit=unit, category=topic, at=NOW + 6 * DAY)
    received(unit=unit)
    received(**facts, category=topic, at=NOW + 91 * DAY)
    received(unit=UnitFactory.create(), person=CITIZEN, category=topic)

    assert similar_to(here, staff=supervisor) == [same_person, same_topic]
    assert Complaint.objects.exclude(master=None).count() == 0


def test_likely_cases_do_not_give_a_masked_person_away(unit, supervisor):
    masked = received(unit=unit, person=CITIZEN, is_identity_masked=True)
    received(unit=unit, person=CITIZEN)

    assert similar_to(masked, staff=supervisor) == []
