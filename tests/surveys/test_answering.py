"""Answers are taken once, within their time and quotas; anonymous ones are joined to nobody."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connection

from agency.models import AuditEntry
from agency.refusal import Refused
from surveys import lifecycle
from surveys.lifecycle import Coming
from surveys.models import Invitation, Mode, Quota, Response
from surveys.selectors import answering as selectors
from surveys.selectors.links import hash_of, resume_code, token_of
from tests.factories.agency import StaffFactory
from tests.factories.surveys import (
    CLOSES,
    NOW,
    InvitationFactory,
    QuotaFactory,
    StratumFactory,
    SurveyFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
ANSWERS = {"channel": "counter", "overall": 4}


def coming(wave, **more):
    return Coming(**({"wave": wave, "uid": uuid.uuid4(), "mode": Mode.LINK} | more))


def invited(wave, **more):
    invitation = InvitationFactory.create(wave=wave, state="sent", **more)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=hash_of(token_of(invitation.pk)))
    return selectors.invitation_of(token_of(invitation.pk))


def anonymous_wave():
    return WaveFactory.create(version__survey=SurveyFactory.create(is_anonymous=True))


def test_pages_are_saved_and_found_again_by_code():
    who = coming(WaveFactory.create())

    lifecycle.save(who, {"channel": "online"}, page="s2", at=NOW)
    saved = lifecycle.save(who, ANSWERS, page="s2", at=NOW)

    assert (saved.state, saved.answers, saved.page) == ("partial", ANSWERS, "s2")
    code = resume_code(who.uid)
    assert selectors.uid_of_code(who.wave, code.lower().replace("-", " ")) == who.uid
    assert selectors.uid_of_code(WaveFactory.create(), code) is None
    lifecycle.submit(who, ANSWERS, at=NOW)
    assert selectors.uid_of_code(who.wave, code) is None


def test_second_press_gives_the_first_response():
    who = coming(WaveFactory.create())

    first = lifecycle.submit(who, ANSWERS, at=NOW)
    second = lifecycle.submit(who, {**ANSWERS, "overall": 1}, at=NOW + timedelta(days=60))

    assert second == first
    found = Response.objects.get()
    assert (found.answers, found.submitted_at, found.submitted_on) == (
        ANSWERS,
        NOW,
        date(2026, 11, 2),
    )
    with pytest.raises(Refused):
        lifecycle.save(who, {}, page="s1", at=NOW)


def test_answers_that_do_not_fit_are_refused_by_column(english):
    with pytest.raises(lifecycle.Unfit) as refused:
        lifecycle.submit(coming(WaveFactory.create()), {"channel": "counter"}, at=NOW)

    assert [problem.column for problem in refused.value.problems] == ["overall"]
    assert not Response.objects.exists()


def test_wave_closes_by_itself_at_the_stated_instant():
    wave = WaveFactory.create()
    almost = CLOSES - timedelta(microseconds=1)

    lifecycle.submit(coming(wave), ANSWERS, at=almost)
    for verb in (
        lambda: lifecycle.submit(coming(wave), ANSWERS, at=CLOSES),
        lambda: lifecycle.save(coming(wave), ANSWERS, page="", at=CLOSES),
    ):
        with pytest.raises(Refused):
            verb()
    lifecycle.submit(coming(wave, mode=Mode.PAPER, reference="1"), ANSWERS, at=CLOSES)

    assert sorted(Response.objects.values_list("mode", flat=True)) == ["link", "paper"]


def test_full_quota_screens_out_and_counts_in_no_other():
    wave = WaveFactory.create()
    wide = QuotaFactory.create(wave=wave, column="overall", value="4", limit=9)
    QuotaFactory.create(wave=wave)

    states = [lifecycle.submit(coming(wave), ANSWERS, at=NOW).state for _each in range(2)]
    assert lifecycle.screen_out(coming(wave), {"channel": "online"}, at=NOW) is None
    early = lifecycle.screen_out(coming(wave), {"channel": "counter"}, at=NOW)

    assert (states, early.value) == (["complete", "screened"], "counter")
    wide.refresh_from_db()
    assert wide.filled_count == 1


def test_void_frees_the_quota_and_says_why():
    wave = WaveFactory.create()
    QuotaFactory.create(wave=wave)
    by = StaffFactory.create()

    response = lifecycle.submit(coming(wave), ANSWERS, at=NOW)
    lifecycle.void(response, reason="ทดสอบระบบ", by=by, at=NOW)

    with pytest.raises(Refused):
        lifecycle.void(response, reason="อีกครั้ง", by=by, at=NOW)
    assert Quota.objects.get().filled_count == 0
    assert AuditEntry.objects.get(verb="voided").reason == "ทดสอบระบบ"


def test_named_invitation_is_spent_with_its_answer_and_never_again():
    invitation = invited(WaveFactory.create(), weight=2.5)
    first = coming(invitation.wave, mode=Mode.INVITATION, invitation=invitation)

    lifecycle.save(first, ANSWERS, page="s2", at=NOW)
    assert selectors.uid_of_invitation(invitation) == first.uid
    response = lifecycle.submit(first, ANSWERS, at=NOW)

    invitation.refresh_from_db()
    assert (response.weight, invitation.is_spent, invitation.spent_at) == (2.5, True, NOW)
    other = coming(invitation.wave, mode=Mode.INVITATION, invitation=invitation)
    with pytest.raises(Refused):
        lifecycle.submit(other, ANSWERS, at=NOW)


def test_anonymous_link_is_spent_once_and_again_after_a_kill():
    invitation = invited(anonymous_wave())
    who = coming(invitation.wave, mode=Mode.INVITATION, invitation=invitation)

    lifecycle.submit(who, ANSWERS, at=NOW)
    with pytest.raises(Refused):
        lifecycle.submit(
            coming(invitation.wave, mode=Mode.INVITATION, invitation=invitation), ANSWERS, at=NOW
        )
    Invitation.objects.update(is_spent=False)  # as if killed between the two statements
    lifecycle.submit(who, ANSWERS, at=NOW)

    assert Response.objects.count() == 1
    assert Invitation.objects.get().is_spent


def test_anonymous_answers_take_over_only_what_enough_others_share():
    wave = anonymous_wave()
    crowd, few = StratumFactory.create(wave=wave), StratumFactory.create(wave=wave)
    for _each in range(wave.smallest_cell - 1):
        InvitationFactory.create(wave=wave, stratum=crowd)

    found = {}
    for stratum in (crowd, few):
        invitation = invited(wave, stratum=stratum, weight=1.25)
        who = coming(wave, mode=Mode.INVITATION, invitation=invitation)
        response = lifecycle.submit(who, ANSWERS, at=NOW)
        found[stratum] = (response.stratum, response.weight)

    assert found == {crowd: (crowd, None), few: (None, None)}


@pytest.mark.django_db(transaction=True)
def test_nothing_in_any_table_joins_an_anonymous_answer_to_its_invitation(client, monkeypatch):
    wave = anonymous_wave()
    links = [token_of(invited(wave, email=f"p{n}@example.org").pk) for n in range(3)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    for link in links:
        client.get(f"/i/{link}/")
        client.post(f"/s/{wave.code}/")
        client.post(
            f"/s/{wave.code}/answer/", {"page": "s1", "shown": ["channel", "overall"], **ANSWERS}
        )
        sent = client.post(
            f"/s/{wave.code}/answer/", {"page": "s2", "shown": ["parts", "recommend", "comment"]}
        )
        assert sent["Location"] == f"/s/{wave.code}/thanks/"
    wave.survey.refresh_from_db()
    lifecycle.blur(wave)

    answers = list(Response.objects.order_by("pk"))
    assert [(each.state, each.submitted_on) for each in answers] == [
        ("complete", date(2026, 11, 2))
    ] * 3
    secrets = {str(each.uid) for each in answers} | {each.uid.hex for each in answers} | set(links)
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            cells = [
                bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell)
                for cell in row
            ]
            known = {secret for secret in secrets if any(secret in cell for cell in cells)}
            assert known <= ({str(row[3])} if model is Response else set()), model
    about = apps.get_model("contenttypes", "ContentType").objects.get_for_models(
        Response, Invitation
    )
    assert not AuditEntry.objects.filter(content_type__in=about.values()).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xmin FROM surveys_invitation UNION SELECT xmin FROM surveys_response"
        )
        assert len(cursor.fetchall()) == 2, "one transaction for all answers, one for all links"
    assert not client.session.keys()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_posted_by_four_threads_is_one_response():
    wave = WaveFactory.create()
    uids = [uuid.uuid4() for _row in range(20)]
    barrier = Barrier(4)

    def press(_thread):
        try:
            for uid in uids:
                barrier.wait(10)
                lifecycle.submit(coming(wave, uid=uid), ANSWERS, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))

    assert Response.objects.filter(state="complete").count() == 20


@pytest.mark.django_db(transaction=True)
def test_quota_is_atomic_at_its_limit():
    wave = WaveFactory.create()
    QuotaFactory.create(wave=wave, limit=33)
    barrier = Barrier(4)

    def press(_thread):
        try:
            for _row in range(20):
                barrier.wait(10)
                lifecycle.submit(coming(wave), ANSWERS, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))

    states = list(Response.objects.values_list("state", flat=True))
    assert (states.count("complete"), states.count("screened")) == (33, 47)
    assert Quota.objects.get().filled_count == 33
