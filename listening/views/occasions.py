"""Outings: field visits, focus groups and inspections, with the voices heard there."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency.listing import ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import lifecycle, permissions, tables
from listening.filters import OccasionFilter
from listening.forms.intake import OccasionForm
from listening.models import Occasion
from listening.selectors import registers as selectors

PAGE = "listening:occasions"


@require_GET
@vary_on_headers("HX-Request")
def occasions(request: StaffRequest) -> HttpResponse:
    """List the outings."""
    if not permissions.can_read(request.user):
        raise PermissionDenied
    page: ListPage[Occasion] = ListPage(
        request=request,
        page_name=PAGE,
        queryset=selectors.occasions(request.user),
        filterset=OccasionFilter,
        columns=tables.OCCASION_COLUMNS,
        order="-held_on",
        empty_words=_("No outing was written down yet."),
    )
    may_add = permissions.can_receive(request.user)
    context = {
        "title": _("Outings"),
        "page": page,
        "row_template": "listening/_occasion_row.html",
        "add_url": reverse("listening:occasion_new") if may_add else "",
        "add_words": _("Write an outing down"),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/plain_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Write an outing down; its voices come next."""
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    form = OccasionForm(request.POST or None, instance=Occasion(unit=request.user.unit))
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.note_occasion(form.instance, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("listening:occasion_voice", made.pk)
    context = {
        "title": _("Write an outing down"),
        "form": form,
        "button": _("Save and write the voices"),
        "back_url": reverse(PAGE),
        "draft": "outing",
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def occasion(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an outing and its voices."""
    found = get_object_or_404(selectors.occasions(request.user), pk=pk)
    context = {
        "occasion": found,
        "voices": selectors.voices_of(found, staff=request.user),
        "may_receive": permissions.can_receive(request.user),
    }
    return render(request, "listening/occasion.html", context)
