"""What pages, files and the report ask about self-assessments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse

from agency.models import Attachment, Staff, Unit
from pmqa.assessment.models import (
    Answer,
    Assessment,
    Box,
    Exhibit,
    FollowUp,
    Item,
    Level,
    PlanStep,
    Tick,
)
from pmqa.assessment.scoring import Score, Tally, mean_of, score_of

SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class BoxLine:
    """A box with the ticks of both sides."""

    box: Box
    unit: Tick | None
    committee: Tick | None


@dataclass(frozen=True, kw_only=True)
class LevelPart:
    """A level of an item: boxes, explanation, evidence."""

    level: Level
    boxes: Sequence[BoxLine]
    answer: Answer | None
    exhibits: Sequence[Exhibit]

    @property
    def explanation(self) -> str:
        """What the unit says."""
        return self.answer.explanation if self.answer else ""

    def ticked(self, side: str) -> int:
        """How many boxes a side ticked."""
        return sum(getattr(line, side) is not None for line in self.boxes)

    def ticked_ids(self, side: str) -> list[int]:
        """Which boxes a side ticked."""
        return [line.box.pk for line in self.boxes if getattr(line, side)]


@dataclass(frozen=True, kw_only=True)
class ItemPart:
    """An item with its levels and the scores of both sides."""

    item: Item
    levels: Sequence[LevelPart]
    unit: Score
    committee: Score

    @property
    def exhibit_count(self) -> int:
        """How much evidence there is."""
        return sum(len(part.exhibits) for part in self.levels)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An assessment with all that was said, as it stood at an instant or stands now."""

    assessment: Assessment
    items: Sequence[ItemPart]
    unit: float | None
    committee: float | None
    is_judged: bool

    def part(self, item: Item) -> ItemPart:
        """Return the part of one item."""
        return next(part for part in self.items if part.item.pk == item.pk)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A box that is missing to the next level, and what is planned about it."""

    item: Item
    level: Level
    box: Box
    step: PlanStep | None
    is_late: bool = False


# Lists


def assessments(staff: Staff) -> QuerySet[Assessment]:
    """Return the assessments that a person sees."""
    return Assessment.objects.visible_to(staff).select_related(
        "unit", "criteria", "started_by", "submitted_by", "judged_by", "closed_by"
    )


def started_years(unit: Unit) -> set[int]:
    """Return the fiscal years that the unit assessed already."""
    return set(Assessment.objects.filter(unit=unit).values_list("fiscal_year", flat=True))


# One assessment


def sheet(assessment: Assessment, *, at: datetime | None = None) -> Sheet:
    """Read an assessment whole, as it stood at an instant if one is given."""
    ticks = ticks_of(assessment, at=at)
    answers = {(row.item_id, row.level): row for row in assessment.answers.all()}
    exhibits = exhibits_of(assessment, at=at)
    rows = assessment.criteria.items.prefetch_related("boxes")
    items = [item_part(item, ticks=ticks, answers=answers, exhibits=exhibits) for item in rows]
    judged_at = assessment.judged_at
    return Sheet(
        assessment=assessment,
        items=items,
        unit=mean_of([part.unit for part in items]),
        committee=mean_of([part.committee for part in items]),
        is_judged=judged_at is not None and (at is None or judged_at <= at),
    )


def ticks_of(assessment: Assessment, *, at: datetime | None) -> dict[tuple[int, str], Tick]:
    """Return the ticks that stand, or stood at an instant, by box and side."""
    rows = assessment.ticks.select_related("by")
    if at is None:
        rows = rows.filter(taken_at=None)
    else:
        rows = rows.filter(Q(taken_at=None) | Q(taken_at__gt=at), at__lte=at)
    return {(row.box_id, row.side): row for row in rows}


Exhibits = dict[tuple[int, int], list[Exhibit]]


def exhibits_of(assessment: Assessment, *, at: datetime | None) -> Exhibits:
    """Return the evidence with its files, by item and level."""
    rows = assessment.exhibits.select_related("added_by")
    if at is None:
        rows = rows.filter(removed_at=None)
    else:
        rows = rows.filter(Q(removed_at=None) | Q(removed_at__gt=at), added_at__lte=at)
    found: Exhibits = defaultdict(list)
    files = files_of([row.pk for row in rows])
    for row in rows:
        row.attached = files.get(row.pk)
        found[row.item_id, row.level].append(row)
    return found


def attached_sources(assessment: Assessment, item: Item, *, level: int) -> set[str]:
    """Return what the portal offered and was attached to a level."""
    rows = assessment.exhibits.filter(item=item, level=level, removed_at=None).exclude(source="")
    return set(rows.values_list("source", flat=True))


def files_of(exhibit_ids: Collection[int]) -> dict[int, Attachment]:
    """Return the file of each piece of evidence that has one."""
    kind = ContentType.objects.get_for_model(Exhibit)
    rows = Attachment.objects.filter(content_type=kind, object_id__in=exhibit_ids)
    return {row.object_id: row for row in rows}


def item_part(
    item: Item,
    *,
    ticks: dict[tuple[int, str], Tick],
    answers: dict[tuple[int, int], Answer],
    exhibits: Exhibits,
) -> ItemPart:
    """Put together what was said about an item."""
    boxes = list(item.boxes.all())
    levels = [
        LevelPart(
            level=level,
            boxes=[box_line(box, ticks=ticks) for box in boxes if box.level == level],
            answer=answers.get((item.pk, level.value)),
            exhibits=exhibits.get((item.pk, level.value), []),
        )
        for level in Level
    ]
    return ItemPart(
        item=item,
        levels=levels,
        unit=score_of(tallies(levels, "unit")),
        committee=score_of(tallies(levels, "committee")),
    )


def box_line(box: Box, *, ticks: dict[tuple[int, str], Tick]) -> BoxLine:
    """Put a box beside its ticks."""
    return BoxLine(
        box=box,
        unit=ticks.get((box.pk, Tick.Side.UNIT)),
        committee=ticks.get((box.pk, Tick.Side.COMMITTEE)),
    )


def tallies(levels: Iterable[LevelPart], side: str) -> dict[int, Tally]:
    """Count the boxes of each level."""
    return {part.level.value: Tally(part.ticked(side), len(part.boxes)) for part in levels}


def gaps(found: Sheet, *, today: date) -> list[Gap]:
    """Return what is missing to the next level of each item, by the committee's word once it has judged."""
    side = "committee" if found.is_judged else "unit"
    steps = {step.box_id: step for step in steps_of(found.assessment)}
    return [
        Gap(
            item=part.item,
            level=level.level,
            box=line.box,
            step=(step := steps.get(line.box.pk)),
            is_late=bool(step and step.done_at is None and step.due_on < today),
        )
        for part in found.items
        for level in part.levels
        if level.level == getattr(part, side).next_level
        for line in level.boxes
        if getattr(line, side) is None
    ]


def steps_of(assessment: Assessment) -> QuerySet[PlanStep]:
    """Return the plan, what is due next first."""
    return assessment.plan.select_related("assessment", "owner__unit", "box__item", "done_by")


def followups_of(assessment: Assessment) -> QuerySet[FollowUp]:
    """Return the follow-ups, the first one first."""
    return assessment.followups.select_related("told_by")


@dataclass(frozen=True, kw_only=True)
class Owed:
    """Steps of plans that are late or come due, for a home page."""

    late_count: int
    soon_count: int
    first_url: str


def owed_steps(staff: Staff, *, today: date) -> Owed:
    """Count the open steps of plans in the person's unit and below that are late or due within two weeks."""
    rows = PlanStep.objects.filter(
        assessment__in=Assessment.objects.visible_to(staff).values("pk"),
        done_at=None,
        due_on__lte=today + SOON,
    )
    found = list(rows.order_by("due_on", "pk").values_list("due_on", "assessment"))
    late = sum(due_on < today for due_on, _assessment in found)
    url = reverse("assessment:detail", args=[found[0][1]]) + "#gaps" if found else ""
    return Owed(late_count=late, soon_count=len(found) - late, first_url=url)


# The report's grid


@dataclass(frozen=True, kw_only=True)
class GridExhibit:
    """A piece of evidence in the grid."""

    kind: str
    words: str
    count: int | None
    page_count: int | None


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """An item in the grid: points and levels of both sides, evidence."""

    code: str
    title: str
    unit_points: float
    unit_level: int
    committee_points: float | None
    committee_level: int | None
    exhibits: tuple[GridExhibit, ...] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The self-assessment of a unit and fiscal year as known at an instant."""

    unit: str
    fiscal_year: int
    url: str
    is_submitted: bool
    is_judged: bool
    unit_points: float | None
    committee_points: float | None
    lines: tuple[GridLine, ...]


def grid(unit: Unit, fiscal_year: int, at: datetime) -> Grid | None:
    """Return the grid of a unit's assessment as it stood at an instant; None when none was begun by then."""
    rows = Assessment.objects.filter(unit=unit, fiscal_year=fiscal_year, started_at__lte=at)
    assessment = rows.select_related("unit", "criteria").first()
    if assessment is None:
        return None
    found = sheet(assessment, at=at)
    submitted_at = assessment.submitted_at
    return Grid(
        unit=unit.code,
        fiscal_year=fiscal_year,
        url=assessment.get_absolute_url(),
        is_submitted=submitted_at is not None and submitted_at <= at,
        is_judged=found.is_judged,
        unit_points=found.unit,
        committee_points=found.committee if found.is_judged else None,
        lines=tuple(grid_line(part, is_judged=found.is_judged) for part in found.items),
    )


def grid_line(part: ItemPart, *, is_judged: bool) -> GridLine:
    """Return an item's line of the grid."""
    shown: list[Any] = [exhibit for level in part.levels for exhibit in level.exhibits]
    return GridLine(
        code=part.item.code,
        title=part.item.title,
        unit_points=part.unit.points,
        unit_level=part.unit.level,
        committee_points=part.committee.points if is_judged else None,
        committee_level=part.committee.level if is_judged else None,
        exhibits=tuple(
            GridExhibit(
                kind=each.kind, words=str(each), count=each.count, page_count=each.page_count
            )
            for each in shown
        ),
    )
