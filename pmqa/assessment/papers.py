"""An assessment on paper: the chapters of the PDF and the DOCX, and the ZIP with the evidence."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from agency.charts import Bar, BarChart
from agency.models import Attachment
from agency.thai import format_date
from agency.typesetting import set_pages
from pmqa.assessment.models import Exhibit, Level
from pmqa.assessment.scoring import FULL
from pmqa.assessment.selectors import ItemPart, LevelPart, Sheet, followups_of, gaps
from pmqa.reports.cells import Cell, Chapter, Table, filled, text
from pmqa.reports.docx import written
from pmqa.reports.pdf import TEMPLATE, frame_of

Told = Callable[[], None]


def nothing() -> None:
    """Tell nobody how far it is."""


# The document


def document_of(sheet: Sheet, *, has_committee: bool, today: date) -> dict[str, Any]:
    """Return all that the template of the reports sets."""
    assessment = sheet.assessment
    state = str(assessment.get_state_display())
    chapters = chapters_of(sheet, has_committee=has_committee, today=today)
    return frame_of(chapters) | {
        "title": _("Self-assessment, PMQA 4.0 category 3"),
        "unit": assessment.unit.name,
        "month": _("Fiscal year %(year)s") % {"year": assessment.fiscal_year},
        "edition": f"{assessment.criteria} · {state}",
        "state": state,
        "warning": "",
        "approval": signatures(sheet),
        "seal": _("Printed on %(day)s") % {"day": format_date(today, long=True)},
    }


def signatures(sheet: Sheet) -> dict[str, Any]:
    """Return who assessed, judged and closed, and when."""
    one = sheet.assessment
    lines = [
        (_("Submitted by"), one.submitted_by, one.submitted_at),
        (_("Judged by"), one.judged_by, one.judged_at),
        (_("Closed by"), one.closed_by, one.closed_at),
    ]
    rows = [
        [what, str(by or ""), by.position if by else "", format_date(at, long=True) if at else ""]
        for what, by, at in lines
    ]
    return {"head": ["", _("Name"), _("Position"), _("Date")], "rows": rows}


def chapters_of(sheet: Sheet, *, has_committee: bool, today: date) -> list[Chapter]:
    """Return the chapters: result, each item, gaps and plan."""
    return [
        result(sheet, has_committee=has_committee),
        *(item_chapter(part, has_committee=has_committee) for part in sheet.items),
        plan(sheet, today=today),
    ]


def points(value: float | None) -> Cell:
    """Return a cell of points."""
    return Cell(text="–" if value is None else f"{value:g}", value=value, is_number=True)


def level_words(level: int) -> str:
    """Return a level reached in words."""
    return str(Level(level).label) if level else _("not yet Basic")


def result(sheet: Sheet, *, has_committee: bool) -> Chapter:
    """The scores side by side."""
    head = [_("Item of the criteria"), _("Self score"), _("Level reached")]
    head += [_("Committee score"), _("Level by the committee")] if has_committee else []
    rows = [score_row(part, has_committee=has_committee) for part in sheet.items]
    return Chapter(
        name="result",
        title=_("Result of the assessment"),
        sentences=result_sentences(sheet, has_committee=has_committee),
        charts=[score_chart(sheet, has_committee=has_committee)],
        tables=filled(
            [
                Table(
                    caption=_("Items and scores"),
                    head=head,
                    rows=rows,
                    widths=[4, 2, 3, 2, 3][: len(head)],
                )
            ]
        ),
    )


def score_row(part: ItemPart, *, has_committee: bool) -> list[Cell]:
    """Return an item's line."""
    row = [text(part.item), points(part.unit.points), text(level_words(part.unit.level))]
    if has_committee:
        row += [points(part.committee.points), text(level_words(part.committee.level))]
    return row


def result_sentences(sheet: Sheet, *, has_committee: bool) -> list[str]:
    """Say the category's scores."""
    if sheet.unit is None:
        return []
    said = [_("Self-assessment: %(points)s of 500 points.") % {"points": f"{sheet.unit:g}"}]
    if has_committee:
        sentence = _("Committee: %(points)s of 500 points.")
        said.append(sentence % {"points": f"{sheet.committee:g}"})
    return said


def score_chart(sheet: Sheet, *, has_committee: bool) -> BarChart:
    """Draw the points of each item."""
    bars = []
    for part in sheet.items:
        bars.append(Bar(label=f"{part.item.code} {_('Self-assessment')}", value=part.unit.points))
        if has_committee:
            bars.append(
                Bar(label=f"{part.item.code} {_('Committee')}", value=part.committee.points)
            )
    return BarChart(title=_("Points of each item, of 500"), bars=bars, top=FULL)


def item_chapter(part: ItemPart, *, has_committee: bool) -> Chapter:
    """An item: explanations, boxes, evidence."""
    return Chapter(
        name=f"item-{part.item.code}",
        title=str(part.item),
        sentences=[line for level in part.levels for line in said(level, has_committee)],
        tables=filled([box_table(part, has_committee=has_committee), evidence_table(part)]),
    )


def said(level: LevelPart, has_committee: bool) -> Iterator[str]:
    """Yield what was explained and remarked at a level."""
    if level.explanation:
        first, *more = level.explanation.splitlines()
        yield f"{level.level.label}: {first}"
        yield from (line for line in more if line.strip())
    if has_committee and level.answer and level.answer.remark:
        words = {"level": level.level.label, "remark": level.answer.remark}
        yield _("Committee’s remark on %(level)s: %(remark)s") % words


def box_table(part: ItemPart, *, has_committee: bool) -> Table:
    """The boxes with the ticks of both sides, in words: paper has no colour."""
    head = [_("Level"), _("What has to be shown"), _("Self-assessment")]
    head += [_("Committee")] if has_committee else []
    rows = [
        [
            text(level.level.label),
            text(line.box),
            text(_("shown") if line.unit else "–"),
            *([text(_("shown") if line.committee else "–")] if has_committee else []),
        ]
        for level in part.levels
        for line in level.boxes
    ]
    return Table(
        caption=_("What has to be shown"), head=head, rows=rows, widths=[3, 6, 2, 2][: len(head)]
    )


def evidence_table(part: ItemPart) -> Table:
    """The evidence: files with their pages, and what the portal counted and when."""
    rows = [
        [
            text(level.level.label),
            text(exhibit),
            text(exhibit.get_kind_display()),
            text(format_date(exhibit.added_at)),
        ]
        for level in part.levels
        for exhibit in level.exhibits
    ]
    head = [_("Level"), _("Evidence"), _("Kind of evidence"), _("Date")]
    return Table(caption=_("Evidence"), head=head, rows=rows, widths=[3, 5, 3, 2])


def plan(sheet: Sheet, *, today: date) -> Chapter:
    """What is missing, what is done about it, and what the follow-ups told."""
    rows = [
        [
            text(f"{gap.item.code} {gap.level.label}"),
            text(gap.box),
            text(gap.step.action if gap.step else _("not planned yet")),
            text(gap.step.owner if gap.step else "–"),
            text(format_date(gap.step.due_on) if gap.step else "–"),
        ]
        for gap in gaps(sheet, today=today)
    ]
    head = [_("Level"), _("What has to be shown"), _("What will be done")]
    head += [_("Responsible"), _("To be done by")]
    return Chapter(
        name="plan",
        title=_("Gaps and plan"),
        sentences=[
            _("After %(months)s months: %(told)s") % {"months": each.months, "told": each.told}
            for each in followups_of(sheet.assessment)
            if each.told_at
        ],
        tables=filled(
            [
                Table(
                    caption=_("What is missing to the next level"),
                    head=head,
                    rows=rows,
                    widths=[3, 4, 4, 3, 2],
                )
            ]
        ),
    )


# Files


def pdf_of(sheet: Sheet, *, has_committee: bool, today: date) -> bytes:
    """Set an assessment in the active language."""
    return set_pages(TEMPLATE, document_of(sheet, has_committee=has_committee, today=today))


def docx_of(sheet: Sheet, *, has_committee: bool, today: date) -> bytes:
    """Write an assessment in the active language."""
    return written(document_of(sheet, has_committee=has_committee, today=today))


MAKERS = {"pdf": pdf_of, "docx": docx_of}


def name_of(sheet: Sheet, suffix: str) -> str:
    """Return the name under which a file is handed out."""
    one = sheet.assessment
    return f"pmqa3-self-assessment-{one.unit.code}-{one.fiscal_year}.{suffix}"


def steps_of(sheet: Sheet) -> int:
    """Return how many steps writing the ZIP has."""
    return len(MAKERS) + 1 + len(list(filed(sheet)))


def filed(sheet: Sheet) -> Iterator[tuple[str, Attachment]]:
    """Yield the evidence that is a file, with its place in the ZIP."""
    for part in sheet.items:
        for level in part.levels:
            for number, exhibit in enumerate(level.exhibits, start=1):
                attached = exhibit.attached
                if attached and attached.file:
                    folder = f"{part.item.code}/{level.level.name.lower()}"
                    yield f"evidence/{folder}/{number:02}-{attached.name}", attached


def write_zip(
    target: IO[bytes], sheet: Sheet, *, has_committee: bool, today: date, tell: Told = nothing
) -> int:
    """Write the documents, the list of evidence and each file; returns how many files of evidence there are."""
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, make in MAKERS.items():
            archive.writestr(
                name_of(sheet, suffix), make(sheet, has_committee=has_committee, today=today)
            )
            tell()
        archive.writestr("evidence.csv", list_of(sheet))
        tell()
        for name, attached in filed(sheet):
            with attached.file.open("rb") as source, archive.open(name, "w") as copy:
                for chunk in iter(lambda: source.read(1 << 20), b""):
                    copy.write(chunk)
            count += 1
            tell()
    return count


def list_of(sheet: Sheet) -> bytes:
    """Write the list of evidence as CSV that Excel reads in Thai."""
    buffer = io.StringIO()
    table = csv.writer(buffer)
    head = [_("Item"), _("Level"), _("Kind of evidence"), _("Evidence"), _("Count")]
    table.writerow([*head, _("Pages"), _("Address of the page"), _("Added at")])
    for part in sheet.items:
        for level in part.levels:
            table.writerows(line(part, level, exhibit) for exhibit in level.exhibits)
    return ("\ufeff" + buffer.getvalue()).encode()


def line(part: ItemPart, level: LevelPart, exhibit: Exhibit) -> list[Any]:
    """Return a piece of evidence as a line; nothing that was typed in becomes a formula."""
    words = str(exhibit)
    return [
        part.item.code,
        level.level.label,
        exhibit.get_kind_display(),
        f"'{words}" if words.startswith(("=", "+", "-", "@")) else words,
        exhibit.count if exhibit.count is not None else "",
        exhibit.page_count or "",
        exhibit.url,
        exhibit.added_at.isoformat(),
    ]
