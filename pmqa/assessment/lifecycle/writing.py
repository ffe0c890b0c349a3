"""The unit's verbs: begin, write, submit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, notices
from agency.models import Role, Staff, Unit
from agency.refusal import Refused
from pmqa.assessment.lifecycle.criteria import criteria_of
from pmqa.assessment.models import Answer, Assessment, Box, Item, Level, State, Tick
from pmqa.assessment.permissions import can_start, can_write


class Outdated(Refused):
    """Somebody else wrote meanwhile; what was typed is kept in the form."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is said to an item at a level, and the version of it that the person saw (0 for none)."""

    level: int
    text: str
    boxes: frozenset[int]  # ids of the ticked ones
    version: int = 0


def held(assessment: Assessment, *states: State) -> Assessment:
    """Lock an assessment and check that it stands where the verb begins."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("unit", "criteria")
    assessment = rows.get(pk=assessment.pk)
    if states and assessment.state not in states:
        sentence = _("The self-assessment is “%(state)s” now. Load the page again.")
        raise Refused(sentence % {"state": assessment.get_state_display()})
    return assessment


@transaction.atomic
def start(unit: Unit, *, year: int, is_copying: bool, by: Staff, at: datetime) -> Assessment:
    """Begin the unit's self-assessment of a fiscal year (เริ่มการประเมินตนเอง); begun twice, it is the same one."""
    if not can_start(by, unit):
        raise Refused(_("Only a supervisor or an executive of the unit may assess it."))
    criteria = criteria_of(year, by=by, at=at)
    assessment, is_new = Assessment.objects.get_or_create(
        unit=unit,
        fiscal_year=year,
        defaults={"criteria": criteria, "started_at": at, "started_by": by},
    )
    if is_new:
        copied = copy_explanations(assessment, by=by, at=at) if is_copying else 0
        audit.record(assessment, "assessment_started", by=by, at=at, year=year, copied=copied)
    return assessment


def copy_explanations(assessment: Assessment, *, by: Staff, at: datetime) -> int:
    """Take over the explanations of the unit's last assessment, marked as such; returns how many."""
    rows = Assessment.objects.filter(
        unit=assessment.unit_id, fiscal_year__lt=assessment.fiscal_year
    )
    last = rows.order_by("-fiscal_year").first()
    if last is None:
        return 0
    items = {item.code: item for item in Item.objects.filter(criteria=assessment.criteria_id)}
    old = last.answers.select_related("item").exclude(explanation="")
    copies = [
        Answer(
            assessment=assessment,
            item=items[answer.item.code],
            level=answer.level,
            explanation=answer.explanation,
            copied_from=last.fiscal_year,
            written_at=at,
            written_by=by,
        )
        for answer in old
        if answer.item.code in items
    ]
    return len(Answer.objects.bulk_create(copies))


@transaction.atomic
def write(
    assessment: Assessment, item: Item, *, entries: Sequence[Entry], by: Staff, at: datetime
) -> Assessment:
    """Write explanations and ticks of an item (บันทึกผลการประเมิน); only what changed is written."""
    assessment = held(assessment, State.DRAFT)
    if not can_write(by, assessment):
        raise Refused(_("Only a supervisor or an executive of the unit may write here."))
    changed = keep(assessment, item, entries=entries, side=Tick.Side.UNIT, by=by, at=at)
    if changed:
        audit.record(assessment, "assessment_written", by=by, at=at, item=item.code, levels=changed)
    return assessment


def keep(
    assessment: Assessment,
    item: Item,
    *,
    entries: Iterable[Entry],
    side: str,
    by: Staff,
    at: datetime,
) -> list[int]:
    """Write what a side says to the levels of an item; returns the levels that changed."""
    if item.criteria_id != assessment.criteria_id:
        raise Refused(_("The item is not of this assessment’s criteria."))
    answers = {answer.level: answer for answer in assessment.answers.filter(item=item)}
    changed = []
    for entry in entries:
        answer = answers.get(entry.level)
        is_retold = retold(answer, entry, side=side)
        moved = tick_boxes(assessment, item, entry=entry, side=side, is_dry=True, by=by, at=at)
        if not (is_retold or moved):
            continue
        if entry.version != (answer.version if answer else 0):
            raise Outdated(
                _(
                    "Somebody else changed the level “%(level)s” meanwhile. Look at what stands there now; what you typed is kept below."
                )
                % {"level": Level(entry.level).label}
            )
        say(assessment, item, answer, entry=entry, side=side, by=by, at=at)
        tick_boxes(assessment, item, entry=entry, side=side, is_dry=False, by=by, at=at)
        changed.append(entry.level)
    return changed


def retold(answer: Answer | None, entry: Entry, *, side: str) -> bool:
    """Whether the text differs from what stands there."""
    name = text_field(side)
    return entry.text.strip() != (getattr(answer, name) if answer else "")


def text_field(side: str) -> str:
    """Return where a side's words stand."""
    return "explanation" if side == Tick.Side.UNIT else "remark"


def say(
    assessment: Assessment,
    item: Item,
    answer: Answer | None,
    *,
    entry: Entry,
    side: str,
    by: Staff,
    at: datetime,
) -> None:
    """Write a side's words at a level; a text of last year that was changed is this year's."""
    name, text = text_field(side), entry.text.strip()
    if answer is None:
        Answer.objects.create(
            assessment=assessment,
            item=item,
            level=entry.level,
            written_at=at,
            written_by=by,
            **{name: text},
        )
        return
    if side == Tick.Side.UNIT:
        if text != answer.explanation:
            answer.copied_from = None
        answer.written_at, answer.written_by = at, by
    setattr(answer, name, text)
    answer.version += 1
    answer.save(update_fields=[name, "copied_from", "version", "written_at", "written_by"])


def tick_boxes(
    assessment: Assessment,
    item: Item,
    *,
    entry: Entry,
    side: str,
    is_dry: bool,
    by: Staff,
    at: datetime,
) -> int:
    """Let exactly these boxes of a level be ticked by a side; returns how many change."""
    boxes = set(Box.objects.filter(item=item, level=entry.level).values_list("pk", flat=True))
    if entry.boxes - boxes:
        raise Refused(_("One of the boxes is not of this item. Load the page again."))
    standing = assessment.ticks.standing().filter(side=side, box__in=boxes)
    known = set(standing.values_list("box", flat=True))
    fresh, gone = entry.boxes - known, known - entry.boxes
    if not is_dry:
        Tick.objects.bulk_create(
            Tick(assessment=assessment, box_id=box, side=side, at=at, by=by)
            for box in sorted(fresh)
        )
        standing.filter(box__in=gone).update(taken_at=at, taken_by=by)
    return len(fresh) + len(gone)


@transaction.atomic
def submit(assessment: Assessment, *, by: Staff, at: datetime) -> Assessment:
    """Hand the assessment to the committee (เสนอคณะกรรมการ)."""
    assessment = held(assessment, State.DRAFT)
    if not can_write(by, assessment):
        raise Refused(_("Only a supervisor or an executive of the unit may submit it."))
    silent = levels_without_words(assessment)
    if silent:
        raise Refused(
            _("Boxes are ticked without an explanation: %(levels)s. Explain them first.")
            % {"levels": ", ".join(silent)}
        )
    assessment.state, assessment.remark = State.SUBMITTED, ""
    assessment.submitted_at, assessment.submitted_by = at, by
    assessment.save(update_fields=["state", "remark", "submitted_at", "submitted_by"])
    audit.record(assessment, "assessment_submitted", by=by, at=at)
    tell_committee(assessment, by=by, at=at)
    return assessment


def levels_without_words(assessment: Assessment) -> list[str]:
    """Return in words the levels that have ticks of the unit and no explanation."""
    ticks = assessment.ticks.standing().filter(side=Tick.Side.UNIT).select_related("box__item")
    ticked = {(tick.box.item_id, tick.box.level): tick.box.item.code for tick in ticks}
    told = set(assessment.answers.exclude(explanation="").values_list("item", "level"))
    return [
        f"{code} {Level(level).label}"
        for (item, level), code in sorted(ticked.items(), key=lambda each: (each[1], each[0][1]))
        if (item, level) not in told
    ]


def tell_committee(assessment: Assessment, *, by: Staff, at: datetime) -> None:
    """Tell the committee that an assessment waits for it."""
    executives = (
        Staff.objects.active()
        .with_role(Role.EXECUTIVE)
        .filter(unit__parent=None)
        .exclude(pk=by.pk)
        .select_related("unit", "deputy")
    )
    notices.enqueue_many(
        [
            notices.NoticeDraft(
                subject=assessment,
                kind="assessment.submitted",
                to=each,
                key=f"assessment:{assessment.pk}:submitted:{at.isoformat()}",
                url=assessment.get_absolute_url(),
                data={"unit": assessment.unit.name_th, "year": assessment.fiscal_year},
            )
            for each in executives
        ],
        at=at,
    )
