"""Taking a case in at the desk, and the receipt for the complainant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency.requests import StaffRequest
from complaints import lifecycle, permissions
from complaints.forms.intake import IntakeForm
from complaints.forms.similar import LetterForm
from complaints.models import Complaint
from complaints.selectors import desk as selectors
from complaints.selectors.similar import Suggestion
from complaints.selectors.twins import same_letters
from complaints.views.similar import still_to_look_at

SESSION_KEY = "complaint_code"
LATER_KEY = "complaint_codes_for_later"
MOST_LATER = 20
SHOWN_LATER = 5


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Take a case in, whatever way it came."""
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    at = timezone.now()
    if "lay_out" in request.POST:  # another channel was chosen: its fields, what was typed in them
        typed = IntakeForm(initial=request.POST.dict(), at=at)
        return render(request, "complaints/complaint_new.html", intake_context(request, typed))
    begun = {"channel": request.GET.get("channel")}
    form = IntakeForm(request.POST or None, request.FILES or None, at=at, initial=begun)
    similar: Sequence[Suggestion] = ()
    if request.method == "POST" and form.is_valid() and not request.FILES:
        # With files it is not shown again: a browser would forget the files that were chosen.
        similar = still_to_look_at(request.user, request.POST, at=at)
    twins = seen_before(request, form) if request.method == "POST" and form.is_valid() else []
    if request.method == "POST" and form.is_valid() and not similar and not twins:
        try:
            receipt = lifecycle.receive(form.filing(), by=request.user, at=at)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[SESSION_KEY] = [receipt.complaint.pk, receipt.code]
            messages.success(
                request, _("Taken in as %(number)s.") % {"number": receipt.complaint.number}
            )
            if "next" in request.POST:
                keep_for_later(request, receipt)
                channel = urlencode({"channel": receipt.complaint.channel_id})
                return redirect(f"{reverse('complaints:new')}?{channel}")
            return redirect("complaints:receipt", receipt.complaint.pk)
    context = intake_context(request, form) | {"similar": similar, "twins": twins}
    return render(request, "complaints/complaint_new.html", context)


def intake_context(request: StaffRequest, form: IntakeForm) -> dict[str, Any]:
    """Return how the form lies on the page: the chosen channel's fields first, filled parts open."""
    parts = form.laid_out()
    return {
        "form": form,
        "layout": form.layout,
        "parts": parts,
        "printable": request.session.get(LATER_KEY, [])[-SHOWN_LATER:][::-1],
        "is_letter_open": any(field.value() for field in parts["letter"]),
        "is_more_open": any(field.name in form.errors for field in parts["more"]),
    }


@never_cache
@require_POST
def same_letter(request: StaffRequest) -> HttpResponse:
    """Show the cases that came by the letter or the scan that is being typed in; a part of the intake form."""
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    form = LetterForm(request.POST, request.FILES)
    context = {"seen": same_letters(request.user, **form.facts()), "wrong": form.wrong_files()}
    return render(request, "complaints/_seen.html", context)


@never_cache
@require_GET
def receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the receipt; the secret code stands on it the first time only."""
    complaint = get_object_or_404(selectors.complaints_of_page(request.user), pk=pk)
    kept = request.session.get(SESSION_KEY)
    code = taken_from_later(request, complaint.pk)
    if kept and kept[0] == complaint.pk:
        code = kept[1]
        del request.session[SESSION_KEY]
    url = track_url(request)
    context = {"complaint": complaint, "code": code, "url": url, "qr": qr_of(url)}
    return render(request, "complaints/receipt.html", context)


def seen_before(request: StaffRequest, form: IntakeForm) -> list[Complaint]:
    """Return the cases that came by this very letter, unless the officer has said it is another matter."""
    facts = form.cleaned_data
    if facts["is_another"]:
        return []
    return same_letters(
        request.user,
        number=facts["letter_number"],
        dated_on=facts["letter_on"],
        agency=facts["from_agency"],
        hashes=[file.sha256 for file in facts["files"]],
    )


def keep_for_later(request: StaffRequest, receipt: lifecycle.Receipt) -> None:
    """Keep number and code of a case whose receipt is printed after the next ones."""
    kept = request.session.get(LATER_KEY, [])
    told = [receipt.complaint.pk, receipt.complaint.number, receipt.code]
    request.session[LATER_KEY] = [*kept, told][-MOST_LATER:]


def taken_from_later(request: StaffRequest, pk: int) -> str:
    """Return the code that was kept for later, and forget it: it is shown once."""
    kept = request.session.get(LATER_KEY, [])
    request.session[LATER_KEY] = [each for each in kept if each[0] != pk]
    return next((each[2] for each in kept if each[0] == pk), "")


def track_url(request: HttpRequest) -> str:
    """Return the absolute address of the tracking page."""
    path = reverse("complaints:track")
    return (
        f"{settings.PORTAL_URL}{path}" if settings.PORTAL_URL else request.build_absolute_uri(path)
    )


def qr_of(text: str) -> str:
    """Return a QR code as the address of a picture."""
    return str(segno.make(text, error="m").svg_data_uri(scale=4, dark="#000", light="#fff"))
