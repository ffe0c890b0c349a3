"""Alerts on screen: the list, an alert with its answer, rules with their dry run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.listing import Column, ListPage, View
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import format_month
from pmqa.alerts import lifecycle, selectors
from pmqa.alerts.filters import AlertFilter
from pmqa.alerts.forms import MuteForm, NoteForm, RuleForm
from pmqa.alerts.models import Alert, AlertRule
from pmqa.alerts.permissions import can_acknowledge, can_keep_rules

COLUMNS = [
    Column(name="indicator", label=gettext_lazy("Indicator"), is_fixed=True),
    Column(name="found", label=gettext_lazy("What was found")),
    Column(name="month", label=gettext_lazy("Month")),
    Column(name="unit", label=gettext_lazy("Unit")),
    Column(name="state", label=gettext_lazy("State")),
]


@require_GET
@vary_on_headers("HX-Request")
def alert_list(request: StaffRequest) -> HttpResponse:
    """List what fired, the newest first."""
    page: ListPage[Alert] = ListPage(
        request=request,
        page_name="alerts:list",
        queryset=selectors.alerts_of(request.user),
        filterset=AlertFilter,
        columns=COLUMNS,
        order="-fired_at",
        views=[
            View(label=_("All")),
            View(label=_("Not acknowledged"), query="waiting=true"),
        ],
        empty_words=_(
            "No rule has fired. Rules say which indicators are watched, and whom they tell."
        ),
    )
    context = {"title": _("Alerts on indicators"), "page": page}
    return render(request, "alerts/alert_list.html" + ("#rows" if request.htmx else ""), context)


@require_http_methods(["GET", "POST"])
def alert(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what fired, and take the word of what was done."""
    alerts = selectors.alerts_of(request.user).prefetch_related("rule__people")
    found = get_object_or_404(alerts, pk=pk)
    may = can_acknowledge(request.user, found)
    form = NoteForm(request.POST or None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid() and answered(request, found, form):
            return redirect(found)
    context = {
        "title": found.rule.name,
        "alert": found,
        "month": format_month(found.month_on),
        "form": form if may and found.acknowledged_at is None else None,
    }
    return render(request, "alerts/alert.html", context)


def answered(request: StaffRequest, found: Alert, form: NoteForm) -> bool:
    """Keep what was done; a refusal stands above the form."""
    try:
        lifecycle.acknowledge(
            found, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The alert is acknowledged."))
    return True


@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """List the rules of the unit and those below."""
    at = timezone.now()
    rules = [(each, each.is_muted(at)) for each in selectors.rules_of(request.user)[:RULES_SHOWN]]
    context = {
        "title": _("Alert rules"),
        "rules": rules,
        "may_keep": can_keep_rules(request.user, request.user.unit),
    }
    return render(request, "alerts/rule_list.html", context)


RULES_SHOWN = 200


@require_GET
def rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a rule, whom it tells, and what it would have done in the last twelve months."""
    at = timezone.now()
    found = get_object_or_404(selectors.rules_of(request.user), pk=pk)
    context = {
        "title": found.name,
        "rule": found,
        "people": lifecycle.told_people(found),
        "dry": selectors.dry_run(found, at=at),
        "is_muted": found.is_muted(at),
        "may_keep": can_keep_rules(request.user, found.unit),
    }
    return render(request, "alerts/rule.html", context)


@require_http_methods(["GET", "POST"])
def new_rule(request: StaffRequest) -> HttpResponse:
    """Set a rule up, or only try it."""
    if not can_keep_rules(request.user, request.user.unit):
        raise PermissionDenied
    form = RuleForm(request.POST or None, staff=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.make_rule(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule is kept."))
            return redirect(made)
    return shown(request, form, title=_("New alert rule"), back_url=reverse("alerts:rules"))


@require_http_methods(["GET", "POST"])
def change_rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    found = kept_by(request, pk)
    stale = get_object_or_404(
        selectors.rules_of(request.user), pk=pk
    )  # the form writes on its own copy
    form = RuleForm(request.POST or None, staff=request.user, instance=stale)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.change_rule(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            data = request.POST.copy()
            data["version"] = str(found.version)
            form.data = data
        else:
            messages.success(request, _("The rule is kept."))
            return redirect(found)
    return shown(request, form, title=_("Change the rule"), back_url=found.get_absolute_url())


@require_http_methods(["GET", "POST"])
def mute_rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Silence a rule until a day."""
    found = kept_by(request, pk)
    form = MuteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.mute(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule is silenced."))
            return redirect(found)
    return shown(
        request,
        form,
        title=_("Silence the rule"),
        button=_("Silence"),
        back_url=found.get_absolute_url(),
    )


@require_POST
def unmute_rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a silenced rule speak again."""
    found = kept_by(request, pk)
    try:
        lifecycle.unmute(found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rule speaks again."))
    return redirect(found)


def kept_by(request: StaffRequest, pk: int) -> AlertRule:
    """Return a rule that the person keeps: 404 for another unit's, 403 without the right."""
    found = get_object_or_404(selectors.rules_of(request.user), pk=pk)
    if not can_keep_rules(request.user, found.unit):
        raise PermissionDenied
    return found


def shown(request: StaffRequest, form: Any, **facts: Any) -> HttpResponse:
    """Show a form."""
    return render(request, "pmqa/form.html", {"form": form, **facts})
