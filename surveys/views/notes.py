"""Around results: totals of the population for weights, and the analyst's notes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agency.requests import StaffRequest
from surveys import lifecycle, permissions
from surveys.forms.calibration import MarginsForm, NoteForm
from surveys.lifecycle import notes as verbs
from surveys.models import Wave
from surveys.selectors import notes as selectors
from surveys.views.results import visible
from surveys.views.waves import runnable


@require_http_methods(["GET", "POST"])
def margins(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the totals of the population by trait; weights are raked to them."""
    wave = runnable(request, pk)
    form = MarginsForm(request.POST or None, wave=wave)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_margins(wave, margins=form.margins(), by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The totals are kept. Results are weighted by them."))
            return redirect(wave)
    context = {
        "title": _("Totals of the population"),
        "wave": wave,
        "form": form,
        "back_url": wave.get_absolute_url(),
    }
    return render(request, "surveys/margins.html", context)


def noted(request: StaffRequest, pk: int) -> Wave:
    """Return a wave whose results the person may write notes under."""
    wave = visible(request, pk)
    if not permissions.can_run(request.user, wave.survey):
        raise PermissionDenied
    return wave


@require_http_methods(["GET", "POST"])
def notes(request: StaffRequest, pk: int) -> HttpResponse:
    """List the notes under the results of a wave, and take a new one."""
    wave = noted(request, pk)
    asked = {"about": request.GET.get("about", "")}
    form = NoteForm(request.POST or None, wave=wave, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.write_note(wave, **form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The note stands under the result now."))
            return redirect("surveys:results_notes", wave.pk)
    context = {"wave": wave, "form": form, "notes": selectors.notes_of(wave)}
    return render(request, "surveys/results_notes.html", context)


@require_POST
def note_remove(request: StaffRequest, pk: int, note_pk: int) -> HttpResponse:
    """Take a note away."""
    wave = noted(request, pk)
    note = get_object_or_404(wave.notes, pk=note_pk)
    verbs.remove_note(note, by=request.user, at=timezone.now())
    messages.success(request, _("The note is taken away."))
    return redirect("surveys:results_notes", wave.pk)
