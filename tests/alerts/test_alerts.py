"""Alert rules: what they find, firing once, muting, answering, the dry run and the pages."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from agency.audit import entries_of
from agency.models import Notice, Role
from agency.refusal import Refused
from pmqa.alerts import lifecycle, selectors
from pmqa.alerts.checks import Asked, fits, fits_running_month, judge
from pmqa.alerts.models import Alert, AlertRule
from pmqa.indicators.registry import find
from tests.factories.agency import AuditorFactory, ExecutiveFactory, StaffFactory, SupervisorFactory
from tests.indicators.story import at, open_office
from tests.reports.story import CUTOFF, OCTOBER, busy_october, october_of

SHARE = find("3.4-03", "share")
COUNT = find("3.4-01", "received")
DAYS = find("3.4-05", "median")
SURVEY = find("3.2-01", "percent")


def row(value, *, n=100, numerator=None, denominator=None, low=None, high=None):
    """Return a figure as a report has it."""
    return {
        "value": value,
        "n": n,
        "numerator": numerator,
        "denominator": denominator,
        "low": low,
        "high": high,
    }


def share(hits, of):
    """Return a share."""
    return row(100 * hits / of, n=of, numerator=hits, denominator=of)


@pytest.mark.parametrize(
    ("check", "limit", "is_sure", "figure", "is_found"),
    [
        ("below", 90, False, row(89.9), True),
        ("below", 90, False, row(90.0), False),
        ("above", 90, False, row(90.1), True),
        ("above", 90, False, row(90.0), False),
        ("below", 90, True, row(85, low=80, high=89.9), True),
        ("below", 90, True, row(85, low=80, high=90), False),
        ("above", 5, True, row(9, low=5.1, high=13), True),
        ("above", 5, True, row(9, low=5, high=13), False),
        ("below", 90, False, row(50, n=9), False),
        ("below", 90, False, row(50, n=10), True),
        ("below", 90, False, row(None), False),
        ("below", 90, False, None, False),
    ],
)
def test_a_limit_is_crossed_or_not(check, limit, is_sure, figure, is_found):
    asked = Asked(check=check, limit=limit, measure=SHARE, is_sure=is_sure)

    assert (judge(asked, figure, []) is not None) == is_found


def test_a_number_of_cases_is_never_too_few():
    asked = Asked(check="above", limit=3, measure=COUNT)

    assert judge(asked, row(4.0, n=4, numerator=4), []).value == 4.0


@pytest.mark.parametrize(
    ("measure", "now", "before", "is_found"),
    [
        (SHARE, share(60, 100), share(90, 100), True),  # fell, where higher is better
        (SHARE, share(90, 100), share(60, 100), False),  # rose
        (SHARE, share(88, 100), share(90, 100), False),  # within chance
        (SHARE, share(6, 10), share(9, 10), False),  # too few for the test
        (COUNT, row(140.0, numerator=140), row(100.0, numerator=100), True),
        (COUNT, row(110.0, numerator=110), row(100.0, numerator=100), False),
        (COUNT, row(6.0, numerator=6), row(1.0, numerator=1), False),
        (SHARE, share(60, 100), None, False),
        (SHARE, share(60, 100), row(None, n=0), False),
    ],
)
def test_a_change_since_last_year_is_told_where_a_test_finds_it(measure, now, before, is_found):
    asked = Asked(check="year", limit=None, measure=measure)
    past = [before, *[None] * 11]

    finding = judge(asked, now, past)

    assert (finding is not None) == is_found
    assert finding is None or finding.limit == before["value"]
    assert judge(asked, now, past[1:]) is None


def test_the_band_is_that_of_the_months_before():
    asked = Asked(check="band", limit=None, measure=DAYS)  # lower is better
    past = [row(value) for value in (10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11)]
    # Middle 10.5, mean moving range 1: the band reaches 2.66 to both sides.

    assert judge(asked, row(13.1), past) is None
    assert judge(asked, row(13.2), past).limit == 13.16
    assert judge(asked, row(7.0), past) is None  # outside, on the good side
    assert judge(asked, row(13.2), [*[None] * 7, *past[:5]]) is None  # five months are no band
    both = replace(DAYS, better="neither")
    assert judge(replace(asked, measure=both), row(7.0), past).limit == 7.84


def test_checks_fit_their_measures():
    assert [fits("year", each) for each in (SHARE, COUNT, DAYS, SURVEY)] == [
        True,
        True,
        False,
        False,
    ]
    assert [fits_running_month("above", each) for each in (SHARE, COUNT, DAYS, SURVEY)] == [
        True,
        True,
        True,
        False,
    ]
    assert [fits_running_month("below", each) for each in (SHARE, COUNT)] == [True, False]


class People:
    """The office with October's report: 11 received, 6 of 7 in time."""

    def __init__(self, office):
        self.office = office
        self.supervisor = SupervisorFactory.create(unit=office.root)
        self.executive = ExecutiveFactory.create(unit=office.root)
        self.named = StaffFactory.create(unit=office.north)
        busy_october(office)
        self.report = october_of(office)

    def rule(self, **facts):
        told = {
            "unit": self.office.root,
            "measure": "3.4-01:received",
            "check_kind": "above",
            "limit": Decimal(10),
            "people": [self.named],
            "roles": [Role.EXECUTIVE],
            "by": self.supervisor,
            "at": CUTOFF,
        }
        return lifecycle.make_rule(**{**told, **facts})


@pytest.fixture
def people(office):
    """Who is who."""
    return People(office)


@pytest.mark.django_db
def test_a_rule_fires_once_for_a_month_and_tells_each_person_once(people):
    rule = people.rule(people=[people.named, people.executive])

    fired = [lifecycle.evaluate(at=at(day, month=11)) for day in (3, 4)]

    alert = Alert.objects.get()
    assert fired == [1, 0]
    assert (alert.rule_id, alert.month_on, alert.is_running) == (rule.pk, OCTOBER, False)
    assert alert.facts == {"value": 11.0, "limit": 10.0, "n": 11, "low": None, "high": None}
    assert alert.found == "11 สูงกว่าเกณฑ์ 10 (n = 11 ไม่มีช่วงความเชื่อมั่น)"
    told = Notice.objects.filter(kind="alerts.fired").order_by("recipient")
    assert [each.recipient_id for each in told] == [people.executive.pk, people.named.pk]
    assert lifecycle.unanswered_still(list(told)) == {each.pk for each in told}
    assert [entry.verb for entry in entries_of(alert)] == ["alert_fired"]


@pytest.mark.django_db
def test_a_notice_waits_for_working_hours(people):
    people.rule()

    lifecycle.evaluate(at=at(7, 23, month=11))  # Saturday night

    assert {each.not_before.isoformat() for each in Notice.objects.filter(kind="alerts.fired")} == {
        "2026-11-09T01:30:00+00:00"  # Monday 8.30 in Bangkok
    }


@pytest.mark.django_db
def test_the_running_month_is_watched_where_it_can_be_judged_and_fires_no_second_time(people):
    people.rule(limit=Decimal(11), watches_running_month=True)
    for _number in range(12):
        people.office.receive(at(3, month=11))

    running = lifecycle.evaluate(at=at(4, month=11))
    october_of(people.office, month=date(2026, 11, 1), cutoff=at(1, month=12), at=at(1, month=12))
    closed = lifecycle.evaluate(at=at(2, month=12))

    alert = Alert.objects.get()
    assert (running, closed) == (1, 0)
    assert (alert.month_on, alert.is_running, alert.facts["value"]) == (
        date(2026, 11, 1),
        True,
        12.0,
    )


@pytest.mark.django_db
def test_a_month_without_a_report_and_an_unused_or_silenced_rule_say_nothing(people):
    people.rule(unit=people.office.north)
    people.rule(is_active=False)
    muted = people.rule(limit=Decimal(9))
    lifecycle.mute(muted, until=at(10, month=11), reason="ทราบแล้ว", by=people.supervisor, at=CUTOFF)

    assert lifecycle.evaluate(at=at(3, month=11)) == 0
    assert lifecycle.evaluate(at=at(10, month=11)) == 1
    assert Alert.objects.get().rule_id == muted.pk


@pytest.mark.django_db
def test_a_silenced_rule_speaks_again_when_told_so(people):
    rule = people.rule()
    for until, reason in ((CUTOFF, "ก"), (at(10, month=11), " ")):
        with pytest.raises(Refused):
            lifecycle.mute(rule, until=until, reason=reason, by=people.supervisor, at=CUTOFF)
    with pytest.raises(Refused):
        lifecycle.unmute(rule, by=people.supervisor, at=CUTOFF)
    lifecycle.mute(rule, until=at(10, month=11), reason="ก", by=people.supervisor, at=CUTOFF)

    lifecycle.unmute(rule, by=people.supervisor, at=at(3, month=11))

    assert lifecycle.evaluate(at=at(3, 11, month=11)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"limit": None},
        {"people": [], "roles": []},
        {"measure": "3.4-05:median", "check_kind": "year", "limit": None},
    ],
)
def test_a_rule_that_could_never_fire_or_tells_nobody_is_refused(people, facts):
    with pytest.raises(Refused):
        people.rule(**facts)
    assert not AlertRule.objects.exists()


@pytest.mark.django_db
def test_who_may_keep_rules_and_answer(people, office):
    for by in (
        people.named,
        AuditorFactory.create(unit=office.root),
        SupervisorFactory.create(unit=office.south),
    ):
        with pytest.raises(Refused):
            people.rule(by=by)
    rule = people.rule()
    lifecycle.evaluate(at=at(3, month=11))
    alert = Alert.objects.get()
    with pytest.raises(Refused):
        lifecycle.acknowledge(
            alert, note="ก", by=StaffFactory.create(unit=office.north), at=at(3, month=11)
        )
    with pytest.raises(Refused):
        lifecycle.acknowledge(alert, note=" ", by=people.named, at=at(3, month=11))

    done = lifecycle.acknowledge(alert, note="เพิ่มคน", by=people.named, at=at(3, month=11))

    assert (done.acknowledged_by, done.note) == (people.named, "เพิ่มคน")
    with pytest.raises(Refused):
        lifecycle.acknowledge(alert, note="ซ้ำ", by=people.executive, at=at(4, month=11))
    assert lifecycle.unanswered_still(list(Notice.objects.filter(kind="alerts.fired"))) == set()
    assert selectors.unanswered_count(people.executive) == 0
    for change in (
        lambda: Alert.objects.update(facts={}),
        lambda: Alert.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert rule.alerts.count() == 1


@pytest.mark.django_db
def test_a_rule_changed_meanwhile_is_not_overwritten(people):
    rule = people.rule()
    facts = {"measure": rule.measure, "check_kind": "above", "limit": Decimal(5)}
    told = {"people": [people.named], "roles": [], "by": people.supervisor, "at": CUTOFF}

    changed = lifecycle.change_rule(rule, version=1, **facts, **told)

    assert (changed.version, changed.limit) == (2, Decimal(5))
    with pytest.raises(Refused):
        lifecycle.change_rule(rule, version=1, **facts, **told)


@pytest.mark.django_db
def test_the_dry_run_tells_the_months_and_sends_nothing(people):
    rule = people.rule()

    dry = selectors.dry_run(rule, at=at(3, month=11))

    assert ([month for month, _words in dry.hits], dry.told) == (["ตุลาคม 2569"], 1)
    assert not Alert.objects.exists()
    rule.limit = Decimal(11)
    assert list(selectors.dry_run(rule, at=at(3, month=11)).hits) == []


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    client, people, item_count, django_assert_num_queries
):
    for number in range(item_count):
        people.rule(limit=Decimal(number))
    lifecycle.evaluate(at=at(3, month=11))
    client.force_login(AuditorFactory.create(unit=people.office.root))
    client.get(reverse("alerts:list"))

    with django_assert_num_queries(4):  # session, person, rows, saved views
        answer = client.get(reverse("alerts:list"))

    assert len(answer.context["page"].rows) == item_count


@pytest.mark.django_db
def test_people_do_it_on_the_pages(client, people, office, time_machine):
    time_machine.move_to(at(3, month=11))
    client.force_login(people.supervisor)
    data = {
        "unit": office.root.pk,
        "measure": "3.4-01:received",
        "check_kind": "above",
        "limit": "10",
        "people": [people.named.pk],
        "roles": ["executive"],
        "is_active": "on",
    }

    empty = client.post(reverse("alerts:rule_new"), {**data, "people": [], "roles": []})
    made = client.post(reverse("alerts:rule_new"), data)
    rule = AlertRule.objects.get()
    stale = client.post(reverse("alerts:rule_change", args=[rule.pk]), {**data, "version": "9"})
    changed = client.post(
        reverse("alerts:rule_change", args=[rule.pk]), {**data, "version": "1", "limit": "5"}
    )
    muted = client.post(
        reverse("alerts:rule_mute", args=[rule.pk]), {"until": "5/11/2569", "reason": "ทราบ"}
    )
    spoken = client.post(reverse("alerts:rule_unmute", args=[rule.pk]))
    lifecycle.evaluate(at=at(3, month=11))
    page = client.get(reverse("alerts:rule", args=[rule.pk]))
    listed = client.get(reverse("alerts:rules"))
    alert = Alert.objects.get()
    waiting = [
        len(client.get(reverse("alerts:list"), {"waiting": value}).context["page"].rows)
        for value in ("true", "false")
    ]
    blank = client.post(alert.get_absolute_url(), {"note": ""})
    done = client.post(alert.get_absolute_url(), {"note": "เพิ่มคน"})

    assert list(empty.context["form"].errors) == ["__all__"]
    assert (made.status_code, stale.status_code, changed.status_code) == (302, 200, 302)
    assert (muted.status_code, spoken.status_code, done.status_code) == (302, 302, 302)
    assert stale.context["form"]["version"].value() == "1"
    assert len(page.context["dry"].hits) == 1
    assert [each for each, _muted in listed.context["rules"]] == [rule]
    assert waiting == [1, 0]
    assert list(blank.context["form"].errors) == ["note"]
    alert.refresh_from_db()
    assert (alert.note, alert.facts["limit"]) == ("เพิ่มคน", 5.0)


@pytest.mark.django_db
def test_another_unit_finds_nothing_and_readers_only_read(client, people, office):
    rule = people.rule(people=[people.executive])
    lifecycle.evaluate(at=at(3, month=11))
    alert = Alert.objects.get()
    urls = [alert.get_absolute_url(), rule.get_absolute_url()]
    urls.append(reverse("alerts:rule_change", args=[rule.pk]))

    client.force_login(SupervisorFactory.create(unit=office.south))
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    client.force_login(AuditorFactory.create(unit=office.root))
    assert [client.get(url).status_code for url in urls] == [200, 200, 403]
    assert client.post(alert.get_absolute_url(), {"note": "ก"}).status_code == 403
    assert client.get(reverse("alerts:rule_new")).status_code == 403


@pytest.mark.django_db
def test_the_executive_sees_what_waits_on_the_home_page(client, people, time_machine):
    time_machine.move_to(at(3, month=11))
    people.rule()
    lifecycle.evaluate(at=at(3, month=11))
    client.force_login(people.executive)

    words = [each.words for each in client.get("/home/").context["alerts"]]

    assert "การเตือนตัวชี้วัดรอรับทราบ 1 รายการ" in words


@pytest.mark.django_db(transaction=True)
def test_four_evaluations_at_once_fire_once():
    people = People(open_office())
    people.rule()
    start = Barrier(4)

    def run(_number):
        try:
            start.wait()
            return lifecycle.evaluate(at=at(3, month=11))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        fired = sum(pool.map(run, range(4)))

    assert (fired, Alert.objects.count(), Notice.objects.filter(kind="alerts.fired").count()) == (
        1,
        1,
        2,
    )
