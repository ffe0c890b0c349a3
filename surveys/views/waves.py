"""Waves on the desk: their list, preparing, opening, extending, closing, the board, links and the poster."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.actions import Action, Actions
from agency.listing import ListPage
from agency.requests import StaffRequest
from surveys import lifecycle, permissions, tables
from surveys.estimation import size_for_share
from surveys.filters import WaveFilter
from surveys.forms.waves import ExtendForm, SizeForm, WaveForm
from surveys.models import Mode, Survey, Wave
from surveys.selectors import waves as selectors
from surveys.views.surveys import form_page, visible


def wave_of(request: StaffRequest, pk: int) -> Wave:
    """Return a wave that the person may see."""
    rows = Wave.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("survey", "survey__unit", "version", "responsible"), pk=pk
    )


def runnable(request: StaffRequest, pk: int) -> Wave:
    """Return a wave that the person may run."""
    wave = wave_of(request, pk)
    if not permissions.can_run(request.user, wave.survey):
        raise PermissionDenied
    return wave


@require_GET
@vary_on_headers("HX-Request")
def waves(request: StaffRequest) -> HttpResponse:
    """List the waves of every survey that the person sees."""
    page = ListPage(
        request=request,
        page_name="surveys:waves",
        queryset=selectors.waves(request.user),
        filterset=WaveFilter,
        columns=tables.WAVE_COLUMNS,
        order="-opens_at",
        empty_words=_("No wave yet. Open a survey, publish a version, and prepare a wave."),
    )
    context = {
        "title": _("Survey waves"),
        "page": page,
        "row_template": "surveys/_wave_row.html",
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"surveys/wave_list.html{part}", context)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a wave: how its fieldwork stands, its links, its frame."""
    wave = wave_of(request, pk)
    context = {
        "wave": wave,
        "board": selectors.board(wave, at=timezone.now()),
        "asked": selectors.asked(wave),
        "link": selectors.poster(wave),
        "is_over": wave.state == Wave.State.OPEN and timezone.now() >= wave.closes_at,
        "quotas": list(wave.quotas.all()),
        "actions": offered(request, wave),
        "may_run": permissions.can_run(request.user, wave.survey),
        "has_kiosk": Mode.KIOSK in wave.modes and wave.is_taking(timezone.now()),
    }
    return render(request, "surveys/wave_detail.html", context)


def offered(request: StaffRequest, wave: Wave) -> Actions:
    """Return what the person may do with the wave now."""
    if not permissions.can_run(request.user, wave.survey):
        return Actions([])
    names = {
        Wave.State.DRAFT: [
            ("wave_open", _("Open the wave"), "check"),
            ("wave_edit", _("Change"), "edit"),
        ],
        Wave.State.OPEN: [
            ("wave_extend", _("Move the end"), "clock"),
            ("wave_close", _("Close the wave"), "flag"),
        ],
    }
    actions = [
        Action(label=label, url=reverse(f"surveys:{name}", args=[wave.pk]), icon=icon)
        for name, label, icon in names.get(Wave.State(wave.state), [])
    ]
    return Actions(actions)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Prepare a wave of a survey."""
    survey = visible(request, pk)
    if not permissions.can_run(request.user, survey):
        raise PermissionDenied
    if not survey.versions.exists():
        messages.error(request, _("Publish a version first; a wave then asks it."))
        return redirect(survey)
    return edited(request, survey, None)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a wave in preparation."""
    wave = runnable(request, pk)
    return edited(request, wave.survey, wave)


def edited(request: StaffRequest, survey: Survey, wave: Wave | None) -> HttpResponse:
    """Take the form of a wave."""
    form = WaveForm(request.POST or None, survey=survey, instance=wave)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {"by": request.user, "at": timezone.now(), **form.arguments()}
        try:
            if wave is None:
                saved = lifecycle.prepare(survey, responsible=request.user, **facts)
            else:
                saved = lifecycle.change_wave(wave, **facts)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(saved)
    back = wave or survey
    context = {
        "form": form,
        "title": _("Change the wave") if wave else _("New wave"),
        "survey": survey,
        "back_url": back.get_absolute_url(),
    }
    return render(request, "surveys/wave_form.html", context)


@require_GET
def size(request: StaffRequest) -> HttpResponse:
    """Compute how many answers a wave needs."""
    if not permissions.can_make(request.user):
        raise PermissionDenied
    form = SizeForm(request.GET or None)
    found = size_for_share(**form.arguments()) if form.is_bound and form.is_valid() else None
    return render(request, "surveys/size.html", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
def open_(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a wave, after saying what that means."""
    wave = runnable(request, pk)
    if request.method == "POST" and "confirmed" in request.POST:
        return done(request, wave, lambda: act(lifecycle.open_wave, request, wave))
    context = {
        "title": _("Open the wave"),
        "consequence": _(
            "From its opening instant everybody with a link can answer. Questions, strata and quotas of the wave stay as they are then."
        ),
        "button": _("Open the wave"),
        "back_url": wave.get_absolute_url(),
    }
    return render(request, "pmqa/confirm.html", context)


@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a wave before its hour, after saying what that means."""
    wave = runnable(request, pk)
    if request.method == "POST" and "confirmed" in request.POST:
        return done(request, wave, lambda: act(lifecycle.close_wave, request, wave))
    context = {
        "title": _("Close the wave"),
        "consequence": _(
            "No answer is taken any more and nobody is reminded. A closed wave cannot be opened again."
        ),
        "button": _("Close the wave"),
        "back_url": wave.get_absolute_url(),
    }
    return render(request, "pmqa/confirm.html", context)


def act(verb: Any, request: StaffRequest, wave: Wave) -> None:
    """Press a verb of a wave."""
    verb(wave, by=request.user, at=timezone.now())


def done(request: StaffRequest, wave: Wave, press: Any) -> HttpResponse:
    """Press a verb and go back to the wave with its answer."""
    try:
        press()
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect(wave)


@require_http_methods(["GET", "POST"])
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Move the end of an open wave."""
    wave = runnable(request, pk)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.extend_wave(
                wave,
                closes_at=form.closes_at(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(wave)
    return form_page(request, form, title=_("Move the end"), back_url=wave.get_absolute_url())


@require_GET
def poster(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the poster with the QR code, to be printed."""
    wave = wave_of(request, pk)
    return render(request, "surveys/poster.html", {"wave": wave, "link": selectors.poster(wave)})


@require_POST
def void(request: StaffRequest, pk: int, response_pk: int) -> HttpResponse:
    """Take a response out of the count, with a reason."""
    wave = wave_of(request, pk)
    if not permissions.can_supervise(request.user, wave.survey):
        raise PermissionDenied
    response = get_object_or_404(wave.responses, pk=response_pk)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Say why the response is not counted."))
        return redirect(wave)
    at = timezone.now()
    return done(
        request, wave, lambda: lifecycle.void(response, reason=reason, by=request.user, at=at)
    )
