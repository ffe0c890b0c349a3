"""Canned replies: the list, the form with its preview, and putting one into a message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency import placeholders
from agency.listing import ListPage
from agency.requests import StaffRequest
from complaints import lifecycle, permissions, tables
from complaints.filters.canned import CannedReplyFilter
from complaints.forms.canned import CannedReplyForm
from complaints.models import CANNED_FIELDS, CannedReply, Complaint
from complaints.selectors import canned as selectors


@require_GET
@vary_on_headers("HX-Request")
def replies(request: StaffRequest) -> HttpResponse:
    """List the texts of the own unit, those it inherits, and those below."""
    page = ListPage(
        request=request,
        page_name="complaints:canned",
        queryset=selectors.canned_list(request.user),
        filterset=CannedReplyFilter,
        columns=tables.CANNED_COLUMNS,
        order="-used_count",
        empty_words=_("No canned reply yet. Supervisors write them with “New canned reply”."),
    )
    context = {
        "title": _("Canned replies"),
        "page": page,
        "row_template": "complaints/_canned_row.html",
        "may_add": permissions.can_keep_canned(request.user, request.user.unit),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"complaints/canned_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Write a new one."""
    if not permissions.can_keep_canned(request.user, request.user.unit):
        raise PermissionDenied
    return edited(request, None)


@require_http_methods(["GET", "POST"])
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    """Read one; change it, if it is of the own unit or below."""
    found = get_object_or_404(selectors.canned_list(request.user), pk=pk)
    may_keep = permissions.can_keep_canned(request.user, found.unit)
    if may_keep:
        return edited(request, found)
    if request.method == "POST":
        raise PermissionDenied
    context = {
        "reply": found,
        "title": found.title,
        "preview": previews(request, found.body_th, found.body_en),
    }
    return render(request, "complaints/canned_reply.html", context)


def edited(request: StaffRequest, found: CannedReply | None) -> HttpResponse:
    """Show the form, look at it with a sample case, or keep it."""
    form = CannedReplyForm(request.POST or None, staff=request.user, reply=found)
    is_preview = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not is_preview:
        try:
            lifecycle.keep_canned(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except lifecycle.Refused as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, _("The canned reply is kept."))
            return redirect("complaints:canned")
    context = {
        "form": form,
        "reply": found,
        "title": found.title if found else _("New canned reply"),
        "fields": CANNED_FIELDS.items(),
        "preview": previews(request, form["body_th"].value(), form["body_en"].value()),
        "back_url": reverse("complaints:canned"),
        "draft": f"canned-{found.pk}" if found else "canned",
    }
    return render(request, "complaints/canned_form.html", context)


def previews(request: StaffRequest, *texts: str | None) -> list[tuple[str, str]]:
    """Return the texts as they would read on a sample case, by language."""
    at = timezone.now()
    return [
        (
            language,
            placeholders.fill(
                text, selectors.sample_values(request.user, at=at, language=language)
            ),
        )
        for language, text in zip(("th", "en"), texts, strict=True)
        if text
    ]


# In the forms of a case


def with_canned(
    request: StaffRequest, complaint: Complaint, *, verb: str, may_see_name: bool
) -> dict[str, Any]:
    """Return what was typed, with the chosen text put after it; nothing is sent or lost."""
    typed: dict[str, Any] = {name: request.POST[name] for name in request.POST}
    offered = {str(each.pk): each for each in selectors.canned_for(complaint, verb)}
    chosen = offered.get(typed.get("canned", ""))
    if chosen is None:
        messages.warning(request, _("Choose a canned reply first."))
        return typed
    text = lifecycle.insert_canned(
        complaint,
        chosen,
        verb=verb,
        may_see_name=may_see_name,
        by=request.user,
        at=timezone.now(),
    )
    before = typed.get("body", "").strip()
    typed["body"] = f"{before}\n\n{text}" if before else text
    return typed
