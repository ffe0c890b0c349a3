"""What every installation starts with: the rule sets of hearings (DOMAIN section 5). Values are data, changed in admin.

Idempotent, and what an agency changed since stays: a set is added once, never overwritten.
"""

from __future__ import annotations

from typing import Any

from listening.models import RuleSet

FILES = [".pdf", ".docx", ".txt", ".jpg", ".png"]

LAW_PARTS = (
    ("problem", "สภาพปัญหา สาเหตุ และเป้าหมาย", "The problem, its cause and the aim"),
    ("principles", "หลักการสำคัญของร่างกฎหมายในภาษาที่เข้าใจง่าย", "Main principles in plain language"),
    ("affected", "ผู้ที่เกี่ยวข้องและผลกระทบต่อแต่ละกลุ่ม", "Who is concerned, and how"),
    ("licences", "เหตุผลที่ต้องมีระบบอนุญาต (ถ้ามี)", "Why licences are needed, if any"),
    ("committees", "เหตุผลที่ต้องมีคณะกรรมการ (ถ้ามี)", "Why committees are needed, if any"),
    ("penalties", "เหตุผลที่ต้องมีโทษและอัตราโทษ (ถ้ามี)", "Why there are penalties, if any"),
    ("discretion", "หลักเกณฑ์การใช้ดุลพินิจของเจ้าหน้าที่ (ถ้ามี)", "Rules for officials’ discretion, if any"),
)
PROJECT_PARTS = (
    ("reason", "เหตุผล ความจำเป็น และวัตถุประสงค์ของโครงการ", "Reason, need and aims of the project"),
    ("substance", "สาระสำคัญของโครงการ", "What the project is"),
    ("operator", "ผู้ดำเนินการ", "Who carries it out"),
    ("place", "สถานที่ที่จะดำเนินการ", "Where"),
    ("steps", "ขั้นตอนและระยะเวลาดำเนินการ", "Steps and times"),
    ("results", "ผลผลิตและผลลัพธ์ของโครงการ", "Outputs and results"),
    (
        "impact",
        "ผลกระทบต่อประชาชนในพื้นที่ และมาตรการป้องกัน แก้ไข หรือเยียวยา",
        "Impact on people there, and how it is prevented, mended or made good",
    ),
    ("cost", "ประมาณการค่าใช้จ่ายและที่มาของเงิน", "Estimated costs, and where the money comes from"),
)
SERVICE_PARTS = (
    ("now", "บริการในปัจจุบันและปัญหาที่พบ", "The service today and what is wrong with it"),
    ("idea", "ข้อเสนอที่ต้องการรับฟัง", "What is proposed"),
    ("use", "จะนำความเห็นไปใช้อย่างไรและเมื่อใด", "How and when the views will be used"),
)
OTHER_PARTS = (("matter", "เรื่องที่รับฟังและเหตุผล", "What is heard about, and why"),)

SETS: tuple[dict[str, Any], ...] = (
    {
        "code": "draft-law",
        "kind": RuleSet.Kind.LAW,
        "name_th": "ร่างกฎหมาย",
        "name_en": "Draft law",
        "source_th": "พระราชบัญญัติหลักเกณฑ์การจัดทำร่างกฎหมายและการประเมินผลสัมฤทธิ์ของกฎหมาย พ.ศ. ๒๕๖๒",
        "parts": LAW_PARTS,
        "notice_days": 15,
        "material_days": 15,
        "summary_days": 15,
        "wants_law_url": True,
    },
    {
        "code": "state-project",
        "kind": RuleSet.Kind.PROJECT,
        "name_th": "โครงการของรัฐ",
        "name_en": "State project",
        "source_th": "ระเบียบสำนักนายกรัฐมนตรีว่าด้วยการรับฟังความคิดเห็นของประชาชน พ.ศ. ๒๕๔๘",
        "parts": PROJECT_PARTS,
        "notice_days": 15,
        "is_notice_binding": True,
        "material_days": 15,
        "summary_days": 15,
    },
    {
        "code": "service-design",
        "kind": RuleSet.Kind.SERVICE,
        "name_th": "ออกแบบบริการ",
        "name_en": "Service design",
        "parts": SERVICE_PARTS,
        "notice_days": 7,
        "material_days": 3,
        "summary_days": 30,
    },
    {
        "code": "other",
        "kind": RuleSet.Kind.OTHER,
        "name_th": "เรื่องอื่น",
        "name_en": "Other matters",
        "parts": OTHER_PARTS,
        "notice_days": 7,
        "material_days": 3,
        "summary_days": 30,
    },
)


def seed() -> int:
    """Add the rule sets that are not there; returns how many."""
    added = 0
    for facts in SETS:
        parts = [
            {"code": code, "th": thai, "en": english} for code, thai, english in facts["parts"]
        ]
        values = {**facts, "parts": parts, "file_types": FILES}
        _rules, is_new = RuleSet.objects.get_or_create(code=facts["code"], defaults=values)
        added += is_new
    return added


def rule_set(code: str) -> RuleSet:
    """Return a rule set by its code."""
    return RuleSet.objects.get(code=code)
