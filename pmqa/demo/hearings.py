"""Hearings of the demo: one whose summary is out, one being answered, one open with a session to come, one in preparation."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from agency.models import Role, Staff
from listening.lifecycle import hearings, outcomes, rule_sets, speaking, testimonies

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

LAW = {
    "title_th": "ร่างกฎกระทรวงกำหนดค่าธรรมเนียมใบอนุญาตประกอบกิจการขนาดเล็ก",
    "title_en": "Draft rule on licence fees of small businesses",
    "summary_th": "จะปรับค่าธรรมเนียมรายปีจากอัตราเดียวเป็นสามขั้นตามขนาดกิจการ และให้ต่ออายุออนไลน์ได้ตลอดปี",
    "summary_en": "The single yearly fee would become three steps by size, and renewal would be online all year.",
    "affected": "ผู้ประกอบการรายย่อย\nสมาคมการค้า\nเจ้าหน้าที่ผู้ออกใบอนุญาต",
}
LAW_PARTS = {
    "problem": "อัตราเดียวใช้มาตั้งแต่ปี 2549 กิจการเล็กจ่ายเท่ากิจการใหญ่",
    "principles": "แบ่งเป็นสามขั้นตามจำนวนลูกจ้าง กิจการเล็กสุดจ่ายลดลงครึ่งหนึ่ง",
    "affected": "ผู้ถือใบอนุญาตประมาณ 21,000 ราย สองในสามจ่ายลดลง",
    "licences": "คงระบบใบอนุญาตเดิมเพราะเกี่ยวกับความปลอดภัยของผู้ใช้บริการ",
    "committees": "ไม่มีการตั้งคณะกรรมการใหม่",
    "penalties": "ไม่เปลี่ยนแปลงโทษ",
    "discretion": "เจ้าหน้าที่ใช้จำนวนลูกจ้างจากทะเบียนประกันสังคม ไม่ใช้ดุลพินิจ",
}
SERVICE = {
    "title_th": "ออกแบบจุดบริการใหม่ร่วมกัน: เวลาเปิดและการจองคิว",
    "title_en": "Designing the new service point together: hours and booking",
    "summary_th": "จะเปิดบริการวันเสาร์ครึ่งวัน และให้จองคิวล่วงหน้าผ่านโทรศัพท์มือถือ ขอความเห็นว่าควรเริ่มอย่างไร",
    "summary_en": "Saturday mornings and booking by phone: how should it begin?",
    "affected": "ผู้มารับบริการที่สำนักงาน\nผู้สูงอายุและคนพิการ",
}
SERVICE_PARTS = {
    "now": "เปิดเฉพาะวันราชการ รอคิวเฉลี่ย 48 นาที",
    "idea": "เปิดวันเสาร์ 08.30–12.00 น. และแบ่งคิวครึ่งหนึ่งให้จองล่วงหน้า",
    "use": "นำไปใช้ปรับเวลาเปิดในไตรมาสหน้า และแจ้งผลในหน้านี้",
}
ITEMS = {
    "draft-law": (("อัตราค่าธรรมเนียมสามขั้น", "Three steps"), ("การต่ออายุออนไลน์", "Renewal online")),
    "service-design": (
        ("เปิดบริการวันเสาร์", "Saturday mornings"),
        ("สัดส่วนคิวที่จองได้", "Share of booked places"),
    ),
}
VIEWS = (
    ("support", "เห็นด้วยกับการลดค่าธรรมเนียมของกิจการเล็ก ช่วยให้ร้านในชุมชนอยู่ได้"),
    ("oppose", "ขอให้คงอัตราเดิมไว้อีกสองปี เพราะเพิ่งปรับระบบบัญชีไป"),
    ("support", "เห็นด้วย แต่ขอให้ยังต่ออายุที่เคาน์เตอร์ได้สำหรับผู้ที่ไม่ถนัดออนไลน์"),
    ("neutral", "ขอทราบว่าจำนวนลูกจ้างนับ ณ วันใด และลูกจ้างชั่วคราวนับด้วยหรือไม่"),
    ("oppose", "ขั้นที่สามสูงเกินไปสำหรับกิจการขนาดกลาง ควรเพิ่มเป็นสี่ขั้น"),
    ("support", "ดีครับ ติดต่อผมได้ที่ 081-000-0000 ยินดีให้ข้อมูลเพิ่ม"),
)
CAMPAIGN = "ขอคัดค้านการปรับอัตราค่าธรรมเนียมทุกกรณี เพราะผู้ประกอบการรายย่อยได้รับความเดือดร้อนมากอยู่แล้ว"
SPEAKERS = (
    ("คุณมานะ ตั้งใจ", "สมาคมผู้ประกอบการรายย่อย (สมมติ)", "site"),
    ("คุณปิติ ชูใจ", "", "online"),
    ("คุณวีระ กล้าหาญ", "ชมรมคนพิการตำบลตัวอย่าง (สมมติ)", "site"),
    ("คุณสายใจ รักถิ่น", "", "phone"),
)


def write(*, at: datetime) -> int:
    """Write the hearings of the demo; returns how many."""
    rule_sets.seed()
    chance = Random(2571)  # noqa: S311 - the same demo every time
    boss = Staff.objects.filter(username="supervisor").first() or Staff.objects.filter(
        roles__contains=[Role.SUPERVISOR]
    ).earliest("pk")
    published(boss, at=at - 70 * DAY, chance=chance)
    answering(boss, at=at - 26 * DAY, chance=chance)
    upcoming(boss, at=at - 5 * DAY, chance=chance)
    prepared(boss, "fee-step-2", "draft-law", LAW, at=at - DAY, starts_at=at + 30 * DAY)
    return 4


def prepared(
    by: Staff, code: str, rules: str, facts: dict[str, str], *, at: datetime, starts_at: datetime
) -> Any:
    """Return a hearing in preparation with its issues."""
    hour = starts_at.replace(hour=2, minute=0, second=0, microsecond=0)
    law = {"law_url": "https://www.law.go.th/"} if rules == "draft-law" else {}
    hearing = hearings.prepare_hearing(
        unit=by.unit,
        by=by,
        at=at,
        code=code,
        rules=rule_sets.rule_set(rules),
        mode="both",
        starts_at=hour,
        ends_at=hour + 3 * HOUR,
        place="ห้องประชุมใหญ่ ชั้น 2 อาคารสำนักงาน",
        live_url="https://meet.example.go.th/hearing",
        chair=by,
        **law,
        **facts,
    )
    for thai, english in ITEMS[rules]:
        hearings.add_item(hearing, by=by, at=at, title_th=thai, title_en=english)
    return hearing


def announced(hearing: Any, parts: dict[str, str], *, by: Staff, at: datetime) -> Any:
    """Announce a hearing whose notice is whole."""
    said = {code: {"th": words} for code, words in parts.items()}
    hearing = hearings.set_notice_parts(hearing, said, by=by, at=at)
    return hearings.announce(hearing, by=by, at=at)


def heard(hearing: Any, *, count: int, at: datetime, chance: Random) -> list[Any]:
    """Let people write; returns their views."""
    items = list(hearing.items.all())
    found = []
    for number in range(count):
        stance, body = VIEWS[number % len(VIEWS)]
        view = testimonies.View(
            uid=UUID(int=chance.getrandbits(128)),
            stance=stance,
            body=body,
            item=chance.choice([*items, None]),
            shown_name=chance.choice(["", "ผู้ประกอบการในพื้นที่", "ประชาชนทั่วไป"]),
        )
        moment = at + timedelta(hours=number * 5)
        found.append(testimonies.submit(hearing, view, at=moment).testimony)
    return found


def spoken(hearing: Any, *, by: Staff, chance: Random, signed_at: datetime) -> None:
    """Let the speakers sign up."""
    for name, organisation, way in SPEAKERS:
        speaker = speaking.Speaker(
            uid=UUID(int=chance.getrandbits(128)),
            shown_name=name,
            organisation=organisation,
            way=way,
        )
        speaking.sign_up(hearing, speaker, at=signed_at)


def met(hearing: Any, *, by: Staff) -> None:
    """Hold the session: three speak, one does not come; the minutes are written."""
    at = hearing.starts_at or hearing.closes_at
    speaking.open_session(hearing, by=by, at=at)
    for number, signup in enumerate(hearing.signups.order_by("position")):
        moment = at + timedelta(minutes=10 + 4 * number)
        if number == 1:
            speaking.miss(signup, by=by, at=moment)
        else:
            speaking.call(signup, by=by, at=moment)
    speaking.close_session(hearing, by=by, at=at + 2 * HOUR)
    outcomes.write_minutes(
        hearing,
        by=by,
        at=at + DAY,
        on_site_count=46,
        online_count=113,
        organisations="สมาคมผู้ประกอบการรายย่อย (สมมติ)\nชมรมคนพิการตำบลตัวอย่าง (สมมติ)",
        body="ประธานชี้แจงหลักการ ผู้เข้าร่วมส่วนใหญ่เห็นด้วยกับการลดภาระของกิจการขนาดเล็ก และขอให้มีทางเลือกที่เคาน์เตอร์",
        agreements="ให้คงการต่ออายุที่เคาน์เตอร์ไว้ควบคู่กับออนไลน์",
    )


def published(by: Staff, *, at: datetime, chance: Random) -> None:
    """A draft law, heard, answered and published, with a campaign and a view that was not shown."""
    hearing = prepared(by, "fee-step-1", "draft-law", LAW, at=at - 5 * DAY, starts_at=at + 20 * DAY)
    hearing = announced(hearing, LAW_PARTS, by=by, at=at)
    views = heard(hearing, count=6, at=at + DAY, chance=chance)
    for number in range(7):
        view = testimonies.View(
            uid=UUID(int=chance.getrandbits(128)), stance="oppose", body=f"{CAMPAIGN}{'ฯ' * number}"
        )
        testimonies.submit(hearing, view, at=at + timedelta(days=9, minutes=number))
    testimonies.hide(views[3:4], reason="off_topic", note="", by=by, at=at + 10 * DAY)
    spoken(hearing, by=by, chance=chance, signed_at=at + 3 * DAY)
    met(hearing, by=by)
    over = hearing.closes_at + DAY
    outcomes.group_alike(hearing, by=by, at=over)
    first, second = hearing.items.all()
    outcomes.answer_items(
        [first],
        by=by,
        at=over,
        support="ช่วยลดภาระกิจการขนาดเล็กในชุมชน",
        oppose="ขั้นที่สามสูงเกินไปสำหรับกิจการขนาดกลาง",
        other="ขอความชัดเจนเรื่องวันที่นับจำนวนลูกจ้าง",
        change="partly",
        why="เพิ่มเป็นสี่ขั้นตามความเห็น และกำหนดให้นับลูกจ้าง ณ วันที่ 1 มกราคม",
    )
    outcomes.answer_items(
        [second],
        by=by,
        at=over,
        support="สะดวกและประหยัดเวลา",
        oppose="ผู้สูงอายุใช้ไม่ถนัด",
        other="",
        change="changed",
        why="ให้ต่ออายุที่เคาน์เตอร์ได้ต่อไปควบคู่กับออนไลน์",
    )
    outcomes.publish_summary(hearing, by=by, at=over + 3 * DAY)


def answering(by: Staff, *, at: datetime, chance: Random) -> None:
    """A design of services whose time is over: minutes written, answers not yet."""
    hearing = prepared(
        by, "saturday-1", "service-design", SERVICE, at=at - 3 * DAY, starts_at=at + 15 * DAY
    )
    hearing = announced(hearing, SERVICE_PARTS, by=by, at=at)
    heard(hearing, count=5, at=at + DAY, chance=chance)
    spoken(hearing, by=by, chance=chance, signed_at=at + 2 * DAY)
    met(hearing, by=by)


def upcoming(by: Staff, *, at: datetime, chance: Random) -> None:
    """A hearing that is open now, with speakers, assistance asked for, and a view that waits."""
    facts = SERVICE | {
        "title_th": "ออกแบบช่องทางติดตามเรื่องสำหรับผู้สูงอายุ",
        "title_en": "Designing how older people follow their matters",
    }
    hearing = prepared(
        by, "elder-track", "service-design", facts, at=at - 2 * DAY, starts_at=at + 19 * DAY
    )
    hearing = hearings.change_hearing(hearing, by=by, at=at, is_premoderated=True)
    hearing = announced(hearing, SERVICE_PARTS, by=by, at=at)
    views = heard(hearing, count=6, at=at + HOUR, chance=chance)
    testimonies.show(views[:4], by=by, at=at + 3 * DAY)
    spoken(hearing, by=by, chance=chance, signed_at=at + 2 * DAY)
    speaking.ask_help(
        hearing,
        uid=UUID(int=chance.getrandbits(128)),
        kind="sign",
        words="ล่ามภาษามือ",
        person=None,
        at=at + 2 * DAY,
    )
