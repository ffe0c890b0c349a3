"""Cells of a table of answers: by code, by the words of a choice in either language, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agency.search import normalise
from agency.thai import arabic_digits
from surveys.rendering import NOT_APPLICABLE, Column, Item
from surveys.rendering.checking import READERS

NO_ANSWER = {"na", "n/a", "-", "–", "ไม่เกี่ยวข้อง", "not applicable"}
YES, NO = {"1", "1.0", "true", "yes", "x", "✓", "ใช่"}, {"", "0", "0.0", "false", "no", "ไม่", "ไม่ใช่"}
PARTING = (r"\s*[;|\n]\s*", r"\s*,\s*")
POINT = re.compile(r"(\d+)(?:\s*[-–=.:)(]\s*\D.*)?\Z", re.DOTALL)


class Problem(ValueError):
    """A cell that cannot be taken; the message is the sentence for the sender."""


def read_cell(column: Column, text: str) -> dict[str, Any]:
    """Return the answer in a cell, with the words of “other” beside it where they are some."""
    item = column.item
    if column.is_other:
        return {column.code: text}
    found = READ[item.type](item, text)
    return {column.code: found[item.code]} if column.row and found else found


def option_of(item: Item, text: str) -> str | None:
    """Return the option that a text names: by its code, else by its words in either language."""
    if item.option(text):
        return text
    wanted = normalise(text)
    names = (
        (option.code, {option.code, option.text.th, option.text.en}) for option in item.options
    )
    return next(
        (code for code, words in names if wanted in {normalise(word) for word in words if word}),
        None,
    )


def read_single(item: Item, text: str) -> dict[str, Any]:
    """Return the chosen option; words that name none are those of “other”, where it is offered."""
    code = option_of(item, text)
    other = next((option.code for option in item.options if option.is_other), None)
    if code:
        return {item.code: code}
    if other and not text.isdecimal():
        return {item.code: other, f"{item.code}_other": text}
    raise unknown(item, text)


def read_multi(item: Item, text: str) -> dict[str, Any]:
    """Return the chosen options in the order in which they are offered."""
    chosen = set(named_options(item, text))
    return {item.code: [option.code for option in item.options if option.code in chosen]}


def read_ranking(item: Item, text: str) -> dict[str, Any]:
    """Return the options as they stand, the best first."""
    order = named_options(item, text.replace(">", ";"))
    if len(order) != len(set(order)):
        raise Problem(_("A choice stands twice. Give each its own place."))
    return {item.code: order}


def named_options(item: Item, text: str) -> list[str]:
    """Return the options that a list names: parted by semicolons, lines or commas."""
    whole = option_of(item, text)
    if whole:
        return [whole]
    for parting in PARTING:
        parts = [part for part in re.split(parting, text) if part]
        codes = [option_of(item, part) for part in parts]
        if all(codes):
            return [code for code in codes if code]
    parts = re.split("|".join(PARTING), text)
    raise unknown(item, next((part for part in parts if not option_of(item, part)), text))


def read_point(item: Item, text: str) -> dict[str, Any]:
    """Return the point of a scale: a number, its word, or both as in “4 – much”."""
    if normalise(text) in NO_ANSWER:
        return {item.code: NOT_APPLICABLE} if item.has_not_applicable else {}
    plain = arabic_digits(text).strip()
    plain = plain.removesuffix(".0")
    found = POINT.match(plain)
    code = found[1] if found and int(found[1]) in item.points else option_of(item, plain)
    if code is None or not code.isdecimal():
        low, high = item.points[0], item.points[-1]
        raise Problem(
            _("“%(text)s” is no point of this scale. Write %(low)s–%(high)s.")
            % {"text": text[:60], "low": low, "high": high}
        )
    return {item.code: int(code)}


def read_free(item: Item, text: str) -> dict[str, Any]:
    """Return a number or a text."""
    value, sentence = READERS[item.type](item, [text])
    if sentence:
        raise Problem(sentence)
    return {item.code: value}


def read_date(item: Item, text: str) -> dict[str, Any]:
    """Return a day: as in 2026-10-01, or as people write it in Thailand."""
    try:
        return {item.code: date.fromisoformat(text[:10]).isoformat()}
    except ValueError:
        return read_free(item, text)


def unknown(item: Item, text: str) -> Problem:
    """Return the problem of a choice that is not offered, with those that are."""
    offered = ", ".join(option.code for option in item.options[:12])
    return Problem(
        _("“%(text)s” is not one of the choices. Write one of: %(offered)s.")
        % {"text": text[:60], "offered": offered}
    )


def is_yes(text: str) -> bool:
    """Read a cell of a column that stands for one option of several."""
    word = normalise(text)
    if word in YES or word in NO:
        return word in YES
    raise Problem(_("“%(text)s” is neither yes nor no. Write 1 or 0.") % {"text": text[:60]})


READ: dict[str, Callable[[Item, str], dict[str, Any]]] = {
    "single": read_single,
    "multi": read_multi,
    "ranking": read_ranking,
    "scale": read_point,
    "nps": read_point,
    "matrix": read_point,
    "number": read_free,
    "text": read_free,
    "date": read_date,
}
