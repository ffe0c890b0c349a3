"""Services that ended: told by another system over HTTP, or by a file; the tokens of such systems."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import jobs, parking, tabular, throttle
from agency.importing import SHOWN_ROWS, rejected_lines
from agency.models import Job
from agency.refusal import Refused
from agency.requests import StaffRequest
from surveys import permissions
from surveys.forms.pulses import ServicesForm, TokenForm
from surveys.lifecycle import service_pulses as verbs
from surveys.models import Pulse, RejectedRow, ServiceToken
from surveys.views.pulses import visible

HOUR = 3600
WRONG_AN_HOUR = 30
CALLS_A_MINUTE = 300
MOST_AT_ONCE = 100
CHECKED_ROWS = 500
LARGEST_BODY = 256 * 1024
KIND = "survey_services"


@csrf_exempt
@login_not_required
@require_POST
def told(request: HttpRequest) -> JsonResponse:
    """Take services that ended from another system; JSON in, JSON out (docs/OPERATIONS.md)."""
    try:
        token = token_of(request)
    except Refused as refusal:
        return failed(429, str(refusal))
    if token is None:
        return failed(401, _("The token is missing, wrong or withdrawn."))
    try:
        rows = rows_of(request)
        counts = verbs.ask_all(rows, pulse=token.pulse, source=token.name, at=timezone.now())
    except Refused as refusal:
        return failed(400, str(refusal))
    verbs.note_use(token, at=timezone.now())
    return JsonResponse(counts.as_json(), status=422 if counts.rejected == counts.rows else 200)


def failed(status: int, sentence: str) -> JsonResponse:
    """Answer with a sentence."""
    return JsonResponse({"error": sentence}, status=status)


def token_of(request: HttpRequest) -> ServiceToken | None:
    """Return the token that is shown; who shows wrong ones, or calls too often, is refused for a while."""
    address = throttle.address_of(request)
    throttle.check("service-token", address, most=WRONG_AN_HOUR, seconds=HOUR)
    kind, _space, words = request.headers.get("Authorization", "").partition(" ")
    token = verbs.token_known(words.strip()) if kind.lower() == "bearer" and words else None
    if token is None:
        throttle.count("service-token", address, most=WRONG_AN_HOUR, seconds=HOUR)
        return None
    throttle.count("service-done", str(token.pk), most=CALLS_A_MINUTE, seconds=60)
    return token


def rows_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the transactions in the body: one object, or a list of up to a hundred."""
    wrong = Refused(
        _("Send one JSON object, or a list of up to %(most)s, each with a reference.")
        % {"most": MOST_AT_ONCE}
    )
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise wrong
    try:
        found = json.loads(request.body)
    except ValueError:
        raise wrong from None
    rows = found if isinstance(found, list) else [found]
    if not 1 <= len(rows) <= MOST_AT_ONCE or not all(isinstance(each, dict) for each in rows):
        raise wrong
    return rows


# On the desk


def settable(request: StaffRequest, pk: int) -> Pulse:
    """Return a pulse that the person sets."""
    pulse = visible(request, pk)
    if not permissions.can_supervise(request.user, pulse.wave.survey):
        raise PermissionDenied
    return pulse


@require_http_methods(["GET", "POST"])
def services(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how services come in, give tokens, and take a file."""
    return page(request, settable(request, pk))


def page(request: StaffRequest, pulse: Pulse, **more: Any) -> HttpResponse:
    """Draw the page."""
    context = {
        "title": _("Services that ended"),
        "pulse": pulse,
        "tokens": list(pulse.tokens.select_related("made_by").order_by("revoked_at", "pk")),
        "token_form": TokenForm(),
        "file_form": ServicesForm(),
        "columns": verbs.COLUMNS,
        "address": request.build_absolute_uri(reverse("surveys:services_told")),
        "jobs": Job.objects.visible_to(request.user).filter(kind=KIND, arguments__pulse=pulse.pk)[
            :10
        ],
        **more,
    }
    return render(request, "surveys/services.html", context)


@require_POST
def token_give(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a token and show its words this once."""
    pulse = settable(request, pk)
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, words = verbs.give_token(
                pulse, name=form.cleaned_data["name"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return page(request, pulse, token=token, token_words=words)
    return page(request, pulse, token_form=form)


@require_POST
def token_withdraw(request: StaffRequest, pk: int, token_pk: int) -> HttpResponse:
    """Withdraw a token."""
    pulse = settable(request, pk)
    token = get_object_or_404(pulse.tokens, pk=token_pk)
    try:
        verbs.withdraw_token(token, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The token is withdrawn."))
    return redirect("surveys:services", pulse.pk)


@require_POST
def services_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Look at a file of services, or start asking after the one that was looked at."""
    pulse = settable(request, pk)
    if "file_token" in request.POST:
        return started(request, pulse)
    form = ServicesForm(request.POST, request.FILES)
    more: dict[str, Any] = {"file_form": form}
    if form.is_valid():
        file, source = form.cleaned_data["file"], form.cleaned_data["source"]
        try:
            with tabular.open_table(file) as table:
                more["result"] = verbs.ask_table(
                    table,
                    source=source,
                    at=timezone.now(),
                    pulse=pulse,
                    is_dry=True,
                    limit=CHECKED_ROWS,
                )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            more |= {"file_token": parking.park(file).token, "source": source}
    return page(request, pulse, **more)


def started(request: StaffRequest, pulse: Pulse) -> HttpResponse:
    """Start asking after the file that was looked at."""
    parked = parking.known([request.POST["file_token"]])
    if not parked:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("surveys:services", pulse.pk)
    with closing(parking.fetch(parked[0])) as file:
        job = jobs.start(
            KIND,
            title=_("Asking after services of %(name)s") % {"name": parked[0].name},
            by=request.user,
            at=timezone.now(),
            task="surveys.ask_after_services",
            arguments={"pulse": pulse.pk, "source": request.POST.get("source", "")[:19]},
            file=file,
            file_name=parked[0].name,
        )
    parking.drop(parked[0])
    return redirect(job)


@require_GET
def services_result(request: StaffRequest, job_pk: int) -> HttpResponse:
    """Show what came of a file; its rejected rows as CSV where that is asked for."""
    mine = Job.objects.visible_to(request.user).filter(kind=KIND)
    job: Any = get_object_or_404(mine, pk=job_pk)
    rows = RejectedRow.objects.filter(job=job)
    if request.GET.get("as") == "csv":
        lines = rejected_lines(rows, verbs.COLUMNS)
        response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="rejected-{job.pk}.csv"'
        return response
    context = {"title": job.title, "job": job, "result": job.result, "rows": rows[:SHOWN_ROWS]}
    return render(request, "surveys/services_result.html", context)
