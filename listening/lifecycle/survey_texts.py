"""Open answers of surveys become voices (ข้อความจากแบบสำรวจ): without names, each once, whoever may read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from agency.importing import take_turns
from agency.models import Channel, Segment, Service, Staff, Unit
from agency.refusal import Refused
from agency.thai import BANGKOK
from listening.lifecycle.history import Told, write_many
from listening.lifecycle.intake import Heard
from listening.models import Voice
from listening.text.masking import masked
from listening.text.trends import is_test

SOURCE = "survey"
CHANNEL = "survey_text"
NOON = time(12)
FEWEST_LETTERS = 8  # less than that names no matter: ดี, ไม่มี, ok
LETTER = re.compile(r"[^\W\d_]")
NOTHING = re.compile(
    r"^\W*(?:ไม่มี|ไม่ทราบ|ไม่ขอตอบ|none|nothing)\W*(?:ข้อเสนอแนะ|ความเห็น|ครับ|ค่ะ|คะ|\W)*$"
)


@dataclass(frozen=True, kw_only=True)
class SurveyText:
    """What somebody wrote in a survey; `ref` is the same each time it is told."""

    ref: str
    text: str
    on: date
    unit: Unit
    service: Service | None = None
    segment: str = ""


@transaction.atomic
def take_survey_texts(texts: Sequence[SurveyText], *, by: Staff | None, at: datetime) -> int:
    """Receive the open answers that name something (รับความเห็นจากแบบสำรวจ); returns how many were new.

    A text is masked before it is written down, and no person and no time of day come with it. Its
    limits count from now, when the office first hears of it.
    """
    take_turns(f"listening.import:{SOURCE}")
    channel = Channel.objects.filter(code=CHANNEL, is_active=True).first()
    if channel is None:
        raise Refused(_("The channel for texts of surveys is missing or switched off."))
    telling = {one.ref: one for one in texts if says_something(one.text)}
    voices = Voice.objects.filter(source_system=SOURCE, external_ref__in=telling)
    known = set(voices.values_list("external_ref", flat=True))
    segments = {segment.code: segment for segment in Segment.objects.filter(is_active=True)}
    new = [
        told(one, channel=channel, segment=segments.get(one.segment), at=at)
        for ref, one in telling.items()
        if ref not in known
    ]
    write_many(new, by=by, verb="voice_from_survey")
    return len(new)


def says_something(text: str) -> bool:
    """Whether a text names anything: neither empty talk nor a trial."""
    words = text.strip().casefold()
    has_words = len(LETTER.findall(words)) >= FEWEST_LETTERS
    return has_words and not is_test(words) and NOTHING.match(words) is None


def told(one: SurveyText, *, channel: Channel, segment: Segment | None, at: datetime) -> Told:
    """Return the voice of a text, heard on the day it was written."""
    written_at = min(datetime.combine(one.on, NOON, BANGKOK), at)
    heard = Heard(
        body=masked(one.text),
        channel=channel,
        unit=one.unit,
        service=one.service,
        segment=segment,
        is_anonymous=True,
        source_system=SOURCE,
        external_ref=one.ref,
    )
    return Told(heard=heard, at=at, became={"received_at": written_at})
