"""The default criteria of category 3 in our own short words; administrators put in what OPDC revises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pmqa.assessment.models.criteria import Source

Text = tuple[str, str]  # Thai, English

TITLE: Text = (
    "เกณฑ์ PMQA 4.0 หมวด 3 ปีงบประมาณ",
    "PMQA 4.0 criteria, category 3, fiscal year",
)
SOURCE = "สำนักงาน ก.พ.ร. (ข้อความย่อของระบบ โปรดตรวจกับเกณฑ์ฉบับจริง)"


@dataclass(frozen=True, kw_only=True)
class SeedItem:
    """An item with its boxes at the three levels."""

    code: str
    title: Text
    boxes: Sequence[Sequence[Text]]
    sources: Sequence[str]


ITEMS = [
    SeedItem(
        code="3.1",
        title=(
            "ข้อมูลและสารสนเทศเพื่อการบริการและการเข้าถึง",
            "Data and information for service and access",
        ),
        boxes=[
            [
                (
                    "มีช่องทางรวมทั้งช่องทางดิจิทัลเพื่อค้นหาและรวบรวมความต้องการ ความคาดหวัง ความพึงพอใจ และความไม่พึงพอใจ",
                    "Channels, digital ones among them, find and collect needs, expectations, satisfaction and dissatisfaction",
                )
            ],
            [
                (
                    "ทบทวนและวิเคราะห์สารสนเทศของผู้รับบริการเป็นประจำ",
                    "Information on service recipients is reviewed and analysed regularly",
                )
            ],
            [
                (
                    "ใช้สารสนเทศคาดการณ์ความต้องการและกำหนดนโยบายเชิงรุก",
                    "Information is used to forecast needs and to set proactive policy",
                )
            ],
        ],
        sources=[Source.VOICES, Source.NEEDS, Source.INSIGHTS, Source.HEARINGS, Source.REPORTS],
    ),
    SeedItem(
        code="3.2",
        title=("ความพึงพอใจและความผูกพัน", "Satisfaction and engagement"),
        boxes=[
            [
                (
                    "สำรวจความพึงพอใจ ความไม่พึงพอใจ และความผูกพันอย่างสม่ำเสมอ",
                    "Satisfaction, dissatisfaction and engagement are surveyed regularly",
                )
            ],
            [
                (
                    "วิเคราะห์ผลการสำรวจและนำไปแก้ไขปัญหา",
                    "Results are analysed and used to fix problems",
                )
            ],
            [
                (
                    "ถ่ายทอดผลสู่ทุกหน่วยงานทุกพื้นที่ เพื่อให้บริการได้มาตรฐานเดียวกัน",
                    "Results are cascaded to every unit in every area, so that all serve to one standard",
                )
            ],
        ],
        sources=[
            Source.SURVEYS,
            Source.FACTSHEETS,
            Source.CASCADES,
            Source.FOLLOWUPS,
            Source.REPORTS,
        ],
    ),
    SeedItem(
        code="3.3",
        title=(
            "นวัตกรรมบริการและการตอบสนองเฉพาะกลุ่ม",
            "Service innovation and response to groups",
        ),
        boxes=[
            [
                (
                    "ทบทวนและปรับปรุงบริการอย่างต่อเนื่อง",
                    "Services are reviewed and improved continuously",
                ),
                (
                    "บริการเข้าถึงผู้รับบริการกลุ่มหลัก",
                    "Services reach the main groups of recipients",
                ),
                (
                    "ขยายผลการปรับปรุงบริการไปยังทุกหน่วยงาน",
                    "Changes are rolled out to every unit",
                ),
            ],
            [
                (
                    "มีบริการใหม่ที่ตอบสนองผู้รับบริการในภาพรวมและกลุ่มที่มีความต้องการเฉพาะ",
                    "New services meet all recipients and groups with special needs",
                )
            ],
            [
                ("ออกแบบบริการได้ถึงระดับบุคคล", "Services are tailored down to a person"),
                ("เชื่อมโยงข้อมูลการบริการข้ามหน่วยงาน", "Service data are linked across agencies"),
            ],
        ],
        sources=[Source.INSIGHTS, Source.NEEDS, Source.HEARINGS, Source.ACTIONS],
    ),
    SeedItem(
        code="3.4",
        title=(
            "การแก้ไขข้อร้องเรียนที่รวดเร็วและสร้างสรรค์",
            "Complaints solved fast and creatively",
        ),
        boxes=[
            [
                ("มีช่องทางร้องเรียนที่เข้าถึงได้ง่าย", "Complaint channels are easy to reach"),
                (
                    "กระบวนการร้องเรียนสะดวกต่อผู้ร้องเรียน",
                    "The process is convenient for complainants",
                ),
                (
                    "มีมาตรฐานการจัดการข้อร้องเรียนพร้อมการแจ้งผลตอบกลับ",
                    "A handling standard with replies is in force",
                ),
            ],
            [
                ("ตอบสนองข้อร้องเรียนอย่างรวดเร็ว", "Complaints are answered fast"),
                (
                    "จัดการเชิงรุกด้วยเทคโนโลยีดิจิทัลเพื่อลดอัตราข้อร้องเรียน",
                    "Digital, proactive handling lowers the complaint rate",
                ),
            ],
            [
                ("ป้องกันการร้องเรียนซ้ำ", "Repeated complaints are prevented"),
                (
                    "สื่อสารผลการแก้ไขจนสร้างความเชื่อมั่น",
                    "Communication about solutions builds trust",
                ),
            ],
        ],
        sources=[Source.STANDARD, Source.CASES, Source.ACTIONS, Source.VOICES, Source.REPORTS],
    ),
]
