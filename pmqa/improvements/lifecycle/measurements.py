"""A before-and-after measurement is kept as it was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency.models import Staff
from agency.refusal import Refused
from pmqa.improvements.effects import Effect
from pmqa.improvements.lifecycle.hold import hold, keep
from pmqa.improvements.models import Improvement, Measurement, State


@transaction.atomic
def note_measurement(
    improvement: Improvement,
    effect: Effect,
    *,
    measure: str,
    changed_on: date,
    months: Sequence[tuple[date, float | None]],
    cutoff: datetime,
    by: Staff,
    at: datetime,
) -> Measurement:
    """Keep what was measured before and after (บันทึกผลก่อนและหลัง); never changed afterwards."""
    improvement = hold(improvement)
    if improvement.state == State.DROPPED:
        raise Refused(_("This improvement was dropped."))
    facts: dict[str, Any] = effect.as_data()
    made = Measurement.objects.create(
        improvement=improvement,
        measure=measure,
        changed_on=changed_on,
        cutoff_at=cutoff,
        months=[[month.isoformat(), value] for month, value in months],
        verdict=effect.verdict,
        facts=facts,
        made_by=by,
        made_at=at,
    )
    keep(improvement, "improvement_measured", by=by, at=at, measurement=made.pk)
    return made
