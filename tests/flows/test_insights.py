"""An insight that is handed over becomes an improvement, once, and both know each other."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.models import Event
from listening import lifecycle
from listening.models import Insight
from pmqa.improvements.models import Improvement
from pmqa.tasks import consume_events
from tests.factories.agency import SegmentFactory, StaffFactory, SupervisorFactory
from tests.factories.improvements import NOW
from tests.factories.listening import EvidenceFactory, InsightFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_an_improvement_is_drafted_once_and_linked_both_ways(client):
    officer = StaffFactory()
    supervisor = SupervisorFactory(unit=officer.unit)
    insight = InsightFactory(made_by=officer, segment=SegmentFactory(), proposal="เปิดถึงสองทุ่ม")
    EvidenceFactory(insight=insight)
    lifecycle.approve(insight, by=supervisor, at=NOW)
    lifecycle.hand_over(insight, by=supervisor, at=LATER)

    for _time in range(2):
        consume_events()
        Event.objects.update(consumed_at=None)

    assert not Event.objects.exclude(error="").exists()
    made, insight = Improvement.objects.get(), Insight.objects.get()
    assert insight.improvement_pk == made.pk
    assert (made.source, made.source_ref) == ("insight", insight.pk)
    assert (made.title, made.problem, made.idea) == (
        insight.title,
        insight.finding,
        insight.proposal,
    )
    assert (made.unit, made.segment, made.made_by) == (officer.unit, insight.segment, supervisor)
    client.force_login(officer)
    assert made.get_absolute_url() in client.get(insight.get_absolute_url()).content.decode()
    assert insight.get_absolute_url() in client.get(made.get_absolute_url()).content.decode()


def test_an_insight_that_waits_says_so(client):
    officer = StaffFactory(language="en")
    insight = InsightFactory(
        made_by=officer,
        state="handed_over",
        approved_by=officer,
        approved_at=NOW,
        handed_over_at=NOW,
    )
    client.force_login(officer)

    page = client.get(reverse("listening:insight", args=[insight.pk])).content.decode()

    assert "It is being drafted" in page
