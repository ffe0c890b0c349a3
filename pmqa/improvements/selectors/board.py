"""The board, the list and the page of an improvement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from agency import audit
from agency.models import AuditEntry, Staff
from agency.signposts import url_of
from pmqa.improvements.models import DueDay, Improvement, Milestone, Stage
from pmqa.improvements.models.improvement import ImprovementQuerySet

CARDS = 12  # of one stage on the board
SHOWN = 50
PLACES = {"insight": "insight", "survey": "wave", "cause": "cause_board"}


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A stage of the board: its newest promises first, and how many there are in all."""

    stage: Stage
    cards: list[Improvement]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


def improvements(staff: Staff) -> ImprovementQuerySet:
    """Return the improvements that the person may see, with what a row shows."""
    rows: ImprovementQuerySet = Improvement.objects.visible_to(staff).select_related(
        "unit", "owner", "segment", "service"
    )
    return rows


def board(staff: Staff) -> list[Lane]:
    """Return what is under way by stage; two queries whatever there is."""
    seen = Improvement.objects.visible_to(staff).running()
    counts = dict(seen.order_by().values_list("stage").annotate(n=Count("pk")))
    place = Window(
        RowNumber(), partition_by="stage", order_by=[F("due_on").asc(nulls_last=True), "pk"]
    )
    cards = improvements(staff).running().annotate(place=place).filter(place__lte=CARDS)
    by_stage: dict[str, list[Improvement]] = {stage: [] for stage in Stage.values}
    for card in cards.order_by(F("due_on").asc(nulls_last=True), "pk"):
        by_stage[card.stage].append(card)
    return [Lane(stage=stage, cards=by_stage[stage], count=counts.get(stage, 0)) for stage in Stage]


def milestones_of(improvement: Improvement) -> list[Milestone]:
    """Return the plan, by day."""
    return list(improvement.milestones.select_related("owner"))


def due_days_of(improvement: Improvement) -> list[DueDay]:
    """Return the days that were promised, the newest first."""
    return list(improvement.due_days.select_related("set_by").order_by("-set_at", "-pk"))


def milestone_of(improvement: Improvement, pk: int) -> Milestone | None:
    """Return a milestone of an improvement."""
    return improvement.milestones.select_related("improvement__unit", "owner").filter(pk=pk).first()


def history_of(improvement: Improvement) -> list[tuple[str, AuditEntry]]:
    """Return what happened, newest first, in words."""
    return [(audit.words_of(each.verb), each) for each in audit.entries_of(improvement)[:SHOWN]]


def source_url(improvement: Improvement) -> str:
    """Return where that is which an improvement comes from."""
    return url_of(PLACES.get(improvement.source, ""), improvement.source_ref)


def is_late(improvement: Improvement, *, today: date) -> bool:
    """Whether its day has passed and it is still under way."""
    is_running = improvement.finished_at is None and improvement.dropped_at is None
    return is_running and improvement.due_on is not None and improvement.due_on < today


def gallery() -> QuerySet[Improvement]:
    """Return what the public gallery shows, the newest first."""
    rows = Improvement.objects.published().select_related("unit", "segment", "service")
    return rows.order_by("-published_at", "-pk")
