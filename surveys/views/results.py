"""The results of a wave: overview, questions, groups, drivers, open answers, method, files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agency import jobs
from agency.masking import mask_text
from agency.models import Job
from agency.requests import StaffRequest
from surveys import lifecycle, permissions
from surveys.models import Mode, Wave
from surveys.selectors import pictures
from surveys.selectors.factsheets import sentence
from surveys.selectors.notes import HEADLINE, notes_by_result
from surveys.selectors.open_texts import handed_over
from surveys.selectors.results import Results, has_newer_answers, invited, results_of
from surveys.selectors.sampling import is_five_points, specification

RIGHT_END = 90  # of the width: beyond, a number has no room to the right of its dot
KINDS = ("csv", "xlsx", "sav", "json", "codebook")


def visible(request: StaffRequest, pk: int) -> Wave:
    """Return a wave whose results the person may read; another unit's does not exist for them."""
    seen = Wave.objects.visible_to(request.user).select_related(
        "survey__unit", "version", "previous__survey", "responsible"
    )
    wave = get_object_or_404(seen, pk=pk)
    if not permissions.can_read_results(request.user, wave.survey):
        raise PermissionDenied
    return wave


def page(
    request: StaffRequest, wave: Wave, name: str, results: Results | None, **words: Any
) -> HttpResponse:
    """Show one of the pages; while nobody answered, the sentence that says so."""
    tabs = (
        ("results", _("Overview")),
        ("results_questions", _("Question by question")),
        ("results_groups", _("Groups")),
        ("results_drivers", _("What matters")),
        ("results_texts", _("Open answers")),
        ("results_method", _("Method and files")),
    )
    context = {
        "wave": wave,
        "results": results,
        "tabs": [
            {
                "url": reverse(f"surveys:{each}", args=[wave.pk]),
                "label": title,
                "is_current": each == name,
            }
            for each, title in tabs
        ],
        "whom": _("population") if results and results.whole["is_probability"] else "",
        "is_stale": results is not None and has_newer_answers(results),
        "may_note": permissions.can_run(request.user, wave.survey),
        "may_refresh": permissions.can_run(request.user, wave.survey),
        **words,
    }
    return render(request, f"surveys/{name if results else 'results_none'}.html", context)


@require_GET
def overview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the headline, both percentages, the trend and who was more likely to be satisfied."""
    wave = visible(request, pk)
    results = results_of(wave)
    if results is None:
        return page(request, wave, "results", None)
    headline = results.headline
    nps = [
        {**pictures.row(pictures.label(results, one["code"]), one["nps"]), "code": one["code"]}
        for one in results.whole["questions"]
        if "nps" in one
    ]
    return page(
        request,
        wave,
        "results",
        results,
        headline=headline,
        sentence=sentence(results) if headline else "",
        headline_label=pictures.label(results, headline["code"]) if headline else "",
        figures=pictures.figures_of(headline) if headline else [],
        band=pictures.words(headline["band"]) if headline and headline["band"] else "",
        nps=nps,
        trend=pictures.trend_chart(results),
        likely=pictures.likely(results),
        notes=[
            note
            for about in (HEADLINE, headline["code"] if headline else "")
            for note in notes_by_result(wave).get(about, [])
        ],
    )


@require_GET
def questions(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the distribution of every question."""
    wave = visible(request, pk)
    results = results_of(wave)
    found = results.whole["questions"] if results else []
    notes = notes_by_result(wave)
    shown = [
        {**pictures.question_of(results, one), "notes": notes.get(one["code"], [])}
        for one in found
        if results
    ]
    return page(request, wave, "results_questions", results, questions=shown)


@require_GET
def groups(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a scale by group, with n and interval; small groups suppressed."""
    wave = visible(request, pk)
    results = results_of(wave)
    if results is None:
        return page(request, wave, "results_groups", None)
    scales = [code for code, one in results.columns.items() if is_five_points(one)]
    code = chosen(request, "question", scales)
    by = chosen(request, "by", results.groupings)
    rows = results.by_group(code, by=by) if code and by else []
    named = [(pictures.group_name(by, one), one) for one in rows]
    shown = pictures.picture(
        pictures.label(results, code),
        [(name, one["satisfied"]) for name, one in named],
        source=pictures.source_of(results),
    )
    return page(
        request,
        wave,
        "results_groups",
        results,
        scales=[(each, pictures.label(results, each)) for each in scales],
        groupings=[(each, pictures.label(results, each)) for each in results.groupings],
        code=code,
        by=by,
        picture=shown if rows else None,
        means=[pictures.row(name, one["mean"], digits=2) for name, one in named],
        percents=[pictures.row(name, one["percent"]) for name, one in named],
    )


def chosen(request: StaffRequest, name: str, known: list[str]) -> str:
    """Return what was asked for, if it is known, else the first."""
    wish = request.GET.get(name, "")
    return wish if wish in known else next(iter(known), "")


@require_GET
def drivers(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what goes with satisfaction, how good it is, and why people were not satisfied."""
    wave = visible(request, pk)
    results = results_of(wave)
    if results is None:
        return page(request, wave, "results_drivers", None)
    found = results.whole["drivers"] or {"problem": "parts"}
    parts = sorted(found.get("parts", []), key=lambda part: -part["share"])
    rows = [
        {
            **pictures.row(pictures.label(results, part["code"]), part["mean"], digits=2),
            "share": f"{part['share']:.0f}",
        }
        for part in parts
    ]
    reasons = [
        pictures.question_of(results, one)
        for one in results.whole["questions"]
        if results.columns[one["code"]]["dimension"] == "dissatisfaction" and "shares" in one
    ]
    return page(
        request,
        wave,
        "results_drivers",
        results,
        rows=rows,
        found=found,
        dots=dots_of(results, parts),
        reasons=reasons,
    )


def dots_of(results: Results, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the places of the importance–performance chart: means across, importance upwards, averages in the middle."""
    shown = [part for part in parts if part["mean"]["state"] == "ok"]
    across = middled([part["mean"]["value"] for part in shown])
    upwards = middled([part["share"] for part in shown])
    return [
        {
            "number": number,
            "x": f"{x:.1f}%",
            "is_at_the_end": x > RIGHT_END,
            "y": f"{100 - y:.1f}%",
            "name": pictures.label(results, part["code"]),
        }
        for number, (part, x, y) in enumerate(zip(shown, across, upwards, strict=True), start=1)
    ]


def middled(values: list[float]) -> list[float]:
    """Return places from 4 to 96 with the average at 50, so that neighbours can be told apart."""
    middle = sum(values) / max(len(values), 1)
    reach = max((abs(value - middle) for value in values), default=0) or 1
    return [50 + 46 * (value - middle) / reach for value in values]


@require_GET
def texts(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what was written, numbers and addresses masked; single answers need the right to them."""
    wave = visible(request, pk)
    if not permissions.can_read_answers(request.user, wave.survey):
        raise PermissionDenied
    results = results_of(wave)
    if results is None:
        return page(request, wave, "results_texts", None)
    open_columns = results.open_questions
    code = chosen(request, "question", open_columns)
    written = [mask_text(one) for one in results.texts(code)] if code else []
    return page(
        request,
        wave,
        "results_texts",
        results,
        scales=[(each, pictures.label(results, each)) for each in open_columns],
        code=code,
        written=written,
        smallest=wave.smallest_cell,
        handed=handed_over(wave),
        may_hand_over=bool(open_columns) and permissions.can_supervise(request.user, wave.survey),
    )


@require_POST
def texts_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Pass the open answers on to the inbox of voices."""
    wave = visible(request, pk)
    if not permissions.can_supervise(request.user, wave.survey):
        raise PermissionDenied
    try:
        lifecycle.hand_texts_over(wave, by=request.user, at=timezone.now())
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The open answers go to the inbox of voices, without names, in a minute.")
        )
    return redirect("surveys:results_texts", wave.pk)


@require_GET
def method(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how the figures came about, and give the files."""
    wave = visible(request, pk)
    results = results_of(wave)
    asked = invited(wave)
    rate = f"{asked['answered'] / asked['invited'] * 100:.1f}" if asked["invited"] else ""
    modes = results.whole["modes"] if results else {}
    return page(
        request,
        wave,
        "results_method",
        results,
        asked=asked,
        rate=rate,
        modes=[(Mode(mode).label, count) for mode, count in modes.items()],
        deff=f"{results.whole['deff']:.2f}" if results and results.whole["deff"] else "",
        may_export=permissions.can_read_answers(request.user, wave.survey),
        kinds=(
            ("csv", "CSV"),
            ("xlsx", "Excel"),
            ("sav", "SPSS (.sav)"),
            ("json", "JSON"),
            ("codebook", _("Codebook")),
        ),
    )


@require_GET
def spec(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the specification with which `manage.py estimate` computes the figures from the CSV."""
    wave = visible(request, pk)
    results = results_of(wave)
    if results is None:
        raise Http404
    text = json.dumps(specification(results.sampling), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{wave.code}-spec.json"'
    return response


@require_POST
def refresh(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring the results up to the answers now."""
    wave = visible(request, pk)
    if not permissions.can_run(request.user, wave.survey):
        raise PermissionDenied
    title = _("Results of “%(wave)s”") % {"wave": wave.name}
    job = jobs.start(
        "results",
        title=title,
        by=request.user,
        at=timezone.now(),
        task="surveys.refresh_wave",
        arguments={"wave": wave.pk},
    )
    return redirect(job)


@require_POST
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """Start writing a file of single answers; the job's page shows how far it is."""
    wave = visible(request, pk)
    if not permissions.can_read_answers(request.user, wave.survey):
        raise PermissionDenied
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    job = jobs.start(
        "survey_export",
        title=_("Answers of “%(wave)s”, %(kind)s") % {"wave": wave.name, "kind": kind},
        by=request.user,
        at=timezone.now(),
        task="surveys.export_answers",
        arguments={"wave": wave.pk, "kind": kind},
    )
    return redirect(job)


@require_GET
def exported(request: StaffRequest, job_pk: int) -> FileResponse:
    """Hand the written file to the person who asked for it."""
    done = Job.objects.visible_to(request.user).filter(kind="survey_export", state=Job.State.DONE)
    job = get_object_or_404(done, pk=job_pk)
    return jobs.download(job)
