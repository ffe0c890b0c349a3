"""Notices: who gets one and when, one sending each, retries, and the bell."""

import smtplib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError

from agency import notices, outbox
from agency.models import Notice
from agency.notices import NoticeDraft
from tests.factories.agency import (
    NoticeFactory,
    StaffFactory,
    ThaiCalendarFactory,
    UnitFactory,
)

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)  # Friday, 10:00 in Bangkok
FRIDAY_EVENING = datetime(2026, 4, 10, 12, 0, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 4, 13, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind(notice_kind):
    """A kind of notice without a check."""
    return notice_kind("test")


def states():
    return dict(Notice.objects.order_by("pk").values_list("key", "state"))


# Writing


def test_enqueue_writes_a_row_to_the_recipient():
    unit, bob = UnitFactory(), StaffFactory()

    notice = notices.enqueue(unit, "test", to=bob, at=NOW, key="k", url="/agency/", n=7)

    notice.refresh_from_db()
    assert (notice.subject_of, notice.recipient, notice.on_behalf_of) == (unit, bob, None)
    assert (notice.key, notice.url, notice.data) == (f"k:s{bob.pk}", "/agency/", {"n": 7})
    assert (notice.state, notice.created_at, notice.not_before) == ("pending", NOW, NOW)


def test_the_same_key_to_the_same_person_is_one_notice():
    unit, bob, carol = UnitFactory(), StaffFactory(), StaffFactory()

    first = notices.enqueue(unit, "test", to=bob, at=NOW, key="k")
    again = notices.enqueue(unit, "test", to=bob, at=NOW + MINUTE, key="k")
    other = notices.enqueue(unit, "test", to=carol, at=NOW, key="k")

    assert again == first
    assert list(Notice.objects.order_by("pk")) == [first, other]


def test_without_a_key_each_is_its_own():
    unit, bob = UnitFactory(), StaffFactory()

    for _time in range(2):
        notices.enqueue(unit, "test", to=bob, at=NOW)

    assert Notice.objects.count() == 2


def test_enqueue_many_leaves_what_is_there():
    unit, bob = UnitFactory(), StaffFactory()
    drafts = [NoticeDraft(subject=unit, kind="test", to=bob, key=f"k{n}") for n in (1, 2, 2)]
    first = notices.enqueue(unit, "test", to=bob, at=NOW, key="k1")

    notices.enqueue_many(drafts, at=NOW + timedelta(hours=1))

    assert list(Notice.objects.order_by("pk").values_list("key", "created_at")) == [
        (first.key, NOW),
        (f"k2:s{bob.pk}", NOW + timedelta(hours=1)),
    ]


def test_enqueue_many_asks_the_same_few_questions_for_one_and_for_fifty(django_assert_num_queries):
    ThaiCalendarFactory()
    unit = UnitFactory()
    notices.enqueue(unit, "test", to=StaffFactory(unit=unit), at=NOW)  # fills the caches
    many = [StaffFactory(unit=unit) for _number in range(50)]

    for people in (many[:1], many):
        drafts = [NoticeDraft(subject=unit, kind="test", to=person) for person in people]
        with django_assert_num_queries(3):  # units, calendar, insert
            notices.enqueue_many(drafts, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_enqueue_refuses_to_run_outside_a_transaction():
    unit, bob = UnitFactory(), StaffFactory()

    with pytest.raises(TransactionManagementError):
        notices.enqueue(unit, "test", to=bob, at=NOW)

    assert Notice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_notice_goes_with_the_change_that_failed():
    unit, bob = UnitFactory(), StaffFactory()

    with transaction.atomic():
        notices.enqueue(unit, "test", to=bob, at=NOW)
        transaction.set_rollback(True)

    assert Notice.objects.count() == 0


def test_an_unknown_kind_is_a_fault_of_the_program():
    with pytest.raises(LookupError):
        notices.enqueue(UnitFactory(), "nobody-registered-this", to=StaffFactory(), at=NOW)


def test_in_the_evening_it_waits_for_working_hours():
    ThaiCalendarFactory()

    notice = notices.enqueue(UnitFactory(), "test", to=StaffFactory(), at=FRIDAY_EVENING)

    assert notice.not_before == MONDAY_MORNING


def test_what_is_kept_by_the_day_goes_out_when_the_next_working_day_opens():
    draft = NoticeDraft(subject=UnitFactory(), kind="test", to=StaffFactory(), is_unhurried=True)
    notices.enqueue_many([draft], at=NOW)  # there is no calendar yet
    ThaiCalendarFactory()

    notices.enqueue_many([draft], at=NOW)

    assert list(Notice.objects.order_by("pk").values_list("not_before", flat=True)) == [
        NOW + timedelta(days=1),
        MONDAY_MORNING,
    ]


def test_during_leave_the_deputy_gets_it():
    ThaiCalendarFactory()
    carol = StaffFactory()
    leave = {"leave_from": date(2026, 4, 13), "leave_until": date(2026, 4, 17)}
    bob = StaffFactory(deputy=carol, **leave)

    during_work = notices.enqueue(UnitFactory(), "test", to=bob, at=NOW)
    on_monday = notices.enqueue(UnitFactory(), "test", to=bob, at=FRIDAY_EVENING)

    assert (during_work.recipient, during_work.on_behalf_of) == (bob, None)
    assert (on_monday.recipient, on_monday.on_behalf_of) == (carol, bob)


def test_what_a_deputy_may_not_know_stays_with_the_person():
    leave = {"leave_from": date(2026, 4, 1), "leave_until": date(2026, 4, 30)}
    bob = StaffFactory(deputy=StaffFactory(), **leave)
    draft = NoticeDraft(subject=UnitFactory(), kind="test", to=bob, is_personal=True)

    notices.enqueue_many([draft], at=NOW)

    assert Notice.objects.values_list("recipient", "on_behalf_of").get() == (bob.pk, None)


# Sending


def test_send_mails_each_due_notice_once(smtp_server):
    due = NoticeFactory(not_before=NOW, url="/agency/notices/", data={"n": 5})
    later = NoticeFactory(not_before=NOW + MINUTE)

    sent = [notices.send_pending(at=NOW), notices.send_pending(at=NOW)]

    assert sent == [1, 0]
    assert states() == {due.key: "sent", later.key: "pending"}
    (mail,) = smtp_server.mails
    assert mail.recipients == [due.recipient.email]
    assert mail.message["Subject"] == "เรื่องที่ 5"
    assert mail.message_id == outbox.message_id(due.key)
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_mail_holds_the_sentence_and_the_address_only(smtp_server, settings):
    settings.PORTAL_URL = "https://portal.example/"
    NoticeFactory(not_before=NOW, url="/agency/notices/", data={"n": 5}, recipient__language="en")

    notices.send_pending(at=NOW)

    assert smtp_server.mails[0].message.get_content().splitlines() == [
        "เรื่องที่ 5",
        "",
        "https://portal.example/agency/notices/",
        "",
        "The portal sent this message. Please do not answer it.",
    ]


def test_mail_speaks_the_recipients_language(smtp_server):
    NoticeFactory(not_before=NOW, recipient__language="th")

    notices.send_pending(at=NOW)

    assert "โปรดอย่าตอบกลับ" in smtp_server.mails[0].message.get_content()


def test_mail_to_a_deputy_says_for_whom(smtp_server):
    bob = StaffFactory(first_name="Bob", last_name="B")
    NoticeFactory(not_before=NOW, on_behalf_of=bob, recipient__language="en")

    notices.send_pending(at=NOW)

    assert smtp_server.mails[0].message.get_content().splitlines()[2] == "You deputise for Bob B."


@pytest.mark.parametrize(
    "wish", [{"is_notified_by_email": False}, {"email": ""}, {"is_active": False}]
)
def test_who_gets_no_mail_has_the_bell_only(smtp_server, wish):
    notice = NoticeFactory(not_before=NOW, recipient=StaffFactory(**wish))

    notices.send_pending(at=NOW)

    assert (states(), smtp_server.mails) == ({notice.key: "sent"}, [])


def test_message_id_depends_on_the_key_alone(settings):
    settings.DEFAULT_FROM_EMAIL = "ศูนย์ <portal@agency.example>"

    assert outbox.message_id("a") == outbox.message_id("a") != outbox.message_id("b")
    assert outbox.message_id("a").endswith("@agency.example>")


def test_what_was_settled_meanwhile_is_cancelled(smtp_server, notice_kind):
    notice_kind(
        "settling", still_stands=lambda rows: {row.pk for row in rows if row.data["n"] == 1}
    )
    stands, settled = [
        NoticeFactory(not_before=NOW, kind="settling", data={"n": n}) for n in (1, 2)
    ]

    notices.send_pending(at=NOW)

    assert states() == {stands.key: "sent", settled.key: "cancelled"}
    assert [mail.message["Subject"] for mail in smtp_server.mails] == ["เรื่องที่ 1"]


def test_a_check_is_asked_once_for_all_rows_of_a_kind(smtp_server, notice_kind):
    asked = []

    def check(rows):
        asked.append({row.pk for row in rows})
        return asked[-1]

    notice_kind("settling", still_stands=check)
    rows = [NoticeFactory(not_before=NOW, kind="settling") for _number in range(3)]

    notices.send_pending(at=NOW)

    assert asked == [{row.pk for row in rows}]


def test_a_check_that_fails_holds_up_its_own_kind_only(smtp_server, notice_kind):
    def broken(rows):
        raise ValueError("no")

    notice_kind("broken", still_stands=broken)
    stuck = NoticeFactory(not_before=NOW, kind="broken")
    fine = NoticeFactory(not_before=NOW)

    notices.send_pending(at=NOW)

    assert states() == {stuck.key: "pending", fine.key: "sent"}
    stuck.refresh_from_db()
    assert (stuck.not_before, stuck.error) == (NOW + timedelta(hours=1), "ValueError")


def test_a_kind_that_is_gone_holds_up_nobody_else(smtp_server):
    gone = NoticeFactory(not_before=NOW, kind="gone")
    fine = NoticeFactory(not_before=NOW)

    notices.send_pending(at=NOW)

    assert states() == {gone.key: "pending", fine.key: "sent"}


def test_a_refused_recipient_does_not_stop_the_others(smtp_server):
    refused = NoticeFactory(not_before=NOW, recipient__email="nobody@agency.example")
    fine = NoticeFactory(not_before=NOW)

    async def handle_RCPT(server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody"):
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp_server.handle_RCPT = handle_RCPT
    sent = notices.send_pending(at=NOW)

    assert (sent, states()) == (1, {refused.key: "pending", fine.key: "sent"})
    refused.refresh_from_db()
    assert (refused.attempts, refused.error) == (1, "SMTPRecipientsRefused 550")
    assert refused.not_before == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("attempts", "state", "minutes"),
    [(0, "pending", 5), (1, "pending", 15), (6, "pending", 3645), (7, "failed", 0)],
)
def test_retries_wait_longer_each_time_and_end(smtp_server, attempts, state, minutes):
    smtp_server.refusal = "451 Try again later"
    notice = NoticeFactory(not_before=NOW, attempts=attempts)

    notices.send_pending(at=NOW)

    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (state, attempts + 1)
    assert notice.error == "SMTPDataError 451"
    assert notice.not_before == NOW + timedelta(minutes=minutes)


def test_a_retry_has_the_same_message_id(smtp_server):
    notice = NoticeFactory(not_before=NOW)
    smtp_server.refusal = "451 Try again later"
    notices.send_pending(at=NOW)
    smtp_server.refusal = ""

    notices.send_pending(at=NOW + 5 * MINUTE)

    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("sent", "")
    assert [mail.message_id for mail in smtp_server.mails] == [outbox.message_id(notice.key)]


def test_a_dead_mail_server_costs_no_attempt(settings, smtp_server):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    waiting = NoticeFactory(not_before=NOW)
    bell_only = NoticeFactory(not_before=NOW, recipient__email="")

    with pytest.raises(outbox.MailServerDown):
        notices.send_pending(at=NOW)
    during = states()
    settings.EMAIL_PORT = port
    notices.send_pending(at=NOW + MINUTE)

    assert during == {waiting.key: "pending", bell_only.key: "sent"}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts, len(smtp_server.mails)) == ("sent", 1, 1)


def test_a_batch_uses_one_connection(smtp_server, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(
        smtplib.SMTP, "connect", lambda self, *where: opened.append(1) or connect(self, *where)
    )
    for _number in range(25):  # more than one claim
        NoticeFactory(not_before=NOW)

    sent = notices.send_pending(at=NOW)

    assert (sent, len(smtp_server.mails), len(opened)) == (25, 25, 1)


def test_limit_bounds_a_run(smtp_server):
    for _number in range(3):
        NoticeFactory(not_before=NOW)

    assert [notices.send_pending(at=NOW, limit=2), notices.send_pending(at=NOW, limit=2)] == [2, 1]


def test_a_left_claim_is_taken_over_when_it_is_old_enough():
    notice = NoticeFactory(state="claimed", claimed_at=NOW, not_before=NOW)

    early = notices.claim(at=NOW + 9 * MINUTE, limit=5, stale_after=10 * MINUTE)
    late = notices.claim(at=NOW + 10 * MINUTE, limit=5, stale_after=10 * MINUTE)
    outbox.release(late)

    assert (early, late) == ([], [notice])


@pytest.mark.django_db(transaction=True)
def test_old_claims_of_a_living_sender_do_not_stand_in_the_way():
    for _number in range(2):
        NoticeFactory(state="claimed", claimed_at=NOW, not_before=NOW)
    waiting = NoticeFactory(not_before=NOW)
    living = connections.create_connection("default")
    numbers = [outbox.lock_number(row) for row in Notice.objects.exclude(pk=waiting.pk)]
    with living.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(n) FROM unnest(%s::bigint[]) AS n", [numbers])

    claimed = notices.claim(at=NOW, limit=2, stale_after=timedelta(0))
    outbox.release(claimed)
    living.close()

    assert claimed == [waiting]


def test_a_claim_that_does_not_come_about_holds_no_lock(monkeypatch):
    notice = NoticeFactory(not_before=NOW)
    monkeypatch.setattr(outbox, "still_standing", lambda *words, **options: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        notices.claim(at=NOW, limit=1, stale_after=MINUTE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [outbox.lock_number(notice)])
        assert cursor.fetchone() == (False,)  # there was none to give back


def test_a_claim_that_was_lost_sends_nothing(smtp_server):
    """Another process took the row over, as after a broken connection to the database."""
    notice = NoticeFactory(not_before=NOW)
    (mine,) = notices.claim(at=NOW, limit=1, stale_after=MINUTE)
    outbox.release([mine])
    Notice.objects.filter(pk=notice.pk).update(claimed_at=NOW + MINUTE)

    with outbox.Postman() as postman:
        sent = outbox.deliver(notices.OFFICE, mine, postman=postman, at=NOW)

    assert (sent, smtp_server.mails, states()) == (False, [], {notice.key: "claimed"})


# The bell


def test_bell_shows_ones_own_due_notices_newest_first():
    bob = StaffFactory()
    old = NoticeFactory(recipient=bob, not_before=NOW - MINUTE)
    new = NoticeFactory(recipient=bob, not_before=NOW)
    NoticeFactory(recipient=bob, not_before=NOW + MINUTE)
    NoticeFactory(recipient=bob, not_before=NOW, state="cancelled")
    NoticeFactory(not_before=NOW)

    assert list(notices.bell(bob, at=NOW)) == [new, old]


def test_bell_keeps_what_waits_for_a_second_try():
    notice = NoticeFactory(not_before=NOW + MINUTE, attempts=1)

    assert list(notices.bell(notice.recipient, at=NOW)) == [notice]


def test_unread_count_falls_as_notices_are_read():
    bob = StaffFactory()
    first, _second = [NoticeFactory(recipient=bob, not_before=NOW) for _number in range(2)]
    counts = [notices.unread_count(bob, at=NOW)]

    notices.mark_read(first, at=NOW)
    counts.append(notices.unread_count(bob, at=NOW))
    notices.mark_all_read(bob, at=NOW + MINUTE)
    counts.append(notices.unread_count(bob, at=NOW))

    assert counts == [2, 1, 0]
    first.refresh_from_db()
    assert first.read_at == NOW


def test_mark_all_read_leaves_what_is_not_shown_yet():
    notice = NoticeFactory(not_before=NOW + MINUTE)

    notices.mark_all_read(notice.recipient, at=NOW)

    notice.refresh_from_db()
    assert notice.read_at is None


# The bell's page


@pytest.fixture
def alice(client):
    """Somebody who is logged in and reads English."""
    alice = StaffFactory(language="en")
    client.force_login(alice)
    return alice


@pytest.mark.parametrize("item_count", [1, 3])
def test_notice_list_asks_the_same_few_questions(
    client, alice, item_count, django_assert_num_queries
):
    for number in range(item_count):
        NoticeFactory(recipient=alice, not_before=NOW, data={"n": number}, on_behalf_of=alice)

    client.get("/agency/notices/")  # fills the caches
    with django_assert_num_queries(4):  # session, person, saved views, notices
        response = client.get("/agency/notices/")

    assert [row.data["n"] for row in response.context["page"].rows] == [
        *reversed(range(item_count))
    ]


def test_notice_list_shows_ones_own_only(client, alice):
    mine = NoticeFactory(recipient=alice, not_before=NOW, data={"n": 41})
    NoticeFactory(not_before=NOW, data={"n": 42})

    response = client.get("/agency/notices/")

    assert response.context["page"].rows == [mine]
    assert response.content.decode().count("เรื่องที่ 41") == 1


def test_notice_list_can_be_narrowed_to_unread(client, alice):
    NoticeFactory(recipient=alice, not_before=NOW, read_at=NOW)
    unread = NoticeFactory(recipient=alice, not_before=NOW)

    response = client.get("/agency/notices/?unread=true")

    assert response.context["page"].rows == [unread]


def test_opening_a_notice_reads_it_and_leads_on(client, alice):
    notice = NoticeFactory(recipient=alice, not_before=NOW, url="/agency/jobs/")

    response = client.get(f"/agency/notices/{notice.pk}/")

    notice.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/agency/jobs/")
    assert notice.read_at is not None


def test_a_notice_of_somebody_else_is_not_found(client, alice):
    notice = NoticeFactory(not_before=NOW)

    response = client.get(f"/agency/notices/{notice.pk}/")

    notice.refresh_from_db()
    assert (response.status_code, notice.read_at) == (404, None)


def unread():
    return set(Notice.objects.filter(read_at=None))


def test_chosen_notices_are_marked_as_read(client, alice):
    chosen, left = [NoticeFactory(recipient=alice, not_before=NOW) for _number in range(2)]
    foreign = NoticeFactory(not_before=NOW)

    response = client.post(
        "/agency/notices/read/",
        {"chosen": [chosen.pk, foreign.pk, "x"], "action": "read", "next": "/agency/notices/?a=b"},
    )

    assert response.url == "/agency/notices/?a=b"
    assert unread() == {left, foreign}


def test_all_notices_are_marked_as_read(client, alice):
    NoticeFactory(recipient=alice, not_before=NOW)
    foreign = NoticeFactory(not_before=NOW)

    client.post("/agency/notices/read/", {"all": "1", "next": "https://elsewhere.example/"})

    assert unread() == {foreign}


def test_marking_needs_a_post(client, alice):
    assert client.get("/agency/notices/read/").status_code == 405


def test_strangers_are_sent_to_the_log_in(client):
    response = client.get("/agency/notices/")

    assert (response.status_code, response.url) == (302, "/agency/login/?next=/agency/notices/")
