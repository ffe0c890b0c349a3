"""Waves are prepared, opened, extended and closed; the wish for a sample is computed as in the books."""

from datetime import timedelta

import pytest

from agency.models import AuditEntry
from agency.refusal import Refused
from surveys import lifecycle
from surveys.estimation import size_for_share
from surveys.models import Mode, Response, Wave
from tests.factories.agency import StaffFactory
from tests.factories.surveys import (
    CLOSES,
    NOW,
    OPENS,
    InvitationFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return StaffFactory.create()


def draft(by, version=None, **more):
    version = version or VersionFactory.create()
    facts = {"code": "sat-2570", "name_th": "รอบปี 2570", "opens_at": OPENS, "closes_at": CLOSES}
    facts |= {"modes": [Mode.LINK], "responsible": by} | more
    return lifecycle.prepare(version.survey, version=version, by=by, at=NOW, **facts)


def test_wave_goes_from_preparation_to_closing(by):
    strata = [{"code": "n", "label_th": "เหนือ", "population": 100}]
    quotas = [{"column": "channel", "value": "counter", "limit": 5}]
    wave = draft(by, strata=strata, quotas=quotas)
    wave = lifecycle.change_wave(
        wave, version=wave.version, by=by, at=NOW, code="sat-2571", strata=strata * 1
    )
    assert (wave.code, wave.strata.count(), wave.quotas.count()) == ("sat-2571", 1, 0)

    wave = lifecycle.open_wave(wave, by=by, at=NOW)
    wave = lifecycle.extend_wave(
        wave, closes_at=CLOSES + timedelta(days=7), reason="ฝนตกหนัก", by=by, at=NOW
    )
    wave = lifecycle.close_wave(wave, by=by, at=NOW + timedelta(days=1))

    assert (wave.state, wave.is_taking(NOW + timedelta(days=1))) == ("closed", False)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        f"wave_{verb}" for verb in ["prepared", "changed", "opened", "extended", "closed"]
    ]


def test_wave_refuses_what_does_not_fit(by, english):
    wave = draft(by)
    closed = WaveFactory.create(state="closed", closed_at=NOW)
    refused = {
        "is taken": lambda: draft(by),
        "no column": lambda: draft(
            by, code="other", quotas=[{"column": "sex", "value": "f", "limit": 1}]
        ),
        "in the past": lambda: lifecycle.open_wave(wave, by=by, at=CLOSES),
        "Only an open wave can be extended": lambda: lifecycle.extend_wave(
            wave, closes_at=CLOSES, reason="", by=by, at=NOW
        ),
        "Only an open wave can be closed": lambda: lifecycle.close_wave(closed, by=by, at=NOW),
        "another survey": lambda: lifecycle.prepare(
            wave.survey, version=closed.version, by=by, at=NOW, code="third"
        ),
    }
    for words, verb in refused.items():
        with pytest.raises(Refused, match=words):
            verb()
    opened = lifecycle.open_wave(wave, by=by, at=NOW)
    for verb, words in (
        (lambda: lifecycle.open_wave(opened, by=by, at=NOW), "opened already"),
        (
            lambda: lifecycle.extend_wave(opened, closes_at=NOW, reason="", by=by, at=NOW),
            "must be later",
        ),
        (
            lambda: lifecycle.change_wave(opened, version=opened.version, by=by, at=NOW, code="x1"),
            "open already",
        ),
    ):
        with pytest.raises(Refused, match=words):
            verb()


def test_waves_whose_hour_has_come_are_closed_and_nobody_is_reminded():
    over, running = WaveFactory.create(), WaveFactory.create(closes_at=CLOSES + timedelta(days=1))
    InvitationFactory.create(wave=over, state="sent", remind_at=NOW)

    assert lifecycle.close_overdue(at=CLOSES) == 1
    assert lifecycle.close_overdue(at=CLOSES) == 0

    over.refresh_from_db()
    assert (over.state, over.closes_at, over.invitations.get().remind_at) == (
        "closed",
        CLOSES,
        None,
    )
    assert list(Wave.objects.open()) == [running]


def test_past_fieldwork_is_written_at_once(by):
    wave = draft(by)
    fields = {
        "mode": "link",
        "state": "complete",
        "submitted_on": NOW.date(),
        "saved_on": NOW.date(),
    }

    count = lifecycle.write_past(
        wave, [{"uid": f"{n:032x}", **fields} for n in range(3)], closed_at=CLOSES
    )

    assert (count, Response.objects.count(), Wave.objects.get().state) == (3, 3, "closed")


@pytest.mark.parametrize(
    ("wish", "answers", "invitations"),
    [
        ({}, 385, 385),
        ({"population": 1000}, 278, 278),
        ({"population": 1000, "deff": 2, "response_rate": 0.5}, 435, 870),
        ({"share": 0.9, "margin": 0.03, "response_rate": 0.4}, 385, 963),
        ({"population": 20}, 20, 20),
    ],
)
def test_sample_size_is_that_of_the_books(wish, answers, invitations):
    size = size_for_share(**wish)

    assert (size.answers, size.invitations) == (answers, invitations)
