"""The phone page at the door of a session: code, way, one press. It works without JavaScript."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agency import throttle
from agency.refusal import Refused
from listening.forms.attendance import AttendForm
from listening.lifecycle import attending
from listening.models import Hearing
from listening.views.public_hearings import public

WRONG_AN_HOUR = 60  # wrong codes from one address: a hall shares one
DAY_SECONDS = 24 * 3600


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def attend(request: HttpRequest, code: str) -> HttpResponse:
    """Count oneself in with the code at the door; the device keeps a random number for a day, nothing else is kept."""
    hearing = public(code)
    if not hearing.has_session:
        raise Http404
    at, uid = timezone.now(), number_of(request)
    ways = attending.WAYS[Hearing.Mode(hearing.mode)]
    first = {"code": request.GET.get("c", ""), "way": ways[0]}
    form = AttendForm(request.POST or None, initial=first, ways=ways)
    context = {"hearing": hearing, "form": form, "is_counting": attending.is_counting(hearing, at)}
    if request.method == "POST" and form.is_valid():
        try:
            check(request, hearing, form.cleaned_data["code"])
            is_new = attending.attend(hearing, way=form.cleaned_data["way"], uid=uid, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            context["said"] = (
                _("You are counted. Thank you for coming.")
                if is_new
                else _("This device was counted already.")
            )
    response = render(request, "listening/public/attend.html", context)
    response.set_cookie(
        "came", str(uid), max_age=DAY_SECONDS, path=request.path, httponly=True, samesite="Lax"
    )
    return response


def check(request: HttpRequest, hearing: Hearing, typed: str) -> None:
    """Check the code; only wrong ones are counted against the address."""
    who = throttle.address_of(request)
    throttle.check("hearing-door", who, most=WRONG_AN_HOUR, seconds=3600)
    try:
        attending.check_code(hearing, typed)
    except Refused:
        throttle.count("hearing-door", who, most=WRONG_AN_HOUR, seconds=3600)
        raise


def number_of(request: HttpRequest) -> UUID:
    """Return the device's random number for this hearing; a new one where it has none."""
    try:
        return UUID(request.COOKIES.get("came", ""))
    except ValueError:
        return uuid4()
