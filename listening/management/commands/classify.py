"""`manage.py classify`: write the likeliest label and its probability beside every text of a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agency.refusal import Refused
from agency.sheets import WRITERS
from agency.tabular import Row, Table, open_table
from listening.lifecycle.learning import models_folder
from listening.management.labelled import checked_name
from listening.text.model import BATCH, Classifier, Unreadable, load


class Command(BaseCommand):
    """Classifies the texts of a file."""

    help = "Write label and probability for each text of a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its column, the model and where to write."""
        parser.add_argument("file", help="CSV (UTF-8) or XLSX, a row per text")
        parser.add_argument("--text", required=True, help="the column of texts")
        parser.add_argument("--name", required=True, help="the model")
        parser.add_argument("--out", required=True, help="a .csv or .xlsx to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Classify, write, print how many rows."""
        try:
            rows = written(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        told = {"rows": rows, "model": options["name"], "out": options["out"]}
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def written(options: dict[str, Any]) -> int:
    """Write the file's rows with two more columns; returns how many."""
    out = Path(options["out"])
    writer = WRITERS.get(out.suffix.lower().removeprefix("."))
    if writer is None:
        raise Refused(_("The file to write must end in .csv or .xlsx."))
    try:
        model = load(models_folder(), checked_name(options["name"]))
    except Unreadable:
        raise Refused(
            _("There is no usable model “%(name)s”. Train it with train_classifier first.")
            % {"name": options["name"]}
        ) from None
    if out.exists() and out.samefile(options["file"]):
        raise Refused(_("Write to another file than the one that is read."))
    with open_table(options["file"]) as table:
        at = table.position(options["text"])
        head = [*table.header, free("label", table), free("probability", table)]
        try:
            return writer(out, head=head, rows=classified(table, model, at=at))
        except OSError as error:
            raise Refused(
                _("The file %(name)s cannot be written: %(why)s.")
                % {"name": out, "why": error.strerror}
            ) from None


def free(name: str, table: Table) -> str:
    """Return a column name that the file does not use yet."""
    while name in table.header:
        name = f"{name}_suggested"
    return name


def classified(table: Table, model: Classifier, *, at: int) -> Iterator[list[object]]:
    """Give every row with its label; an empty text gets none."""
    batch: list[Row] = []
    for row in table.rows:
        if row.problem:
            raise Refused(
                _("Row %(number)s: %(problem)s") % {"number": row.number, "problem": row.problem}
            )
        batch.append(row)
        if len(batch) == BATCH:
            yield from labelled(batch, model, at=at)
            batch = []
    yield from labelled(batch, model, at=at)


def labelled(batch: list[Row], model: Classifier, *, at: int) -> Iterator[list[object]]:
    """Give the rows of one batch with their labels."""
    said = model.classify([row.cells[at] for row in batch])
    for row, (label, probability) in zip(batch, said, strict=True):
        more: list[object] = [label, round(probability, 4)] if row.cells[at].strip() else ["", ""]
        yield [*row.cells, *more]
