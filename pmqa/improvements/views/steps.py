"""Doing a verb on an improvement, or on a milestone of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import jobs
from agency.requests import StaffRequest
from pmqa.improvements import lifecycle, permissions
from pmqa.improvements.forms import StepForm
from pmqa.improvements.models import Improvement
from pmqa.improvements.selectors import board as selectors
from pmqa.improvements.views.improvements import page_of, visible
from pmqa.improvements.views.verbs import VERBS, Verb, action_of


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Offer the form of a verb, or do it; a refusal keeps what was typed."""
    found, at = visible(request, pk), timezone.now()
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    if not chosen.right(request.user, found):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else None
    form = chosen.form(typed, improvement=found, staff=request.user, at=at)
    if request.method == "POST" and form.is_valid():
        answer = done(request, found, chosen, form, at=at)
        if answer is not None:
            return answer
    context = {"form": form, "action": action_of(chosen, found)}
    if request.htmx:
        return render(request, "pmqa/parts/action_form.html", context)
    whole = page_of(request, visible(request, pk), at=at) | context
    return render(request, "improvements/improvement_detail.html", whole)


def done(
    request: StaffRequest, found: Improvement, verb: Verb, form: StepForm, *, at: datetime
) -> HttpResponse | None:
    """Do the verb; None where it was refused and the form says why."""
    if verb.name == "measure":
        return measured(request, found, form.cleaned_data, at=at)
    try:
        verb.run(found, **form.cleaned_data, by=request.user, at=at)
    except lifecycle.Refused as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, str(verb.done))
    return redirect(found)


def measured(
    request: StaffRequest, found: Improvement, told: dict[str, Any], *, at: datetime
) -> HttpResponse:
    """Start the work of computing the months; its page shows how far it is."""
    job = jobs.start(
        "improvement",
        title=_("Before and after: %(title)s") % {"title": found.title},
        by=request.user,
        at=at,
        task="pmqa.measure_improvement",
        arguments={
            "improvement": found.pk,
            "measure": told["measure"],
            "changed_on": told["changed_on"].isoformat(),
            "cutoff": at.isoformat(),
        },
    )
    return redirect(job)


@require_POST
def milestone(request: StaffRequest, pk: int, milestone_pk: int, verb: str) -> HttpResponse:
    """Say that a milestone is reached, or take it out of the plan."""
    found = visible(request, pk)
    verbs = {"reach": lifecycle.reach, "remove": lifecycle.remove_milestone}
    row = selectors.milestone_of(found, milestone_pk)
    if verb not in verbs or row is None:
        raise Http404
    if not (permissions.can_work(request.user, found) or row.owner_id == request.user.pk):
        raise PermissionDenied
    try:
        verbs[verb](row, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found)
