"""The queue, the page of a case, and what officers do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from agency import jobs
from agency.actions import Action, Actions
from agency.listing import ListPage
from agency.models import Job
from agency.persons import PersonData, masked
from agency.requests import StaffRequest
from agency.thai import format_date, local_day
from complaints import lifecycle, permissions, tables
from complaints.filters import queue_filter
from complaints.forms.actions import ActionForm
from complaints.models import Clock, Complaint
from complaints.selectors import desk as selectors
from complaints.selectors.canned import canned_for
from complaints.selectors.stream import Entry, Show, changes, stream
from complaints.selectors.subtasks import fan_out_of
from complaints.selectors.times import explained, ruler_of, times_left, with_pauses
from complaints.views.bulk import offered as bulk_offered
from complaints.views.canned import with_canned
from complaints.views.together import present_at
from complaints.views.verbs import VERBS, Verb, offered

PAGE = "complaints:queue"
EXPORTS = ("csv", "xlsx")
QUOTING = ("answer", "send_for_review", "send_progress", "ask")
PICKER = "complaints/_canned_picker.html"


# The queue


def queue_page(request: StaffRequest, *, at: datetime) -> ListPage[Complaint]:
    """Return the queue as the person filtered it."""
    return ListPage(
        request=request,
        page_name=PAGE,
        queryset=selectors.queue(request.user),
        filterset=queue_filter(at=at),
        columns=tables.QUEUE_COLUMNS,
        order=tables.QUEUE_ORDERS.get(request.GET.get("scope", ""), tables.QUEUE_ORDER),
        is_narrow_first=True,
        views=tables.QUEUE_VIEWS,
        bulk=bulk_offered(request),
        bulk_url=reverse("complaints:bulk"),
        is_bulk_for_all=True,
        empty_words=_("No open case. What is taken in or filed online appears here."),
    )


@require_GET
@vary_on_headers("HX-Request")
def queue(request: StaffRequest) -> HttpResponse:
    """List the cases that the person may see."""
    at = timezone.now()
    page = queue_page(request, at=at)
    if page.opening_url:
        return redirect(page.opening_url)
    context = {
        "title": _("Complaints"),
        "page": page,
        "row_template": "complaints/_queue_row.html",
        "lefts": times_left(page.rows, at=at),
    }
    part = "#rows" if request.htmx else ""
    response = render(request, f"complaints/complaint_list.html{part}", context)
    return push_url(response, page.url(cursor=request.GET.get("cursor")))


@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """Start writing the filtered queue into a file; the job's page shows how far it is."""
    kind = request.POST.get("kind", "")
    if kind not in EXPORTS:
        raise Http404
    job = jobs.start(
        "export",
        title=_("Export of complaints (%(kind)s)") % {"kind": kind.upper()},
        by=request.user,
        at=timezone.now(),
        task="complaints.export_queue",
        arguments={"kind": kind, "query": request.POST.get("query", "")[:1000]},
    )
    return redirect(job)


@require_GET
def exported(request: StaffRequest, job_pk: int) -> FileResponse:
    """Hand the written file to the person who asked for it."""
    done = Job.objects.visible_to(request.user).filter(kind="export", state=Job.State.DONE)
    job = get_object_or_404(done, pk=job_pk)
    return jobs.download(job)


# One case


def case_context(
    request: StaffRequest, complaint: Complaint, *, at: datetime, show: str = Show.ALL
) -> dict[str, Any]:
    """Return what the page of a case shows."""
    case = selectors.case_of(complaint, staff=request.user)
    clock = case.stage_clock
    verbs = offered(complaint, may=case.may, is_extension_asked=case.is_extension_asked)
    return {
        "case": case,
        "complaint": complaint,
        "may": case.may,
        "may_write_document": permissions.can_write_document(request.user, complaint),
        "actions": Actions([action_of(verb, complaint) for verb in verbs]),
        "entries": stream(
            case.messages, case.entries, people=case.people, show=show, home=complaint.pk
        ),
        "quoting": quoting(case.may, complaint),
        "shows": [(each, each == show) for each in Show],
        "person": masked(complaint.person) if complaint.person else None,
        "can_plan": permissions.can_plan_action(request.user),
        "looks_similar": case.may["link"] and not complaint.closed_at,
        "fan_out": fan_out_of(complaint, at=at) if vars(complaint).get("has_subtasks") else None,
        "ruler": clock and ruler_for(clock, complaint=complaint, at=at),
    }


def quoting(may: Mapping[str, bool], complaint: Complaint) -> str:
    """Return the form in which the person may quote what was said; empty where nothing is written now."""
    verb = next((verb for verb in QUOTING if may.get(verb)), "")
    return reverse("complaints:act", args=[complaint.pk, verb]) if verb else ""


def quoted(entries: Sequence[Entry], wanted: str) -> str:
    """Return a message of the thread as a letter quotes it; empty where it is none of this case."""
    entry = next((each for each in entries if each.quote and str(each.quote) == wanted), None)
    if entry is None:
        return ""
    words = _("On %(day)s you wrote:") if entry.kind == "message" else _("On %(day)s we wrote:")
    head = words % {"day": format_date(entry.at)}
    lines = entry.text.strip().splitlines()
    return "\n".join([head, *(f"> {line}" for line in lines)]) + "\n\n"


def ruler_for(clock: Clock, *, complaint: Complaint, at: datetime) -> Any:
    """Return the ruler of the page, with the way to its explanation."""
    url = reverse("complaints:clock", args=[complaint.pk, clock.pk])
    return ruler_of(clock, acknowledged_at=complaint.acknowledged_at, at=at, explain_url=url)


def action_of(verb: Verb, complaint: Complaint, *, above: str = "") -> Action:
    """Return a verb as the page offers it."""
    return Action(
        label=verb.label,
        url=reverse("complaints:act", args=[complaint.pk, verb.name]),
        icon=verb.icon,
        is_grave=verb.is_grave,
        button=verb.button,
        words=verb.words,
        above=above,
        back_url=complaint.get_absolute_url(),
        draft=f"complaint-{complaint.pk}-{verb.name}",
    )


@require_GET
@vary_on_headers("HX-Request")
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a case: where it stands, what was said and done, what can be done next."""
    complaint = get_object_or_404(selectors.complaints_of_page(request.user), pk=pk)
    asked = request.GET.get("show", "")
    show = asked if asked in set(Show) else Show.ALL
    at = timezone.now()
    context = case_context(request, complaint, at=at, show=show)
    context["present"] = present_at(request, complaint, at=at)
    part = "#stream" if request.htmx else ""
    return render(request, f"complaints/complaint_detail.html{part}", context)


@never_cache
@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a verb, or do it."""
    complaint = get_object_or_404(selectors.complaints_of_page(request.user), pk=pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    at = timezone.now()
    context = case_context(request, complaint, at=at)
    if not context["may"].get(verb):
        raise PermissionDenied
    told: dict[str, Any] = {"complaint": complaint, "staff": request.user, "today": local_day(at)}
    is_insert = "insert" in request.POST
    if is_insert:
        may_see_name = context["may"]["reveal_identity"]
        typed = with_canned(request, complaint, verb=verb, may_see_name=may_see_name)
        form = chosen.form(initial=typed, **told)
    else:
        form = chosen.form(request.POST or None, request.FILES or None, **told)
        quote = quoted(context["entries"], request.GET.get("quote", ""))
        if quote and verb in QUOTING:
            form.initial["body"] = f"{quote}{form.fields['body'].initial or ''}"
    if request.method == "POST" and not is_insert and form.is_valid():
        answer = carry_out(request, chosen, complaint, form=form, at=at)
        if answer:
            return answer
    canned = canned_for(complaint, verb)
    context |= {
        "form": form,
        "action": action_of(chosen, complaint, above=PICKER if canned else ""),
        "canned": canned,
        "changes": changes(form.changes),
        "present": present_at(request, complaint, at=at, is_writing=True),
    }
    template = "_act" if request.htmx else "complaint_detail"
    return render(request, f"complaints/{template}.html", context)


def carry_out(
    request: StaffRequest, verb: Verb, complaint: Complaint, *, form: ActionForm, at: datetime
) -> HttpResponse | None:
    """Do what the form says; a refusal goes into the form, which keeps what was typed."""
    try:
        result = verb.run(complaint, by=request.user, at=at, **form.arguments())
    except lifecycle.Refused as refusal:
        form.refuse(refusal)
        return None
    if isinstance(result, PersonData):
        return revealed(request, complaint, person=result, at=at)
    messages.success(request, str(verb.done))
    return redirect(complaint)


def revealed(
    request: StaffRequest, complaint: Complaint, *, person: PersonData, at: datetime
) -> HttpResponse:
    """Show the complainant's identity once; the next page hides it again."""
    context = case_context(request, complaint, at=at) | {"person": person, "is_revealed": True}
    return render(request, "complaints/complaint_detail.html", context)


@require_GET
def clock(request: StaffRequest, pk: int, clock_pk: int) -> HttpResponse:
    """Explain a due date day by day."""
    complaint = get_object_or_404(selectors.complaints_of_page(request.user), pk=pk)
    clocks = complaint.clocks.select_related("calendar_version__calendar").filter(pk=clock_pk)
    found = next(iter(with_pauses(clocks)), None)
    if found is None:
        raise Http404
    context: Mapping[str, Any] = {
        "complaint": complaint,
        "clock": found,
        "days": explained(found),
        "moves": found.due_changes.select_related("by").order_by("pk"),
        "extensions": found.extensions.select_related("asked_by", "decided_by").order_by("pk"),
        "ruler": ruler_of(found, acknowledged_at=complaint.acknowledged_at, at=timezone.now()),
    }
    return render(request, "complaints/clock_detail.html", context)
