"""Going back to who was not content: opened once, assigned, contacted, closed, reminded; the pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.models import Notice
from surveys.lifecycle import followups as verbs
from surveys.models import FollowUp
from tests.factories.agency import (
    PersonFactory,
    StaffFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.surveys import (
    NOW,
    FollowUpFactory,
    ResponseFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar():
    ThaiCalendarFactory()


def response(*, person=True, **facts):
    """Return an answer by somebody who left a contact."""
    return ResponseFactory(person=PersonFactory() if person else None, **facts)


@pytest.mark.parametrize(
    ("overall", "rule", "opens"),
    [(2, "low", True), (1, "low", True), (3, "low", False), (1, "", False)],
)
def test_low_answer_opens_a_follow_up_where_the_survey_says_so(overall, rule, opens):
    wave = WaveFactory(version__survey__follows_up=rule)

    made = verbs.open_if_dissatisfied(
        response(wave=wave, answers={"overall": overall, "comment": "รอนานมาก"}), at=NOW
    )

    assert (made is not None) == opens
    if made:
        assert made.wish == "รอนานมาก"


def test_detractors_are_followed_up_where_the_survey_says_so():
    wave = WaveFactory(version__survey__follows_up="detractor")

    assert verbs.open_if_dissatisfied(response(wave=wave, answers={"recommend": 6}), at=NOW)
    assert not verbs.open_if_dissatisfied(response(wave=wave, answers={"recommend": 7}), at=NOW)


def test_nothing_opens_without_a_contact_nor_after_an_anonymous_survey():
    anonymous = WaveFactory(version__survey=SurveyFactory(is_anonymous=True))
    silent = response(answers={"overall": 1})
    silent.person.email = silent.person.phone = ""

    assert (
        verbs.open_if_dissatisfied(response(person=False, answers={"overall": 1}), at=NOW) is None
    )
    assert verbs.open_if_dissatisfied(silent, at=NOW) is None
    hidden = response(person=False, wave=anonymous, answers={"overall": 1})
    assert verbs.open_if_dissatisfied(hidden, at=NOW) is None
    assert FollowUp.objects.count() == 0


def test_one_response_opens_one_follow_up_due_after_ten_working_days():
    bad = response(answers={"overall": 1})

    first = verbs.open_if_dissatisfied(bad, at=NOW)
    again = verbs.open_if_dissatisfied(bad, at=NOW + timedelta(days=1))

    assert first == again
    assert first.due_at.date().isoformat() == "2026-11-16"  # the tenth working day after 2 November


def test_assigned_contacted_closed():
    unit = UnitFactory()
    by, to = (StaffFactory(unit=unit, roles=["officer"]) for _each in range(2))
    followup = FollowUpFactory(unit=unit)

    verbs.assign_followup(followup, to=to, by=by, at=NOW)
    verbs.note_contact(followup, note="โทรแล้ว", by=to, at=NOW)
    closed = verbs.close_followup(followup, outcome="resolved", note="แก้แล้ว", by=to, at=NOW)

    assert (closed.owner, closed.contacted_by, closed.closed_by) == (to, to, to)
    assert closed.note == "โทรแล้ว\nแก้แล้ว"
    assert closed.is_in_time
    assert Notice.objects.get().kind == "surveys.followup_given"
    with pytest.raises(verbs.Refused):
        verbs.note_contact(followup, by=to, at=NOW)


def test_refused_without_outcome_words_or_reach():
    followup = FollowUpFactory()
    by = StaffFactory(unit=followup.unit, roles=["officer"])

    with pytest.raises(verbs.Refused):
        verbs.close_followup(followup, outcome="fine", note="x", by=by, at=NOW)
    with pytest.raises(verbs.Refused):
        verbs.close_followup(followup, outcome="resolved", note=" ", by=by, at=NOW)
    with pytest.raises(verbs.Refused):
        verbs.assign_followup(followup, to=StaffFactory(roles=["officer"]), by=by, at=NOW)


def test_reminded_once_before_and_once_after_the_limit():
    owner = StaffFactory(roles=["officer"])
    followup = FollowUpFactory(unit=owner.unit, owner=owner)
    times = [13, 13, 15, 16]

    counts = [verbs.remind_followups(at=NOW + timedelta(days=day)) for day in times]

    assert counts == [1, 0, 1, 0]
    assert list(Notice.objects.order_by("pk").values_list("kind", "recipient")) == [
        ("surveys.followup_due", owner.pk),
        ("surveys.followup_late", owner.pk),
    ]
    verbs.close_followup(followup, outcome="resolved", note="แก้แล้ว", by=owner, at=NOW)
    assert verbs.open_still(list(Notice.objects.all())) == set()


# Pages


@pytest.fixture
def officer():
    return StaffFactory(roles=["officer"])


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(client, officer, count, django_assert_num_queries):
    wave = WaveFactory(version=VersionFactory(survey__unit=officer.unit))
    FollowUpFactory.create_batch(count, wave=wave, owner=officer)
    client.force_login(officer)
    client.get(reverse("surveys:followups"))

    with django_assert_num_queries(4):
        page = client.get(reverse("surveys:followups"))

    assert len(page.context["page"].rows) == count


def test_page_closes_and_keeps_what_was_typed_when_refused(client, officer):
    followup = FollowUpFactory(unit=officer.unit)
    client.force_login(officer)
    close = reverse("surveys:followup_step", args=[followup.pk, "close"])

    refused = client.post(close, {"outcome": "explained", "note": ""})
    done = client.post(close, {"outcome": "explained", "note": "อธิบายแล้ว"})

    assert refused.status_code == 200
    assert followup.person.phone in refused.content.decode().replace("-", "").replace(" ", "")
    assert (done.status_code, done.url) == (302, followup.get_absolute_url())
    followup.refresh_from_db()
    assert (followup.outcome, followup.note) == ("explained", "อธิบายแล้ว")


def test_another_unit_sees_nothing_and_an_auditor_no_contact(client, officer):
    followup = FollowUpFactory(unit=officer.unit)
    auditor = StaffFactory(unit=officer.unit, roles=["auditor"])
    client.force_login(StaffFactory(roles=["officer"]))
    stranger = client.get(followup.get_absolute_url())
    client.force_login(auditor)
    page = client.get(followup.get_absolute_url())
    post = client.post(reverse("surveys:followup_step", args=[followup.pk, "contact"]))

    assert (stranger.status_code, page.status_code, post.status_code) == (404, 200, 403)
    assert followup.person.email not in page.content.decode()
