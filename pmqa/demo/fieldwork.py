"""Fieldwork of the demo: two closed yearly waves and an open one, each with strata and weights."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from agency.models import Unit
from agency.thai import buddhist_year, local_day
from surveys import lifecycle
from surveys.lifecycle import seeding

if TYPE_CHECKING:
    from agency.models import Staff

REGIONS = (  # code, Thai, English, population, answers wanted, how content
    ("central", "สำนักงานส่วนกลาง", "Central office", 21_400, 120, 0.30),
    ("north", "ภาคเหนือ", "North", 9_800, 80, 0.10),
    ("northeast", "ภาคตะวันออกเฉียงเหนือ", "Northeast", 13_600, 90, 0.0),
    ("south", "ภาคใต้", "South", 7_200, 70, -0.25),
)
LIKED = {  # how much better or worse than all in all
    "process_time": -0.5,
    "process_told": -0.3,
    "staff_polite": 0.4,
    "staff_fair": 0.2,
    "facilities_seats": -0.2,
    "quality_right": 0.3,
    "digital_stable": -0.6,
    "trust_care": -0.3,
}
AGES = ("under30", "to44", "to59", "over60")
SEGMENTS = ("public", "business", "elderly_disabled", "agency", "community")
COMMENTS = (
    "เจ้าหน้าที่ให้คำแนะนำดี แต่รอคิวนาน",
    "อยากให้ยื่นเอกสารออนไลน์ได้ทั้งหมด",
    "ที่จอดรถไม่เพียงพอ",
    "ขั้นตอนชัดเจน ได้รับเอกสารตรงเวลา",
    "ระบบออนไลน์ล่มช่วงปลายเดือน",
    "ป้ายบอกจุดบริการอ่านยาก",
)


def write(survey: Any, *, by: Staff, at: datetime, chance: Random) -> list[Any]:
    """Make the waves of two closed years and of this one, half-way through; returns them."""
    version = survey.versions.latest("number")
    previous = None
    waves = []
    for years_ago, share in ((2, 1.0), (1, 1.05), (0, 0.45)):
        opens_at = at - timedelta(days=365 * years_ago + 14)
        previous = wave_of(survey, version, by=by, opens_at=opens_at, previous=previous)
        closed_at = previous.closes_at if years_ago else None
        until = closed_at or at
        rows = answered(
            previous, until=until, share=share, mood=0.12 * (2 - years_ago), chance=chance
        )
        lifecycle.write_past(previous, rows, closed_at=closed_at)
        waves.append(previous)
    return waves


def wave_of(survey: Any, version: Any, *, by: Staff, opens_at: datetime, previous: Any) -> Any:
    """Prepare one year's wave with its strata."""
    year = buddhist_year(local_day(opens_at).year)
    return lifecycle.prepare(
        survey,
        version=version,
        by=by,
        at=opens_at - timedelta(days=7),
        code=f"service-{year}",
        name_th=f"รอบปี {year}",
        name_en=f"Year {year - 543}",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=30),
        modes=["link", "invitation", "kiosk", "paper", "import"],
        is_probability=True,
        frame_th="ทะเบียนผู้รับบริการในรอบ 12 เดือน",
        frame_en="Register of service recipients of the last 12 months",
        population=sum(region[3] for region in REGIONS),
        target_n=sum(region[4] for region in REGIONS),
        responsible=by,
        weighting="strata",
        previous=previous,
        strata=[
            {
                "code": code,
                "label_th": thai,
                "label_en": english,
                "population": population,
                "target_n": wanted,
            }
            for code, thai, english, population, wanted, _mood in REGIONS
        ],
    )


def answered(
    wave: Any, *, until: datetime, share: float, mood: float, chance: Random
) -> Iterator[dict[str, Any]]:
    """Return the responses of a wave, spread over its days."""
    strata = {stratum.code: stratum for stratum in wave.strata.all()}
    groups: list[Unit] = list(Unit.objects.filter(parent=wave.survey.unit).order_by("pk"))
    groups = groups or [wave.survey.unit]
    scales = points_of(wave.version.document)
    span = (until - wave.opens_at).total_seconds()
    for code, _thai, _english, _population, wanted, place in REGIONS:
        for number in range(int(wanted * share)):
            served_in = number % len(groups)
            sent_at = wave.opens_at + timedelta(seconds=chance.random() * span)
            yield response(
                strata[code],
                sent_at=sent_at,
                answers=answers(scales, mood + place - 0.3 * served_in, chance),
                chance=chance,
            ) | {"unit": groups[served_in]}


def response(
    stratum: Any, *, sent_at: datetime, answers: dict[str, Any], chance: Random
) -> dict[str, Any]:
    """Return the fields of one response; one in fifteen stopped half-way."""
    is_partial = chance.random() < 1 / 15
    return {
        "uid": uuid.UUID(int=chance.getrandbits(128)),
        "mode": chance.choices(("link", "invitation", "kiosk", "paper"), (5, 8, 3, 2))[0],
        "state": "partial" if is_partial else "complete",
        "page": "rating" if is_partial else "",
        "answers": dict(list(answers.items())[:3]) if is_partial else answers,
        "stratum": stratum,
        "started_at": sent_at - timedelta(minutes=4),
        "submitted_at": None if is_partial else sent_at,
        "submitted_on": None if is_partial else local_day(sent_at),
        "saved_on": local_day(sent_at),
    }


def points_of(document: Mapping[str, Any]) -> list[str]:
    """Return the columns of every scale from 1 to 5 but the overall one."""
    return [
        f"{question['code']}_{row['code']}"
        for section in document["sections"]
        for question in section["questions"]
        if question["type"] == "matrix"
        for row in question["rows"]
    ]


def answers(scales: list[str], mood: float, chance: Random) -> dict[str, Any]:
    """Return what one person answered, more content with a better mood."""
    own = chance.gauss(3.9 + mood, 0.7)

    def point(column: str = "") -> int:
        return min(max(round(chance.gauss(own + LIKED.get(column, 0), 0.6)), 1), 5)

    channel = chance.choices(("counter", "online", "phone"), (5, 4, 1))[0]
    overall = point()
    told: dict[str, Any] = {
        "channel": channel,
        "visits": chance.randint(1, 6),
        "age": chance.choice(AGES),
        "segment": chance.choices(SEGMENTS, (10, 5, 4, 1, 2))[0],
        "overall": overall,
    }
    told |= {
        column: point(column)
        for column in scales
        if channel == "online" or not column.startswith("digital")
    }
    if overall <= 2:
        told["why"] = [chance.choice(seeding.REASONS)[0]]
    told["nps"] = min(max(round(2 * own + chance.gauss(0.3, 1.2)), 0), 10)
    if chance.random() < 0.25:
        told["comment"] = chance.choice(COMMENTS)
    return told
