"""Snapshots: every answer in its column, only what changed read anew, over all versions."""

import copy

import numpy as np
import pytest
from django.db import connection

from surveys.lifecycle import snapshots
from surveys.models import Response
from surveys.selectors.frame import Frame
from tests.factories.surveys import DOCUMENT, NOW, ResponseFactory, VersionFactory, WaveFactory

pytestmark = pytest.mark.django_db

REAL_MARK = snapshots.mark_now

FULL = {
    "channel": "else",
    "channel_other": "ทางเรือ",
    "overall": 2,
    "why": ["slow"],
    "parts_steps": 3,
    "parts_staff": "na",
    "recommend": 10,
    "comment": "ขอเก้าอี้เพิ่ม",
}


@pytest.fixture
def wave():
    """A wave that two have answered, and one has begun."""
    wave = WaveFactory.create()
    ResponseFactory.create(wave=wave, answers=FULL, weight=2.5)
    ResponseFactory.create(wave=wave)
    ResponseFactory.create(
        wave=wave, state=Response.State.PARTIAL, submitted_on=None, submitted_at=None
    )
    return wave


def test_build_keeps_every_kind_of_answer(wave):
    frame = Frame(snapshots.build(wave, at=NOW))

    assert len(frame) == 2
    assert frame.choice("channel").codes.tolist() == [2, 0]
    assert frame.points("overall").tolist() == [2, 4]
    assert frame.array("parts_staff").tolist() == [-2, -1]
    assert frame.chosen("why", "slow")[0] == 1
    assert np.isnan(frame.chosen("why", "slow")[1])
    assert frame.chosen("why", "rude")[0] == 0
    assert frame.texts("channel_other")[1] == ["ทางเรือ"]
    assert frame.array("weight")[0] == 2.5
    assert frame.array("version").tolist() == [1, 1]


def mark_of_this_database() -> dict[str, int]:
    """Return the mark as if nobody else wrote on this server: tests beside this one hold it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        [xid] = cursor.fetchone()
    return REAL_MARK() | {"xid": xid}


@pytest.mark.django_db(transaction=True)
def test_build_reads_only_what_changed(wave, monkeypatch):
    monkeypatch.setattr(snapshots, "mark_now", mark_of_this_database)
    ResponseFactory.create_batch(6, wave=wave, answers={"overall": 5, "comment": "ดี"})
    first = snapshots.build(wave, at=NOW)
    voided, changed = wave.responses.filter(state="complete")[1:3]
    changed.answers = {"overall": 3}
    changed.save(update_fields=["answers"])
    voided.state = Response.State.VOID
    voided.save(update_fields=["state"])
    ResponseFactory.create(wave=wave, answers={"overall": 1, "comment": "ช้า"})
    fetched = []
    real = snapshots.read
    monkeypatch.setattr(
        snapshots, "read", lambda *a, only=None: fetched.append(only) or real(*a, only=only)
    )

    second = Frame(snapshots.build(wave, at=NOW))

    assert [len(only) for only in fetched] == [2]
    assert second.points("overall").tolist() == [2, 3, 5, 5, 5, 5, 5, 1]
    assert second.texts("comment")[1] == ["ขอเก้าอี้เพิ่ม", *["ดี"] * 5, "ช้า"]
    assert (first.number, second.snapshot.number) == (1, 2)
    assert snapshots.build(wave, at=NOW) == second.snapshot


def test_columns_of_later_versions_join_without_shifting_any(wave):
    document = copy.deepcopy(DOCUMENT)
    channel = document["sections"][0]["questions"][0]
    channel["options"] = [{"code": "phone", "text": {"th": "โทรศัพท์"}}, channel["options"][0]]
    document["sections"][1]["questions"].pop(0)
    later = VersionFactory.create(survey=wave.survey, number=2, document=document)
    ResponseFactory.create(wave=wave, version=later, answers={"channel": "phone"})

    frame = Frame(snapshots.build(wave, at=NOW))

    assert [value["code"] for value in frame.columns["channel"]["values"]] == [
        *("counter", "online", "else"),
        "phone",
    ]
    assert frame.choice("channel").codes.tolist() == [2, 0, 3]
    assert frame.columns["why"]["versions"] == [1]
    assert frame.array("version").tolist() == [1, 1, 2]


def test_build_is_none_without_an_answer(db):
    assert snapshots.build(WaveFactory.create(), at=NOW) is None
