"""Cases that end without an answer: not accepted, referred, withdrawn; and the last day to ask for stage 2."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agency import notices
from agency.models import AuditEntry, Letter, Notice
from agency.persons import PersonData
from complaints import lifecycle, sla
from complaints.lifecycle import Refused
from complaints.models import Clock, Closing, Complaint, Ending, Escalation, Measure, Message
from complaints.selectors.public import own_page
from tests.factories.agency import (
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    RejectionReasonFactory,
    answered,
    closed,
    in_progress,
    ready,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CITIZEN = PersonData(name="นาง ก", email="a@example.com", preferred_channel="email", language="en")
LATER = NOW + timedelta(days=1)


def told(kind: str) -> list:
    rows = Notice.objects.filter(kind=f"complaints.{kind}").order_by("pk")
    return [row.recipient for row in rows]


def results(complaint) -> dict[str, str]:
    return dict(Clock.objects.filter(complaint=complaint).values_list("measure", "result"))


def entry(verb: str) -> AuditEntry:
    return AuditEntry.objects.get(verb=verb)


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
def working(officer):
    """A case on which the officer works."""
    return in_progress(officer=officer, person=CITIZEN)


@pytest.fixture
def reason():
    return RejectionReasonFactory.create(name_en="A court decides it")


@pytest.fixture
def agency():
    return PartnerAgencyFactory.create(name_en="Water Board", reply_days=5)


def ways(complaint, *, by, at=LATER):
    """The three ways to end a case without an answer."""
    return {
        "rejected": lambda: lifecycle.reject(
            complaint, reason=RejectionReasonFactory.create(), by=by, at=at
        ),
        "referred": lambda: lifecycle.refer(
            complaint, agency=PartnerAgencyFactory.create(), body="x", by=by, at=at
        ),
        "withdrawn": lambda: lifecycle.withdraw(complaint, body="โทรแจ้ง", by=by, at=at),
    }


# Reject


def test_reject_tells_the_reason_and_the_next_step(working, officer, supervisor, reason):
    changed = lifecycle.reject(working, reason=reason, body="See you.", by=supervisor, at=LATER)

    message = Message.objects.get(kind=Message.Kind.REJECTION)
    assert message.body == (
        "We cannot take up your complaint. The reason: A court decides it\n\n"
        "See you.\n\nYou can file again."
    )
    assert (changed.status, changed.closed_at, changed.answered_at) == ("rejected", LATER, None)
    assert entry("rejected").data == {
        "code": reason.code,
        "message": message.pk,
        "version": changed.version,
    }
    assert told("rejected") == [officer]
    letter = Letter.objects.get(kind="complaints.rejected")
    assert (letter.person, letter.data["message"]) == (working.person, message.pk)
    ending = Ending.objects.get()
    assert (ending.how, ending.reason, ending.ended_at, ending.by) == (
        "rejected",
        reason,
        LATER,
        supervisor,
    )


def test_reject_stops_every_clock_and_fulfils_what_the_letter_tells(working, supervisor, reason):
    lifecycle.reject(working, reason=reason, by=supervisor, at=LATER)

    assert results(working) == {
        Measure.ACKNOWLEDGE: "met",
        Measure.STAGE1: "dropped",
        Measure.PROGRESS: "met",
        Measure.IDLE: "dropped",
    }
    assert Clock.objects.unstopped().count() == 0
    assert Closing.objects.count() == 0


def test_reject_ends_the_wait_for_the_complainant(working, officer, supervisor, reason):
    lifecycle.ask(working, body="ที่ไหน", by=officer, at=NOW)

    changed = lifecycle.reject(working, reason=reason, by=supervisor, at=LATER)

    assert (changed.status, changed.paused_at) == ("rejected", None)
    assert Clock.objects.exclude(paused_at=None).count() == 0


def test_reject_refuses_a_reason_that_is_out_of_use(working, supervisor):
    reason = RejectionReasonFactory.create(is_active=False)

    with pytest.raises(Refused, match="not used any more"):
        lifecycle.reject(working, reason=reason, by=supervisor, at=LATER)


@pytest.mark.parametrize("way", ["rejected", "referred", "withdrawn"])
def test_an_answered_case_is_closed_and_not_ended(way, officer, supervisor):
    complaint = answered(officer=officer)

    with pytest.raises(Refused, match="has been answered"):
        ways(complaint, by=supervisor)[way]()


@pytest.mark.parametrize("first", ["rejected", "referred", "withdrawn"])
@pytest.mark.parametrize("second", ["rejected", "referred", "withdrawn"])
def test_a_case_ends_once(first, second, working, supervisor):
    ways(working, by=supervisor)[first]()

    with pytest.raises(Refused, match="ended already"):
        ways(working, by=supervisor)[second]()

    assert Ending.objects.count() == 1


@pytest.mark.parametrize("way", ["rejected", "referred", "withdrawn"])
def test_what_ended_takes_no_work_until_it_is_reopened(way, working, officer, supervisor):
    ended = ways(working, by=supervisor)[way]()

    for verb in (
        lambda: lifecycle.answer(ended, body="x", by=officer, at=LATER),
        lambda: lifecycle.ask(ended, body="x", by=officer, at=LATER),
        lambda: lifecycle.acknowledge(ended, by=officer, at=LATER),
        lambda: lifecycle.close(ended, outcome="upheld", by=officer, at=LATER),
        lambda: lifecycle.assign(ended, to=supervisor, by=supervisor, at=LATER),
        lambda: lifecycle.escalate_to_stage2(ended, reason="x", by=supervisor, at=LATER),
        lambda: lifecycle.instruct_officer(ended, body="x", by=supervisor, at=LATER),
        lambda: lifecycle.attach(ended, files=[], by=officer, at=LATER),
        lambda: lifecycle.reply(ended, body="x", at=LATER),
    ):
        with pytest.raises(Refused):
            verb()
    assert AuditEntry.objects.filter(verb=way).count() == 1


@pytest.mark.parametrize("way", ["rejected", "referred", "withdrawn"])
def test_reopening_keeps_the_ending_and_starts_new_clocks(way, working, supervisor):
    ways(working, by=supervisor)[way]()

    changed = lifecycle.reopen(working, reason="เข้าใจผิด", by=supervisor, at=LATER)

    assert (changed.status, changed.closed_at, changed.reopened_count) == ("assigned", None, 1)
    assert list(Ending.objects.values_list("how", "reopened_at")) == [(way, LATER)]
    running = Clock.objects.unstopped().order_by("measure").values_list("measure", "version")
    assert list(running) == [("idle", 2), ("progress", 2), ("stage1", 2)]


def test_what_waits_before_the_supervisor_is_settled_by_the_ending(working, supervisor, reason):
    row = Escalation.objects.create(complaint=working, why="overdue", raised_at=NOW)

    lifecycle.reject(working, reason=reason, by=supervisor, at=LATER)

    row.refresh_from_db()
    assert lifecycle.is_settled(row) is True
    assert lifecycle.mark_reviewed(row, by=supervisor, at=LATER).decision == "settled"


# Refer


def test_refer_names_the_agency_to_the_complainant(working, officer, supervisor, agency):
    changed = lifecycle.refer(working, agency=agency, body="It is water.", by=supervisor, at=NOW)

    message = Message.objects.get(kind=Message.Kind.REFERRAL)
    assert message.body == (
        "We have sent your complaint on to Water Board, whose matter it is.\n\n"
        "It is water.\n\nYou reach that agency here: โทร. 0 2000 0000"
    )
    referral = changed.referrals.get()
    assert (referral.agency, referral.referred_by, referral.is_waiting) == (
        agency,
        supervisor,
        True,
    )
    assert told("referred") == [officer]
    assert entry("referred").data["agency"] == agency.pk
    assert Letter.objects.get(kind="complaints.referred").data["message"] == message.pk


def test_refer_refuses_without_words_and_to_an_agency_out_of_use(working, supervisor, agency):
    with pytest.raises(Refused, match="why the matter belongs"):
        lifecycle.refer(working, agency=agency, body=" ", by=supervisor, at=NOW)
    closed_agency = PartnerAgencyFactory.create(is_active=False)
    with pytest.raises(Refused, match="any more"):
        lifecycle.refer(working, agency=closed_agency, body="x", by=supervisor, at=NOW)


def test_the_desk_is_reminded_every_time_the_agency_is_late(working, officer, supervisor, agency):
    referral = lifecycle.refer(
        working, agency=agency, body="x", by=supervisor, at=NOW
    ).referrals.get()
    first = datetime(2026, 11, 9, 1, 30, tzinfo=UTC)  # five working days on, at opening

    assert referral.remind_at == first
    assert lifecycle.remind_referrals(at=first - timedelta(seconds=1)) == 0
    assert lifecycle.remind_referrals(at=first) == 1
    assert lifecycle.remind_referrals(at=first) == 0
    assert lifecycle.remind_referrals(at=first + timedelta(days=7)) == 1

    assert told("referral_unanswered") == [officer, officer]
    assert AuditEntry.objects.filter(verb="referral_reminded").count() == 2
    referral.refresh_from_db()
    assert referral.reminded_count == 2


@pytest.mark.parametrize(("is_told", "kind"), [(True, "agency_answer"), (False, "note")])
def test_the_agencys_answer_is_kept_and_ends_the_reminders(
    is_told, kind, working, officer, supervisor
):
    agency = PartnerAgencyFactory.create(reply_days=5)
    referred = lifecycle.refer(working, agency=agency, body="x", by=supervisor, at=NOW)
    lifecycle.remind_referrals(at=NOW + timedelta(days=9))

    lifecycle.record_referral_answer(
        referred, body="ซ่อมแล้ว", is_told=is_told, by=officer, at=NOW + timedelta(days=10)
    )

    referral = referred.referrals.get()
    assert (referral.answer, referral.remind_at, referral.is_waiting) == ("ซ่อมแล้ว", None, False)
    assert Message.objects.latest("pk").kind == kind
    assert Letter.objects.filter(kind="complaints.agency_answer").exists() is is_told
    assert entry("referral_answered").data["referral"] == referral.pk
    assert lifecycle.remind_referrals(at=NOW + timedelta(days=99)) == 0
    reminder = Notice.objects.get(kind="complaints.referral_unanswered")
    assert notices.KINDS[reminder.kind].still_stands([reminder]) == set()
    with pytest.raises(Refused, match="No other agency"):
        lifecycle.record_referral_answer(referred, body="x", by=officer, at=LATER)


def test_reopening_takes_a_referral_back(working, supervisor, agency):
    referred = lifecycle.refer(working, agency=agency, body="x", by=supervisor, at=NOW)

    lifecycle.reopen(referred, reason="x", by=supervisor, at=LATER)

    referral = referred.referrals.get()
    assert (referral.recalled_at, referral.remind_at, referral.is_waiting) == (LATER, None, False)


# Withdraw


def test_the_complainant_withdraws(working, officer):
    changed = lifecycle.withdraw(working, body="", by=None, at=LATER)

    message = Message.objects.get(kind=Message.Kind.WITHDRAWAL)
    assert (message.body, message.by, message.is_theirs) == ("I withdraw my complaint.", None, True)
    assert (changed.status, changed.closed_at) == ("withdrawn", LATER)
    assert told("withdrawn") == [officer]
    assert entry("withdrawn").by is None
    assert Letter.objects.filter(kind="complaints.withdrawn").count() == 1
    assert set(results(working).values()) == {"dropped"}


def test_an_officer_writes_down_who_withdrew_and_how(working, officer):
    with pytest.raises(Refused, match="when and how"):
        lifecycle.withdraw(working, body=" ", by=officer, at=LATER)

    lifecycle.withdraw(working, body="โทรแจ้งถอน", by=officer, at=LATER)

    assert entry("withdrawn").by == officer
    assert Message.objects.get(kind=Message.Kind.WITHDRAWAL).is_theirs is False


def test_an_anonymous_withdrawal_keeps_no_instant_finer_than_the_day(unit):
    complaint = received(unit=unit, is_anonymous=True)

    changed = lifecycle.withdraw(complaint, body="", by=None, at=NOW + timedelta(days=2, hours=3))

    opening = datetime(2026, 11, 4, 1, 30, tzinfo=UTC)
    assert changed.closed_at == changed.touched_at == opening
    assert Ending.objects.get().recorded_at == opening
    assert entry("withdrawn").at == Message.objects.latest("pk").at == opening


# Stage 2


@pytest.mark.parametrize(
    ("event", "answer", "last"),
    [
        (date(2026, 1, 15), date(2026, 2, 1), date(2026, 7, 15)),  # six months of the event
        (date(2026, 1, 15), date(2026, 11, 2), date(2027, 1, 2)),  # two months of the answer
        (date(2026, 8, 31), date(2026, 9, 1), date(2027, 2, 28)),  # no 31 February
        (date(2026, 1, 2), date(2026, 5, 2), date(2026, 7, 2)),  # both on one day
    ],
)
def test_the_last_day_to_ask_for_stage_2(event, answer, last):
    assert sla.stage2_last_day(event, answer) == last


def test_the_public_page_shows_the_last_day_and_the_verb_keeps_it(officer, supervisor):
    complaint = answered(officer=officer, occurred_on=date(2026, 1, 5), person=CITIZEN)
    last = datetime(2027, 1, 2, 16, 59, tzinfo=UTC)  # 2 January, 23.59 in Bangkok
    over = last + timedelta(minutes=1)

    page = own_page(complaint, at=last)
    assert (page.may_ask_stage2, page.stage2_until) == (True, date(2027, 1, 2))
    assert own_page(complaint, at=over).may_ask_stage2 is False
    with pytest.raises(Refused, match="ended on 2 Jan 2027"):
        lifecycle.escalate_to_stage2(complaint, reason="x", by=None, at=over)

    allowed = lifecycle.escalate_to_stage2(complaint, reason="ป่วย", by=supervisor, at=over)
    assert (allowed.stage, entry("escalated").reason) == (2, "ป่วย")


def test_a_serious_case_goes_straight_to_stage_2_at_screening(unit, supervisor):
    fresh = received(unit=unit)

    changed = lifecycle.screen(
        fresh,
        kind=fresh.kind,
        grade=None,
        category=None,
        unit=unit,
        stage2_reason="มีผู้บาดเจ็บ",
        by=supervisor,
        at=NOW,
    )

    assert (changed.stage, changed.status, changed.officer) == (2, "screened", None)
    assert results(fresh)[Measure.STAGE1] == "dropped"
    assert Escalation.objects.get(complaint=fresh).why == "stage2"
    assert entry("escalated").reason == "มีผู้บาดเจ็บ"
    assert changed.due_at == Clock.objects.get(complaint=fresh, measure=Measure.STAGE2).due_at


# The complainant's page


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("rejected", "could not take"),
        ("referred", "another agency"),
        ("withdrawn", "You withdrew"),
    ],
)
def test_the_public_page_says_how_it_ended(way, words, working, supervisor):
    page = own_page(ways(working, by=supervisor)[way](), at=LATER)

    assert words in page.next_words
    assert [step.state for step in page.steps] == ["done"] * len(page.steps)
    assert page.steps[-1].at == LATER
    assert (page.may_reply, page.may_withdraw, page.may_ask_stage2) == (False, False, False)


def test_an_open_case_can_be_withdrawn_and_a_closed_one_not(working, officer):
    assert own_page(working, at=NOW).may_withdraw is True
    assert own_page(closed(officer=officer), at=NOW).may_withdraw is False


def test_open_and_ended_statuses_part_the_cases(working, supervisor, reason):
    lifecycle.reject(working, reason=reason, by=supervisor, at=LATER)

    assert list(Complaint.objects.open()) == []
