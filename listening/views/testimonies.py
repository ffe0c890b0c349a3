"""Written views on the desk: read, shown or kept back with a reason, covered in part, looked at again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.listing import BulkAction, ListPage, View
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import permissions
from listening.filters import TestimonyFilter
from listening.forms.hearings import DecisionForm, EnteredViewForm, HideForm, RedactForm
from listening.lifecycle import outcomes
from listening.lifecycle import testimonies as lifecycle
from listening.models import Hearing
from listening.selectors import hearings as selectors
from listening.tables import TESTIMONY_COLUMNS
from listening.views.hearings import act, hearing_of, press, take


def readable(request: StaffRequest, pk: int) -> Hearing:
    """Return a hearing whose views, also those not shown, the person reads."""
    hearing = hearing_of(request, pk)
    if not permissions.is_in_reach(request.user, hearing):
        raise PermissionDenied
    return hearing


def list_url(hearing: Hearing) -> str:
    """Return the address of the views of a hearing."""
    return reverse("listening:testimonies", args=[hearing.pk])


@require_GET
@vary_on_headers("HX-Request")
def testimonies(request: StaffRequest, pk: int) -> HttpResponseBase:
    """List the views of a hearing; several can be shown or kept back at once with one reason."""
    hearing = readable(request, pk)
    may_work = permissions.works_on(request.user, hearing)
    page = ListPage(
        request=request,
        page_name="listening:testimonies",
        queryset=selectors.views_of(hearing),
        filterset=TestimonyFilter,
        columns=TESTIMONY_COLUMNS,
        order="-received_at",
        views=[
            View(label=_("All")),
            View(label=_("Waiting"), query="state=waiting"),
            View(label=_("Second look asked for"), query="appealed=true"),
        ],
        bulk=[
            BulkAction(name="show", label=_("Show")),
            BulkAction(name="hide", label=_("Keep from the public…")),
        ]
        if may_work
        else [],
        bulk_url=reverse("listening:testimonies_bulk", args=[hearing.pk]),
        exports=["csv", "xlsx"],
        empty_words=_("No view has come yet."),
    )
    if page.wants_export:
        return page.export()
    context = {
        "title": _("Written views"),
        "hearing": hearing,
        "page": page,
        "row_template": "listening/_testimony_row.html",
        "may_work": may_work and hearing.state == Hearing.State.ANNOUNCED,
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/testimony_list.html{part}", context)


@require_POST
def bulk(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the chosen views, or keep them back once a reason is given."""
    hearing = hearing_of(request, pk, permissions.works_on)
    chosen = [key for key in request.POST.getlist("chosen") if key.isdigit()]
    rows = list(hearing.testimonies.filter(pk__in=chosen).order_by("pk"))
    if not rows:
        messages.error(request, _("Choose at least one view."))
        return redirect(list_url(hearing))
    if request.POST.get("action") == "show":
        return told(request, hearing, lambda: lifecycle.show(rows, **act(request)))
    is_asked = "reason" in request.POST
    form = HideForm(request.POST if is_asked else None)
    if is_asked and form.is_valid():
        return told(
            request, hearing, lambda: lifecycle.hide(rows, **form.cleaned_data, **act(request))
        )
    context = {
        "form": form,
        "title": _("Keep from the public"),
        "rows": rows,
        "back_url": list_url(hearing),
        "button": _("Keep from the public"),
    }
    return render(request, "listening/testimony_hide.html", context)


def told(request: StaffRequest, hearing: Hearing, verb: Any) -> HttpResponse:
    """Press a verb over several views and say how many changed."""
    try:
        count = verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(count)s view changed.", "%(count)s views changed.", count)
        messages.success(request, words % {"count": count})
    return redirect(list_url(hearing))


@require_http_methods(["GET", "POST"])
def testimony(request: StaffRequest, pk: int, testimony_pk: int) -> HttpResponse:
    """Read one view beside what the public reads; cover passages."""
    hearing = readable(request, pk)
    row = get_object_or_404(selectors.views_of(hearing), pk=testimony_pk)
    may_work = permissions.works_on(request.user, hearing)
    form = RedactForm(request.POST or None, initial={"public_body": row.public_body})
    if request.method == "POST" and form.is_valid():
        if not may_work:
            raise PermissionDenied
        try:
            lifecycle.redact(row, form.cleaned_data["public_body"], **act(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(row)
    context = {
        "hearing": hearing,
        "row": row,
        "form": form,
        "may_work": may_work and hearing.state == Hearing.State.ANNOUNCED,
        "may_decide": permissions.can_lead_hearing(request.user, hearing)
        and row.moderated_by_id != request.user.pk,
        "alike": row.alike.all()[: lifecycle.ALIKE_ON_PAGE],
        "appeal": getattr(row, "appeal", None),
    }
    return render(request, "listening/testimony_detail.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, pk: int, testimony_pk: int) -> HttpResponse:
    """Take the second look that the writer asked for."""
    hearing = hearing_of(request, pk, permissions.can_lead_hearing)
    row = get_object_or_404(hearing.testimonies.exclude(appeal=None), pk=testimony_pk)
    form = DecisionForm(request.POST or None)
    form.fields["is_granted"].label = _("Show it after all?")

    def verb() -> None:
        lifecycle.decide_appeal(
            row.appeal,
            is_granted=form.cleaned_data["is_granted"] == "yes",
            answer=form.cleaned_data["answer"],
            **act(request),
        )

    return take(request, form, verb, title=_("Second look"), back=row.get_absolute_url())


@require_http_methods(["GET", "POST"])
def enter(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a view that came on paper, by mail or telephone."""
    hearing = hearing_of(request, pk, permissions.works_on)
    form = EnteredViewForm(request.POST or None, hearing=hearing)

    def verb() -> None:
        facts = dict(form.cleaned_data)
        late_reason = facts.pop("late_reason")
        view = lifecycle.View(uid=uuid4(), **facts)
        lifecycle.enter(hearing, view, late_reason=late_reason, **act(request))

    return take(
        request,
        form,
        verb,
        title=_("Write a view down"),
        back=list_url(hearing),
        draft=f"hearing-view-{hearing.pk}",
    )


@require_POST
def group(request: StaffRequest, pk: int) -> HttpResponse:
    """Group views that are one text."""
    hearing = hearing_of(request, pk, permissions.works_on)
    at = timezone.now()
    return press(
        request,
        lambda: outcomes.group_alike(hearing, by=request.user, at=at),
        back=list_url(hearing),
    )
