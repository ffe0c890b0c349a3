"""The complainant's own page: entered by a one-time link to the address on file, or by number and code."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from redis.exceptions import RedisError

from agency import throttle
from agency.models import Person
from agency.refusal import Refused
from complaints import lifecycle
from complaints.forms.own_page import ChoicesForm, LinkForm, choices_form
from complaints.models import Complaint
from complaints.selectors import own_page as selectors
from complaints.views.counter import for_the_complainant

COOKIE = "mine"  # whose mailbox the person proved to read, for half an hour, on this device only
SECONDS = 30 * 60


def proven(request: HttpRequest) -> list[Person]:
    """Return the persons of the address that was proven; none without proof."""
    try:
        kept = request.get_signed_cookie(COOKIE, max_age=SECONDS)
        return selectors.persons_of(int(kept or ""))
    except (KeyError, ValueError, signing.BadSignature):
        return []


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """List the own cases, or ask to which address the link shall go; known or not, the answer is one."""
    persons = proven(request)
    if persons:
        return own_page(request, persons)
    form = LinkForm(request.POST or None)
    is_sent = False
    if request.method == "POST" and form.is_valid():
        try:
            throttle.count("mine", throttle.address_of(request), most=5, seconds=3600)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            ask_link(form.cleaned_data["email"])
            is_sent = True
    return render(request, "complaints/counter_mine_ask.html", {"form": form, "is_sent": is_sent})


def ask_link(email: str) -> None:
    """Send the link unless this address was asked for too often; nothing is told of either."""
    try:
        throttle.count("mine-mail", email.lower(), most=3, seconds=3600)
    except Refused:
        return
    lifecycle.send_own_link(email, at=timezone.now())


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a press, which programs that look into mails do not give; the press uses the link up."""
    person_pk = lifecycle.read_own_link(token)
    is_good = person_pk is not None and bool(selectors.persons_of(person_pk))
    if request.method == "GET" or not is_good or not used_up_now(token):
        is_offered = request.method == "GET" and is_good
        status = 200 if is_offered else 404
        context = {"is_good": is_offered}
        return render(request, "complaints/counter_mine_open.html", context, status=status)
    response = redirect("complaints:mine")
    response.set_signed_cookie(
        COOKIE,
        str(person_pk),
        max_age=SECONDS,
        path=reverse("complaints:mine"),
        httponly=True,
        secure=request.is_secure(),
        samesite="Strict",
    )
    return response


def used_up_now(token: str) -> bool:
    """Use a link up; False when it was used before, or when nobody can tell."""
    try:
        return bool(cache.add(throttle.key_of("mine-link", token), 1, timeout=SECONDS))
    except RedisError:
        return False


@login_not_required
@never_cache
@require_POST
def choices(request: HttpRequest) -> HttpResponse:
    """Keep or delete the choices of the own page."""
    persons = proven(request)
    if not persons:
        return redirect("complaints:mine")
    form = ChoicesForm(request.POST)
    if kept(request, persons, form):
        return redirect("complaints:mine")
    return own_page(request, persons, form=form)


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget on this device who was here."""
    response = redirect("complaints:counter")
    response.delete_cookie(COOKIE, path=reverse("complaints:mine"), samesite="Strict")
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_the_complainant
def case_choices(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Keep the choices of the complainant of one case, who came with number and code."""
    if complaint.person is None or complaint.person.erased_at:
        return redirect("complaints:case", complaint.number)
    form = ChoicesForm(request.POST) if request.method == "POST" else choices_form(complaint.person)
    if request.method == "POST" and kept(request, [complaint.person], form):
        return redirect("complaints:case_choices", complaint.number)
    context = {"form": form, "complaint": complaint}
    return render(request, "complaints/counter_choices.html", context)


def kept(request: HttpRequest, persons: list[Person], form: ChoicesForm) -> bool:
    """Keep what was chosen, or delete it; a refusal goes into the form."""
    at = timezone.now()
    if "forget" in request.POST:
        lifecycle.forget_choices(persons, at=at)
        messages.success(request, _("Your choices were deleted."))
        return True
    if not form.is_valid():
        return False
    try:
        lifecycle.keep_choices(persons, **form.cleaned_data, at=at)
    except Refused as refusal:
        form.add_error("channel", str(refusal))
        return False
    messages.success(request, _("Your choices were kept."))
    return True


def own_page(
    request: HttpRequest, persons: list[Person], *, form: ChoicesForm | None = None
) -> HttpResponse:
    """Render the own page."""
    context = {
        "cases": selectors.cases_of(persons),
        "form": form or choices_form(persons[0]),
    }
    return render(request, "complaints/counter_mine.html", context)
