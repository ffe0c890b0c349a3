"""The public counter: file a complaint, keep the receipt, track, reply, ask for stage 2. No log-in, no script needed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import parking, throttle
from agency.attachments import download
from agency.refusal import Refused
from complaints import lifecycle
from complaints.forms.counter import Draft, ReplyForm, Stage2Form, TrackForm, WithdrawOwnForm
from complaints.forms.rating import RatingForm
from complaints.forms.rating import rating_form as filled_rating
from complaints.models import Complaint
from complaints.selectors import public

RECEIPT_COOKIE = "receipt"  # number and code, for a quarter of an hour, on the person's device only
RECEIPT_SECONDS = 15 * 60
TRACK_COOKIE = "track"  # which case the person proved to know, for half an hour, likewise
TRACK_SECONDS = 30 * 60


def for_the_complainant(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the case that this person proved to know; everybody else is asked for the code."""

    @wraps(view)
    def guarded(request: HttpRequest, number: str, **kwargs: Any) -> HttpResponseBase:
        try:
            proven_number = request.get_signed_cookie(TRACK_COOKIE, max_age=TRACK_SECONDS)
        except (KeyError, signing.BadSignature):
            proven_number = ""
        complaint = public.by_number(number) if proven_number == number else None
        if complaint is None:
            return redirect(f"{reverse('complaints:track')}?{urlencode({'number': number})}")
        return view(request, complaint, **kwargs)

    return guarded


@login_not_required
@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    """The front page: what can be done here, and how long it takes."""
    return render(request, "complaints/counter.html", {"desk": public.counter_page()})


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """The notice under the Personal Data Protection Act."""
    return render(request, "complaints/privacy.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """File a complaint in four steps; every step carries the others, so nothing is kept here before it is sent."""
    if request.method == "GET":
        return step_page(request, Draft(), "matter", reference=secrets.token_hex(16))
    draft = Draft(request.POST, request.FILES)
    reference = request.POST.get("draft", "")[:32] or secrets.token_hex(16)
    step = request.POST.get("step", "matter")
    if step not in Draft.STEPS:
        raise Http404
    if "back" in request.POST:
        return step_page(request, draft, before(step), reference=reference)
    if "drop" in request.POST:
        drop_parked(draft, request.POST["drop"])
        return step_page(request, draft, step, reference=reference)
    wrong = draft.first_wrong(until=step)
    if wrong or step != "send":
        return step_page(
            request, draft, wrong or after(step), reference=reference, is_checked=bool(wrong)
        )
    return send(request, draft, reference=reference)


def send(request: HttpRequest, draft: Draft, *, reference: str) -> HttpResponse:
    """Hand the finished draft to the lifecycle; a second press finds the first one's receipt."""
    filing = draft.filing(reference=reference)
    try:
        throttle.count("file", throttle.address_of(request), most=20, seconds=3600)
        receipt = lifecycle.receive_once(filing, by=None, at=timezone.now())
    except Refused as refusal:
        draft.forms["send"].add_error(None, str(refusal))
        return step_page(request, draft, "send", reference=reference, is_checked=True)
    finally:
        for parked_file in filing.files:
            if isinstance(parked_file, UploadedFile):
                parked_file.close()
    for parked in draft.send_form.parked:
        parking.drop(parked)
    response = redirect("complaints:filed")
    response.set_signed_cookie(
        RECEIPT_COOKIE,
        f"{receipt.complaint.number} {receipt.code}",
        max_age=RECEIPT_SECONDS,
        path=reverse("complaints:filed"),
        httponly=True,
        secure=request.is_secure(),
        samesite="Strict",
    )
    return response


@login_not_required
@never_cache
@require_GET
def filed(request: HttpRequest) -> HttpResponse:
    """The receipt: number, code, what happens next and by when; from the person's own cookie."""
    try:
        kept = request.get_signed_cookie(RECEIPT_COOKIE, max_age=RECEIPT_SECONDS) or ""
        number, code = kept.split(" ")
    except (KeyError, ValueError, signing.BadSignature):
        return redirect("complaints:track")
    receipt = public.receipt(
        number, code, track_url=request.build_absolute_uri(reverse("complaints:track"))
    )
    return render(request, "complaints/counter_filed.html", {"receipt": receipt})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code; what does not fit is answered alike whatever was wrong."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")[:30]})
    if request.method == "POST" and form.is_valid():
        try:
            complaint = proven(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return to_case(request, complaint)
    return render(request, "complaints/counter_track.html", {"form": form})


@login_not_required
@never_cache
@require_GET
@for_the_complainant
def case(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """The person's own page of the case."""
    return case_page(request, complaint)


@login_not_required
@never_cache
@require_POST
@for_the_complainant
def reply(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Take a message and files of the complainant; a waiting case goes on."""
    form = ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            throttle.count("reply", complaint.number, most=30, seconds=3600)
            lifecycle.reply(
                complaint,
                body=form.cleaned_data["body"],
                files=form.cleaned_data["files"],
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("complaints:case", complaint.number)
    return case_page(request, complaint, reply_form=form)


@login_not_required
@never_cache
@require_POST
@for_the_complainant
def stage2(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """The complainant asks that somebody else looks at the matter again."""
    form = Stage2Form(request.POST)
    if form.is_valid():
        try:
            lifecycle.escalate_to_stage2(
                complaint, reason=form.cleaned_data["reason"], by=None, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("complaints:case", complaint.number)
    return case_page(request, complaint, stage2_form=form)


@login_not_required
@never_cache
@require_POST
@for_the_complainant
def withdraw(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """The complainant takes the matter back."""
    form = WithdrawOwnForm(request.POST)
    if form.is_valid():
        body = form.cleaned_data["body"]
        try:
            lifecycle.withdraw(complaint, body=body, by=None, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("complaints:case", complaint.number)
    return case_page(request, complaint, withdraw_form=form)


@login_not_required
@never_cache
@require_POST
@for_the_complainant
def hide_name(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """The complainant has the given name hidden from the desk from now on."""
    with suppress(Refused):  # pressed twice, or nothing to hide: the page shows how it stands
        lifecycle.hide_name(complaint, at=timezone.now())
    return redirect("complaints:case", complaint.number)


@login_not_required
@never_cache
@require_GET
@for_the_complainant
def case_file(request: HttpRequest, complaint: Complaint, pk: int) -> FileResponse:
    """Give a file of the case that its complainant may see."""
    attachment = public.attachment(complaint, pk)
    if attachment is None:
        raise Http404
    return download(attachment)


def step_page(
    request: HttpRequest, draft: Draft, step: str, *, reference: str, is_checked: bool = False
) -> HttpResponse:
    """Render one step; its errors show only once it was sent."""
    form = draft.forms[step]
    if not is_checked and draft.data is not None:
        form = draft.unchecked(step)
    context = {
        "step": step,
        "steps": Draft.STEPS,
        "position": Draft.STEPS.index(step) + 1,
        "form": form,
        "parked": draft.send_form.parked,
        "carried": draft.carried(step),
        "draft": reference,
        "summary": public.filing_summary(draft.data) if step == "send" else None,
    }
    return render(request, f"complaints/counter_file_{step}.html", context)


def before(step: str) -> str:
    """Return the step before."""
    return Draft.STEPS[max(Draft.STEPS.index(step) - 1, 0)]


def after(step: str) -> str:
    """Return the step after."""
    return Draft.STEPS[min(Draft.STEPS.index(step) + 1, len(Draft.STEPS) - 1)]


def drop_parked(draft: Draft, token: str) -> None:
    """Take a waiting file out of the draft."""
    parked_files = draft.send_form.parked
    for parked in [one for one in parked_files if one.token == token]:
        parking.drop(parked)
        parked_files.remove(parked)


def proven(request: HttpRequest, form: TrackForm) -> Complaint:
    """Return the case whose number and code fit; Refused otherwise, and after too many tries."""
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    throttle.check("track", throttle.address_of(request), most=10, seconds=600)
    throttle.check("track-number", number, most=20, seconds=3600)
    complaint = public.track(number, code)
    if complaint is None:
        throttle.count("track", throttle.address_of(request), most=10, seconds=600)
        throttle.count("track-number", number, most=20, seconds=3600)
        raise Refused(
            _(
                "Number and code do not fit together. Compare both with the receipt; capital and small letters are alike."
            )
        )
    return complaint


def to_case(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Let the person in: a signed cookie names the case, nothing is kept on the server."""
    response = redirect("complaints:case", complaint.number)
    response.set_signed_cookie(
        TRACK_COOKIE,
        complaint.number,
        max_age=TRACK_SECONDS,
        path=reverse("complaints:track"),
        httponly=True,
        secure=request.is_secure(),
        samesite="Strict",
    )
    return response


def case_page(
    request: HttpRequest,
    complaint: Complaint,
    *,
    reply_form: ReplyForm | None = None,
    stage2_form: Stage2Form | None = None,
    withdraw_form: WithdrawOwnForm | None = None,
    rating_form: RatingForm | None = None,
) -> HttpResponse:
    """Render the person's page with its forms."""
    case = public.own_page(complaint, at=timezone.now())
    given = case.rating.given if case.rating else None
    context = {
        "case": case,
        "rating_form": rating_form or filled_rating(given),
        "reply_form": reply_form or ReplyForm(),
        "stage2_form": stage2_form or Stage2Form(),
        "withdraw_form": withdraw_form or WithdrawOwnForm(),
    }
    return render(request, "complaints/counter_case.html", context)
