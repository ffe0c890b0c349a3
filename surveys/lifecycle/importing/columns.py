"""Which column of a table holds which answer: guessed by code or by the words of the question, chosen by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from agency.search import normalise
from surveys.rendering import Column, Document

OWN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "reference": (_("Reference"), ("reference", "external_ref", "id", "uid", "เลขที่อ้างอิง", "เลขที่")),
    "submitted_on": (
        _("Day of the answer"),
        ("submitted_on", "submitted", "date", "timestamp", "วันที่ตอบ", "วันที่", "ประทับเวลา"),
    ),
    "unit": (_("Unit"), ("unit", "หน่วยงาน")),
    "stratum": (_("stratum"), ("stratum", "design_stratum", "ชั้นภูมิ")),
    "service": (_("service"), ("service", "บริการ")),
    "weight": (_("design weight"), ("weight", "design_weight", "น้ำหนัก")),
}
LANGUAGES = ("th", "en")

Chosen = Mapping[str, str]  # field → column of the file


def guess(document: Document, header: Sequence[str]) -> dict[str, str]:
    """Return which field each column of the file is, as far as its name tells; no field twice."""
    known = names_of(document)
    chosen: dict[str, str] = {}
    for name in header:
        field = known.get(normalise(name))
        if field and field not in chosen:
            chosen[field] = name
    return chosen


def names_of(document: Document) -> dict[str, str]:
    """Return the fields by every name of theirs; a name of two fields is none's. Codes go before words."""
    worded: list[tuple[str, str]] = []
    codes = {}
    for column in document.columns():
        codes[normalise(column.code)] = column.code
        worded += [(normalise(words), column.code) for words in words_of(column)]
        for option in column.item.options if column.kind in ("choices", "ranking") else ():
            codes[normalise(f"{column.code}/{option.code}")] = f"{column.code}/{option.code}"
    counted = Counter(dict.fromkeys(worded))
    names = Counter(name for name, _field in counted)
    told = {name: field for name, field in counted if name and names[name] == 1}
    own = {normalise(name): field for field, (_label, names) in OWN.items() for name in names}
    return own | told | codes


def words_of(column: Column) -> list[str]:
    """Return the ways in which forms elsewhere head a column: the question, with its row in brackets or after a dash."""
    found = []
    for language in LANGUAGES:
        text = column.item.text.in_(language)
        if column.is_other:
            continue
        if column.row:
            row = column.row.text.in_(language)
            found += [f"{text} [{row}]", f"{text} – {row}", f"{text} - {row}", f"{text} / {row}"]
        else:
            found += [text, f"{column.code}. {text}", f"{column.code} {text}"]
    return found


def fields_of(document: Document, language: str) -> dict[str, str]:
    """Return every field that a column can be chosen for, with its words."""
    own = {field: str(label) for field, (label, _names) in OWN.items()}
    return own | {
        column.code: f"{column.code} · {column.label(language)}" for column in document.columns()
    }
