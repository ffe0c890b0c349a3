"""Questions as a template shows them: words in one language with earlier answers put in, controls, problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agency.thai import format_date
from surveys.rendering.checking import Problem, Sent, place_name
from surveys.rendering.document import NOT_APPLICABLE, OTHER, Document, Item, Page, Text
from surveys.rendering.showing import Answers, shown_items

PIPE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, kw_only=True)
class Control:
    """A box to tick, a place to choose, or the one control of a question."""

    id: str
    name: str
    value: str
    label: str = ""
    is_chosen: bool = False
    is_exclusive: bool = False
    is_other: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a matrix with its points; its cells are named row + column for screen readers."""

    column: str
    label: str
    controls: Sequence[Control]
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question as it is shown. `id` is where the summary of problems leads."""

    item: Item
    number: int
    text: str
    help: str
    controls: Sequence[Control] = ()
    lines: Sequence[Line] = ()
    other: Control | None = None
    files: Sequence[Any] = ()
    problem: str = ""
    other_problem: str = ""

    @property
    def id(self) -> str:
        """The id of the group, for links."""
        return f"q-{self.item.code}"

    @property
    def type(self) -> str:
        """How it is answered; templates are chosen by it."""
        return self.item.type

    @property
    def has_problem(self) -> bool:
        """Whether anything in it is to be mended."""
        return bool(self.problem or self.other_problem or any(line.problem for line in self.lines))

    @property
    def places(self) -> range:
        """The places of a ranking."""
        return range(1, len(self.controls) + 1)


@dataclass(frozen=True)
class Mend:
    """A line of the summary of problems, leading to its first control."""

    anchor: str
    label: str
    sentence: str


def fields_of(
    document: Document,
    page: Page,
    answers: Answers,
    *,
    language: str,
    sent: Sent | None = None,
    problems: Iterable[Problem] = (),
) -> list[Field]:
    """Return the questions of a page that are shown; what was just sent stands as it was typed."""
    sentences = {problem.column: problem.sentence for problem in problems}
    first = number_before(document, page, answers) + 1
    drawn = []
    for number, item in enumerate(shown_items(page, answers), first):
        drawing = Drawing(
            document, item, answers=answers, language=language, sent=sent, sentences=sentences
        )
        drawn.append(drawing.field(number))
    return drawn


def mends_of(fields: Iterable[Field]) -> list[Mend]:
    """Return the summary of problems, in the order of the page."""
    mends = []
    for drawn in fields:
        if drawn.problem:
            mends.append(Mend(first_control(drawn), drawn.text, drawn.problem))
        mends += [
            Mend(line.controls[0].id, f"{drawn.text} – {line.label}", line.problem)
            for line in drawn.lines
            if line.problem
        ]
        if drawn.other_problem and drawn.other:
            mends.append(Mend(drawn.other.id, drawn.text, drawn.other_problem))
    return mends


def first_control(drawn: Field) -> str:
    """Return the id of the control that is reached first."""
    return drawn.controls[0].id if drawn.controls else drawn.id


def number_before(document: Document, page: Page, answers: Answers) -> int:
    """Return how many questions are shown on the pages before."""
    count = 0
    for earlier in document.pages:
        if earlier.code == page.code:
            return count
        count += len(shown_items(earlier, answers))
    return count


class Drawing:
    """One question while it is drawn."""

    def __init__(
        self,
        document: Document,
        item: Item,
        *,
        answers: Answers,
        language: str,
        sent: Sent | None,
        sentences: Mapping[str, str],
    ) -> None:
        self.document = document
        self.item = item
        self.answers = answers
        self.language = language
        self.sentences = sentences
        is_sent = sent is not None and item.code in sent.getlist("shown")
        self.sent = sent if is_sent else None

    def field(self, number: int) -> Field:
        """Return it for the template."""
        item = self.item
        is_matrix = item.type == "matrix"
        return Field(
            item=item,
            number=number,
            text=self.words(item.text),
            help=self.words(item.help),
            controls=() if is_matrix else self.controls(),
            lines=self.lines() if is_matrix else (),
            other=self.other(),
            files=self.answers.get(item.code) or () if item.type == "file" else (),
            problem="" if is_matrix else self.sentences.get(item.code, ""),
            other_problem=self.sentences.get(item.code + OTHER, ""),
        )

    def words(self, text: Text) -> str:
        """Return a text with earlier answers put in."""
        return piped(text.in_(self.language), self.document, self.answers, language=self.language)

    def chosen(self, column: str) -> list[str]:
        """Return what stands in a column: as just typed, else as kept."""
        if self.sent is not None:
            return [str(text) for text in self.sent.getlist(column)]
        value = self.answers.get(column)
        if value is None:
            return []
        return [str(part) for part in value] if isinstance(value, list) else [str(value)]

    def controls(self) -> Sequence[Control]:
        """Return the controls of a question that is no matrix."""
        if self.item.type == "ranking":
            return self.rank_controls()
        if self.item.type in {"scale", "nps"}:
            return self.point_controls(self.item.code)
        if self.item.options:
            return self.option_controls()
        value = next(iter(self.chosen(self.item.code)), "")
        if self.item.type == "date" and self.sent is None and value:
            value = format_date(date.fromisoformat(value))
        return [Control(id=f"f-{self.item.code}", name=self.item.code, value=value)]

    def option_controls(self) -> Sequence[Control]:
        """Return the boxes of a choice."""
        chosen = self.chosen(self.item.code)
        return [
            Control(
                id=f"f-{self.item.code}-{option.code}",
                name=self.item.code,
                value=option.code,
                label=self.words(option.text),
                is_chosen=option.code in chosen,
                is_exclusive=option.is_exclusive,
                is_other=option.is_other,
            )
            for option in self.item.options
        ]

    def point_controls(self, column: str) -> Sequence[Control]:
        """Return the points of a scale, and “not applicable” where it is offered."""
        chosen = self.chosen(column)
        points = [(str(point), self.point_label(point)) for point in self.item.points]
        if self.item.has_not_applicable:
            points.append((NOT_APPLICABLE, _("Not applicable")))
        return [
            Control(
                id=f"f-{column}-{value}",
                name=column,
                value=value,
                label=label,
                is_chosen=value in chosen,
            )
            for value, label in points
        ]

    def point_label(self, point: int) -> str:
        """Return the word of a point, if it has one."""
        option = self.item.option(str(point))
        return self.words(option.text) if option else ""

    def rank_controls(self) -> Sequence[Control]:
        """Return a choice of place for each option."""
        order = self.chosen(self.item.code) if self.sent is None else []
        controls = []
        for option in self.item.options:
            name = place_name(self.item, option.code)
            place = str(order.index(option.code) + 1) if option.code in order else ""
            if self.sent is not None:
                place = next(iter(self.chosen(name)), "")
            label = self.words(option.text)
            controls.append(
                Control(id=f"f-{self.item.code}-{option.code}", name=name, value=place, label=label)
            )
        return controls

    def lines(self) -> Sequence[Line]:
        """Return the rows of a matrix."""
        lines = []
        for row in self.item.rows:
            column = f"{self.item.code}_{row.code}"
            lines.append(
                Line(
                    column=column,
                    label=self.words(row.text),
                    controls=self.point_controls(column),
                    problem=self.sentences.get(column, ""),
                )
            )
        return lines

    def other(self) -> Control | None:
        """Return the text beside the asking option."""
        if not self.item.asks_for_other:
            return None
        name = self.item.code + OTHER
        value = next(iter(self.chosen(name)), "")
        option = next(option for option in self.item.options if option.is_other)
        return Control(id=f"f-{name}", name=name, value=value, label=self.words(option.text))


# Piping


def piped(text: str, document: Document, answers: Answers, *, language: str) -> str:
    """Put earlier answers into a text: `{visits}` becomes what was answered, “…” where nothing was."""
    if "{" not in text:
        return text
    columns = {column.code: column for column in document.columns()}

    def put(match: re.Match[str]) -> str:
        column = columns.get(match[1])
        if column is None:
            return match[0]
        return in_words(column.item, answers.get(column.code), language=language) or "…"

    return PIPE.sub(put, text)


def pipes_in(*texts: str) -> set[str]:
    """Return the codes that texts put in."""
    return {code for text in texts for code in PIPE.findall(text)}


def in_words(item: Item, value: Any, *, language: str) -> str:
    """Return an answer as a person would say it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(in_words(item, part, language=language) for part in value)
    if value == NOT_APPLICABLE:
        return _("Not applicable")
    if item.type == "date":
        return format_date(date.fromisoformat(value))
    option = item.option(str(value))
    return (option.text.in_(language) if option else "") or str(value)
