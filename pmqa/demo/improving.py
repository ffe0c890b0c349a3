"""Improvements of the demo: one that is finished, measured and rolled out, and some at every stage of the board."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F

from agency.models import Segment, Service, ServiceMonth, Staff
from agency.thai import local_day
from complaints.selectors import choices
from listening import lifecycle as listening
from listening.selectors.crossing import to_improvement
from pmqa.improvements import lifecycle
from pmqa.improvements.effects import before_and_after
from pmqa.improvements.lifecycle import Origin
from pmqa.improvements.models import Receipt
from pmqa.improvements.selectors.series import MINUTES, months_of, since_known, values_of

if TYPE_CHECKING:
    from datetime import datetime

    from pmqa.demo.past import Cast
    from pmqa.improvements.models import Improvement

LIVE_DAYS = 250  # so long ago the finished one came into use
FASTER = Decimal("0.72")  # of the time before
SILENT = 3  # units that have not acknowledged

# stage, audience, segment, title, problem, idea, days until it is due, milestones as (what, days, reached)
UNDER_WAY = (
    (
        *("test", "group", "elderly_disabled", "จุดบริการเคลื่อนที่สำหรับผู้สูงอายุและผู้พิการ"),
        "ผู้สูงอายุในตำบลห่างไกลเดินทางมาสำนักงานลำบาก ต้องให้ลูกหลานลางานพามา",
        "ออกหน่วยบริการเดือนละครั้งในสามตำบล ใช้แท็บเล็ตรับคำขอและออกเอกสารทันที",
        40,
        (("สำรวจเส้นทางและนัดหมายกับผู้นำชุมชน", -20, True), ("ออกหน่วยครบสามตำบล", -2, False)),
    ),
    (
        *("prototype", "person", "", "แบบคำขอที่กรอกข้อมูลเดิมให้โดยอัตโนมัติ"),
        "ผู้รับบริการต้องกรอกข้อมูลเดิมซ้ำทุกครั้งและกรอกผิดบ่อย",
        "ดึงข้อมูลคำขอครั้งก่อนมาแสดงให้ตรวจและยืนยัน",
        75,
        (("ทดสอบต้นแบบกับผู้รับบริการสิบคน", 12, False),),
    ),
    (
        *("define", "everyone", "", "ป้ายขั้นตอนและเอกสารที่ต้องใช้ให้ตรงกันทุกช่องทาง"),
        "เว็บไซต์ ป้ายหน้าสำนักงาน และสายด่วนแจ้งเอกสารไม่ตรงกัน ทำให้ต้องมาหลายรอบ",
        "",
        90,
        (),
    ),
)


def write(cast: Cast, *, at: datetime) -> int:
    """Make the improvements; returns how many."""
    finished(cast, at=at)
    for told in UNDER_WAY:
        under_way(cast, told, at=at)
    of_insight(cast, at=at)
    return len(UNDER_WAY) + 2


def finished(cast: Cast, *, at: datetime) -> None:
    """Make the one that is finished: faster since it came into use, published, rolled out."""
    unit = cast.units["DPS"]
    head, owner = cast.supervisors["DPS"], officer_of(cast)
    live_at = at - timedelta(days=LIVE_DAYS)
    service = Service.objects.order_by("code").first()
    cause = next(each for each in choices.causes() if each.code == "process-slow")
    made = lifecycle.start(
        {
            "title": "มอบอำนาจลงนามแทนและเตือนคำขอที่ค้างโดยอัตโนมัติ",
            "problem": "คำขอรอผู้มีอำนาจลงนามนานที่สุดในทุกขั้นตอน โดยเฉพาะวันที่ผู้บริหารไปราชการ",
            "idea": "ให้ผู้รักษาราชการแทนลงนามได้ และให้ระบบเตือนคำขอที่ค้างเกินหนึ่งวัน",
            "service": service,
            "owner": owner,
            "budget": Decimal(120000),
            "spent": Decimal(84500),
        },
        unit=unit,
        origin=Origin(source="cause", ref=cause.pk, words=f"สาเหตุของเรื่องร้องเรียน: {cause}"),
        by=head,
        at=live_at - timedelta(days=60),
    )
    due_on = local_day(live_at + timedelta(days=30))
    lifecycle.give_due_day(made, due_on=due_on, by=head, at=live_at - timedelta(days=59))
    for stage, days in (("prototype", 40), ("test", 20), ("scale", 1)):
        lifecycle.move(made, stage=stage, by=owner, at=live_at - timedelta(days=days))
    lifecycle.take_into_use(made, by=owner, at=live_at)
    result = "ระยะเวลารอลงนามลดลง และเรื่องร้องเรียนเรื่องความล่าช้าน้อยลง"
    lifecycle.finish(made, result=result, by=head, at=live_at + timedelta(days=20))
    made.refresh_from_db()
    measure(made, by=owner, at=at)
    lifecycle.read_service_times(at=at)
    publish(made, by=head, at=live_at + timedelta(days=40))
    roll_out(made, cast, at=at - timedelta(days=12))


def measure(made: Improvement, *, by: Staff, at: datetime) -> None:
    """Let the service be faster since the change, and measure it."""
    assert made.live_at is not None  # noqa: S101
    changed_on = local_day(made.live_at).replace(day=1)
    months = ServiceMonth.objects.filter(service=made.service_id, month_on__gte=changed_on)
    months.update(mean_minutes=F("mean_minutes") * FASTER)
    asked = months_of(changed_on, until=local_day(at))
    found = since_known(list(values_of(MINUTES, made, asked, cutoff=at)))
    turn = sum(month < changed_on for month, _value in found)
    lifecycle.note_measurement(
        made,
        before_and_after([value for _month, value in found], turn=turn),
        measure=MINUTES,
        changed_on=changed_on,
        months=found,
        cutoff=at,
        by=by,
        at=at,
    )


def publish(made: Improvement, *, by: Staff, at: datetime) -> None:
    """Tell citizens."""
    lifecycle.publish(
        made,
        summary_th="ท่านไม่ต้องรอผู้บริหารกลับจากราชการอีกต่อไป ผู้รักษาราชการแทนลงนามได้ในวันเดียวกัน "
        "และระบบเตือนเจ้าหน้าที่เมื่อคำขอค้างเกินหนึ่งวัน",
        summary_en="You no longer wait until the head is back: the deputy signs on the same day, "
        "and the system reminds officers of requests that wait longer than a day.",
        by=by,
        at=at,
    )


def roll_out(made: Improvement, cast: Cast, *, at: datetime) -> None:
    """Send the guideline to every unit; a few have not acknowledged it."""
    every = sorted(cast.units.values(), key=lambda unit: unit.pk)
    lifecycle.send_guideline(
        made,
        text="1. มอบอำนาจลงนามแทนเป็นหนังสือไว้ล่วงหน้า\n2. ตรวจรายการคำขอที่ค้างทุกเช้า\n"
        "3. คำขอที่ค้างเกินหนึ่งวันให้รายงานหัวหน้าหน่วยงาน",
        to=[unit for unit in every if unit.path.startswith(made.unit.path)],
        acknowledge_by=local_day(at) + timedelta(days=10),
        by=cast.supervisors["DPS"],
        at=at,
    )
    rows = list(Receipt.objects.in_force().select_related("unit").order_by("pk"))
    for place, row in enumerate(rows[: max(len(rows) - SILENT, 0)]):
        head = cast.supervisors["DPS"]
        lifecycle.acknowledge(row, by=head, at=at + timedelta(days=1, hours=place))


def under_way(cast: Cast, told: tuple[Any, ...], *, at: datetime) -> None:
    """Start one that is under way, with its plan."""
    stage, audience, segment, title, problem, idea, days, plan = told
    head, owner = cast.supervisors["DPS"], officer_of(cast)
    before = at - timedelta(days=45)
    group = Segment.objects.get(code=segment) if segment else None
    facts = {"title": title, "problem": problem, "idea": idea, "audience": audience}
    made = lifecycle.start(
        {**facts, "segment": group, "owner": owner}, unit=owner.unit, by=head, at=before
    )
    due_on = local_day(at) + timedelta(days=days)
    lifecycle.give_due_day(made, due_on=due_on, by=head, at=before)
    lifecycle.move(made, stage=stage, by=owner, at=before + timedelta(days=5))
    for what, after, is_reached in plan:
        day = local_day(at) + timedelta(days=after)
        step = lifecycle.add_milestone(made, what=what, owner=owner, due_on=day, by=head, at=before)
        if is_reached:
            lifecycle.reach(step, by=owner, at=at - timedelta(days=22))


def of_insight(cast: Cast, *, at: datetime) -> None:
    """Hand an insight over, from which an improvement is drafted."""
    head, owner = cast.supervisors["DPS"], officer_of(cast)
    before = at - timedelta(days=6)
    insight = listening.Insight(
        unit=owner.unit,
        title="ผู้รับบริการไม่ทราบว่าเรื่องของตนถึงขั้นตอนใด",
        finding="เสียงจากสายด่วนจำนวนมากเป็นการโทรถามความคืบหน้า ทั้งที่ตรวจสอบทางเว็บไซต์ได้",
        proposal="แจ้งความคืบหน้าทุกขั้นตอนโดยไม่ต้องรอให้ถาม",
    )
    listening.draft_insight(insight, by=owner, at=before)
    proof = listening.Evidence(insight=insight, source="other", words="สถิติสายด่วนสามเดือน")
    listening.add_evidence(proof, by=owner, at=before)
    listening.approve(insight, by=head, at=before + timedelta(days=1))
    listening.hand_over(insight, by=head, at=before + timedelta(days=1))
    found = to_improvement(insight.pk)
    if found is None:
        return
    made = lifecycle.draft_from_insight(
        insight.pk,
        title=found.title,
        problem=found.problem,
        idea=found.idea,
        unit=found.unit,
        segment=found.segment,
        service=found.service,
        by=head,
        at=before + timedelta(days=1),
    )
    listening.note_improvement(insight.pk, improvement_pk=made.pk, at=before + timedelta(days=1))


def officer_of(cast: Cast) -> Staff:
    """Return the officer of the demo who is responsible; anybody where the people have other names."""
    known = [staff for _code, people in sorted(cast.officers.items()) for staff in people]
    return next((staff for staff in known if staff.username == "officer"), known[0])
