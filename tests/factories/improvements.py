"""Rows of the improvements for tests."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from pmqa.improvements.models import Improvement, Milestone
from tests.factories.agency import StaffFactory

NOW = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)  # Monday 9 November 2569, 10:00 in Bangkok


class ImprovementFactory(DjangoModelFactory):
    """An improvement of the unit's own, under way."""

    class Meta:
        model = Improvement

    title = factory.Sequence(lambda n: f"เปิดรับคำขอนอกเวลา {n}")
    problem = "ผู้มาใช้บริการหนึ่งในสามมาหลังเลิกงาน"
    made_by = factory.SubFactory(StaffFactory)
    owner = factory.SelfAttribute("made_by")
    unit = factory.SelfAttribute("made_by.unit")
    made_at = NOW
    changed_at = NOW


class MilestoneFactory(DjangoModelFactory):
    """A milestone that is not reached."""

    class Meta:
        model = Milestone

    improvement = factory.SubFactory(ImprovementFactory)
    what = factory.Sequence(lambda n: f"จัดเวรเจ้าหน้าที่ {n}")
    owner = factory.SelfAttribute("improvement.owner")
    due_on = date(2026, 11, 20)
    made_by = factory.SelfAttribute("improvement.made_by")
    made_at = NOW
