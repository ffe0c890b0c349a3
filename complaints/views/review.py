"""The supervisor's board: what escalated and why, and what is decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from agency.actions import Action, Actions
from agency.listing import ListPage
from agency.requests import StaffRequest
from agency.thai import local_day
from complaints import lifecycle, permissions, tables
from complaints.filters import EscalationFilter
from complaints.forms.actions import ActionForm
from complaints.models import Escalation
from complaints.selectors import desk as selectors
from complaints.selectors.stream import changes
from complaints.selectors.times import times_left
from complaints.views.verbs import REVIEWS, Verb, reviews

PAGE = "complaints:escalations"


def action_of(verb: Verb, escalation: Escalation) -> Action:
    """Return a verb as the board offers it."""
    return Action(
        label=verb.label,
        url=reverse("complaints:review", args=[escalation.pk, verb.name]),
        icon=verb.icon,
        is_grave=verb.is_grave,
        button=verb.button,
        words=verb.words,
        back_url=reverse("complaints:escalations"),
        draft=f"escalation-{escalation.pk}-{verb.name}",
    )


def actions_of(escalation: Escalation, *, request: StaffRequest) -> Actions:
    """Return what the person may do about an escalation, the likeliest first."""
    offered = reviews(escalation, staff=request.user)
    return Actions([action_of(verb, escalation) for verb in offered])


@require_GET
@vary_on_headers("HX-Request")
def escalations(request: StaffRequest) -> HttpResponse:
    """List what waits for the supervisor."""
    at = timezone.now()
    page = ListPage(
        request=request,
        page_name=PAGE,
        queryset=selectors.escalation_board(request.user),
        filterset=EscalationFilter,
        columns=tables.ESCALATION_COLUMNS,
        order=tables.ESCALATION_ORDER,
        views=tables.ESCALATION_VIEWS,
        empty_words=_(
            "Nothing waits for review. What comes near its limit or asks for more time appears here."
        ),
    )
    context = {
        "title": _("Escalation review"),
        "page": page,
        "rows": rows_of(page.rows, request=request, at=at),
    }
    part = "#rows" if request.htmx else ""
    response = render(request, f"complaints/escalation_list.html{part}", context)
    return push_url(response, page.url(cursor=request.GET.get("cursor")))


def rows_of(rows: list[Escalation], *, request: StaffRequest, at: datetime) -> list[dict[str, Any]]:
    """Return each escalation with its time left and what can be decided."""
    lefts = times_left([row.complaint for row in rows], at=at)
    return [
        {
            "escalation": row,
            "complaint": row.complaint,
            "left": lefts[row.complaint_id],
            "actions": actions_of(row, request=request),
        }
        for row in rows
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a decision, or take it."""
    escalation = get_object_or_404(selectors.escalation_board(request.user), pk=pk)
    chosen = REVIEWS.get(verb)
    if chosen is None:
        raise Http404
    if not permissions.can_review(request.user, escalation):
        raise PermissionDenied
    at = timezone.now()
    form = chosen.form(
        request.POST or None,
        complaint=escalation.complaint,
        staff=request.user,
        today=local_day(at),
        auto_id=f"id-{escalation.pk}-%s",
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and decide(request, chosen, escalation, form=form, at=at)
    ):
        return redirect("complaints:escalations")
    context = {
        "form": form,
        "form_id": f"-{escalation.pk}",
        "changes": changes(form.changes),
        "action": action_of(chosen, escalation),
        "title": chosen.label,
        "row": rows_of([escalation], request=request, at=at)[0],
    }
    template = "_act" if request.htmx else "escalation_review"
    return render(request, f"complaints/{template}.html", context)


def decide(
    request: StaffRequest, verb: Verb, escalation: Escalation, *, form: ActionForm, at: datetime
) -> bool:
    """Do what the form says; a refusal goes into the form, which keeps what was typed."""
    matter = escalation.extension if verb.name == "decide" else escalation
    try:
        verb.run(matter, by=request.user, at=at, **form.arguments())
    except lifecycle.Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, f"{escalation.complaint.number}: {verb.done}")
    return True
