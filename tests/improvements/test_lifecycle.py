"""The verbs of an improvement: done, refused, written down, told."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from agency import audit
from agency.models import Notice
from agency.refusal import Refused
from pmqa.improvements import lifecycle
from pmqa.improvements.effects import before_and_after
from pmqa.improvements.lifecycle import Origin
from pmqa.improvements.models import DueDay, Improvement, Measurement, Milestone
from tests.factories.agency import SegmentFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.improvements import NOW, ImprovementFactory, MilestoneFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
FACTS = {"title": "เปิดนอกเวลา", "problem": "มาไม่ทันเวลาราชการ"}


@pytest.fixture
def officer():
    return StaffFactory(unit=UnitFactory())


def refusal(run, **facts):
    """Return the sentence of a refusal in English, empty where it went through."""
    with translation.override("en"):
        try:
            run(**facts)
        except Refused as refused:
            return str(refused)
    return ""


def verbs_of(improvement):
    return [entry.verb for entry in audit.entries_of(improvement).order_by("pk")]


def kinds():
    return sorted(Notice.objects.values_list("kind", "recipient"))


def test_start_writes_the_origin_and_tells_who_is_responsible(officer):
    other = StaffFactory(unit=officer.unit)
    origin = Origin(source="cause", ref=7, words="สาเหตุ: คิวยาว")

    made = lifecycle.start(
        {**FACTS, "owner": other}, unit=officer.unit, origin=origin, by=officer, at=NOW
    )

    made.refresh_from_db()
    assert (made.source, made.source_ref, made.source_words) == ("cause", 7, "สาเหตุ: คิวยาว")
    assert (made.stage, made.state, made.made_at, made.unit) == (
        "understand",
        "running",
        NOW,
        officer.unit,
    )
    assert verbs_of(made) == ["improvement_started"]
    assert kinds() == [("improvements.given", other.pk)]


@pytest.mark.parametrize(
    "facts", [{"title": " "}, {"problem": ""}, {"audience": "group", "segment": None}]
)
def test_start_refuses_what_says_nothing(officer, facts):
    assert refusal(lifecycle.start, facts={**FACTS, **facts}, unit=officer.unit, by=officer, at=NOW)
    assert not Improvement.objects.exists()


def test_an_insight_is_drafted_once(officer):
    supervisor = SupervisorFactory(unit=officer.unit)
    told = {"title": "ก", "problem": "ข", "idea": "", "segment": None, "service": None}

    first, second = (
        lifecycle.draft_from_insight(5, **told, unit=officer.unit, by=officer, at=NOW)
        for _time in range(2)
    )

    assert first == second
    assert Improvement.objects.count() == 1
    assert kinds() == [("improvements.drafted", supervisor.pk)]
    assert verbs_of(first) == ["improvement_started"]


def test_change_keeps_source_and_counts_versions(officer):
    made = ImprovementFactory(made_by=officer)

    changed = lifecycle.change(
        made,
        {"title": "ใหม่", "segment": SegmentFactory(), "audience": "group"},
        by=officer,
        at=LATER,
        expected_version=1,
    )

    assert (changed.title, changed.audience, changed.version) == ("ใหม่", "group", 2)
    assert "Somebody" in refusal(
        lifecycle.change, improvement=made, facts={}, by=officer, at=LATER, expected_version=1
    )


def test_move_goes_along_the_board_and_back(officer):
    made = ImprovementFactory(made_by=officer)

    for stage in ("prototype", "define"):
        lifecycle.move(made, stage=stage, by=officer, at=NOW)

    made.refresh_from_db()
    assert made.stage == "define"
    assert [entry.data["new"] for entry in audit.entries_of(made).order_by("pk")] == [
        "prototype",
        "define",
    ]
    assert refusal(lifecycle.move, improvement=made, stage="define", by=officer, at=NOW)
    assert refusal(lifecycle.move, improvement=made, stage="x", by=officer, at=NOW)


def test_a_day_of_completion_is_kept_when_it_is_moved(officer):
    made = ImprovementFactory(made_by=officer)
    first, second = date(2026, 12, 1), date(2027, 1, 15)
    who = {"by": officer, "at": NOW}

    assert refusal(lifecycle.give_due_day, improvement=made, due_on=NOW.date(), **who)
    lifecycle.give_due_day(made, due_on=first, **who)
    assert "why" in refusal(lifecycle.give_due_day, improvement=made, due_on=second, **who)
    lifecycle.give_due_day(made, due_on=second, reason="รออุปกรณ์", **who)

    made.refresh_from_db()
    assert made.due_on == second
    assert list(DueDay.objects.values_list("due_on", "reason")) == [
        (first, ""),
        (second, "รออุปกรณ์"),
    ]


def test_use_publishing_and_the_end(officer):
    supervisor = SupervisorFactory(unit=officer.unit)
    made = ImprovementFactory(made_by=officer)
    who = {"by": supervisor, "at": LATER}

    assert refusal(lifecycle.publish, improvement=made, summary_th="ก", **who)
    lifecycle.take_into_use(made, by=officer, at=NOW)
    assert refusal(lifecycle.take_into_use, improvement=made, **who)
    assert refusal(lifecycle.publish, improvement=made, summary_th=" ", **who)
    lifecycle.publish(made, summary_th="เปิดถึงสองทุ่ม", **who)
    assert list(Improvement.objects.published()) == [made]
    assert refusal(lifecycle.finish, improvement=made, result="", **who)
    lifecycle.finish(made, result="รอสั้นลง", **who)
    for verb, facts in [
        (lifecycle.finish, {"result": "ก"}),
        (lifecycle.drop, {"reason": "ก"}),
        (lifecycle.move, {"stage": "test"}),
        (lifecycle.change, {"facts": {}}),
    ]:
        assert "ended" in refusal(verb, improvement=made, **facts, **who)
    lifecycle.unpublish(made, **who)
    assert refusal(lifecycle.unpublish, improvement=made, **who)
    lifecycle.end_use(made, **who)
    assert refusal(lifecycle.end_use, improvement=made, **who)

    made.refresh_from_db()
    assert (made.state, made.finished_at, made.finished_by) == ("done", LATER, supervisor)
    assert (made.live_at, made.live_until_at, made.published_at) == (NOW, LATER, None)


def test_what_is_dropped_says_why_and_is_no_longer_used(officer):
    made = ImprovementFactory(made_by=officer, live_at=NOW)

    assert refusal(lifecycle.drop, improvement=made, reason="", by=officer, at=LATER)
    lifecycle.drop(made, reason="ไม่คุ้ม", by=officer, at=LATER)

    made.refresh_from_db()
    assert (made.state, made.dropped_at, made.live_until_at) == ("dropped", LATER, LATER)
    assert refusal(lifecycle.take_into_use, improvement=made, by=officer, at=LATER)


def test_milestones_are_added_reached_and_taken_out(officer):
    other = StaffFactory(unit=officer.unit)
    made = ImprovementFactory(made_by=officer, due_on=date(2026, 12, 1))
    who = {"by": officer, "at": NOW}
    plan = {"what": "จัดเวร", "owner": other}

    assert refusal(
        lifecycle.add_milestone, improvement=made, **plan, due_on=date(2026, 12, 2), **who
    )
    step = lifecycle.add_milestone(made, **plan, due_on=date(2026, 11, 20), **who)
    spare = lifecycle.add_milestone(made, **plan, due_on=date(2026, 11, 21), **who)
    lifecycle.reach(step, **who)
    lifecycle.remove_milestone(spare, **who)

    assert list(Milestone.objects.values_list("pk", "reached_at")) == [(step.pk, NOW)]
    assert refusal(lifecycle.reach, milestone=step, **who)
    assert refusal(lifecycle.remove_milestone, milestone=step, **who)
    assert refusal(lifecycle.reach, milestone=spare, **who)
    assert [kind for kind, _to in kinds()] == ["improvements.milestone_given"] * 2


def test_reminders_go_out_once_before_the_day_and_once_after_it(officer):
    supervisor = SupervisorFactory(unit=officer.unit)
    made = ImprovementFactory(made_by=officer, due_on=date(2026, 12, 1))
    MilestoneFactory(improvement=made, due_on=date(2026, 11, 12))
    reached = MilestoneFactory(improvement=made, due_on=date(2026, 11, 12))
    lifecycle.reach(reached, by=officer, at=NOW)
    ImprovementFactory(
        due_on=date(2026, 11, 1), state="dropped", dropped_at=NOW, dropped_because="ก"
    )

    counts = {}
    for day in range(30):
        at = NOW + timedelta(days=day)
        counts[day] = lifecycle.remind_due(at=at)
        assert lifecycle.remind_due(at=at) == 0

    assert {day: count for day, count in counts.items() if count} == {0: 1, 4: 1, 19: 1, 23: 1}
    assert kinds() == sorted(
        [
            ("improvements.milestone_due", officer.pk),
            ("improvements.milestone_late", officer.pk),
            ("improvements.milestone_late", supervisor.pk),
            ("improvements.due", officer.pk),
            ("improvements.late", officer.pk),
            ("improvements.late", supervisor.pk),
        ]
    )


def test_a_measurement_stays_as_it_was_made(officer):
    made = ImprovementFactory(made_by=officer)
    months = [
        (date(2025 + number // 12, number % 12 + 1, 1), 50.0 - 10 * (number >= 10))
        for number in range(14)
    ]

    row = lifecycle.note_measurement(
        made,
        before_and_after([value for _month, value in months], turn=10),
        measure="3.4-05:mean",
        changed_on=date(2025, 11, 1),
        months=months,
        cutoff=NOW,
        by=officer,
        at=NOW,
    )

    assert (row.verdict, row.facts["change"], len(row.months)) == ("fell", -10.0, 14)
    assert verbs_of(made) == ["improvement_measured"]
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Measurement.objects.update(verdict="rose")


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "done"},
        {"state": "dropped", "dropped_at": NOW},
        {"source": "insight"},
        {"source_ref": 3},
        {"audience": "group"},
        {"published_at": NOW},
        {"live_until_at": NOW},
    ],
)
def test_what_must_never_be_false(officer, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        ImprovementFactory(made_by=officer, **facts)
