"""Suggesting classes for voices that wait (เสนอการจำแนก): by the models in use, on masked text, never deciding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from listening.lifecycle.learning import models_folder
from listening.models import Status, Suggestion, TextModel, Voice
from listening.selectors.text_models import mark_in_use
from listening.text import trust
from listening.text.model import Classifier, Unreadable, load
from listening.text.trends import is_test

AT_ONCE = 200
Guess = tuple[str, float]


def suggest_waiting(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Look at voices that nobody classified and no model saw; returns how many, 0 when nothing is left.

    Without a usable model they go on waiting, for the first model to come.
    """
    models = usable()
    if not models:
        return 0
    waiting = Voice.objects.filter(status=Status.NEW, suggested_at=None).order_by("pk")
    texts = dict(waiting.values_list("pk", "masked_body")[:limit])
    told = {pk: text for pk, text in texts.items() if not is_test(text)}
    guesses = {
        model: dict(zip(told, classifier.classify(list(told.values())), strict=True))
        for model, classifier in models.items()
    }
    write(list(texts), guesses, at=at)
    return len(texts)


def usable() -> dict[TextModel, Classifier]:
    """Return the models in use that learnt the lists in use and whose weights are there."""
    found = {}
    for model in TextModel.objects.filter(state=TextModel.State.IN_USE).order_by("label"):
        if model.mark != mark_in_use(model.label):
            continue
        try:
            found[model] = loaded(models_folder(), model.file_name, model.sha256)
        except Unreadable:
            continue  # said on the page of models
    return found


@lru_cache(maxsize=6)
def loaded(folder: Path, name: str, sha256: str) -> Classifier:
    """Read a model once in a process; another one under the same name is another key."""
    return load(folder, name)


@transaction.atomic
def write(
    keys: Sequence[int], guesses: Mapping[TextModel, Mapping[int, Guess]], *, at: datetime
) -> None:
    """Write suggestions for the voices that still wait, and that they were looked at."""
    waiting = Voice.objects.filter(pk__in=keys, status=Status.NEW, suggested_at=None)
    held = list(waiting.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    rows = [
        suggestion(pk, model, *guess[pk], at=at)
        for model, guess in guesses.items()
        for pk in held
        if pk in guess
    ]
    Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
    Voice.objects.filter(pk__in=held).update(suggested_at=at)


def suggestion(
    pk: int, model: TextModel, value: str, probability: float, *, at: datetime
) -> Suggestion:
    """Return a suggestion; sure enough, by a model measured to be right then, it fills the form."""
    precision = None if model.fill_precision is None else float(model.fill_precision)
    return Suggestion(
        voice_id=pk,
        label=model.label,
        value=value,
        probability=round(probability, 4),
        model_name=model.label,
        model_version=model.version,
        accuracy=model.accuracy,
        is_filled=trust.may_fill(probability, precision=precision),
        at=at,
    )
