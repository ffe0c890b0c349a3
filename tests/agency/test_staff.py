"""Leave and deputies: the verbs and the person's own page."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from agency import staff as verbs
from agency.models import AuditEntry
from agency.refusal import Refused
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 4, 20), date(2026, 4, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return StaffFactory(username="alice", first_name="อลิศ")


@pytest.fixture
def bob(alice):
    return StaffFactory(username="bob", first_name="บุญ", unit=alice.unit)


def away(staff, **kwargs):
    return verbs.go_on_leave(
        staff, **{"first": FIRST, "last": LAST, "deputy": None, "by": staff, "at": NOW} | kwargs
    )


def leave_of(staff):
    staff.refresh_from_db()
    return staff.leave_from, staff.leave_until, staff.deputy


def test_leave_is_noted_with_the_deputy(alice, bob):
    away(alice, deputy=bob)

    assert leave_of(alice) == (FIRST, LAST, bob)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.at, entry.subject_of) == (
        "went_on_leave",
        alice,
        NOW,
        alice,
    )
    assert entry.data == {"first": "2026-04-20", "last": "2026-04-24", "deputy": bob.pk}


def test_coming_back_keeps_the_deputy(alice, bob):
    away(alice, deputy=bob)

    verbs.return_from_leave(alice, by=alice, at=NOW)

    assert leave_of(alice) == (None, None, bob)
    assert AuditEntry.objects.filter(verb="returned_from_leave").count() == 1


def test_nobody_comes_back_who_was_not_away(alice):
    with pytest.raises(Refused) as refusal:
        verbs.return_from_leave(alice, by=alice, at=NOW)

    assert str(refusal.value) == "ไม่มีการลาที่บันทึกไว้"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"first": LAST, "last": FIRST},
            "วันสิ้นสุดการลาอยู่ก่อนวันเริ่มลา โปรดแก้ไขวันใดวันหนึ่ง",
        ),
        ({"deputy": "self"}, "ไม่สามารถปฏิบัติหน้าที่แทนตนเองได้ โปรดเลือกบุคคลอื่น"),
        (
            {"deputy": "gone"},
            "นภา ใจดี ไม่ได้ปฏิบัติงานที่นี่แล้ว โปรดเลือกผู้ปฏิบัติหน้าที่แทนคนอื่น",
        ),
    ],
)
def test_leave_that_cannot_be(alice, change, sentence):
    gone = StaffFactory(first_name="นภา", last_name="ใจดี", is_active=False)
    change = {
        name: {"self": alice, "gone": gone}.get(value, value) for name, value in change.items()
    }

    with pytest.raises(Refused) as refusal:
        away(alice, **change)

    assert str(refusal.value) == sentence
    assert leave_of(alice) == (None, None, None)
    assert AuditEntry.objects.count() == 0


# The page


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_the_page_notes_the_leave(page, alice, bob):
    response = page.post(
        reverse("agency:leave"),
        {"first": "20/4/2569", "last": "24 เม.ย. 2569", "deputy": bob.pk},
        follow=True,
    )

    assert leave_of(alice) == (FIRST, LAST, bob)
    assert said(response) == ["บันทึกการลาแล้ว"]
    assert "ระบบบันทึกว่าไม่อยู่ตั้งแต่ 20 เม.ย. 2569 ถึง 24 เม.ย. 2569" in response.content.decode()


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(page, alice):
    response = page.post(reverse("agency:leave"), {"first": "24/4/2569", "last": "20/4/2569"})

    assert response.context["form"].non_field_errors() == [
        "วันสิ้นสุดการลาอยู่ก่อนวันเริ่มลา โปรดแก้ไขวันใดวันหนึ่ง"
    ]
    assert response.context["form"]["first"].value() == "24/4/2569"
    assert leave_of(alice) == (None, None, None)


def test_the_page_notes_that_somebody_is_back(page, alice):
    away(alice)

    response = page.post(reverse("agency:leave"), {"back": "1"}, follow=True)

    assert leave_of(alice) == (None, None, None)
    assert said(response) == ["บันทึกแล้วว่ามาปฏิบัติงาน"]


def test_the_page_refuses_to_bring_back_who_is_here(page):
    response = page.post(reverse("agency:leave"), {"back": "1"}, follow=True)

    assert said(response) == ["ไม่มีการลาที่บันทึกไว้"]


def test_deputies_on_offer_are_those_near(page, alice, bob):
    head = SupervisorFactory(unit=UnitFactory())
    alice.unit.parent = head.unit
    alice.unit.path = f"{head.unit.path}{alice.unit.pk}/"
    alice.unit.save(update_fields=["parent", "path"])
    below = StaffFactory(unit=UnitFactory(parent=alice.unit))
    StaffFactory(unit=UnitFactory(parent=head.unit))
    StaffFactory(unit=alice.unit, is_active=False)

    response = page.get(reverse("agency:leave"))

    assert list(response.context["form"].fields["deputy"].queryset) == [head, bob, below]
