"""The board, the list, the page of an improvement, and starting one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency.listing import ListPage
from agency.requests import StaffRequest
from agency.thai import local_day
from pmqa.improvements import lifecycle, permissions, tables
from pmqa.improvements.filters import ImprovementFilter
from pmqa.improvements.forms import ImprovementForm
from pmqa.improvements.lifecycle import Origin
from pmqa.improvements.models import Improvement, Stage
from pmqa.improvements.selectors import board as selectors
from pmqa.improvements.selectors.origins import cause_origin, wave_origin
from pmqa.improvements.selectors.rollout import coverage_of
from pmqa.improvements.selectors.verdicts import measurements_of
from pmqa.improvements.views.verbs import actions_for


def readers_only(request: StaffRequest) -> None:
    """Let those in who read improvements."""
    if not permissions.can_read(request.user):
        raise PermissionDenied


def visible(request: StaffRequest, pk: int) -> Improvement:
    """Return an improvement that the person may see; another unit's does not exist for them."""
    return get_object_or_404(selectors.improvements(request.user), pk=pk)


@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Show what is under way, by stage."""
    readers_only(request)
    lanes = selectors.board(request.user)
    context = {
        "lanes": lanes,
        "is_empty": not any(lane.count for lane in lanes),
        "may_start": permissions.can_start(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "improvements/board.html", context)


@require_GET
@vary_on_headers("HX-Request")
def rows(request: StaffRequest) -> HttpResponseBase:
    """List the improvements that the person may see, ended ones too."""
    readers_only(request)
    page: ListPage[Improvement] = ListPage(
        request=request,
        page_name="improvements:rows",
        queryset=selectors.improvements(request.user),
        filterset=ImprovementFilter,
        columns=tables.COLUMNS,
        order="-changed_at",
        views=tables.VIEWS,
        exports=["csv", "xlsx"],
        empty_words=_("No improvement yet. Start one from what citizens said."),
    )
    if page.wants_export:
        return page.export()
    context = {
        "title": _("List of improvements"),
        "page": page,
        "row_template": "improvements/_row.html",
        "may_start": permissions.can_start(request.user),
        "today": timezone.localdate(),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"improvements/improvement_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Start an improvement from an idea of the unit's own."""
    return begin(request, Origin())


@require_http_methods(["GET", "POST"])
def new_of_cause(request: StaffRequest, pk: int) -> HttpResponse:
    """Start an improvement from a cause of complaints."""
    return begin(request, cause_origin(pk))


@require_http_methods(["GET", "POST"])
def new_of_wave(request: StaffRequest, pk: int) -> HttpResponse:
    """Start an improvement from what a survey found."""
    return begin(request, wave_origin(pk, staff=request.user))


def begin(request: StaffRequest, origin: Origin | None) -> HttpResponse:
    """Ask what the improvement is about, then start it."""
    if not permissions.can_start(request.user):
        raise PermissionDenied
    if origin is None:
        raise Http404
    form = ImprovementForm(
        request.POST or None,
        instance=Improvement(unit=request.user.unit, owner=owner_of(request)),
        staff=request.user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.start(
                form.cleaned_data,
                unit=request.user.unit,
                origin=origin,
                by=request.user,
                at=timezone.now(),
            )
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Started. It stands at the first stage of the board."))
            return redirect(made)
    context = {
        "title": _("Start an improvement"),
        "lead": origin.words,
        "form": form,
        "button": _("Start it"),
        "back_url": reverse("improvements:list"),
        "draft": "improvement",
    }
    return render(request, "pmqa/form.html", context)


def owner_of(request: StaffRequest) -> Any:
    """Return who is offered as responsible: who starts it, if an officer."""
    return request.user if request.user.has_role("officer") else None


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is written about an improvement."""
    found = visible(request, pk)
    if not permissions.can_work(request.user, found):
        raise PermissionDenied
    form = ImprovementForm(request.POST or None, instance=found, staff=request.user)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        seen = told.pop("expected_version")
        try:
            lifecycle.change(found, told, by=request.user, at=timezone.now(), expected_version=seen)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {
        "title": _("Change: %(title)s") % {"title": visible(request, pk).title},
        "form": form,
        "back_url": found.get_absolute_url(),
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an improvement: why, for whom, the plan, and what came of it."""
    found = visible(request, pk)
    return render(
        request,
        "improvements/improvement_detail.html",
        page_of(request, found, at=timezone.now()),
    )


def page_of(request: StaffRequest, found: Improvement, *, at: datetime) -> dict[str, Any]:
    """Return what the page of an improvement shows."""
    today = local_day(at)
    return {
        "improvement": found,
        "stages": Stage.choices,
        "actions": actions_for(request.user, found),
        "may_work": permissions.can_work(request.user, found) and found.state == "running",
        "milestones": selectors.milestones_of(found),
        "due_days": selectors.due_days_of(found),
        "measurements": measurements_of(found),
        "coverage": coverage_of(found),
        "history": selectors.history_of(found),
        "source_url": selectors.source_url(found),
        "is_late": selectors.is_late(found, today=today),
        "today": today,
    }
