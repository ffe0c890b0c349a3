"""Less usual turns of a living case in the demo: ended without an answer, linked, split, out with others, reviewed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from agency.models import PartnerAgency
from complaints import lifecycle
from complaints.lifecycle import Part
from complaints.selectors import choices
from complaints.selectors.subtasks import fan_out_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pmqa.demo.office import Matter

    Turn = Callable[[Matter, datetime], None]

SHARE_REPLIED = 0.75
SHARE_APPROVED = 0.6
REPLIES = (
    "ตรวจสอบแล้วเป็นไปตามที่ร้องเรียน ได้แก้ไขเรียบร้อยและกำชับเจ้าหน้าที่แล้ว",
    "ตรวจสอบเอกสารและสอบถามผู้เกี่ยวข้องแล้ว ไม่พบการดำเนินการที่ผิดระเบียบ รายละเอียดตามบันทึก",
    "อยู่ในแผนปรับปรุงของหน่วยงาน กำหนดแล้วเสร็จภายในไตรมาสนี้ ระหว่างนี้จัดเจ้าหน้าที่ดูแลเพิ่มเติม",
)


def reject(matter: Matter, at: datetime) -> None:
    """Do not accept it, for one of the reasons."""
    reason = matter.chance.choice(list(choices.rejection_reasons()))
    matter.case = lifecycle.reject(matter.case, reason=reason, by=matter.boss, at=at)


def refer(matter: Matter, at: datetime) -> None:
    """Send it to the agency whose it is; half of them answer within the time of the demo."""
    agencies = list(PartnerAgency.objects.filter(is_active=True).order_by("pk"))
    matter.case = lifecycle.refer(
        matter.case,
        agency=matter.chance.choice(agencies),
        body="เรื่องนี้อยู่ในอำนาจหน้าที่ของหน่วยงานดังกล่าวตามกฎหมาย",
        by=matter.boss,
        at=at,
    )
    if matter.chance.random() < 0.5:
        matter.then(at, matter.chance.randint(4, 9), partial(hear, matter))


def hear(matter: Matter, at: datetime) -> None:
    """Record what the other agency answered."""
    body = "หน่วยงานแจ้งว่าได้รับเรื่องไว้พิจารณาแล้ว และจะแจ้งผลให้ผู้ร้องทราบโดยตรง"
    matter.case = lifecycle.record_referral_answer(
        matter.case, body=body, is_told=True, by=matter.boss, at=at
    )


def withdraw(matter: Matter, at: datetime) -> None:
    """The complainant wants no more of it."""
    matter.case = lifecycle.withdraw(matter.case, body="ได้รับการแก้ไขแล้ว", by=None, at=at)


def link(matter: Matter, at: datetime) -> None:
    """Let it follow the case that came to the unit before it, then work on as usual."""
    master = matter.agenda.latest.get(f"{matter.code} {matter.topic.category}")
    if master is not None and master.pk != matter.case.pk:
        matter.case = lifecycle.link(
            matter.case,
            master=master,
            kind="duplicate",
            reason="เหตุการณ์เดียวกัน",
            by=matter.boss,
            at=at,
        )
    matter.then(at, 1, matter.answer_soon)


def split(matter: Matter, at: datetime) -> None:
    """Make a case of the second matter in it, then work on as usual."""
    part = Part(
        subject="ที่จอดรถหน้าสำนักงานไม่เพียงพอ",
        body="ในคราวเดียวกันผู้ร้องแจ้งว่าที่จอดรถไม่พอ ต้องจอดริมถนนและเดินไกล",
        unit=matter.case.unit,
        category=matter.case.category,
    )
    lifecycle.split(matter.case, parts=[part], by=matter.boss, at=at)
    matter.then(at, 1, matter.answer_soon)


def fan_out(matter: Matter, at: datetime) -> None:
    """Ask two or three units and sometimes an agency; some are late with their reply."""
    others = [code for code in matter.cast.units if code != matter.code]
    codes = matter.chance.sample(others, matter.chance.randint(2, 3))
    agencies = list(PartnerAgency.objects.filter(is_active=True).order_by("pk")[:1])
    matter.case = lifecycle.fan_out(
        matter.case,
        units=[matter.cast.units[code] for code in codes],
        agencies=agencies if matter.chance.random() < 0.3 else (),
        question="ขอให้ตรวจสอบข้อเท็จจริงในส่วนที่เกี่ยวข้อง และแจ้งผลการดำเนินการเพื่อรวบรวมตอบผู้ร้อง",
        days=3,
        is_filing_shown=True,
        by=matter.boss,
        at=at,
    )
    for row in fan_out_of(matter.case, at=at).rows:
        if matter.chance.random() < SHARE_REPLIED:
            reply = partial(reply_to, matter, row.subtask)
            matter.then(at, matter.chance.randint(1, 5), reply)
    matter.then(at, 7, matter.answer)


def reply_to(matter: Matter, subtask: Any, at: datetime) -> None:
    """Reply to a sub-task, from the unit that was asked."""
    code = subtask.unit.code if subtask.unit else matter.code
    officers = matter.cast.officers[code] or [matter.cast.supervisors[code]]
    body = matter.chance.choice(REPLIES)
    lifecycle.reply_subtask(subtask, body=body, by=officers[0], at=at)


def put_before_another(matter: Matter, body: str, at: datetime) -> None:
    """Send an answer for review; most are approved, some come back, some still wait."""
    matter.case = lifecycle.send_for_review(matter.case, body=body, by=matter.case.officer, at=at)
    luck = matter.chance.random()
    if luck < SHARE_APPROVED:
        matter.then(at, 1, partial(approve, matter))
    elif luck < SHARE_APPROVED + 0.15:
        matter.then(at, 1, partial(give_back, matter))


def approve(matter: Matter, at: datetime) -> None:
    """Let the answer go out."""
    matter.case = lifecycle.approve_answer(matter.case, by=matter.boss, at=at)
    matter.then(at, matter.chance.randint(1, 4), matter.close)


def give_back(matter: Matter, at: datetime) -> None:
    """Return the answer to be changed."""
    reason = "ขอให้ระบุข้อกฎหมายที่อ้างอิงและช่องทางอุทธรณ์ให้ชัดเจน"
    matter.case = lifecycle.return_answer(matter.case, reason=reason, by=matter.boss, at=at)
    matter.then(at, 1, matter.answer)


EARLY: dict[str, Turn] = {"rejected": reject, "referred": refer, "withdrawn": withdraw}
WORKING: dict[str, Turn] = {"linked": link, "split": split, "fan_out": fan_out}
