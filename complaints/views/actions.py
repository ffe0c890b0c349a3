"""Corrective actions: the list, one action, planning one, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from agency.models import Staff
from agency.requests import StaffRequest
from agency.thai import local_day
from complaints import lifecycle, permissions, tables
from complaints.filters.actions import ActionFilter
from complaints.forms.prevention import DropForm, FinishForm, PlanForm
from complaints.forms.versions import VersionedForm
from complaints.models import Complaint, CorrectiveAction
from complaints.selectors.choices import causes
from complaints.selectors.prevention import action_page, action_rows, evidence_of
from complaints.selectors.stream import changes
from complaints.views.figures import workers_only

VIEWS = [
    View(label=gettext_lazy("Not done yet"), query="show=owed"),
    View(label=gettext_lazy("Mine"), query="show=mine"),
    View(label=gettext_lazy("To be verified"), query="status=done"),
    View(label=gettext_lazy("All")),
]
Right = Callable[[Staff, CorrectiveAction], bool]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What can be done with an action: its words, its form, the rule of the lifecycle, who may and when."""

    label: Any
    run: Callable[..., CorrectiveAction]
    right: Right
    states: tuple[str, ...]
    form: type[VersionedForm] = VersionedForm


OWED = tuple(CorrectiveAction.Status.unfinished())
STEPS: Mapping[str, Step] = {
    "start": Step(
        label=gettext_lazy("Begin"),
        run=lifecycle.start_action,
        right=permissions.can_work_on_action,
        states=("planned",),
    ),
    "finish": Step(
        label=gettext_lazy("Report as done"),
        run=lifecycle.finish_action,
        right=permissions.can_work_on_action,
        states=OWED,
        form=FinishForm,
    ),
    "verify": Step(
        label=gettext_lazy("Verify"),
        run=lifecycle.verify_action,
        right=permissions.can_verify_action,
        states=("done",),
    ),
    "drop": Step(
        label=gettext_lazy("Drop the action"),
        run=lifecycle.drop_action,
        right=permissions.can_work_on_action,
        states=OWED,
        form=DropForm,
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def actions(request: StaffRequest) -> HttpResponse:
    """List the corrective actions that the person may see."""
    workers_only(request)
    page: ListPage[CorrectiveAction] = ListPage(
        request=request,
        page_name="complaints:actions",
        queryset=action_rows(request.user),
        filterset=ActionFilter,
        columns=tables.ACTION_COLUMNS,
        order="due_on",
        views=VIEWS,
        empty_words=_("No corrective action. Plan one from a case or from a cause on the board."),
    )
    context = {
        "title": _("Corrective actions"),
        "page": page,
        "row_template": "complaints/_action_row.html",
        "today": local_day(timezone.now()),
        "can_plan": permissions.can_plan_action(request.user),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"complaints/action_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def plan(request: StaffRequest) -> HttpResponse:
    """Plan an action, from a case or from a cause."""
    if not permissions.can_plan_action(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = PlanForm(
        request.POST or None,
        staff=request.user,
        today=local_day(at),
        complaint=case_asked(request),
        cause=causes().filter(pk=number_in(request, "cause")).first(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            told = {**form.cleaned_data, "complaint": form.complaint}
            action = lifecycle.plan_action(**told, by=request.user, at=at)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Planned. The responsible person is reminded in time."))
            return redirect(action)
    return render(request, "complaints/action_plan.html", {"form": form})


def case_asked(request: StaffRequest) -> Complaint | None:
    """Return the case that the action comes of, if one was named."""
    pk = number_in(request, "case")
    if not pk:
        return None
    return get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)


def number_in(request: StaffRequest, name: str) -> int:
    """Return a number of the address, 0 for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_GET
def action(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an action: what it is about, how far it is, what can be done."""
    found = get_object_or_404(action_page(request.user), pk=pk)
    return show(request, found)


def show(
    request: StaffRequest,
    found: CorrectiveAction,
    *,
    bound: tuple[str, VersionedForm] | None = None,
) -> HttpResponse:
    """Draw the page of an action; `bound` is the form with errors, by its step."""
    offered = [
        (
            name,
            step,
            bound[1] if bound and bound[0] == name else step.form(seen=found, auto_id=ids(name)),
        )
        for name, step in STEPS.items()
        if (bound and bound[0] == name)
        or (found.status in step.states and step.right(request.user, found))
    ]
    context = {
        "action": found,
        "offered": offered,
        "changes": changes(bound[1].changes) if bound else [],
        "files": evidence_of(found),
        "entries": changes(audit.entries_of(found).order_by("pk")),
        "case": found.complaint
        if found.complaint and permissions.can_see(request.user, found.complaint)
        else None,
        "today": local_day(timezone.now()),
    }
    return render(request, "complaints/action_detail.html", context)


def ids(name: str) -> str:
    """Return how the fields of a step are numbered: several forms stand on one page."""
    return f"id_{name}_%s"


@require_http_methods(["POST"])
def step(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Do one step of an action; a refusal leaves what was typed on the page."""
    found = get_object_or_404(action_page(request.user), pk=pk)
    chosen = STEPS.get(name)
    if chosen is None:
        raise Http404
    if not chosen.right(request.user, found):
        raise PermissionDenied
    form = chosen.form(request.POST, request.FILES, seen=found, auto_id=ids(name))
    if form.is_valid():
        try:
            chosen.run(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect(found)
    return show(request, found, bound=(name, form))
