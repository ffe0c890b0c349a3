"""The builder: a draft's sections and questions, written and ordered in place; every form works as a page too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from agency.requests import StaffRequest
from surveys import lifecycle, permissions
from surveys.forms.builder import QuestionForm, RuleForm, SectionForm
from surveys.models import Question, QuestionType, Section, Survey
from surveys.selectors import drafts
from surveys.views.surveys import visible

STEPS = {"up": -1, "down": 1}


@require_GET
@vary_on_headers("HX-Request")
def builder(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the draft."""
    return outline(request, visible(request, pk))


@require_GET
def bank(request: StaffRequest) -> HttpResponse:
    """List the sets of the question bank."""
    sets = Survey.objects.visible_to(request.user).bank().order_by("title_th")
    context = {"sets": sets, "title": _("Question bank")}
    return render(request, "surveys/bank.html", context)


def outline(request: StaffRequest, survey: Survey) -> HttpResponse:
    """Draw the builder; for htmx its outline alone."""
    sections = drafts.outline(survey)
    findings = drafts.findings(survey, sections) if not survey.is_bank else []
    context = {
        "survey": survey,
        "sections": sections,
        "types": QuestionType.choices,
        "may_build": permissions.can_build(request.user, survey) and not survey.archived_at,
        "grave": [found for found in findings if found.is_grave],
        "mild": [found for found in findings if not found.is_grave],
    }
    part = "#outline" if request.htmx else ""
    return render(request, f"surveys/builder.html{part}", context)


def editable(request: StaffRequest, pk: int) -> Survey:
    """Return a survey whose draft the person may change."""
    survey = visible(request, pk)
    if not permissions.can_build(request.user, survey):
        raise PermissionDenied
    return survey


def part_of(survey: Survey, kind: str, part_pk: int) -> Section | Question:
    """Return a section or question of the survey."""
    if kind not in {"section", "question"}:
        raise Http404
    parts: Any = survey.sections if kind == "section" else survey.questions
    return get_object_or_404(parts.select_related("survey"), pk=part_pk)  # type: ignore[no-any-return]


def done(request: StaffRequest, survey: Survey) -> HttpResponse:
    """Go back to the builder; for htmx draw its outline anew."""
    if request.htmx:
        return retarget(reswap(outline(request, survey), "outerHTML"), "#outline")
    return redirect("surveys:builder", survey.pk)


def attempt(
    request: StaffRequest, survey: Survey, form: Any, verb: Callable[[], object]
) -> HttpResponse | None:
    """Run a verb; a refusal stands in the form, or in a message where there is none."""
    try:
        verb()
    except lifecycle.Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return (
                redirect("surveys:builder", survey.pk)
                if not request.htmx
                else done(request, survey)
            )
        form.add_error(None, str(refusal))
        return None
    return done(request, survey)


def form_page(request: StaffRequest, survey: Survey, form: Any, **words: Any) -> HttpResponse:
    """Draw a form of the builder: in place for htmx, else as a page."""
    words.setdefault("template", "surveys/_plain_form.html")
    context = {
        "survey": survey,
        "form": form,
        "back_url": reverse("surveys:builder", args=[survey.pk]),
        **words,
    }
    name = "surveys/_build_form.html" if request.htmx else "surveys/build_form.html"
    return render(request, name, context)


# Sections


@require_POST
def add_section(request: StaffRequest, pk: int) -> HttpResponse:
    """Add an empty section at the end."""
    survey = editable(request, pk)
    number = survey.sections.count() + 1
    verb = partial(
        lifecycle.add_section,
        survey,
        text_th=f"ตอนที่ {number}",
        text_en=f"Part {number}",
        by=request.user,
        at=timezone.now(),
    )
    return attempt(request, survey, None, verb) or done(request, survey)


@require_http_methods(["GET", "POST"])
def section(request: StaffRequest, pk: int, section_pk: int) -> HttpResponse:
    """Write a section's heading and introduction."""
    survey = editable(request, pk)
    part = get_object_or_404(survey.sections.select_related("survey"), pk=section_pk)
    form = SectionForm(request.POST or None, instance=part)
    if request.method == "POST" and form.is_valid():
        verb = partial(
            lifecycle.change_section, part, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        if answer := attempt(request, survey, form, verb):
            return answer
    return form_page(request, survey, form, title=_("Section %(code)s") % {"code": part.code})


# Questions


@require_http_methods(["GET", "POST"])
def add_question(request: StaffRequest, pk: int, section_pk: int, kind: str) -> HttpResponse:
    """Add a question of a type at the end of a section."""
    survey = editable(request, pk)
    part = get_object_or_404(survey.sections.select_related("survey"), pk=section_pk)
    if kind not in QuestionType.values:
        raise Http404
    form = QuestionForm(request.POST or None, kind=kind, section=part)
    if request.method == "POST" and form.is_valid():
        verb = partial(
            lifecycle.add_question, part, draft=form.draft(), by=request.user, at=timezone.now()
        )
        if answer := attempt(request, survey, form, verb):
            return answer
    title = _("New question: %(type)s") % {"type": QuestionType(kind).label}
    return form_page(request, survey, form, title=title, template="surveys/_question_form.html")


@require_GET
def choose_type(request: StaffRequest, pk: int, section_pk: int) -> HttpResponse:
    """Lead from the choice of a type to the form of a new question."""
    editable(request, pk)
    kind = request.GET.get("type", "")
    if kind not in QuestionType.values:
        raise Http404
    return redirect("surveys:add_question", pk, section_pk, kind)


@require_http_methods(["GET", "POST"])
def question(request: StaffRequest, pk: int, question_pk: int) -> HttpResponse:
    """Write a question anew."""
    survey = editable(request, pk)
    part = get_object_or_404(
        survey.questions.select_related("survey", "section__survey"), pk=question_pk
    )
    form = QuestionForm(request.POST or None, instance=part, kind=part.type, section=part.section)
    if request.method == "POST" and form.is_valid():
        verb = partial(
            lifecycle.change_question, part, draft=form.draft(), by=request.user, at=timezone.now()
        )
        if answer := attempt(request, survey, form, verb):
            return answer
    words = {"code": part.code, "type": part.get_type_display()}
    title = _("Question %(code)s: %(type)s") % words
    return form_page(request, survey, form, title=title, template="surveys/_question_form.html")


@require_http_methods(["GET", "POST"])
def take(request: StaffRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take questions of the bank to the end of a section."""
    survey = editable(request, pk)
    part = get_object_or_404(survey.sections.select_related("survey"), pk=section_pk)
    bank_sets = Survey.objects.visible_to(request.user).bank()
    if request.method == "POST":
        chosen = [pk for pk in request.POST.getlist("question") if pk.isdecimal()]
        held = Question.objects.filter(survey__in=bank_sets, pk__in=chosen)
        held = held.order_by("survey", "section__position", "position")
        if held:
            lifecycle.take_from_bank(part, questions=list(held), by=request.user, at=timezone.now())
            return redirect("surveys:builder", survey.pk)
        messages.error(request, _("Choose at least one question."))
    context = {
        "survey": survey,
        "section": part,
        "sets": [(one, drafts.outline(one)) for one in bank_sets.order_by("title_th")],
    }
    return render(request, "surveys/take.html", context)


# Both


@require_POST
def move(request: StaffRequest, pk: int, kind: str, part_pk: int) -> HttpResponse:
    """Move a section or question up, down, or to where it was dropped."""
    survey = editable(request, pk)
    part = part_of(survey, kind, part_pk)
    stamp: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    step = STEPS.get(request.POST.get("to", ""))

    def verb() -> None:
        if step is None and isinstance(part, Question):
            place, target = dropped(request, survey)
            lifecycle.place_question(part, section=target, place=place, **stamp)
        elif isinstance(part, Question):
            lifecycle.move_question(part, step=step or 1, **stamp)
        else:
            lifecycle.move_section(part, step=step or 1, **stamp)

    return attempt(request, survey, None, verb) or done(request, survey)


def dropped(request: StaffRequest, survey: Survey) -> tuple[int, Section]:
    """Return where a question was dropped."""
    section_pk, place = request.POST.get("section", ""), request.POST.get("place", "")
    if not (section_pk.isdecimal() and place.isdecimal()):
        raise Http404
    return int(place), get_object_or_404(survey.sections, pk=section_pk)


@require_http_methods(["GET", "POST"])
def delete(request: StaffRequest, pk: int, kind: str, part_pk: int) -> HttpResponse:
    """Delete a section or question after listing what refers to it."""
    survey = editable(request, pk)
    part = part_of(survey, kind, part_pk)
    stamp: dict[str, Any] = {"by": request.user, "at": timezone.now(), "is_confirmed": True}
    if request.method == "POST" and "confirmed" in request.POST:
        verb: Callable[[], object]
        if isinstance(part, Question):
            verb = partial(lifecycle.delete_question, part, **stamp)
        else:
            verb = partial(lifecycle.delete_section, part, **stamp)
        return attempt(request, survey, None, verb) or done(request, survey)
    questions = (
        [part]
        if isinstance(part, Question)
        else list(part.questions.prefetch_related("options", "rows"))
    )
    context = {
        "title": _("Delete %(what)s") % {"what": drafts.label(part)},
        "consequence": consequence(part, len(questions)),
        "references": drafts.references_to(questions, survey),
        "button": _("Delete"),
        "back_url": reverse("surveys:builder", args=[survey.pk]),
    }
    return render(request, "surveys/delete.html", context)


def consequence(part: Section | Question, count: int) -> str:
    """Say what a deletion does."""
    if isinstance(part, Question):
        return _("The question leaves the draft. Published versions and their answers keep it.")
    return _(
        "The section and its %(count)s questions leave the draft. Published versions and their answers keep them."
    ) % {"count": count}


@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, pk: int, kind: str, part_pk: int) -> HttpResponse:
    """Say when a section or question is shown."""
    survey = editable(request, pk)
    part = part_of(survey, kind, part_pk)
    form = RuleForm(
        request.POST or None,
        earlier=drafts.earlier_questions(survey, part),
        rule=getattr(part, "rule", None),
    )
    if request.method == "POST" and form.is_valid():
        verb = partial(
            lifecycle.write_rule,
            part,
            match=form.cleaned_data["match"],
            conditions=form.conditions(),
            by=request.user,
            at=timezone.now(),
        )
        if answer := attempt(request, survey, form, verb):
            return answer
    title = _("When is %(what)s shown?") % {"what": drafts.label(part)}
    return form_page(request, survey, form, title=title, template="surveys/_rule_form.html")
