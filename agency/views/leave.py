"""The own leave: when somebody is away and who deputises."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency import staff as verbs
from agency.forms import LeaveForm
from agency.models import Staff
from agency.refusal import Refused
from agency.requests import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: StaffRequest) -> HttpResponse:
    """Note the own leave, or that it is over."""
    staff = request.user
    if "back" in request.POST:
        return back(request, staff)
    form = LeaveForm(request.POST or None, staff=staff, initial=noted(staff))
    if form.is_valid():
        try:
            verbs.go_on_leave(staff, **form.cleaned_data, by=staff, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your leave is noted."))
            return redirect("agency:leave")
    return render(request, "agency/leave.html", {"form": form, "staff": staff})


def back(request: StaffRequest, staff: Staff) -> HttpResponse:
    """Note that the person is back."""
    try:
        verbs.return_from_leave(staff, by=staff, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted that you are at work."))
    return redirect("agency:leave")


def noted(staff: Staff) -> dict[str, object]:
    """Return what is noted so far."""
    return {"first": staff.leave_from, "last": staff.leave_until, "deputy": staff.deputy_id}
