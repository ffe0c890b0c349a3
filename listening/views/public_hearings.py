"""Public hearings for everybody: the notice, a place to speak, written views, assistance, the shared screen, the summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import codes, throttle
from agency.attachments import download
from agency.paging import Order, page_of
from agency.refusal import Refused
from agency.thai import local_day
from listening.forms import public_hearings as forms
from listening.lifecycle import speaking, testimonies
from listening.lifecycle.openings import count_opening
from listening.models import Hearing, SignUp, Testimony
from listening.selectors import calendar_feed, summaries
from listening.selectors import hearings as selectors

MOST_AN_HOUR = 60  # forms from one address: a village office shares one
TRIES_AN_HOUR = 20
ON_PAGE = 30


def public(code: str) -> Hearing:
    """Return a hearing that everybody may see."""
    return get_object_or_404(selectors.public_hearings(), code=code)


@login_not_required
@require_GET
def hearings(request: HttpRequest) -> HttpResponse:
    """List what is open now, what comes, and what was published."""
    context = {"groups": selectors.public_groups(at=timezone.now())}
    return render(request, "listening/public/hearing_list.html", context)


@login_not_required
@require_GET
def hearing(request: HttpRequest, code: str) -> HttpResponse:
    """The notice: what it is about, who is affected, documents, how to take part and until when."""
    found = public(code)
    at = timezone.now()
    if is_reader(request):
        count_opening(found, on=local_day(at))
    context = {
        "hearing": found,
        "phase": selectors.phase(found, at),
        "items": found.items.all(),
        "documents": found.documents.select_related("attachment"),
        "takes_views": found.is_taking(at),
        "takes_speakers": found.is_taking_speakers(at),
        "help_days": help_days(found),
        "views": selectors.shown_views(found)[:5],
        "counts": selectors.public_counts(found),
        "others": selectors.of_project(found),
    }
    return render(request, "listening/public/hearing.html", context)


def is_reader(request: HttpRequest) -> bool:
    """Whether somebody opened the page to read it: not staff, not a browser that fetches ahead, not a machine."""
    fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    name = request.headers.get("User-Agent", "").lower()
    is_machine = any(word in name for word in ("bot", "crawl", "spider"))
    return not (request.user.is_authenticated or fetched_ahead or is_machine)


def help_days(hearing: Hearing) -> list[tuple[str, Any]]:
    """Return the last day to ask for each kind of assistance."""
    if not hearing.has_session or hearing.state != Hearing.State.ANNOUNCED:
        return []
    return [
        (_("Access and other assistance"), speaking.last_day(hearing, "access")),
        (_("Sign language and interpretation"), speaking.last_day(hearing, "sign")),
    ]


@login_not_required
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """All announced hearings as a calendar that a phone subscribes to."""
    return calendar(calendar_feed.of_all(at=timezone.now()), "hearings")


@login_not_required
@require_GET
def one_feed(request: HttpRequest, code: str) -> HttpResponse:
    """One hearing for a calendar."""
    found = public(code)
    return calendar(calendar_feed.of_one(found, at=timezone.now()), found.code)


def calendar(content: bytes, name: str) -> HttpResponse:
    """Send a calendar."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@login_not_required
@require_GET
def document(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """Give a document of the notice."""
    found = get_object_or_404(public(code).documents.select_related("attachment"), pk=pk)
    return download(found.attachment)


@login_not_required
@require_GET
def views(request: HttpRequest, code: str) -> HttpResponse:
    """Read the views that are shown, the newest first."""
    found = public(code)
    order = Order.parse("-received_at")
    context = {
        "hearing": found,
        "page": page_of(
            selectors.shown_views(found),
            order=order,
            cursor=request.GET.get("cursor", ""),
            per_page=ON_PAGE,
        ),
        "hidden": selectors.hidden_counts(found),
    }
    return render(request, "listening/public/views.html", context)


# Taking part


def taken(
    request: HttpRequest,
    code: str,
    make_form: Callable[..., forms.OpenForm],
    press: Callable[[Hearing, Any], tuple[str, str]],
    *,
    title: str,
) -> HttpResponse:
    """Show an open form and take what it sends; a refusal stands above what was typed."""
    found = public(code)
    form = make_form(request.POST or None, request.FILES or None, hearing=found)
    if request.method == "POST" and form.is_valid():
        try:
            who = throttle.address_of(request)
            throttle.count("hearing", who, most=MOST_AN_HOUR, seconds=3600)
            words, own_code = press(found, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"hearing": found, "words": words, "code": own_code}
            return render(request, "listening/public/taken.html", context)
    context = {"hearing": found, "form": form, "title": title, "record": forms.RECORD}
    return render(request, "listening/public/form.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, code: str) -> HttpResponse:
    """Sign up to speak."""

    def press(hearing: Hearing, form: forms.SpeakForm) -> tuple[str, str]:
        signed = speaking.sign_up(hearing, form.speaker(), at=timezone.now())
        return _("You are on the list of speakers."), signed.code

    if not public(code).has_session:
        raise Http404
    return taken(request, code, forms.SpeakForm, press, title=_("Sign up to speak"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def send_view(request: HttpRequest, code: str) -> HttpResponse:
    """Send a written view."""

    def press(hearing: Hearing, form: forms.ViewForm) -> tuple[str, str]:
        sent = testimonies.submit(hearing, form.view(), at=timezone.now())
        return _("We have your view."), sent.code

    return taken(request, code, forms.ViewForm, press, title=_("Send your view"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask_help(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for assistance."""

    def press(hearing: Hearing, form: forms.HelpForm) -> tuple[str, str]:
        asked = speaking.ask_help(hearing, at=timezone.now(), **form.arguments())
        if asked.is_late:
            return _(
                "We have your request. It came after the last day to ask, so it may not be possible; we answer you."
            ), ""
        return _("We have your request and answer you."), ""

    if not public(code).has_session:
        raise Http404
    return taken(request, code, forms.HelpForm, press, title=_("Ask for assistance"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """With the code: withdraw the own place, see why the own view is not shown, ask for a second look."""
    found = public(code)
    form = forms.CodeForm(request.POST or None)
    context: dict[str, Any] = {"hearing": found, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            who = throttle.address_of(request)
            throttle.count("hearing-code", who, most=TRIES_AN_HOUR, seconds=3600)
            context |= own(found, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "listening/public/mine.html", context)


def own(hearing: Hearing, code: str) -> dict[str, Any]:
    """Return what belongs to a code; what does not fit is answered alike whatever was wrong."""
    kept = codes.tracking_hash(hearing.code, code)
    signup = hearing.signups.filter(code_hash=kept).first()
    testimony = hearing.testimonies.filter(code_hash=kept).select_related("appeal").first()
    if signup is None and testimony is None:
        raise Refused(_("This code does not belong to this hearing. Please look at it again."))
    return {
        "signup": signup,
        "testimony": testimony,
        "appeal": getattr(testimony, "appeal", None),
        "appeal_form": forms.AppealForm(),
        "code": code,
    }


@login_not_required
@never_cache
@require_POST
def mine_step(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Withdraw the own place, or ask that somebody else looks at the own view."""
    found = public(code)
    context: dict[str, Any] = {"hearing": found, "form": forms.CodeForm(request.POST)}
    try:
        who = throttle.address_of(request)
        throttle.count("hearing-code", who, most=TRIES_AN_HOUR, seconds=3600)
        context |= own(found, request.POST.get("code", ""))
        context["done"] = pressed(verb, context, request)
    except Refused as refusal:
        context["refusal"] = str(refusal)
    return render(request, "listening/public/mine.html", context)


def pressed(verb: str, context: dict[str, Any], request: HttpRequest) -> str:
    """Press the verb; return what to say."""
    signup: SignUp | None = context["signup"]
    testimony: Testimony | None = context["testimony"]
    at = timezone.now()
    if verb == "withdraw" and signup is not None:
        context["signup"] = speaking.withdraw_signup(signup, at=at)
        return _("Your place is given back.")
    if verb == "appeal" and testimony is not None:
        form = context["appeal_form"] = forms.AppealForm(request.POST)
        if not form.is_valid():
            return ""
        context["appeal"] = testimonies.appeal(testimony, form.cleaned_data["words"], at=at)
        return _("Somebody else looks at your view again. The answer will stand here.")
    raise Http404


# The shared screen and the summary


@login_not_required
@never_cache
@require_GET
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The screen in the hall: who speaks, the time left, who is next; follows by itself."""
    found = public(code)
    if not found.has_session:
        raise Http404
    context = {"hearing": found, "floor": selectors.floor(found, at=timezone.now())}
    is_part = request.headers.get("HX-Request") == "true"
    template = "listening/public/_floor.html" if is_part else "listening/public/screen.html"
    return render(request, template, context)


@login_not_required
@require_GET
def summary(request: HttpRequest, code: str) -> HttpResponse:
    """The published summary, as it was frozen; an earlier number on demand."""
    found = public(code)
    shown = summaries.shown(found, number=request.GET.get("number", ""))
    if shown is None:
        return redirect(reverse("listening:public_hearing", args=[code]))
    context = {"hearing": found, "shown": shown, "facts": shown.told(), "counts": shown.counts}
    return render(request, "listening/public/summary.html", context)


@login_not_required
@require_GET
def summary_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The published summary as PDF or DOCX."""
    found = public(code)
    shown = summaries.shown(found, number=request.GET.get("number", ""))
    if shown is None:
        raise Http404
    content, media_type = summaries.WRITERS[kind](shown)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.code}.{kind}"'
    return response
