"""The gallery of innovations, for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from agency.paging import Order, page_of
from pmqa.improvements.selectors import board

PER_PAGE = 20


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show what changed because citizens said so, the newest first."""
    page = page_of(
        board.gallery(),
        order=Order.parse("-published_at"),
        cursor=request.GET.get("cursor", ""),
        per_page=PER_PAGE,
    )
    return render(request, "improvements/gallery.html", {"page": page})


@login_not_required
@require_GET
def innovation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one innovation in words for citizens."""
    found = get_object_or_404(board.gallery(), pk=pk)
    return render(request, "improvements/innovation.html", {"improvement": found})
