"""The plan of an assessment: closing gaps, carrying out, following up."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency.refusal import Refused
from agency.requests import StaffRequest
from pmqa.assessment import lifecycle, selectors
from pmqa.assessment.forms import FollowUpForm, OutcomeForm, PlanForm
from pmqa.assessment.models import Assessment, Box
from pmqa.assessment.permissions import can_carry_out, may
from pmqa.assessment.views.assessments import found


def plan_url(assessment: Assessment) -> str:
    """Return where the plan stands."""
    return reverse("assessment:detail", args=[assessment.pk]) + "#gaps"


@require_http_methods(["GET", "POST"])
def step(request: StaffRequest, pk: int, box_pk: int) -> HttpResponse:
    """Plan how a missing box will be ticked."""
    assessment = found(request, pk)
    boxes = Box.objects.filter(item__criteria=assessment.criteria_id).select_related("item")
    box = get_object_or_404(boxes, pk=box_pk)
    if not may(request.user, assessment)["plan"]:
        raise PermissionDenied
    standing = selectors.steps_of(assessment).filter(box=box).first()
    form = PlanForm(request.POST or None, unit=assessment.unit, step=standing)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.plan(assessment, box, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal, version=standing.version if standing else 0)
        else:
            messages.success(request, _("The step is planned."))
            return redirect(plan_url(assessment))
    context = {
        "title": _("Plan for a gap"),
        "lead": f"{box.item} · {box}",
        "form": form,
        "button": _("Save the step"),
        "back_url": plan_url(assessment),
    }
    return render(request, "pmqa/form.html", context)


@require_http_methods(["GET", "POST"])
def step_done(request: StaffRequest, pk: int, step_pk: int) -> HttpResponse:
    """Say that a step is done and what came of it."""
    assessment = found(request, pk)
    standing = get_object_or_404(selectors.steps_of(assessment), pk=step_pk)
    if not can_carry_out(request.user, standing):
        raise PermissionDenied
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.carry_out(
                standing, outcome=form.cleaned_data["outcome"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The step is done."))
            return redirect(plan_url(assessment))
    context = {
        "title": _("A step of the plan is done"),
        "lead": standing.action,
        "form": form,
        "button": _("The step is done"),
        "back_url": plan_url(assessment),
    }
    return render(request, "pmqa/form.html", context)


@require_http_methods(["GET", "POST"])
def followup(request: StaffRequest, pk: int, months: int) -> HttpResponse:
    """Tell how the plan goes."""
    assessment = found(request, pk)
    standing = get_object_or_404(selectors.followups_of(assessment), months=months)
    if not may(request.user, assessment)["follow_up"]:
        raise PermissionDenied
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.tell(
                standing, told=form.cleaned_data["told"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The follow-up is kept."))
            return redirect(plan_url(assessment))
    context = {
        "title": _("Follow-up after %(months)s months") % {"months": months},
        "form": form,
        "button": _("Keep the follow-up"),
        "back_url": plan_url(assessment),
    }
    return render(request, "pmqa/form.html", context)
