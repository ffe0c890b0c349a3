"""Hearings on the desk: their list, preparing, the checklist, announcing, extending, calling off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form, ModelForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.actions import Action, Actions
from agency.listing import ListPage, View
from agency.refusal import Refused
from agency.requests import StaffRequest
from listening import permissions
from listening.filters import HearingFilter
from listening.forms import hearings as forms
from listening.lifecycle import hearings as lifecycle
from listening.models import AgendaItem, Hearing
from listening.selectors import hearings as selectors
from listening.tables import HEARING_COLUMNS

Right = Callable[..., bool]


def hearing_of(request: StaffRequest, pk: int, right: Right | None = None) -> Hearing:
    """Return a hearing that the person sees, and may work on in this way."""
    hearing = get_object_or_404(selectors.hearings(request.user), pk=pk)
    if right and not right(request.user, hearing):
        raise PermissionDenied
    return hearing


def take(
    request: StaffRequest,
    form: Form | ModelForm,
    press: Callable[[], Any],
    *,
    title: str,
    back: str,
    button: str = "",
    **words: Any,
) -> HttpResponse:
    """Show a form, and press its verb when it is filled in right; a refusal stands above what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            press()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {"form": form, "title": title, "back_url": back, "button": button, **words}
    return render(request, "pmqa/form.html", context)


def press(request: StaffRequest, verb: Callable[[], Any], *, back: str) -> HttpResponse:
    """Press a verb that needs no form, and go back with its answer."""
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect(back)


def chosen_verb(verbs: Mapping[str, Callable[[], Any]], name: str) -> Callable[[], Any]:
    """Return the verb of an address; an unknown one is no page."""
    if name not in verbs:
        raise Http404
    return verbs[name]


def act(request: StaffRequest) -> dict[str, Any]:
    """Return who presses and when."""
    return {"by": request.user, "at": timezone.now()}


@require_GET
@vary_on_headers("HX-Request")
def hearings(request: StaffRequest) -> HttpResponseBase:
    """List the hearings of the own unit and those below, and what others announced."""
    page = ListPage(
        request=request,
        page_name="listening:hearings",
        queryset=selectors.hearings(request.user),
        filterset=HearingFilter,
        columns=HEARING_COLUMNS,
        order="-closes_at",
        views=[
            View(label=_("All")),
            View(label=_("Under way"), query="state=announced"),
            View(label=_("In preparation"), query="state=draft"),
        ],
        exports=["csv", "xlsx"],
        empty_words=_("No hearing yet. Begin one; nobody sees it before you announce it."),
    )
    if page.wants_export:
        return page.export()
    context = {
        "title": _("Public hearings"),
        "page": page,
        "row_template": "listening/_hearing_row.html",
        "may_prepare": permissions.can_prepare_hearings(request.user),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/hearing_list.html{part}", context)


@require_GET
def hearing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a hearing: what it lacks, its issues, documents, who takes part, what comes next."""
    found = hearing_of(request, pk)
    at = timezone.now()
    context = {
        "hearing": found,
        "phase": selectors.phase(found, at),
        "checks": selectors.checklist(found) if found.state == Hearing.State.DRAFT else [],
        "items": found.items.select_related("answer"),
        "documents": found.documents.select_related("attachment"),
        "counts": selectors.desk_counts(found),
        "help_requests": found.help_requests.select_related("person"),
        "actions": offered(request, found, at),
        "may_work": permissions.works_on(request.user, found),
        "is_draft": found.state == Hearing.State.DRAFT,
    }
    return render(request, "listening/hearing_detail.html", context)


def offered(request: StaffRequest, hearing: Hearing, at: Any) -> Actions:
    """Return what the person may do with it now, the likeliest first."""
    works = permissions.works_on(request.user, hearing)
    leads = permissions.can_lead_hearing(request.user, hearing)
    chairs = permissions.can_chair(request.user, hearing)
    is_draft = hearing.state == Hearing.State.DRAFT
    is_announced = hearing.state == Hearing.State.ANNOUNCED
    is_over = is_announced and at >= hearing.closes_at
    rows = [
        (is_draft and leads, "hearing_announce", _("Announce…"), "check"),
        (is_draft and works, "hearing_edit", _("Change"), "edit"),
        (is_draft and works, "hearing_parts", _("Parts of the notice"), "file"),
        (is_announced and hearing.has_session and chairs, "session", _("Session"), "people"),
        (not is_draft, "testimonies", _("Written views"), "mail"),
        (is_over and works, "hearing_answers", _("Official answers"), "reply"),
        (not is_draft and works, "summary_draft", _("Summary"), "report"),
        (is_announced and works, "hearing_links", _("Place and links"), "edit"),
        (is_announced and works and not is_over, "hearing_extend", _("Take views longer"), "clock"),
        (hearing.session_ended_at and is_announced and works, "minutes", _("Minutes"), "file"),
    ]
    actions = [
        Action(label=label, url=reverse(f"listening:{name}", args=[hearing.pk]), icon=icon)
        for is_there, name, label, icon in rows
        if is_there
    ]
    if (is_draft or is_announced) and leads:
        url = reverse("listening:hearing_cancel", args=[hearing.pk])
        actions.append(Action(label=_("Call off…"), url=url, icon="close", is_grave=True))
    return Actions(actions)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Begin a hearing of the own unit."""
    if not permissions.can_prepare_hearings(request.user):
        raise PermissionDenied
    unit = request.user.unit
    form = forms.HearingForm(request.POST or None, unit=unit)
    made: list[Hearing] = []

    def verb() -> None:
        made.append(lifecycle.prepare_hearing(unit=unit, **act(request), **form.arguments()))

    answer = take(
        request,
        form,
        verb,
        title=_("New hearing"),
        back=reverse("listening:hearings"),
        draft="hearing",
    )
    return redirect(made[0]) if made else answer


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a hearing in preparation."""
    found = hearing_of(request, pk, permissions.works_on)
    form = forms.HearingForm(request.POST or None, instance=found, unit=found.unit)
    return take(
        request,
        form,
        lambda: lifecycle.change_hearing(found, **act(request), **form.arguments()),
        title=_("Change the hearing"),
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def links(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what may change after the notice."""
    found = hearing_of(request, pk, permissions.works_on)
    form = forms.LinksForm(request.POST or None, instance=found, unit=found.unit)
    return take(
        request,
        form,
        lambda: lifecycle.change_hearing(found, **act(request), **form.arguments()),
        title=_("Place and links"),
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def parts(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the parts of the notice."""
    found = hearing_of(request, pk, permissions.works_on)
    form = forms.PartsForm(request.POST or None, hearing=found)
    return take(
        request,
        form,
        lambda: lifecycle.set_notice_parts(found, form.parts(), **act(request)),
        title=_("Parts of the notice"),
        back=found.get_absolute_url(),
        draft=f"hearing-parts-{found.pk}",
    )


@require_http_methods(["GET", "POST"])
def announce(request: StaffRequest, pk: int) -> HttpResponse:
    """Announce the hearing."""
    found = hearing_of(request, pk, permissions.can_lead_hearing)
    form = forms.AnnounceForm(request.POST or None)
    return take(
        request,
        form,
        lambda: lifecycle.announce(found, **act(request), **form.cleaned_data),
        title=_("Announce the hearing"),
        back=found.get_absolute_url(),
        button=_("Announce"),
        lead=_(
            "Everybody sees the notice from now on. Issues, times and the parts of the notice stay as they are."
        ),
    )


@require_http_methods(["GET", "POST"])
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    """Take written views longer."""
    found = hearing_of(request, pk, permissions.works_on)
    form = forms.ExtendForm(request.POST or None)
    return take(
        request,
        form,
        lambda: lifecycle.extend_hearing(found, **act(request), **form.arguments()),
        title=_("Take views longer"),
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Call the hearing off."""
    found = hearing_of(request, pk, permissions.can_lead_hearing)
    form = forms.ReasonForm(request.POST or None)
    return take(
        request,
        form,
        lambda: lifecycle.cancel_hearing(found, **act(request), **form.cleaned_data),
        title=_("Call the hearing off"),
        back=found.get_absolute_url(),
        button=_("Call off"),
    )


# Issues and documents


@require_http_methods(["GET", "POST"])
def item(request: StaffRequest, pk: int, item_pk: int | None = None) -> HttpResponse:
    """Add or reword an issue."""
    found = hearing_of(request, pk, permissions.works_on)
    known = get_object_or_404(found.items, pk=item_pk) if item_pk else None
    form = forms.ItemForm(request.POST or None, instance=known)

    def verb() -> AgendaItem:
        if known:
            return lifecycle.change_item(known, **act(request), **form.cleaned_data)
        return lifecycle.add_item(found, **act(request), **form.cleaned_data)

    title = _("Reword the issue") if known else _("New issue")
    return take(request, form, verb, title=title, back=found.get_absolute_url())


@require_POST
def item_step(request: StaffRequest, pk: int, item_pk: int, verb: str) -> HttpResponse:
    """Move an issue up or down, or take it out."""
    found = hearing_of(request, pk, permissions.works_on)
    chosen = get_object_or_404(found.items.select_related("hearing"), pk=item_pk)
    verbs: dict[str, Callable[[], Any]] = {
        "up": lambda: lifecycle.move_item(chosen, step=-1, **act(request)),
        "down": lambda: lifecycle.move_item(chosen, step=1, **act(request)),
        "remove": lambda: lifecycle.remove_item(chosen, **act(request)),
    }
    return press(request, chosen_verb(verbs, verb), back=found.get_absolute_url())


@require_http_methods(["GET", "POST"])
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a document beside the notice."""
    found = hearing_of(request, pk, permissions.works_on)
    form = forms.DocumentForm(request.POST or None, request.FILES or None)

    def verb() -> None:
        lifecycle.add_document(
            found, form.cleaned_data["file"], title=form.cleaned_data["title"], **act(request)
        )

    return take(request, form, verb, title=_("Publish a document"), back=found.get_absolute_url())
