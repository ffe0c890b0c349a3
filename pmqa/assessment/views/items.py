"""An item of an assessment: read by everybody, written by the unit, ticked by the committee."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

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
from pmqa.assessment.forms import LevelForm
from pmqa.assessment.models import Assessment, Item, Tick
from pmqa.assessment.permissions import may
from pmqa.assessment.selectors import ItemPart
from pmqa.assessment.views.assessments import found


def found_item(assessment: Assessment, item_pk: int) -> Item:
    """Return an item of the assessment's criteria, or 404."""
    return get_object_or_404(Item.objects.filter(criteria=assessment.criteria_id), pk=item_pk)


@require_http_methods(["GET", "POST"])
def item(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    """Show an item with its three levels, and take what a side says to it."""
    assessment = found(request, pk)
    about = found_item(assessment, item_pk)
    rights = may(request.user, assessment)
    sheet = selectors.sheet(assessment)
    part = sheet.part(about)
    side = Tick.Side.COMMITTEE if rights["tick"] else Tick.Side.UNIT
    forms = forms_of(request, part, side=side) if rights["write"] or rights["tick"] else []
    refusal = ""
    if request.method == "POST":
        if not forms:
            raise PermissionDenied
        if not [form for form in forms if not form.is_valid()]:
            refusal = said(request, assessment, about, forms=forms, side=side)
            if not refusal:
                return redirect("assessment:item", pk=pk, item_pk=item_pk)
            part = selectors.sheet(assessment).part(about)
            forms = again(request, part, side=side)
    context = {
        "assessment": assessment,
        "item": about,
        "title": str(about),
        "part": part,
        "pairs": list(zip_longest(part.levels, forms)),
        "items": [each.item for each in sheet.items],
        "refusal": refusal,
        "has_faults": request.method == "POST" and any(form.errors for form in forms),
        "may": rights,
        "back_url": reverse("assessment:detail", args=[pk]),
    }
    return render(request, "assessment/item.html", context)


def forms_of(request: StaffRequest, part: ItemPart, *, side: str) -> list[LevelForm]:
    """Return a form for each level."""
    data = request.POST if request.method == "POST" else None
    return [LevelForm(data, part=level, side=side) for level in part.levels]


def again(request: StaffRequest, part: ItemPart, *, side: str) -> list[LevelForm]:
    """Return the forms with what was typed, over the version that stands there now."""
    data = request.POST.copy()
    for level in part.levels:
        version = level.answer.version if level.answer else 0
        data[f"level{level.level.value}-version"] = str(version)
    return [LevelForm(data, part=level, side=side) for level in part.levels]


def said(
    request: StaffRequest,
    assessment: Assessment,
    about: Item,
    *,
    forms: Sequence[LevelForm],
    side: str,
) -> str:
    """Keep what was said; returns why it was refused, nothing when it was kept."""
    verb = lifecycle.write if side == Tick.Side.UNIT else lifecycle.tick
    entries = [form.entry() for form in forms]
    try:
        verb(assessment, about, entries=entries, by=request.user, at=timezone.now())
    except Refused as refusal:
        return str(refusal)
    messages.success(request, _("Saved."))
    return ""
