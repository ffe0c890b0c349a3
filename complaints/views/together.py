"""Working on one case together: who else is here, who follows it, who can be named in a note."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agency import presence
from agency.presence import Present
from agency.requests import StaffRequest
from complaints import lifecycle
from complaints.models import Complaint
from complaints.selectors.together import people_for


def present_at(
    request: StaffRequest, complaint: Complaint, *, at: datetime, is_writing: bool = False
) -> list[Present]:
    """Note that the person is at a case, which is known to be visible, and return who else is."""
    return presence.look(f"complaint:{complaint.pk}", request.user, at=at, is_writing=is_writing)


@never_cache
@require_GET
def present(request: StaffRequest, pk: int) -> HttpResponse:
    """The heartbeat of an open page: who else is here; an open form tells that the person writes."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user).only("pk"), pk=pk)
    is_writing = "expected_version" in request.GET
    others = present_at(request, complaint, at=timezone.now(), is_writing=is_writing)
    return render(request, "complaints/_present.html", {"present": others})


@require_POST
def follow(request: StaffRequest, pk: int) -> HttpResponse:
    """Follow a case, or stop following it."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    if "stop" in request.POST:
        lifecycle.unwatch(complaint, by=request.user)
        messages.success(request, _("You do not follow this case any more."))
    else:
        lifecycle.watch(complaint, by=request.user, at=timezone.now())
        messages.success(request, _("You follow this case: you hear of its answer and its end."))
    return redirect(complaint)


@require_GET
def people(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer colleagues to be named in a note, as the person types."""
    cases = Complaint.objects.visible_to(request.user).select_related("unit")
    complaint = get_object_or_404(cases, pk=pk)
    found = people_for(complaint, text=request.GET.get("who", ""))
    return render(request, "complaints/_people.html", {"people": found})
