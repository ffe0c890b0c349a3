"""What keeps a questionnaire from being published, and what is only worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.rendering.document import Choice, Column, Document, Item, Page, Row, Show, Text
from surveys.rendering.drawing import pipes_in

CHOOSING = ("single", "multi", "ranking")


@dataclass(frozen=True)
class Finding:
    """A sentence about a place: a question's code, a section's, or nothing for the whole."""

    code: str
    sentence: str
    is_grave: bool = True


def proof(document: Document, *, earlier: Sequence[Document] = ()) -> list[Finding]:
    """Return what is wrong, gravest first: grave findings forbid publishing."""
    findings = [
        *emptiness(document),
        *column_clashes(document),
        *type_changes(document, earlier),
        *backward_references(document),
        *untranslated(document),
        *dropped_columns(document, earlier),
    ]
    return sorted(findings, key=lambda finding: not finding.is_grave)


def emptiness(document: Document) -> Iterator[Finding]:
    """Find what is not written yet."""
    if not document.columns():
        yield Finding("", _("There is no question yet. Add one."))
    for page in document.pages:
        if not page.items and not page.intro:
            yield Finding(
                page.code, _("The section has no question. Add one or delete the section."), False
            )
        for item in page.items:
            yield from empty_item(item)


def empty_item(item: Item) -> Iterator[Finding]:
    """Find what a question lacks."""
    if not item.text:
        yield Finding(item.code, _("The question has no text. Write one."))
    if item.type in CHOOSING and len(item.options) < 2:
        yield Finding(item.code, _("The question needs at least two choices. Add them."))
    if item.type in {"scale", "matrix"} and len(item.points) < 2:
        yield Finding(item.code, _("The scale needs at least two points. Add them."))
    if item.type == "matrix" and not item.rows:
        yield Finding(item.code, _("The matrix has no row. Add one."))
    if any(not option.text for option in item.options if item.type in CHOOSING):
        yield Finding(item.code, _("A choice has no text. Write one or take the choice away."))
    if any(not row.text for row in item.rows):
        yield Finding(item.code, _("A row of the matrix has no text. Write one or take it away."))


def column_clashes(document: Document) -> Iterator[Finding]:
    """Find two columns of one name, as of the question a_b and the row b of the matrix a."""
    counts = Counter(column.code for column in document.columns())
    for column in document.columns():
        if counts[column.code] > 1:
            yield Finding(
                column.item.code,
                _("The column %(column)s is there twice. Change a code.") % {"column": column.code},
            )


def type_changes(document: Document, earlier: Sequence[Document]) -> Iterator[Finding]:
    """Find codes that an earlier version used for another kind of answer."""
    before = columns_over(earlier)
    for column in document.columns():
        old = before.get(column.code)
        if old is not None and old.kind != column.kind:
            yield Finding(
                column.item.code,
                _(
                    "An earlier version kept another kind of answer under %(column)s. Give the question another code."
                )
                % {"column": column.code},
            )


def dropped_columns(document: Document, earlier: Sequence[Document]) -> Iterator[Finding]:
    """Tell which questions of the last version are no longer asked; their columns stay."""
    if not earlier:
        return
    now = {column.code for column in document.columns()}
    gone = [column.code for column in earlier[-1].columns() if column.code not in now]
    if gone:
        yield Finding(
            "",
            _("No longer asked: %(columns)s. Earlier answers keep their columns.")
            % {"columns": ", ".join(gone)},
            False,
        )


def columns_over(documents: Iterable[Document]) -> dict[str, Column]:
    """Return the columns of several versions, oldest first, in order of first appearance."""
    found: dict[str, Column] = {}
    for document in documents:
        for column in document.columns():
            found.setdefault(column.code, column)
    return found


def backward_references(document: Document) -> Iterator[Finding]:
    """Find rules and texts that speak of an answer that is not there yet."""
    known: set[str] = set()
    for page in document.pages:
        yield from rule_findings(page.code, page.rule, known)
        yield from pipe_findings(page.code, texts_of_page(page), known)
        for item in page.items:
            yield from rule_findings(item.code, item.rule, known)
            yield from pipe_findings(item.code, texts_of(item), known)
            known |= set(item.columns)


def rule_findings(code: str, rule: Show | None, known: set[str]) -> Iterator[Finding]:
    """Find conditions on what comes later, or is not there."""
    for test in rule.tests if rule else ():
        if test.column not in known:
            yield Finding(
                code,
                _("It is shown by the answer to %(column)s, which does not come before it.")
                % {"column": test.column},
            )


def pipe_findings(code: str, texts: Iterable[str], known: set[str]) -> Iterator[Finding]:
    """Find texts that put in an answer which is not there yet."""
    for column in sorted(pipes_in(*texts) - known):
        yield Finding(
            code,
            _("Its text puts in {%(column)s}, which is not asked before it.") % {"column": column},
        )


def texts_of(item: Item) -> list[str]:
    """Return every text of a question, in both languages."""
    return [part for text in worded(item) for part in (text.th, text.en)]


def texts_of_page(page: Page) -> list[str]:
    """Return the texts of a section's head."""
    return [page.text.th, page.text.en, page.intro.th, page.intro.en]


def worded(item: Item) -> list[Text]:
    """Return the texts of a question, its choices and rows."""
    parts: list[Choice | Row] = [*item.options, *item.rows]
    return [item.text, item.help, *(part.text for part in parts)]


def untranslated(document: Document) -> Iterator[Finding]:
    """Tell which questions lack a text in one language, if the other is there."""
    for item in document.items:
        missing = {
            language
            for text in worded(item)
            for language, here, there in (("th", text.th, text.en), ("en", text.en, text.th))
            if there and not here
        }
        if "th" in missing:
            yield Finding(item.code, _("A Thai text is missing."), False)
        if "en" in missing:
            yield Finding(item.code, _("An English text is missing."), False)
