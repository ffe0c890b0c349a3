"""What the demo's fieldwork led to: factsheets of the closed waves, and a pulse after services with its follow-ups."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from agency.models import Person, Service, Unit
from agency.thai import fiscal_year, local_day
from surveys import lifecycle
from surveys.lifecycle import followups, pulses, seeding, snapshots

if TYPE_CHECKING:
    from agency.models import Staff

ASKED_DAYS = 60
ANSWERS = 160
REACHABLE = 1 / 2  # left a contact
SAID = {
    1: ("รอนานมาก ไม่มีใครแจ้งว่าต้องรอเท่าไร", "ติดต่อสามครั้งยังไม่เสร็จ"),
    2: ("ขั้นตอนยุ่งยาก", "ขอเอกสารเพิ่มทีหลัง ต้องมาใหม่"),
    3: ("พอใช้ได้",),
    4: ("รวดเร็วกว่าที่คิด",),
    5: ("เจ้าหน้าที่ช่วยเหลือดีมาก", "ยื่นออนไลน์สะดวก"),
}


def write(waves: Sequence[Any], *, by: Staff, at: datetime, chance: Random) -> None:
    """Publish the results of the closed waves, make columns of the open one, and ask after services."""
    for wave in waves:
        snapshots.build(wave, at=min(wave.closed_at or at, at))
        if wave.closed_at:
            published_at = wave.closed_at + timedelta(days=14)
            factsheet = lifecycle.draw_up(wave, by=by, at=published_at)
            lifecycle.publish_factsheet(
                factsheet, correction_th="", correction_en="", by=by, at=published_at
            )
    ask_after_services(by=by, at=at, chance=chance)


def ask_after_services(*, by: Staff, at: datetime, chance: Random) -> None:
    """Make the one-question survey, set it as pulse, and write two months of answers."""
    begun_at = at - timedelta(days=ASKED_DAYS)
    survey = lifecycle.begin(
        code="after-service",
        unit=by.unit,
        by=by,
        at=begun_at - timedelta(days=7),
        document={"sections": [one_page()]},
        kind="pulse",
        title_th="ความเห็นหลังรับบริการ",
        title_en="After the service",
        purpose="ถามทุกคนเมื่อบริการสิ้นสุด รวมถึงกรณีที่ไม่อนุมัติ เพื่อแก้ไขได้ทันที",
        thanks_th="ขอบคุณ เจ้าหน้าที่จะอ่านทุกความเห็น",
        thanks_en="Thank you. We read every comment.",
    )
    version = lifecycle.publish(survey, note="รุ่นแรก", by=by, at=begun_at - timedelta(days=6))
    year = fiscal_year(local_day(at))
    wave = lifecycle.prepare(
        survey,
        version=version,
        by=by,
        at=begun_at - timedelta(days=5),
        code=f"after-{year}",
        name_th=f"ปีงบประมาณ {year}",
        name_en=f"Fiscal year {year - 543}",
        opens_at=begun_at,
        closes_at=at + timedelta(days=300),
        modes=["invitation", "pulse"],
        responsible=by,
    )
    lifecycle.write_past(wave, answered(by.unit, wave, at=at, chance=chance), closed_at=None)
    snapshots.build(wave, at=at)
    for trigger in ("service_done", "complaint_closed"):
        pulses.set_pulse(trigger=trigger, service=None, wave=wave, by=by, at=begun_at)
    for response in wave.responses.exclude(person=None).order_by("submitted_at", "pk"):
        followups.open_if_dissatisfied(response, at=response.submitted_at or at)
    settle_some(wave, by=by)


def one_page() -> dict[str, Any]:
    """Return the question and the comment."""
    words = ("บริการที่ท่านเพิ่งได้รับ", "The service you just had")
    return seeding.section("after", words, seeding.overall(), seeding.comment())


def answered(unit: Unit, wave: Any, *, at: datetime, chance: Random) -> Iterator[dict[str, Any]]:
    """Return the answers, spread over the days, services and units."""
    units = list(Unit.objects.filter(path__startswith=unit.path).order_by("path"))
    services = list(Service.objects.order_by("pk"))
    people = list(Person.objects.exclude(phone="").order_by("pk")[:ANSWERS])
    for number in range(ANSWERS):
        sent_at = wave.opens_at + chance.random() * (at - wave.opens_at)
        score = chance.choices((1, 2, 3, 4, 5), (4, 6, 17, 42, 31))[0]
        told: dict[str, Any] = {"overall": score}
        if chance.random() < (0.7 if score <= 2 else 0.2):
            told["comment"] = chance.choice(SAID[score])
        yield {
            "uid": uuid.UUID(int=chance.getrandbits(128)),
            "mode": "pulse",
            "state": "complete",
            "answers": told,
            "unit": chance.choice(units),
            "service": chance.choice(services) if services else None,
            "person": people[number % len(people)] if chance.random() < REACHABLE else None,
            "reference": f"service:{number + 1}",
            "started_at": sent_at - timedelta(minutes=1),
            "submitted_at": sent_at,
            "submitted_on": local_day(sent_at),
            "saved_on": local_day(sent_at),
        }


def settle_some(wave: Any, *, by: Staff) -> None:
    """Close the loop with half of them, speak to the next, leave the others to do."""
    rows = list(wave.followups.order_by("opened_at", "pk"))
    for number, row in enumerate(rows[: len(rows) * 2 // 3]):
        called_at = row.opened_at + timedelta(days=3)
        followups.note_contact(row, by=by, at=called_at, note="โทรหาแล้ว เล่าเหตุการณ์ให้ฟัง")
        if number < len(rows) // 2:
            followups.close_followup(
                row,
                outcome="resolved" if number % 3 else "explained",
                note="อธิบายขั้นตอนและเร่งรัดเรื่องให้แล้ว",
                by=by,
                at=called_at + timedelta(days=2),
            )
