"""Paper on the desk: batches to print, sheets to key in, differences between two keyings to settle."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency.requests import StaffRequest
from agency.typesetting import set_pages
from surveys import lifecycle
from surveys.forms.paper import BatchForm
from surveys.lifecycle import paper as verbs
from surveys.models import Keying, Mode, PaperBatch, Wave
from surveys.rendering import Problem, parts_of, read_sheet, typed_of
from surveys.rendering.sheets import read_box
from surveys.selectors import paper as selectors
from surveys.views.waves import runnable

LONGEST = 5000


@require_http_methods(["GET", "POST"])
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the batches with their progress, and number new sheets for printing."""
    wave = runnable(request, pk)
    form = BatchForm(request.POST or None, wave=wave)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.print_sheets(wave, **form.cleaned_data, by=request.user, at=timezone.now())
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The sheets are numbered. Print them now."))
            return redirect("surveys:paper", wave.pk)
    context = {
        "wave": wave,
        "form": form,
        "batches": selectors.batches(wave),
        "may_print": wave.state != Wave.State.CLOSED and Mode.PAPER in wave.modes,
        "differing_count": len(selectors.differing(wave)),
    }
    return render(request, "surveys/paper.html", context)


def batch_of(request: StaffRequest, pk: int, batch_pk: int) -> PaperBatch:
    """Return a batch of a wave that the person may run."""
    rows = runnable(request, pk).paper_batches.select_related(
        "wave__survey__unit", "version", "unit", "stratum"
    )
    return get_object_or_404(rows, pk=batch_pk)


@require_GET
def paper_pdf(request: StaffRequest, pk: int, batch_pk: int, part: int) -> HttpResponse:
    """Give some sheets of a batch as a PDF for the printer."""
    batch = batch_of(request, pk, batch_pk)
    language = "en" if request.GET.get("in") == "en" else "th"
    with override(language):
        data = selectors.pages_of(batch, part=part, language=language)
    if not data["sheets"]:
        raise Http404
    response = HttpResponse(set_pages(selectors.TEMPLATE, data), content_type="application/pdf")
    name = f"{batch.wave.code}-sheets-{data['sheets'][0]}-to-{data['sheets'][-1]}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def paper_key(request: StaffRequest, pk: int, batch_pk: int) -> HttpResponse:
    """Show one sheet with a box for each answer; keep it and offer the next one."""
    desk = Desk(request, batch_of(request, pk, batch_pk))
    return desk.take() if request.method == "POST" else desk.show()


class Desk:
    """One sheet on one person's desk."""

    def __init__(self, request: StaffRequest, batch: PaperBatch) -> None:
        self.request = request
        self.batch = batch
        self.document = selectors.document_of(batch)

    def show(self) -> HttpResponse:
        """Show an empty sheet, or the own keying of one that was asked for."""
        sheet = self.request.GET.get("sheet", "")
        number = selectors.sheet_number(sheet)
        own = selectors.own_keying(self.batch, number, self.request.user) if number else None
        return self.draw(sheet=sheet, typed=typed_of(self.document, own.answers) if own else {})

    def take(self) -> HttpResponse:
        """Keep what was typed; what does not fit is said, and nothing typed is lost."""
        sheet = self.request.POST.get("sheet", "")
        columns = [column.code for column in self.document.columns()]
        typed = {code: self.request.POST.get(code, "")[:LONGEST] for code in columns}
        number = selectors.sheet_number(sheet)
        reading = read_sheet(self.document, typed)
        if number is None:
            words = _(
                "There is no such sheet. Type the number as printed above right, with its last digit."
            )
            return self.draw(sheet=sheet, typed=typed, problems=reading.problems, wrong=words)
        if reading.problems:
            return self.draw(sheet=sheet, typed=typed, problems=reading.problems)
        try:
            keyed = verbs.key_in(
                self.batch,
                number=number,
                answers=reading.answers,
                by=self.request.user,
                at=timezone.now(),
            )
        except lifecycle.Refused as refusal:
            return self.draw(sheet=sheet, typed=typed, wrong=str(refusal))
        self.tell(keyed)
        return redirect(self.batch)

    def tell(self, keyed: verbs.Keyed) -> None:
        """Say what became of the sheet."""
        name = {"sheet": keyed.response.reference}
        if keyed.number == 1:
            words = _("Sheet %(sheet)s is kept. Another person keys it a second time.") % name
            messages.success(self.request, words)
        elif keyed.is_done:
            messages.success(self.request, _("Sheet %(sheet)s agrees and is counted.") % name)
        else:
            words = ngettext(
                "Sheet %(sheet)s: %(count)s place differs from the first keying. Put it aside and settle it by the paper.",
                "Sheet %(sheet)s: %(count)s places differ from the first keying. Put it aside and settle it by the paper.",
                keyed.differences,
            )
            messages.warning(self.request, words % {**name, "count": keyed.differences})

    def draw(
        self,
        *,
        sheet: str,
        typed: dict[str, str],
        problems: list[Problem] | None = None,
        wrong: str = "",
    ) -> HttpResponse:
        """Draw the sheet."""
        language = get_language() or "th"
        labels = selectors.columns_by_code(self.document)
        context = {
            "batch": self.batch,
            "wave": self.batch.wave,
            "sheet": sheet,
            "wrong": wrong,
            "mends": [
                (f"k-{each.column}", labels[each.column].label(language), each.sentence)
                for each in problems or []
            ],
            "parts": parts_of(
                self.document, language=language, typed=typed, problems=problems or []
            ),
            "mine": selectors.keyed_by(self.batch, self.request.user),
            "first": selectors.sheet_name(self.batch.first_number),
            "last": selectors.sheet_name(self.batch.last_number),
        }
        return render(self.request, "surveys/paper_key.html", context)


@require_GET
def differences(request: StaffRequest, pk: int) -> HttpResponse:
    """List the sheets whose keyings differ, and what was settled last."""
    wave = runnable(request, pk)
    context = {
        "wave": wave,
        "sheets": selectors.differing(wave),
        "settled": selectors.settled(wave),
    }
    return render(request, "surveys/paper_differences.html", context)


@require_POST
def settle(request: StaffRequest, pk: int, response_pk: int) -> HttpResponse:
    """Settle the differences of a sheet: the first keying, the second, or what is typed instead."""
    wave = runnable(request, pk)
    response = get_object_or_404(
        wave.responses.select_related("version").prefetch_related("keyings", "discrepancies"),
        pk=response_pk,
    )
    target = f"{reverse('surveys:paper_differences', args=[wave.pk])}#sheet-{response.pk}"
    try:
        values = decided(request, response)
        response = verbs.settle_differences(
            response, values=values, by=request.user, at=timezone.now()
        )
    except lifecycle.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Sheet %(sheet)s is settled and counted.") % {"sheet": response.reference}
        )
        target = reverse("surveys:paper_differences", args=[wave.pk])
    return redirect(target)


def decided(request: StaffRequest, response: Any) -> dict[str, Any]:
    """Read a decision for every difference of a sheet; refuse while one is missing."""
    first: Keying | None = (
        response.keyings.filter(number=1).select_related("batch__version").first()
    )
    if first is None:
        raise lifecycle.Refused(_("Nothing is left to settle on this sheet."))
    columns = selectors.columns_by_code(selectors.document_of(first.batch))
    values: dict[str, Any] = {}
    for row in response.discrepancies.filter(settled_at=None):
        choice = request.POST.get(f"d-{row.pk}", "")
        typed = request.POST.get(f"t-{row.pk}", "").strip()[:LONGEST]
        if choice == "other" or (typed and not choice):
            values[row.column] = typed_value(columns[row.column], typed, known=first.answers)
        elif choice in ("first", "second"):
            values[row.column] = getattr(row, choice)
        else:
            raise lifecycle.Refused(
                _("Sheet %(sheet)s: choose for each place what the paper says.")
                % {"sheet": response.reference}
            )
    return values


def typed_value(column: Any, typed: str, *, known: dict[str, Any]) -> Any:
    """Read what was typed as the third opinion; empty is no answer."""
    if not typed:
        return None
    value, sentence = read_box(column.item, column.code, typed, known)
    if sentence:
        raise lifecycle.Refused(f"{column.label(get_language() or 'th')}: {sentence}")
    return value
