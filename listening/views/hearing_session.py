"""The session of a hearing: the chair's board, the queue, who comes at the door, assistance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency.requests import StaffRequest
from listening import permissions
from listening.forms.hearings import DecisionForm, DoorForm
from listening.lifecycle import attending, speaking
from listening.lifecycle.letters_of_hearings import public_url
from listening.models import Hearing
from listening.selectors.hearings import attendance_of, floor
from listening.views.hearings import act, chosen_verb, hearing_of, press, take

MORE_SECONDS = 60


def board_url(hearing: Hearing) -> str:
    """Return the address of the chair's board."""
    return reverse("listening:session", args=[hearing.pk])


@require_GET
def session(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the chair who speaks, how long still, and who comes next."""
    found = hearing_of(request, pk, permissions.can_chair)
    if not found.has_session:
        raise Http404
    context = {
        "hearing": found,
        "floor": floor(found, at=timezone.now()),
        "screen_url": f"{public_url(found)}screen/",
        "door": door_of(found),
        "poll_url": board_url(found) if found.is_in_session() else "",
    }
    template = "listening/_floor_board.html" if request.htmx else "listening/session.html"
    return render(request, template, context)


def door_of(hearing: Hearing) -> dict[str, Any]:
    """Return the code at the door with its picture, and how many counted themselves in."""
    code = attending.door_code(hearing)
    url = f"{public_url(hearing)}here/?c={code}"
    picture = segno.make(url, error="m").svg_data_uri(scale=4, dark="#000", light="#fff")
    came = attendance_of(hearing)
    return {"code": code, "url": url, "qr": picture, "came": came}


@require_POST
def session_step(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Open or close the session."""
    found = hearing_of(request, pk, permissions.can_chair)
    verbs: dict[str, Callable[[], Any]] = {
        "open": lambda: speaking.open_session(found, **act(request)),
        "close": lambda: speaking.close_session(found, **act(request)),
    }
    return press(request, chosen_verb(verbs, verb), back=board_url(found))


@require_POST
def speaker_step(request: StaffRequest, pk: int, signup_pk: int, verb: str) -> HttpResponse:
    """Call a speaker, end the turn, note who did not come, move, give time."""
    found = hearing_of(request, pk, permissions.can_chair)
    signup = get_object_or_404(found.signups.select_related("hearing"), pk=signup_pk)
    who = act(request)
    verbs: dict[str, Callable[[], Any]] = {
        "call": lambda: speaking.call(signup, **who),
        "finish": lambda: speaking.finish(signup, **who),
        "miss": lambda: speaking.miss(signup, **who),
        "up": lambda: speaking.move_signup(signup, step=-1, **who),
        "down": lambda: speaking.move_signup(signup, step=1, **who),
        "more": lambda: speaking.give_time(signup, seconds=MORE_SECONDS, **who),
        "withdraw": lambda: speaking.withdraw_signup(signup, **who),
    }
    return press(request, chosen_verb(verbs, verb), back=board_url(found))


@require_http_methods(["GET", "POST"])
def door(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign somebody up who stands at the door or calls."""
    found = hearing_of(request, pk, permissions.can_chair)
    ways = speaking.WAYS[Hearing.Mode(found.mode)]
    if not ways:
        raise Http404
    form = DoorForm(request.POST or None, hearing=found, ways=ways)

    def verb() -> None:
        speaker = speaking.Speaker(uid=uuid4(), **form.cleaned_data)
        speaking.sign_up(found, speaker, **act(request))

    return take(request, form, verb, title=_("Sign a speaker up"), back=board_url(found))


@require_http_methods(["GET", "POST"])
def help_request(request: StaffRequest, pk: int, request_pk: int) -> HttpResponse:
    """Answer a request for assistance."""
    found = hearing_of(request, pk, permissions.works_on)
    asked = get_object_or_404(found.help_requests.select_related("person"), pk=request_pk)
    form = DecisionForm(request.POST or None)
    form.fields["is_granted"].label = _("Is it arranged?")

    def verb() -> None:
        speaking.decide_help(
            asked,
            is_arranged=form.cleaned_data["is_granted"] == "yes",
            answer=form.cleaned_data["answer"],
            **act(request),
        )

    title = f"{asked.get_kind_display()}: {asked.words}" if asked.words else str(asked)
    return take(request, form, verb, title=title, back=found.get_absolute_url())
