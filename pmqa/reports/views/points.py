"""The points of a report: a page of them, and a form for each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import format_month
from pmqa.reports import selectors
from pmqa.reports.forms import ActionForm, CarryingOutForm, PointForm, ProgressForm
from pmqa.reports.models import PointProgress, Report, ReportPoint, State
from pmqa.reports.permissions import can_decide, can_edit_points, can_tell_progress
from pmqa.reports.points import lifecycle
from pmqa.reports.views.figures import found

Kind = ReportPoint.Kind


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that is done with a point."""

    act: Callable[..., object]
    title: Any
    button: Any
    done: Any
    may: Callable[..., bool]
    has_version: bool = True


def may_edit(staff: Any, point: ReportPoint) -> bool:
    """Whether the person words the point now."""
    return point.state != "dropped" and can_edit_points(staff, point.report)


def may_decide(staff: Any, point: ReportPoint) -> bool:
    """Whether the person decides the point now."""
    is_open = point.kind == Kind.DECISION and point.state != "dropped"
    return is_open and can_decide(staff, point.report)


def may_tell(staff: Any, point: ReportPoint) -> bool:
    """Whether the person tells progress now."""
    is_owed = point.state == "decided" and point.report.state == State.PUBLISHED
    is_done = any(each.state == PointProgress.State.DONE for each in point.steps)
    return is_owed and not is_done and can_tell_progress(staff, point)


STEPS = {
    "edit": Step(
        act=lifecycle.edit,
        title=gettext_lazy("Word the point anew"),
        button=gettext_lazy("Save the point"),
        done=gettext_lazy("The point is saved."),
        may=may_edit,
    ),
    "drop": Step(
        act=lifecycle.drop,
        title=gettext_lazy("Leave the point out"),
        button=gettext_lazy("Leave out"),
        done=gettext_lazy("The point is left out of the report."),
        may=may_edit,
    ),
    "decide": Step(
        act=lifecycle.decide,
        title=gettext_lazy("Decide the point"),
        button=gettext_lazy("Decide"),
        done=gettext_lazy("The decision is kept."),
        may=may_decide,
    ),
    "progress": Step(
        act=lifecycle.tell_progress,
        title=gettext_lazy("Tell the progress"),
        button=gettext_lazy("Tell the progress"),
        done=gettext_lazy("The progress is kept."),
        may=may_tell,
        has_version=False,
    ),
}


@require_GET
def points(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the points of a report with what may be done with each."""
    report = found(request, pk)
    rows = selectors.all_points(report)
    for point in rows:
        point.report = report
    context = {
        "title": _("Decisions and action plan, %(month)s")
        % {"month": format_month(report.month_on)},
        "report": report,
        "rows": [(point, steps_for(request, point)) for point in rows],
        "may_edit": can_edit_points(request.user, report),
    }
    return render(request, "reports/points.html", context)


def steps_for(request: StaffRequest, point: ReportPoint) -> list[tuple[str, Any]]:
    """Return the steps that the person may take with a point."""
    return [
        (reverse("reports:point", args=[point.pk, name]), step.title)
        for name, step in STEPS.items()
        if step.may(request.user, point)
    ]


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Write a point to decide, or a problem with its action."""
    report = found(request, pk)
    if kind not in Kind.values:
        raise Http404
    if not can_edit_points(request.user, report):
        raise PermissionDenied
    data = request.POST or None
    form = PointForm(data) if kind == Kind.DECISION else ActionForm(data, unit=report.unit)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.add(
                report, kind=kind, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The point is saved."))
            return redirect("reports:points", pk=report.pk)
    title = (
        _("Write a point to decide")
        if kind == Kind.DECISION
        else _("Write a problem and its action")
    )
    return shown(request, form, report=report, title=title, button=_("Save the point"))


@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, point_pk: int, step: str) -> HttpResponse:
    """Take a step with a point."""
    reports = Report.objects.visible_to(request.user)
    rows = ReportPoint.objects.filter(report__in=reports.values("pk"))
    point = get_object_or_404(rows.select_related("report__unit", "owner", "first"), pk=point_pk)
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404
    if not chosen.may(request.user, point):
        raise PermissionDenied
    form = form_of(request, point, step)
    if request.method == "POST" and form.is_valid() and taken(request, point, chosen, form):
        return redirect(point)
    return shown(
        request,
        form,
        report=point.report,
        title=chosen.title,
        button=chosen.button,
        lead=point.body,
    )


def form_of(request: StaffRequest, point: ReportPoint, step: str) -> forms.Form:
    """Return the form of a step, carrying the version that the person sees."""
    data, unit = request.POST or None, point.report.unit
    known = {
        "body": point.body,
        "decision": point.decision,
        "owner": point.owner_id,
        "due_on": point.due_on,
    }
    form: forms.Form
    if step == "progress":
        return ProgressForm(data)
    if step == "drop":
        form = forms.Form(data)
    elif step == "decide":
        form = CarryingOutForm(data, unit=unit, initial=known)
    elif point.kind == Kind.DECISION:
        form = PointForm(data, initial=known)
    else:
        form = ActionForm(data, unit=unit, initial=known)
    form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=point.version)
    return form


def taken(request: StaffRequest, point: ReportPoint, step: Step, form: forms.Form) -> bool:
    """Take the step; a refusal stands above the form, which then speaks of the point as it is now."""
    try:
        step.act(point, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        if step.has_version:
            data = request.POST.copy()
            data["version"] = str(ReportPoint.objects.filter(pk=point.pk).get().version)
            form.data = data
        return False
    messages.success(request, str(step.done))
    return True


def shown(request: StaffRequest, form: forms.Form, *, report: Report, **facts: Any) -> HttpResponse:
    """Show a form of a report's points."""
    back_url = reverse("reports:points", args=[report.pk])
    return render(request, "pmqa/form.html", {"form": form, "back_url": back_url, **facts})
