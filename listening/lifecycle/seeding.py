"""What every installation starts with: channels on which the agency goes to people, and a list of topics.

Idempotent, and what an agency changed since stays: rows are added, never overwritten.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agency.models import Channel
from listening.models import Taxonomy, Topic
from listening.text.trust import taxonomy_version

CHANNELS = (  # code, Thai, English
    ("field_visit", "ลงพื้นที่รับฟัง", "Field visit"),
    ("focus_group", "สนทนากลุ่ม", "Focus group"),
    ("inspection", "ตรวจราชการ", "Inspection"),
    ("hearing", "เวทีรับฟังความคิดเห็น", "Hearing"),
    ("survey_text", "ข้อความจากแบบสำรวจ", "Text of a survey"),
)
TOPICS = (  # code, Thai, English
    ("waiting", "การรอคอยและความรวดเร็ว", "Waiting and speed"),
    ("staff", "การให้บริการของเจ้าหน้าที่", "Staff"),
    ("documents", "เอกสารและขั้นตอน", "Documents and steps"),
    ("digital", "ระบบออนไลน์", "Online services"),
    ("place", "สถานที่และสิ่งอำนวยความสะดวก", "Premises and facilities"),
    ("information", "ข้อมูลข่าวสาร", "Information"),
    ("fees", "ค่าธรรมเนียม", "Fees"),
    ("hours", "วันและเวลาให้บริการ", "Opening hours"),
    ("integrity", "ความโปร่งใส", "Integrity"),
    ("other", "เรื่องอื่น ๆ", "Something else"),
)


@transaction.atomic
def seed(at: datetime) -> dict[str, int]:
    """Add what is missing; returns how many rows of each kind were added."""
    return {"channels": seed_channels(), "topics": seed_topics(at=at)}


def seed_channels() -> int:
    """Add the channels on which the agency begins."""
    known = set(Channel.objects.values_list("code", flat=True))
    made = Channel.objects.bulk_create(
        Channel(
            code=code,
            name_th=thai,
            name_en=english,
            mode=Channel.Mode.PROACTIVE,
            position=place,
        )
        for place, (code, thai, english) in enumerate(CHANNELS, start=50)
        if code not in known
    )
    return len(made)


def seed_topics(*, at: datetime) -> int:
    """Add the first list of topics where there is none."""
    if Taxonomy.objects.exists():
        return 0
    first = Taxonomy.objects.create(
        number=1,
        mark=taxonomy_version(code for code, _thai, _english in TOPICS),
        is_in_use=True,
        made_at=at,
    )
    made = Topic.objects.bulk_create(
        Topic(taxonomy=first, code=code, name_th=thai, name_en=english, position=place)
        for place, (code, thai, english) in enumerate(TOPICS, start=1)
    )
    return len(made)
