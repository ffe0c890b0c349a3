"""The inbox of voices: the list, the voice beside it, and what is done with it in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url, trigger_client_event

from agency.listing import ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import lifecycle, permissions, tables
from listening.filters import VoiceFilter
from listening.forms import voices as forms
from listening.forms.intake import VoiceForm
from listening.lifecycle import Classes
from listening.models import Kind, Occasion, Voice, VoiceTag
from listening.selectors import inbox as selectors

PAGE = "listening:inbox"
KEYS = [(str(place), value, label) for place, (value, label) in enumerate(Kind.choices, start=1)]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A verb of a voice as it is offered; `key` opens its form."""

    label: Any
    run: Callable[..., Any]
    form: type[forms.StepForm]
    done: Any
    key: str = ""
    words: Any = ""


STEPS: Mapping[str, Step] = {
    "triage": Step(
        label=gettext_lazy("Classify"),
        run=lifecycle.triage,
        form=forms.TriageForm,
        done=gettext_lazy("Classified."),
    ),
    "reply": Step(
        label=gettext_lazy("Reply to the person"),
        run=lifecycle.reply,
        form=forms.ReplyForm,
        done=gettext_lazy("The reply is noted; a letter goes out at once."),
        key="r",
    ),
    "close": Step(
        label=gettext_lazy("Close the loop"),
        run=lifecycle.close,
        form=forms.CloseForm,
        done=gettext_lazy("The loop is closed."),
        key="e",
    ),
    "assign": Step(
        label=gettext_lazy("Assign"),
        run=lifecycle.assign,
        form=forms.AssignForm,
        done=gettext_lazy("Assigned."),
        key="a",
    ),
    "convert": Step(
        label=gettext_lazy("Make a complaint of it"),
        run=lifecycle.convert,
        form=forms.StepForm,
        done=gettext_lazy("A complaint is being made of it; its number appears here."),
        key="c",
        words=gettext_lazy(
            "The complaint keeps the words, the person and a link back. Its own time limits begin now."
        ),
    ),
    "merge": Step(
        label=gettext_lazy("Merge with the same voice"),
        run=lifecycle.merge,
        form=forms.MergeForm,
        done=gettext_lazy("Merged. It is closed together with the other one."),
        key="m",
    ),
    "unmerge": Step(
        label=gettext_lazy("Part from the other voice"),
        run=lifecycle.unmerge,
        form=forms.StepForm,
        done=gettext_lazy("Parted."),
    ),
    "tag": Step(
        label=gettext_lazy("Tag a need on a passage"),
        run=lifecycle.tag,
        form=forms.TagForm,
        done=gettext_lazy("Tagged."),
        key="t",
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def inbox(request: StaffRequest) -> HttpResponseBase:
    """List the voices that the person may see, the open one beside the list."""
    if not permissions.can_read(request.user):
        raise PermissionDenied
    may_work = permissions.can_receive(request.user)
    page: ListPage[Voice] = ListPage(
        request=request,
        page_name=PAGE,
        queryset=selectors.inbox(request.user),
        filterset=VoiceFilter,
        columns=tables.VOICE_COLUMNS,
        order="-received_at",
        views=tables.VOICE_VIEWS,
        bulk=tables.VOICE_BULK if may_work else (),
        bulk_url=reverse("listening:bulk"),
        exports=["csv", "xlsx"],
        empty_words=_(
            "No open voice. What is taken in, imported or comes by a channel appears here."
        ),
    )
    if page.wants_export:
        return page.export()
    if page.opening_url:
        return redirect(page.opening_url)
    context = {
        "title": _("Voice inbox"),
        "page": page,
        "row_template": "listening/_voice_row.html",
        "lates": {row.pk: selectors.due_words(row, at=timezone.now()) for row in page.rows},
        "guesses": selectors.guesses(page.rows),
        "may_receive": may_work,
        "may_import": permissions.can_import(request.user),
        "kinds": KEYS,
    }
    part = "#rows" if request.htmx else ""
    response = render(request, f"listening/inbox.html{part}", context)
    return push_url(response, page.url(cursor=request.GET.get("cursor")))


def visible(request: StaffRequest, pk: int) -> Voice:
    """Return a voice that the person may see; another unit's does not exist for them."""
    seen = selectors.inbox(request.user).select_related(
        "person", "service", "segment", "occasion", "master", "triaged_by", "closed_by"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def voice(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a voice and what can be done with it; beside the list for htmx."""
    return page(request, visible(request, pk))


@require_POST
@vary_on_headers("HX-Request")
def step(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the verbs."""
    found, chosen = visible(request, pk), STEPS.get(verb)
    if chosen is None:
        raise Http404
    if not permissions.RIGHTS[verb](request.user, found):
        raise PermissionDenied
    form = chosen.form(request.POST, voice=found, staff=request.user)
    if form.is_valid():
        try:
            chosen.run(found, by=request.user, at=timezone.now(), **form.arguments())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, pk, verb=verb, words=str(chosen.done))
    return page(request, found, refused={verb: form})


def done(request: StaffRequest, pk: int, *, verb: str, words: str) -> HttpResponse:
    """Say that it is done: on the page itself, or beside the list, which goes on to the next row."""
    if not request.htmx:
        messages.success(request, words)
        return redirect("listening:voice", pk)
    seen = selectors.inbox(request.user).filter(pk=pk).exists()
    if not seen:  # given to a unit that the person does not see
        return trigger_client_event(HttpResponse(""), "voice-settled", after="settle")
    response = page(request, visible(request, pk), said=words)
    if verb in {"triage", "close", "convert"}:
        return trigger_client_event(response, "voice-settled", after="settle")
    return response


def page(
    request: StaffRequest,
    found: Voice,
    *,
    refused: Mapping[str, forms.StepForm] | None = None,
    said: str = "",
) -> HttpResponse:
    """Render the voice; a form that was refused stands open as it was typed."""
    shown = selectors.voice_page(found, staff=request.user)
    refused = refused or {}
    told: dict[str, Any] = {"voice": found, "staff": request.user}
    steps = [
        (name, each, refused.get(name) or each.form(**told, auto_id=f"{name}_%s"))
        for name, each in STEPS.items()
        if name != "triage" and shown.may[name]
    ]
    triage = refused.get("triage")
    if triage is None and shown.may["triage"]:
        triage = forms.TriageForm(**told, thoughts=tuple(shown.thoughts), auto_id="triage_%s")
    context = {
        "page": shown,
        "voice": found,
        "triage": triage,
        "accepting": triage.accepting() if isinstance(triage, forms.TriageForm) else None,
        "steps": steps,
        "kinds": KEYS,
        "said": said,
        "late": selectors.due_words(found, at=timezone.now()),
        "refused": refused,
    }
    part = "#pane" if request.htmx else ""
    return render(request, f"listening/voice.html{part}", context)


@require_POST
def untag(request: StaffRequest, pk: int, tag_pk: int) -> HttpResponse:
    """Take a tag back."""
    found = visible(request, pk)
    if not permissions.can_tag(request.user, found):
        raise PermissionDenied
    tagged = get_object_or_404(VoiceTag.objects.filter(voice=found), pk=tag_pk)
    try:
        lifecycle.untag(tagged, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Classify the chosen voices, each by the ordinary verb; what is refused is said and stays."""
    action, _colon, kind = request.POST.get("action", "").partition(":")
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    if action != "kind" or kind not in Kind.values:
        raise Http404
    chosen = [pk for pk in request.POST.getlist("chosen")[:100] if pk.isdigit()]
    rows = selectors.inbox(request.user).select_related("service", "segment").filter(pk__in=chosen)
    outcome: Counter[str] = Counter(triaged(request, row, kind=kind) for row in rows.order_by("pk"))
    count = outcome.pop("", 0)
    if count:
        text = ngettext("%(count)s voice classified.", "%(count)s voices classified.", count)
        messages.success(request, text % {"count": count})
    for sentence, times in outcome.items():
        messages.error(request, f"{sentence} ({times})")
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else reverse(PAGE))


def triaged(request: StaffRequest, row: Voice, *, kind: str) -> str:
    """Classify one voice; returns why not, empty when it is done."""
    if not permissions.can_triage(request.user, row):
        return _("You may not do this to this voice.")
    classes = Classes(
        kind=kind,
        sentiment=row.sentiment,
        urgency=row.urgency,
        topic=row.topic,
        segment=row.segment,
        service=row.service,
    )
    try:
        lifecycle.triage(row, classes=classes, by=request.user, at=timezone.now())
    except Refused as refusal:
        return str(refusal)
    return ""


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, occasion_pk: int | None = None) -> HttpResponse:
    """Take a voice in; on an outing the form comes back empty for the next one."""
    if not permissions.can_receive(request.user):
        raise PermissionDenied
    occasion = None
    if occasion_pk is not None:
        outings = Occasion.objects.visible_to(request.user).select_related("unit")
        occasion = get_object_or_404(outings, pk=occasion_pk)
    form = VoiceForm(request.POST or None, staff=request.user, occasion=occasion)
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.receive(form.heard(), by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Voice %(number)s was taken in.") % {"number": made.number})
            return redirect("listening:occasion_voice", occasion.pk) if occasion else redirect(made)
    context = {
        "title": _("Take in a voice"),
        "form": form,
        "occasion": occasion,
        "button": _("Take in"),
        "back_url": occasion.get_absolute_url() if occasion else reverse(PAGE),
        "draft": f"voice-{occasion.pk if occasion else 'desk'}",
    }
    return render(request, "listening/voice_form.html", context)
