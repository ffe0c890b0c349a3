"""Answering a questionnaire: no log-in, no script needed. A link, pages that are saved one by one, thanks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import throttle
from agency.refusal import Refused
from agency.requests import StaffRequest
from surveys import lifecycle, permissions
from surveys.models import Mode, Response, Wave
from surveys.rendering import (
    Document,
    Page,
    Reading,
    fields_of,
    mends_of,
    page_after,
    page_before,
    read_page,
    shown_pages,
)
from surveys.selectors import answering as selectors
from surveys.selectors.links import resume_code
from surveys.views.visit import Visit

HOUR = 3600
BEGUN_AN_HOUR = 1000  # from one address: an office or a village behind one router
WRONG_AN_HOUR = 30


def known_wave(code: str) -> Wave:
    """Return the wave of a short link."""
    wave = selectors.wave_of(code)
    if wave is None:
        raise Http404
    return wave


@login_not_required
@never_cache
@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Open a single-use link: the word goes to the device and leaves the address."""
    try:
        throttle.check(
            "survey-link", throttle.address_of(request), most=WRONG_AN_HOUR, seconds=HOUR
        )
        invitation = selectors.invitation_of(token)
        if invitation is None:
            throttle.count(
                "survey-link", throttle.address_of(request), most=WRONG_AN_HOUR, seconds=HOUR
            )
            return render(request, "surveys/answer/unknown.html", status=404)
    except Refused as refusal:
        return render(request, "surveys/answer/unknown.html", {"refusal": refusal}, status=429)
    wave = invitation.wave
    kept = Visit.read(request, wave)
    uid = kept.uid if kept.token == token else selectors.uid_of_invitation(invitation)
    response = redirect("surveys:door", wave.code)
    return Visit(uid=uid, token=token).write(response, request, wave)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is asked, by whom, until when and what becomes of the answers; begin or go on."""
    wave = known_wave(code)
    visit = Visit.read(request, wave)
    if request.method == "POST" and wave.is_taking(timezone.now()) and may_enter(wave, visit):
        return begin(request, wave, visit)
    return door_page(request, wave, visit)


def begin(request: HttpRequest, wave: Wave, visit: Visit) -> HttpResponse:
    """Draw a number for new answers, or go on with those that are there."""
    is_going_on = "again" not in request.POST and not visit.is_kiosk and begun(wave, visit)
    try:
        if not is_going_on:
            throttle.count(
                "survey-begin",
                f"{wave.pk}:{throttle.address_of(request)}",
                most=BEGUN_AN_HOUR,
                seconds=HOUR,
            )
            visit = visit.begun()
    except Refused as refusal:
        return door_page(request, wave, visit, refusal=refusal)
    return visit.write(redirect("surveys:answer", wave.code), request, wave)


def begun(wave: Wave, visit: Visit) -> Response | None:
    """Return the answers that this device began and did not send."""
    found = selectors.response_of(wave, visit.uid) if visit.uid else None
    return found if found is not None and found.state == Response.State.PARTIAL else None


def may_enter(wave: Wave, visit: Visit) -> bool:
    """Whether this way is open: a link that is not used, else the public link or the tablet where there is one."""
    if visit.token:
        invitation = visit.invitation(wave)
        is_old = selectors.is_expired(invitation, at=timezone.now())
        return invitation is not None and not invitation.is_spent and not is_old
    return visit.mode() in wave.modes


def door_page(request: HttpRequest, wave: Wave, visit: Visit, **more: Any) -> HttpResponse:
    """Draw the door as it stands: open, not yet, closed, link used, or by invitation only."""
    at = timezone.now()
    invitation = visit.invitation(wave)
    state = "open"
    if wave.state == Wave.State.CLOSED or at >= wave.closes_at:
        state = "closed"
    elif not wave.is_taking(at):
        state = "early"
    elif invitation is not None and invitation.is_spent:
        state = "spent"
    elif selectors.is_expired(invitation, at=at):
        state = "closed"
    elif not may_enter(wave, visit):
        state = "invited"
    document = selectors.document_of(wave)
    context = {
        "wave": wave,
        "visit": visit,
        "state": state,
        "document": document,
        "title": document.title.in_(get_language() or "th"),
        "intro": document.intro.in_(get_language() or "th"),
        "begun": None if visit.is_kiosk else begun(wave, visit),
        "page_count": len(shown_pages(document, {})),
        **more,
    }
    return render(request, "surveys/answer/door.html", context)


@login_not_required
@never_cache
@require_POST
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Go on with answers begun on another device, by their code."""
    wave = known_wave(code)
    visit = Visit.read(request, wave)
    typed = request.POST.get("code", "")[:40]
    try:
        who = f"{wave.pk}:{throttle.address_of(request)}"
        throttle.check("survey-resume", who, most=WRONG_AN_HOUR, seconds=HOUR)
        uid = selectors.uid_of_code(wave, typed)
        if uid is None:
            throttle.count("survey-resume", who, most=WRONG_AN_HOUR, seconds=HOUR)
            return door_page(request, wave, visit, typed=typed, is_code_wrong=True)
    except Refused as refusal:
        return door_page(request, wave, visit, typed=typed, refusal=refusal)
    response = redirect("surveys:answer", wave.code)
    return Visit(uid=uid, token=visit.token).write(response, request, wave)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Show a page of the questionnaire, keep what was answered, and send it after the last one."""
    wave = known_wave(code)
    visit = Visit.read(request, wave)
    uid = number_of(request, visit)
    if uid is None:
        return redirect("surveys:door", wave.code)
    response = selectors.response_of(wave, uid)
    if response is not None and response.state != Response.State.PARTIAL:
        if request.method == "POST" and visit.token:  # sent, but killed before the link was spent
            lifecycle.submit(visit.coming(wave, uid), response.answers, at=timezone.now())
        return to_end(request, wave, visit, response)
    if not wave.is_taking(timezone.now()) or not (response or may_enter(wave, visit)):
        return door_page(request, wave, visit)
    step = Step(request, wave, visit, uid, response)
    return step.take() if request.method == "POST" else step.show()


def number_of(request: HttpRequest, visit: Visit) -> UUID | None:
    """Return the number of the answers: what the form carries, else what the device remembers."""
    try:
        return UUID(request.POST["uid"]) if "uid" in request.POST else visit.uid
    except ValueError:
        return None


class Step:
    """One page of one person's answers, while it is shown or taken."""

    def __init__(
        self,
        request: HttpRequest,
        wave: Wave,
        visit: Visit,
        uid: UUID,
        response: Response | None,
    ) -> None:
        self.request = request
        self.wave = wave
        self.visit = visit
        self.coming = visit.coming(wave, uid)
        self.document: Document = selectors.document_of(
            wave, response.version if response else None
        )
        self.answers: dict[str, Any] = dict(response.answers) if response else {}
        self.kept_page = response.page if response else ""
        self.language = get_language() or "th"

    def page(self, code: str) -> Page | None:
        """Return the wanted page if it is shown, else the first one."""
        shown = shown_pages(self.document, self.answers)
        return next((page for page in shown if page.code == code), shown[0] if shown else None)

    def show(self) -> HttpResponse:
        """Show the page that was asked for, else the one that comes next."""
        wanted = self.request.GET.get("page", "") or self.kept_page
        page = self.page(wanted)
        if page is None:
            raise Http404
        return self.draw(page)

    def take(self) -> HttpResponse:
        """Keep the page as it was sent; go on, back, or send everything."""
        page = self.page(self.request.POST.get("page", ""))
        if page is None:
            raise Http404
        try:
            self.keep_files(page)
            reading = read_page(self.document, page, self.request.POST, self.answers)
            return self.after(page, reading)
        except lifecycle.Unfit as unfit:
            return self.first_wrong(unfit)
        except Refused as refusal:
            return self.draw(page, sent=self.request.POST, refusal=refusal)

    def keep_files(self, page: Page) -> None:
        """Attach what was chosen for the page's file questions."""
        for item in page.items:
            file = self.request.FILES.get(f"{item.code}") if item.type == "file" else None
            if file is not None:
                response = lifecycle.attach(self.coming, item.code, file, at=timezone.now())
                self.answers = dict(response.answers)

    def after(self, page: Page, reading: Reading) -> HttpResponse:
        """Go where the page leads: back, here again where something is to be mended, on, or to the end."""
        at = timezone.now()
        before = page_before(self.document, reading.answers, page.code)
        if "back" in self.request.POST and before is not None:
            lifecycle.save(self.coming, self.fitting(reading), page=before.code, at=at)
            return self.redirected(before)
        if not reading.is_done:
            lifecycle.save(self.coming, self.fitting(reading), page=page.code, at=at)
            self.answers = reading.answers
            return self.draw(page, sent=self.request.POST, problems=reading.problems)
        full = lifecycle.screen_out(self.coming, reading.answers, at=at)
        following = page_after(self.document, reading.answers, page.code)
        if full is None and following is not None:
            lifecycle.save(self.coming, reading.answers, page=following.code, at=at)
            return self.redirected(following)
        if full is None:
            lifecycle.submit(self.coming, reading.answers, at=at)
        response = selectors.response_of(self.wave, self.coming.uid)
        return to_end(self.request, self.wave, self.visit, response)

    def fitting(self, reading: Reading) -> dict[str, Any]:
        """Return the answers that may be kept although the page is not done."""
        wrong = {problem.column for problem in reading.problems}
        return {code: value for code, value in reading.answers.items() if code not in wrong}

    def first_wrong(self, unfit: lifecycle.Unfit) -> HttpResponse:
        """Show the first page with something to mend; the person came past it by changing an address."""
        columns = {problem.column for problem in unfit.problems}
        page = next(
            page
            for page in self.document.pages
            if any(columns & set(item.columns) for item in page.items)
        )
        return self.draw(page, problems=unfit.problems)

    def redirected(self, page: Page) -> HttpResponse:
        """Go to a page; the device remembers the number."""
        target = redirect("surveys:answer", self.wave.code)
        target["Location"] += f"?page={page.code}"
        visit = Visit(
            uid=self.coming.uid,
            token=self.visit.token,
            is_kiosk=self.visit.is_kiosk,
            unit_pk=self.visit.unit_pk,
        )
        return visit.write(target, self.request, self.wave)

    def draw(self, page: Page, **rest: Any) -> HttpResponse:
        """Draw a page."""
        refusal = rest.pop("refusal", None)
        fields = fields_of(self.document, page, self.answers, language=self.language, **rest)
        shown = shown_pages(self.document, self.answers)
        context = {
            "wave": self.wave,
            "visit": self.visit,
            "uid": self.coming.uid,
            "page": page,
            "heading": page.text.in_(self.language) or self.document.title.in_(self.language),
            "intro": page.intro.in_(self.language),
            "fields": fields,
            "mends": mends_of(fields),
            "refusal": refusal,
            "number": next((n for n, each in enumerate(shown, 1) if each.code == page.code), 1),
            "page_count": len(shown),
            "before": page_before(self.document, self.answers, page.code),
            "is_last": page_after(self.document, self.answers, page.code) is None,
            "code": "" if self.visit.is_kiosk else resume_code(self.coming.uid),
            "has_files": any(field.type == "file" for field in fields),
        }
        return render(self.request, "surveys/answer/page.html", context)


def to_end(
    request: HttpRequest, wave: Wave, visit: Visit, response: Response | None
) -> HttpResponse:
    """Go to the thanks, or say that no more such answers are needed; the device forgets the answers."""
    name = "surveys:thanks"
    target = redirect(name, wave.code)
    if response is not None and response.state == Response.State.SCREENED:
        column, _equals, value = response.ended_reason.partition("=")
        quota = wave.quotas.filter(column=column, value=value).first()
        target["Location"] += f"?full={quota.pk if quota else 0}"
    return visit.ended().write(target, request, wave)


@login_not_required
@never_cache
@require_GET
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thank; where a quota was full, say so in the words of the quota."""
    wave = known_wave(code)
    language = get_language() or "th"
    number = request.GET.get("full", "")
    quota = wave.quotas.filter(pk=int(number)).first() if number.isdecimal() else None
    message = ""
    if quota is not None:
        message = (
            (quota.message_en or quota.message_th)
            if language == "en"
            else (quota.message_th or quota.message_en)
        )
    document = selectors.document_of(wave)
    context = {
        "wave": wave,
        "visit": Visit.read(request, wave),
        "is_full": bool(number),
        "message": message,
        "thanks": document.thanks.in_(language),
        "title": document.title.in_(language),
    }
    return render(request, "surveys/answer/thanks.html", context)


# The tablet at the counter


@require_POST
def kiosk(request: StaffRequest, pk: int) -> HttpResponse:
    """Make this device the agency's tablet for a wave: it forgets who was logged in."""
    wave = get_object_or_404(
        Wave.objects.visible_to(request.user).select_related("survey__unit"), pk=pk
    )
    if not permissions.can_run(request.user, wave.survey) or Mode.KIOSK not in wave.modes:
        raise PermissionDenied
    visit = Visit(is_kiosk=True, unit_pk=request.user.unit_id)
    logout(request)
    return visit.write(redirect("surveys:door", wave.code), request, wave)


@require_http_methods(["GET", "POST"])
def end_kiosk(request: StaffRequest, code: str) -> HttpResponse:
    """Make the tablet an ordinary device again; only after a log-in."""
    wave = known_wave(code)
    if request.method == "GET":
        return render(request, "surveys/answer/end_kiosk.html", {"wave": wave})
    return Visit().write(redirect("surveys:list"), request, wave)
