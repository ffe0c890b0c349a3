"""A guideline goes to units, each acknowledges its own version, and is reminded until it does."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agency.models import Notice
from pmqa.improvements import lifecycle
from pmqa.improvements.models import GuidelineVersion, Receipt
from pmqa.improvements.selectors.rollout import coverage_of, map_of
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.improvements import NOW, ImprovementFactory
from tests.improvements.test_lifecycle import refusal

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 20)


@pytest.fixture
def root():
    return UnitFactory()


@pytest.fixture
def boss(root):
    return SupervisorFactory(unit=root, language="en")


def send(improvement, *units, text="รับคำขอถึงสองทุ่ม", by, at=NOW):
    return lifecycle.send_guideline(
        improvement, text=text, to=units, acknowledge_by=DUE, by=by, at=at
    )


def test_units_get_it_once_and_new_ones_are_added(root, boss):
    first, second = UnitFactory(parent=root), UnitFactory(parent=root)
    head = SupervisorFactory(unit=first)
    made = ImprovementFactory(unit=root)

    version = send(made, first, by=boss)
    assert send(made, first, second, by=boss) == version

    assert refusal(
        lifecycle.send_guideline,
        improvement=made,
        text=version.text,
        to=[first],
        acknowledge_by=DUE,
        by=boss,
        at=NOW,
    )
    assert list(Receipt.objects.values_list("unit", flat=True)) == [first.pk, second.pk]
    assert sorted(Notice.objects.values_list("kind", "recipient")) == [
        ("improvements.guideline", boss.pk),  # answers for the second unit
        ("improvements.guideline", head.pk),
    ]
    for facts in ({"text": " "}, {"acknowledge_by": NOW.date()}):
        told = {"text": "ก", "acknowledge_by": DUE, **facts}
        assert refusal(
            lifecycle.send_guideline, improvement=made, to=[root], by=boss, at=NOW, **told
        )


def test_a_new_text_is_acknowledged_anew(root, boss):
    made = ImprovementFactory(unit=root)
    send(made, root, by=boss)
    old = Receipt.objects.get()
    lifecycle.acknowledge(old, by=boss, at=NOW)
    assert refusal(lifecycle.acknowledge, receipt=old, by=boss, at=NOW)

    send(made, root, text="แก้ไขใหม่", by=boss)

    old.refresh_from_db()
    new = Receipt.objects.in_force().get()
    assert (new.version.number, new.acknowledged_at, old.replaced_at) == (2, None, NOW)
    assert (old.acknowledged_at, old.acknowledged_by) == (NOW, boss)
    assert refusal(lifecycle.acknowledge, receipt=old, by=boss, at=NOW)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        GuidelineVersion.objects.update(text="x")


def test_silent_units_are_reminded_on_the_day_and_every_week(root, boss):
    made = ImprovementFactory(unit=root)
    send(made, root, by=boss)
    Notice.objects.all().delete()

    days = []
    for day in range(30):
        at = NOW + timedelta(days=day)
        if lifecycle.remind_of_guidelines(at=at):
            days.append(day)
        assert lifecycle.remind_of_guidelines(at=at) == 0
        if day == 20:
            lifecycle.acknowledge(Receipt.objects.get(), by=boss, at=at)

    assert days == [11, 18]
    assert Notice.objects.filter(kind="improvements.guideline_silent").count() == 2


def test_coverage_by_unit_and_by_province(root, boss):
    placed = [UnitFactory(parent=root, province=code) for code in ("10", "50", "50")]
    made = ImprovementFactory(unit=root)
    assert coverage_of(made) is None
    send(made, root, *placed, by=boss)
    lifecycle.acknowledge(Receipt.objects.get(unit=placed[0]), by=boss, at=NOW)

    told = coverage_of(made)
    tiles = {tile.name: tile.count for tile in map_of(made, told).ranked}

    assert (told.sent, told.acknowledged, told.percent) == (4, 1, 25)
    assert [each.depth for each in told.branches] == [0, 1, 1, 1]
    assert list(tiles.values()) == [2]


def test_from_the_page_of_the_improvement_to_the_unit(client, root, boss):
    below = UnitFactory(parent=root)
    officer, head = StaffFactory(unit=below), SupervisorFactory(unit=below, language="en")
    made = ImprovementFactory(unit=root)
    client.force_login(boss)
    day = timezone.localdate() + timedelta(days=10)
    typed = {"text": "รับคำขอถึงสองทุ่ม", "acknowledge_by": f"{day.day}/{day.month}/{day.year}"}
    address = reverse("improvements:act", args=[made.pk, "guideline"])

    refused = client.post(address, typed)
    client.post(address, {**typed, "to": [below.pk]})

    assert "Choose at least one unit" in refused.content.decode()
    row = Receipt.objects.get()
    assert row.unit == below
    client.force_login(officer)
    acknowledge = reverse("improvements:acknowledge", args=[row.pk])
    assert row.version.text in client.get(row.get_absolute_url()).content.decode()
    assert client.post(acknowledge).status_code == 403
    client.force_login(head)
    client.post(acknowledge)
    row.refresh_from_db()
    assert row.acknowledged_by == head
    client.force_login(StaffFactory())
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(boss)
    page = client.get(reverse("improvements:coverage", args=[made.pk])).content.decode()
    assert below.name_en in page


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_guidelines_costs_the_same(
    client, root, boss, item_count, django_assert_num_queries
):
    for _each in range(item_count):
        send(ImprovementFactory(unit=root), root, by=boss)
    client.force_login(boss)
    client.get(reverse("improvements:guidelines"))

    with django_assert_num_queries(4):
        response = client.get(reverse("improvements:guidelines"))

    assert len(response.context["page"].rows) == item_count
