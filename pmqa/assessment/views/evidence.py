"""Evidence of an item: files of the unit, taken in and out."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agency.refusal import Refused
from agency.requests import StaffRequest
from pmqa.assessment import lifecycle, offers, selectors
from pmqa.assessment.forms import EvidenceForm
from pmqa.assessment.models import Assessment, Exhibit, Item, Level
from pmqa.assessment.permissions import may
from pmqa.assessment.views.assessments import found
from pmqa.assessment.views.items import found_item


@require_http_methods(["GET", "POST"])
def evidence_new(request: StaffRequest, pk: int, item_pk: int, level: int) -> HttpResponse:
    """Take a file as evidence for a level of an item."""
    assessment = found(request, pk)
    about = found_item(assessment, item_pk)
    if level not in Level.values:
        raise Http404
    if not may(request.user, assessment)["write"]:
        raise PermissionDenied
    back_url = reverse("assessment:item", args=[pk, item_pk]) + f"#level{level}"
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lifecycle.add_file(
                assessment, about, level=level, by=request.user, at=timezone.now(), **data
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The evidence is attached."))
            return redirect(back_url)
    context = {
        "title": _("Attach evidence"),
        "lead": f"{about} · {Level(level).label}",
        "form": form,
        "button": _("Attach"),
        "back_url": back_url,
    }
    return render(request, "pmqa/form.html", context)


@require_http_methods(["GET", "POST"])
def evidence_offers(request: StaffRequest, pk: int, item_pk: int, level: int) -> HttpResponse:
    """Show what the portal has to offer for a level of an item; a button attaches it as it stands."""
    assessment = found(request, pk)
    about = found_item(assessment, item_pk)
    if level not in Level.values:
        raise Http404
    if not may(request.user, assessment)["write"]:
        raise PermissionDenied
    at = timezone.now()
    if request.method == "POST":
        return offer_attached(request, assessment, about, level=level, at=at)
    rows = offers.offers(about.sources, unit=assessment.unit, year=assessment.fiscal_year, at=at)
    context = {
        "title": _("Evidence from the portal"),
        "assessment": assessment,
        "item": about,
        "level": Level(level),
        "offers": rows,
        "attached": selectors.attached_sources(assessment, about, level=level),
        "at": at,
        "back_url": reverse("assessment:item", args=[pk, item_pk]) + f"#level{level}",
    }
    return render(request, "assessment/offers.html", context)


def offer_attached(
    request: StaffRequest, assessment: Assessment, about: Item, *, level: int, at: datetime
) -> HttpResponse:
    """Attach what was chosen, and go back to the offers."""
    source = request.POST.get("source", "")
    try:
        made = lifecycle.attach_offer(
            assessment, about, level=level, source=source, by=request.user, at=at
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Attached: %(words)s") % {"words": made.words})
    return redirect("assessment:offers", pk=assessment.pk, item_pk=about.pk, level=level)


@require_POST
def remove(request: StaffRequest, pk: int, exhibit_pk: int) -> HttpResponse:
    """Take a piece of evidence out."""
    assessment = found(request, pk)
    if not may(request.user, assessment)["write"]:
        raise PermissionDenied
    rows = Exhibit.objects.visible_to(request.user).select_related("assessment", "item")
    exhibit = get_object_or_404(rows, assessment=assessment, pk=exhibit_pk)
    try:
        lifecycle.remove(exhibit, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The evidence is taken out."))
    return redirect("assessment:item", pk=pk, item_pk=exhibit.item_id)
