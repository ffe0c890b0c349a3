"""A hearing lived through: notice, a speaker and a view by phone, the chair's board, the hall's screen, the summary."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from listening.lifecycle import hearings
from listening.models import Hearing
from tests.browser.people import log_in
from tests.factories.agency import SupervisorFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.hearings import HearingFactory, RuleSetFactory

PHONE = {"width": 390, "height": 844}
FOLLOWS = 2_000  # milliseconds


@pytest.fixture
def chair(transactional_db):
    """A supervisor who chairs."""
    ThaiCalendarFactory.create()
    unit = UnitFactory.create(name_th="กองบริการประชาชน")
    return SupervisorFactory.create(username="prasert", unit=unit)


@pytest.fixture
def hearing(chair):
    """A hearing in preparation that begins in ten days."""
    starts_at = timezone.now() + timedelta(days=10)
    return HearingFactory.create(
        rules=RuleSetFactory.create(notice_days=7),
        owner=chair,
        chair=chair,
        code="fees",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        made_at=timezone.now(),
    )


def announce(page, hearing):
    """Announce it on the desk."""
    page.goto(hearing.get_absolute_url())
    page.get_by_role("link", name="ประกาศ…").click()
    page.get_by_role("button", name="ประกาศ").click()
    expect(page.get_by_text("เปิดรับความเห็น").first).to_be_visible()


def sign_up(page, name):
    """Sign somebody up by phone; the script makes the effort and puts the sum away."""
    page.goto("/hearings/fees/speak/")
    page.get_by_label("ชื่อของท่าน").fill(name)
    page.get_by_label("มาด้วยตนเอง").check()
    expect(page.locator("[data-proof]")).to_be_hidden()
    page.get_by_role("button", name="ส่ง").click()
    expect(page.get_by_role("heading", name="ลงชื่อพูดเรียบร้อยแล้ว")).to_be_visible()


def take_part(citizen, axe):
    """Find the hearing by phone, sign two people up, send a view, read it covered."""
    citizen.goto("/hearings/")
    citizen.get_by_role("link", name="ร่างระเบียบค่าธรรมเนียม").click()
    assert axe(citizen) == []
    sign_up(citizen, "นาง ก")
    sign_up(citizen, "นาย ข")
    citizen.goto("/hearings/fees/view/")
    assert axe(citizen) == []
    citizen.get_by_label("ไม่เห็นด้วย").check()
    citizen.get_by_label("ความเห็นของท่าน").last.fill("ขอคัดค้าน ติดต่อ 081-234-5678")
    expect(citizen.locator("[data-proof]")).to_be_hidden()
    citizen.get_by_role("button", name="ส่ง").click()
    expect(citizen.get_by_role("heading", name="ได้รับความเห็นของท่านแล้ว")).to_be_visible()
    citizen.goto("/hearings/fees/views/")
    expect(citizen.get_by_text("[โทรศัพท์]")).to_be_visible()


def meet(desk, hall, hearing, axe):
    """Open the session, call one after the other, and see the screen follow."""
    hall.goto("/hearings/fees/screen/")
    desk.goto(f"{hearing.get_absolute_url()}session/")
    desk.get_by_role("button", name="เปิดการประชุม").click()
    desk.get_by_role("button", name="เชิญพูด").first.click()
    expect(hall.get_by_text("นาง ก")).to_be_visible(timeout=FOLLOWS)
    expect(hall.get_by_role("timer")).to_be_visible()
    assert axe(hall) == []
    desk.get_by_role("button", name="เชิญพูด").first.click()
    expect(hall.get_by_text("นาย ข")).to_be_visible(timeout=FOLLOWS)
    assert axe(desk) == []
    desk.get_by_role("button", name="ปิดการประชุม").click()


def publish(desk, hearing, axe):
    """Answer the issue when the time is over, and publish the summary."""
    over = timezone.now() - timedelta(minutes=1)
    begun = over - timedelta(hours=1)
    Hearing.objects.update(starts_at=begun - timedelta(hours=1), ends_at=begun, closes_at=over)
    desk.goto(f"{hearing.get_absolute_url()}answers/")
    desk.get_by_label("อัตราค่าธรรมเนียม").check()
    desk.get_by_label("เหตุผล").fill("เพิ่มขั้นที่สี่ตามความเห็น")
    desk.get_by_role("button", name="บันทึก").click()
    desk.goto(f"{hearing.get_absolute_url()}summary/")
    assert axe(desk) == []
    desk.get_by_role("button", name="เผยแพร่สรุปผล").click()
    expect(desk.get_by_text("เพิ่มขั้นที่สี่ตามความเห็น")).to_be_visible()


def test_a_hearing_from_notice_to_summary(new_context, chair, hearing, axe):
    desk = new_context().new_page()
    log_in(desk, chair)
    announce(desk, hearing)
    citizen = new_context(viewport=PHONE).new_page()
    take_part(citizen, axe)
    meet(desk, new_context().new_page(), hearing, axe)
    publish(desk, hearing, axe)
    citizen.goto("/hearings/fees/summary/")
    expect(citizen.get_by_role("link", name="PDF")).to_be_visible()
    assert axe(citizen) == []


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_a_view_is_sent_without_a_script_by_answering_the_sum(page, chair, hearing):
    hearings.announce(hearing, by=chair, at=timezone.now())
    page.goto("/hearings/fees/view/")
    page.get_by_label("เห็นด้วย", exact=True).check()
    page.get_by_label("ความเห็นของท่าน").last.fill("เห็นด้วย")
    one, two = (int(part) for part in page.locator("[data-proof] label").inner_text().split()[:3:2])
    page.locator("[data-proof] input").fill(str(one + two))
    page.get_by_role("button", name="ส่ง").click()

    expect(page.get_by_role("heading", name="ได้รับความเห็นของท่านแล้ว")).to_be_visible()
