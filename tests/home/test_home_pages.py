"""The home page of every role in a real browser, with work on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agency.models import Role
from complaints import lifecycle
from complaints.models import Escalation
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.complaints import in_progress, received
from tests.home.conftest import keep_shot, open_as

SUBJECTS = [
    "ถนนชำรุดหน้าโรงเรียนบ้านหนองน้ำใส น้ำท่วมขังทุกครั้งที่ฝนตก",
    "เจ้าหน้าที่ให้บริการล่าช้า รอคิวนานเกินสองชั่วโมง",
    "ไฟส่องสว่างดับตลอดแนวถนนเลียบคลอง ประชาชนไม่กล้าเดินทางตอนกลางคืน",
    "ก" * 200,
]


@pytest.fixture
def busy(db):
    """A person with every role in a unit with work."""
    now = timezone.now()
    unit = UnitFactory.create(name_th="กองบริการประชาชน", name_en="Public Service Division")
    person = StaffFactory.create(unit=unit, first_name="สมหญิง", roles=list(Role.values))
    for number, subject in enumerate(SUBJECTS):
        at = now - timedelta(days=3 * number)
        case = in_progress(officer=person, subject=subject, at=at)
        Escalation.objects.create(complaint=case, why=Escalation.Why.values[number], raised_at=at)
    lifecycle.answer(case, body="แก้ไขแล้ว", by=person, at=now)
    received(unit=unit, at=now)
    return person


@pytest.fixture(params=[(1440, "light"), (390, "dark")], ids=["desk", "phone"])
def look(request, busy, new_context, live_server):
    """A name for a way to look at pages, and a page that looks so."""
    width, scheme = request.param
    shape = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    return f"{width}-{scheme}", open_as(busy, new_context, live_server, **shape)


def test_home_pages_have_no_barrier(look, axe):
    way, page = look
    faults: list[str] = []

    for role in Role.values:
        page.goto(f"/home/?as={role}")
        keep_shot(page, f"home-{role}-{way}")
        faults += [f"{role}: {fault}" for fault in axe(page)]
        spill = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{role}: {spill} px too wide"] if spill > 0 else []

    assert "\n".join(faults) == ""
