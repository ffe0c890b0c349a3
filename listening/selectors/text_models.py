"""The models of text: which suggest, on what they were measured, how they fared since, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from agency import audit
from agency.models import AuditEntry, Segment, Service, Staff
from agency.thai import BANGKOK
from listening import permissions
from listening.models import (
    Kind,
    Label,
    Sentiment,
    Suggestion,
    Taxonomy,
    TextModel,
    Topic,
    TrainingExample,
    Urgency,
)
from listening.text import trust

FEWEST_TEXTS = 200  # classified texts from which a model is learnt
Names = Mapping[str, str]


def values_in_use(label: str) -> Names:
    """Return the values that an officer may choose for a field today, with their words."""
    fixed: Mapping[str, Sequence[tuple[Any, Any]]] = {
        Label.KIND: Kind.choices,
        Label.SENTIMENT: Sentiment.choices,
        Label.URGENCY: Urgency.choices,
    }
    if label in fixed:
        return {str(value): str(words) for value, words in fixed[label]}
    rows: QuerySet[Topic] | QuerySet[Segment] | QuerySet[Service]
    if label == Label.TOPIC:
        rows = Topic.objects.filter(taxonomy__is_in_use=True)
    elif label == Label.SEGMENT:
        rows = Segment.objects.filter(is_active=True)
    else:
        rows = Service.objects.filter(is_active=True)
    return {row.code: str(row) for row in rows.order_by()}


def mark_in_use(label: str) -> str:
    """Return the mark of the list of values in use: a model of another list suggests nothing."""
    return trust.taxonomy_version(values_in_use(label))


def taxonomy_in_use() -> Taxonomy | None:
    """Return the list of topics in use."""
    return Taxonomy.objects.filter(is_in_use=True).first()


def examples(label: str) -> QuerySet[TrainingExample]:
    """Return what officers taught about a field, by the list in use."""
    rows = TrainingExample.objects.filter(label=label)
    if label == Label.TOPIC:
        rows = rows.filter(taxonomy__is_in_use=True)
    return rows


def judged_weeks(model: TextModel) -> list[tuple[datetime, trust.Week]]:
    """Return, week by week since it is in its state, how many suggestions officers judged and left."""
    rows = (
        Suggestion.objects.filter(
            label=model.label,
            model_name=model.label,
            model_version=model.version,
            decided_at__gte=model.state_at,
        )
        .exclude(chosen="")
        .annotate(week=TruncWeek("decided_at", tzinfo=BANGKOK))
        .values("week")
        .annotate(judged=Count("pk"), right=Count("pk", filter=Q(chosen=F("value"))))
        .order_by("week")
    )
    return [(row["week"], trust.Week(row["judged"], row["right"])) for row in rows]


def models_of(staff: Staff) -> QuerySet[TextModel]:
    """Return all models, for the list; they belong to the whole agency."""
    if not permissions.can_read_models(staff):
        return TextModel.objects.none()
    return TextModel.objects.select_related("taxonomy")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far one field is: its model, or what is missing for one."""

    label: str
    name: str
    model: TextModel | None
    is_of_another_list: bool
    texts: int

    @property
    def missing(self) -> int:
        """How many classified texts are missing for a first model."""
        return max(FEWEST_TEXTS - self.texts, 0)


def standings() -> list[Standing]:
    """Return how far each field is, in a fixed number of questions."""
    models = {row.label: row for row in TextModel.objects.filter(state=TextModel.State.IN_USE)}
    is_current = ~Q(label=Label.TOPIC) | Q(taxonomy__is_in_use=True)
    counted = TrainingExample.objects.filter(is_current).values_list("label")
    counts = dict(counted.annotate(count=Count("pk")).order_by())
    return [
        Standing(
            label=str(value),
            name=str(words),
            model=models.get(value),
            is_of_another_list=value in models and models[value].mark != mark_in_use(value),
            texts=counts.get(value, 0),
        )
        for value, words in Label.choices
    ]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the confusion matrix, and how well its value is known."""

    name: str
    cells: Sequence[tuple[int, bool]]  # how many, and whether these were right
    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class ModelPage:
    """All that a model's card shows."""

    model: TextModel
    names: Sequence[str]
    lines: Sequence[Line]
    accuracy: str
    fills: bool
    fill_share: str
    fill_precision: str
    folds_words: str
    comparison: Mapping[str, Any]
    compared_new: str
    compared_old: str
    weeks: Sequence[tuple[datetime, int, int, str]]  # monday, judged, right, share
    left_out: Sequence[str]
    is_of_another_list: bool
    may_use: bool
    may_switch_off: bool
    history: Sequence[tuple[str, AuditEntry]]
    threshold: str = ""
    least_precision: str = ""


def percent(share: Any) -> str:
    """Return a share as people read it."""
    return "–" if share is None else f"{100 * float(share):.1f} %"


def model_page(model: TextModel, *, staff: Staff) -> ModelPage:
    """Return what the card of a model shows."""
    card, words = model.card, values_in_use(model.label)
    labels = card.get("labels", [])
    is_other = model.mark != trust.taxonomy_version(words)
    paired = card.get("comparison", {})
    may_switch = permissions.can_switch_models(staff)
    is_used = model.state == TextModel.State.IN_USE
    return ModelPage(
        model=model,
        names=[words.get(value, value) for value in labels],
        lines=lines_of(card, words),
        accuracy=percent(model.accuracy),
        fills=model.fill_precision is not None and model.fill_precision >= trust.PRECISION,
        fill_share=percent(card.get("auto_fill", {}).get("share")),
        fill_precision=percent(model.fill_precision),
        folds_words=percent(card.get("folds", {}).get("accuracy")),
        comparison=paired,
        compared_new=percent(paired.get("new")),
        compared_old=percent(paired.get("old")),
        threshold=percent(trust.THRESHOLD),
        least_precision=percent(trust.PRECISION),
        weeks=[
            (week, told.judged, told.right, percent(told.right / told.judged))
            for week, told in judged_weeks(model)
        ],
        left_out=[words.get(value, value) for value in card.get("left_out", {})],
        is_of_another_list=is_other,
        may_use=may_switch and not is_used and not is_other,
        may_switch_off=may_switch and is_used,
        history=[(audit.words_of(entry.verb), entry) for entry in audit.entries_of(model)[:20]],
    )


def lines_of(card: Mapping[str, Any], words: Names) -> list[Line]:
    """Return the confusion matrix with the figures of each value."""
    told = card.get("per_label", {})
    return [
        Line(
            name=words.get(value, value),
            cells=[(count, place == at) for place, count in enumerate(row)],
            count=told[value]["n"],
            precision=told[value]["precision"],
            recall=told[value]["recall"],
            f1=told[value]["f1"],
        )
        for at, (value, row) in enumerate(
            zip(card.get("labels", []), card.get("confusion", []), strict=False)
        )
    ]


def sure_words(probability: float) -> str:
    """Say a probability in words."""
    if probability >= 0.9:
        return _("almost sure")
    if probability >= trust.THRESHOLD:
        return _("fairly sure")
    if probability >= 0.5:
        return _("rather not sure")
    return _("only a guess")
