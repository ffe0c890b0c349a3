"""The grid of the unit's self-assessment in a report: as it stood at the report's cut-off, outside the sealed figures."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agency.thai import fiscal_year
from pmqa.assessment.models import Level
from pmqa.assessment.selectors import Grid, GridExhibit, GridLine, grid
from pmqa.reports.cells import Cell, Chapter, Table, text
from pmqa.reports.models import Report

NAMED = 5  # pieces of evidence in a cell


def grid_chapter(report: Report) -> Chapter:
    """Tell scores, levels and evidence of each item."""
    year = fiscal_year(report.month_on)
    found = grid(report.unit, year, report.cutoff_at)
    return Chapter(
        name="self-assessment",
        title=_("Self-assessment of category 3"),
        sentences=sentences_of(found, year=year),
        tables=[table_of(found)] if found and found.lines else [],
    )


def sentences_of(found: Grid | None, *, year: int) -> list[str]:
    """Say how far the assessment is and what it scored."""
    if found is None:
        return [_("No self-assessment of fiscal year %(year)s was begun.") % {"year": year}]
    words = {"year": year, "points": points(found.unit_points)}
    said = [_("Self-assessment of fiscal year %(year)s: %(points)s of 500 points.") % words]
    if found.committee_points is not None:
        told = {"points": points(found.committee_points)}
        said.append(_("Committee: %(points)s of 500 points.") % told)
    elif found.is_submitted:
        said.append(_("The committee had not judged it yet."))
    else:
        said.append(_("It was being written at the data cut-off."))
    return said


def points(value: float | None) -> str:
    """Write points, a dash where there are none."""
    return "–" if value is None else f"{value:g}"


def table_of(found: Grid) -> Table:
    """Set the items in a grid."""
    head = [
        _("Item of the criteria"),
        _("Self score"),
        _("Level reached"),
        _("Committee score"),
        _("Evidence"),
    ]
    return Table(
        caption=_("Items, scores and evidence"),
        head=head,
        rows=[row_of(line) for line in found.lines],
        widths=(4, 2, 3, 2, 6),
    )


def row_of(line: GridLine) -> list[Cell]:
    """Set an item."""
    level = str(Level(line.unit_level).label) if line.unit_level else _("not yet Basic")
    return [
        text(f"{line.code} {line.title}"),
        number(line.unit_points),
        text(level),
        number(line.committee_points),
        text(evidence_of(line.exhibits)),
    ]


def number(value: float | None) -> Cell:
    """Return a cell of points."""
    return Cell(text=points(value), value=value, is_number=True)


def evidence_of(exhibits: Sequence[GridExhibit]) -> str:
    """Name the evidence; how many more there are, where there are many."""
    if not exhibits:
        return _("none attached")
    named = "; ".join(dict.fromkeys(each.words for each in exhibits[:NAMED]))
    more = len(exhibits) - NAMED
    return (
        named if more <= 0 else _("%(named)s; and %(more)s more") % {"named": named, "more": more}
    )
