"""An improvement from its start to its end: drafted, moved along the board, promised, used, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, units
from agency.models import Segment, Service, Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.improvements.lifecycle.announcing import tell
from pmqa.improvements.lifecycle.hold import hold, hold_running, keep, written
from pmqa.improvements.models import DueDay, Improvement, Stage, State
from pmqa.improvements.selectors.origins import Origin

TITLE_LENGTH = 200
WORDS_LENGTH = 500
FACTS = ("title", "problem", "idea", "audience", "segment", "service", "owner", "budget", "spent")


OWN_IDEA = Origin()


@transaction.atomic
def start(
    facts: Mapping[str, Any], *, unit: Unit, origin: Origin = OWN_IDEA, by: Staff, at: datetime
) -> Improvement:
    """Start an improvement (เริ่มการปรับปรุง), from what citizens said or an idea of the unit's own."""
    improvement = Improvement(
        unit=unit,
        source=origin.source,
        source_ref=origin.ref,
        source_words=origin.words[:WORDS_LENGTH],
        made_by=by,
        made_at=at,
        changed_at=at,
    )
    fill(improvement, facts)
    improvement.save(force_insert=True)
    audit.record(improvement, "improvement_started", by=by, at=at, source=origin.source)
    if improvement.owner and improvement.owner != by:
        tell(improvement, "given", to=improvement.owner, at=at)
    return improvement


@transaction.atomic
def draft_from_insight(
    ref: int,
    *,
    title: str,
    problem: str,
    idea: str,
    unit: Unit,
    segment: Segment | None,
    service: Service | None,
    by: Staff | None,
    at: datetime,
) -> Improvement:
    """Draft the improvement of an insight that was handed over (ร่างจากข้อค้นพบ); once, however often asked."""
    improvement, is_new = Improvement.objects.get_or_create(
        source=Improvement.Source.INSIGHT,
        source_ref=ref,
        defaults={
            "title": title[:TITLE_LENGTH],
            "problem": problem,
            "idea": idea,
            "source_words": title[:WORDS_LENGTH],
            "unit": unit,
            "segment": segment,
            "service": service,
            "made_by": by,
            "made_at": at,
            "changed_at": at,
        },
    )
    if is_new:
        audit.record(improvement, "improvement_started", by=by, at=at, source="insight")
        for staff in units.supervisors_of(unit):
            tell(improvement, "drafted", to=staff, at=at)
    return improvement


@transaction.atomic
def change(
    improvement: Improvement,
    facts: Mapping[str, Any],
    *,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Change what is written about an improvement (แก้ไข); unit and source stay as they were."""
    improvement = hold_running(improvement, expected_version=expected_version)
    before = improvement.owner_id
    fill(improvement, facts)
    keep(improvement, "improvement_changed", *FACTS, by=by, at=at)
    owner = improvement.owner
    if owner and owner.pk != before and owner != by:
        tell(improvement, "given", to=owner, at=at)
    return improvement


def fill(improvement: Improvement, facts: Mapping[str, Any]) -> None:
    """Set what a person wrote; refuse what does not fit together."""
    for name in FACTS:
        setattr(improvement, name, facts.get(name, getattr(improvement, name)))
    improvement.title = written(improvement.title, sentence=_("Please write a title."))
    improvement.problem = written(
        improvement.problem, sentence=_("Please write which problem is to be solved.")
    )
    if improvement.audience == Improvement.Audience.GROUP and improvement.segment is None:
        raise Refused(_("Choose the segment for whom the service is made."))


@transaction.atomic
def move(
    improvement: Improvement,
    *,
    stage: str,
    note: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Move an improvement along the board, or back (เลื่อนขั้น): design thinking goes in loops."""
    improvement = hold_running(improvement, expected_version=expected_version)
    if stage not in Stage.values:
        raise Refused(_("There is no such stage."))
    if improvement.stage == stage:
        raise Refused(_("The improvement stands at this stage already."))
    before, improvement.stage = improvement.stage, stage
    return keep(
        improvement, "improvement_moved", "stage", by=by, at=at, old=before, new=stage, note=note
    )


@transaction.atomic
def give_due_day(
    improvement: Improvement,
    *,
    due_on: date,
    reason: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Say by when an improvement is done (กำหนดวันแล้วเสร็จ); a day that has passed stays missed."""
    improvement = hold_running(improvement, expected_version=expected_version)
    if due_on <= local_day(at):
        raise Refused(_("The day must lie ahead."))
    if improvement.due_on == due_on:
        raise Refused(_("This is the day already."))
    if improvement.due_on:
        reason = written(reason, sentence=_("Please write why the day is moved."))
    DueDay.objects.create(
        improvement=improvement,
        due_on=due_on,
        reason=reason.strip()[:WORDS_LENGTH],
        set_by=by,
        set_at=at,
    )
    improvement.due_on, improvement.reminded_on = due_on, None
    fields = ("due_on", "reminded_on")
    return keep(improvement, "improvement_due", *fields, by=by, at=at, due_on=due_on.isoformat())


@transaction.atomic
def take_into_use(
    improvement: Improvement, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Improvement:
    """Say that the changed service is in use from now on (เริ่มให้บริการ)."""
    improvement = hold(improvement, expected_version=expected_version)
    if improvement.state == State.DROPPED:
        raise Refused(_("This improvement was dropped."))
    if improvement.live_at:
        raise Refused(_("The changed service was taken into use already."))
    improvement.live_at = at
    return keep(improvement, "improvement_in_use", "live_at", by=by, at=at)


@transaction.atomic
def end_use(
    improvement: Improvement, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Improvement:
    """Say that the changed service is no longer in use (ยุติการให้บริการ)."""
    improvement = hold(improvement, expected_version=expected_version)
    if not improvement.is_live:
        raise Refused(_("The changed service is not in use."))
    improvement.live_until_at = at
    return keep(improvement, "improvement_use_ended", "live_until_at", by=by, at=at)


@transaction.atomic
def finish(
    improvement: Improvement,
    *,
    result: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Say that an improvement is completed and what came of it (ดำเนินการแล้วเสร็จ)."""
    improvement = hold_running(improvement, expected_version=expected_version)
    improvement.result = written(result, sentence=_("Please write what came of it."))
    improvement.state, improvement.finished_at, improvement.finished_by = State.DONE, at, by
    fields = ("result", "state", "finished_at", "finished_by")
    return keep(improvement, "improvement_finished", *fields, by=by, at=at)


@transaction.atomic
def drop(
    improvement: Improvement,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Drop an improvement with the reason (ยุติการปรับปรุง)."""
    improvement = hold_running(improvement, expected_version=expected_version)
    improvement.dropped_because = written(reason, sentence=_("Please write why it is dropped."))
    improvement.state, improvement.dropped_at = State.DROPPED, at
    fields = ["dropped_because", "state", "dropped_at"]
    if improvement.is_live:
        improvement.live_until_at = at
        fields.append("live_until_at")
    return keep(improvement, "improvement_dropped", *fields, by=by, at=at)


@transaction.atomic
def publish(
    improvement: Improvement,
    *,
    summary_th: str,
    summary_en: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Improvement:
    """Show an improvement in the public gallery (เผยแพร่ผลงาน), with words for citizens."""
    improvement = hold(improvement, expected_version=expected_version)
    if improvement.state == State.DROPPED or not improvement.live_at:
        raise Refused(_("Only what has been taken into use is shown to citizens."))
    improvement.summary_th = written(
        summary_th, sentence=_("Please write the summary for citizens.")
    )
    improvement.summary_en = summary_en.strip()
    improvement.published_at, improvement.published_by = at, by
    fields = ("summary_th", "summary_en", "published_at", "published_by")
    return keep(improvement, "improvement_published", *fields, by=by, at=at)


@transaction.atomic
def unpublish(
    improvement: Improvement, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Improvement:
    """Take an improvement out of the gallery (ยกเลิกการเผยแพร่)."""
    improvement = hold(improvement, expected_version=expected_version)
    if not improvement.published_at:
        raise Refused(_("The improvement is not in the gallery."))
    improvement.published_at = improvement.published_by = None
    fields = ("published_at", "published_by")
    return keep(improvement, "improvement_unpublished", *fields, by=by, at=at)
