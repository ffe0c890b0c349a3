"""Results for units: sending them, the board of who has acknowledged, each unit's own page with its plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import audit
from agency.listing import ListPage, View
from agency.requests import StaffRequest
from agency.thai import local_day
from surveys import lifecycle, permissions, tables
from surveys.filters import UnitResultFilter
from surveys.forms.cascade import OutcomeForm, PlanForm
from surveys.models import Acknowledgement, Wave
from surveys.selectors import cascade as selectors
from surveys.views.results import visible

VIEWS = [
    View(label=gettext_lazy("All")),
    View(label=gettext_lazy("Not acknowledged"), query="show=silent"),
    View(label=gettext_lazy("Plan to be done"), query="show=planned"),
]
FORMS: dict[str, tuple[type[Any], Callable[..., Any], Any]] = {
    "plan": (PlanForm, lifecycle.write_plan, gettext_lazy("The plan is kept.")),
    "done": (OutcomeForm, lifecycle.finish_plan, gettext_lazy("The plan is done.")),
}


@require_GET
@vary_on_headers("HX-Request")
def unit_results(request: StaffRequest) -> HttpResponse:
    """List the results that the person's units got."""
    if not request.user.has_role(*permissions.WORKERS):
        raise PermissionDenied
    return listed(
        request,
        title=_("Results for units"),
        queryset=selectors.unit_results(request.user),
        empty_words=_("No results yet. They come here when a closed survey is sent to the units."),
    )


@require_GET
@vary_on_headers("HX-Request")
def board(request: StaffRequest, pk: int) -> HttpResponse:
    """List the units that the results of a wave went to, and who has acknowledged."""
    wave = visible(request, pk)
    may_send = permissions.can_supervise(request.user, wave.survey)
    return listed(
        request,
        title=_("Results sent to units: %(wave)s") % {"wave": wave.name},
        queryset=selectors.board(wave).select_related("wave__survey"),
        empty_words=_("The results have not been sent to the units yet."),
        wave=wave,
        counts=selectors.counts(wave),
        may_send=may_send and wave.state == Wave.State.CLOSED,
    )


def listed(
    request: StaffRequest, *, title: str, queryset: Any, empty_words: str, **more: Any
) -> HttpResponse:
    """Show a list of units with their results."""
    page: ListPage[Acknowledgement] = ListPage(
        request=request,
        page_name="surveys:unit_results",
        queryset=queryset,
        filterset=UnitResultFilter,
        columns=tables.UNIT_RESULT_COLUMNS,
        order="-sent_at",
        views=VIEWS,
        empty_words=empty_words,
    )
    context = {
        "title": title,
        "page": page,
        "row_template": "surveys/_unit_result_row.html",
        "today": local_day(timezone.now()),
        **more,
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"surveys/unit_results.html{part}", context)


@require_POST
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the results to every unit that has not got them."""
    wave = visible(request, pk)
    if not permissions.can_supervise(request.user, wave.survey):
        raise PermissionDenied
    try:
        count = lifecycle.send_results(wave, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent to %(count)s units.") % {"count": count})
    return redirect("surveys:cascade", wave.pk)


def row_of(request: StaffRequest, pk: int) -> Acknowledgement:
    """Return the results of a unit of the person's; another unit's do not exist for them."""
    rows = selectors.unit_results(request.user).select_related("wave__previous", "sent_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def unit_result(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a unit's own figures, its acknowledgement and its plan."""
    return shown(request, row_of(request, pk))


def shown(
    request: StaffRequest, row: Acknowledgement, forms: dict[str, Any] | None = None
) -> HttpResponse:
    """Draw the page; a form that was refused stands as it was typed."""
    may = permissions.can_acknowledge(request.user, row)
    may_finish = may or row.plan_owner_id == request.user.pk
    forms = forms or {}
    context = {
        "row": row,
        "figures": selectors.figures_of(row),
        "may_acknowledge": may and not row.acknowledged_at,
        "plan_form": forms.get("plan") or PlanForm(row=row) if may and not row.done_at else None,
        "outcome_form": forms.get("done") or OutcomeForm(row=row)
        if may_finish and row.planned_at and not row.done_at
        else None,
        "history": [(audit.words_of(e.verb), e) for e in selectors.history_of(row)],
        "is_late": row.plan_due_on is not None
        and not row.done_at
        and row.plan_due_on < local_day(timezone.now()),
        "sees_survey": Wave.objects.visible_to(request.user).filter(pk=row.wave_id).exists(),
    }
    return render(request, "surveys/unit_result.html", context)


@require_POST
def acknowledge(request: StaffRequest, pk: int) -> HttpResponse:
    """Acknowledge the results for the unit."""
    row = row_of(request, pk)
    if not permissions.can_acknowledge(request.user, row):
        raise PermissionDenied
    try:
        lifecycle.acknowledge(row, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The results are acknowledged. Now write the unit's plan."))
    return redirect(row)


@require_http_methods(["POST"])
def unit_step(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Keep the plan, or say that it is done."""
    row = row_of(request, pk)
    if verb not in FORMS:
        raise Http404
    may = permissions.can_acknowledge(request.user, row)
    if not (may or (verb == "done" and row.plan_owner_id == request.user.pk)):
        raise PermissionDenied
    form_type, run, words = FORMS[verb]
    form = form_type(request.POST, row=row)
    if form.is_valid():
        try:
            run(row, **form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(words))
            return redirect(reverse("surveys:unit_result", args=[row.pk]))
    return shown(request, row, {verb: form})
