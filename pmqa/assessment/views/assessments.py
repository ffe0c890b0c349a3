"""The list of self-assessments, one of them, and the verbs about it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency import audit
from agency.listing import Column, ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import fiscal_year, local_day
from pmqa.assessment import lifecycle, selectors
from pmqa.assessment.filters import AssessmentFilter
from pmqa.assessment.forms import ReasonForm, StartForm
from pmqa.assessment.models import Assessment
from pmqa.assessment.permissions import can_start, may
from pmqa.assessment.pictures import radar_of

COLUMNS = [
    Column(
        name="unit",
        label=gettext_lazy("Unit"),
        is_fixed=True,
        sort="unit__code",
        value=lambda row: row.unit.name,
    ),
    Column(name="year", label=gettext_lazy("Fiscal year"), sort="fiscal_year", is_numeric=True),
    Column(name="state", label=gettext_lazy("State")),
    Column(name="started", label=gettext_lazy("Assessment begun")),
]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Something that is done to an assessment as a whole."""

    act: Callable[..., object]
    done: Any
    title: Any
    consequence: Any = ""


VERBS = {
    "submit": Verb(
        act=lifecycle.submit,
        title=gettext_lazy("Submit to the committee"),
        done=gettext_lazy("The self-assessment is with the committee."),
        consequence=gettext_lazy(
            "The committee is told. Nothing can be changed any more, unless the committee sends it back."
        ),
    ),
    "judge": Verb(
        act=lifecycle.judge,
        title=gettext_lazy("Conclude the judgement"),
        done=gettext_lazy("The judgement is concluded."),
        consequence=gettext_lazy(
            "The unit reads the committee’s ticks and remarks; they can no longer be changed."
        ),
    ),
    "close": Verb(
        act=lifecycle.close,
        title=gettext_lazy("Close the self-assessment"),
        done=gettext_lazy("The self-assessment is closed."),
        consequence=gettext_lazy(
            "The year’s result stands. The plan goes on and is followed up after 6 and 12 months."
        ),
    ),
    "send_back": Verb(
        act=lifecycle.send_back,
        title=gettext_lazy("Send back to the unit"),
        done=gettext_lazy("The self-assessment is sent back."),
    ),
}


def found(request: StaffRequest, pk: int) -> Assessment:
    """Return an assessment that the person sees, or 404."""
    return get_object_or_404(selectors.assessments(request.user), pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def assessment_list(request: StaffRequest) -> HttpResponse:
    """List the assessments that the person sees."""
    page: ListPage[Assessment] = ListPage(
        request=request,
        page_name="assessment:list",
        queryset=selectors.assessments(request.user),
        filterset=AssessmentFilter,
        columns=COLUMNS,
        order="-fiscal_year",
        empty_words=_(
            "No self-assessment yet. A supervisor or an executive of a unit begins one by the button above."
        ),
    )
    context = {
        "title": _("Self-assessments"),
        "page": page,
        "may_start": can_start(request.user, request.user.unit),
    }
    template = "assessment/assessment_list.html" + ("#rows" if request.htmx else "")
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def start(request: StaffRequest) -> HttpResponse:
    """Begin the self-assessment of the person's unit."""
    unit, at = request.user.unit, timezone.now()
    if not can_start(request.user, unit):
        raise PermissionDenied
    now = fiscal_year(local_day(at))
    taken = selectors.started_years(unit)
    years = [year for year in (now, now + 1, now - 1) if year not in taken]
    form = StartForm(request.POST or None, years=years)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = lifecycle.start(
            unit, year=data["year"], is_copying=data["is_copying"], by=request.user, at=at
        )
        messages.success(request, _("The self-assessment is begun. Go through its items."))
        return redirect(made)
    context = {
        "title": _("Begin a self-assessment"),
        "lead": _("Of your unit: %(unit)s") % {"unit": unit.name},
        "form": form,
        "button": _("Begin"),
        "back_url": reverse("assessment:list"),
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an assessment: scores side by side, items, gaps, course."""
    assessment = found(request, pk)
    rights = may(request.user, assessment)
    sheet = selectors.sheet(assessment)
    context = {
        "assessment": assessment,
        "title": _("Self-assessment, fiscal year %(year)s") % {"year": assessment.fiscal_year},
        "sheet": sheet,
        "radar": radar_of(sheet, has_committee=rights["see_committee"]),
        "gaps": selectors.gaps(sheet, today=local_day(timezone.now())),
        "followups": list(selectors.followups_of(assessment)),
        "history": [(audit.words_of(each.verb), each) for each in audit.entries_of(assessment)],
        "may": rights,
    }
    return render(request, "assessment/assessment_detail.html", context)


@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Submit, judge, close or send back; each is asked for first."""
    assessment = found(request, pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    if not may(request.user, assessment)[verb]:
        raise PermissionDenied
    if verb == "send_back":
        return sent_back(request, assessment)
    if "confirmed" in request.POST:
        return done(request, assessment, chosen)
    context = {
        "title": chosen.title,
        "consequence": chosen.consequence,
        "button": chosen.title,
        "back_url": assessment.get_absolute_url(),
    }
    return render(request, "pmqa/confirm.html", context)


def sent_back(request: StaffRequest, assessment: Assessment) -> HttpResponse:
    """Ask for the reason, then send back."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return done(request, assessment, VERBS["send_back"], reason=form.cleaned_data["reason"])
    context = {
        "title": VERBS["send_back"].title,
        "form": form,
        "button": VERBS["send_back"].title,
        "back_url": assessment.get_absolute_url(),
    }
    return render(request, "pmqa/form.html", context)


def done(request: StaffRequest, assessment: Assessment, verb: Verb, **facts: Any) -> HttpResponse:
    """Do it, and say so on the assessment's page."""
    try:
        verb.act(assessment, by=request.user, at=timezone.now(), **facts)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(verb.done))
    return redirect(assessment)
