"""The verbs of a self-assessment: done, refused, recorded, announced."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from agency.models import AuditEntry, Notice, Role
from agency.refusal import Refused
from pmqa.assessment import lifecycle, selectors
from pmqa.assessment.lifecycle import Outdated
from pmqa.assessment.models import Assessment, Box, CriteriaSet, Item, State, Tick
from tests.factories.agency import UnitFactory
from tests.factories.assessment import (
    ASSESSED_AT,
    YEAR,
    a_head,
    a_submitted,
    an_assessment,
    an_entry,
    answered_item,
    boxes_of,
)

pytestmark = pytest.mark.django_db
LATER = ASSESSED_AT + timedelta(days=3)


@pytest.fixture
def root():
    """The agency."""
    return UnitFactory.create()


@pytest.fixture
def head(root):
    """A supervisor of a unit below the agency."""
    return a_head(UnitFactory.create(parent=root))


@pytest.fixture
def chair(root):
    """An executive of the agency: the committee."""
    return a_head(root, Role.EXECUTIVE)


def verbs_of(assessment):
    """The verbs recorded about an assessment, oldest first."""
    rows = AuditEntry.objects.filter(
        object_id=assessment.pk, content_type__model="assessment"
    ).order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_the_default_criteria_have_the_boxes_of_the_standard():
    lifecycle.seed(ASSESSED_AT)
    lifecycle.seed(ASSESSED_AT)

    criteria = CriteriaSet.objects.get()
    counts = {
        item.code: [len(boxes_of(item, level)) for level in (1, 2, 3)]
        for item in criteria.items.all()
    }
    assert criteria.fiscal_year == 2570
    assert counts == {"3.1": [1, 1, 1], "3.2": [1, 1, 1], "3.3": [3, 1, 2], "3.4": [3, 2, 2]}


def test_a_new_year_copies_the_criteria_as_they_were_edited(head):
    old = lifecycle.criteria_of(2570, by=head, at=ASSESSED_AT)
    Box.objects.filter(item__criteria=old, item__code="3.1", level=1).update(text_th="แก้ไขแล้ว")

    new = lifecycle.criteria_of(2571, by=head, at=ASSESSED_AT)

    item = new.items.get(code="3.1")
    assert item.boxes.get(level=1).text_th == "แก้ไขแล้ว"
    assert Item.objects.filter(criteria=new).count() == 4
    assert Box.objects.filter(item__criteria=new).count() == 19


def test_an_assessment_is_begun_once_a_year(head):
    first = an_assessment(head)

    again = an_assessment(head, at=LATER)

    assert first == again
    assert Assessment.objects.count() == 1
    assert verbs_of(first) == ["assessment_started"]


def test_explanations_of_last_year_are_copied_and_marked_until_they_change(head):
    old = an_assessment(head, year=YEAR - 1)
    answered_item(old, old.criteria.items.get(code="3.2"), by=head, levels=(1, 2))

    new = an_assessment(head, is_copying=True)

    item = new.criteria.items.get(code="3.2")
    copies = list(new.answers.values_list("item__code", "level", "explanation", "copied_from"))
    assert copies == [
        ("3.2", 1, "ดำเนินการแล้ว", YEAR - 1),
        ("3.2", 2, "ดำเนินการแล้ว", YEAR - 1),
    ]
    assert new.ticks.count() == 0
    entry = an_entry(item, 1, text="ปีนี้ทำเพิ่ม", version=1)
    lifecycle.write(new, item, entries=[entry], by=head, at=LATER)
    marks = new.answers.order_by("level").values_list("copied_from", flat=True)
    assert list(marks) == [None, YEAR - 1]


def test_writing_ticks_and_scores_and_keeps_what_was_taken_away(head):
    assessment = an_assessment(head)
    item = assessment.criteria.items.get(code="3.4")
    basic = sorted(boxes_of(item, 1))

    entry = an_entry(item, 1, boxes=basic[:2])
    lifecycle.write(assessment, item, entries=[entry], by=head, at=ASSESSED_AT)
    entry = an_entry(item, 1, boxes=basic[1:], version=1)
    lifecycle.write(assessment, item, entries=[entry], by=head, at=LATER)

    before = selectors.sheet(assessment, at=ASSESSED_AT).part(item)
    now = selectors.sheet(assessment).part(item)
    assert before.levels[0].ticked_ids("unit") == basic[:2]
    assert now.levels[0].ticked_ids("unit") == basic[1:]
    assert (now.unit.points, now.unit.level) == (200, 0)
    assert Tick.objects.filter(box=basic[0]).get().taken_at == LATER
    assert verbs_of(assessment) == [
        "assessment_started",
        "assessment_written",
        "assessment_written",
    ]


def test_saying_the_same_again_writes_nothing(head):
    assessment = an_assessment(head)
    item = assessment.criteria.items.first()
    answered_item(assessment, item, by=head)

    answered_item(assessment, item, by=head, at=LATER)  # an old version, but nothing new

    assert verbs_of(assessment) == ["assessment_started", "assessment_written"]
    assert assessment.answers.get().version == 1


def test_who_saw_an_older_text_does_not_overwrite_the_newer(head):
    assessment = an_assessment(head)
    item = assessment.criteria.items.first()
    answered_item(assessment, item, by=head)

    with pytest.raises(Outdated):
        lifecycle.write(assessment, item, entries=[an_entry(item, 1, text="อื่น")], by=head, at=LATER)

    assert assessment.answers.get().explanation == "ดำเนินการแล้ว"


def test_a_box_of_another_item_is_refused(head):
    assessment = an_assessment(head)
    item, other = assessment.criteria.items.all()[:2]

    entry = an_entry(item, 1, boxes=boxes_of(other, 1))
    with pytest.raises(Refused):
        lifecycle.write(assessment, item, entries=[entry], by=head, at=LATER)

    assert Tick.objects.count() == 0


def test_ticks_without_words_are_not_submitted(head):
    assessment = an_assessment(head)
    item = assessment.criteria.items.get(code="3.1")
    lifecycle.write(assessment, item, entries=[an_entry(item, 1, text="")], by=head, at=ASSESSED_AT)

    with pytest.raises(Refused, match=r"3\.1"):
        lifecycle.submit(assessment, by=head, at=LATER)


def test_the_committee_ticks_apart_and_the_unit_is_told(head, chair):
    assessment = a_submitted(head)
    item = assessment.criteria.items.first()
    told = Notice.objects.get(kind="assessment.submitted")

    entry = an_entry(item, 1, text="หลักฐานครบ", boxes=[], version=1)
    lifecycle.tick(assessment, item, entries=[entry], by=chair, at=LATER)
    lifecycle.judge(assessment, by=chair, at=LATER)

    found = selectors.sheet(Assessment.objects.get(pk=assessment.pk))
    part = found.part(item)
    assert told.recipient == chair
    assert (part.unit.points, part.committee.points) == (300, 0)
    assert (found.unit, found.committee) == (75, 0)
    assert part.levels[0].answer.remark == "หลักฐานครบ"
    assert part.levels[0].explanation == "ดำเนินการแล้ว"
    assert Notice.objects.get(kind="assessment.judged").recipient == head
    assert verbs_of(assessment)[2:] == [
        "assessment_submitted",
        "assessment_ticked",
        "assessment_judged",
    ]


def test_the_committee_sends_back_with_a_reason(head, chair):
    assessment = a_submitted(head)

    with pytest.raises(Refused):
        lifecycle.send_back(assessment, reason=" ", by=chair, at=LATER)
    assessment = lifecycle.send_back(assessment, reason="ขาดหลักฐาน", by=chair, at=LATER)

    assert (assessment.state, assessment.remark) == (State.DRAFT, "ขาดหลักฐาน")
    assert assessment.submitted_at is None
    assert lifecycle.submit(assessment, by=head, at=LATER).remark == ""


def test_nobody_judges_what_they_submitted(chair):
    assessment = a_submitted(chair)

    with pytest.raises(Refused):
        lifecycle.judge(assessment, by=chair, at=LATER)


def test_closing_sets_the_follow_ups_and_freezes(head, chair):
    assessment = lifecycle.judge(a_submitted(head), by=chair, at=LATER)

    assessment = lifecycle.close(assessment, by=chair, at=LATER)

    days = list(assessment.followups.values_list("months", "due_on"))
    assert days == [(6, date(2027, 5, 5)), (12, date(2027, 11, 5))]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(state=State.JUDGED)
    with pytest.raises(Refused):
        lifecycle.close(assessment, by=chair, at=LATER)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_others_do_not_write(head, role):
    assessment = an_assessment(head)
    item = assessment.criteria.items.first()
    other = a_head(head.unit, role)

    with pytest.raises(Refused):
        answered_item(assessment, item, by=other)
    with pytest.raises(Refused):
        lifecycle.submit(assessment, by=other, at=LATER)
    with pytest.raises(Refused):
        lifecycle.start(head.unit, year=YEAR + 1, is_copying=False, by=other, at=LATER)


def test_the_grid_is_told_as_of_an_instant(head, chair):
    assessment = a_submitted(head)
    item = assessment.criteria.items.first()
    lifecycle.tick(assessment, item, entries=[an_entry(item, 1, version=1)], by=chair, at=LATER)
    lifecycle.judge(assessment, by=chair, at=LATER)

    early = selectors.grid(head.unit, YEAR, ASSESSED_AT)
    late = selectors.grid(head.unit, YEAR, LATER)

    assert selectors.grid(head.unit, YEAR, ASSESSED_AT - timedelta(days=1)) is None
    assert (early.unit_points, early.committee_points, early.is_judged) == (75, None, False)
    assert (late.unit_points, late.committee_points, late.is_judged) == (75, 75, True)
    assert [line.unit_points for line in late.lines] == [300, 0, 0, 0]
