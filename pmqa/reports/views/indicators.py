"""Indicators on screen: what each means, its values by period and unit; and summaries of several months."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from agency.charts import Line, LineChart, Point
from agency.requests import StaffRequest
from agency.thai import fiscal_year, format_month, local_day
from pmqa.indicators.periods import months_of_part
from pmqa.indicators.registry import BY_ID, INDICATORS, Indicator, Measure
from pmqa.reports import files, selectors, spans, summaries
from pmqa.reports.block import unit_words, written
from pmqa.reports.cells import filled
from pmqa.reports.chapters import better_words
from pmqa.reports.forms import PeriodForm
from pmqa.reports.summaries import Summary


@require_GET
def indicator_list(request: StaffRequest) -> HttpResponse:
    """List the indicators with what they mean."""
    rows = [(indicator, better_words(indicator)) for indicator in INDICATORS]
    context = {"title": _("Indicators"), "rows": rows}
    return render(request, "reports/indicator_list.html", context)


@require_GET
def indicator(request: StaffRequest, code: str) -> HttpResponse:
    """Show an indicator: definition in both languages, values, targets, changes."""
    found = BY_ID.get(code)
    if found is None:
        raise Http404
    form = period_form(request)
    summary = summary_of(form)
    year = Summary(summary.unit, summary.year, "year") if summary else None
    context = {
        "title": f"{found.id} {found.name}",
        "indicator": found,
        "definitions": [
            (code, name, definition_in(found, code))
            for code, name in (("th", _("Thai")), ("en", _("English")))
        ],
        "better": better_words(found),
        "units": ", ".join(dict.fromkeys(unit_words(measure.unit) for measure in found.measures)),
        "form": form,
        "summary": summary,
        "tables": filled(
            [summaries.figures_table(summary, summary.title, summary.figures([found]))]
        )
        if summary and summary.span.blocks
        else [],
        "charts": [trend_of(year, found, measure) for measure in found.measures[:2]]
        if year and year.span.blocks
        else [],
        "targets": selectors.targets_of(found),
    }
    return render(request, "reports/indicator.html", context)


def definition_in(found: Indicator, language: str) -> dict[str, str]:
    """Return name, formula and source in a language."""
    with override(language):
        return {"name": str(found.name), "formula": str(found.formula), "source": str(found.source)}


def trend_of(year: Summary, found: Indicator, measure: Measure) -> LineChart:
    """Draw a measure over the months of a fiscal year and of the year before."""
    months = months_of_part(year.year, "year")
    now, before = year.span, year.past
    lines = [
        line_of(
            str(year.year),
            [(m, spans.Span([m], now.part([m]).reports)) for m in months],
            found,
            measure,
        ),
        line_of(
            str(year.year - 1),
            [
                (m, before.part([p]))
                for m, p in zip(months, spans.a_year_before(months), strict=True)
            ],
            found,
            measure,
        ),
    ]
    told = now.figure(found.id, measure.name)
    target = told.target if told else None
    return LineChart(
        title=str(measure.label),
        lines=[line for line in lines if any(point.value is not None for point in line.points)]
        or lines[:1],
        unit=unit_words(measure.unit),
        target=target,
        target_words=_("Target %(target)s") % {"target": written(target, unit=measure.unit)}
        if target is not None
        else "",
        source=_("Source: monthly reports"),
    )


def line_of(
    name: str, months: list[tuple[date, spans.Span]], found: Indicator, measure: Measure
) -> Line:
    """Return a year as a line; a month without a report leaves a gap."""
    points = []
    for month, span in months:
        figure = span.figure(found.id, measure.name)
        report = next(iter(span.reports.values()), None)
        points.append(
            Point(
                label=format_month(month, short=True),
                value=figure.value if figure else None,
                words=figure.words if figure else "–",
                n=figure.n if figure else None,
                url=selectors.figure_url(report, figure) if report and figure else "",
            )
        )
    return Line(label=name, points=points)


@require_GET
def summary(request: StaffRequest) -> HttpResponse:
    """Show a summary of months, or hand it out as a file."""
    form = period_form(request)
    asked = summary_of(form)
    kind = request.GET.get("file", "")
    if kind and asked:
        return handed_out(asked, kind)
    query = request.GET.copy()
    query.pop("file", None)
    context = {
        "title": _("Summaries of 6 and 12 months"),
        "form": form,
        "summary": asked,
        "chapters": summaries.chapters_of(asked) if asked else [],
        "query": query.urlencode(),
    }
    return render(request, "reports/summary.html", context)


def handed_out(asked: Summary, kind: str) -> HttpResponse:
    """Return a summary as a file."""
    if kind not in summaries.MAKERS:
        raise Http404
    name = f"pmqa3-{asked.unit.code}-{asked.year}-{asked.part}.{kind}"
    return HttpResponse(
        summaries.MAKERS[kind](asked),
        content_type=files.MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def period_form(request: StaffRequest) -> PeriodForm:
    """Return the form of unit and period, filled in with the running fiscal year of the own unit."""
    year = fiscal_year(local_day(timezone.now()))
    asked: Any = {"unit": request.user.unit_id, "year": year, "part": "year"}
    return PeriodForm({**asked, **request.GET.dict()}, staff=request.user, year=year)


def summary_of(form: PeriodForm) -> Summary | None:
    """Return what the form asks for, None while it is wrong."""
    if not form.is_valid():
        return None
    return Summary(form.cleaned_data["unit"], form.cleaned_data["year"], form.cleaned_data["part"])
