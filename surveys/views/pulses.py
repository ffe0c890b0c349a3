"""Questions after a service: which there are, their settings, and what came of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agency.charts import Line, LineChart, Point
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import format_month, local_day
from surveys import permissions
from surveys.forms.pulses import PulseForm
from surveys.lifecycle import pulses as lifecycle
from surveys.models import Pulse
from surveys.selectors import pulses as selectors

MONTHS = 13


@require_GET
def pulses(request: StaffRequest) -> HttpResponse:
    """List the questions after a service."""
    if not request.user.has_role(*permissions.WORKERS):
        raise PermissionDenied
    context = {
        "title": _("Questions after a service"),
        "pulses": list(selectors.pulses(request.user)[:100]),
        "may_make": permissions.can_set_pulses(request.user),
    }
    return render(request, "surveys/pulse_list.html", context)


def visible(request: StaffRequest, pk: int) -> Pulse:
    """Return a pulse whose survey the person sees."""
    return get_object_or_404(selectors.pulses(request.user), pk=pk)


@require_GET
def pulse(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the board of a pulse: asked, answered, mean and share of the satisfied, by month and unit."""
    found = visible(request, pk)
    today = local_day(timezone.now())
    since, until = first_of(today, back=MONTHS - 1), today + timedelta(days=1)
    months = selectors.by_month(found, since=since, until=until)
    context = {
        "pulse": found,
        "title": str(found),
        "months": months,
        "units": selectors.by_unit(found, since=since, until=until),
        "chart": chart_of(months[::-1]),
        "may_change": permissions.can_supervise(request.user, found.wave.survey),
    }
    return render(request, "surveys/pulse.html", context)


def first_of(day: date, *, back: int) -> date:
    """Return the first day of the month so many months before."""
    place = day.year * 12 + day.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def chart_of(months: list[selectors.Line]) -> LineChart | None:
    """Draw the mean over the months that are told."""
    points = [
        Point(
            label=format_month(line.name, short=True),
            value=line.mean,
            words="–" if line.mean is None else f"{line.mean:.2f}",
            n=line.answered,
        )
        for line in months
    ]
    if sum(point.value is not None for point in points) < 2:
        return None
    return LineChart(
        title=_("Mean by month, of 5 points"),
        lines=[Line(label=_("Mean"), points=points)],
        unit=_("of 5 points"),
        top=5.0,
        source=_("Source: answers after a service; they speak of those who answered"),
    )


@require_http_methods(["GET", "POST"])
def pulse_new(request: StaffRequest) -> HttpResponse:
    """Begin a question after a service."""
    if not permissions.can_set_pulses(request.user):
        raise PermissionDenied
    form = PulseForm(request.POST or None, staff=request.user)
    return settled(request, form, title=_("New question after a service"), back="surveys:pulses")


@require_http_methods(["GET", "POST"])
def pulse_settings(request: StaffRequest, pk: int) -> HttpResponse:
    """Change wave, waiting times and letter of a pulse."""
    found = visible(request, pk)
    if not permissions.can_supervise(request.user, found.wave.survey):
        raise PermissionDenied
    form = PulseForm(request.POST or None, staff=request.user, instance=found)
    return settled(request, form, title=_("Settings of the question"), back="surveys:pulses")


def settled(request: StaffRequest, form: PulseForm, *, title: str, back: str) -> HttpResponse:
    """Keep the settings, or show the form."""
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = form.arguments()
        if not permissions.can_supervise(request.user, told["wave"].survey):
            raise PermissionDenied
        try:
            made = lifecycle.set_pulse(by=request.user, at=timezone.now(), **told)
        except Refused as refusal:
            form.add_error("wave", str(refusal))
        else:
            messages.success(request, _("The settings are kept."))
            return redirect("surveys:pulse", made.pk)
    context = {"form": form, "title": title, "back_url": reverse(back)}
    return render(request, "pmqa/form.html", context)
