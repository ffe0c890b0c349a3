"""Self-assessments of the demo: last year's, judged and closed with a plan, and this year's, being written."""

from __future__ import annotations

from datetime import datetime, timedelta

from agency.models import Role, Staff
from agency.thai import fiscal_year, local_day
from pmqa.assessment import lifecycle, selectors
from pmqa.assessment.lifecycle import Entry
from pmqa.assessment.models import Assessment, Item

# item code: what is said at the levels from Basic on
SAID = {
    "3.1": (
        "เปิดช่องทางรับฟังทั้งที่จุดบริการ โทรศัพท์ เว็บไซต์ และแอปพลิเคชัน รวบรวมเข้าระบบเดียวทุกวันทำการ",
        "ประชุมทบทวนข้อมูลทุกไตรมาส จัดลำดับประเด็นจากจำนวนและความรุนแรง และส่งให้กองที่เกี่ยวข้อง",
    ),
    "3.2": (
        "สำรวจความพึงพอใจและความผูกพันปีละสองครั้ง พร้อมคำถามสั้นหลังรับบริการ",
        "วิเคราะห์ปัจจัยที่มีผลต่อความพึงพอใจ และปรับปรุงเรื่องเวลารอคอยก่อน",
        "ส่งผลให้ทุกหน่วยงานรับทราบและจัดทำแผนของตน",
    ),
    "3.3": ("ทบทวนขั้นตอนใบอนุญาตทุกปี และขยายผลการยื่นออนไลน์ไปทุกกอง",),
    "3.4": (
        "มีมาตรฐาน 15 วันทำการ แผนผังขั้นตอนเผยแพร่ต่อสาธารณะ และแจ้งผลทุกเรื่อง",
        "ติดตามเวลาตอบทุกวัน และใช้ระบบแจ้งเตือนล่วงหน้า",
    ),
}
MISSING = "ยังไม่พบหลักฐานการใช้ข้อมูลปรับปรุงบริการ โปรดแนบรายงานการประชุม"


def assess(*, at: datetime) -> None:
    """Let the demo's supervisor assess two years, and its executive judge the first."""
    head = Staff.objects.select_related("unit").get(username="supervisor")
    chair = Staff.objects.select_related("unit").get(username="executive")
    year = fiscal_year(local_day(at))
    old = written(head, year=year - 1, at=at - timedelta(days=40))
    judged(old, by=chair, at=at - timedelta(days=30))
    planned(old, by=head, at=at - timedelta(days=28))
    lifecycle.close(old, by=chair, at=at - timedelta(days=25))
    lifecycle.start(head.unit, year=year, is_copying=True, by=head, at=at - timedelta(days=5))


def written(head: Staff, *, year: int, at: datetime) -> Assessment:
    """Write and submit an assessment with what the portal offers."""
    assessment = lifecycle.start(head.unit, year=year, is_copying=False, by=head, at=at)
    for item in assessment.criteria.items.prefetch_related("boxes"):
        boxes = list(item.boxes.all())
        entries = [
            Entry(
                level=level,
                text=text,
                boxes=frozenset(box.pk for box in boxes if box.level == level),
            )
            for level, text in enumerate(SAID.get(item.code, ()), start=1)
        ]
        lifecycle.write(assessment, item, entries=entries, by=head, at=at)
        for source in item.sources:
            offered(assessment, item, source=source, by=head, at=at)
    return lifecycle.submit(assessment, by=head, at=at)


def offered(assessment: Assessment, item: Item, *, source: str, by: Staff, at: datetime) -> None:
    """Attach what the portal has to show; nothing is attached where it has nothing."""
    try:
        lifecycle.attach_offer(assessment, item, level=1, source=source, by=by, at=at)
    except lifecycle.Refused:
        return


def judged(assessment: Assessment, *, by: Staff, at: datetime) -> None:
    """Let the committee agree but for one level."""
    sheet = selectors.sheet(assessment)
    for part in sheet.items:
        entries = [
            Entry(
                level=level.level.value,
                text=MISSING if is_doubted(part.item.code, level.level.value) else "",
                boxes=frozenset()
                if is_doubted(part.item.code, level.level.value)
                else frozenset(level.ticked_ids("unit")),
                version=level.answer.version if level.answer else 0,
            )
            for level in part.levels
        ]
        lifecycle.tick(assessment, part.item, entries=entries, by=by, at=at)
    lifecycle.judge(assessment, by=by, at=at)


def is_doubted(code: str, level: int) -> bool:
    """Whether the committee of the demo misses evidence."""
    return (code, level) == ("3.1", 2)


def planned(assessment: Assessment, *, by: Staff, at: datetime) -> None:
    """Plan against the first gaps: one step done, one late, one to come."""
    assessment.refresh_from_db()
    gaps = selectors.gaps(selectors.sheet(assessment), today=local_day(at))
    days = (20, 24, 60)
    steps = (
        "จัดทำรายงานการใช้ข้อมูลปรับปรุงบริการรายไตรมาส",
        "ออกแบบบริการนำร่องสำหรับผู้สูงอายุและคนพิการ",
        "จัดทำทะเบียนเรื่องร้องเรียนซ้ำและแผนป้องกัน",
    )
    owners = Staff.objects.active().filter(unit__path__startswith=by.unit.path)
    helper = owners.with_role(Role.OFFICER).order_by("pk").first() or by
    made = [
        lifecycle.plan(
            assessment,
            gap.box,
            action=action,
            owner=helper if number else by,
            due_on=local_day(at) + timedelta(days=day),
            version=0,
            by=by,
            at=at,
        )
        for number, (gap, action, day) in enumerate(zip(gaps, steps, days, strict=False))
    ]
    if made:
        lifecycle.carry_out(
            made[0], outcome="จัดทำและเผยแพร่แล้ว 1 ฉบับ", by=by, at=at + timedelta(days=2)
        )
