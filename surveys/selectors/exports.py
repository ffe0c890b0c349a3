"""Single answers as tables: every version's columns, none shifted, and all that computes the figures anew.

An anonymous survey gives the month instead of the instant, nobody who keyed in, and rows in an order
of chance that stays the same for a snapshot. “NA” is an answer “does not apply”; an empty cell is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from math import isnan
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from agency.models import Service, Staff, Unit
from agency.thai import BANGKOK
from surveys.estimation import Coded
from surveys.rendering.union import parts
from surveys.selectors.frame import MODES, Frame
from surveys.selectors.sampling import Sampling, pks_of

ROWS_AT_ONCE = 5_000
EPOCH = date(1970, 1, 1)
NOT_APPLICABLE = "NA"

Reader = Callable[[Any], list[Any]]  # places of rows → cells


class Export:
    """The rows of one wave, in blocks of columns."""

    def __init__(self, sampling: Sampling) -> None:
        self.sampling = sampling
        self.frame = sampling.frame
        self.is_anonymous = sampling.wave.survey.is_anonymous
        self.readers: dict[str, Reader] = {
            **self.own_readers(),
            **{
                name: reader
                for column in self.frame.columns.values()
                for name, reader in readers_of(self.frame, column).items()
            },
        }

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return list(self.readers)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows."""
        order = np.arange(len(self.frame))
        if self.is_anonymous:
            np.random.default_rng(int(self.frame.snapshot.sha256[:12], 16)).shuffle(order)
        for start in range(0, len(order), ROWS_AT_ONCE):
            places = order[start : start + ROWS_AT_ONCE]
            columns = [reader(places) for reader in self.readers.values()]
            yield from (list(row) for row in zip(*columns, strict=True))

    def own_readers(self) -> dict[str, Reader]:
        """Return the columns besides the answers."""
        frame, columns = self.frame, self.sampling.columns
        found: dict[str, Reader] = {
            "version": lambda at: frame.array("version")[at].tolist(),
            "mode": named(frame, "mode", dict(enumerate(MODES))),
            "submitted": self.month if self.is_anonymous else self.instant,
            "unit": named(frame, "unit", codes_of(frame, "unit", Unit)),
            "service": named(frame, "service", codes_of(frame, "service", Service)),
            "design_weight": numbers(columns.weights),
            "design_stratum": labels(columns.strata),
            "design_cluster": labels(columns.clusters),
            "design_population": numbers(columns.population),
        }
        if not self.is_anonymous:
            staff = Staff.objects.filter(pk__in=pks_of(frame, "keyed"))
            found["keyed_by"] = named(frame, "keyed", dict(staff.values_list("pk", "username")))
        return found

    def month(self, at: Any) -> list[str]:
        """Return the months in which anonymous answers were sent."""
        days = self.frame.array("day")[at].tolist()
        return [f"{EPOCH + timedelta(days=day):%Y-%m}" for day in days]

    def instant(self, at: Any) -> list[str]:
        """Return when answers were sent, Bangkok time; where only the day is known, the day."""
        days = self.frame.array("day")[at].tolist()
        instants = self.frame.array("at")[at].tolist()
        return [
            f"{datetime.fromtimestamp(instant, UTC).astimezone(BANGKOK):%Y-%m-%d %H:%M:%S}"
            if not isnan(instant)
            else f"{EPOCH + timedelta(days=day)}"
            for instant, day in zip(instants, days, strict=True)
        ]


def codes_of(frame: Frame, name: str, model: type[Unit | Service]) -> dict[int, str]:
    """Return the codes of units or services that occur."""
    found = model.objects.filter(pk__in=pks_of(frame, name))
    return dict(found.values_list("pk", "code"))


def named(frame: Frame, name: str, names: dict[int, str]) -> Reader:
    """Return a reader of ids as names."""
    return lambda at: [names.get(each, "") for each in frame.array(name)[at].tolist()]


def numbers(column: Any) -> Reader:
    """Return a reader of numbers of the design; empty where the wave has none."""
    return lambda at: [""] * len(at) if column is None else column[at].tolist()


def labels(column: Coded | None) -> Reader:
    """Return a reader of labels of the design."""
    if column is None:
        return lambda at: [""] * len(at)
    return lambda at: [column.labels[code] for code in column.codes[at].tolist()]


def readers_of(frame: Frame, column: dict[str, Any]) -> dict[str, Reader]:
    """Return the readers of a question's columns; several options are a column each, 1 or 0."""
    code, kind = column["code"], column["kind"]
    values = {at: value["code"] for at, value in enumerate(column["values"])}
    readers = {
        "choice": named(frame, code, values),
        "points": cells(frame, code, {-1: "", -2: NOT_APPLICABLE}),
        "text": texts(frame, code),
        "date": lambda at: [as_day(day) for day in frame.array(code)[at].tolist()],
        "number": lambda at: [filled(each) for each in frame.array(code)[at].tolist()],
        "files": cells(frame, code, {}),
    }
    if kind in readers:
        return {code: readers[kind]}
    missing = 0 if kind == "ranking" else -1
    return {name: cells(frame, name, {missing: ""}) for name in parts(column)}


def filled(number: float) -> float | str:
    """Return a number, or nothing for one that is missing."""
    return "" if isnan(number) else number


def cells(frame: Frame, name: str, words: dict[int, str]) -> Reader:
    """Return a reader of whole numbers, with words for some."""
    return lambda at: [words.get(each, each) for each in frame.array(name)[at].tolist()]


def as_day(number: int) -> str:
    """Write a day as 2026-10-01."""
    return f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}" if number else ""


def texts(frame: Frame, code: str) -> Reader:
    """Return a reader of texts."""
    found: dict[int, str] = {}

    def reader(at: Any) -> list[str]:
        if not found and len(frame):
            places, written = frame.texts(code)
            found.update(zip(places.tolist(), written, strict=True))
            found.setdefault(-1, "")
        return [found.get(place, "") for place in at.tolist()]

    return reader


# Codebook


def codebook_head() -> list[str]:
    """Return the names of the codebook's columns."""
    return [
        _("Column"),
        _("Thai label"),
        _("English label"),
        _("Type"),
        _("Value"),
        _("Thai name of the value"),
        _("English name of the value"),
        _("Versions"),
        _("Earlier words"),
    ]


def codebook(frame: Frame) -> Iterator[list[Any]]:
    """Yield a line for each column and, where answers are chosen, each value."""
    for column in frame.columns.values():
        versions = ", ".join(str(number) for number in column["versions"])
        earlier = "; ".join(f"v{old['version']}: {old['label']['th']}" for old in column["earlier"])
        label, kind = column["label"], column["type"]
        if column["kind"] not in {"choices", "ranking"}:
            yield [
                *(column["code"], label["th"], label["en"], kind),
                *("", "", "", versions, earlier),
            ]
        for value in column["values"]:
            is_split = column["kind"] in {"choices", "ranking"}
            name = f"{column['code']}/{value['code']}" if is_split else column["code"]
            yield [
                *(name, label["th"], label["en"], kind, value["code"]),
                *(value["text"]["th"], value["text"]["en"], versions, earlier),
            ]
