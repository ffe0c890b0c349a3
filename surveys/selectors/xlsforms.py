"""A document written as XLSForm, for other systems and for a file that comes back (`lifecycle/xlsforms.py`)."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from surveys.rendering import Document, Item, Show, Text

TYPES = {
    "text": "text",
    "date": "date",
    "file": "file",
    "single": "select_one",
    "multi": "select_multiple",
}
TYPES |= {"ranking": "rank", "scale": "select_one", "nps": "select_one"}
SURVEY = ["type", "name", "label::Thai (th)", "label::English (en)", "hint::Thai (th)"]
SURVEY += ["hint::English (en)", "required", "relevant", "constraint", "appearance"]
SURVEY += ["portal_type", "portal_dimension", "portal_na"]
CHOICES = [
    "list_name",
    "name",
    "label::Thai (th)",
    "label::English (en)",
    "portal_other",
    "portal_exclusive",
]
SIGNS = {"is": "=", "is_not": "!=", "at_least": ">=", "at_most": "<="}
MEASURES = {
    "text": "string-length(.)",
    "multi": "count-selected(.)",
    "ranking": "count-selected(.)",
}


def xlsform(document: Document) -> bytes:
    """Return the workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    write(book, "survey", SURVEY, survey_rows(document))
    write(book, "choices", CHOICES, [row for item in document.items for row in choice_rows(item)])
    settings = ["form_title", "form_id", "default_language"]
    title = document.title.th or document.title.en
    write(book, "settings", settings, [[title, document.survey, "Thai (th)"]])
    book.close()
    return target.getvalue()


def write(book: Any, name: str, heads: list[str], rows: list[list[Any]]) -> None:
    """Write a sheet."""
    sheet = book.add_worksheet(name)
    for number, row in enumerate([heads, *rows]):
        for column, value in enumerate(row):
            sheet.write_string(number, column, str(value or ""))


def survey_rows(document: Document) -> list[list[Any]]:
    """Return the sheet survey: a group for each section."""
    kinds = {column.code: column.item.type for column in document.columns()}
    rows: list[list[Any]] = []
    for page in document.pages:
        rows.append(
            ["begin_group", page.code, *both(page.text), "", "", "", relevant(page.rule, kinds)]
        )
        if page.intro:
            rows.append(["note", f"{page.code}_intro", *both(page.intro)])
        for item in page.items:
            rows += matrix_rows(item, kinds) if item.type == "matrix" else [item_row(item, kinds)]
        rows.append(["end_group"])
    return rows


def both(text: Text) -> list[str]:
    """Return a text in both languages, with `{q1}` written as `${q1}`."""
    return [words.replace("{", "${") for words in (text.th, text.en)]


def item_row(item: Item, kinds: dict[str, str]) -> list[Any]:
    """Return the row of a question that is no matrix."""
    kind = (
        "integer"
        if item.type == "number" and not item.decimals
        else TYPES.get(item.type, "decimal")
    )
    if item.options:
        kind = f"{kind} {item.code}"
    elif item.type == "nps":
        kind = f"select_one {item.code}"
    return [
        *(kind, item.code, *both(item.text), *both(item.help), "yes" if item.is_required else ""),
        *(relevant(item.rule, kinds), constraint(item), "multiline" if item.is_long else ""),
        *(item.type if item.type in {"scale", "nps"} else "", item.dimension),
        "yes" if item.has_not_applicable else "",
    ]


def matrix_rows(item: Item, kinds: dict[str, str]) -> list[list[Any]]:
    """Return a matrix as a group drawn as a table."""
    required = "yes" if item.is_required else ""
    head = [
        "begin_group",
        item.code,
        *both(item.text),
        *both(item.help),
        "",
        relevant(item.rule, kinds),
        "",
    ]
    tail = ["table-list", "", item.dimension, "yes" if item.has_not_applicable else ""]
    rows = [
        [
            f"select_one {item.code}",
            f"{item.code}_{row.code}",
            *both(row.text),
            "",
            "",
            required,
            "",
            "",
            "",
            "",
            row.dimension,
        ]
        for row in item.rows
    ]
    return [head + tail, *rows, ["end_group"]]


def choice_rows(item: Item) -> list[list[Any]]:
    """Return the options of a question; of a recommendation only the points that have words."""
    words = {option.code: both(option.text) for option in item.options}
    if item.type == "nps":
        points = [str(point) for point in item.points]
        return [[item.code, point, *words.get(point, [point, point])] for point in points]
    return [
        [
            *(item.code, option.code, *words[option.code]),
            *("yes" if option.is_other else "", "yes" if option.is_exclusive else ""),
        ]
        for option in item.options
    ]


def relevant(rule: Show | None, kinds: dict[str, str]) -> str:
    """Return a rule as XLSForm writes it."""
    if rule is None:
        return ""
    terms = []
    for test in rule.tests:
        if test.operator in {"answered", "not_answered"}:
            terms.append(f"${{{test.column}}} {'!=' if test.operator == 'answered' else '='} ''")
        elif kinds.get(test.column) == "multi":
            term = f"selected(${{{test.column}}}, '{test.value}')"
            terms.append(f"not({term})" if test.operator == "is_not" else term)
        else:
            terms.append(f"${{{test.column}}} {SIGNS[test.operator]} '{test.value}'")
    return (" or " if rule.match == "any" else " and ").join(terms)


def constraint(item: Item) -> str:
    """Return the bounds as XLSForm writes them."""
    measure = MEASURES.get(item.type, ".")
    terms = [
        f"{measure} {sign} {bound:g}"
        for sign, bound in ((">=", item.minimum), ("<=", item.maximum))
        if bound is not None
    ]
    days = ((">=", item.earliest), ("<=", item.latest))
    terms += [f". {sign} date('{day.isoformat()}')" for sign, day in days if day]
    return " and ".join(terms)
