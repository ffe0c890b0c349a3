"""Summaries of six and twelve months, and of quarters, from the monthly reports: as page, PDF, DOCX and XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agency.models import Unit
from agency.thai import format_date, format_month
from agency.typesetting import set_pages
from pmqa.indicators.periods import months_of_part
from pmqa.indicators.registry import HANDLING, SATISFACTION, Indicator
from pmqa.reports import spans
from pmqa.reports.block import Figure
from pmqa.reports.cells import Cell, Chapter, Table, filled, number, text
from pmqa.reports.docx import written as docx_of
from pmqa.reports.pdf import TEMPLATE, frame_of
from pmqa.reports.selectors import label, names_of
from pmqa.reports.spans import Span
from pmqa.reports.xlsx import chapters_xlsx

BROKEN_DOWN = ("kind", "channel", "unit")
COUNTED = ("received", "closed", "open")


@dataclass(frozen=True)
class Summary:
    """A part of a fiscal year of a unit."""

    unit: Unit
    year: int
    part: str

    @cached_property
    def months(self) -> list[date]:
        """The months of it."""
        return months_of_part(self.year, self.part)

    @cached_property
    def span(self) -> Span:
        """What the reports of the months say."""
        return spans.span_of(self.unit, self.months)

    @cached_property
    def past(self) -> Span:
        """What the reports of the year before say."""
        return spans.span_of(self.unit, spans.a_year_before(self.months))

    @property
    def title(self) -> str:
        """What it is of, in words."""
        return part_words(self.year)[self.part]

    @property
    def columns(self) -> list[tuple[str, Span]]:
        """The months, or the quarters of a whole year, each with its span."""
        if len(self.months) > 6:
            quarters = [self.months[start : start + 3] for start in range(0, len(self.months), 3)]
            return [
                (_("Q%(number)s") % {"number": place}, self.span.part(quarter))
                for place, quarter in enumerate(quarters, start=1)
            ]
        return [(format_month(month, short=True), self.span.part([month])) for month in self.months]

    def figures(self, indicators: Sequence[Indicator]) -> list[Figure]:
        """Return every figure over all cases, beside the year before."""
        found = (
            self.span.figure(indicator.id, measure.name)
            for indicator in indicators
            for measure in indicator.measures
        )
        return [spans.with_past(self.span, self.past, figure) for figure in found if figure]


def part_words(year: int) -> dict[str, str]:
    """Name the parts of a fiscal year."""
    facts = {"year": year}
    months = months_of_part(year, "year")
    return {
        "year": _("Fiscal year %(year)s (12 months)") % facts,
        "h1": _("First half of fiscal year %(year)s (6 months)") % facts,
        "h2": _("Second half of fiscal year %(year)s (6 months)") % facts,
        **{
            f"q{place}": _("Quarter %(place)s of fiscal year %(year)s") % {**facts, "place": place}
            for place in range(1, 5)
        },
        **{f"m{place:02}": format_month(month) for place, month in enumerate(months, start=1)},
    }


def chapters_of(summary: Summary) -> list[Chapter]:
    """Return the chapters of a summary in the active language."""
    if not summary.span.blocks:
        return [sources(summary)]
    return [
        Chapter(
            name="handling",
            title=_("Complaints: results of the period"),
            tables=[
                figures_table(summary, _("Results over all"), summary.figures(HANDLING)),
                *filled(counts_table(summary, dimension) for dimension in BROKEN_DOWN),
            ],
        ),
        Chapter(
            name="opinion",
            title=_("Satisfaction and engagement"),
            tables=[
                figures_table(
                    summary,
                    _("Satisfaction and engagement over all"),
                    summary.figures(SATISFACTION),
                )
            ],
        ),
        sources(summary),
    ]


def figures_table(summary: Summary, caption: str, figures: Sequence[Figure]) -> Table:
    """Set each figure by months or quarters, over all, the year before and the target."""
    columns = summary.columns
    head = [
        *(_("Indicator"), *(words for words, _span in columns)),
        *(_("Whole period"), _("Interval (95%)"), _("Year before"), _("Target")),
    ]
    rows = [
        [
            text(f"{figure.id} {figure.name}"),
            *(value_of(span.figure(figure.id, figure.measure), figure) for _words, span in columns),
            value_of(figure, figure),
            text(figure.interval_words or "–"),
            number(figure.last_year["value"] if figure.last_year else None, unit=figure.unit),
            number(figure.target, unit=figure.unit),
        ]
        for figure in figures
    ]
    return Table(caption=caption, head=head, rows=rows)


def value_of(figure: Figure | None, model: Figure) -> Cell:
    """Return a figure as a cell; a dash where no report tells it."""
    return number(figure.value if figure else None, unit=model.unit)


def counts_table(summary: Summary, dimension: str) -> Table:
    """Break the counts down by a dimension."""
    captions = {
        "kind": _("Complaints by kind"),
        "channel": _("Complaints by channel"),
        "unit": _("Complaints by unit"),
    }
    head = [_("Group"), _("Complaints received"), _("Complaints closed"), _("Open at the end")]
    names = names_of(summary.span.reports[max(summary.span.reports)])
    keys = dict.fromkeys(
        figure.key
        for block in summary.span.blocks
        for figure in block.rows("3.4-01", dimension=dimension)
    )
    rows = [
        [
            text(label(names, dimension, key)),
            *(count_of(summary, dimension, key, name) for name in COUNTED),
        ]
        for key in keys
    ]
    return Table(caption=captions[dimension], head=head, rows=rows)


def count_of(summary: Summary, dimension: str, key: str, name: str) -> Cell:
    """Return a count of a group; what stands open is taken from the last month alone."""
    span = summary.span
    if name == "open":
        span = span.part([max(span.reports)])
    figure = span.figure("3.4-01", name, dimension=dimension, key=key)
    return number(figure.value if figure else 0.0)


def sources(summary: Summary) -> Chapter:
    """Say from which versions the figures come, and which months have none."""
    head = [
        _("Month"),
        _("Version"),
        _("State"),
        _("Data cut-off"),
        _("Hash of the figures (SHA-256)"),
    ]
    rows = [
        [
            text(format_month(month)),
            text(report.version),
            text(report.get_state_display()),
            text(format_date(report.cutoff_at)),
            text(report.sha256),
        ]
        for month, report in sorted(summary.span.reports.items())
    ]
    told = [
        _(
            "Every figure comes from the monthly reports below: the published version, else the newest. Counts add up, what is open is that of the last month, shares are made from added numerators and denominators, working days from the cases of all months."
        )
    ]
    if summary.span.missing:
        months = ", ".join(format_month(month, short=True) for month in summary.span.missing)
        told.append(_("No report yet, so not in the figures: %(months)s.") % {"months": months})
    return Chapter(
        name="sources",
        title=_("Reports behind the summary"),
        sentences=told,
        tables=filled(
            [Table(caption=_("Monthly reports"), head=head, rows=rows, widths=(2, 1, 2, 2, 5))]
        ),
    )


# Files


def document_of(summary: Summary) -> dict[str, Any]:
    """Return all that the template of the report sets."""
    return frame_of(chapters_of(summary)) | {
        "title": _("Performance report, PMQA 4.0 category 3"),
        "unit": str(summary.unit),
        "month": summary.title,
        "edition": _("Summary of monthly reports"),
        "state": _("Summary"),
        "warning": _("Provisional: not every month has a report yet.")
        if summary.span.missing
        else "",
        "approval": {"head": [], "rows": []},
        "seal": "",
    }


def pdf_of(summary: Summary) -> bytes:
    """Set a summary in the active language."""
    return set_pages(TEMPLATE, document_of(summary))


def xlsx_of(summary: Summary) -> bytes:
    """Write a summary as a workbook."""
    return chapters_xlsx(chapters_of(summary), head=f"{summary.unit} – {summary.title}")


MAKERS = {
    "pdf": pdf_of,
    "docx": lambda summary: docx_of(document_of(summary)),
    "xlsx": xlsx_of,
}
