"""One thing done to many cases: choose, say what, read it through, watch it, see what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency import jobs
from agency.listing import BulkAction
from agency.models import Job, Staff
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import local_day
from complaints.filters import queue_filter
from complaints.forms import bulk as forms
from complaints.lifecycle import bulk as lifecycle
from complaints.models import BulkRow, Complaint
from complaints.selectors import desk as selectors
from complaints.selectors.together import bulk_rows

Words = str | Promise
SHOWN_EXAMPLES = 3
TASK = "complaints.work_through_bulk"
FEW = 20  # so many are done while the person waits


@dataclass(frozen=True, kw_only=True)
class BulkVerb:
    """A verb as it is offered for many cases; `asks` says that it is shown once more before it is done."""

    form: type[forms.BulkForm]
    label: Words
    roles: tuple[str, ...] = ("officer", "supervisor")
    asks: bool = False


VERBS: Mapping[str, BulkVerb] = {
    "assign": BulkVerb(
        form=forms.BulkAssignForm,
        label=gettext_lazy("Assign to an officer"),
        roles=("supervisor",),
    ),
    "give": BulkVerb(
        form=forms.BulkForm,
        label=gettext_lazy("Give to the next in line"),
        roles=("supervisor",),
    ),
    "answer": BulkVerb(
        form=forms.BulkAnswerForm, label=gettext_lazy("Answer the complainants"), asks=True
    ),
    "close": BulkVerb(form=forms.BulkCloseForm, label=gettext_lazy("Close the cases")),
    "note": BulkVerb(form=forms.BulkNoteForm, label=gettext_lazy("Add a note")),
}


@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Do one thing to all chosen cases: ask for what is needed, show it, then do it."""
    name = request.POST.get("action", "")
    verb = VERBS.get(name)
    if not request.user.has_role("officer", "supervisor"):
        raise PermissionDenied
    if verb is None:
        messages.warning(request, _("Choose what to do with the cases."))
        return redirect("complaints:queue")
    if not request.user.has_role(*verb.roles):
        raise PermissionDenied
    at = timezone.now()
    chosen = chosen_of(request, at=at)
    if not chosen:
        messages.warning(request, _("Choose at least one case first."))
        return redirect("complaints:queue")
    is_sent = "sent" in request.POST
    form = verb.form(
        request.POST if is_sent else None, chosen=chosen, staff=request.user, today=local_day(at)
    )
    is_read = not verb.asks or "confirmed" in request.POST
    if is_sent and form.is_valid() and is_read and "back" not in request.POST:
        return redirect(started(request, name, form=form, at=at))
    context = {"form": form, "chosen": chosen, "action": name, "verb": verb, "examples": []}
    if is_sent and form.is_valid() and "back" not in request.POST:
        context["examples"] = examples_of(request, form, verb=name, at=at)
    return render(request, "complaints/bulk.html", context)


def chosen_of(request: StaffRequest, *, at: datetime) -> list[Complaint]:
    """Return the chosen cases that the person may see, or all that the list's filters find."""
    found = selectors.queue(request.user).select_related("person")
    if "everything" in request.POST:
        query = QueryDict(request.POST.get("query", "")[:1000])
        filters = queue_filter(at=at)(query, queryset=found, request=request)
        filters.form.is_valid()
        found = filters.filter_queryset(found)
    else:
        pks = [pk for pk in request.POST.getlist("chosen") if pk.isdecimal() and len(pk) < 19]
        found = found.filter(pk__in=pks[: lifecycle.MOST])
    return list(found.order_by("due_at", "pk")[: lifecycle.MOST])


def examples_of(
    request: StaffRequest, form: forms.BulkForm, *, verb: str, at: datetime
) -> list[tuple[Complaint, str]]:
    """Return the text as the first complainants will read it."""
    body = form.cleaned_data["body"]
    return [
        (case, lifecycle.filled(body, case, verb=verb, by=request.user, at=at))
        for case in form.chosen[:SHOWN_EXAMPLES]
    ]


def started(request: StaffRequest, name: str, *, form: forms.BulkForm, at: datetime) -> str:
    """Start the job; few cases are done at once. Returns where to look."""
    title = _("%(action)s: %(count)s cases") % {
        "action": VERBS[name].label,
        "count": len(form.chosen),
    }
    arguments = {"verb": name, "told": form.arguments()}
    return worked(form.chosen, arguments=arguments, title=title, by=request.user, at=at)


def worked(
    chosen: Sequence[Complaint],
    *,
    arguments: Mapping[str, Any],
    title: str,
    by: Staff,
    at: datetime,
) -> str:
    """Write the job; do few cases at once, leave many to a worker. Returns the address to look at."""
    is_short = len(chosen) <= FEW
    with transaction.atomic():
        job = jobs.start(
            lifecycle.KIND,
            title=title,
            by=by,
            at=at,
            task=TASK,
            arguments=arguments,
            is_done_here=is_short,
        )
        lifecycle.write_rows(job, chosen)
        job.url = reverse("complaints:bulk_result", args=[job.pk])
        job.save(update_fields=["url"])
    if not is_short:
        return job.get_absolute_url()
    jobs.run(job.pk, lifecycle.work_through, is_told=False)
    return job.url


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest) -> HttpResponse:
    """Hand the open cases of somebody who leaves or stays away to others, case by case."""
    if not request.user.has_role("supervisor"):
        raise PermissionDenied
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    leaver = request.GET.get("leaver", "")
    form = forms.HandOverForm(
        data, staff=request.user, today=local_day(at), initial={"leaver": leaver}
    )
    if form.is_valid():
        return redirect(handed_over(request, at=at, **form.cleaned_data))
    return render(request, "complaints/hand_over.html", {"form": form})


def handed_over(request: StaffRequest, *, leaver: Staff, to: Staff | None, at: datetime) -> str:
    """Start the job that hands over; returns where to look."""
    cases = selectors.queue(request.user).open().of_officer(leaver).order_by("due_at", "pk")
    told = {"verb": "hand_over", "told": {"to": to.pk}} if to else None
    title = _("Handing over the cases of %(name)s") % {"name": leaver}
    return worked(
        list(cases[: lifecycle.MOST]),
        arguments=told or {"verb": "hand_on", "told": {"leaver": leaver.pk}},
        title=title,
        by=request.user,
        at=at,
    )


def own_job(request: StaffRequest, job_pk: int) -> Job:
    """Return a bulk job that the person started."""
    own = Job.objects.visible_to(request.user).filter(kind=lifecycle.KIND)
    return get_object_or_404(own, pk=job_pk)


@require_GET
def bulk_result(request: StaffRequest, job_pk: int) -> HttpResponse:
    """Show case by case how it went."""
    job = own_job(request, job_pk)
    rows = bulk_rows(job, staff=request.user)
    counts = Counter(row.state for row in rows)
    context: dict[str, Any] = {
        "job": job,
        "rows": rows,
        "is_open": job.state in jobs.OPEN,
        "refused_count": counts[BulkRow.State.REFUSED],
        "figures": figures_of(counts),
    }
    return render(request, "complaints/bulk_result.html", context)


def figures_of(counts: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Return how many went how, with the tone and symbol of each."""
    told = [
        (BulkRow.State.DONE, _("%(count)s done"), "on-time", "check"),
        (BulkRow.State.REFUSED, _("%(count)s not done"), "overdue", "close"),
        (BulkRow.State.WAITING, _("%(count)s waiting"), "paused", ""),
    ]
    return [
        (words % {"count": counts[state]}, tone, symbol)
        for state, words, tone, symbol in told
        if counts.get(state)
    ]


@require_POST
def bulk_again(request: StaffRequest, job_pk: int) -> HttpResponse:
    """Try the refused cases again, as they stand now."""
    job = own_job(request, job_pk)
    if job.state in jobs.OPEN:
        raise Http404
    try:
        chosen = lifecycle.refused_of(job, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("complaints:bulk_result", job_pk=job.pk)
    at = timezone.now()
    again = worked(chosen, arguments=job.arguments, title=job.title, by=request.user, at=at)
    return redirect(again)


def offered(request: StaffRequest) -> list[BulkAction]:
    """Return what the person may do to many cases."""
    return [
        BulkAction(name=name, label=verb.label)
        for name, verb in VERBS.items()
        if request.user.has_role(*verb.roles)
    ]
