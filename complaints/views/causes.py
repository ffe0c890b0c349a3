"""The list of causes: looked at by everybody who works with cases, kept by those who set the agency's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import audit
from agency.requests import StaffRequest
from complaints import lifecycle, permissions
from complaints.forms.causes import NewCauseForm, RenameCauseForm
from complaints.models import Cause
from complaints.selectors import causes as selectors
from complaints.selectors.stream import changes
from complaints.views.actions import number_in

STEPS: Mapping[str, Callable[..., Cause]] = {
    "up": partial(lifecycle.move_cause, is_up=True),
    "down": partial(lifecycle.move_cause, is_up=False),
    "retire": lifecycle.retire_cause,
    "restore": lifecycle.restore_cause,
}


@require_GET
def causes(request: StaffRequest) -> HttpResponse:
    """Show the causes in their order, what is retired, and who changed what."""
    if not permissions.can_see_rules(request.user):
        raise PermissionDenied
    may_keep = permissions.can_keep_causes(request.user)
    context = {
        "found": selectors.cause_list(),
        "may_keep": may_keep,
        "sees_cases": request.user.has_role(*permissions.WORKERS),
        "history": [(each, audit.words_of(each.entry.verb)) for each in selectors.cause_changes()],
    }
    return render(request, "complaints/cause_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Add a cause."""
    keepers_only(request)
    form = NewCauseForm(request.POST or None, part_of=number_in(request, "part_of"))
    if request.method == "POST" and form.is_valid():
        try:
            cause = lifecycle.add_cause(**form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added. It is offered when a case is closed."))
            return redirect(place_of(cause))
    context = {
        "title": _("Add a cause"),
        "form": form,
        "draft": "cause",
        "back_url": reverse("complaints:causes"),
    }
    return render(request, "pmqa/form.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def cause(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename a cause."""
    keepers_only(request)
    found = get_object_or_404(Cause, pk=pk)
    form = RenameCauseForm(request.POST or None, seen=found)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.rename_cause(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Renamed."))
            return redirect(place_of(found))
    context = {
        "title": _("Rename the cause “%(cause)s”") % {"cause": found},
        "form": form,
        "changes": changes(form.changes),
        "draft": f"cause-{found.pk}",
        "back_url": reverse("complaints:causes"),
    }
    return render(request, "complaints/cause_form.html", context)


@require_POST
def step(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Move a cause, retire it, or take it back into use."""
    keepers_only(request)
    found = get_object_or_404(Cause, pk=pk)
    run = STEPS.get(name)
    if run is None:
        raise Http404
    told: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    seen = request.POST.get("version", "")
    if seen.isdecimal() and len(seen) < 10:
        told["expected_version"] = int(seen)
    try:
        run(found, **told)
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(place_of(found))


def keepers_only(request: StaffRequest) -> None:
    """Refuse who does not set what holds for the whole agency."""
    if not permissions.can_keep_causes(request.user):
        raise PermissionDenied


def place_of(cause: Cause) -> str:
    """Return the place of a cause in the list, so that the next press is near."""
    return f"{reverse('complaints:causes')}#cause-{cause.pk}"
