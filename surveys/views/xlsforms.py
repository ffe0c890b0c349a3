"""A survey out of an XLSForm: the file, a look at what it says and what is to be mended, the draft."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency import parking
from agency.requests import StaffRequest
from surveys import lifecycle, permissions
from surveys.forms.surveys import CodeForm, XLSFormForm
from surveys.lifecycle import xlsforms
from surveys.rendering import Document, parts_of

if TYPE_CHECKING:
    from agency.parking import Parked


@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Take the file; show its questions or what is to be mended; make the draft when that is confirmed."""
    if not permissions.can_make(request.user):
        raise PermissionDenied
    if "file_token" in request.POST:
        return confirmed(request)
    form = XLSFormForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = xlsforms.read(file, name=file.name)
        except lifecycle.Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            context |= looked_at(read, CodeForm(initial={"code": read.code}))
            context["token"] = "" if read.faults else parking.park(file).token
    return drawn(request, context)


def looked_at(read: xlsforms.Form, form: CodeForm) -> dict[str, Any]:
    """Return what the page shows of a form that was read."""
    shown: dict[str, Any] = {"read": read, "code_form": form}
    if not read.faults:
        shown["parts"] = parts_of(Document.read(read.document()), language=get_language() or "th")
        shown["findings"] = read.findings()
    return shown


def confirmed(request: StaffRequest) -> HttpResponse:
    """Make the draft of the file that was looked at."""
    parked = parking.known([request.POST["file_token"]])
    if not parked:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("surveys:xlsform_new")
    form = CodeForm(request.POST)
    read = read_parked(parked[0])
    if form.is_valid():
        read.code = form.cleaned_data["code"]
        try:
            survey = lifecycle.begin(
                code=read.code,
                unit=request.user.unit,
                by=request.user,
                at=timezone.now(),
                document=read.document(),
                title_th=read.title["th"],
                title_en=read.title["en"],
            )
        except lifecycle.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            parking.drop(parked[0])
            messages.success(request, _("The draft is made. Look through it and publish it."))
            return redirect("surveys:builder", survey.pk)
    return drawn(request, {**looked_at(read, form), "token": parked[0].token})


def read_parked(parked: Parked) -> xlsforms.Form:
    """Read a file that waits."""
    with closing(parking.fetch(parked)) as file:
        return xlsforms.read(file, name=parked.name)


def drawn(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """Draw the page."""
    title = _("Survey from an XLSForm")
    shown = {"title": title, "back_url": reverse("surveys:list"), **context}
    return render(request, "surveys/xlsform.html", shown)
