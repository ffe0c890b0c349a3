"""Rises of topics: found every night, told once, seen and settled, and the page that says how."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from agency.models import AuditEntry, Channel, Notice, Role
from agency.refusal import Refused
from listening import tasks
from listening.lifecycle import alerting
from listening.lifecycle.words import rise_open_still
from listening.models import TopicAlert, TopicDay, Voice
from listening.selectors import rising
from listening.text import trends
from tests.factories.agency import (
    ChannelFactory,
    ServiceFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.listening import TopicAlertFactory, TopicFactory, VoiceFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 2)
YESTERDAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
CALM, FLOOD = 2, 25
LETTERS = "กขคงจฉชซญดตถทธนบปผพฟมยรลวสหอฮ"


def at_noon(day):
    return datetime(day.year, day.month, day.day, 5, 0, tzinfo=UTC)


def own_words(number):
    """A text like no other: numbers alone do not tell two apart."""
    return "เรื่อง" + LETTERS[number // len(LETTERS)] + "ไป" + LETTERS[number % len(LETTERS)]


def heard(unit, topic, day, count, **more):
    channel = Channel.objects.first() or ChannelFactory()
    built = [
        VoiceFactory.build(
            unit=unit,
            topic=topic,
            channel=channel,
            received_at=at_noon(day),
            body=own_words(number),
            **more,
        )
        for number in range(count)
    ]
    return Voice.objects.bulk_create(built)


def calm_before(unit, topic, day):
    """Two voices on each of the 28 days before."""
    for back in range(1, trends.DAYS + 1):
        heard(unit, topic, day - timedelta(days=back), CALM)


@pytest.fixture
def unit():
    """A unit with a working calendar and a supervisor."""
    ThaiCalendarFactory()
    unit = UnitFactory()
    SupervisorFactory(unit=unit)
    return unit


@pytest.fixture
def topic():
    """The topic of floods."""
    return TopicFactory(code="flood", name_th="น้ำท่วม")


@pytest.fixture
def flood(unit, topic):
    """A flood of yesterday after 28 calm days."""
    calm_before(unit, topic, YESTERDAY)
    return heard(unit, topic, YESTERDAY, FLOOD)


# --- finding


def test_a_rise_is_written_down_and_told_once(unit, flood):
    found = alerting.find_rises(at=NOW)
    again = alerting.find_rises(at=NOW + timedelta(hours=1))

    alert = TopicAlert.objects.get()
    assert (found, again) == (1, 0)
    assert (alert.unit, alert.code, alert.first_on, alert.last_on) == (
        unit,
        "flood",
        YESTERDAY,
        YESTERDAY,
    )
    assert (alert.people, alert.expected) == (FLOOD, CALM)
    assert alert.chance < trends.LEVEL
    notice = Notice.objects.get()
    assert (notice.kind, notice.data) == ("listening.rise", {"topic": "น้ำท่วม", "people": FLOOD})
    assert [entry.verb for entry in AuditEntry.objects.filter(verb__startswith="rise")] == [
        "rise_found"
    ]


def test_a_usual_day_is_no_rise(unit, topic):
    calm_before(unit, topic, YESTERDAY)
    heard(unit, topic, YESTERDAY, CALM + 1)

    assert alerting.find_rises(at=NOW) == 0
    assert TopicDay.objects.get(unit=unit, day=YESTERDAY).people == CALM + 1


def test_a_new_label_is_no_rise(unit, topic):
    heard(unit, topic, YESTERDAY, FLOOD)

    assert alerting.find_rises(at=NOW) == 0


def test_one_person_who_writes_much_is_no_rise(unit, topic):
    calm_before(unit, topic, YESTERDAY)
    heard(unit, topic, YESTERDAY, FLOOD, handle="same")

    assert alerting.find_rises(at=NOW) == 0
    assert TopicDay.objects.get(unit=unit, day=YESTERDAY).people == 1


def test_tests_and_repeated_texts_are_no_rise(unit, topic):
    calm_before(unit, topic, YESTERDAY)
    for text in ("ทดสอบระบบ", "ขอคัดค้านโครงการนี้"):
        for _each in range(FLOOD):
            VoiceFactory(unit=unit, topic=topic, received_at=at_noon(YESTERDAY), body=text)

    assert alerting.find_rises(at=NOW) == 0
    assert TopicDay.objects.get(unit=unit, day=YESTERDAY).people == 1


def test_what_follows_another_voice_says_nothing_of_its_own(unit, topic, flood):
    for voice in flood[1:]:
        voice.master = flood[0]
        voice.save(update_fields=["master"])

    assert alerting.find_rises(at=NOW) == 0


def test_a_rise_of_several_days_is_one_row_with_its_strongest_day(unit, topic, flood):
    alerting.find_rises(at=NOW)
    heard(unit, topic, TODAY, FLOOD * 3)

    new = alerting.find_rises(at=NOW + timedelta(days=1))

    alert = TopicAlert.objects.get()
    assert new == 0
    assert (alert.first_on, alert.last_on) == (YESTERDAY, TODAY)
    assert (alert.peak_on, alert.people) == (TODAY, FLOOD * 3)
    assert Notice.objects.count() == 1


def test_a_rise_after_quiet_days_is_a_new_row(unit, topic, flood):
    alerting.find_rises(at=NOW)
    later = YESTERDAY + timedelta(days=alerting.QUIET_DAYS + 1)
    heard(unit, topic, later, FLOOD * 6)

    assert alerting.find_rises(at=at_noon(later + timedelta(days=1))) == 1
    assert [alert.first_on for alert in TopicAlert.objects.order_by("first_on")] == [
        YESTERDAY,
        later,
    ]


def test_missed_nights_are_made_good(unit, topic, flood):
    TopicDay.objects.create(unit=unit, code="flood", day=YESTERDAY - timedelta(days=1), people=CALM)

    assert alerting.find_rises(at=NOW + timedelta(days=9)) == 1


def test_a_rise_of_one_unit_is_told_there_and_not_above(unit, topic):
    below = UnitFactory(parent=unit)
    calm_before(below, topic, YESTERDAY)
    heard(below, topic, YESTERDAY, FLOOD)

    alerting.find_rises(at=NOW)

    assert [alert.unit for alert in TopicAlert.objects.all()] == [below]


def test_a_rise_spread_over_units_is_told_above(unit, topic):
    for below in (UnitFactory(parent=unit), UnitFactory(parent=unit), UnitFactory(parent=unit)):
        calm_before(below, topic, YESTERDAY)
        heard(below, topic, YESTERDAY, 9)

    alerting.find_rises(at=NOW)

    assert [(alert.unit, alert.people) for alert in TopicAlert.objects.all()] == [(unit, 27)]


def test_the_owner_of_the_service_is_told(unit, topic):
    owner = SupervisorFactory(unit=unit)
    below = UnitFactory(parent=unit)
    nearer = SupervisorFactory(unit=below)
    calm_before(below, topic, YESTERDAY)
    heard(below, topic, YESTERDAY, FLOOD, service=ServiceFactory(unit=unit))

    alerting.find_rises(at=NOW)

    told = {notice.recipient for notice in Notice.objects.all()}
    assert owner in told
    assert nearer not in told


def test_the_task_runs(unit):
    tasks.find_rises()

    assert TopicAlert.objects.count() == 0


# --- seeing and settling


def test_the_first_who_looks_stays(unit):
    alert, first, second = TopicAlertFactory(), StaffFactory(), StaffFactory()

    alerting.see_rise(alert, by=first, at=NOW)
    seen = alerting.see_rise(alert, by=second, at=NOW + timedelta(hours=1))

    assert (seen.seen_by, seen.seen_at) == (first, NOW)
    assert AuditEntry.objects.filter(verb="rise_seen").count() == 1


def test_settling_says_what_was_done(unit):
    alert, officer = TopicAlertFactory(), StaffFactory()

    settled = alerting.settle_rise(
        alert, outcome="acted", action=" เปิดศูนย์ช่วยเหลือ ", by=officer, at=NOW
    )

    assert (settled.outcome, settled.action) == ("acted", "เปิดศูนย์ช่วยเหลือ")
    assert (settled.settled_by, settled.seen_by) == (officer, officer)
    with pytest.raises(Refused):
        alerting.settle_rise(alert, outcome="nothing", action="x", by=officer, at=NOW)


@pytest.mark.parametrize(("outcome", "action"), [("acted", " "), ("gone", "x")])
def test_settling_without_words_is_refused(outcome, action):
    with pytest.raises(Refused):
        alerting.settle_rise(
            TopicAlertFactory(), outcome=outcome, action=action, by=StaffFactory(), at=NOW
        )


def test_the_database_holds_what_must_be():
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicAlertFactory(settled_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicAlertFactory(first_on=TODAY, peak_on=YESTERDAY, last_on=TODAY)
    with pytest.raises(ValidationError):
        TopicAlertFactory.build(outcome="gone").clean_fields(
            exclude=["unit", "topic", "seen_by", "settled_by"]
        )


def test_a_settled_rise_needs_no_notice_any_more(unit, flood):
    alerting.find_rises(at=NOW)
    (notice,) = Notice.objects.all()

    assert rise_open_still([notice]) == {notice.pk}

    alerting.settle_rise(
        TopicAlert.objects.get(), outcome="nothing", action="x", by=StaffFactory(), at=NOW
    )
    assert rise_open_still([notice]) == set()


# --- false alarms


def test_quiet_days_give_as_many_false_alarms_as_the_rule_gives():
    calm = {TODAY - timedelta(days=back): 20 + back % 3 for back in range(1, trends.DAYS + 1)}
    rare = {YESTERDAY: 3}
    flood = {**calm, TODAY: 500}

    none = trends.false_alarms({"rare": rare}, last=TODAY)
    some = trends.false_alarms({"calm": calm, "rare": rare}, last=TODAY, turns=4000)

    assert none == 0
    assert 0 < some < 0.3
    assert trends.false_alarms({"calm": flood, "rare": rare}, last=TODAY, turns=4000) == some


# --- pages


@pytest.fixture
def logged_in(unit, client):
    """A supervisor, logged in, in English."""
    staff = SupervisorFactory(unit=unit, language="en")
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return staff


def test_the_page_of_a_day_shows_each_topic_and_opens_its_voices(client, logged_in, unit, flood):
    alerting.find_rises(at=NOW)

    page = client.get(reverse("listening:rising"))

    ((row, url),) = page.context["rows"]
    assert (row.people, row.expected, row.is_alert) == (FLOOD, CALM, True)
    assert page.context["day"] == YESTERDAY
    assert "far more people than before spoke about “น้ำท่วม”: 25" in page.context["sentence"]
    assert len(client.get(url).context["page"].rows) == FLOOD


def test_the_page_without_any_count_says_what_comes(client, logged_in):
    page = client.get(reverse("listening:rising"), {"day": "never"})

    assert list(page.context["form"].errors) == ["day"]
    assert "The topics are counted every night" in page.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_pages_of_rises_cost_the_same_for_any_number(
    client, logged_in, unit, django_assert_num_queries, item_count
):
    for step in range(item_count):
        alert = TopicAlertFactory(unit=unit, first_on=YESTERDAY - timedelta(days=10 * step))
        TopicDay.objects.create(unit=unit, code=alert.code, day=YESTERDAY, people=30)
        VoiceFactory(unit=unit, topic=alert.topic, received_at=at_noon(YESTERDAY))
    client.get(reverse("listening:rising"))
    client.get(alert.get_absolute_url())

    with django_assert_num_queries(9):
        client.get(reverse("listening:rising"))
    with django_assert_num_queries(5):
        assert len(client.get(reverse("listening:alerts")).context["page"].rows) == item_count
    with django_assert_num_queries(8):
        client.get(alert.get_absolute_url())


def test_a_rise_is_seen_and_settled_on_its_page(client, logged_in, unit):
    alert = TopicAlertFactory(unit=unit)
    step = reverse("listening:alert_step", args=[alert.pk, "see"])
    settle = reverse("listening:alert_step", args=[alert.pk, "settle"])

    client.post(step)
    bad = client.post(settle, {"outcome": "acted", "action": ""})
    client.post(settle, {"outcome": "acted", "action": "เปิดศูนย์"})
    late = client.post(settle, {"outcome": "nothing", "action": "สายไป"}, follow=True)

    alert.refresh_from_db()
    assert (bad.status_code, bad.context["form"]["outcome"].value()) == (400, "acted")
    assert (alert.seen_by, alert.outcome, alert.action) == (logged_in, "acted", "เปิดศูนย์")
    assert "settled meanwhile" in late.content.decode()


def test_who_may_not_is_refused(client, logged_in, unit):
    alert, elsewhere = TopicAlertFactory(unit=unit), TopicAlertFactory()
    settle = reverse("listening:alert_step", args=[alert.pk, "settle"])

    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    assert client.get(settle).status_code == 405
    assert client.post(settle.replace("settle", "drop")).status_code == 404
    client.force_login(StaffFactory(unit=unit, roles=[Role.AUDITOR]))
    assert client.post(settle, {"outcome": "acted", "action": "x"}).status_code == 403
    assert client.get(alert.get_absolute_url()).context["form"] is None
    client.force_login(StaffFactory(unit=unit, roles=[Role.ADMIN]))
    assert client.get(reverse("listening:rising")).status_code == 403


@pytest.mark.parametrize(("state", "count"), [("", 3), ("new", 1), ("seen", 1), ("settled", 1)])
def test_rises_are_filtered_by_state(client, logged_in, unit, state, count):
    TopicAlertFactory(unit=unit)
    alerting.see_rise(TopicAlertFactory(unit=unit), by=logged_in, at=NOW)
    alerting.settle_rise(
        TopicAlertFactory(unit=unit), outcome="acted", action="x", by=logged_in, at=NOW
    )

    page = client.get(reverse("listening:alerts"), {"state": state})

    assert len(page.context["page"].rows) == count
    assert rising.record(logged_in) == rising.Record(settled=1, nothing=0)
