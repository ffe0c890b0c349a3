"""What every installation starts with: grades, topics, reasons and the standards (DOMAIN section 3).

Idempotent, and what an agency changed since stays: rows are added, never overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from agency.models import Role
from complaints.models import (
    Category,
    Cause,
    DayUnit,
    Grade,
    Kind,
    Measure,
    Policy,
    RejectionReason,
    RetentionRule,
    Step,
    Target,
)

REMIND, ESCALATE = Step.Action.REMIND, Step.Action.ESCALATE

GRADES = (
    (1, "ข้อคิดเห็นหรือข้อเสนอแนะ", "Opinion or suggestion", "แจ้งเพื่อทราบหรือเสนอให้ปรับปรุง ไม่มีผู้เสียหาย"),
    (2, "เรื่องร้องเรียนเล็กน้อย", "Minor", "หน่วยงานเดียวแก้ไขได้ภายในอำนาจหน้าที่"),
    (
        3,
        "เรื่องร้องเรียนสำคัญ",
        "Major",
        "ต้องใช้คณะกรรมการหรือผู้บริหารพิจารณา หรือกระทบชื่อเสียงหรือข้อกฎหมาย",
    ),
    (4, "เรื่องข้ามหน่วยงานหรือเป็นคดี", "Cross-agency or litigation", "เกี่ยวข้องหลายหน่วยงานหรือมีการดำเนินคดี"),
)

CATEGORIES: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "service",
        "การให้บริการ",
        "Service delivery",
        (
            ("service-delay", "ให้บริการล่าช้า", "Slow service"),
            ("service-queue", "คิวและการรอคอย", "Queues and waiting"),
            ("service-error", "ดำเนินการผิดพลาด", "Errors in handling"),
            ("service-refused", "ถูกปฏิเสธการให้บริการ", "Service refused"),
            ("service-fee", "ค่าธรรมเนียมและใบเสร็จ", "Fees and receipts"),
        ),
    ),
    (
        "staff",
        "เจ้าหน้าที่",
        "Staff",
        (
            ("staff-manners", "กิริยาวาจาไม่เหมาะสม", "Manners and language"),
            ("staff-knowledge", "ให้ข้อมูลไม่ถูกต้องหรือไม่ครบถ้วน", "Wrong or incomplete advice"),
            ("staff-unfair", "เลือกปฏิบัติหรือไม่เป็นธรรม", "Unfair treatment"),
        ),
    ),
    (
        "place",
        "สถานที่และสิ่งอำนวยความสะดวก",
        "Premises and facilities",
        (
            (
                "place-access",
                "การเข้าถึงสำหรับคนพิการและผู้สูงอายุ",
                "Access for disabled and elderly people",
            ),
            ("place-clean", "ความสะอาดและสภาพแวดล้อม", "Cleanliness and surroundings"),
            ("place-parking", "ที่จอดรถและป้ายบอกทาง", "Parking and signs"),
        ),
    ),
    (
        "digital",
        "ระบบและช่องทางออนไลน์",
        "Online systems and channels",
        (
            ("digital-down", "ระบบขัดข้องหรือใช้งานไม่ได้", "System out of order"),
            ("digital-hard", "ใช้งานยากหรือขั้นตอนซับซ้อน", "Hard to use"),
            ("digital-data", "ข้อมูลในระบบไม่ถูกต้อง", "Wrong data in a system"),
        ),
    ),
    (
        "rights",
        "สิทธิและคำสั่งทางปกครอง",
        "Rights and decisions",
        (
            ("rights-decision", "ไม่เห็นด้วยกับผลการพิจารณา", "Disagreement with a decision"),
            ("rights-information", "ขอข้อมูลข่าวสารของราชการ", "Access to official information"),
            ("rights-privacy", "ข้อมูลส่วนบุคคล", "Personal data"),
            ("rights-help", "ขอความช่วยเหลือหรือความเป็นธรรม", "Help or fairness asked for"),
        ),
    ),
    (
        "integrity",
        "ทุจริตและประพฤติมิชอบ",
        "Corruption and misconduct",
        (
            ("integrity-bribe", "เรียกรับผลประโยชน์", "Bribes"),
            ("integrity-procurement", "การจัดซื้อจัดจ้าง", "Procurement"),
            ("integrity-abuse", "ใช้อำนาจโดยมิชอบ", "Abuse of power"),
        ),
    ),
    (
        "neighbourhood",
        "ความเดือดร้อนในพื้นที่",
        "Trouble in the neighbourhood",
        (
            ("neighbourhood-noise", "เสียง กลิ่น ควัน หรือฝุ่น", "Noise, smell, smoke or dust"),
            ("neighbourhood-road", "ถนน ทางเท้า และไฟส่องสว่าง", "Roads, pavements and lighting"),
            ("neighbourhood-water", "น้ำท่วม ระบายน้ำ และขยะ", "Floods, drains and waste"),
        ),
    ),
    ("other", "เรื่องอื่น ๆ", "Other matters", ()),
)

# code, Thai and English name of each cause, and of its parts
CAUSES: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "process",
        "ขั้นตอนและกระบวนงาน",
        "Procedure",
        (
            ("process-slow", "ขั้นตอนมากหรือรอการลงนาม", "Too many steps or waiting for a signature"),
            ("process-unclear", "ขั้นตอนหรือเอกสารไม่ชัดเจน", "Unclear steps or papers"),
            ("process-nocheck", "ไม่มีการตรวจทานก่อนออกเอกสาร", "No check before a paper is issued"),
        ),
    ),
    (
        "people",
        "บุคลากร",
        "Staff",
        (
            ("people-few", "อัตรากำลังไม่พอในช่วงที่มีผู้มาใช้บริการมาก", "Too few people at busy times"),
            ("people-knowledge", "ขาดความรู้หรือได้รับข้อมูลไม่ตรงกัน", "Lack of knowledge"),
            ("people-manners", "การสื่อสารและกิริยามารยาท", "Manners and communication"),
        ),
    ),
    (
        "system",
        "ระบบสารสนเทศ",
        "Systems",
        (
            ("system-down", "ระบบขัดข้องหรือรองรับไม่พอ", "System down or too weak"),
            ("system-link", "ระบบไม่เชื่อมโยงกัน", "Systems not connected"),
            ("system-data", "ข้อมูลในระบบไม่ถูกต้องหรือไม่เป็นปัจจุบัน", "Wrong or old data"),
        ),
    ),
    (
        "place",
        "สถานที่ อุปกรณ์ และสิ่งแวดล้อม",
        "Premises and equipment",
        (
            ("place-upkeep", "ขาดการบำรุงรักษา", "Lack of upkeep"),
            ("place-design", "ออกแบบไม่เหมาะกับผู้ใช้", "Design that does not suit its users"),
        ),
    ),
    ("rules", "กฎ ระเบียบ หรืออัตราค่าธรรมเนียม", "Rules or fees", ()),
    ("outside", "หน่วยงานอื่นหรือผู้รับจ้าง", "Another agency or a contractor", ()),
    ("misconduct", "การปฏิบัติโดยมิชอบ", "Misconduct", ()),
    ("other", "สาเหตุอื่น", "Another cause", ()),
)

# code, Thai and English name, next step in Thai and English (DOMAIN section 3)
REASONS = (
    (
        "court",
        "เรื่องอยู่ระหว่างการพิจารณาของศาล หรือศาลมีคำพิพากษาหรือคำสั่งเด็ดขาดแล้ว",
        "The matter is before a court, or a court has given final judgment",
        "โปรดดำเนินการตามกระบวนการของศาล หากประสงค์ขอคำปรึกษาทางกฎหมาย ติดต่อสภาทนายความหรือสำนักงานยุติธรรมจังหวัดได้",
        "Please go on with the court. The Lawyers Council or a provincial justice office gives legal advice.",
    ),
    (
        "decided",
        "หน่วยงานหรือองค์กรอื่นที่มีอำนาจได้วินิจฉัยเรื่องนี้แล้ว",
        "Another competent body has decided the matter already",
        "หากท่านไม่เห็นด้วยกับผลการวินิจฉัย โปรดใช้สิทธิอุทธรณ์หรือโต้แย้งต่อหน่วยงานนั้นภายในเวลาที่กฎหมายกำหนด",
        "If you do not agree with that decision, please appeal to that body within the time the law gives.",
    ),
    (
        "monarchy",
        "เรื่องที่เกี่ยวกับสถาบันพระมหากษัตริย์",
        "The matter concerns the monarchy",
        "เรื่องลักษณะนี้ไม่อยู่ในอำนาจพิจารณาของหน่วยงาน โปรดติดต่อหน่วยงานที่มีหน้าที่โดยตรง",
        "The office has no power over such matters. Please turn to the office in charge of them.",
    ),
    (
        "incomplete",
        "ข้อมูลไม่ครบถ้วนและไม่สามารถขอข้อมูลเพิ่มเติมได้",
        "The matter is incomplete and cannot be completed",
        "ท่านสามารถยื่นเรื่องใหม่ได้ทุกเมื่อ โดยระบุวัน เวลา สถานที่ และข้อเท็จจริงของเหตุการณ์ พร้อมหลักฐาน (ถ้ามี)",
        "You can file again at any time: please tell the day, the place and what happened, with evidence if there is any.",
    ),
    (
        "no_complaint",
        "เรื่องที่แจ้งไม่เข้าลักษณะเป็นเรื่องร้องเรียน",
        "What was written is not a complaint",
        "หากท่านได้รับความเดือดร้อนจากการให้บริการ โปรดยื่นเรื่องใหม่โดยบอกสิ่งที่เกิดขึ้นและสิ่งที่ต้องการให้ดำเนินการ",
        "If a service has troubled you, please file again and tell what happened and what you ask for.",
    ),
)

# name in Thai and English, kind, years kept; the default is rule 57 of the correspondence regulation
FILING = "ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 ข้อ 57"
RETENTION = (
    ("เรื่องทั่วไป", "All other cases", "", 10),
    ("เรื่องทุจริตและประพฤติมิชอบ", "Corruption and misconduct", Kind.CORRUPTION, 20),
    ("แจ้งเบาะแส", "Tip-offs", Kind.TIP_OFF, 20),
    ("สอบถามข้อมูล", "Enquiries", Kind.ENQUIRY, 5),
    ("คำชมเชย", "Compliments", Kind.COMPLIMENT, 5),
)

LONG = (
    (-2, Role.OFFICER, REMIND),
    (-1, Role.OFFICER, REMIND),
    (0, Role.OFFICER, REMIND),
    (0, Role.SUPERVISOR, REMIND),
    (1, Role.SUPERVISOR, ESCALATE),
    (5, Role.EXECUTIVE, ESCALATE),
)
SHORT = (  # limits of a few days: the last morning, the limit, the day after
    (0, Role.OFFICER, REMIND),
    (1, Role.SUPERVISOR, ESCALATE),
)
LETTER = ((-2, Role.OFFICER, REMIND), (0, Role.OFFICER, REMIND), (3, Role.SUPERVISOR, ESCALATE))
STILL = (  # 30, 45 and 52 days without any progress
    (0, Role.OFFICER, REMIND),
    (15, Role.OFFICER, REMIND),
    (15, Role.SUPERVISOR, ESCALATE),
    (22, Role.SUPERVISOR, ESCALATE),
)

Matrix = Sequence[tuple[int, str, str]]


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A standard as it is shipped."""

    code: str
    name_th: str
    name_en: str
    source: str
    kind: str = ""
    grade: int | None = None
    priority: int = 0
    acknowledge: int
    stage1: int
    stage2: int
    is_first_day_counted: bool = False
    needs_review: bool = False


STANDARDS = (
    Standard(
        code="TH15",
        name_th="มาตรฐานทั่วไป 15 วันทำการ",
        name_en="General standard, 15 working days",
        source="แนวปฏิบัติการจัดการเรื่องร้องเรียนของส่วนราชการ",
        acknowledge=1,
        stage1=15,
        stage2=30,
    ),
    Standard(
        code="SPSO",
        name_th="มาตรฐานสองขั้น SPSO (เรื่องเล็กน้อย)",
        name_en="SPSO two-stage standard (minor)",
        source="Scottish Public Services Ombudsman, Model Complaints Handling Procedure",
        kind=Kind.SERVICE,
        grade=2,
        priority=20,
        acknowledge=3,
        stage1=5,
        stage2=20,
        is_first_day_counted=True,
    ),
    Standard(
        code="SPSO-G1",
        name_th="มาตรฐานสองขั้น SPSO (ข้อคิดเห็น)",
        name_en="SPSO two-stage standard (opinion)",
        source="Scottish Public Services Ombudsman, Model Complaints Handling Procedure",
        kind=Kind.SERVICE,
        grade=1,
        priority=20,
        acknowledge=3,
        stage1=5,
        stage2=20,
        is_first_day_counted=True,
    ),
    Standard(
        code="DSI8",
        name_th="มาตรฐาน 8 วันทำการ (ทุจริต)",
        name_en="8 working days (corruption)",
        source="มาตรฐานการจัดการเรื่องร้องเรียน กรมสอบสวนคดีพิเศษ พ.ศ. 2560",
        kind=Kind.CORRUPTION,
        priority=10,
        acknowledge=1,
        stage1=8,
        stage2=20,
        needs_review=True,
    ),
)


@transaction.atomic
def seed(at: datetime) -> None:
    """Add the grades, topics, reasons, retention rules and standards that are missing."""
    for number, name_th, name_en, definition in GRADES:
        Grade.objects.get_or_create(
            number=number,
            defaults={"name_th": name_th, "name_en": name_en, "definition": definition},
        )
    for code, name_th, name_en, children in CATEGORIES:
        parent = topic(code, name_th, name_en, parent=None)
        for child in children:
            topic(*child, parent=parent)
    for code, name_th, name_en, children in CAUSES:
        named = {"name_th": name_th, "name_en": name_en}
        above, _new = Cause.objects.get_or_create(code=code, defaults=named)
        for part, part_th, part_en in children:
            told = {"name_th": part_th, "name_en": part_en, "parent": above}
            Cause.objects.get_or_create(code=part, defaults=told)
    for position, (code, *texts) in enumerate(REASONS, start=1):
        names = ("name_th", "name_en", "next_step_th", "next_step_en")
        told = dict(zip(names, texts, strict=True))
        RejectionReason.objects.get_or_create(code=code, defaults={**told, "position": position})
    for name_th, name_en, kind, years in RETENTION:
        RetentionRule.objects.get_or_create(
            kind=kind,
            grade=None,
            defaults={
                "name_th": name_th,
                "name_en": name_en,
                "source": FILING,
                "erase_after_years": years,
            },
        )
    for standard in STANDARDS:
        if not Policy.objects.filter(code=standard.code).exists():
            make_policy(standard, at=at)


def topic(code: str, name_th: str, name_en: str, *, parent: Category | None) -> Category:
    """Return a topic, added if it is missing."""
    return Category.objects.get_or_create(
        code=code, defaults={"name_th": name_th, "name_en": name_en, "parent": parent}
    )[0]


def make_policy(standard: Standard, *, at: datetime) -> Policy:
    """Write a standard with its limits and its escalation matrix."""
    policy = Policy.objects.create(
        code=standard.code,
        name_th=standard.name_th,
        name_en=standard.name_en,
        source=standard.source,
        kind=standard.kind,
        grade_id=standard.grade,
        priority=standard.priority,
        needs_review=standard.needs_review,
        made_at=at,
    )
    first = standard.is_first_day_counted
    for measure, days, matrix in (
        (Measure.ACKNOWLEDGE, standard.acknowledge, SHORT),
        (Measure.STAGE1, standard.stage1, LONG),
        (Measure.STAGE2, standard.stage2, LONG),
    ):
        add_limit(policy, measure, days, DayUnit.WORKING, matrix, is_first_day_counted=first)
    add_limit(policy, Measure.PROGRESS, 15, DayUnit.CALENDAR, LETTER)
    add_limit(policy, Measure.IDLE, 30, DayUnit.CALENDAR, STILL)
    return policy


def add_limit(
    policy: Policy,
    measure: str,
    days: int,
    unit: str,
    matrix: Matrix,
    *,
    is_first_day_counted: bool = False,
) -> Target:
    """Write one limit with its steps."""
    target = Target.objects.create(
        policy=policy,
        measure=measure,
        days=days,
        unit=unit,
        is_first_day_counted=is_first_day_counted,
    )
    Step.objects.bulk_create(
        [
            Step(target=target, offset_days=offset, role=role, action=action)
            for offset, role, action in matrix
        ]
    )
    return target
