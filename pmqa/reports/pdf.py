"""The report as a PDF, set by Typst: A4, numbered, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency.charts import as_data
from agency.models import Staff
from agency.thai import format_date, format_month
from agency.typesetting import set_pages
from pmqa.reports.cells import Chapter, Chart, Table
from pmqa.reports.chapters import chapters_of
from pmqa.reports.models import Report
from pmqa.reports.selectors import label, names_of

TEMPLATE = Path(__file__).with_name("report.typ")
WIDE = 3  # the first column of a table with many figures, against 1 for the others


def pdf_of(report: Report) -> bytes:
    """Set a report in the active language."""
    return set_pages(TEMPLATE, document_of(report))


def document_of(report: Report) -> dict[str, Any]:
    """Return all that the template sets."""
    names = names_of(report)
    return frame_of(chapters_of(report)) | {
        "title": _("Performance report, PMQA 4.0 category 3"),
        "unit": label(names, "unit", report.figures["unit"]),
        "month": _("for %(month)s") % {"month": format_month(report.month_on)},
        "edition": _("Version %(version)s, %(state)s")
        % {"version": report.version, "state": report.get_state_display()},
        "state": str(report.get_state_display()),
        "warning": ""
        if report.figures["is_whole_month"]
        else _("Provisional: the month was not over at the data cut-off."),
        "approval": approval_of(report),
        "seal": f"SHA-256 {report.sha256}",
    }


def frame_of(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """Return what every document has: language, chapters, the words of the frame."""
    return {
        "lang": "en" if get_language() == "en" else "th",
        "contents": _("Contents"),
        "points": _("Points to decide"),
        "page": _("Page {page} of {pages}"),
        "chapters": [chapter_data(chapter) for chapter in chapters],
    }


def approval_of(report: Report) -> dict[str, Any]:
    """Return the approval block: who prepared, reviewed, approved and published, and when."""
    lines = [
        (_("Prepared by"), report.built_by, report.built_at),
        (_("Checked by"), report.reviewed_by, report.reviewed_at),
        (_("Approved by"), report.approved_by, report.approved_at),
        (_("Published by"), report.published_by, report.published_at),
    ]
    rows = [
        [
            what,
            signer(by) if at else "",
            by.position if by else "",
            format_date(at, long=True) if at else "",
        ]
        for what, by, at in lines
    ]
    return {"head": ["", _("Name"), _("Position"), _("Date")], "rows": rows}


def signer(by: Staff | None) -> str:
    """Return who signed; the schedule signs as the portal."""
    return str(by) if by else _("The portal")


def chapter_data(chapter: Chapter) -> dict[str, Any]:
    """Return a chapter as plain data."""
    return {
        "title": chapter.title,
        "sentences": list(chapter.sentences),
        "points": list(chapter.points),
        "charts": [chart_data(chart) for chart in chapter.charts if has_marks(chart)],
        "tables": [table_data(table) for table in chapter.tables],
    }


def has_marks(chart: Chart) -> bool:
    """Whether there is anything to draw."""
    data = as_data(chart)
    return any(bar["value"] is not None for bar in data.get("bars", [])) or any(
        point["value"] is not None for line in data.get("lines", []) for point in line["points"]
    )


def chart_data(chart: Chart) -> dict[str, Any]:
    """Return a chart as plain data with its text alternative."""
    data = as_data(chart)
    note = ". ".join(words for words in (chart.target_words, chart.source) if words)
    return {**data, "alt": alternative(data), "note": note}


def alternative(data: dict[str, Any]) -> str:
    """Tell a chart in words, for those who do not see it."""
    if data["kind"] == "bars":
        marks = [f"{bar['label']} {bar['words']}" for bar in data["bars"]]
    else:
        marks = [
            f"{line['label']}: " + ", ".join(f"{p['label']} {p['words']}" for p in line["points"])
            for line in data["lines"]
        ]
    return f"{data['title']}. " + "; ".join(marks)


def table_data(table: Table) -> dict[str, Any]:
    """Return a table as plain data."""
    return {
        "caption": table.caption,
        "head": list(table.head),
        "rows": [[cell.text for cell in row] for row in table.rows],
        "codes": [[cell.code for cell in row] for row in table.rows],
        "numeric": table.numeric,
        "widths": list(table.widths) or widths_of(table),
    }


def widths_of(table: Table) -> list[int]:
    """Return the widths of columns: what names a line needs room beside figures."""
    has_figures = any(table.numeric)
    return [WIDE if has_figures and not place else 1 for place in range(len(table.head))]
