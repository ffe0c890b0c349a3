"""Guidelines: what a unit got and acknowledges, and how far a roll-out has come."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import audit
from agency.listing import ListPage
from agency.requests import StaffRequest
from pmqa.improvements import lifecycle, permissions, tables
from pmqa.improvements.filters import ReceiptFilter
from pmqa.improvements.models import Receipt
from pmqa.improvements.selectors import rollout as selectors
from pmqa.improvements.views.improvements import readers_only, visible


@require_GET
@vary_on_headers("HX-Request")
def guidelines(request: StaffRequest) -> HttpResponse:
    """List the guidelines in force that units of the person got."""
    readers_only(request)
    page: ListPage[Receipt] = ListPage(
        request=request,
        page_name="improvements:guidelines",
        queryset=selectors.receipts(request.user),
        filterset=ReceiptFilter,
        columns=tables.RECEIPT_COLUMNS,
        order="-sent_at",
        views=tables.RECEIPT_VIEWS,
        empty_words=_(
            "No guideline has come to your unit yet. They are sent from the page of an improvement."
        ),
    )
    context = {
        "title": _("Guidelines for units"),
        "page": page,
        "row_template": "improvements/_guideline_row.html",
        "today": timezone.localdate(),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"improvements/plain_list.html{part}", context)


def received(request: StaffRequest, pk: int) -> Receipt:
    """Return a guideline that a unit of the person got."""
    return get_object_or_404(selectors.receipts_ever(request.user), pk=pk)


@require_GET
def guideline(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the version that the unit got."""
    row = received(request, pk)
    may = permissions.can_acknowledge(request.user, row)
    context = {
        "row": row,
        "may_acknowledge": may and not row.acknowledged_at and not row.replaced_at,
        "history": [(audit.words_of(each.verb), each) for each in audit.entries_of(row)],
        "today": timezone.localdate(),
    }
    return render(request, "improvements/guideline.html", context)


@require_POST
def acknowledge(request: StaffRequest, pk: int) -> HttpResponse:
    """Acknowledge the guideline for the unit."""
    row = received(request, pk)
    if not permissions.can_acknowledge(request.user, row):
        raise PermissionDenied
    try:
        lifecycle.acknowledge(row, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Acknowledged."))
    return redirect(row)


@require_GET
def coverage(request: StaffRequest, pk: int) -> HttpResponse:
    """Show unit by unit how far a roll-out has come."""
    found = visible(request, pk)
    told = selectors.coverage_of(found)
    if told is None:
        raise Http404
    context = {
        "improvement": found,
        "coverage": told,
        "map": selectors.map_of(found, told),
        "today": timezone.localdate(),
    }
    return render(request, "improvements/coverage.html", context)
