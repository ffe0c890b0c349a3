"""Ways of collecting in the demo: sheets of paper keyed by two people, some of them differently."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from agency.models import Role, Staff
from pmqa.demo import fieldwork
from surveys import lifecycle

PRINTED = 40
KEYED = 9  # sheets keyed by both; the last two of them differently
ONCE = 3


def write_paper(wave: Any, *, by: Staff, at: datetime, chance: Random) -> None:
    """Print a batch for the open wave and key some of it in; two sheets wait to be settled."""
    clerks = clerks_of(wave, by)
    batch = lifecycle.print_sheets(
        wave, count=PRINTED, unit=by.unit, note="เคาน์เตอร์รับคำขอ ช่วงเช้า", by=by, at=at
    )
    scales = fieldwork.points_of(wave.version.document)
    for number in range(1, KEYED + ONCE + 1):
        answers = fieldwork.answers(scales, 0.1, chance)
        lifecycle.key_in(batch, number=number, answers=answers, by=clerks[0], at=at)
        if number <= KEYED:
            is_slip = number > KEYED - 2
            second = slip(answers) if is_slip else answers
            lifecycle.key_in(batch, number=number, answers=second, by=clerks[1], at=at)


def clerks_of(wave: Any, by: Staff) -> list[Staff]:
    """Return two who may key for this survey."""
    own = Staff.objects.active().with_role(Role.OFFICER)
    near = own.filter(unit=wave.survey.unit).exclude(pk=by.pk).order_by("pk")
    return [*near[:1], by, *own.exclude(pk=by.pk).order_by("pk")][:2]


def slip(answers: dict[str, Any]) -> dict[str, Any]:
    """Return what a tired second person would have typed."""
    overall = answers["overall"]
    return {
        **answers,
        "overall": overall - 1 if overall > 1 else 2,
        "visits": answers["visits"] + 10,
    }
