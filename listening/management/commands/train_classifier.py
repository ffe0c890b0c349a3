"""`manage.py train_classifier`: learn labels from a file of texts; prints the model card as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from agency.refusal import Refused
from listening.lifecycle.learning import models_folder
from listening.management.labelled import checked_name, read_columns
from listening.text import model as models
from listening.text.card import figures
from listening.text.training import FOLDS, Untrainable, train


class Command(BaseCommand):
    """Trains a classifier."""

    help = "Train a Thai text classifier and print its card."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its columns and the name of the model."""
        parser.add_argument("file", help="CSV (UTF-8) or XLSX, a row per text")
        parser.add_argument("--text", required=True, help="the column of texts")
        parser.add_argument("--label", required=True, help="the column of labels")
        parser.add_argument("--name", required=True, help="what the model is called")
        parser.add_argument("--group", help="column of what must stay in one fold (a ticket)")
        parser.add_argument("--test", help="a second file with the same columns, only for scoring")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, score, keep, print."""
        try:
            self.stdout.write(json.dumps(trained(options), ensure_ascii=False, indent=2))
        except Refused as refusal:
            raise CommandError(str(refusal)) from None


def trained(options: dict[str, Any]) -> dict[str, Any]:
    """Train on the rows that have text and label, and keep the model under its name."""
    name = checked_name(options["name"])
    texts, labels, groups = rows_of(options["file"], options)
    test = rows_of(options["test"], options)[:2] if options["test"] else None
    try:
        model, card = train(texts, labels, groups=groups)
    except Untrainable:
        raise Refused(
            _("At least two labels need %(count)s different texts each.") % {"count": FOLDS}
        ) from None
    if test:
        card["test"] = scored(model, *test)
    card = {"name": name, "trained_at": timezone.now().isoformat(timespec="seconds"), **card}
    return models.save(model, models_folder(), name=name, card=card)


def rows_of(path: str, options: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Return texts, labels and groups of the rows that have both text and label."""
    text, label, group = options["text"], options["label"], options["group"]
    columns = read_columns(path, [text, label, *([group] if group else [])])
    kept = [at for at, one in enumerate(columns[text]) if one and columns[label][at]]
    if not kept:
        raise Refused(_("No row has both a text and a label."))
    return (
        [columns[text][at] for at in kept],
        [columns[label][at] for at in kept],
        [columns[group][at] for at in kept] if group else [],
    )


def scored(model: models.Classifier, texts: list[str], names: list[str]) -> dict[str, Any]:
    """Return the figures on texts that training never saw."""
    unknown = sorted(set(names) - set(model.labels))
    if unknown:
        raise Refused(
            _("The test file has a label the model does not know: “%(label)s”.")
            % {"label": unknown[0]}
        )
    truth = np.array([model.labels.index(name) for name in names])
    return figures(model.probabilities(texts), truth, labels=model.labels)
