"""Results 7.2 over three fiscal years: the page, its files, and entries by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import fiscal_year, local_day
from pmqa.indicators.periods import add_months, month_of, months_of_part
from pmqa.reports import selectors
from pmqa.reports.files import MEDIA_TYPES
from pmqa.reports.forms import ResultForm, YearForm
from pmqa.reports.permissions import can_build
from pmqa.reports.results import files, lifecycle
from pmqa.reports.results.chapter import chapter_of
from pmqa.reports.results.telling import item72


@require_GET
def results(request: StaffRequest) -> HttpResponse:
    """Show the results of a unit and fiscal year, or hand them out as a file."""
    at = timezone.now()
    form = year_form(request, at=at)
    if not form.is_valid():
        context = {"title": _("Results 7.2"), "form": form}
        return render(request, "reports/results.html", context)
    unit, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    chapter = chapter_of(item72(unit, month=last_month(year, at=at), at=at))
    kind = request.GET.get("file", "")
    if kind:
        return handed_out(kind, chapter=chapter, unit=unit, year=year)
    query = {"unit": unit.pk, "year": year}
    context = {
        "title": _("Results 7.2"),
        "form": form,
        "chapter": chapter,
        "unit": unit,
        "entries": selectors.results_of(unit, year=year),
        "query": urlencode(query),
        "may_enter": can_build(request.user, unit),
    }
    return render(request, "reports/results.html", context)


def year_form(request: StaffRequest, *, at: datetime) -> YearForm:
    """Return the form of unit and year, filled in with the running fiscal year of the own unit."""
    year = fiscal_year(local_day(at))
    asked: Any = {"unit": request.user.unit_id, "year": year}
    return YearForm({**asked, **request.GET.dict()}, staff=request.user, year=year)


def last_month(year: int, *, at: datetime) -> date:
    """Return the last month of a fiscal year that is over; its first one while none is."""
    months = months_of_part(year, "year")
    closed = add_months(month_of(at), -1)
    return max((month for month in months if month <= closed), default=months[0])


def handed_out(kind: str, **facts: Any) -> HttpResponse:
    """Return the results as a file."""
    if kind not in files.KINDS:
        raise Http404
    name = f"pmqa72-{facts['unit'].code}-{facts['year']}.{kind}"
    return HttpResponse(
        files.content_of(kind, **facts),
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def enter(request: StaffRequest) -> HttpResponse:
    """Enter a result or target that the portal does not measure."""
    if not can_build(request.user, request.user.unit):
        raise PermissionDenied
    at = timezone.now()
    year = fiscal_year(local_day(at))
    asked = {"unit": request.GET.get("unit", ""), "fiscal_year": request.GET.get("year", "")}
    form = ResultForm(request.POST or None, staff=request.user, year=year, initial=asked)
    if request.method == "POST" and form.is_valid() and entered(request, form, at=at):
        told = {"unit": form.cleaned_data["unit"].pk, "year": year}
        return redirect(f"{reverse('reports:results')}?{urlencode(told)}")
    context = {
        "title": _("Enter a result of 7.2"),
        "lead": _("Nothing is changed: a correction is a new entry, and both stay to be seen."),
        "form": form,
        "button": _("Keep the result"),
        "back_url": reverse("reports:results"),
    }
    return render(request, "pmqa/form.html", context)


def entered(request: StaffRequest, form: ResultForm, *, at: datetime) -> bool:
    """Keep the entry; a refusal stands above the form."""
    try:
        lifecycle.enter(**form.cleaned_data, by=request.user, at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The result is kept."))
    return True
