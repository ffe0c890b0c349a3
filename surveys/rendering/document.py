"""The document of a version: its shape as it lies in `Version.document`, and how it is read.

    {"format": 1, "survey": "sat", "title": {"th", "en"}, "intro": {…}, "thanks": {…},
     "bands": [{"to", "th", "en"}],
     "sections": [{"code", "text": {"th", "en"}, "intro": {…}, "rule": rule or null,
       "questions": [{"code", "type", "text", "help", "dimension", "is_required", "rule",
         "has_not_applicable", "minimum", "maximum", "decimals", "earliest", "latest", "is_long",
         "options": [{"code", "text", "is_exclusive", "is_other"}],
         "rows": [{"code", "text", "dimension"}]}]}]}
    rule: {"match": "all" or "any", "conditions": [{"column", "operator", "value"}]}

Answers are one object, column code → value:

| type | columns | value |
|---|---|---|
| single | `code`; with an asking option also `code_other` | option code; text |
| multi | `code`; also `code_other` | list of option codes in the order offered; text |
| scale, nps | `code` | whole number, or `"na"` |
| matrix | `code_row` for each row | whole number, or `"na"` |
| ranking | `code` | list of option codes, the first is the best |
| number | `code` | number |
| date | `code` | "2026-10-01" |
| text | `code` | text |
| file | `code` | list of attachment numbers |

A column that was not asked or not answered is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

FORMAT = 1
NOT_APPLICABLE = "na"
OTHER = "_other"
NPS_POINTS = range(11)


@dataclass(frozen=True)
class Text:
    """A text in both languages; where one is missing the other stands in."""

    th: str = ""
    en: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str] | None) -> Text:
        """Return the text that a document holds."""
        data = data or {}
        return cls(th=data.get("th", ""), en=data.get("en", ""))

    def in_(self, language: str) -> str:
        """Return it in a language, else in the other."""
        return (self.en or self.th) if language == "en" else (self.th or self.en)

    def __bool__(self) -> bool:
        return bool(self.th or self.en)


@dataclass(frozen=True)
class Choice:
    """An option, or the word of a point of a scale."""

    code: str
    text: Text
    is_exclusive: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a matrix."""

    code: str
    text: Text
    dimension: str = ""


@dataclass(frozen=True)
class Test:
    """A condition of a rule."""

    column: str
    operator: str
    value: str = ""


@dataclass(frozen=True)
class Show:
    """A rule: shown if all or any of its tests hold."""

    match: str
    tests: tuple[Test, ...]

    @classmethod
    def read(cls, data: Mapping[str, Any] | None) -> Show | None:
        """Return the rule that a document holds, if there is one."""
        if not data:
            return None
        tests = tuple(
            Test(column=test["column"], operator=test["operator"], value=test.get("value", ""))
            for test in data["conditions"]
        )
        return cls(match=data["match"], tests=tests)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question of a version."""

    code: str
    type: str
    text: Text
    help: Text = Text()
    dimension: str = ""
    is_required: bool = False
    has_not_applicable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    earliest: date | None = None
    latest: date | None = None
    is_long: bool = False
    options: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    rule: Show | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Item:
        """Return the question that a document holds."""
        return cls(
            code=data["code"],
            type=data["type"],
            text=Text.read(data["text"]),
            help=Text.read(data.get("help")),
            dimension=data.get("dimension", ""),
            is_required=data.get("is_required", False),
            has_not_applicable=data.get("has_not_applicable", False),
            minimum=data.get("minimum"),
            maximum=data.get("maximum"),
            decimals=data.get("decimals", 0),
            earliest=day(data.get("earliest")),
            latest=day(data.get("latest")),
            is_long=data.get("is_long", False),
            options=tuple(
                Choice(
                    code=option["code"],
                    text=Text.read(option["text"]),
                    is_exclusive=option.get("is_exclusive", False),
                    is_other=option.get("is_other", False),
                )
                for option in data.get("options", [])
            ),
            rows=tuple(
                Row(row["code"], Text.read(row["text"]), row.get("dimension", ""))
                for row in data.get("rows", [])
            ),
            rule=Show.read(data.get("rule")),
        )

    @property
    def columns(self) -> list[str]:
        """The codes under which its answers are kept."""
        if self.type == "matrix":
            return [f"{self.code}_{row.code}" for row in self.rows]
        return [self.code, self.code + OTHER] if self.asks_for_other else [self.code]

    @property
    def asks_for_other(self) -> bool:
        """Whether an option asks for a text."""
        return any(option.is_other for option in self.options)

    @property
    def points(self) -> tuple[int, ...]:
        """The points of a scale, lowest first."""
        if self.type == "nps":
            return tuple(NPS_POINTS)
        return tuple(int(option.code) for option in self.options if option.code.isdecimal())

    def option(self, code: str) -> Choice | None:
        """Return the option of this code."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A section of a version: one page of the questionnaire."""

    code: str
    text: Text
    intro: Text
    items: tuple[Item, ...]
    rule: Show | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Page:
        """Return the section that a document holds."""
        return cls(
            code=data["code"],
            text=Text.read(data["text"]),
            intro=Text.read(data.get("intro")),
            items=tuple(Item.read(question) for question in data["questions"]),
            rule=Show.read(data.get("rule")),
        )


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the answers: what it holds and what it is called."""

    code: str
    item: Item
    row: Row | None = None
    is_other: bool = False

    @property
    def kind(self) -> str:
        """What its values are: choice, choices, points, ranking, number, date, text or files."""
        return "text" if self.is_other else KINDS[self.item.type]

    @property
    def dimension(self) -> str:
        """What it measures."""
        return (self.row.dimension if self.row else "") or self.item.dimension

    def label(self, language: str) -> str:
        """Return the words above it: the question, and the row of a matrix."""
        text = self.item.text.in_(language)
        return f"{text} – {self.row.text.in_(language)}" if self.row else text


KINDS = {
    "single": "choice",
    "multi": "choices",
    "scale": "points",
    "matrix": "points",
    "nps": "points",
    "ranking": "ranking",
    "number": "number",
    "date": "date",
    "text": "text",
    "file": "files",
}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole questionnaire."""

    survey: str
    title: Text
    intro: Text
    thanks: Text
    pages: tuple[Page, ...]
    bands: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Document:
        """Return the questionnaire that `Version.document` holds."""
        return cls(
            survey=data["survey"],
            title=Text.read(data["title"]),
            intro=Text.read(data.get("intro")),
            thanks=Text.read(data.get("thanks")),
            pages=tuple(Page.read(section) for section in data["sections"]),
            bands=tuple(data.get("bands", [])),
        )

    @property
    def items(self) -> Iterator[Item]:
        """Every question in order."""
        return (item for page in self.pages for item in page.items)

    def columns(self) -> list[Column]:
        """Return every column of the answers in the order of the questionnaire."""
        return [column for item in self.items for column in columns_of(item)]

    def page(self, code: str) -> Page | None:
        """Return the page of this code."""
        return next((page for page in self.pages if page.code == code), None)

    def without(self, kind: str) -> Document:
        """Return it without the questions of a type; a page that is left empty goes too."""
        pages = (
            replace(page, items=tuple(item for item in page.items if item.type != kind))
            for page in self.pages
        )
        return replace(self, pages=tuple(page for page in pages if page.items or page.intro))

    def optional(self) -> Document:
        """Return it with nothing required: what a sheet of paper leaves empty stays empty."""
        pages = (
            replace(page, items=tuple(replace(item, is_required=False) for item in page.items))
            for page in self.pages
        )
        return replace(self, pages=tuple(pages))

    def is_english(self) -> bool:
        """Whether it can be answered in English: every question has an English text."""
        return all(item.text.en for item in self.items)


def columns_of(item: Item) -> list[Column]:
    """Return the columns of a question."""
    if item.type == "matrix":
        return [Column(code=f"{item.code}_{row.code}", item=item, row=row) for row in item.rows]
    columns = [Column(code=item.code, item=item)]
    if item.asks_for_other:
        columns.append(Column(code=item.code + OTHER, item=item, is_other=True))
    return columns


def day(text: str | None) -> date | None:
    """Return a day of the document."""
    return date.fromisoformat(text) if text else None
