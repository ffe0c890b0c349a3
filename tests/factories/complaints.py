"""Rows of the complaints room for tests: the plainest row that may exist; cases come from the real verb."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from agency.models import CalendarVersion, Role
from complaints import lifecycle
from complaints.lifecycle import Filing
from complaints.models import (
    CannedReply,
    Category,
    Complaint,
    DayUnit,
    Grade,
    Kind,
    Letterhead,
    Measure,
    Policy,
    Reader,
    RejectionReason,
    Step,
    Target,
)
from tests.factories.agency import (
    MADE_AT,
    ChannelFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # Monday 2 November 2569, 10:00 in Bangkok


class GradeFactory(DjangoModelFactory):
    """A grade."""

    class Meta:
        model = Grade
        django_get_or_create = ["number"]

    number = 2
    name_th = factory.Sequence(lambda n: f"ระดับ {n}")


class CategoryFactory(DjangoModelFactory):
    """A topic of the upper level."""

    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"topic-{n}")
    name_th = factory.Sequence(lambda n: f"ประเภทเรื่อง {n}")


LIMITS = {
    Measure.ACKNOWLEDGE: (1, DayUnit.WORKING),
    Measure.STAGE1: (15, DayUnit.WORKING),
    Measure.STAGE2: (30, DayUnit.WORKING),
    Measure.PROGRESS: (15, DayUnit.CALENDAR),
    Measure.IDLE: (30, DayUnit.CALENDAR),
}
MATRIX = (
    (-2, Role.OFFICER, Step.Action.REMIND),
    (0, Role.OFFICER, Step.Action.REMIND),
    (0, Role.SUPERVISOR, Step.Action.REMIND),
    (1, Role.SUPERVISOR, Step.Action.ESCALATE),
    (5, Role.EXECUTIVE, Step.Action.ESCALATE),
)


class PolicyFactory(DjangoModelFactory):
    """A standard for every case, with the five limits; the steps hang on stage 1 and on no progress."""

    class Meta:
        model = Policy
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"P{n}")
    name_th = factory.Sequence(lambda n: f"มาตรฐาน {n}")
    made_at = MADE_AT

    @factory.post_generation
    def limits(self, create, extracted, **kwargs):
        """Add the limits; `limits={measure: (days, unit)}` gives others."""
        if not create:
            return
        for measure, (days, unit) in (LIMITS if extracted is None else extracted).items():
            target = Target.objects.create(policy=self, measure=measure, days=days, unit=unit)
            if measure in {Measure.STAGE1, Measure.STAGE2, Measure.IDLE}:
                Step.objects.bulk_create(
                    [
                        Step(target=target, offset_days=offset, role=role, action=action)
                        for offset, role, action in MATRIX
                    ]
                )


class ReaderFactory(DjangoModelFactory):
    """A person named for a case."""

    class Meta:
        model = Reader

    named_at = NOW


def filing(**facts):
    """Return a service complaint by a visitor to a unit; `facts` change it."""
    told = {
        "kind": Kind.SERVICE,
        "subject": "รอคิวนานเกินสองชั่วโมง",
        "body": "ไปติดต่อขอทำบัตรตั้งแต่เช้า รอจนเที่ยงยังไม่ได้รับบริการ",
    }
    told.update(facts)
    told.setdefault("channel", None)
    told["channel"] = told["channel"] or ChannelFactory.create()
    return Filing(**told)


def received(*, by=None, at=NOW, **facts) -> Complaint:
    """Return a case just received; makes calendar, standard and unit where there are none."""
    ready()
    facts.setdefault("unit", None)
    facts["unit"] = facts["unit"] or UnitFactory.create()
    return lifecycle.receive(filing(**facts), by=by, at=at).complaint


def ready() -> None:
    """Make what a case cannot be received without."""
    if not CalendarVersion.objects.filter(calendar__code="TH").exists():
        ThaiCalendarFactory.create()
    if not Policy.objects.exists():
        PolicyFactory.create()


def in_progress(*, officer=None, at=NOW, **facts) -> Complaint:
    """Return a case on which its officer works."""
    unit = facts.pop("unit", None) or (officer.unit if officer else UnitFactory.create())
    officer = officer or StaffFactory.create(unit=unit)
    supervisor = SupervisorFactory.create(unit=unit)
    complaint = received(unit=unit, at=at, **facts)
    complaint = lifecycle.assign(complaint, to=officer, by=supervisor, at=at)
    return lifecycle.accept(complaint, by=officer, at=at)


def answered(**facts) -> Complaint:
    """Return an answered case."""
    complaint = in_progress(**facts)
    at = facts.get("at", NOW)
    return lifecycle.answer(complaint, body="ได้แก้ไขแล้ว", by=complaint.officer, at=at)


def closed(**facts) -> Complaint:
    """Return a closed case."""
    complaint = answered(**facts)
    at = facts.get("at", NOW)
    return lifecycle.close(complaint, outcome="upheld", by=complaint.officer, at=at)


class RejectionReasonFactory(DjangoModelFactory):
    """A reason for which a matter is not accepted."""

    class Meta:
        model = RejectionReason

    code = factory.Sequence(lambda n: f"reason-{n}")
    name_th = factory.Sequence(lambda n: f"เหตุที่ {n}")
    name_en = factory.Sequence(lambda n: f"Reason {n}")
    next_step_th = "ยื่นเรื่องใหม่ได้ทุกเมื่อ"
    next_step_en = "You can file again."


class CannedReplyFactory(DjangoModelFactory):
    """A canned reply for any message."""

    class Meta:
        model = CannedReply

    unit = factory.SubFactory(UnitFactory)
    title = factory.Sequence(lambda n: f"ข้อความที่ {n}")
    body_th = "เรื่องเลขที่ {number}"


class LetterheadFactory(DjangoModelFactory):
    """What a unit prints at the head of its letters."""

    class Meta:
        model = Letterhead

    unit = factory.SubFactory(UnitFactory)
    code = "บป 0101"
    office = "กรมบริการประชาชน (สาธิต)"
    address = "99 ถนนตัวอย่าง\nกรุงเทพฯ 10000"


PAPER = {
    "speed": "",
    "secrecy": "",
    "subject": "แจ้งผลการพิจารณา",
    "to": "ผู้ร้อง",
    "references": "",
    "enclosures": "",
    "body": "ตามที่ท่านได้ร้องเรียน นั้น\nจึงเรียนมาเพื่อโปรดทราบ",
    "closing": "ขอแสดงความนับถือ",
    "signer_name": "",
    "position": "",
    "has_thai_numerals": True,
}


def document_of(complaint, *, by, at=NOW, kind="letter", **facts):
    """Return a draft of a letter on a case, signed by its writer; `facts` change it."""
    told = PAPER | {"signer": by} | facts
    return lifecycle.draft_document(complaint, kind=kind, by=by, at=at, **told)
