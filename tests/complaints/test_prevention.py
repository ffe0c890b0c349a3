"""Causes, corrective actions with their reminders, and the board: did the rate fall?"""

from dataclasses import replace
from datetime import date, timedelta
from math import inf

import pytest
import time_machine
from django.urls import reverse
from scipy.stats import binomtest

from agency.models import AuditEntry, Notice, Role, Staff
from agency.persons import PersonData
from agency.statistics import rate_ratio
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.models import Cause, Closing, Complaint, CorrectiveAction, Kind, Policy
from complaints.selectors.figures import Asked
from complaints.selectors.prevention import clusters, effects, repeat_months, top_causes
from tests.factories.agency import (
    AuditorFactory,
    ServiceMonthFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, CategoryFactory, answered, closed, ready, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = timedelta(days=1)
YEAR = Asked(first_on=date(2025, 12, 1), last_on=date(2026, 11, 30))


@pytest.fixture
def unit():
    ready()
    return UnitFactory.create()


@pytest.fixture
def officer(unit):
    return StaffFactory.create(unit=unit)


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


@pytest.fixture
def cause():
    return Cause.objects.create(code="slow", name_th="ช้า", name_en="Too slow")


@pytest.fixture
def plan(unit, officer, supervisor, cause):
    def made(**facts):
        told = {"what": "ลดขั้นตอน", "owner": officer, "unit": unit, "cause": cause}
        told |= {"due_on": date(2026, 11, 20), "by": supervisor, "at": NOW, **facts}
        return lifecycle.plan_action(**told)

    return made


def coded(unit, cause, *, at, count=1):
    """Return cases of a cause, received at an instant."""
    first = received(unit=unit, at=at)
    for _number in range(count - 1):
        received(unit=unit, at=at)
    Complaint.objects.filter(cause_code=None, received_at=at).update(cause_code=cause)
    return first


# Causes


def test_closing_keeps_the_cause_where_a_reopening_does_not_reach(officer, cause):
    case = answered(officer=officer)
    lifecycle.close(case, outcome="upheld", cause_code=cause, by=officer, at=NOW)

    closing = Closing.objects.get()
    assert (closing.cause_code, closing.has_cause) == (cause, True)
    lifecycle.reopen(case, reason="ยังไม่เรียบร้อย", by=officer, at=NOW)
    closing.refresh_from_db()
    assert closing.cause_code == cause


@pytest.mark.parametrize("told", [{"cause": "เอกสารไม่ครบ"}, {"cause_code": "cause"}])
def test_a_standard_that_asks_for_the_cause_refuses_to_close_without_one(officer, cause, told):
    case = answered(officer=officer)
    Policy.objects.update(needs_cause=True)
    told = {"cause_code": cause} if "cause_code" in told else told

    with pytest.raises(Refused, match="This standard asks for the cause"):
        lifecycle.close(case, outcome="upheld", cause=" ", by=officer, at=NOW)

    closed = lifecycle.close(case, outcome="upheld", by=officer, at=NOW, **told)
    assert (closed.status, Closing.objects.get().has_cause) == ("closed", True)


def test_what_was_not_upheld_is_closed_without_a_cause_under_any_standard(officer):
    case = answered(officer=officer)
    Policy.objects.update(needs_cause=True)

    closed = lifecycle.close(case, outcome="not_upheld", by=officer, at=NOW)

    assert closed.status == "closed"


def test_the_close_form_offers_the_causes_in_use(client, officer, cause):
    Cause.objects.create(code="old", name_th="เลิกใช้", name_en="Old cause", is_active=False)
    case = answered(officer=officer)
    client.force_login(officer)

    page = client.get(reverse("complaints:act", args=[case.pk, "close"])).content.decode()
    sent = {"expected_version": case.version, "outcome": "upheld", "cause_code": cause.pk}
    client.post(reverse("complaints:act", args=[case.pk, "close"]), sent)

    case.refresh_from_db()
    assert case.cause_code == cause
    assert cause.name_th in page
    assert "เลิกใช้" not in page


# Corrective actions


def test_an_action_is_planned_begun_done_and_verified_by_another(plan, officer, supervisor):
    action = plan()
    lifecycle.start_action(action, by=officer, at=NOW)
    lifecycle.finish_action(action, result="ลดเหลือสามขั้น", by=officer, at=NOW + DAY)
    with pytest.raises(Refused, match="else"):
        lifecycle.verify_action(action, by=officer, at=NOW + DAY)
    done = lifecycle.verify_action(action, by=supervisor, at=NOW + DAY)

    assert (done.status, done.verified_by, done.remind_at) == ("verified", supervisor, None)
    verbs = AuditEntry.objects.filter(object_id=action.pk).order_by("pk")
    assert [entry.verb for entry in verbs] == [
        *("planned", "action_started", "action_done", "action_verified")
    ]
    assert Notice.objects.get(kind="complaints.action_given").recipient == officer


def test_an_action_is_dropped_with_a_reason_only(plan, officer):
    action = plan()
    with pytest.raises(Refused, match="why"):
        lifecycle.drop_action(action, reason=" ", by=officer, at=NOW)
    lifecycle.drop_action(action, reason="ยุบงานนี้แล้ว", by=officer, at=NOW)

    for verb, facts in (
        (lifecycle.start_action, {}),
        (lifecycle.finish_action, {"result": "x"}),
        (lifecycle.drop_action, {"reason": "x"}),
        (lifecycle.verify_action, {}),
    ):
        with pytest.raises(Refused):
            verb(action, by=officer, at=NOW, **facts)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"what": " "}, "what is to be done"),
        ({"cause": None}, "case or the cause"),
        ({"due_on": date(2026, 11, 1)}, "passed"),
    ],
)
def test_a_plan_that_says_too_little_is_refused(plan, facts, words):
    with pytest.raises(Refused, match=words):
        plan(**facts)


def test_an_action_of_a_case_takes_its_cause(plan, officer, cause):
    case = closed(officer=officer)
    Complaint.objects.filter(pk=case.pk).update(cause_code=cause)
    case.refresh_from_db()

    assert plan(complaint=case, cause=None).cause == cause
    assert AuditEntry.objects.filter(verb="action_planned", object_id=case.pk).exists()


def test_reminders_come_before_on_and_after_the_due_date_until_it_is_done(plan, officer):
    action = plan()
    told = []
    at = NOW
    for _number in range(40):
        at += DAY
        if lifecycle.remind_actions(at=at):
            told.append(at.date())
        assert lifecycle.remind_actions(at=at) == 0

    assert told[:3] == [date(2026, 11, 17), date(2026, 11, 20), date(2026, 11, 27)]
    assert Notice.objects.filter(kind="complaints.action_due", recipient=officer).count() == len(
        told
    )
    lifecycle.finish_action(action, result="เสร็จแล้ว", by=officer, at=at)
    assert lifecycle.remind_actions(at=at + 30 * DAY) == 0


def test_an_action_of_a_restricted_case_is_seen_by_the_named_only(plan, unit, supervisor):
    secret = received(unit=unit, kind=Kind.CORRUPTION)
    action = plan(complaint=secret)
    stranger = SupervisorFactory.create(unit=unit)

    def seen(staff):
        return list(CorrectiveAction.objects.visible_to(staff))

    assert seen(supervisor) == [action]
    assert seen(stranger) == seen(SupervisorFactory.create(unit=UnitFactory.create())) == []


def test_the_pages_of_actions(client, unit, officer, supervisor, cause):
    Staff.objects.update(language="en")
    client.force_login(officer)
    form = {"what": "จัดเวรใหม่", "cause": cause.pk, "unit": unit.pk, "owner": officer.pk}
    with time_machine.travel(NOW, tick=False):
        assert client.get(reverse("complaints:action_plan")).status_code == 200
        assert client.post(reverse("complaints:action_plan"), form).status_code == 200
        client.post(reverse("complaints:action_plan"), form | {"due_on": "20/11/2569"})
        action = CorrectiveAction.objects.get()
        steps = {
            name: reverse("complaints:action_step", args=[action.pk, name])
            for name in ("start", "finish", "verify", "drop", "other")
        }
        client.post(steps["start"], {"expected_version": 1})
        assert client.post(steps["finish"], {"result": ""}).status_code == 200
        late = client.post(steps["drop"], {"reason": "ยุบงานนี้แล้ว", "expected_version": 1})
        client.post(steps["finish"], {"result": "จัดเวรแล้ว", "expected_version": 2})
        assert client.post(steps["verify"]).status_code == 403
        assert client.post(steps["other"]).status_code == 404
        assert client.get(steps["start"]).status_code == 405
        client.force_login(supervisor)
        client.post(steps["verify"], {"expected_version": 3})
        page = client.get(action.get_absolute_url()).content.decode()

    action.refresh_from_db()
    assert action.status == "verified"
    assert all(words in page for words in ("จัดเวรแล้ว", "began the action", "verified the action"))
    told = late.content.decode()
    assert all(words in told for words in ("What changed while", "began the", "ยุบงานนี้แล้ว</text"))
    client.force_login(SupervisorFactory.create(unit=UnitFactory.create()))
    assert client.get(action.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_actions_costs_the_same_for_one_and_three(
    client, plan, officer, count, django_assert_num_queries
):
    for _number in range(count):
        plan()
    client.force_login(officer)
    url = reverse("complaints:actions")
    client.get(url)

    with django_assert_num_queries(6):
        page = client.get(url).content.decode()

    assert page.count("row-link") == count
    assert client.get(url, {"show": "mine"}).status_code == 200


def test_who_may_plan(client, unit):
    client.force_login(AuditorFactory.create(unit=unit))

    assert client.get(reverse("complaints:action_plan")).status_code == 403
    assert client.get(reverse("complaints:actions")).status_code == 200


# The board


@pytest.mark.parametrize(
    ("before", "after", "exposure"), [(100, 60, 1.0), (10, 10, 1.0), (40, 10, 0.5), (700, 12, 0.1)]
)
def test_rate_ratio_agrees_with_the_exact_binomial_test(before, after, exposure):
    exact = binomtest(after, before + after).proportion_ci(0.95, method="exact")
    limits = [share / (1 - share) / exposure for share in exact]

    found = rate_ratio(before=before, after=after, exposure=exposure)

    assert found.ratio == pytest.approx(after / before / exposure)
    assert [found.low, found.high] == pytest.approx(limits)


def test_rate_ratio_at_its_ends():
    none_after = rate_ratio(before=8, after=0, exposure=1)
    none_before = rate_ratio(before=0, after=8, exposure=1)

    share = 1 - 0.025 ** (1 / 8)  # the upper limit for nothing out of eight, in closed form
    assert (none_after.ratio, none_after.low) == (0.0, 0.0)
    assert none_after.high == pytest.approx(share / (1 - share))
    assert none_after.has_fallen
    assert (none_before.ratio, none_before.high) == (inf, inf)
    assert none_before.low == pytest.approx((1 - share) / share)
    assert none_before.has_risen


def test_a_ratio_needs_events_and_time():
    with pytest.raises(ValueError, match="events"):
        rate_ratio(before=0, after=0, exposure=1)


def test_top_causes_are_ranked_with_their_cumulated_share(unit, supervisor, cause):
    other = Cause.objects.create(code="other", name_th="อื่น")
    coded(unit, cause, at=NOW - 40 * DAY, count=3)
    coded(unit, other, at=NOW - 39 * DAY)
    coded(UnitFactory.create(), other, at=NOW - 38 * DAY)

    coded(unit, cause, at=NOW - 70 * DAY, count=2)  # of a month without transactions
    ServiceMonthFactory.create(unit=unit, month_on=date(2026, 9, 1), transactions=1500)
    ServiceMonthFactory.create(unit=unit, month_on=date(2026, 9, 1), transactions=500)
    ServiceMonthFactory.create(month_on=date(2026, 9, 1), transactions=999)  # another unit's

    found = top_causes(supervisor, YEAR)

    assert [(each.cause, each.count, each.cumulated, each.rate) for each in found.counts] == [
        (cause, 5, 5 / 6, 1.5),
        (other, 1, 1.0, 0.5),
    ]
    assert (found.coded, found.transactions, found.months_known) == (6, 2000, 1)
    topic = CategoryFactory.create(parent=CategoryFactory.create())
    Complaint.objects.filter(cause_code=other).update(category=topic)
    (one,) = top_causes(supervisor, replace(YEAR, category=topic.parent_id)).counts
    assert (one.cause, one.count) == (other, 1)


def test_effects_compare_the_year_before_with_what_came_after(
    unit, plan, supervisor, officer, cause
):
    part = Cause.objects.create(code="part", name_th="ส่วน", parent=cause)
    done = NOW - 200 * DAY
    action = plan(at=done, due_on=done.date())
    lifecycle.finish_action(action, result="เสร็จ", by=officer, at=done)
    for day in range(10, 50):
        coded(unit, part, at=done - day * DAY)
    coded(unit, cause, at=done + 10 * DAY, count=3)
    coded(unit, cause, at=NOW - 30 * DAY, count=5)  # of the last weeks: not settled

    (effect,) = effects(supervisor, YEAR, at=NOW)

    assert (effect.before, effect.after, effect.days_after) == (40, 3, 139)
    assert effect.ratio.has_fallen
    (early,) = effects(supervisor, YEAR, at=NOW - 100 * DAY)
    assert early.ratio is None


def test_clusters_are_masters_with_their_followers(unit, supervisor):
    master = received(unit=unit)
    for _number in range(2):
        case = received(unit=unit)
        lifecycle.link(case, master=master, kind="duplicate", reason="x", by=supervisor, at=NOW)

    (found,) = clusters(supervisor, YEAR)

    assert (found, found.n) == (master, 3)


def test_repeats_are_counted_as_the_indicator_does(officer, unit, supervisor):
    topic = CategoryFactory.create()
    person = PersonData(name="นาง ก", national_id="1234567890121")
    closed(officer=officer, person=person, category=topic)
    received(unit=unit, person=person, category=topic, at=NOW + 5 * DAY)
    received(unit=unit, person=person, at=NOW + 5 * DAY)
    received(unit=unit, person=person, category=topic, at=NOW + 100 * DAY)
    asked = Asked(first_on=date(2026, 11, 1), last_on=date(2026, 11, 30))

    (month,) = repeat_months(supervisor, asked, at=NOW)
    (of_topic,) = repeat_months(supervisor, replace(asked, category=topic.pk), at=NOW)

    assert (month.received, month.repeats) == (3, 1)
    assert (of_topic.received, of_topic.repeats) == (2, 1)


def test_a_reopened_case_came_again_but_counts_once_a_month(officer, unit, supervisor):
    topic = CategoryFactory.create()
    case = closed(officer=officer, category=topic)
    lifecycle.reopen(case, reason="ยังไม่เรียบร้อย", by=officer, at=NOW + DAY)
    person = PersonData(name="นาง ก", national_id="1234567890121")
    closed(officer=officer, person=person, category=topic)
    again = closed(officer=officer, person=person, category=topic, at=NOW + DAY)
    lifecycle.reopen(again, reason="ยังไม่เรียบร้อย", by=officer, at=NOW + 2 * DAY)
    asked = Asked(first_on=date(2026, 11, 1), last_on=date(2026, 11, 30))

    (month,) = repeat_months(supervisor, asked, at=NOW)

    assert (month.received, month.repeats) == (3, 2)


def test_the_board_says_what_fell(client, unit, plan, supervisor, cause):
    done = NOW - 200 * DAY
    action = plan(at=done, due_on=done.date())
    lifecycle.finish_action(action, result="เสร็จ", by=action.owner, at=done)
    for day in range(10, 40):
        coded(unit, cause, at=done - day * DAY)
    coded(unit, cause, at=done + DAY)
    supervisor.language = "en"
    supervisor.save(update_fields=["language"])
    client.force_login(supervisor)

    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("complaints:prevention")).content.decode()
        cases = client.get(reverse("complaints:figures_cases"), {"cause": cause.pk})

    assert "Fell by 91 %; with 95 % confidence by" in page
    assert "there is no rate per 1,000" in page
    assert "Numbers as a table" in page
    assert cases.content.decode().count("row-link") > 1


def test_the_board_is_for_who_works_with_cases(client, unit):
    client.force_login(StaffFactory.create(unit=unit, roles=[Role.ADMIN]))

    assert client.get(reverse("complaints:prevention")).status_code == 403
