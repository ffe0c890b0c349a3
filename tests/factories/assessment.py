"""Self-assessments for tests, made by the verbs."""

from datetime import UTC, datetime

from agency.models import Role
from pmqa.assessment import lifecycle
from pmqa.assessment.lifecycle import Entry
from pmqa.assessment.models import Box
from tests.factories.agency import StaffFactory, UnitFactory

ASSESSED_AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
YEAR = 2570


def a_head(unit=None, *roles):
    """A supervisor of a unit, or whoever has these roles there."""
    return StaffFactory.create(
        unit=unit or UnitFactory.create(), roles=list(roles) or [Role.SUPERVISOR]
    )


def an_assessment(by=None, *, year=YEAR, at=ASSESSED_AT, is_copying=False):
    """An assessment just begun by a supervisor."""
    by = by or a_head()
    return lifecycle.start(by.unit, year=year, is_copying=is_copying, by=by, at=at)


def boxes_of(item, level):
    """The ids of an item's boxes at a level."""
    return frozenset(Box.objects.filter(item=item, level=level).values_list("pk", flat=True))


def an_entry(item, level, *, text="ดำเนินการแล้ว", boxes=None, version=0):
    """What is said to a level, with all its boxes ticked."""
    ticked = boxes_of(item, level) if boxes is None else frozenset(boxes)
    return Entry(level=level, text=text, boxes=ticked, version=version)


def answered_item(assessment, item, *, by, levels=(1,), at=ASSESSED_AT):
    """Explain and tick all boxes of some levels of an item."""
    entries = [an_entry(item, level) for level in levels]
    return lifecycle.write(assessment, item, entries=entries, by=by, at=at)


def a_submitted(by=None, *, at=ASSESSED_AT):
    """An assessment with one item at Basic, handed to the committee."""
    by = by or a_head()
    assessment = an_assessment(by, at=at)
    answered_item(assessment, assessment.criteria.items.first(), by=by, at=at)
    return lifecycle.submit(assessment, by=by, at=at)
