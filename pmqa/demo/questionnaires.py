"""Two surveys of the demo agency, each with a published version: yearly satisfaction, and digital engagement."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from agency.models import Staff
from pmqa.demo import collecting, fieldwork, findings
from surveys import lifecycle
from surveys.lifecycle import seeding
from surveys.lifecycle.seeding import matrix, question, section

MADE_BEFORE = timedelta(days=800)  # before the first wave
SEED = 2570
OWNER = "supervisor"  # the demo's log-in has its surveys at hand

ABOUT = section(
    "about",
    ("ข้อมูลการใช้บริการ", "Your visit"),
    question(
        "channel",
        "single",
        ("ครั้งล่าสุดท่านใช้บริการทางใด", "How were you served last time"),
        dimension="about",
        is_required=True,
        options=[
            *seeding.choices(
                (
                    ("counter", ("ที่สำนักงาน", "At the office")),
                    ("online", ("ระบบออนไลน์", "Online")),
                    ("phone", ("โทรศัพท์", "By telephone")),
                )
            ),
            {
                "code": "other",
                "text": seeding.text(("ช่องทางอื่น", "Another way")),
                "is_other": True,
            },
        ],
    ),
    question(
        "visits",
        "number",
        ("ในรอบปีที่ผ่านมา ท่านใช้บริการกี่ครั้ง", "How often in the last year"),
        dimension="about",
        minimum=0,
        maximum=365,
    ),
    question(
        "age",
        "single",
        ("ช่วงอายุของท่าน", "Your age"),
        dimension="about",
        options=seeding.choices(
            (
                ("under30", ("ต่ำกว่า 30 ปี", "Under 30")),
                ("to44", ("30–44 ปี", "30–44")),
                ("to59", ("45–59 ปี", "45–59")),
                ("over60", ("60 ปีขึ้นไป", "60 and over")),
            )
        ),
    ),
    question(  # its answers carry the codes of the segments, so that their pages count it
        "segment",
        "single",
        ("ท่านใช้บริการในฐานะใด", "In which capacity did you come"),
        dimension="about",
        options=seeding.choices(
            (
                ("public", ("ประชาชนทั่วไป", "Member of the public")),
                ("business", ("ภาคธุรกิจหรือผู้ประกอบการ", "Business")),
                ("elderly_disabled", ("ผู้สูงอายุหรือคนพิการ", "Older or disabled person")),
                ("agency", ("หน่วยงานของรัฐ", "Government agency")),
                ("community", ("ชุมชนหรือภาคประชาสังคม", "Community or civil society")),
            )
        ),
    ),
)
ONLINE = {
    "match": "all",
    "conditions": [{"column": "channel", "operator": "is", "value": "online"}],
}


def satisfaction() -> dict[str, Any]:
    """Return the content of the yearly survey."""
    parts = ("process", "staff", "facilities", "quality", "trust")
    return {
        "sections": [
            ABOUT,
            section(
                "rating",
                ("ความพึงพอใจ", "Satisfaction"),
                seeding.overall(),
                seeding.reasons(at_most="2"),
                *(matrix(code) for code in parts),
                {**matrix("digital"), "rule": ONLINE},
            ),
            section("end", ("ความเห็น", "Comments"), seeding.recommendation(), seeding.comment()),
        ]
    }


def engagement() -> dict[str, Any]:
    """Return the content of the survey of digital services and engagement."""
    wishes = (
        ("track", ("ติดตามสถานะได้เอง", "Following my matter myself")),
        ("pay", ("ชำระค่าธรรมเนียมออนไลน์", "Paying online")),
        ("once", ("ไม่ต้องยื่นเอกสารซ้ำ", "No paper asked twice")),
        ("chat", ("ถามตอบผ่านแชต", "Questions by chat")),
    )
    return {
        "sections": [
            section(
                "digital",
                ("บริการดิจิทัล", "Digital services"),
                matrix("digital"),
                question(
                    "wishes",
                    "ranking",
                    ("โปรดเรียงลำดับสิ่งที่ท่านต้องการ", "Put what you wish for into order"),
                    options=seeding.choices(wishes),
                ),
            ),
            section(
                "engaged",
                ("ความผูกพัน", "Engagement"),
                seeding.engagement(),
                seeding.recommendation(),
                seeding.comment(),
            ),
        ]
    }


def write(*, at: datetime) -> None:
    """Fill the question bank, make both surveys and publish them."""
    seeding.seed(at)
    owner = Staff.objects.get(username=OWNER)
    made_at = at - MADE_BEFORE
    yearly = lifecycle.begin(
        code="service",
        unit=owner.unit,
        by=owner,
        at=made_at,
        document=satisfaction(),
        title_th="ความพึงพอใจของผู้รับบริการ ประจำปี",
        title_en="Yearly satisfaction of service recipients",
        purpose="ใช้รายงานร้อยละความพึงพอใจและหาจุดที่ควรปรับปรุงก่อน",
        intro_th="ความเห็นของท่านช่วยให้บริการดีขึ้น ใช้เวลาประมาณ 4 นาที",
        intro_en="What you tell us makes the service better. It takes about 4 minutes.",
        thanks_th="ขอบคุณที่สละเวลา ผลสำรวจจะเผยแพร่บนเว็บไซต์ของหน่วยงาน",
        thanks_en="Thank you. The results will be on our website.",
    )
    digital = lifecycle.begin(
        code="engagement",
        unit=owner.unit,
        by=owner,
        at=made_at,
        document=engagement(),
        kind="engagement",
        is_anonymous=True,
        title_th="บริการดิจิทัลและความผูกพันของผู้รับบริการ",
        title_en="Digital services and engagement",
        purpose="ติดตามความผูกพันและลำดับความต้องการด้านบริการดิจิทัล",
        intro_th="แบบสอบถามนี้ไม่ระบุตัวตน",
        intro_en="This questionnaire is anonymous.",
        thanks_th="ขอบคุณที่ร่วมตอบ",
        thanks_en="Thank you for answering.",
    )
    for survey in (yearly, digital):
        lifecycle.publish(survey, note="รุ่นแรก", by=owner, at=made_at + timedelta(days=1))
    chance = Random(SEED)  # noqa: S311 - the same demo every time
    waves = fieldwork.write(yearly, by=owner, at=at, chance=chance)
    collecting.write_paper(waves[-1], by=owner, at=at, chance=chance)
    findings.write(waves, by=owner, at=at, chance=chance)
    collecting.write_cascade(waves[-2], by=owner, at=at)
