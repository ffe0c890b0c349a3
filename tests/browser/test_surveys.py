"""A supervisor builds a survey, citizens answer by keyboard on a phone, and the results become a factsheet."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from surveys import lifecycle
from surveys.lifecycle import snapshots
from surveys.models import Mode, Question, Response, Wave
from tests.browser.people import log_in
from tests.factories.agency import SupervisorFactory
from tests.factories.surveys import (
    DOCUMENT,
    POINTS,
    ResponseFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
    text,
)

PHONE = {"viewport": {"width": 390, "height": 844}}
TYPES = ["single", "multi", "scale", "matrix", "nps", "ranking", "number", "date", "text", "file"]
CHOICES = [
    {"code": "a", "text": text("หนึ่ง")},
    {"code": "b", "text": text("สอง")},
    {"code": "else", "text": text("อื่น ๆ"), "is_other": True},
]
OF_TYPE = {
    "single": {"options": CHOICES},
    "multi": {"options": CHOICES},
    "scale": {"options": POINTS, "has_not_applicable": True},
    "ranking": {"options": CHOICES[:2]},
    "matrix": {
        "options": POINTS,
        "has_not_applicable": True,
        "rows": [{"code": f"r{n}", "text": text(f"รายการ {n}")} for n in (1, 2)],
    },
}
EVERY_TYPE = {
    **DOCUMENT,
    "sections": [
        {
            **DOCUMENT["sections"][0],
            "questions": [
                {
                    "code": f"q_{kind}",
                    "type": kind,
                    "text": text(f"คำถามแบบ {kind}"),
                    "is_required": kind == "single",
                    **OF_TYPE.get(kind, {}),
                }
                for kind in TYPES
            ],
        }
    ],
}


@pytest.fixture
def supervisor(transactional_db):
    """Who builds and reads."""
    cache.clear()
    return SupervisorFactory.create(username="suda")


def wave_of(staff, *, document=DOCUMENT, **more):
    """Return a wave in the field now."""
    now = timezone.now()
    field = {"opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=9)} | more
    version = VersionFactory.create(
        survey=SurveyFactory.create(unit=staff.unit, owner=staff, code="sat"), document=document
    )
    return WaveFactory.create(version=version, code="sat-2570", opened_at=now, **field)


def press(page, control, key):
    """Reach a control by the tabulator alone, and press a key there."""
    for _step in range(120):  # a long menu and a question with many choices
        if control.evaluate("element => element === document.activeElement"):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {control}")


def fill_fieldwork(page):
    """Name a wave; say from when until when, in Buddhist years, and by which way."""
    page.get_by_label("ชื่อภาษาไทย").fill("รอบปี 2570")
    page.get_by_label("ลิงก์สั้น").fill("sat-2570")
    today = timezone.localdate()
    for name, day in (("วันที่เปิด", today), ("วันที่ปิด", today + timedelta(days=9))):
        page.get_by_label(name).fill(f"{day.day}/{day.month}/{day.year + 543}")
    page.get_by_label("ลิงก์สาธารณะ").check()


def test_supervisor_builds_publishes_and_opens_by_keyboard(page, supervisor, axe):
    survey = lifecycle.begin(
        code="sat",
        unit=supervisor.unit,
        by=supervisor,
        at=timezone.now(),
        title_th="ความพึงพอใจ",
        document={**DOCUMENT, "sections": DOCUMENT["sections"][:1]},
    )
    log_in(page, supervisor)
    page.goto(f"/surveys/{survey.pk}/build/")
    found = {"builder": axe(page)}

    page.get_by_label("ประเภทของคำถามใหม่").select_option("text")
    press(page, page.get_by_role("button", name="เพิ่มคำถาม"), "Enter")
    page.get_by_label("ข้อความภาษาไทย").first.fill("ข้อเสนอแนะ")
    found["question"] = axe(page)
    press(page, page.get_by_role("button", name="บันทึก"), "Enter")
    up = page.get_by_role("button", name="เลื่อน “ข้อเสนอแนะ” ขึ้น")
    expect(up).to_be_visible(timeout=30_000)
    press(page, up, "Enter")
    expect(page.locator("[data-question]").nth(1)).to_contain_text("ข้อเสนอแนะ")
    expect(up).to_be_focused()
    order = list(Question.objects.order_by("position").values_list("text_th", flat=True))
    assert order == ["ใช้บริการทางใด", "ข้อเสนอแนะ", "ความพึงพอใจโดยรวม"]

    page.goto(f"/surveys/{survey.pk}/publish/")
    page.get_by_role("button", name="ประกาศใช้").click()
    page.goto(f"/surveys/{survey.pk}/waves/new/")
    found["wave form"] = axe(page)
    fill_fieldwork(page)
    page.get_by_role("button", name="บันทึก").click()
    page.get_by_role("link", name="เปิดรอบสำรวจ").click()
    page.get_by_role("button", name="เปิดรอบสำรวจ").click()

    wave = Wave.objects.get()
    assert (wave.state, wave.version.number) == ("open", 1)
    for name in ("", "poster/", "line/", "invitations/"):
        page.goto(f"/surveys/waves/{wave.pk}/{name}")
        found[name] = axe(page)
    assert found == {name: [] for name in found}


def answer_first_page(page, axe):
    """Answer the first page, after a mistake; returns the barriers found."""
    page.goto("/s/sat-2570/")
    found = {"door": axe(page)}
    press(page, page.get_by_role("button", name="เริ่มตอบ"), "Enter")
    press(page, page.get_by_role("radio", name="เคาน์เตอร์"), "Space")
    press(page, page.get_by_role("button", name="ถัดไป"), "Enter")
    expect(page.get_by_role("alert")).to_contain_text("ความพึงพอใจโดยรวม")
    expect(page.get_by_role("alert")).to_be_focused()
    found["mend"] = axe(page)
    press(page, page.get_by_role("radio", name="ระดับ 1"), "Space")
    page.keyboard.press("ArrowRight")
    press(page, page.get_by_role("button", name="ถัดไป"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("รายละเอียด")
    return found


def go_on(page, code):
    """Go on with what was begun on another device."""
    page.goto("/s/sat-2570/")
    page.get_by_text("เริ่มตอบไว้บนอุปกรณ์อื่นใช่หรือไม่").click()
    page.get_by_label("รหัสของท่าน", exact=False).fill(code)
    page.get_by_role("button", name="ตอบต่อ").click()


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_citizen_answers_by_keyboard_on_a_phone_and_goes_on_elsewhere(
    page, supervisor, new_context, axe
):
    wave_of(supervisor)
    found = answer_first_page(page, axe)
    other = new_context(**PHONE).new_page()
    go_on(other, page.locator(".code").inner_text())
    expect(other.get_by_role("group", name=re.compile("ไม่พึงพอใจเพราะเหตุใด"))).to_be_visible()
    press(other, other.get_by_role("checkbox", name="รอนาน"), "Space")
    press(other, other.get_by_role("radio", name="ขั้นตอน ระดับ 1"), "Space")
    other.keyboard.press("ArrowRight")
    press(other, other.get_by_role("radio", name="เจ้าหน้าที่ ระดับ 1"), "Space")
    found["matrix"] = axe(other)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(other, other.get_by_role("button", name="ส่งคำตอบ"), "Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("ขอบคุณ เราได้รับคำตอบของท่านแล้ว")
    found["thanks"] = axe(other)

    sent = Response.objects.get()
    answers = {"channel": "counter", "overall": 2, "why": ["slow"]}
    assert sent.answers == answers | {"parts_steps": 2, "parts_staff": 1}
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("page", [PHONE, {}], indirect=True, ids=["phone", "desk"])
def test_every_type_of_question_is_without_barriers(page, supervisor, axe):
    wave_of(supervisor, document=EVERY_TYPE)
    page.goto("/s/sat-2570/")
    page.get_by_role("button", name="เริ่มตอบ").click()
    found = {"page": axe(page)}
    page.get_by_role("button", name="ส่งคำตอบ").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["mend"] = axe(page)

    assert page.locator(".question").count() == len(TYPES)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("page", [PHONE, {}], indirect=True, ids=["phone", "desk"])
def test_results_become_a_factsheet_to_print(page, supervisor, axe):
    wave = wave_of(supervisor)
    for number in range(24):
        answers = {"channel": ("counter", "online")[number % 2], "overall": 2 + number % 4}
        ResponseFactory.create(wave=wave, answers=answers | {"why": ["slow"], "recommend": 9})
    snapshots.build(wave, at=timezone.now())
    log_in(page, supervisor)
    found = {}

    for name in ("", "questions/", "groups/", "drivers/", "texts/", "method/"):
        page.goto(f"/waves/{wave.pk}/results/{name}")
        found[name] = axe(page)
    page.goto(f"/waves/{wave.pk}/results/")
    expect(page.locator("main")).to_contain_text("ผู้ตอบแบบสอบถามพึงพอใจร้อยละ 50.0")
    page.get_by_role("link", name="สรุปผลหนึ่งหน้า").click()
    page.get_by_role("button", name="จัดทำสรุปผล").click()
    page.get_by_role("link", name="เผยแพร่สรุปผล").click()
    found["publish"] = axe(page)
    page.locator("main form button[type=submit]").click()
    page.get_by_role("link", name="หน้าสำหรับประชาชน").click()
    found["factsheet"] = axe(page)
    printed = page.request.get("/factsheets/sat-2570.pdf")

    assert printed.headers["content-type"] == "application/pdf"
    assert printed.body().startswith(b"%PDF")
    assert found == {name: [] for name in found}


KEYED = ["1", "Enter", "4", "Enter", "5", "-", "9", "Enter"]  # a full box goes on by itself


def key_sheet(page, sheet, *, keys):
    """Key one sheet by the keyboard alone: its number, the boxes from above to below, keep it."""
    expect(page.get_by_label("เลขแผ่น")).to_be_focused()
    page.keyboard.type(sheet)
    page.keyboard.press("Enter")
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.type("ขอที่จอดรถเพิ่ม")
    page.keyboard.press("Control+Enter")


def test_two_people_key_paper_by_keyboard_and_settle_where_they_differ(
    page, supervisor, new_context, axe
):
    wave = wave_of(supervisor, modes=[Mode.PAPER])
    log_in(page, supervisor)
    page.goto(f"/surveys/waves/{wave.pk}/paper/")
    page.get_by_label("จำนวนแผ่น").fill("3")
    page.get_by_role("button", name="ออกเลขแบบสอบถาม").click()
    found = {"batches": axe(page)}
    page.get_by_role("link", name="บันทึกแบบสอบถาม").click()
    found["sheet"] = axe(page)
    key_sheet(page, "0001-8", keys=KEYED)
    expect(page.get_by_role("status")).to_contain_text("0001-8")
    page.keyboard.type("0002-7")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("ไม่มีแผ่น")
    found["wrong number"] = axe(page)

    colleague = new_context().new_page()
    log_in(colleague, SupervisorFactory.create(username="mana", unit=supervisor.unit))
    colleague.goto(page.url)
    key_sheet(colleague, "0001-8", keys=["1", "Enter", "2", *KEYED[3:]])
    expect(colleague.get_by_role("status")).to_contain_text("0001-8")
    colleague.goto(f"/surveys/waves/{wave.pk}/paper/differences/")
    found["differences"] = axe(colleague)
    colleague.get_by_role("radio", name=re.compile("^ครั้งแรก")).check()
    colleague.get_by_role("button", name=re.compile("ตัดสินจากแบบกระดาษ")).click()
    expect(colleague.get_by_role("heading", name="ตัดสินล่าสุด")).to_be_visible()

    sent = Response.objects.get()
    answers = {"channel": "counter", "overall": 4, "parts_steps": 5, "parts_staff": "na"}
    assert sent.answers == answers | {"recommend": 9, "comment": "ขอที่จอดรถเพิ่ม"}
    assert (sent.state, sent.reference) == ("complete", "0001-8")
    assert found == {name: [] for name in found}
