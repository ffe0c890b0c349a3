"""Letters and memos: what a page shows of them, what is printed, and the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation

from agency.papers import OfficialPaper, formal_digits, paragraphs_of
from agency.thai import MONTHS, buddhist_year, format_date, group_phone, local_day
from complaints.models import Document, Letterhead, RegisterNumber

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agency.models import Staff
    from complaints.models import Complaint

CLOSING = "ขอแสดงความนับถือ"
LAST_LINE = "จึงเรียนมาเพื่อโปรดทราบ"
NOBODY_NAMED = "ผู้ร้อง"


def documents_of_page(staff: Staff) -> QuerySet[Document]:
    """Return the papers the person may see, with all that a page shows."""
    return Document.objects.visible_to(staff).select_related(
        "complaint__unit",
        "complaint__officer",
        "complaint__person",
        "complaint__policy",
        "unit",
        "signer",
        "made_by",
        "issued_by",
        "number__register",
        "pdf",
        "docx",
    )


def documents_of(complaint: Complaint, *, staff: Staff) -> list[Document]:
    """Return the papers of a case that the person may see, oldest first."""
    found = Document.objects.visible_to(staff).filter(complaint=complaint)
    return list(found.select_related("number").order_by("pk"))


def register_list(staff: Staff) -> QuerySet[RegisterNumber]:
    """Return the numbers of the registers near the person; what the papers say is in `readable`."""
    numbers = RegisterNumber.objects.visible_to(staff)
    return numbers.select_related("register__unit", "document", "by")


def readable(rows: Sequence[RegisterNumber], *, staff: Staff) -> dict[int, Document]:
    """Return the papers of these numbers that the person may see, by the number's id."""
    wanted = [row.pk for row in rows]
    found = Document.objects.visible_to(staff).filter(number__in=wanted)
    return {each.number.pk: each for each in found.select_related("number", "complaint")}


def first_facts(complaint: Complaint, *, kind: str) -> dict[str, Any]:
    """Return what a new draft begins with; a paper is in Thai whatever language the screen speaks."""
    with translation.override("th"):
        received = format_date(complaint.received_at, long=True)
        is_letter = kind == Document.Kind.LETTER
        subject = (
            f"แจ้งผลการพิจารณาเรื่องร้องเรียน {complaint.subject}" if is_letter else complaint.subject
        )
        return {
            "subject": subject[:300],
            "to": NOBODY_NAMED if is_letter else "",
            "references": f"เรื่องร้องเรียนเลขที่ {complaint.number} ลงวันที่ {received}",
            "body": f"ตามที่ท่านได้ร้องเรียนเรื่อง {complaint.subject} นั้น\n\n\n{LAST_LINE}"
            if is_letter
            else f"ด้วย\n\n\n{LAST_LINE}",
            "closing": CLOSING if is_letter else "",
            "has_thai_numerals": True,
        }


def paper_of(document: Document, *, at: datetime) -> OfficialPaper:
    """Return what is printed of a paper."""
    head = Letterhead.of(document.unit)
    unit = document.unit
    office = head.office if head else unit.name_th
    own = unit.name_th if unit.name_th != office else ""
    paper = OfficialPaper(
        is_memo=document.is_memo,
        number=number_of(document, head=head),
        office=f"{unit.name_th} {office}".strip() if document.is_memo and own else office,
        address=head.address if head else "",
        day=written_day(document.dated_on or local_day(at)),
        subject=document.subject,
        to=document.to,
        references=paragraphs_of(document.references),
        enclosures=paragraphs_of(document.enclosures),
        paragraphs=paragraphs_of(document.body),
        closing=document.closing,
        signer=document.signer_name,
        position=document.position,
        owner=unit.name_th,
        phone=group_phone(unit.phone),
        email=unit.email,
        speed=document.speed,
        secrecy=document.secrecy,
        is_draft=document.is_draft,
    )
    return formal_digits(paper) if document.has_thai_numerals else paper


def final_paper(document: Document, *, at: datetime) -> OfficialPaper:
    """Return what is printed of a numbered draft once it is issued: the same, without the mark of a draft."""
    return replace(paper_of(document, at=at), is_draft=False)


def number_of(document: Document, *, head: Letterhead | None) -> str:
    """Return the number as it is printed; room for it on a draft that has none."""
    number: RegisterNumber | None = getattr(document, "number", None)
    if number:
        return str(number)
    return f"{head.code if head else '........'}/........"


def written_day(day: date) -> str:
    """Write a day as letters do: no word before it, the month in full, two spaces between."""
    return f"{day.day}  {MONTHS[day.month - 1]}  {buddhist_year(day.year)}"


def file_name(document: Document) -> str:
    """Return the bare name of the files: what a letter is called in a folder, without what it says."""
    number: RegisterNumber | None = getattr(document, "number", None)
    word = "บันทึกข้อความ" if document.is_memo else "หนังสือ"
    if number is None:
        return f"ร่าง{word} {document.complaint.number}"
    return f"{word} {number.code} {number.number} {document.complaint.number}".replace("/", "-")
