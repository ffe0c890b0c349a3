"""What every installation starts with: the question bank in Thai and English (DOMAIN section 4).

Idempotent, and what an agency changed since stays: a set is added once, never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from agency.models import Staff, Unit
from surveys.lifecycle.filling import fill
from surveys.models import Dimension, Survey, SurveyKind

Words = tuple[str, str]

SATISFIED = (
    ("น้อยที่สุด", "Very dissatisfied"),
    ("น้อย", "Dissatisfied"),
    ("ปานกลาง", "Neither"),
    ("มาก", "Satisfied"),
    ("มากที่สุด", "Very satisfied"),
)
AGREED = (
    ("ไม่เห็นด้วยอย่างยิ่ง", "Strongly disagree"),
    ("ไม่เห็นด้วย", "Disagree"),
    ("เฉย ๆ", "Neither"),
    ("เห็นด้วย", "Agree"),
    ("เห็นด้วยอย่างยิ่ง", "Strongly agree"),
)
PARTS: tuple[tuple[str, str, Words, tuple[tuple[str, Words], ...]], ...] = (
    (
        "process",
        Dimension.PROCESS,
        ("กระบวนการและขั้นตอน", "Process and steps"),
        (
            ("clear", ("ขั้นตอนชัดเจน เข้าใจง่าย", "The steps are clear")),
            ("time", ("ระยะเวลาเหมาะสม", "The time it takes is reasonable")),
            ("told", ("แจ้งความคืบหน้าให้ทราบ", "I was told how it was going")),
        ),
    ),
    (
        "staff",
        Dimension.STAFF,
        ("เจ้าหน้าที่", "Staff"),
        (
            ("polite", ("สุภาพและเต็มใจช่วยเหลือ", "Polite and willing to help")),
            ("able", ("มีความรู้ ตอบได้ตรงประเด็น", "Competent and to the point")),
            ("fair", ("ให้บริการเท่าเทียมกัน", "Treats everybody alike")),
        ),
    ),
    (
        "facilities",
        Dimension.FACILITIES,
        ("สิ่งอำนวยความสะดวก", "Facilities"),
        (
            ("reach", ("เดินทางมาสะดวก", "Easy to reach")),
            ("seats", ("ที่นั่งรอและความสะอาด", "Seats and cleanliness")),
            ("access", ("ผู้พิการและผู้สูงอายุใช้ได้", "Usable by disabled and elderly people")),
        ),
    ),
    (
        "quality",
        Dimension.QUALITY,
        ("คุณภาพการให้บริการ", "Quality of the service"),
        (
            ("right", ("ได้รับบริการถูกต้องครบถ้วน", "Correct and complete")),
            ("need", ("ตรงกับความต้องการ", "What I needed")),
        ),
    ),
    (
        "digital",
        Dimension.DIGITAL,
        ("ช่องทางดิจิทัล", "Digital channel"),
        (
            ("easy", ("ใช้งานง่าย", "Easy to use")),
            ("stable", ("ระบบไม่ขัดข้อง", "Works without faults")),
            ("safe", ("มั่นใจว่าข้อมูลปลอดภัย", "My data are safe")),
        ),
    ),
    (
        "trust",
        Dimension.TRUST,
        ("ความเชื่อมั่น", "Trust"),
        (
            ("honest", ("หน่วยงานซื่อสัตย์ โปร่งใส", "Honest and open")),
            ("care", ("หน่วยงานรับฟังประชาชน", "Listens to the people")),
        ),
    ),
)
REASONS: tuple[tuple[str, Words], ...] = (
    ("wait", ("รอนาน", "The wait was long")),
    ("unclear", ("ขั้นตอนไม่ชัดเจน", "The steps were unclear")),
    ("papers", ("ขอเอกสารมากเกินไป", "Too many papers were asked for")),
    ("manner", ("กิริยาวาจาของเจ้าหน้าที่", "The manner of the staff")),
    ("answer", ("ตอบไม่ตรงหรือไม่ครบ", "The answer was wrong or incomplete")),
    ("system", ("ระบบออนไลน์ใช้ไม่ได้", "The online system did not work")),
    ("place", ("สถานที่ไม่สะดวก", "The place was inconvenient")),
)
ENGAGED: tuple[tuple[str, Words], ...] = (
    ("again", ("จะใช้บริการอีกเมื่อจำเป็น", "I would use the service again")),
    ("recommend", ("จะแนะนำผู้อื่นให้มาใช้บริการ", "I would recommend it to others")),
    ("trust", ("เชื่อมั่นในการทำงานของหน่วยงาน", "I trust the work of the agency")),
    ("join", ("ยินดีร่วมมือหรือร่วมกิจกรรม", "I would work together with the agency")),
)


def text(words: Words) -> dict[str, str]:
    """Return a text of a document."""
    return {"th": words[0], "en": words[1]}


def points(words: Iterable[Words]) -> list[dict[str, Any]]:
    """Return the points of a scale."""
    return [{"code": str(point), "text": text(pair)} for point, pair in enumerate(words, 1)]


def question(code: str, type_: str, words: Words, **facts: Any) -> dict[str, Any]:
    """Return a question of a document."""
    return {"code": code, "type": type_, "text": text(words), **facts}


def choices(options: Iterable[tuple[str, Words]]) -> list[dict[str, Any]]:
    """Return the options or rows of a document."""
    return [{"code": code, "text": text(words)} for code, words in options]


def overall() -> dict[str, Any]:
    """Return the question that the headline is made of."""
    words = ("โดยรวม ท่านพึงพอใจต่อบริการเพียงใด", "All in all, how satisfied are you with the service")
    return question(
        "overall", "scale", words, dimension="overall", is_required=True, options=points(SATISFIED)
    )


def matrix(code: str) -> dict[str, Any]:
    """Return the matrix of a standard dimension."""
    _code, dimension, heading, rows = next(part for part in PARTS if part[0] == code)
    words = (f"ท่านพึงพอใจต่อ{heading[0]}เพียงใด", f"How satisfied are you with: {heading[1].lower()}")
    return question(
        code,
        "matrix",
        words,
        dimension=dimension,
        has_not_applicable=True,
        options=points(SATISFIED),
        rows=choices(rows),
    )


def reasons(*, at_most: str = "") -> dict[str, Any]:
    """Return the reasons for dissatisfaction; with a bound only for those who were not content."""
    other = {"code": "other", "text": text(("อื่น ๆ", "Something else")), "is_other": True}
    lines = [{"column": "overall", "operator": "at_most", "value": at_most}]
    return question(
        "why",
        "multi",
        ("สิ่งใดที่ทำให้ท่านไม่พึงพอใจ", "What were you not satisfied with"),
        dimension="dissatisfaction",
        options=[*choices(REASONS), other],
        rule={"match": "all", "conditions": lines} if at_most else None,
    )


def engagement() -> dict[str, Any]:
    """Return the engagement set."""
    return question(
        "engaged",
        "matrix",
        ("ท่านเห็นด้วยกับข้อความต่อไปนี้เพียงใด", "How far do you agree"),
        dimension="engagement",
        options=points(AGREED),
        rows=choices(ENGAGED),
    )


def recommendation() -> dict[str, Any]:
    """Return the question of the net promoter score."""
    ends = (("0", ("ไม่แนะนำแน่นอน", "Certainly not")), ("10", ("แนะนำแน่นอน", "Certainly")))
    return question(
        "nps",
        "nps",
        ("ท่านจะแนะนำบริการนี้แก่ผู้อื่นเพียงใด", "How likely are you to recommend the service"),
        dimension="recommend",
        options=choices(ends),
    )


def comment() -> dict[str, Any]:
    """Return the question for open text."""
    words = ("ข้อเสนอแนะเพื่อปรับปรุงบริการ", "What should we do better")
    return question("comment", "text", words, dimension="comment", is_long=True)


def section(code: str, words: Words, *questions: dict[str, Any]) -> dict[str, Any]:
    """Return a section of a document."""
    return {"code": code, "text": text(words), "questions": list(questions)}


def sets() -> list[tuple[str, str, Words, list[dict[str, Any]]]]:
    """Return the sets of the bank: code, kind, title, sections."""
    dimensions = [section("all", ("ภาพรวม", "All in all"), overall())]
    dimensions += [section(code, heading, matrix(code)) for code, _d, heading, _rows in PARTS]
    return [
        (
            "bank_satisfaction",
            SurveyKind.SATISFACTION,
            ("ความพึงพอใจต่อบริการ", "Satisfaction with a service"),
            dimensions,
        ),
        (
            "bank_dissatisfaction",
            SurveyKind.SATISFACTION,
            ("เหตุที่ไม่พึงพอใจและข้อเสนอแนะ", "Dissatisfaction and comments"),
            [section("why", ("เหตุที่ไม่พึงพอใจ", "Reasons"), reasons(), comment())],
        ),
        (
            "bank_engagement",
            SurveyKind.ENGAGEMENT,
            ("ความผูกพันของผู้รับบริการ", "Engagement"),
            [section("engaged", ("ความผูกพัน", "Engagement"), engagement(), recommendation())],
        ),
    ]


@transaction.atomic
def seed(at: datetime) -> int:
    """Add the sets of the bank that are not there; none before there is an agency. Returns how many."""
    unit = Unit.objects.filter(parent=None).order_by("pk").first()
    owner = Staff.objects.filter(unit=unit).order_by("pk").first() if unit else None
    if unit is None or owner is None:
        return 0
    added = 0
    for code, kind, title, sections in sets():
        if Survey.objects.filter(code=code).exists():
            continue
        bank = Survey.objects.create(
            code=code,
            kind=kind,
            title_th=title[0],
            title_en=title[1],
            unit=unit,
            owner=owner,
            is_bank=True,
            created_at=at,
            changed_at=at,
        )
        fill(bank, sections)
        added += 1
    return added
