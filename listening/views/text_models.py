"""The models of text: the list with what each field still lacks, the card of one, and switching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.listing import ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import permissions, tables
from listening.filters import TextModelFilter
from listening.lifecycle import learning
from listening.models import TextModel
from listening.selectors import text_models as selectors

VERBS: Mapping[str, tuple[Callable[..., Any], Any]] = {
    "use": (learning.use, gettext_lazy("The model is in use from now on.")),
    "switch-off": (learning.switch_off, gettext_lazy("The model is switched off.")),
}


@require_GET
@vary_on_headers("HX-Request")
def models(request: StaffRequest) -> HttpResponseBase:
    """List the models, under what each field has or lacks."""
    if not permissions.can_read_models(request.user):
        raise PermissionDenied
    page: ListPage[TextModel] = ListPage(
        request=request,
        page_name="listening:models",
        queryset=selectors.models_of(request.user),
        filterset=TextModelFilter,
        columns=tables.TEXT_MODEL_COLUMNS,
        order="-trained_at",
        empty_words=_("No model yet. It is learnt on a Sunday once enough voices are classified."),
    )
    context = {
        "title": _("Models of text"),
        "page": page,
        "row_template": "listening/_text_model_row.html",
        "standings": selectors.standings(),
        "fewest": selectors.FEWEST_TEXTS,
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/text_model_list.html{part}", context)


@require_GET
def model(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the card of a model."""
    found = visible(request, pk)
    shown = selectors.model_page(found, staff=request.user)
    return render(request, "listening/text_model.html", {"model": found, "page": shown})


def visible(request: StaffRequest, pk: int) -> TextModel:
    """Return a model; who may not read cards finds none."""
    rows = selectors.models_of(request.user).select_related("state_by")
    return get_object_or_404(rows, pk=pk)


@require_POST
def step(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Take a model into use again, or switch it off."""
    found = visible(request, pk)
    if verb not in VERBS:
        raise Http404
    if not permissions.can_switch_models(request.user):
        raise PermissionDenied
    run, done = VERBS[verb]
    try:
        run(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(found)
