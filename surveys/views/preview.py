"""The draft as those who answer will see it; nothing that is filled in here is kept."""

from __future__ import annotations

import json
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from agency.requests import StaffRequest
from surveys.rendering import Document, Page, fields_of, mends_of, page_after, read_page
from surveys.selectors import drafts
from surveys.views.surveys import visible


@require_GET
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the questionnaire in the width of a phone and of a desk."""
    survey = visible(request, pk)
    return render(request, "surveys/preview.html", {"survey": survey})


@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # the package types views without arguments
def frame(request: StaffRequest, pk: int) -> HttpResponse:
    """Draw a page of the questionnaire; the answers so far travel along in the form."""
    document = Document.read(drafts.document_of(visible(request, pk)))
    answers = carried(request)
    page = document.page(request.POST.get("page", "")) or page_after(document, answers, "")
    context: dict[str, Any] = {"document": document, "language": get_language() or "th"}
    if page is not None and request.method == "POST" and "page" in request.POST:
        reading = read_page(document, page, request.POST, answers)
        answers = reading.answers
        if not reading.is_done:
            return drawn(
                request, context, page, answers, sent=request.POST, problems=reading.problems
            )
        page = page_after(document, answers, page.code)
    return drawn(request, context, page, answers)


def carried(request: StaffRequest) -> dict[str, Any]:
    """Return the answers that the form brought along; anything else is none."""
    try:
        answers = json.loads(request.POST.get("answers", "{}"))
    except ValueError:
        return {}
    return answers if isinstance(answers, dict) else {}


def drawn(
    request: StaffRequest, context: dict[str, Any], page: Page | None, answers: Any, **rest: Any
) -> HttpResponse:
    """Draw the page, or the thanks after the last one."""
    document, language = context["document"], context["language"]
    if page is not None:
        fields = fields_of(document, page, answers, language=language, **rest)
        context |= {
            "page": page,
            "heading": page.text.in_(language) or document.title.in_(language),
            "intro": page.intro.in_(language),
            "fields": fields,
            "mends": mends_of(fields),
        }
    else:
        context |= {"heading": _("The end"), "intro": document.thanks.in_(language)}
    context["answers"] = json.dumps(answers, ensure_ascii=False)
    return render(request, "surveys/preview_frame.html", context)
