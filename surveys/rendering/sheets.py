"""A questionnaire on paper: questions and choices with printed numbers, and what a person types from such a sheet.

One box for each column, so that a whole sheet is keyed without leaving the number pad: the number of the
choice, the point of a scale, “-” for “does not apply”; several choices one after the other; of a ranking the
places from top to bottom. What the sheet leaves empty stays empty, also where the screen would insist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agency.thai import arabic_digits, format_date
from surveys.rendering.checking import READERS, TEXT_LENGTH, Problem, Reading, check
from surveys.rendering.document import (
    NOT_APPLICABLE,
    OTHER,
    Column,
    Document,
    Item,
    Page,
    Show,
    columns_of,
)
from surveys.rendering.drawing import in_words
from surveys.rendering.showing import Answers, relevant

NONE = "-"
ORDINALS = ("single", "multi", "ranking")
FREE = ("number", "date", "text")


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A choice as it is printed: what is typed for it, and its words."""

    key: str
    label: str
    is_other: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box to type into: a column of the answers."""

    column: str
    label: str = ""
    typed: str = ""
    problem: str = ""
    is_words: bool = False

    @property
    def id(self) -> str:
        """The id of the box, for labels and links."""
        return f"k-{self.column}"


@dataclass(frozen=True, kw_only=True)
class Block:
    """A question of the sheet. `longest` is how many letters fill a box for certain; 0 where that is open."""

    number: int
    type: str
    text: str
    help: str
    only_if: str
    choices: Sequence[Printed]
    boxes: Sequence[Box]
    longest: int = 0
    is_long: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the sheet."""

    heading: str
    intro: str
    only_if: str
    blocks: Sequence[Block]


def parts_of(
    document: Document,
    *,
    language: str,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> list[Part]:
    """Return the whole sheet with what was typed and what does not fit."""
    drawing = Sheet(document, language=language, typed=typed or {}, problems=problems)
    return [drawing.part(page) for page in document.pages]


class Sheet:
    """A sheet while it is drawn."""

    def __init__(
        self,
        document: Document,
        *,
        language: str,
        typed: Mapping[str, str],
        problems: Sequence[Problem],
    ) -> None:
        self.language = language
        self.typed = typed
        self.sentences = {problem.column: problem.sentence for problem in problems}
        self.numbers = {item.code: number for number, item in enumerate(document.items, 1)}
        self.items = {column: item for item in document.items for column in item.columns}

    def part(self, page: Page) -> Part:
        """Return a section."""
        return Part(
            heading=page.text.in_(self.language),
            intro=page.intro.in_(self.language),
            only_if=self.only_if(page.rule),
            blocks=[self.block(item) for item in page.items],
        )

    def block(self, item: Item) -> Block:
        """Return a question."""
        keys = keys_of(item)
        is_one_key = item.type not in FREE and item.type not in ("multi", "ranking")
        return Block(
            number=self.numbers[item.code],
            type=item.type,
            text=item.text.in_(self.language),
            help=item.help.in_(self.language),
            only_if=self.only_if(item.rule),
            choices=[
                Printed(
                    key=key,
                    label=label_of(item, code, language=self.language),
                    is_other=bool((option := item.option(code)) and option.is_other),
                )
                for key, code in keys.items()
            ],
            boxes=[self.box(column) for column in columns_of(item)],
            longest=max((len(key) for key in keys), default=0) if is_one_key else 0,
            is_long=item.is_long,
        )

    def box(self, column: Column) -> Box:
        """Return a box."""
        label = ""
        if column.row:
            label = column.row.text.in_(self.language)
        elif column.is_other:
            label = _("in words")
        return Box(
            column=column.code,
            label=label,
            typed=self.typed.get(column.code, ""),
            problem=self.sentences.get(column.code, ""),
            is_words=column.is_other or column.item.type == "text",
        )

    def only_if(self, rule: Show | None) -> str:
        """Say in words when a question or section is to be answered; nothing where always."""
        if rule is None or not rule.tests:
            return ""
        join = _(" or ") if rule.match == "any" else _(" and ")
        said = [
            WORDS[test.operator]()
            % {
                "number": self.numbers.get(self.items[test.column].code, "?"),
                "value": self.value_words(self.items[test.column], test.value),
            }
            for test in rule.tests
            if test.column in self.items
        ]
        return _("Only if %(conditions)s") % {"conditions": join.join(said)} if said else ""

    def value_words(self, item: Item, value: str) -> str:
        """Return the value of a condition as the sheet prints it."""
        words = in_words(item, value, language=self.language)
        key = next((key for key, code in keys_of(item).items() if code == value), "")
        return f"{key} ({words})" if key and key != words else words


WORDS = {
    "is": lambda: _("question %(number)s is %(value)s"),
    "is_not": lambda: _("question %(number)s is not %(value)s"),
    "at_least": lambda: _("question %(number)s is %(value)s or more"),
    "at_most": lambda: _("question %(number)s is %(value)s or less"),
    "answered": lambda: _("question %(number)s was answered"),
    "not_answered": lambda: _("question %(number)s was not answered"),
}


def label_of(item: Item, code: str, *, language: str) -> str:
    """Return the words of a choice; of a bare point none."""
    if code == NOT_APPLICABLE:
        return _("Not applicable")
    option = item.option(code)
    return option.text.in_(language) if option else ""


def keys_of(item: Item) -> dict[str, str]:
    """Return what is typed for each choice: its number on the sheet, or the point itself."""
    if item.type in ORDINALS:
        return {str(number): option.code for number, option in enumerate(item.options, 1)}
    keys = {str(point): str(point) for point in item.points}
    if item.has_not_applicable and item.points:
        keys[NONE] = NOT_APPLICABLE
    return keys


# Typed


def read_sheet(document: Document, typed: Mapping[str, str]) -> Reading:
    """Turn a keyed sheet into answers. What is out of range is a problem; what is empty is not."""
    answers: dict[str, Any] = {}
    problems: list[Problem] = []
    for item in document.items:
        for code in item.columns:
            text = arabic_digits(typed.get(code, "").strip())
            if not text:
                continue
            value, sentence = read_box(item, code, text, answers)
            if sentence:
                problems.append(Problem(code, sentence))
            else:
                answers[code] = value
    kept = relevant(document, answers)
    return Reading(kept, problems or check(document.optional(), kept))


def read_box(item: Item, column: str, text: str, answers: Answers) -> tuple[Any, str]:
    """Return what stands in a box, or what is wrong with it."""
    if column == item.code + OTHER and item.asks_for_other:
        return read_other(item, text, answers)
    if item.type in FREE:
        return READERS[item.type](item, [text[:TEXT_LENGTH]])
    if item.type == "ranking":
        return read_places(item, text)
    return read_keys(item, text) if item.type == "multi" else read_key(item, text)


def read_key(item: Item, text: str) -> tuple[Any, str]:
    """Return the one choice that a number means."""
    code = keys_of(item).get(text)
    if code is None:
        return None, wrong_key(item)
    return (code if item.type == "single" or code == NOT_APPLICABLE else int(code)), ""


def read_other(item: Item, text: str, answers: Answers) -> tuple[Any, str]:
    """Return the words beside “other”; without that choice they belong to nothing."""
    chosen = answers.get(item.code)
    codes = chosen if isinstance(chosen, list) else [chosen]
    asking = [key for key, code in keys_of(item).items() if (o := item.option(code)) and o.is_other]
    if any(keys_of(item)[key] in codes for key in asking):
        return text[:TEXT_LENGTH], ""
    return None, _("These words belong to choice %(key)s. Type it too, or empty this box.") % {
        "key": ", ".join(asking)
    }


def split_keys(item: Item, text: str) -> list[str]:
    """Return the numbers in a box: parted by anything, or without parting while they have one digit."""
    found = re.findall(r"\d+|-", text)
    is_short = len(item.options) <= 9
    return [key for part in found for key in (part if is_short else [part])]


def read_keys(item: Item, text: str) -> tuple[Any, str]:
    """Return the chosen options in the order in which they are offered."""
    keys, chosen = keys_of(item), split_keys(item, text)
    if not chosen or any(key not in keys for key in chosen):
        return None, wrong_key(item)
    codes = {keys[key] for key in chosen}
    return [option.code for option in item.options if option.code in codes], ""


def read_places(item: Item, text: str) -> tuple[Any, str]:
    """Return the order that the places beside the options mean, from top to bottom."""
    places = split_keys(item, text)
    told = {
        int(place): option.code
        for option, place in zip(item.options, places, strict=False)
        if place not in (NONE, "0")
    }
    given = [place for place in places if place not in (NONE, "0")]
    if len(places) > len(item.options) or len(told) < len(given) or not told:
        return None, _(
            "Type the place beside each line from top to bottom, each place once; “-” for an empty one."
        )
    if max(told) > len(item.options):
        return None, wrong_key(item)
    return [told[place] for place in sorted(told)], ""


def wrong_key(item: Item) -> str:
    """Say what can be typed."""
    keys = list(keys_of(item))
    numbers = [key for key in keys if key != NONE]
    if not numbers:
        return _("This is not one of the choices. Choose again.")
    words = {"low": numbers[0], "high": numbers[-1]}
    if NONE in keys:
        return _("Type %(low)s–%(high)s, or “-” for “not applicable”.") % words
    return _("Type %(low)s–%(high)s as printed on the sheet.") % words


def typed_of(document: Document, answers: Answers) -> dict[str, str]:
    """Return answers as they would be typed, to look at a keyed sheet again."""
    return {
        column.code: typed_value(column.item, answers[column.code], is_other=column.is_other)
        for column in document.columns()
        if column.code in answers
    }


def typed_value(item: Item, value: Any, *, is_other: bool = False) -> str:
    """Return one answer as it would be typed."""
    if is_other or item.type in ("text", "number"):
        return str(value)
    if item.type == "date":
        return format_date(date.fromisoformat(value))
    keys = {code: key for key, code in keys_of(item).items()}
    if item.type == "ranking":
        places = [
            str(value.index(option.code) + 1) if option.code in value else NONE
            for option in item.options
        ]
        return " ".join(places)
    if isinstance(value, list):
        return " ".join(keys.get(str(code), "?") for code in value)
    return keys.get(str(value), "?")


def said(column: Column, value: Any, *, language: str) -> str:
    """Return what was keyed in words, with what was typed before it where that differs."""
    if value is None:
        return _("nothing")
    words = in_words(column.item, value, language=language)
    if column.is_other or column.item.type in FREE:
        return words
    typed = typed_value(column.item, value)
    return words if words == typed else f"{typed} · {words}"
