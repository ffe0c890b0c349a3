"""A figure of a report: the records behind it, and the way to it from paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agency.paging import Order, page_of
from agency.requests import StaffRequest
from pmqa.indicators.registry import BY_ID, find
from pmqa.reports import codes, selectors
from pmqa.reports.block import Block, Figure
from pmqa.reports.chapters import Telling, waves_of
from pmqa.reports.models import Report


def found(request: StaffRequest, pk: int) -> Report:
    """Return a report that the person may see, else 404."""
    reports = Report.objects.visible_to(request.user)
    people = ("built_by", "reviewed_by", "approved_by", "published_by")
    return get_object_or_404(reports.select_related("unit", *people), pk=pk)


@require_GET
def figure(request: StaffRequest, pk: int, indicator: str, measure: str) -> HttpResponse:
    """Show the frozen records behind a figure."""
    report = found(request, pk)
    dimension, key = request.GET.get("dimension", ""), request.GET.get("key", "")
    told = Block(report.figures).figure(indicator, measure, dimension=dimension, key=key)
    definition = find(indicator, measure)
    if told is None or definition is None:
        raise Http404
    if not told.has_records:
        return surveyed(request, report, told)
    facts = selectors.facts_of(report, definition, dimension=dimension, key=key)
    page = page_of(facts, order=Order(field="number"), cursor=request.GET.get("cursor", ""))
    names = selectors.names_of(report)
    context = facts_about(report, told) | {
        "group": selectors.label(names, dimension, key) if dimension else "",
        "records": selectors.records_of(
            page.rows, measure=definition, staff=request.user, names=names
        ),
        "page": page,
        "count": facts.count(),
    }
    return render(request, "reports/figure.html", context)


def facts_about(report: Report, told: Figure) -> dict[str, Any]:
    """Return what stands above the records."""
    return {
        "report": report,
        "figure": told,
        "indicator": BY_ID[told.id],
        "title": told.name,
        "code": Telling(report).code(told),
    }


def surveyed(request: StaffRequest, report: Report, told: Figure) -> HttpResponse:
    """Show a figure of surveys: no single answer stands behind it for anybody to read, only waves."""
    context = facts_about(report, told) | {"waves": waves_of(report), "group": told.key}
    return render(request, "reports/figure.html", context)


@require_GET
def trace(request: StaffRequest, code: str = "") -> HttpResponse:
    """Lead from the printed reference of a figure to its records."""
    typed = code or request.GET.get("code", "")
    place = codes.read(typed)
    report = place and Report.objects.visible_to(request.user).filter(pk=place.report).first()
    told = Block(report.figures).at(place.row) if place and report else None
    if report and told:
        return redirect(selectors.figure_url(report, told))
    context = {
        "title": _("Trace a figure from paper"),
        "typed": typed,
        "back": reverse("reports:list"),
    }
    return render(request, "reports/trace.html", context, status=404 if typed else 200)
