"""Coming in, going out, and the person's own choices: password, language, theme."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agency import throttle
from agency.forms import LoginForm, PasswordForm
from agency.models import Staff
from agency.refusal import Refused

YEAR = 365 * 24 * 60 * 60
LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
TRIES = 5
WAIT_SECONDS = 5 * 60


def safe_next(request: HttpRequest, *, default: str) -> str:
    """Return where to go next, if it is on this site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else resolve_url(default)


def keep_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    """Remember a choice for a year; it is no secret but scripts need not read it."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in; after five wrong passwords this name waits here for a while."""
    onward = safe_next(request, default=settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(onward)
    form = LoginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        staff = admit(request, form=form)
        if staff is not None:
            start_session(request, staff)
            response = redirect(onward)
            keep_cookie(response, LANGUAGE_COOKIE, staff.language)
            return response
    return render(request, "agency/login.html", {"form": form, "next": onward})


def admit(request: HttpRequest, *, form: LoginForm) -> Staff | None:
    """Check name and password within the allowed number of tries; say calmly what is wrong."""
    username = form.cleaned_data["username"]
    who = f"{username.lower()} {throttle.address_of(request)}"
    try:
        throttle.check("login", who, most=TRIES, seconds=WAIT_SECONDS)
        staff = authenticate(request, username=username, password=form.cleaned_data["password"])
        if staff is None:
            wrong = _(
                "The user name and the password do not fit together. Check both and try again."
            )
            form.add_error(None, wrong)
            throttle.count("login", who, most=TRIES, seconds=WAIT_SECONDS)
    except Refused as refusal:
        form.errors.pop(NON_FIELD_ERRORS, None)
        form.add_error(None, str(refusal))
        return None
    return staff


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out."""
    end_session(request)
    return redirect("agency:logged_out")


@login_not_required
def logged_out(request: HttpRequest) -> HttpResponse:
    """Say that the person is out."""
    return render(request, "agency/logged_out.html")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; the other sessions of the person end."""
    form = PasswordForm(
        cast("Staff", request.user), request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        staff = form.save()
        update_session_auth_hash(request, staff)
        messages.success(request, _("The password was changed."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "agency/password.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch between Thai and English, for this device and for the person."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        chosen = settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        Staff.objects.filter(pk=request.user.pk).update(language=chosen)
        with override(chosen):
            messages.success(request, _("The language was changed."))
    response = redirect(safe_next(request, default="/"))
    keep_cookie(response, LANGUAGE_COOKIE, chosen)
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark, or whatever the system says."""
    response = redirect(safe_next(request, default="/"))
    chosen = request.POST.get("theme", "")
    if chosen in ("light", "dark"):
        keep_cookie(response, THEME_COOKIE, chosen)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
