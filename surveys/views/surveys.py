"""The list of surveys, a survey's page, and what is done with it as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.actions import Action, Actions
from agency.listing import ListPage
from agency.requests import StaffRequest
from surveys import lifecycle, permissions, tables
from surveys.filters import SurveyFilter
from surveys.forms.surveys import BeginForm, CodeForm, DescribeForm, PublishForm, ShareForm
from surveys.models import Survey
from surveys.rendering import Document
from surveys.selectors import drafts
from surveys.selectors.xlsforms import xlsform

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@vary_on_headers("HX-Request")
def surveys(request: StaffRequest) -> HttpResponse:
    """List the surveys that the person may see."""
    page = ListPage(
        request=request,
        page_name="surveys:list",
        queryset=drafts.surveys(request.user),
        filterset=SurveyFilter,
        columns=tables.SURVEY_COLUMNS,
        order="-changed_at",
        empty_words=_("No survey yet. Begin one with “New survey”, or copy an earlier one."),
    )
    context = {
        "title": _("Surveys"),
        "page": page,
        "row_template": "surveys/_survey_row.html",
        "may_make": permissions.can_make(request.user),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"surveys/survey_list.html{part}", context)


def visible(request: StaffRequest, pk: int) -> Survey:
    """Return a survey that the person may see; another unit's does not exist for them."""
    seen = Survey.objects.visible_to(request.user).select_related("unit", "owner")
    return get_object_or_404(seen, pk=pk)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a survey: what it asks, its versions and waves."""
    survey = visible(request, pk)
    if survey.is_bank:
        return redirect("surveys:builder", survey.pk)
    sections = drafts.outline(survey)
    context = {
        "survey": survey,
        "sections": sections,
        "question_count": sum(len(section.questions.all()) for section in sections),
        "versions": list(drafts.versions(survey)[:20]),
        "waves": list(survey.waves.all()[:20]),
        "readers": list(survey.shared_with.order_by("path")),
        "findings": drafts.findings(survey, sections),
        "is_draft_published": drafts.is_draft_published(survey, sections),
        "actions": offered(request, survey),
        "may_build": permissions.can_build(request.user, survey),
        "may_run": permissions.can_run(request.user, survey) and not survey.archived_at,
    }
    return render(request, "surveys/survey_detail.html", context)


def offered(request: StaffRequest, survey: Survey) -> Actions:
    """Return what the person may do with the survey now."""
    actions = []
    if not survey.archived_at and permissions.can_publish(request.user, survey):
        actions.append(act("publish", survey, label=_("Publish a version"), icon="check"))
    if not survey.archived_at and permissions.can_supervise(request.user, survey):
        actions.append(act("share", survey, label=_("Share the results"), icon="share"))
    if not survey.archived_at and permissions.can_build(request.user, survey):
        actions.append(act("settings", survey, label=_("Titles and texts"), icon="edit"))
    if permissions.can_make(request.user):
        actions.append(act("copy", survey, label=_("Copy"), icon="file"))
    return Actions(actions)


def act(name: str, survey: Survey, *, label: str, icon: str) -> Action:
    """Return an action that opens a page of its own."""
    return Action(label=label, url=reverse(f"surveys:{name}", args=[survey.pk]), icon=icon)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Begin a survey."""
    if not permissions.can_make(request.user):
        raise PermissionDenied
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            survey = lifecycle.begin(
                unit=request.user.unit, by=request.user, at=timezone.now(), **form.arguments()
            )
        except lifecycle.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("surveys:builder", survey.pk)
    return form_page(
        request, form, title=_("New survey"), button=_("Begin"), back_url=reverse("surveys:list")
    )


@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest, pk: int) -> HttpResponse:
    """Change titles, welcome, thanks and anonymity."""
    survey = visible(request, pk)
    if not permissions.can_build(request.user, survey):
        raise PermissionDenied
    form = DescribeForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.describe(survey, by=request.user, at=timezone.now(), **form.arguments())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(survey)
    return form_page(request, form, title=_("Titles and texts"), back_url=survey.get_absolute_url())


@require_http_methods(["GET", "POST"])
def share(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose which other units read the survey and its results."""
    survey = visible(request, pk)
    if not permissions.can_supervise(request.user, survey):
        raise PermissionDenied
    known = {"units": survey.shared_with.all()}
    typed = request.POST if request.method == "POST" else None
    form = ShareForm(typed, survey=survey, initial=known)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["units"]
        try:
            lifecycle.share(survey, units=chosen, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(survey)
    title = _("Share “%(title)s” with other units") % {"title": survey.title}
    return form_page(request, form, title=title, back_url=survey.get_absolute_url())


@require_http_methods(["GET", "POST"])
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Copy a survey's draft into a new one of the own unit."""
    survey = visible(request, pk)
    if survey.is_bank or not permissions.can_make(request.user):
        raise PermissionDenied
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            made = lifecycle.copy(survey, code=code, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("The survey was copied. This is the copy."))
            return redirect(made)
    title = _("Copy “%(title)s”") % {"title": survey.title}
    return form_page(
        request, form, title=title, button=_("Copy"), back_url=survey.get_absolute_url()
    )


@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what keeps the draft from being published, and publish it."""
    survey = visible(request, pk)
    if not permissions.can_publish(request.user, survey):
        raise PermissionDenied
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            version = lifecycle.publish(survey, note=note, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Version %(number)s is published. It stays as it is.")
            messages.success(request, words % {"number": version.number})
            return redirect(survey)
    findings = drafts.findings(survey)
    context = {
        "survey": survey,
        "form": form,
        "title": _("Publish a version"),
        "button": _("Publish"),
        "back_url": survey.get_absolute_url(),
        "findings": findings,
        "is_ready": not any(found.is_grave for found in findings),
    }
    return render(request, "surveys/publish.html", context)


@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a survey away, or take it out again."""
    survey = visible(request, pk)
    if not permissions.can_publish(request.user, survey):
        raise PermissionDenied
    verb = lifecycle.restore if survey.archived_at else lifecycle.archive
    try:
        verb(survey, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(survey)


@require_GET
def definition(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Give a published version as the JSON document that it is."""
    version = get_object_or_404(visible(request, pk).versions, number=number)
    response = JsonResponse(
        {"sha256": version.sha256, "version": version.number, "document": version.document},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    name = f"{version.document['survey']}-v{version.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def xlsform_file(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Give a published version as an XLSForm."""
    version = get_object_or_404(visible(request, pk).versions, number=number)
    response = HttpResponse(xlsform(Document.read(version.document)), content_type=EXCEL)
    name = f"{version.document['survey']}-v{version.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def form_page(request: StaffRequest, form: Any, **words: Any) -> HttpResponse:
    """Show a plain form."""
    return render(request, "pmqa/form.html", {"form": form, **words})
