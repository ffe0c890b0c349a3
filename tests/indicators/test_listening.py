"""The indicators 3.1-05, -06, -08 and -09 against plain SQL; a cut-off, another unit and later work change nothing."""

from datetime import timedelta

import pytest
from django.db import connection

from agency import audit
from agency.models import Segment
from listening import lifecycle
from listening.lifecycle import hearings, openings, outcomes, speaking
from listening.models import Insight
from pmqa.indicators import periods
from pmqa.indicators.compute import heard_of, rows_of, sums_of
from tests.factories.agency import SegmentFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.hearings import HearingFactory, RuleSetFactory, sent, signed_up
from tests.factories.listening import EvidenceFactory, InsightFactory, VoiceFactory
from tests.factories.surveys import DOCUMENT, ResponseFactory, VersionFactory, WaveFactory
from tests.indicators.story import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(at(1, month=11).date())
CUTOFF = at(5, month=12)
BUSY = 30


@pytest.fixture
def root():
    ThaiCalendarFactory()
    return UnitFactory(parent=None)


@pytest.fixture
def officer(root):
    return StaffFactory(unit=UnitFactory(parent=root))


def told(unit, *, cutoff=CUTOFF):
    """Return the portal's figures, without those of other tests."""
    rows = rows_of(sums_of(NOVEMBER, unit=unit, cutoff=cutoff))
    wanted = ("3.1-05", "3.1-06", "3.1-08", "3.1-09")
    found = {
        (row.id, row.measure): (row.numerator, row.denominator) for row in rows if row.id in wanted
    }
    assert len(found) == 5
    return found


def asked_plainly(query, *values):
    """Return the one row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


# 3.1-05


def handed_over(officer, *, on, month=11):
    """Return an insight that was approved and handed over."""
    insight = InsightFactory(made_by=officer)
    EvidenceFactory(insight=insight)
    Insight.objects.filter(pk=insight.pk).update(
        state="approved", approved_by=StaffFactory(unit=officer.unit), approved_at=at(1, month=11)
    )
    return lifecycle.hand_over(insight, by=officer, at=at(on, month=month))


def test_insights_count_when_they_are_handed_over(root, officer):
    first = handed_over(officer, on=4)
    handed_over(officer, on=28)
    handed_over(officer, on=2, month=12)
    InsightFactory(made_by=officer)

    heard = heard_of(NOVEMBER, unit=root, cutoff=CUTOFF)

    assert told(root)["3.1-05", "acted"] == (2, None)
    assert told(root, cutoff=at(10, month=11))["3.1-05", "acted"] == (1, None)
    assert told(UnitFactory(parent=root))["3.1-05", "acted"] == (0, None)
    assert heard.records["insights"][0]["insight"] == first.pk
    plain = asked_plainly(
        "SELECT count(*) FROM listening_insight WHERE handed_over_at >= %s AND handed_over_at < %s",
        NOVEMBER.since,
        NOVEMBER.until,
    )
    assert plain == (2,)


# 3.1-06


def asking():
    """Return a questionnaire that asks for the segment."""
    question = {"code": "segment", "type": "single", "text": {"th": "ท่านเป็น", "en": "You are"}}
    section = DOCUMENT["sections"][0]
    first = {**section, "questions": [*section["questions"], question]}
    return {**DOCUMENT, "sections": [first, *DOCUMENT["sections"][1:]]}


PLAIN_COVERAGE = """
    SELECT count(*) FILTER (WHERE heard >= 30), count(*) FROM (
        SELECT s.id,
            (SELECT count(*) FROM listening_voice v JOIN agency_unit u ON u.id = v.first_unit_id
             WHERE v.segment_id = s.id AND u.path LIKE %s AND v.received_at >= %s
               AND v.received_at < %s AND v.recorded_at <= %s)
            + (SELECT count(*) FROM surveys_response r
               WHERE r.answers ->> 'segment' = s.code AND r.state = 'complete'
                 AND r.submitted_at <= %s) AS heard
        FROM agency_segment s WHERE s.is_active) AS told
"""


def test_segments_are_covered_by_voices_and_responses_together(root, officer):
    Segment.objects.all().delete()
    people, firms, clubs = (SegmentFactory(code=code) for code in ("people", "firms", "clubs"))
    heard = [VoiceFactory(unit=officer.unit, segment=people) for _each in range(BUSY - 1)]
    VoiceFactory(unit=officer.unit, segment=people, received_at=at(30, month=9))  # last year
    wave = WaveFactory(version=VersionFactory(document=asking(), survey__unit=root))
    for number in range(BUSY):
        code = "people" if number == 0 else "firms"
        answers = {"overall": 4, "segment": code}
        ResponseFactory(
            wave=wave, version=wave.version, answers=answers, submitted_at=at(9, month=11)
        )

    assert told(root)["3.1-06", "coverage"] == (1, 3)  # firms: one answer short of thirty
    since = periods.year_to_date(NOVEMBER.first).since
    plain = asked_plainly(PLAIN_COVERAGE, f"{root.path}%", since, NOVEMBER.until, CUTOFF, CUTOFF)
    assert plain == (1, 3)
    assert told(root, cutoff=at(8, month=11))["3.1-06", "coverage"] == (0, 3)

    # What is classified anew, switched off or added after the cut-off
    after = CUTOFF + timedelta(days=1)
    classes = lifecycle.Classes(kind="request", segment=firms)
    for voice in heard[:5]:
        lifecycle.triage(voice, classes=classes, by=officer, at=after)
    lifecycle.triage(
        heard[0],
        classes=lifecycle.Classes(kind="request", segment=clubs),
        by=officer,
        at=after + timedelta(hours=1),
    )
    Segment.objects.filter(pk=clubs.pk).update(is_active=False)
    audit.record(clubs, "edited", by=officer, at=after, fields=["is_active"])
    audit.record(SegmentFactory(code="later"), "added", by=officer, at=after)

    assert told(root)["3.1-06", "coverage"] == (1, 3)
    assert told(root, cutoff=after + timedelta(days=1))["3.1-06", "coverage"] == (1, 3)
    records = heard_of(NOVEMBER, unit=root, cutoff=after + timedelta(days=1)).records["segments"]
    assert {each["segment"]: each["voices"] for each in records} == {
        "firms": 4,
        "later": 0,
        "people": BUSY - 1 - 5,
    }


# 3.1-08


def opened(officer, **facts):
    """Return a hearing announced on 2 November: session on 20 November, views until the 23rd."""
    starts = at(20, month=11)
    hearing = HearingFactory(
        owner=officer,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        closes_at=starts + timedelta(days=3),
        **{"rules": RuleSetFactory(summary_days=5), **facts},
    )
    return hearings.announce(hearing, by=officer, at=at(2, month=11))


def test_who_took_part_is_counted_with_the_openings_of_the_page(root, officer):
    hearing = opened(officer)
    for day in (3, 3, 4, 30):
        openings.count_opening(hearing, on=at(day, month=11).date())
    openings.count_opening(hearing, on=at(1, month=12).date())
    for day in (4, 5):
        sent(hearing, at=at(day, month=11))
    signed = signed_up(hearing, at=at(6, month=11))
    signed_up(hearing, at=at(7, month=11))  # never speaks
    speaking.open_session(hearing, by=officer, at=at(20, month=11))
    speaking.call(signed, by=officer, at=at(20, month=11))
    speaking.close_session(hearing, by=officer, at=at(20, month=11) + timedelta(hours=1))

    found = told(root)

    assert found["3.1-08", "respondents"] == (3, None)
    assert found["3.1-08", "rate"] == (4, 4)
    early = told(root, cutoff=at(4, month=11) + timedelta(hours=1))
    assert early["3.1-08", "respondents"] == (1, None)
    assert early["3.1-08", "rate"] == (0, 2)  # the fourth is not over yet
    assert told(UnitFactory(parent=root))["3.1-08", "rate"] == (0, 0)
    plain = asked_plainly(
        """
        SELECT (SELECT count(*) FROM listening_testimony WHERE received_at < %(until)s)
             + (SELECT count(*) FROM listening_signup WHERE state = 'spoke' AND ended_at < %(until)s),
            (SELECT sum(count) FROM listening_hearingopening WHERE "on" < '2026-12-01')
        """.replace("%(until)s", "'2026-12-01 00:00+07'")
    )
    assert plain == (3, 4)


# 3.1-09


def ended(hearing, officer, *, summary):
    """Answer the hearing's issue and publish the summary on a day of November."""
    speaking.open_session(hearing, by=officer, at=at(20, month=11))
    speaking.close_session(hearing, by=officer, at=at(20, month=11) + timedelta(hours=1))
    words = {"change": "kept", "why": "ยังจำเป็น"}
    outcomes.answer_items(list(hearing.items.all()), by=officer, at=at(24, month=11), **words)
    outcomes.publish_summary(hearing, by=officer, at=summary)


def test_hearings_that_kept_the_rules_of_publication(root, officer):
    good, late, silent, short, off = (opened(officer) for _each in range(5))
    ended(good, officer, summary=at(28, month=11))  # the last day, 28 November
    ended(late, officer, summary=at(29, month=11))
    type(short).objects.filter(pk=short.pk).update(late_reason="น้ำท่วม")
    ended(short, officer, summary=at(25, month=11))
    hearings.cancel_hearing(off, reason="เลื่อน", by=officer, at=at(24, month=11))
    opened(officer, rules=RuleSetFactory(summary_days=30))  # due in December

    assert told(root)["3.1-09", "share"] == (1, 4)
    assert told(root, cutoff=at(28, month=11) + timedelta(hours=9))["3.1-09", "share"] == (0, 0)
    assert told(UnitFactory(parent=root))["3.1-09", "share"] == (0, 0)
    records = heard_of(NOVEMBER, unit=root, cutoff=CUTOFF).records["hearings"]
    assert {each["hearing"]: each["is_kept"] for each in records} == {
        good.code: True,
        late.code: False,
        silent.code: False,
        short.code: False,
    }
    plain = asked_plainly(
        """
        SELECT count(*) FILTER (WHERE late_reason = '' AND (published_at AT TIME ZONE 'Asia/Bangkok')::date
                <= summary_due_on), count(*)
        FROM listening_hearing WHERE announced_at IS NOT NULL AND cancelled_at IS NULL
            AND summary_due_on >= '2026-11-01' AND summary_due_on < '2026-12-01'
        """
    )
    assert plain == (1, 4)

    hearings.cancel_hearing(silent, reason="เลิก", by=officer, at=CUTOFF + timedelta(days=1))
    assert told(root)["3.1-09", "share"] == (1, 4)
