"""Results 7.2 of a unit and fiscal year as a file: PDF, DOCX, XLSX."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agency.models import Unit
from agency.typesetting import set_pages
from pmqa.reports.cells import Chapter
from pmqa.reports.docx import written
from pmqa.reports.pdf import TEMPLATE, frame_of
from pmqa.reports.xlsx import chapters_xlsx

KINDS = ("pdf", "docx", "xlsx")


def content_of(kind: str, *, chapter: Chapter, unit: Unit, year: int) -> bytes:
    """Write the chapter as a file of a kind in the active language."""
    title = _("Fiscal year %(year)s") % {"year": year}
    if kind == "xlsx":
        return chapters_xlsx([chapter], head=f"{unit} – {title}")
    document = document_of(chapter, unit=unit, title=title)
    return written(document) if kind == "docx" else set_pages(TEMPLATE, document)


def document_of(chapter: Chapter, *, unit: Unit, title: str) -> dict[str, Any]:
    """Return all that the template of the report sets."""
    return frame_of([chapter]) | {
        "title": _("Results of PMQA 4.0, item 7.2"),
        "unit": str(unit),
        "month": title,
        "edition": _("As known now"),
        "state": _("Not a frozen report"),
        "warning": "",
        "approval": {"head": [], "rows": []},
        "seal": "",
    }
