"""Sending by LINE: text, link and QR code to post by hand, and who posted it where."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency.requests import StaffRequest
from surveys import lifecycle
from surveys.forms.invitations import PostedForm
from surveys.models import Mode
from surveys.selectors import sharing as selectors
from surveys.selectors import waves
from surveys.selectors.links import qr_picture_of, wave_url
from surveys.views.waves import runnable


@require_http_methods(["GET", "POST"])
def line(request: StaffRequest, pk: int) -> HttpResponse:
    """Give what is to be posted, and take down that it was."""
    wave = runnable(request, pk)
    form = PostedForm(request.POST or None)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.note_posted(wave, place=form.cleaned_data["place"], by=request.user, at=at)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("surveys:line", wave.pk)
    context = {
        "wave": wave,
        "form": form,
        "link": waves.poster(wave),
        "picture": qr_picture_of(wave_url(wave)),
        "to_write": selectors.posts_to_write(wave),
        "posted": selectors.posted(wave),
        "has_link": Mode.LINK in wave.modes,
        "is_taking": wave.is_taking(at),
    }
    return render(request, "surveys/line.html", context)
