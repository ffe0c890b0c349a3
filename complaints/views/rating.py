"""Rating the handling: on the complainant's page, or by the link in the closing letter. No log-in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agency import throttle
from agency.refusal import Refused
from complaints import lifecycle
from complaints.forms.rating import RatingForm, rating_form
from complaints.models import Complaint
from complaints.selectors import rating as selectors
from complaints.views.counter import case_page, for_the_complainant


@login_not_required
@never_cache
@require_POST
@for_the_complainant
def case_rate(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Take the rating that the complainant gives on the own page."""
    form = RatingForm(request.POST)
    if taken(complaint, form):
        return redirect("complaints:case", complaint.number)
    return case_page(request, complaint, rating_form=form)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the rating by the link of a letter; the page tells nothing of the matter but its number."""
    named = lifecycle.read_token(token)
    complaint = selectors.case_of_link(*named) if named else None
    asked = selectors.asked_of(complaint, at=timezone.now()) if complaint else None
    if complaint is None or asked is None:
        return render(request, "complaints/counter_rate.html", status=404)
    form = RatingForm(request.POST) if request.method == "POST" else rating_form(asked.given)
    if request.method == "POST" and taken(complaint, form):
        return redirect(request.path)
    context = {"complaint": complaint, "asked": asked, "form": form}
    return render(request, "complaints/counter_rate.html", context)


def taken(complaint: Complaint, form: RatingForm) -> bool:
    """Keep a rating; a refusal goes into the form, which keeps what was typed."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    try:
        throttle.count("rate", complaint.number, most=20, seconds=3600)
        lifecycle.rate(complaint, rating=said["score"], comment=said["comment"], at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
