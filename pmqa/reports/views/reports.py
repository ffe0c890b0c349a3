"""The reports on screen: the list, a report, the records behind a figure, files, signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency import audit, jobs
from agency.listing import Column, ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import format_month
from pmqa.reports import files, lifecycle, selectors
from pmqa.reports.block import Block, Figure
from pmqa.reports.chapters import chapters_of
from pmqa.reports.differences import differences
from pmqa.reports.filters import ReportFilter
from pmqa.reports.forms import BuildForm, CommentForm, ReasonForm
from pmqa.reports.models import Report
from pmqa.reports.permissions import can_build, may
from pmqa.reports.views.figures import found

COLUMNS = [
    Column(name="month", label=gettext_lazy("Month"), sort="month_on", is_fixed=True),
    Column(name="unit", label=gettext_lazy("Unit"), sort="unit__code"),
    Column(name="version", label=gettext_lazy("Version"), is_numeric=True),
    Column(name="state", label=gettext_lazy("State")),
    Column(name="cutoff", label=gettext_lazy("Data cut-off"), sort="cutoff_at"),
]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A signature that can be given on the report's page."""

    act: Callable[..., object]
    done: Any
    title: Any = ""
    consequence: Any = ""  # asked first, because it cannot be undone


VERBS = {
    "review": Verb(act=lifecycle.review, done=gettext_lazy("The report is checked.")),
    "approve": Verb(act=lifecycle.approve, done=gettext_lazy("The report is approved.")),
    "publish": Verb(
        act=lifecycle.publish,
        done=gettext_lazy("The report is published."),
        title=gettext_lazy("Publish the report"),
        consequence=gettext_lazy(
            "The version becomes the word of the agency. It can no longer be changed; a correction is a new version."
        ),
    ),
    "comment": Verb(
        act=lifecycle.comment,
        done=gettext_lazy("The comment is kept."),
        title=gettext_lazy("Comment on the report"),
    ),
    "send": Verb(
        act=lifecycle.send,
        done=gettext_lazy("The report goes out to those who have not got it."),
    ),
    "send_back": Verb(
        act=lifecycle.send_back,
        done=gettext_lazy("The report is sent back."),
        title=gettext_lazy("Send the report back"),
    ),
}


@require_GET
@vary_on_headers("HX-Request")
def report_list(request: StaffRequest) -> HttpResponse:
    """List the reports that the person may see, and offer to build one."""
    page: ListPage[Report] = ListPage(
        request=request,
        page_name="reports:list",
        queryset=selectors.reports_of(request.user),
        filterset=ReportFilter,
        columns=COLUMNS,
        order="-month_on",
        empty_words=_(
            "No report yet. The month’s report is built on the first day of the next month, or here by the button."
        ),
    )
    context = {
        "title": _("Monthly reports"),
        "page": page,
        "may_build": can_build(request.user, request.user.unit),
    }
    return render(request, "reports/report_list.html" + ("#rows" if request.htmx else ""), context)


@require_http_methods(["GET", "POST"])
def build(request: StaffRequest) -> HttpResponse:
    """Start building a report; the job's page shows how far it is."""
    at = timezone.now()
    if not can_build(request.user, request.user.unit):
        raise PermissionDenied
    form = BuildForm(request.POST or None, staff=request.user, at=at)
    if request.method == "POST" and form.is_valid():
        month, unit = form.cleaned_data["month"], form.cleaned_data["unit"]
        job = jobs.start(
            "report",
            title=_("Monthly report for %(month)s, %(unit)s")
            % {"month": format_month(month), "unit": unit},
            by=request.user,
            at=at,
            task="pmqa.build_report",
            arguments={"month": month.isoformat(), "unit": unit.pk, "cutoff": at.isoformat()},
        )
        return redirect(job)
    context = {
        "title": _("Build a monthly report"),
        "form": form,
        "button": _("Build the report"),
        "back_url": reverse("reports:list"),
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a report: headline, chapters, versions, and what may be done."""
    report = found(request, pk)

    def links(figure: Figure) -> str:
        return selectors.figure_url(report, figure)

    block = Block(report.figures)
    context = {
        "report": report,
        "title": _("Category 3 report, %(month)s") % {"month": format_month(report.month_on)},
        "headline": [(figure, links(figure), moved(figure)) for figure in block.headline()],
        "chapters": chapters_of(report, links=links),
        "comments": selectors.comments_of(report),
        "history": [(audit.words_of(each.verb), each) for each in audit.entries_of(report)],
        "mails": selectors.mails_of(report),
        "versions": selectors.versions_of(report),
        "may": may(request.user, report),
        "reason_form": ReasonForm(),
    }
    return render(request, "reports/report_detail.html", context)


def moved(figure: Figure) -> str:
    """Write how a headline figure stands against last month, in words without a judgement."""
    before = figure.last_month["value"] if figure.last_month else None
    if before is None or figure.value is None:
        return ""
    difference = figure.value - before
    digits = 0 if figure.unit == "cases" else 1
    return _("%(difference)s since last month") % {"difference": f"{difference:+,.{digits}f}"}


@require_GET
def download(request: StaffRequest, pk: int, kind: str) -> FileResponse:
    """Hand a file out; it is made when it is asked for the first time."""
    report = found(request, pk)
    if kind not in files.MAKERS:
        raise Http404
    kept = files.file_of(report, kind, at=timezone.now())
    name = files.name_of(report, kind)
    return FileResponse(
        kept.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=files.MEDIA_TYPES[kind],
    )


@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Give a signature, or send the report back with a reason."""
    report = found(request, pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    if not may(request.user, report)[verb]:
        raise PermissionDenied
    if verb == "send_back":
        return sent_back(request, report)
    if verb == "comment":
        return commented(request, report)
    if request.method == "GET" or (chosen.consequence and "confirmed" not in request.POST):
        return asked(request, report, chosen)
    return signed(request, report, chosen)


def sent_back(request: StaffRequest, report: Report) -> HttpResponse:
    """Ask for the reason, then send back."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return signed(request, report, VERBS["send_back"], reason=form.cleaned_data["reason"])
    context = {
        "title": VERBS["send_back"].title,
        "form": form,
        "button": _("Send back"),
        "back_url": report.get_absolute_url(),
    }
    return render(request, "pmqa/form.html", context)


def commented(request: StaffRequest, report: Report) -> HttpResponse:
    """Take a remark; an empty one is asked for again."""
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return signed(request, report, VERBS["comment"], body=form.cleaned_data["body"])
    context = {
        "title": VERBS["comment"].title,
        "form": form,
        "button": _("Comment"),
        "back_url": report.get_absolute_url(),
    }
    return render(request, "pmqa/form.html", context)


@require_GET
def difference(request: StaffRequest, pk: int, other_pk: int) -> HttpResponse:
    """Show what differs between two versions of the same month and unit."""
    newer, other = found(request, pk), found(request, other_pk)
    if (newer.unit_id, newer.month_on) != (other.unit_id, other.month_on) or pk == other_pk:
        raise Http404
    old, new = sorted((newer, other), key=lambda each: each.version)
    names = selectors.names_of(new)
    rows = [
        (each, selectors.label(names, each.figure.dimension, each.figure.key))
        for each in differences(old, new)
    ]
    context = {
        "title": _("Version %(old)s beside version %(new)s")
        % {"old": old.version, "new": new.version},
        "old": old,
        "new": new,
        "overall": [each for each, _group in rows if not each.figure.dimension],
        "groups": [(each, group) for each, group in rows if each.figure.dimension],
    }
    return render(request, "reports/difference.html", context)


def asked(request: StaffRequest, report: Report, verb: Verb) -> HttpResponse:
    """Ask before what cannot be undone; other verbs are given on the report's page."""
    if not verb.consequence:
        return redirect(report)
    context = {
        "title": verb.title,
        "consequence": verb.consequence,
        "button": verb.title,
        "back_url": report.get_absolute_url(),
    }
    return render(request, "pmqa/confirm.html", context)


def signed(request: StaffRequest, report: Report, verb: Verb, **facts: Any) -> HttpResponse:
    """Do it, and say so on the report's page."""
    try:
        verb.act(report, by=request.user, at=timezone.now(), **facts)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(verb.done))
    return redirect(report)
