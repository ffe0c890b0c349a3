"""An XLSForm turned into a document: what cannot be taken is said with sheet, row, column and mend."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from agency.refusal import Refused
from surveys.rendering import Document
from surveys.rendering.proofing import Finding, proof

SIMPLE = {
    "text": "text",
    "string": "text",
    "integer": "number",
    "int": "number",
    "decimal": "number",
    "date": "date",
    "image": "file",
    "file": "file",
    "note": "note",
}
LISTED = {"select_one": "single", "select_multiple": "multi", "rank": "ranking"}
BEGIN, END = ("begin group", "begin_group"), ("end group", "end_group")
IGNORED = {"start", "end", "today", "deviceid", "calculate", "audit", "username"}
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
TERMS = (
    (re.compile(r"selected\(\s*\$\{(\w+)\}\s*,\s*'([^']*)'\s*\)"), "is"),
    (re.compile(r"\$\{(\w+)\}\s*(!=|>=|<=|=)\s*'?([^']*?)'?"), ""),
)
SIGNS = {"=": "is", "!=": "is_not", ">=": "at_least", "<=": "at_most"}
BOUND = re.compile(r"(?:\.|string-length\(\.\)|count-selected\(\.\))\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Fault:
    """What cannot be taken: where it stands and how to mend it."""

    sheet: str
    row: int
    column: str
    mend: str


@dataclass
class Form:
    """What was read: the document, what cannot be taken, and what is worth a look."""

    code: str = ""
    title: dict[str, str] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def question_count(self) -> int:
        """How many questions there are."""
        return sum(len(section["questions"]) for section in self.sections)

    def document(self) -> dict[str, Any]:
        """Return it as a document."""
        return {"survey": self.code, "title": self.title, "sections": self.sections}

    def findings(self) -> list[Finding]:
        """Return what would keep it from being published, and what is worth a look."""
        return proof(Document.read(self.document()))


@dataclass(frozen=True)
class Line:
    """A row of a sheet."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def text(self, name: str) -> dict[str, str]:
        """Return a text in both languages: `label` alone is Thai."""
        found = {"th": self[name], "en": ""}
        for column, value in self.cells.items():
            if column.startswith(f"{name}::"):
                is_english = "en" in column.lower().partition("::")[2]
                found["en" if is_english else "th"] = value
        return found


def read(file: IO[bytes] | Path, *, name: str) -> Form:
    """Return the form in an XLSX file; refuse a file that is none."""
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise Refused(
            _("“%(name)s” cannot be read as XLSX. Save it from the spreadsheet as .xlsx.")
            % {"name": name}
        ) from error
    sheets = {sheet.title.strip().lower(): list(lines_of(sheet)) for sheet in book.worksheets}
    if "survey" not in sheets:
        raise Refused(
            _(
                "There is no sheet called “survey”. An XLSForm has the sheets survey, choices, settings."
            )
        )
    reader = Reader(sheets)
    form = reader.form(name)
    if not form.faults:
        second_opinion(file, form)
    return form


def lines_of(sheet: Any) -> Iterator[Line]:
    """Yield the rows of a sheet that say something; the first names the columns."""
    heads: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if not heads:
            heads = [re.sub(r"\s*::\s*", "::", text) for text in texts]
        elif any(texts):
            yield Line(sheet.title, number, dict(zip(heads, texts, strict=False)))


def second_opinion(file: IO[bytes] | Path, form: Form) -> None:
    """Let pyxform look at the file too: what it refuses is a fault, what it warns of a warning."""
    warnings: list[str] = []
    try:
        data = file.read_bytes() if isinstance(file, Path) else (file.seek(0), file.read())[1]
        convert(data, warnings=warnings, file_type=".xlsx", validate=False)
    except PyXFormError as error:
        form.faults.append(Fault("survey", 0, "", str(error)))
    form.warnings += warnings


class Reader:
    """Reads the sheets of one form."""

    def __init__(self, sheets: Mapping[str, list[Line]]) -> None:
        self.sheets = sheets
        self.form_ = Form()
        self.lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.section: dict[str, Any] | None = None
        self.matrix: dict[str, Any] | None = None
        self.is_in_group = False

    def form(self, name: str) -> Form:
        """Return the form."""
        self.read_settings(name)
        for line in self.sheets.get("choices", []):
            self.read_choice(line)
        for line in self.sheets["survey"]:
            self.read_line(line)
        if self.form_.question_count == 0 and not self.form_.faults:
            self.fault(Line("survey", 1, {}), "type", _("There is no question yet. Add one."))
        return self.form_

    def fault(self, line: Line, column: str, mend: str) -> None:
        """Note what cannot be taken."""
        self.form_.faults.append(Fault(line.sheet, line.number, column, mend))

    def read_settings(self, name: str) -> None:
        """Read title and code."""
        lines = self.sheets.get("settings", [])
        settings = lines[0] if lines else Line("settings", 1, {})
        title = settings.text("form_title")
        stem = re.sub(r"[^a-z0-9_]+", "_", (settings["form_id"] or Path(name).stem).lower())
        self.form_.code = stem[:40] if CODE.fullmatch(stem[:40]) else f"form_{stem}"[:40]
        self.form_.title = {"th": title["th"] or title["en"] or Path(name).stem, "en": title["en"]}

    def read_choice(self, line: Line) -> None:
        """Read an option of a list."""
        name = line["list_name"] or line["list name"]
        if not name or not line["name"]:
            column = "list_name" if not name else "name"
            self.fault(line, column, _("The cell is empty. Write the name."))
            return
        option: dict[str, Any] = {"code": line["name"], "text": line.text("label")}
        if line["portal_other"]:
            option["is_other"] = True
        if line["portal_exclusive"]:
            option["is_exclusive"] = True
        self.lists[name].append(option)

    def read_line(self, line: Line) -> None:
        """Read a row of the sheet survey."""
        kind, _space, rest = line["type"].partition(" ")
        whole = line["type"].lower()
        if whole in BEGIN:
            self.begin(line)
        elif whole in END:
            self.end(line)
        elif not kind or kind in IGNORED:
            if kind:
                words = _("Row %(row)s: “%(type)s” is left out.")
                self.form_.warnings.append(words % {"row": line.number, "type": kind})
        elif self.matrix is not None:
            self.read_row(line, rest)
        else:
            self.read_question(line, kind, rest.strip())

    def begin(self, line: Line) -> None:
        """Begin a section, or a matrix where the group is drawn as a table."""
        if "table-list" in line["appearance"]:
            self.matrix = self.question(line, "matrix")
        elif self.is_in_group:
            self.fault(
                line, "type", _("A group inside a group cannot be taken. End the first one.")
            )
        else:
            self.open_section(line)
            self.is_in_group = True

    def end(self, line: Line) -> None:
        """End a matrix or a section."""
        if self.matrix is not None:
            self.matrix = None
        elif self.is_in_group:
            self.section, self.is_in_group = None, False
        else:
            self.fault(line, "type", _("A group ends here that did not begin. Delete the row."))

    def open_section(self, line: Line | None) -> dict[str, Any]:
        """Begin a section."""
        code = line["name"] if line and CODE.fullmatch(line["name"]) else ""
        self.section = {
            "code": code or f"s{len(self.form_.sections) + 1}",
            "text": line.text("label") if line else {"th": "", "en": ""},
            "intro": {},
            "rule": self.rule(line) if line else None,
            "questions": [],
        }
        self.form_.sections.append(self.section)
        return self.section

    def question(self, line: Line, type_: str) -> dict[str, Any]:
        """Add a question of a row."""
        if not CODE.fullmatch(line["name"]):
            self.fault(
                line,
                "name",
                _(
                    "Write a code of small Latin letters, digits and _, beginning with a letter, as in q1."
                ),
            )
        asked: dict[str, Any] = {
            "code": line["name"],
            "type": line["portal_type"] or type_,
            "text": piped(line.text("label")),
            "help": piped(line.text("hint")),
            "dimension": line["portal_dimension"],
            "is_required": line["required"].lower() in {"yes", "true", "true()", "1"},
            "has_not_applicable": bool(line["portal_na"]),
            "rule": self.rule(line),
            **self.bounds(line),
        }
        (self.section or self.open_section(None))["questions"].append(asked)
        return asked

    def read_question(self, line: Line, kind: str, rest: str) -> None:
        """Read a question that is no matrix."""
        type_ = SIMPLE.get(kind.lower()) or LISTED.get(kind.lower())
        if type_ is None:
            words = _("The type “%(type)s” cannot be taken. These can: %(known)s.")
            known = ", ".join(sorted({*SIMPLE, *LISTED, "begin_group"}))
            self.fault(line, "type", words % {"type": line["type"], "known": known})
        elif type_ == "note":
            section = self.section or self.open_section(None)
            section["intro"] = piped(line.text("label"))
        else:
            asked = self.question(line, type_)
            asked["decimals"] = 4 if kind == "decimal" else 0
            asked["is_long"] = "multiline" in line["appearance"]
            if kind.lower() in LISTED:
                options = self.listed(line, rest)
                is_bare = asked["type"] == "nps"  # points without a word of their own
                asked["options"] = [
                    one for one in options if not (is_bare and one["text"]["th"] == one["code"])
                ]

    def read_row(self, line: Line, rest: str) -> None:
        """Read a row of a matrix."""
        assert self.matrix is not None  # noqa: S101  the caller looked
        prefix = f"{self.matrix['code']}_"
        code = line["name"].removeprefix(prefix)
        row = {"code": code, "text": line.text("label"), "dimension": line["portal_dimension"]}
        self.matrix.setdefault("rows", []).append(row)
        self.matrix["is_required"] = self.matrix["is_required"] or line["required"].lower() == "yes"
        options = [one for one in self.listed(line, rest.strip()) if one["code"] != "na"]
        self.matrix["options"] = options

    def listed(self, line: Line, name: str) -> list[dict[str, Any]]:
        """Return the options of a list."""
        if name not in self.lists:
            words = _("The list “%(name)s” is not in the sheet choices. Add it there.")
            self.fault(line, "type", words % {"name": name})
        return [dict(option) for option in self.lists.get(name, [])]

    def rule(self, line: Line) -> dict[str, Any] | None:
        """Return the condition in the column relevant."""
        text = line["relevant"]
        if not text:
            return None
        match = "any" if re.search(r"\sor\s", text) else "all"
        conditions = [term_of(term) for term in re.split(r"\s(?:and|or)\s", text)]
        if None in conditions or (match == "any" and re.search(r"\sand\s", text)):
            self.fault(
                line,
                "relevant",
                _(
                    "This condition cannot be taken. Write it as ${q1} = 'a', joined by “and” or by “or”."
                ),
            )
            return None
        return {"match": match, "conditions": conditions}

    def bounds(self, line: Line) -> dict[str, Any]:
        """Return the bounds in the column constraint."""
        text = line["constraint"]
        found: dict[str, Any] = {}
        for sign, value in BOUND.findall(text):
            number = float(value)
            found["minimum" if sign == ">=" else "maximum"] = (
                int(number) if number == int(number) else number
            )
        for name, sign in (("earliest", ">="), ("latest", "<=")):
            day = re.search(rf"\.\s*{sign}\s*date\('(\d{{4}}-\d\d-\d\d)'\)", text)
            if day:
                found[name] = day[1]
        if text and not found:
            words = _("Row %(row)s: the constraint “%(text)s” is left out.")
            self.form_.warnings.append(words % {"row": line.number, "text": text})
        return found


def term_of(text: str) -> dict[str, str] | None:
    """Return a condition, or nothing for what is none."""
    text = text.strip().strip("()") if text.strip().startswith("(") else text.strip()
    is_negated = text.startswith("not(")
    text = text[4:-1] if is_negated else text
    chosen, compared = TERMS[0][0].fullmatch(text), TERMS[1][0].fullmatch(text)
    if chosen:
        operator = "is_not" if is_negated else "is"
        return {"column": chosen[1], "operator": operator, "value": chosen[2]}
    if compared is None or is_negated:
        return None
    operator, value = SIGNS[compared[2]], compared[3]
    if not value:
        operator = {"is": "not_answered", "is_not": "answered"}.get(operator, operator)
    return {"column": compared[1], "operator": operator, "value": value}


def piped(text: dict[str, str]) -> dict[str, str]:
    """Return a text with `${q1}` written as `{q1}`."""
    return {language: re.sub(r"\$\{(\w+)\}", r"{\1}", words) for language, words in text.items()}
