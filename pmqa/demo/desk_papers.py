"""What the desks of the demo write with: canned replies of two units, and an issued letter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from agency.models import Role, Staff
from agency.papers import docx_of, pdf_of
from complaints import lifecycle
from complaints.selectors import desk, documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agency.models import Unit

# unit, what for, title, Thai text, English text
CANNED = (
    (
        "DPS",
        "acknowledge",
        "แจ้งรับเรื่องแล้ว",
        "เรียน {name}\n\n{unit} ได้รับเรื่องร้องเรียนเลขที่ {number} เรื่อง {subject} เมื่อวันที่ {received} แล้ว "
        "และจะแจ้งผลการพิจารณาภายในวันที่ {due}\n\nหากมีข้อสงสัย โปรดติดต่อ {officer} โทร. {phone}",
        "Dear {name},\n\nWe received your complaint {number} on {received} and will answer by {due}."
        "\n\nQuestions? {officer}, {unit}, {phone}.",
    ),
    (
        "DPS",
        "any",
        "ขออภัยในความไม่สะดวก",
        "ต้องขออภัยในความไม่สะดวกที่เกิดขึ้น และขอขอบคุณที่แจ้งให้หน่วยงานทราบ",
        "We are sorry for the inconvenience, and thank you for telling us.",
    ),
    (
        "DPS",
        "send_progress",
        "อยู่ระหว่างตรวจสอบข้อเท็จจริง",
        "เรื่องร้องเรียนเลขที่ {number} อยู่ระหว่างตรวจสอบข้อเท็จจริงโดย {unit} คาดว่าจะแจ้งผลได้ภายในวันที่ {due}",
        "",
    ),
    (
        "SVC",
        "ask",
        "ขอเลขที่คำขอและวันที่ยื่น",
        "เรียน {name}\n\nเพื่อให้ตรวจสอบเรื่องเลขที่ {number} ได้ครบถ้วน โปรดแจ้งเลขที่คำขอใบอนุญาตและวันที่ยื่นคำขอ "
        "พร้อมแนบสำเนาใบรับคำขอ (ถ้ามี)",
        "Please tell us the number of your licence application and the day on which you filed it.",
    ),
    (
        "SVC",
        "answer",
        "ออกใบอนุญาตเรียบร้อยแล้ว",
        "เรียน {name}\n\nตามที่ท่านร้องเรียนเรื่อง {subject} ({number}) {unit} ได้ตรวจสอบแล้ว "
        "ใบอนุญาตของท่านออกเรียบร้อยและรับได้ที่เคาน์เตอร์ในวันและเวลาราชการ\n\n{officer}\nโทร. {phone}",
        "",
    ),
    (
        "SVC",
        "note",
        "โทรศัพท์แล้วไม่มีผู้รับสาย",
        "โทรศัพท์ถึงผู้ร้องเมื่อวันที่ {today} ไม่มีผู้รับสาย จะติดต่อใหม่ในวันทำการถัดไป",
        "",
    ),
)


def write_canned(units: Mapping[str, Unit], *, at: datetime) -> None:
    """Write the canned replies of the whole department, and of the division that gives licences."""
    writer = Staff.objects.active().with_role(Role.SUPERVISOR).order_by("pk")[0]
    for code, use, title, body_th, body_en in CANNED:
        lifecycle.keep_canned(
            None,
            by=writer,
            at=at,
            unit=units[code],
            use=use,
            title=title,
            body_th=body_th,
            body_en=body_en,
            is_active=True,
        )


def write_letter(units: Mapping[str, Unit], *, at: datetime) -> None:
    """Issue one official letter on a case that was answered, and leave a memo as a draft beside it."""
    root = units["DPS"]
    address = "99 ถนนสาธิต แขวงตัวอย่าง\nเขตตัวอย่าง กรุงเทพฯ 10000"
    lifecycle.keep_letterhead(root, code="บป 0101", office=root.name_th, address=address)
    officer = Staff.objects.get(username="officer")
    boss = Staff.objects.get(username="supervisor")
    told = desk.queue(boss).filter(status__in=("answered", "closed"), officer=officer)
    case = told.order_by("-pk").first()
    if case is None:
        return
    for kind in ("letter", "memo"):
        facts = documents.first_facts(case, kind=kind) | LETTER | {"signer": boss}
        to = {} if kind == "letter" else {"to": "ผู้อำนวยการกองบริการและใบอนุญาต", "speed": ""}
        paper = lifecycle.draft_document(case, kind=kind, by=officer, at=at, **(facts | to))
        if kind == "letter":
            lifecycle.reserve_number(paper, by=officer, at=at)
            paper = documents.documents_of_page(boss).get(pk=paper.pk)
            printed = documents.final_paper(paper, at=at)
            lifecycle.issue_document(
                paper,
                pdf=pdf_of(printed),
                docx=docx_of(printed),
                name=documents.file_name(paper),
                by=officer,
                at=at,
            )


LETTER = {
    "enclosures": "สำเนาใบอนุญาต จำนวน 1 ฉบับ\nแผนผังขั้นตอนการให้บริการ จำนวน 2 แผ่น",
    "body": "ตามที่ท่านได้แจ้งเรื่องร้องเรียนเกี่ยวกับการให้บริการของหน่วยงาน ความละเอียดแจ้งแล้ว นั้น\n"
    "กองบริการและใบอนุญาตได้ตรวจสอบข้อเท็จจริงแล้ว ขอเรียนว่าได้ปรับปรุงขั้นตอนการให้บริการ "
    "และกำชับเจ้าหน้าที่ให้ปฏิบัติตามระยะเวลาในคู่มือสำหรับประชาชนแล้ว รายละเอียดปรากฏตามสิ่งที่ส่งมาด้วย\n"
    "จึงเรียนมาเพื่อโปรดทราบ",
    "speed": "ด่วน",
    "secrecy": "",
    "signer_name": "นายวิชัย สาธิต",
    "position": "ผู้อำนวยการกองบริการและใบอนุญาต",
}
