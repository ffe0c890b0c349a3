"""Results 7.2 as a chapter: the table of three years, where each value comes from, the rule of the score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agency.thai import format_date
from pmqa.indicators.registry import Better
from pmqa.reports.cells import Cell, Chapter, Table, filled, text
from pmqa.reports.models import Report, ResultEntry
from pmqa.reports.results.attainment import band_of
from pmqa.reports.results.lines import BY_CODE, Line

Data = Mapping[str, Any]


def results_chapter(report: Report) -> Chapter:
    """Return the chapter of a report as frozen with it."""
    return chapter_of(report.figures.get("item72"))


def chapter_of(data: Data | None) -> Chapter:
    """Return the chapter of results as told; a report built before they were part of it says so."""
    title = _("Results 7.2 over three fiscal years")
    if data is None:
        told = _("This version was built before results 7.2 were part of the report.")
        return Chapter(name="results72", title=title, sentences=[told])
    return Chapter(
        name="results72",
        title=title,
        sentences=[
            _(
                "A fiscal year is told from the monthly reports; where they do not tell all its months, what was entered by hand with its source stands instead. The running year is told up to the month of the report."
            ),
            _(
                "Per cent of success: actual ÷ target × 100 where higher is better, 200 − actual ÷ target × 100 where lower is better; none without a target or where it is 0. The score follows the rule of the fiscal year below."
            ),
        ],
        tables=filled([years_table(data), origins_table(data), rule_table(data)]),
    )


def years_table(data: Data) -> Table:
    """Set three fiscal years beside target, per cent and score."""
    years = [one["year"] for one in data["lines"][0]["years"]]
    head = [
        _("Result"), _("Unit of measure"), _("Better"),
        *(_("FY %(year)s") % {"year": year} for year in years),
        _("Target FY %(year)s") % {"year": data["fiscal_year"]}, _("Success (%)"), _("Score"),
    ]  # fmt: skip
    rows = [line_row(line, BY_CODE[line["code"]]) for line in data["lines"]]
    return Table(
        caption=_("Results, target, success and score"),
        head=head,
        rows=rows,
        widths=(5, 2, 2, 2, 2, 2, 2, 2, 2),
    )


def line_row(told: Data, line: Line) -> list[Cell]:
    """Return a line of the table."""
    name = _("%(name)s (mandatory)") % {"name": line.name} if line.is_mandatory else str(line.name)
    return [
        text(name),
        text(unit_of(line)),
        text(_("higher") if line.better == Better.HIGHER else _("lower")),
        *(value_cell(one["value"], line) for one in told["years"]),
        value_cell(told["target"]["value"], line),
        decimal_cell(told["percent"]),
        decimal_cell(told["score"]),
    ]


def unit_of(line: Line) -> str:
    """Return a line's unit in words."""
    return _("projects") if line.unit == "count" else _("per cent")


def value_cell(value: float | None, line: Line) -> Cell:
    """Return a result: a whole number of projects, or a per cent with two decimals."""
    if line.unit == "count" and value is not None and float(value).is_integer():
        return Cell(text=f"{value:,.0f}", value=value, is_number=True)
    return decimal_cell(value)


def decimal_cell(value: float | None) -> Cell:
    """Return a number with two decimals, a dash where there is none."""
    return Cell(text="–" if value is None else f"{value:,.2f}", value=value, is_number=True)


def origins_table(data: Data) -> Table:
    """Say of each value where it comes from; of an entry who made it and when."""
    makers = makers_of(data)
    head = [_("Result"), _("Fiscal year"), _("Value"), _("Where it comes from")]
    rows = [row for line in data["lines"] for row in origin_rows(line, makers=makers)]
    return Table(caption=_("Where the values come from"), head=head, rows=rows, widths=(4, 2, 2, 6))


def makers_of(data: Data) -> dict[int, str]:
    """Return who made the entries that a table names."""
    entries = [one["entry"] for line in data["lines"] for one in (*line["years"], line["target"])]
    found = ResultEntry.objects.filter(pk__in=[entry["id"] for entry in entries if entry])
    return {entry.pk: str(entry.entered_by) for entry in found.select_related("entered_by")}


def origin_rows(told: Data, *, makers: Mapping[int, str]) -> Iterator[list[Cell]]:
    """Yield a row for each fiscal year that has a value, and for the target."""
    line = BY_CODE[told["code"]]
    for one in told["years"]:
        if one["value"] is None:
            continue
        cell = value_cell(one["value"], line)
        yield [text(line.name), text(one["year"]), cell, text(origin_words(one, line, makers))]
    target, year = told["target"], told["years"][-1]["year"]
    if target["value"] is not None:
        where = entry_words(target["entry"], makers) or _("Target of the indicator")
        name = _("%(name)s: target") % {"name": line.name}
        yield [text(name), text(year), value_cell(target["value"], line), text(where)]


def origin_words(one: Data, line: Line, makers: Mapping[int, str]) -> str:
    """Say where a year's value comes from."""
    entered = entry_words(one["entry"], makers)
    facts = {"months": one["months"], "of": one["of"], "formula": line.formula}
    if not entered:
        return _("Measured by the portal, %(months)s of %(of)s months. %(formula)s") % facts
    if one["measured"] is None:
        return entered
    value = f"{one['measured']:,.2f}"
    told = _("The portal measured %(value)s in %(months)s of %(of)s months.")
    return " ".join([entered, told % {**facts, "value": value}])


def entry_words(entry: Data | None, makers: Mapping[int, str]) -> str:
    """Say by whom and when a value was entered, and from which source."""
    if not entry:
        return ""
    return _("Entered by hand: %(source)s (%(name)s, %(date)s).") % {
        "source": entry["source"],
        "name": makers.get(entry["id"], "–"),
        "date": format_date(datetime.fromisoformat(entry["entered_at"])),
    }


def rule_table(data: Data) -> Table:
    """Show the rule of the score."""
    bands = [band_of(band) for band in data["bands"]]
    rows = [
        [text(end_words(band.upto, is_inclusive=band.is_inclusive)), text(score_words(band))]
        for band in bands
    ]
    return Table(
        caption=_("Rule of the score, fiscal year %(year)s") % {"year": data["fiscal_year"]},
        head=[_("Success (%)"), _("Score")],
        rows=rows,
        widths=(1, 1),
    )


def end_words(upto: Any, *, is_inclusive: bool) -> str:
    """Say how far a band reaches."""
    if upto is None:
        return _("above that")
    number = f"{upto.normalize():f}"
    return (
        _("up to %(number)s") % {"number": number}
        if is_inclusive
        else _("less than %(number)s") % {"number": number}
    )


def score_words(band: Any) -> str:
    """Say what a band gives."""
    if band.factor is None:
        return f"{band.score:,.2f}"
    return _("success × %(factor)s") % {"factor": f"{band.factor.normalize():f}"}
