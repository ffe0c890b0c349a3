"""Inviting: a list with its preview and wrong rows, reminders, outcomes, letters to print."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import jobs, parking, tabular
from agency.listing import ListPage
from agency.requests import StaffRequest
from surveys import lifecycle, tables
from surveys.filters import InvitationFilter
from surveys.forms.invitations import GuestsForm
from surveys.lifecycle import invitations as verbs
from surveys.models import Wave
from surveys.selectors import waves as selectors
from surveys.views.waves import done, runnable

SHOWN = 20


@require_GET
@vary_on_headers("HX-Request")
def invitations(request: StaffRequest, pk: int) -> HttpResponse:
    """List who was asked and how it went."""
    wave = runnable(request, pk)
    page = ListPage(
        request=request,
        page_name="surveys:invitations",
        queryset=wave.invitations.select_related("person", "stratum", "unit"),
        filterset=InvitationFilter,
        columns=tables.INVITATION_COLUMNS,
        order="id",
        empty_words=_("Nobody is invited yet. Upload a list."),
    )
    context = {
        "title": _("Invitations"),
        "wave": wave,
        "page": page,
        "asked": selectors.asked(wave),
        "row_template": "surveys/_invitation_row.html",
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"surveys/invitation_list.html{part}", context)


@require_http_methods(["GET", "POST"])
def invite(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a list, show what would be done, and start the work when that is confirmed."""
    wave = runnable(request, pk)
    if "file_token" in request.POST:
        return start(request, wave)
    form = GuestsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"wave": wave, "form": form, "columns": verbs.COLUMNS}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with tabular.open_table(file) as table:
                read = verbs.read_guests(wave, table)
        except lifecycle.Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            file.seek(0)
            context |= {
                "read": read,
                "shown": read.found[:SHOWN],
                "problems": read.problems[:200],
                "token": parking.park(file).token,
            }
    return render(request, "surveys/invite.html", context)


def start(request: StaffRequest, wave: Wave) -> HttpResponse:
    """Start inviting the list that was looked at."""
    parked = parking.known([request.POST["file_token"]])
    if not parked:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect("surveys:invite", wave.pk)
    with closing(parking.fetch(parked[0])) as file:
        job = jobs.start(
            "survey_invite",
            title=_("Inviting to “%(wave)s”") % {"wave": wave.name},
            by=request.user,
            at=timezone.now(),
            task="surveys.invite",
            arguments={"wave": wave.pk},
            file=file,
            file_name=parked[0].name,
            url=reverse("surveys:invitations", args=[wave.pk]),
        )
    return redirect(job)


@require_POST
def press(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Remind, send failed ones again, or write down that the letters were posted."""
    wave = runnable(request, pk)
    at = timezone.now()
    if verb == "remind":
        return redirect(
            jobs.start(
                "survey_remind",
                title=_("Reminding for “%(wave)s”") % {"wave": wave.name},
                by=request.user,
                at=at,
                task="surveys.remind",
                arguments={"wave": wave.pk},
                url=reverse("surveys:invitations", args=[wave.pk]),
            )
        )
    ways = {
        "retry": verbs.retry,
        "posted": verbs.handed_to_post,
    }
    if verb not in ways:
        raise Http404
    done(request, wave, partial(ways[verb], wave, by=request.user, at=at))
    return redirect("surveys:invitations", wave.pk)


@require_POST
def bounce(request: StaffRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Write down that a mail or letter came back."""
    wave = runnable(request, pk)
    invitation = get_object_or_404(wave.invitations, pk=invitation_pk)
    at = timezone.now()
    done(request, wave, partial(verbs.bounce, invitation, by=request.user, at=at))
    return redirect("surveys:invitations", wave.pk)


@require_GET
def letters(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the letters with their QR codes, to be printed; two hundred at a time."""
    wave = runnable(request, pk)
    context = {"wave": wave, "letters": selectors.letters(wave)}
    return render(request, "surveys/letters.html", context)
