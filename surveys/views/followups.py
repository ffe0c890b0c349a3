"""Follow-ups: the list, one follow-up, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency import audit
from agency.listing import ListPage, View
from agency.refusal import Refused
from agency.requests import StaffRequest
from surveys import permissions, tables
from surveys.filters import FollowUpFilter
from surveys.forms.pulses import AssignFollowUpForm, CloseFollowUpForm, ContactForm, FollowUpForm
from surveys.lifecycle import followups as lifecycle
from surveys.models import FollowUp
from surveys.selectors import followups as selectors

VIEWS = [
    View(label=gettext_lazy("Not closed yet"), query="show=open"),
    View(label=gettext_lazy("Mine"), query="show=mine"),
    View(label=gettext_lazy("Late"), query="show=late"),
    View(label=gettext_lazy("All")),
]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A verb of a follow-up as it is offered."""

    label: Any
    run: Callable[..., FollowUp]
    form: type[FollowUpForm]
    done: Any


STEPS = {
    "assign": Step(
        label=gettext_lazy("Assign the follow-up"),
        run=lifecycle.assign_followup,
        form=AssignFollowUpForm,
        done=gettext_lazy("Assigned."),
    ),
    "contact": Step(
        label=gettext_lazy("Note that the person was contacted"),
        run=lifecycle.note_contact,
        form=ContactForm,
        done=gettext_lazy("Noted."),
    ),
    "close": Step(
        label=gettext_lazy("Close the follow-up"),
        run=lifecycle.close_followup,
        form=CloseFollowUpForm,
        done=gettext_lazy("The follow-up is closed."),
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def followups(request: StaffRequest) -> HttpResponse:
    """List the follow-ups that the person may see."""
    if not request.user.has_role(*permissions.WORKERS):
        raise PermissionDenied
    page: ListPage[FollowUp] = ListPage(
        request=request,
        page_name="surveys:followups",
        queryset=selectors.followup_rows(request.user),
        filterset=FollowUpFilter,
        columns=tables.FOLLOWUP_COLUMNS,
        order="due_at",
        views=VIEWS,
        empty_words=_(
            "Nobody is to be followed up. Follow-ups open by themselves when a respondent who left a contact is not content."
        ),
    )
    context = {
        "title": _("Follow-up of dissatisfied respondents"),
        "page": page,
        "row_template": "surveys/_followup_row.html",
        "now": timezone.now(),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"surveys/plain_list.html{part}", context)


def visible(request: StaffRequest, pk: int) -> FollowUp:
    """Return a follow-up that the person may see; another unit's does not exist for them."""
    seen = selectors.followup_rows(request.user).select_related("person", "response__version")
    return get_object_or_404(seen, pk=pk)


@require_GET
def followup(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a follow-up and what can be done with it."""
    return page(request, visible(request, pk))


@require_http_methods(["POST"])
def followup_step(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the verbs."""
    found, step = visible(request, pk), STEPS.get(verb)
    if step is None:
        raise Http404
    if not permissions.can_follow_up(request.user, found):
        raise PermissionDenied
    form = step.form(request.POST, followup=found)
    if form.is_valid():
        try:
            step.run(found, by=request.user, at=timezone.now(), **form.arguments())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(step.done))
            return redirect(found)
    return page(request, found, {verb: form})


def page(
    request: StaffRequest, found: FollowUp, forms: dict[str, FollowUpForm] | None = None
) -> HttpResponse:
    """Render the page; a form that was refused stands as it was typed."""
    may = permissions.can_follow_up(request.user, found) and not found.closed_at
    offered = [
        (name, step, (forms or {}).get(name) or step.form(followup=found, auto_id=f"{name}_%s"))
        for name, step in STEPS.items()
        if may
    ]
    context = {
        "followup": found,
        "offered": offered,
        "may_see_contact": permissions.can_follow_up(request.user, found),
        "history": [(audit.words_of(e.verb), e) for e in selectors.history_of(found)],
        "now": timezone.now(),
    }
    return render(request, "surveys/followup.html", context)
