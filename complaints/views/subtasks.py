"""Sub-tasks: the list of a unit, one sub-task, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from agency import attachments
from agency.actions import Action, Actions
from agency.listing import Column, ListPage, View
from agency.requests import StaffRequest
from complaints import lifecycle, permissions
from complaints.filters.subtasks import SubTaskFilter
from complaints.forms.fanout import SubTaskForm, SubTaskReasonForm, SubTaskReplyForm
from complaints.models import SubTask
from complaints.selectors import subtasks as selectors
from complaints.selectors.stream import changes

COLUMNS = [
    Column(name="case", label=gettext_lazy("Case"), is_fixed=True),
    Column(name="question", label=gettext_lazy("What is asked of them"), is_fixed=True),
    Column(name="asked", label=gettext_lazy("Asked of")),
    Column(name="from", label=gettext_lazy("Asked by")),
    Column(name="due", label=gettext_lazy("Time limit"), sort="due_at"),
    Column(name="state", label=gettext_lazy("Status")),
]
VIEWS = [
    View(label=gettext_lazy("Asked of my unit, open")),
    View(label=gettext_lazy("Asked of my unit, ended"), query="scope=ended&sort=-due_at"),
    View(label=gettext_lazy("Asked by us, open"), query="scope=asked"),
    View(label=gettext_lazy("All"), query="scope=all&sort=-due_at"),
]


@dataclass(frozen=True, kw_only=True)
class Move:
    """A verb of a sub-task as it is offered."""

    label: Any
    icon: str
    form: type[SubTaskForm]
    right: Callable[..., bool]
    run: Callable[..., SubTask]
    done: Any


MOVES = {
    "reply": Move(
        label=gettext_lazy("Reply"),
        icon="send",
        form=SubTaskReplyForm,
        right=permissions.can_reply_subtask,
        run=lifecycle.reply_subtask,
        done=gettext_lazy("Replied. The officer of the case is told."),
    ),
    "return": Move(
        label=gettext_lazy("Return without a reply"),
        icon="reply",
        form=SubTaskReasonForm,
        right=permissions.can_reply_subtask,
        run=lifecycle.return_subtask,
        done=gettext_lazy("Returned. The officer of the case is told."),
    ),
    "cancel": Move(
        label=gettext_lazy("Do without the reply"),
        icon="close",
        form=SubTaskReasonForm,
        right=permissions.can_cancel_subtask,
        run=lifecycle.cancel_subtask,
        done=gettext_lazy("The sub-task is taken back."),
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def subtasks(request: StaffRequest) -> HttpResponse:
    """List what the person's unit is asked, and what it asked of others."""
    at = timezone.now()
    page = ListPage(
        request=request,
        page_name="complaints:subtasks",
        queryset=selectors.subtasks(request.user),
        filterset=SubTaskFilter,
        columns=COLUMNS,
        order="due_at",
        views=VIEWS,
        empty_words=_(
            "Your unit is asked nothing now. What other units need of yours appears here."
        ),
    )
    context = {
        "title": _("Sub-tasks"),
        "page": page,
        "row_template": "complaints/_subtask_row.html",
        "lefts": {row.pk: selectors.time_left(row, at=at) for row in page.rows},
    }
    part = "#rows" if request.htmx else ""
    response = render(request, f"complaints/subtask_list.html{part}", context)
    return push_url(response, page.url(cursor=request.GET.get("cursor")))


@require_GET
def subtask(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a sub-task: what is asked, until when, and what of the case is needed for it."""
    found = get_object_or_404(selectors.subtasks_of_page(request.user), pk=pk)
    context = page_context(request, found, at=timezone.now())
    return render(request, "complaints/subtask_detail.html", context)


@require_GET
def subtask_clock(request: StaffRequest, pk: int) -> HttpResponse:
    """Explain the limit of a sub-task day by day."""
    found = selectors.subtasks_of_page(request.user).select_related("calendar_version__calendar")
    asked = get_object_or_404(found, pk=pk)
    context = {
        "subtask": asked,
        "days": selectors.explained(asked),
        "ruler": replace(selectors.ruler_of(asked, at=timezone.now()), explain_url=""),
    }
    return render(request, "complaints/subtask_clock.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def subtask_act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a verb, or do it."""
    found = get_object_or_404(selectors.subtasks_of_page(request.user), pk=pk)
    move = MOVES.get(verb)
    if move is None:
        raise Http404
    is_late = request.method == "POST" and not found.is_open  # somebody else was faster
    if not (found.is_open or is_late) or not move.right(request.user, found):
        raise PermissionDenied
    at = timezone.now()
    form = move.form(request.POST or None, request.FILES or None, subtask=found)
    if request.method == "POST" and form.is_valid():
        try:
            move.run(found, by=request.user, at=at, **form.cleaned_data)
        except lifecycle.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(move.done))
            return redirect(found)
    context = page_context(request, found, at=at) | {
        "form": form,
        "action": action_of(verb, found),
        "changes": changes(form.changes),
    }
    template = "_act" if request.htmx else "subtask_detail"
    return render(request, f"complaints/{template}.html", context)


@require_safe
def subtask_file(request: StaffRequest, pk: int, file_pk: int) -> FileResponse:
    """Hand out a file that was chosen for the sub-task, or came back with its reply."""
    found = get_object_or_404(selectors.subtasks_of_page(request.user), pk=pk)
    file = selectors.file_of(found, file_pk)
    if file is None:
        raise Http404
    lifecycle.note_file_read(found, file, by=request.user, at=timezone.now())
    return attachments.download(file)


def page_context(request: StaffRequest, found: SubTask, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a sub-task shows."""
    offered = [
        action_of(name, found)
        for name, move in MOVES.items()
        if found.is_open and move.right(request.user, found)
    ]
    return {
        "subtask": found,
        "complaint": found.complaint,
        "is_case_seen": permissions.can_see(request.user, found.complaint),
        "actions": Actions(offered),
        "ruler": selectors.ruler_of(found, at=at),
    }


def action_of(name: str, found: SubTask) -> Action:
    """Return a verb as the page offers it."""
    move = MOVES[name]
    return Action(
        label=move.label,
        url=reverse("complaints:subtask_act", args=[found.pk, name]),
        icon=move.icon,
        back_url=found.get_absolute_url(),
        draft=f"subtask-{found.pk}-{name}",
    )
