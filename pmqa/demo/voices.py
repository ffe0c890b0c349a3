"""Voices of the demo: some four hundred fictional ones over three years, an outing, needs, groups, insights."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from agency.models import Channel, Role, Segment, Service, Staff, Unit
from agency.thai import local_day
from listening import lifecycle
from listening.lifecycle import Classes, Heard, history, seeding
from listening.selectors.inbox import topics_in_use

SEED = 2570
COUNT = 400
FRESH_DAYS = 16

# kind, topic, sentiment, texts
SAYINGS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        *("complaint", "waiting", "negative"),
        (
            "รอคิวตั้งแต่เช้าจนเกือบเที่ยงกว่าจะได้ยื่นเอกสาร คนมารอเต็มห้อง",
            "โทรไปสายด่วนสามรอบไม่มีใครรับสาย รอนานจนสายหลุด",
            "นัดรับเอกสารวันนี้แต่มาแล้วยังไม่เสร็จ ต้องลางานมาอีกรอบ",
        ),
    ),
    (
        *("suggestion", "hours", "neutral"),
        (
            "อยากให้เปิดบริการวันเสาร์ครึ่งวัน คนทำงานประจำมาวันธรรมดาไม่ได้",
            "ขอให้มีช่วงพักเที่ยงที่ยังรับเรื่องได้ เพราะลางานมาได้แค่ตอนกลางวัน",
            "ควรมีจุดบริการเคลื่อนที่ไปตามตำบลเดือนละครั้ง ผู้สูงอายุเดินทางลำบาก",
        ),
    ),
    (
        *("request", "documents", "neutral"),
        (
            "ขอแบบฟอร์มคำขอใบอนุญาตแบบพิมพ์กรอกในคอมพิวเตอร์ได้",
            "ขอให้ส่งสำเนาหนังสือรับรองทางไปรษณีย์ บ้านอยู่ต่างอำเภอ",
            "ต้องการหนังสือรับรองเป็นภาษาอังกฤษ ต้องยื่นที่ไหนและใช้เอกสารอะไรบ้าง",
        ),
    ),
    (
        *("compliment", "staff", "positive"),
        (
            "เจ้าหน้าที่ช่องสามพูดจาดี อธิบายเข้าใจง่าย ช่วยกรอกเอกสารให้คุณยายด้วย",
            "ขอบคุณที่ช่วยตามเรื่องเงินช่วยเหลือให้ ได้รับภายในสัปดาห์เดียว",
            "บริการเร็วกว่าปีที่แล้วมาก ยื่นเช้าได้บ่าย ประทับใจครับ",
        ),
    ),
    (
        *("complaint", "digital", "negative"),
        (
            "ระบบยื่นคำขอออนไลน์ล่มทุกสิ้นเดือน กรอกแล้วข้อมูลหายหมด",
            "อัปโหลดไฟล์ไม่ได้ ขึ้นว่าเกินขนาดแต่ไม่บอกว่าเท่าไร",
            "ยืนยันตัวตนไม่ผ่านทั้งที่ข้อมูลถูกต้อง ต้องไปสำนักงานเองทุกครั้ง",
        ),
    ),
    (
        *("question", "information", "neutral"),
        (
            "ต่ออายุใบอนุญาตล่วงหน้าได้กี่วัน ถ้าหมดอายุแล้วมีค่าปรับไหม",
            "เงินช่วยเหลือรอบนี้โอนวันไหน ตรวจสอบสถานะได้ที่ใด",
            "เปลี่ยนที่อยู่ในทะเบียนต้องไปด้วยตนเองหรือมอบอำนาจได้",
        ),
    ),
    (
        *("suggestion", "place", "neutral"),
        (
            "ที่จอดรถไม่พอ อยากให้เปิดลานด้านหลังให้ประชาชนจอด",
            "ป้ายบอกจุดบริการตัวเล็กมาก ผู้สูงอายุมองไม่เห็น ควรทำให้ใหญ่ขึ้น",
            "ทางลาดรถเข็นชันเกินไปและไม่มีราวจับ",
        ),
    ),
    (
        *("other", "other", "neutral"),
        ("ทดสอบระบบ", "ฝากประชาสัมพันธ์งานวัดวันอาทิตย์นี้ค่ะ"),
    ),
)
CHANNELS = (  # code, how often
    ("line", 8),
    ("facebook", 7),
    ("phone", 6),
    ("website", 5),
    ("email", 3),
    ("walk_in", 4),
    ("field_visit", 3),
    ("focus_group", 2),
    ("survey_text", 3),
)
ACTIONS = (
    "เพิ่มช่องบริการช่วงเช้าอีกสองช่อง และแจ้งเวลารอผ่านจอหน้าเคาน์เตอร์",
    "ติดต่อกลับและอธิบายขั้นตอนครบถ้วนแล้ว",
    "ส่งข้อเสนอให้กองเทคโนโลยีดิจิทัลบรรจุในแผนปรับปรุงระบบ",
    "แจ้งคำชมให้เจ้าหน้าที่และหัวหน้ากลุ่มงานทราบแล้ว",
)
NEEDS = (  # segment, type, title, detail, strength, words that tell it
    ("public", "need", "ใช้บริการได้นอกเวลาราชการ", "คนทำงานประจำลางานไม่ได้", 5, "วันเสาร์"),
    (
        "business",
        "expectation",
        "ยื่นคำขอออนไลน์ได้โดยไม่ต้องมาสำนักงาน",
        "ระบบต้องใช้งานได้ช่วงสิ้นเดือน",
        4,
        "ออนไลน์",
    ),
    ("elderly_disabled", "need", "เข้าถึงจุดบริการได้สะดวก", "ป้ายใหญ่ ทางลาด จุดบริการใกล้บ้าน", 4, "ผู้สูงอายุ"),
)
GROUPS = (  # segment, name, influence, interest, what they wish
    ("business", "สมาคมผู้ประกอบการรายย่อย (สาธิต)", 3, 3, "ลดเอกสารประกอบคำขอต่ออายุ"),
    ("community", "เครือข่ายผู้สูงอายุจังหวัด (สาธิต)", 2, 3, "จุดบริการเคลื่อนที่ประจำเดือน"),
    ("agency", "สำนักงานเทศบาลนคร (สาธิต)", 2, 2, "เชื่อมข้อมูลทะเบียนระหว่างกัน"),
)


def write(*, at: datetime, scale: float = 1.0) -> int:
    """Write the voices of three years, live through the last ones, keep the registers; returns how many."""
    chance = Random(SEED)  # noqa: S311 - the same demo every time
    seeding.seed(at)
    cast = Cast()
    count = max(int(COUNT * scale), 40)
    told = [a_past_voice(cast, chance, at=at) for _each in range(count - 30)]
    history.write_many(sorted(told, key=lambda each: each.at), by=None, verb="voice_received")
    fresh = [a_fresh_voice(cast, chance, at=at) for _each in range(30)]
    outing(cast, chance, at=at)
    registers(cast, fresh, at=at)
    return count


class Cast:
    """Who is who, read once."""

    def __init__(self) -> None:
        self.channels = {
            channel.code: channel for channel in Channel.objects.filter(is_active=True)
        }
        self.segments = list(Segment.objects.filter(is_active=True).order_by("code"))
        self.services = list(Service.objects.select_related("unit").order_by("code"))
        self.units = list(Unit.objects.active().exclude(parent=None).order_by("code"))
        self.topics = {topic.code: topic for topic in topics_in_use()}
        staff = Staff.objects.select_related("unit")
        self.officer = staff.get(username="officer")
        self.supervisor = staff.get(username="supervisor")
        officers = staff.filter(roles__contains=[Role.OFFICER], is_active=True)
        self.officers = {officer.unit_id: officer for officer in officers.order_by("-pk")}


def heard(cast: Cast, chance: Random, *, at: datetime, body: str, unit: Unit | None) -> Heard:
    """Return a voice by some channel."""
    codes, weights = zip(*CHANNELS, strict=True)
    channel = cast.channels[chance.choices(codes, weights)[0]]
    service = chance.choice(cast.services) if unit is None else None
    is_named = channel.code in {"line", "facebook"}
    return Heard(
        body=body,
        channel=channel,
        unit=unit or chance.choice([service.unit if service else cast.units[0], *cast.units]),
        service=service if chance.random() < 0.6 else None,
        segment=chance.choice(cast.segments) if chance.random() < 0.7 else None,
        province=chance.choice(("10", "50", "40", "90", "20")),
        handle=f"ผู้ใช้ {chance.randint(100, 999)}" if is_named else "",
        is_anonymous=not is_named and chance.random() < 0.1,
        received_at=at,
    )


def a_past_voice(cast: Cast, chance: Random, *, at: datetime) -> history.Told:
    """Return a voice of the last three years that was classified and, mostly, brought to its end."""
    days = FRESH_DAYS + int((3 * 365 - FRESH_DAYS) * chance.random() ** 1.3)
    came = office_hour(at - timedelta(days=days), chance)
    kind, topic, sentiment, texts = chance.choices(SAYINGS, (6, 6, 5, 5, 4, 5, 3, 1))[0]
    told = heard(cast, chance, at=came, body=chance.choice(texts), unit=None)
    seen = came + timedelta(hours=chance.choice((3, 20, 44, 160)))
    closed = seen + timedelta(days=chance.choice((1, 3, 8, 12, 30)))
    became: dict[str, Any] = {
        "kind": kind,
        "sentiment": sentiment,
        "topic": cast.topics[topic],
        "status": "triaged",
        "triaged_at": seen,
    }
    if closed < at and chance.random() < 0.93:
        became |= {
            "status": "closed",
            "answered_at": closed - timedelta(hours=5),
            "closed_at": closed,
            "action": chance.choice(ACTIONS),
        }
    return history.Told(heard=told, at=came, became=became)


def a_fresh_voice(cast: Cast, chance: Random, *, at: datetime) -> Any:
    """Receive a voice of the last days by the ordinary verbs; about half are classified."""
    came = office_hour(at - timedelta(days=chance.randint(0, FRESH_DAYS - 2)), chance, until=at)
    kind, topic, sentiment, texts = chance.choice(SAYINGS)
    unit = chance.choice([cast.officer.unit, cast.officer.unit, *cast.units])
    told = heard(cast, chance, at=came, body=chance.choice(texts), unit=unit)
    voice = lifecycle.receive(told, by=None, at=came)
    officer = cast.officers.get(unit.pk)
    if officer and chance.random() < 0.5:
        classes = Classes(kind=kind, sentiment=sentiment, topic=cast.topics[topic])
        seen = min(came + timedelta(hours=4), at)
        lifecycle.triage(voice, classes=classes, by=officer, at=seen)
        if kind in {"compliment", "question"}:
            lifecycle.reply(voice, text=ACTIONS[1], way="channel", by=officer, at=seen)
    return voice


def office_hour(day: datetime, chance: Random, *, until: datetime | None = None) -> datetime:
    """Return an instant in the office hours of a day, none later than `until`."""
    at = day.replace(hour=chance.randint(2, 8), minute=chance.randint(0, 59), second=0)
    return min(at, until) if until else at


def outing(cast: Cast, chance: Random, *, at: datetime) -> None:
    """Write a field visit of last week down, with three voices."""
    day = at - timedelta(days=7)
    visit = lifecycle.Occasion(
        unit=cast.officer.unit,
        title="ลงพื้นที่ตลาดสดและชุมชนริมคลอง",
        held_on=local_day(day),
        place="ตลาดสดเทศบาล (สาธิต)",
        people_count=24,
        notes="ผู้ค้าและผู้สูงอายุร่วมให้ความเห็น ประเด็นหลักคือเวลาเปิดและการเดินทาง",
    )
    lifecycle.note_occasion(visit, by=cast.officer, at=day)
    for _kind, _topic, _sentiment, texts in SAYINGS[1:7:2]:
        told = Heard(
            body=texts[2],
            channel=cast.channels["field_visit"],
            unit=cast.officer.unit,
            occasion=visit,
            received_at=day,
        )
        lifecycle.receive(told, by=cast.officer, at=day)


def registers(cast: Cast, fresh: list[Any], *, at: datetime) -> None:
    """Keep needs with tagged passages, groups with talks, and an insight that rests on voices."""
    segments = {segment.code: segment for segment in cast.segments}
    before = at - timedelta(days=30)
    review = local_day(at) + timedelta(days=45)
    for segment, kind, title, detail, strength, words in NEEDS:
        need = lifecycle.Need(
            unit=cast.officer.unit,
            segment=segments[segment],
            kind=kind,
            title=title,
            detail=detail,
            strength=strength,
            owner=cast.officer,
            review_on=review - timedelta(days=60 * (strength == 5)),
        )
        lifecycle.keep_need(need, by=cast.officer, at=before)
        for voice in [each for each in fresh if words in each.masked_body][:4]:
            lifecycle.tag(voice, need=need, passage=words, by=cast.officer, at=at)
    talk(cast, segments, held_on=local_day(before), at=before)
    insight = lifecycle.Insight(
        unit=cast.officer.unit,
        title="คนทำงานประจำใช้บริการไม่ได้ในเวลาราชการ",
        finding="เสียงจากหลายช่องทางขอให้เปิดวันเสาร์หรือช่วงพักเที่ยง โดยเฉพาะผู้รับบริการวัยทำงาน",
        proposal="ทดลองเปิดบริการเช้าวันเสาร์ที่สำนักงานสองแห่งเป็นเวลาสามเดือน แล้ววัดจำนวนผู้ใช้",
    )
    lifecycle.draft_insight(insight, by=cast.officer, at=before)
    for voice in [each for each in fresh if "วันเสาร์" in each.masked_body][:3]:
        proof = lifecycle.Evidence(
            insight=insight, source="voice", ref=voice.pk, words="ขอให้เปิดวันเสาร์ครึ่งวัน"
        )
        lifecycle.add_evidence(proof, by=cast.officer, at=at)
    lifecycle.discuss(
        insight, text="เห็นด้วย ขอข้อมูลจำนวนผู้มารับบริการช่วงเที่ยงประกอบ", by=cast.supervisor, at=at
    )


def talk(cast: Cast, segments: dict[str, Segment], *, held_on: date, at: datetime) -> None:
    """Keep the groups, each with a talk."""
    for segment, name, influence, interest, wishes in GROUPS:
        group = lifecycle.Stakeholder(
            unit=cast.officer.unit,
            segment=segments[segment],
            name=name,
            influence=influence,
            interest=interest,
            wishes=wishes,
            owner=cast.officer,
        )
        lifecycle.keep_stakeholder(group, by=cast.officer, at=at)
        met = lifecycle.Engagement(
            stakeholder=group,
            kind="meeting",
            held_on=held_on,
            summary=f"หารือเรื่อง{wishes}",
            agreed="จะแจ้งความคืบหน้าในการประชุมครั้งถัดไป",
        )
        lifecycle.note_engagement(met, by=cast.officer, at=at)
