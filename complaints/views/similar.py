"""Cases that may be the same matter: while a new one is typed, and beside an open one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.models import Staff
from agency.requests import StaffRequest
from complaints import lifecycle, permissions
from complaints.forms.similar import TypedForm
from complaints.models import Complaint, LinkKind
from complaints.selectors import desk
from complaints.selectors.similar import Suggestion, matter_of, similar, with_cuts
from complaints.selectors.stream import changes

MOST_LOOKED_AT = 50


def found_for(staff: Staff, data: QueryDict, *, at: datetime) -> list[Suggestion]:
    """Return what resembles a case that is being typed."""
    matter = TypedForm(data).matter(at=at)
    return with_cuts(similar(staff, matter), matter) if matter else []


def looked_at(data: QueryDict) -> set[str]:
    """Return the cases that the person was shown already."""
    return set(data.getlist("looked")[:MOST_LOOKED_AT])


def still_to_look_at(staff: Staff, data: QueryDict, *, at: datetime) -> Sequence[Suggestion]:
    """Return what resembles the new case if the person has not seen all of it; shown once, never in the way."""
    found = found_for(staff, data, at=at)
    return found if {str(each.complaint.pk) for each in found} - looked_at(data) else ()


@never_cache
@require_POST
def typed(request: StaffRequest) -> HttpResponse:
    """Show what resembles the case that is being typed; a part of the intake form."""
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    found = found_for(request.user, request.POST, at=timezone.now())
    return render(request, "complaints/_similar_typed.html", {"similar": found})


@require_GET
@vary_on_headers("HX-Request")
def suggestions(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what resembles a case; a part of its page, or a page of its own."""
    complaint = get_object_or_404(desk.complaints_of_page(request.user), pk=pk)
    name = "_similar" if request.htmx else "similar"
    return render(request, f"complaints/{name}.html", page_context(request, complaint))


def page_context(request: StaffRequest, complaint: Complaint) -> dict[str, Any]:
    """Return what the page shows: the case and what resembles it."""
    matter = matter_of(complaint)
    return {
        "complaint": complaint,
        "similar": with_cuts(similar(request.user, matter), matter),
        "can_link": permissions.can_link(request.user, complaint),
    }


@require_POST
def decide(request: StaffRequest, pk: int, other_pk: int) -> HttpResponse:
    """Link two cases, the newer to the older, or note that they are different matters."""
    complaint = get_object_or_404(desk.complaints_of_page(request.user), pk=pk)
    other = get_object_or_404(desk.complaints_of_page(request.user), pk=other_pk)
    decision = request.POST.get("decision", "")
    if decision not in {"apart", *LinkKind.values}:
        raise Http404
    newer, older = sorted([complaint, other], key=lambda case: case.received_at, reverse=True)
    concerned = complaint if decision == "apart" else newer
    if not permissions.can_link(request.user, concerned):
        raise PermissionDenied
    told: dict[str, Any] = {
        "by": request.user,
        "at": timezone.now(),
        "expected_version": seen_version(request, of=concerned, home=complaint),
    }
    try:
        if decision == "apart":
            lifecycle.keep_apart(complaint, other=other, **told)
            messages.success(request, _("Noted. The two cases are not suggested again."))
        else:
            join(request, newer, older=older, kind=decision, **told)
    except lifecycle.Refused as refusal:
        return refused(request, complaint, refusal=refusal)
    return redirect(complaint)


def seen_version(request: StaffRequest, *, of: Complaint, home: Complaint) -> int | None:
    """Return the version of a case that the person saw when deciding, as the form told it."""
    text = request.POST.get("version" if of == home else "other_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def refused(
    request: StaffRequest, complaint: Complaint, *, refusal: lifecycle.Refused
) -> HttpResponse:
    """Show why nothing was decided, what somebody else did, and the suggestions as they stand now."""
    found = refusal.changes if isinstance(refusal, lifecycle.Outdated) else []
    context = page_context(request, complaint)
    context |= {"refusal": str(refusal), "changes": changes(found)}
    return render(request, "complaints/similar.html", context)


def join(
    request: StaffRequest, newer: Complaint, *, older: Complaint, kind: str, **told: Any
) -> None:
    """Let the newer case follow the older one, or what that one follows."""
    reason = _("The portal suggested it; compared and found to be the same matter.")
    master = older.master or older
    lifecycle.link(newer, master=master, kind=kind, reason=reason, suggested=older, **told)
    words = _("%(newer)s now follows %(older)s. The link can be taken back.")
    messages.success(request, words % {"newer": newer, "older": master})
