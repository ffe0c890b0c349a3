"""Gaps, the plan against them, follow-ups and reminders."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from agency.models import Notice, Role
from agency.refusal import Refused
from pmqa.assessment import lifecycle, selectors
from pmqa.assessment.lifecycle import Outdated
from pmqa.assessment.models import PlanStep
from pmqa.assessment.pictures import radar_of
from tests.factories.agency import UnitFactory
from tests.factories.assessment import (
    ASSESSED_AT,
    a_head,
    a_submitted,
    an_assessment,
    an_entry,
    answered_item,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
DUE = date(2026, 12, 1)


@pytest.fixture
def head():
    """A supervisor of a unit below the agency."""
    return a_head(UnitFactory.create(parent=UnitFactory.create()))


def planned(assessment, *, by, box=None, version=0, due_on=DUE, owner=None):
    """A step against a gap of the first item."""
    return lifecycle.plan(
        assessment,
        box or assessment.criteria.items.first().boxes.first(),
        action="จัดทำทะเบียนช่องทาง",
        owner=owner or by,
        due_on=due_on,
        version=version,
        by=by,
        at=ASSESSED_AT,
    )


def missing(assessment):
    """Items and levels of the gaps."""
    sheet = selectors.sheet(assessment)
    return [(gap.item.code, gap.level.value) for gap in selectors.gaps(sheet, today=TODAY)]


def test_gaps_are_the_boxes_missing_to_the_next_level(head):
    assessment = an_assessment(head)
    first, *_rest, last = assessment.criteria.items.all()
    answered_item(assessment, first, by=head, levels=(1, 2, 3))
    answered_item(assessment, last, by=head)

    assert missing(assessment) == [
        ("3.2", 1),
        *[("3.3", 1)] * 3,
        *[("3.4", 2)] * 2,
    ]


def test_gaps_go_by_the_committee_once_it_has_judged(head):
    assessment = a_submitted(head)
    chair = a_head(head.unit.parent, Role.EXECUTIVE)
    item = assessment.criteria.items.first()
    entry = an_entry(item, 1, text="ไม่พบหลักฐาน", boxes=[], version=1)
    lifecycle.tick(assessment, item, entries=[entry], by=chair, at=ASSESSED_AT)
    before = missing(assessment)

    assessment = lifecycle.judge(assessment, by=chair, at=ASSESSED_AT)

    assert (before[0], missing(assessment)[0]) == (("3.1", 2), ("3.1", 1))


def test_a_step_is_planned_changed_and_done(head):
    assessment = an_assessment(head)
    step = planned(assessment, by=head)

    with pytest.raises(Outdated):
        planned(assessment, by=head)  # somebody who saw no step
    changed = planned(assessment, by=head, version=1, due_on=date(2027, 1, 4))
    done = lifecycle.carry_out(changed, outcome="มีทะเบียนแล้ว", by=head, at=ASSESSED_AT)

    assert PlanStep.objects.get() == step == done
    assert (done.version, done.due_on, done.done_by) == (3, date(2027, 1, 4), head)
    with pytest.raises(Refused):
        lifecycle.carry_out(step, outcome="อีกครั้ง", by=head, at=ASSESSED_AT)


def test_an_owner_is_of_the_unit_or_below_and_may_say_it_is_done(head):
    assessment = an_assessment(head)
    stranger = a_head()
    helper = a_head(UnitFactory.create(parent=head.unit), Role.OFFICER)

    with pytest.raises(Refused):
        planned(assessment, by=head, owner=stranger)
    step = planned(assessment, by=head, owner=helper)
    with pytest.raises(Refused):
        lifecycle.carry_out(step, outcome="เสร็จ", by=stranger, at=ASSESSED_AT)

    assert lifecycle.carry_out(step, outcome="เสร็จ", by=helper, at=ASSESSED_AT).done_by == helper


def test_owners_are_told_once_before_and_once_after_the_day(head):
    planned(an_assessment(head), by=head)
    days = {"early": -30, "soon": -10, "again": -9, "late": 1, "later": 2}

    counts = {
        name: lifecycle.remind(at=ASSESSED_AT + timedelta(days=29 + day))
        for name, day in days.items()
    }

    assert counts == {"early": 0, "soon": 1, "again": 0, "late": 1, "later": 0}
    kinds = Notice.objects.filter(kind__startswith="assessment.step").order_by("pk")
    assert [(row.kind, row.recipient) for row in kinds] == [
        ("assessment.step_due", head),
        ("assessment.step_late", head),
    ]


def test_a_step_that_was_moved_is_told_of_anew(head):
    assessment = an_assessment(head)
    planned(assessment, by=head)
    lifecycle.remind(at=ASSESSED_AT + timedelta(days=20))

    planned(assessment, by=head, version=1, due_on=DUE + timedelta(days=7))

    assert lifecycle.remind(at=ASSESSED_AT + timedelta(days=28)) == 1


def test_follow_ups_are_asked_for_once_and_told_once(head):
    chair = a_head(head.unit.parent, Role.EXECUTIVE)
    assessment = lifecycle.judge(a_submitted(head), by=chair, at=ASSESSED_AT)
    assessment = lifecycle.close(assessment, by=chair, at=ASSESSED_AT)
    half = ASSESSED_AT + timedelta(days=182)

    counts = [
        lifecycle.remind(at=at)
        for at in (half - timedelta(days=2), half, half, half + timedelta(days=200))
    ]
    first = assessment.followups.get(months=6)
    lifecycle.tell(first, told="ดำเนินการแล้วครึ่งหนึ่ง", by=head, at=half)

    assert counts == [0, 1, 0, 1]
    assert Notice.objects.filter(kind="assessment.followup_due").count() == 2
    with pytest.raises(Refused):
        lifecycle.tell(first, told="อีกครั้ง", by=head, at=half)


def test_what_is_owed_is_counted_for_the_home_page(head):
    assessment = an_assessment(head)
    boxes = list(assessment.criteria.items.last().boxes.all())
    for box, days in zip(boxes, (-1, 0, 14, 15), strict=False):
        planned(assessment, by=head, box=box, due_on=TODAY + timedelta(days=days))

    mine = selectors.owed_steps(head, today=TODAY)
    others = selectors.owed_steps(a_head(), today=TODAY)

    assert (mine.late_count, mine.soon_count) == (1, 2)
    assert (others.late_count, others.soon_count, others.first_url) == (0, 0, "")


def test_the_radar_says_where_the_most_is_missing(head):
    assessment = an_assessment(head)
    for item in assessment.criteria.items.all()[1:]:
        answered_item(assessment, item, by=head)

    chart = radar_of(selectors.sheet(assessment), has_committee=True)

    assert [list(shape.values) for shape in chart.shapes] == [[0, 300, 300, 300], [0, 0, 0, 0]]
    assert [axis.short for axis in chart.axes] == ["3.1", "3.2", "3.3", "3.4"]
    first = next(chart.drawn)
    assert first.points == "210.0,165.0 282.0,165.0 210.0,237.0 138.0,165.0"


def test_planning_by_pages_keeps_what_was_typed(client, head):
    assessment = an_assessment(head)
    box = assessment.criteria.items.first().boxes.first()
    url = reverse("assessment:step", args=[assessment.pk, box.pk])
    client.force_login(head)
    typed = {"action": "ทำทะเบียน", "owner": head.pk, "due_on": "01/12/2569", "version": "0"}

    bad = client.post(url, typed | {"due_on": "วันไหนก็ได้"})
    kept = client.post(url, typed)
    late = client.post(url, typed | {"action": "ฉบับของฉัน"})  # opened before the other was kept

    assert "ทำทะเบียน" in bad.content.decode()
    assert (bad.status_code, kept.status_code, late.status_code) == (200, 302, 200)
    assert "ฉบับของฉัน" in late.content.decode()
    assert PlanStep.objects.get().due_on == date(2026, 12, 1)
    assert client.post(url, typed | {"version": "1"}).status_code == 302
    step = PlanStep.objects.get()
    done = reverse("assessment:step_done", args=[assessment.pk, step.pk])
    assert client.post(done, {"outcome": "เสร็จแล้ว"}).status_code == 302
    assert PlanStep.objects.get().outcome == "เสร็จแล้ว"
