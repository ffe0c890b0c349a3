"""The factsheet of a wave: drawn up, published, corrected; read by everybody once published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency.requests import StaffRequest
from agency.typesetting import set_pages
from surveys import lifecycle, permissions
from surveys.forms.results import CorrectionForm
from surveys.models import Factsheet
from surveys.selectors import factsheets
from surveys.selectors.factsheets import TEMPLATE
from surveys.selectors.pictures import language
from surveys.views.results import visible


def asked_language(request: HttpRequest) -> str:
    """Return the language of the sheet: asked for, else the reader's."""
    wish = request.GET.get("in", "")
    return wish if wish in factsheets.LANGUAGES else language()


@require_GET
def factsheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the newest version, and what may be done with it."""
    wave = visible(request, pk)
    found = factsheets.newest(wave)
    may_draw = permissions.can_run(request.user, wave.survey)
    may_publish = permissions.can_publish_factsheet(request.user, wave.survey)
    context = {
        "wave": wave,
        "factsheet": found,
        "sheet": factsheets.shown(found, asked_language(request)) if found else None,
        "versions": wave.factsheets.order_by("-version"),
        "may_draw": may_draw or may_publish,
        "may_publish": may_publish and found is not None and found.state == Factsheet.State.DRAFT,
    }
    return render(request, "surveys/factsheet.html", context)


@require_POST
def draw_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Draw the factsheet up from the newest results."""
    wave = visible(request, pk)
    survey = wave.survey
    if not (
        permissions.can_run(request.user, survey)
        or permissions.can_publish_factsheet(request.user, survey)
    ):
        raise PermissionDenied
    try:
        lifecycle.draw_up(wave, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("surveys:factsheet", wave.pk)


@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish the draft; a correction says what was wrong."""
    wave = visible(request, pk)
    if not permissions.can_publish_factsheet(request.user, wave.survey):
        raise PermissionDenied
    found = get_object_or_404(wave.factsheets, state=Factsheet.State.DRAFT)
    sent = request.POST if request.method == "POST" else None
    form = CorrectionForm(sent, is_correction=found.version > 1)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.publish_factsheet(
                found, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The factsheet is published. It stays as it is."))
            return redirect("surveys:factsheet", wave.pk)
    context = {
        "form": form,
        "title": _("Publish the factsheet"),
        "button": _("Publish"),
        "back_url": reverse("surveys:factsheet", args=[wave.pk]),
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the newest version as a PDF of one page."""
    wave = visible(request, pk)
    found = factsheets.newest(wave)
    if found is None:
        raise Http404
    return as_pdf(found, asked_language(request), code=wave.code)


@login_not_required
@require_GET
def public(request: HttpRequest, code: str) -> HttpResponse:
    """Show the published factsheet to everybody."""
    found = published_or_404(code)
    sheet = factsheets.shown(found, asked_language(request))
    return render(request, "surveys/factsheet_public.html", {"sheet": sheet, "code": code})


@login_not_required
@require_GET
def public_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give the published factsheet as a PDF to everybody."""
    return as_pdf(published_or_404(code), asked_language(request), code=code)


def published_or_404(code: str) -> Factsheet:
    """Return the published factsheet of a wave."""
    found = factsheets.published(code)
    if found is None:
        raise Http404
    return found


def as_pdf(found: Factsheet, name: str, *, code: str) -> HttpResponse:
    """Set a factsheet in one language."""
    with override(name):
        data = factsheets.shown(found, name) | {"words": words()}
        data["edition"] = edition(data)
    data["figures"] = [
        {**one, "n": "–" if one["n"] is None else str(one["n"])} for one in data["figures"]
    ]
    response = HttpResponse(set_pages(TEMPLATE, data), content_type="application/pdf")
    file_name = f"{code}-factsheet-v{found.version}-{name}.pdf"
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def edition(data: dict[str, Any]) -> str:
    """Return version and day as written above the title."""
    number = _("Version %(number)s") % {"number": data["version"]}
    return f"{number} · {data['published'] or data['state']}"


def words() -> dict[str, Any]:
    """Return the fixed words of the sheet."""
    return {
        "figures": [_("Figure"), _("Value"), _("95-percent interval"), "n"],
        "trend": [_("Wave"), _("mean ÷ 5"), _("share of 4–5"), "n"],
        "star": _("* tested change from the wave before, significant at 5 percent (Holm)"),
        "likely": _("Who was more likely to be satisfied"),
        "method": _("How the figures came about"),
        "responsible": _("Responsible person"),
        "correction": _("Correction"),
    }
