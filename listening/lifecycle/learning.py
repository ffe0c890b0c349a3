"""Learning from officers (เรียนรู้จากการแก้ไขของเจ้าหน้าที่): new models, the better one in use, a stale one off.

A model is measured on texts that no model of this portal ever learns from: one text in five, chosen
by its own letters, so that equal texts are on one side and every later model meets the same ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, notices
from agency.importing import take_turns
from agency.models import Role, Staff
from agency.notices import NoticeDraft
from agency.refusal import Refused
from listening.models import Label, Status, Taxonomy, TextModel, Voice
from listening.selectors.text_models import (
    FEWEST_TEXTS,
    examples,
    judged_weeks,
    mark_in_use,
    taxonomy_in_use,
    values_in_use,
)
from listening.text import model as weights
from listening.text import trust
from listening.text.card import figures
from listening.text.normalise import reduced
from listening.text.training import Untrainable, train

State = TextModel.State
FEWEST_NEW = 50  # texts since the last model below which nothing is learnt anew
MOST_TEXTS = 20_000  # the newest ones
ONE_IN = 5  # texts held back


def models_folder() -> Path:
    """Return where the weights lie."""
    return Path(settings.VAR) / "models"


@dataclass(frozen=True)
class Lesson:
    """What is learnt from and what is held back, for one field and one list of values."""

    label: str
    mark: str
    taxonomy: Taxonomy | None
    texts: Sequence[str]
    names: Sequence[str]
    held_texts: Sequence[str]
    held_names: Sequence[str]


def learn_all(*, at: datetime) -> list[TextModel]:
    """Learn every field of which officers taught enough that is new."""
    made = [learn(label, at=at) for label in Label.values]
    return [model for model in made if model]


def learn(label: str, *, at: datetime) -> TextModel | None:
    """Learn one field anew; the new model goes to work only where it is better than the present one."""
    if not has_new(label):
        return None
    lesson = lesson_of(label)
    if len(lesson.held_texts) < trust.FEWEST_JUDGED:
        return None
    try:
        learnt, folds = train(lesson.texts, lesson.names)
    except Untrainable:
        return None
    card = card_of(learnt, lesson, folds=folds)
    return settle(lesson, learnt, card, at=at)


def has_new(label: str) -> bool:
    """Tell whether officers taught enough since the last model of the list in use."""
    taught = examples(label)
    last = TextModel.objects.filter(label=label, mark=mark_in_use(label)).first()
    if last:
        return taught.filter(at__gt=last.trained_at).count() >= FEWEST_NEW
    return taught.count() >= FEWEST_TEXTS


def lesson_of(label: str) -> Lesson:
    """Return the newest texts that officers labelled with a value in use, parted."""
    values = values_in_use(label)
    rows = examples(label).order_by("-pk").values_list("text", "value")[:MOST_TEXTS]
    parts: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for text, value in rows:
        if value in values and text.strip():
            parts[is_held_back(text)].append((text, value))
    learnt, held = parts
    return Lesson(
        label,
        trust.taxonomy_version(values),
        taxonomy_in_use() if label == Label.TOPIC else None,
        [text for text, _value in learnt],
        [value for _text, value in learnt],
        [text for text, _value in held],
        [value for _text, value in held],
    )


def is_held_back(text: str) -> bool:
    """Tell whether a text is kept for measuring: by its letters, so always the same ones."""
    return zlib.crc32(reduced(text).encode()) % ONE_IN == 0


def card_of(
    learnt: weights.Classifier, lesson: Lesson, *, folds: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the figures on the texts held back; those in folds of the training texts stand beside."""
    unknown = sorted(set(lesson.held_names) - set(learnt.labels))
    labels = (*learnt.labels, *unknown)
    likely = learnt.probabilities(lesson.held_texts)
    likely = np.hstack([likely, np.zeros((len(likely), len(unknown)))])
    truth = np.array([labels.index(name) for name in lesson.held_names])
    kept = ("accuracy", "macro_f1", "calibration_error", "measured")
    return {
        **figures(likely, truth, labels=labels),
        "labels": list(labels),
        "left_out": folds["left_out"],
        "folds": {name: folds[name] for name in kept},
        "threshold": trust.THRESHOLD,
        "mark": lesson.mark,
    }


@transaction.atomic
def settle(
    lesson: Lesson, learnt: weights.Classifier, card: dict[str, Any], *, at: datetime
) -> TextModel | None:
    """Keep a new model, and let it work when it is better than the one that does."""
    take_turns(f"listening.learn:{lesson.label}")
    if not has_new(lesson.label):
        return None  # somebody else learnt it meanwhile
    former = TextModel.objects.filter(label=lesson.label)
    old = former.filter(state=State.IN_USE).first()
    pair = compared(learnt, old, lesson)
    if pair:
        card["comparison"] = pair.told() | {"version": old.version if old else ""}
    model = kept(lesson, learnt, card, version=str(former.count() + 1), at=at)
    audit.record(model, "text_model_learnt", by=None, at=at, field=lesson.label)
    last = former.exclude(pk=model.pk).order_by("-state_at", "-pk").first()
    is_stopped = last is not None and last.state == State.OFF  # an administrator wants none
    if not is_stopped and (pair is None or pair.is_better):
        put_to_work(model, by=None, at=at)
    return model


def compared(
    learnt: weights.Classifier, old: TextModel | None, lesson: Lesson
) -> trust.Pair | None:
    """Compare with the model at work, text by text; none where it learnt another list or is lost."""
    if old is None or old.mark != lesson.mark:
        return None
    try:
        former = weights.load(models_folder(), old.file_name)
    except weights.Unreadable:
        return None
    texts, truth = lesson.held_texts, lesson.held_names
    new, before = (
        [said == name for (said, _sure), name in zip(each.classify(texts), truth, strict=True)]
        for each in (learnt, former)
    )
    return trust.pair_of(new, before)


def kept(
    lesson: Lesson,
    learnt: weights.Classifier,
    card: dict[str, Any],
    *,
    version: str,
    at: datetime,
) -> TextModel:
    """Write the row and the weights."""
    fill = card["auto_fill"]["precision"]
    model = TextModel(
        label=lesson.label,
        version=version,
        taxonomy=lesson.taxonomy,
        mark=lesson.mark,
        text_count=len(lesson.texts),
        held_back_count=len(lesson.held_texts),
        accuracy=card["accuracy"],
        macro_f1=card["macro_f1"],
        fill_precision=fill,
        trained_at=at,
        state_at=at,
    )
    written = weights.save(learnt, models_folder(), name=model.file_name, card=card)
    model.card = card | {"bytes": written["bytes"]}
    model.sha256 = written["sha256"]
    model.save()
    return model


def put_to_work(model: TextModel, *, by: Staff | None, at: datetime) -> None:
    """Let a model suggest from now on; voices that wait are looked at anew."""
    at_work = TextModel.objects.filter(label=model.label, state=State.IN_USE).exclude(pk=model.pk)
    at_work.update(state=State.RESERVE, state_at=at, state_by=by)
    move(model, State.IN_USE, verb="text_model_used", by=by, at=at)
    Voice.objects.filter(status=Status.NEW).exclude(suggested_at=None).update(suggested_at=None)


def move(model: TextModel, state: str, *, verb: str, by: Staff | None, at: datetime) -> None:
    """Write what became of a model."""
    model.state, model.state_at, model.state_by = state, at, by
    model.save(update_fields=["state", "state_at", "state_by"])
    audit.record(model, verb, by=by, at=at, field=model.label)


def hold(model: TextModel) -> TextModel:
    """Lock the models of a field and return this one as it stands now."""
    take_turns(f"listening.learn:{model.label}")
    return TextModel.objects.select_for_update(no_key=True).get(pk=model.pk)


@transaction.atomic
def use(model: TextModel, *, by: Staff, at: datetime) -> TextModel:
    """Take a model into use again (นำกลับมาใช้)."""
    model = hold(model)
    if model.state == State.IN_USE:
        raise Refused(_("This model is in use already."))
    if model.mark != mark_in_use(model.label):
        raise Refused(
            _("This model learnt another list of values. It cannot suggest for this one.")
        )
    try:
        weights.load(models_folder(), model.file_name)
    except weights.Unreadable:
        raise Refused(_("The weights of this model are missing. It cannot be used.")) from None
    put_to_work(model, by=by, at=at)
    return model


@transaction.atomic
def switch_off(model: TextModel, *, by: Staff, at: datetime) -> TextModel:
    """Let a model suggest no longer (ปิดใช้งาน); no new one takes its place until one is chosen."""
    model = hold(model)
    if model.state != State.IN_USE:
        raise Refused(_("This model is not in use."))
    move(model, State.OFF, verb="text_model_switched_off", by=by, at=at)
    return model


def switch_off_stale(*, at: datetime) -> int:
    """Switch off models whose suggestions officers corrected far more often than the card promised."""
    rows = list(TextModel.objects.filter(state=State.IN_USE))
    return sum(stale_off(row, at=at) for row in rows)


@transaction.atomic
def stale_off(model: TextModel, *, at: datetime) -> bool:
    """Switch one model off when it is stale, and tell the administrators."""
    model = hold(model)
    weeks = [told for _week, told in judged_weeks(model)]
    if model.state != State.IN_USE or not trust.is_stale(weeks, accuracy=float(model.accuracy)):
        return False
    move(model, State.STALE, verb="text_model_stale", by=None, at=at)
    admins = Staff.objects.active().with_role(Role.ADMIN).select_related("unit", "deputy")
    notices.enqueue_many(
        [
            NoticeDraft(
                subject=model,
                kind="listening.model_stale",
                to=admin,
                key=f"listening.model_stale:{model.pk}:{at.isoformat()}",
                url=model.get_absolute_url(),
                data={"field": model.label, "version": model.version},
            )
            for admin in admins
        ],
        at=at,
    )
    return True
