"""The registers: needs and expectations, stakeholders, insights. One list, one form and one page for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.listing import Column, ListPage, View
from agency.models import Staff
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import lifecycle, permissions, tables
from listening.filters import InsightFilter, NeedFilter, StakeholderFilter
from listening.forms import registers as forms
from listening.models import Engagement, Evidence, Insight, Need, Stakeholder
from listening.selectors import registers as selectors

Thing = Any


@dataclass(frozen=True, kw_only=True)
class Register:
    """What one register's list, form and page need."""

    name: str  # the URL name of one row; the list's is `names`
    names: str
    title: Any
    add: Any
    empty: Any
    rows: Callable[[Staff, datetime], QuerySet[Any]]
    filterset: Any
    columns: list[Column]
    order: str
    form: type[forms.OfUnitForm]
    make: Callable[..., Any]
    keep: Callable[..., Any]
    views: tuple[View, ...] = ()


REGISTERS: Mapping[str, Register] = {
    "needs": Register(
        name="need",
        names="needs",
        title=gettext_lazy("Needs and expectations"),
        add=gettext_lazy("Write a need down"),
        empty=gettext_lazy("No need was written down yet. Needs are tagged on passages of voices."),
        rows=lambda staff, at: selectors.needs(staff, at=at),
        filterset=NeedFilter,
        columns=tables.NEED_COLUMNS,
        order="review_on",
        form=forms.NeedForm,
        make=Need,
        keep=lifecycle.keep_need,
        views=(
            View(label=gettext_lazy("Standing"), query="state=standing"),
            View(label=gettext_lazy("Review is due"), query="state=standing&due=true"),
            View(label=gettext_lazy("All")),
        ),
    ),
    "stakeholders": Register(
        name="stakeholder",
        names="stakeholders",
        title=gettext_lazy("Stakeholders"),
        add=gettext_lazy("Add a stakeholder"),
        empty=gettext_lazy("No stakeholder was written down yet."),
        rows=lambda staff, at: selectors.stakeholders(staff),
        filterset=StakeholderFilter,
        columns=tables.STAKEHOLDER_COLUMNS,
        order="name",
        form=forms.StakeholderForm,
        make=Stakeholder,
        keep=lifecycle.keep_stakeholder,
    ),
    "insights": Register(
        name="insight",
        names="insights",
        title=gettext_lazy("Insights"),
        add=gettext_lazy("Draft an insight"),
        empty=gettext_lazy("No insight yet. Draft one from what voices, causes and surveys tell."),
        rows=lambda staff, at: selectors.insights(staff),
        filterset=InsightFilter,
        columns=tables.INSIGHT_COLUMNS,
        order="-changed_at",
        form=forms.InsightForm,
        make=Insight,
        keep=lifecycle.draft_insight,
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def rows(request: StaffRequest, *, register: str) -> HttpResponseBase:
    """List what the person may see of a register."""
    if not permissions.can_read(request.user):
        raise PermissionDenied
    each = REGISTERS[register]
    page: ListPage[Any] = ListPage(
        request=request,
        page_name=f"listening:{each.names}",
        queryset=each.rows(request.user, timezone.now()),
        filterset=each.filterset,
        columns=each.columns,
        order=each.order,
        views=each.views,
        exports=["csv", "xlsx"] if register != "insights" else [],
        empty_words=each.empty,
    )
    if page.wants_export:
        return page.export()
    may_add = permissions.can_receive(request.user)
    context = {
        "title": each.title,
        "page": page,
        "row_template": f"listening/_{each.name}_row.html",
        "add_url": reverse(f"listening:{each.name}_new") if may_add else "",
        "add_words": each.add,
        "today": timezone.localdate(),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/plain_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, *, register: str, pk: int | None = None) -> HttpResponse:
    """Write a row anew or change it."""
    each = REGISTERS[register]
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    thing = each.make(unit=request.user.unit)
    if pk is not None:
        thing = kept(request, register=register, pk=pk)
    form = each.form(request.POST or None, instance=thing, staff=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = each.keep(form.instance, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    context = {
        "title": each.add if pk is None else _("Change: %(title)s") % {"title": thing},
        "form": form,
        "back_url": reverse(f"listening:{each.names}") if pk is None else thing.get_absolute_url(),
        "draft": register if pk is None else "",
    }
    return render(request, "pmqa/form.html", context)


def visible(request: StaffRequest, *, register: str, pk: int) -> Thing:
    """Return a row that the person may see; another unit's does not exist for them."""
    return get_object_or_404(REGISTERS[register].rows(request.user, timezone.now()), pk=pk)


def kept(request: StaffRequest, *, register: str, pk: int) -> Thing:
    """Return a row that the person may see and work on."""
    thing = visible(request, register=register, pk=pk)
    if not permissions.can_keep(request.user, thing):
        raise PermissionDenied
    return thing


@require_GET
def need(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a need, the passages that tell it and its evidence."""
    found = visible(request, register="needs", pk=pk)
    return need_page(request, found)


def need_page(request: StaffRequest, found: Need, form: BaseForm | None = None) -> HttpResponse:
    """Render a need."""
    context = {
        "need": found,
        "tags": selectors.tags_of(found, staff=request.user),
        "proofs": selectors.proofs_of(found),
        "history": selectors.history_of(found),
        "form": form or forms.EvidenceForm(),
        "may_keep": permissions.can_keep(request.user, found),
        "is_due": found.state == Need.State.STANDING and found.review_on <= timezone.localdate(),
    }
    return render(request, "listening/need.html", context)


@require_GET
def stakeholder(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a stakeholder and the talks."""
    return stakeholder_page(request, visible(request, register="stakeholders", pk=pk))


def stakeholder_page(
    request: StaffRequest, found: Stakeholder, form: BaseForm | None = None
) -> HttpResponse:
    """Render a stakeholder."""
    context = {
        "stakeholder": found,
        "talks": selectors.talks_of(found),
        "history": selectors.history_of(found),
        "form": form or forms.EngagementForm(),
        "may_keep": permissions.can_keep(request.user, found),
    }
    return render(request, "listening/stakeholder.html", context)


@require_POST
def engage(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a talk down."""
    found = kept(request, register="stakeholders", pk=pk)
    form = forms.EngagementForm(request.POST, instance=Engagement(stakeholder=found))
    if form.is_valid():
        try:
            lifecycle.note_engagement(form.instance, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(found)
    return stakeholder_page(request, found, form)


@require_GET
def insight(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an insight, its evidence and the discussion."""
    return insight_page(request, visible(request, register="insights", pk=pk))


def insight_page(request: StaffRequest, found: Insight, **refused: BaseForm) -> HttpResponse:
    """Render an insight with what may be done next."""
    is_open = found.state in {Insight.State.DRAFT, Insight.State.DISCUSSED}
    may_keep = permissions.can_keep(request.user, found)
    may_approve = permissions.can_approve_insight(request.user, found)
    context = {
        "insight": found,
        "proofs": selectors.proofs_of(found),
        "comments": selectors.comments_of(found),
        "history": selectors.history_of(found),
        "form": refused.get("evidence") or forms.EvidenceForm(),
        "comment": refused.get("discuss") or forms.CommentForm(),
        "may_keep": may_keep and is_open,
        "may_discuss": is_open and permissions.can_discuss(request.user, found),
        "may_approve": may_approve and is_open,
        "may_hand_over": (may_approve or may_keep) and found.state == Insight.State.APPROVED,
    }
    return render(request, "listening/insight.html", context)


@require_POST
def add_evidence(request: StaffRequest, *, register: str, pk: int) -> HttpResponse:
    """Name what a need or an insight rests on."""
    found = kept(request, register=register, pk=pk)
    about = {"insight": found} if register == "insights" else {"need": found}
    form = forms.EvidenceForm(request.POST, instance=Evidence(**about))
    if form.is_valid():
        try:
            lifecycle.add_evidence(form.instance, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(found)
    if register == "insights":
        return insight_page(request, found, evidence=form)
    return need_page(request, found, form)


@require_POST
def discuss(request: StaffRequest, pk: int) -> HttpResponse:
    """Say something on an insight."""
    found = visible(request, register="insights", pk=pk)
    if not permissions.can_discuss(request.user, found):
        raise PermissionDenied
    form = forms.CommentForm(request.POST)
    if form.is_valid():
        try:
            lifecycle.discuss(
                found, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(found)
    return insight_page(request, found, discuss=form)


@require_POST
def settle(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Approve an insight or hand it over."""
    verbs = {"approve": lifecycle.approve, "hand-over": lifecycle.hand_over}
    if verb not in verbs:
        raise Http404
    found = visible(request, register="insights", pk=pk)
    may = permissions.can_approve_insight(request.user, found) or (
        verb == "hand-over" and permissions.can_keep(request.user, found)
    )
    if not may:
        raise PermissionDenied
    try:
        verbs[verb](found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect(found)
