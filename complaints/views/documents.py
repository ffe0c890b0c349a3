"""Letters and memos on a case, and the register of their numbers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from agency.actions import Action, Actions
from agency.attachments import WORD
from agency.listing import ListPage
from agency.papers import docx_of, pages_of, pdf_of
from agency.requests import StaffRequest
from complaints import lifecycle, permissions, tables
from complaints.filters.documents import RegisterFilter
from complaints.forms.documents import DocumentForm, IssueForm, PaperForm, VoidForm, begun_with
from complaints.models import Complaint, Document
from complaints.selectors import documents as selectors
from complaints.selectors.canned import canned_for
from complaints.selectors.desk import complaints_of_page
from complaints.views.canned import with_canned

PICKER = "complaints/_document_tools.html"
FILES = {"pdf": "application/pdf", "docx": WORD}
CANNED_FOR = {Document.Kind.LETTER: "answer", Document.Kind.MEMO: "note"}


# Writing


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Begin a letter or a memo on a case."""
    complaint = get_object_or_404(complaints_of_page(request.user), pk=pk)
    if kind not in Document.Kind.values:
        raise Http404
    if not permissions.can_write_document(request.user, complaint):
        raise PermissionDenied
    begun = selectors.first_facts(complaint, kind=kind)
    return written(request, complaint, kind=kind, document=None, begun=begun)


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    document = document_to_write(request, pk)
    if not document.is_draft:
        messages.warning(request, _("Only a draft can be changed."))
        return redirect(document)
    complaint = document.complaint
    begun = begun_with(document)
    return written(request, complaint, kind=document.kind, document=document, begun=begun)


def document_to_write(request: StaffRequest, pk: int) -> Document:
    """Return a paper the person may see; refuse who may not write it."""
    document = get_object_or_404(selectors.documents_of_page(request.user), pk=pk)
    if not permissions.can_write_document(request.user, document.complaint):
        raise PermissionDenied
    return document


def written(
    request: StaffRequest,
    complaint: Complaint,
    *,
    kind: str,
    document: Document | None,
    begun: dict[str, Any],
) -> HttpResponse:
    """Show the form, put texts into it, or keep the draft."""
    told: dict[str, Any] = {"complaint": complaint, "staff": request.user}
    if is_helped(request):
        form = DocumentForm(initial=helped(request, complaint, kind=kind), **told)
    else:
        form = DocumentForm(request.POST or None, initial=begun, **told)
        if request.method == "POST" and form.is_valid():
            kept = kept_draft(request, complaint, kind=kind, document=document, form=form)
            if kept:
                return redirect(kept)
    context = {
        "complaint": complaint,
        "form": form,
        "title": title_of(kind, document),
        "canned": canned_for(complaint, CANNED_FOR[Document.Kind(kind)]),
        "action": Action(label="", url=request.path),
        "may_insert_name": may_insert_name(request, complaint),
        "tools": PICKER,
        "button": _("Keep the draft and look at it"),
        "back_url": (document or complaint).get_absolute_url(),
        "draft": f"document-{document.pk}" if document else f"document-{complaint.pk}-{kind}",
    }
    return render(request, "complaints/document_form.html", context)


def title_of(kind: str, document: Document | None) -> str:
    """Return the title of the form."""
    if document:
        return _("Change the draft")
    is_memo = kind == Document.Kind.MEMO
    return _("New memo") if is_memo else _("New official letter")


def kept_draft(
    request: StaffRequest,
    complaint: Complaint,
    *,
    kind: str,
    document: Document | None,
    form: DocumentForm,
) -> Document | None:
    """Keep what the form says; a refusal goes into the form."""
    facts = {**form.cleaned_data}
    expected = facts.pop("expected_version")
    by, at = request.user, timezone.now()
    try:
        if document is None:
            return lifecycle.draft_document(complaint, kind=kind, by=by, at=at, **facts)
        return lifecycle.edit_document(document, expected_version=expected, by=by, at=at, **facts)
    except lifecycle.Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def is_helped(request: StaffRequest) -> bool:
    """Whether something is to be put into the form instead of keeping it."""
    return "insert" in request.POST or "insert_name" in request.POST


def may_insert_name(request: StaffRequest, complaint: Complaint) -> bool:
    """Whether the complainant's name may be put in: who hid it stays hidden."""
    return not complaint.is_identity_masked and permissions.can_reveal_identity(
        request.user, complaint
    )


def helped(request: StaffRequest, complaint: Complaint, *, kind: str) -> dict[str, Any]:
    """Return what was typed, with a canned reply or the complainant's name put in."""
    may_see_name = may_insert_name(request, complaint)
    if "insert" in request.POST:
        verb = CANNED_FOR[Document.Kind(kind)]
        return with_canned(request, complaint, verb=verb, may_see_name=may_see_name)
    typed: dict[str, Any] = {name: request.POST[name] for name in request.POST}
    if may_see_name:
        reason = _("Name put into an official paper")
        data = lifecycle.reveal_identity(
            complaint, reason=reason, by=request.user, at=timezone.now()
        )
        typed["to"] = lifecycle.called(data.name, "th") or typed.get("to", "")
    return typed


# One paper


@dataclass(frozen=True, kw_only=True)
class PaperVerb:
    """What can be done with a paper, as its page offers it."""

    name: str
    label: str | Promise
    icon: str
    form: type[PaperForm]
    words: str | Promise
    done: str | Promise
    is_grave: bool = False


VERBS = {
    verb.name: verb
    for verb in (
        PaperVerb(
            name="issue",
            label=gettext_lazy("Issue the paper"),
            icon="send",
            form=IssueForm,
            words=gettext_lazy(
                "It gets its number, the files are kept with their hash, and nothing can be changed any more."
            ),
            done=gettext_lazy("The paper is issued."),
        ),
        PaperVerb(
            name="reserve",
            label=gettext_lazy("Reserve a number"),
            icon="calendar",
            form=PaperForm,
            words=gettext_lazy(
                "The draft takes the next number of the register and can be printed with it."
            ),
            done=gettext_lazy("The number is reserved."),
        ),
        PaperVerb(
            name="void",
            label=gettext_lazy("Void the paper"),
            icon="close",
            form=VoidForm,
            words=gettext_lazy(
                "Its number stays in the register with your reason. A void paper cannot be revived."
            ),
            done=gettext_lazy("The paper is void."),
            is_grave=True,
        ),
    )
}


@never_cache
@require_GET
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a paper as it is printed, and what can be done with it."""
    found = get_object_or_404(selectors.documents_of_page(request.user), pk=pk)
    context = page_context(request, found, at=timezone.now())
    return render(request, "complaints/document_detail.html", context)


def page_context(request: StaffRequest, found: Document, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a paper shows."""
    may_write = permissions.can_write_document(request.user, found.complaint)
    paper = selectors.paper_of(found, at=at)
    return {
        "document": found,
        "complaint": found.complaint,
        "number": getattr(found, "number", None),
        "actions": Actions(offered(found)) if may_write else None,
        "pages": [base64.b64encode(page).decode() for page in pages_of(paper)],
        "may_write": may_write,
    }


def offered(found: Document) -> list[Action]:
    """Return what can be done with a paper now, the likeliest first."""
    if not found.is_draft:
        return []  # voiding an issued paper is a link beside its facts, not the likely next step
    wanted = ["issue", "void"] if getattr(found, "number", None) else ["issue", "reserve", "void"]
    return [action_of(VERBS[name], found) for name in wanted]


def action_of(verb: PaperVerb, found: Document) -> Action:
    """Return a verb as the page offers it."""
    return Action(
        label=verb.label,
        url=reverse("complaints:document_act", args=[found.pk, verb.name]),
        icon=verb.icon,
        is_grave=verb.is_grave,
        words=verb.words,
        back_url=found.get_absolute_url(),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a verb on a paper, or do it."""
    found = document_to_write(request, pk)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    at = timezone.now()
    form = form_of(chosen, found, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            DO[verb](found, request=request, form=form, at=at)
        except lifecycle.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(chosen.done))
            return redirect(found)
    context = page_context(request, found, at=at)
    context |= {"form": form, "action": action_of(chosen, found)}
    template = "pmqa/parts/action_form" if request.htmx else "complaints/document_detail"
    return render(request, f"{template}.html", context)


def form_of(verb: PaperVerb, found: Document, *, data: Any) -> PaperForm:
    """Return the form of a verb, with the version that the person sees."""
    initial = {"expected_version": found.version}
    if verb.form is IssueForm:
        return IssueForm(data, document=found, initial=initial)
    return verb.form(data, initial=initial)


def issue(found: Document, *, request: StaffRequest, form: Form, at: datetime) -> None:
    """Number the paper, set it, then freeze it: setting takes its time and holds no lock.

    Should it fail between, the draft keeps the number it has taken.
    """
    refuse_outdated(found, form)
    send_as = form.cleaned_data.get("send_as", "")
    lifecycle.refuse_sending(found, send_as=send_as)
    lifecycle.reserve_number(found, by=request.user, at=at)
    numbered = selectors.documents_of_page(request.user).get(pk=found.pk)
    paper = selectors.final_paper(numbered, at=at)
    lifecycle.issue_document(
        numbered,
        pdf=pdf_of(paper),
        docx=docx_of(paper),
        name=selectors.file_name(numbered),
        send_as=send_as,
        expected_version=numbered.version,
        by=request.user,
        at=at,
    )


def refuse_outdated(found: Document, form: Form) -> None:
    """Refuse to issue another text than the one the person has seen."""
    if form.cleaned_data["expected_version"] != found.version:
        raise lifecycle.Refused(
            _("Somebody changed this paper meanwhile. Look at it again, then issue it.")
        )


def reserve(found: Document, *, request: StaffRequest, form: Form, at: datetime) -> None:
    """Take a number for the draft."""
    lifecycle.reserve_number(found, by=request.user, at=at)


def void(found: Document, *, request: StaffRequest, form: Form, at: datetime) -> None:
    """Void the paper."""
    lifecycle.void_document(found, by=request.user, at=at, **form.cleaned_data)


DO: dict[str, Callable[..., None]] = {"issue": issue, "reserve": reserve, "void": void}


@never_cache
@require_GET
def draft_file(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Give a draft as a file, marked as one; what was issued is read as it was kept."""
    found = get_object_or_404(selectors.documents_of_page(request.user), pk=pk)
    if kind not in FILES:
        raise Http404
    kept = found.pdf_id if kind == "pdf" else found.docx_id
    if kept:
        return redirect("agency:attachment", kept)
    paper = selectors.paper_of(found, at=timezone.now())
    content = pdf_of(paper) if kind == "pdf" else docx_of(paper)
    headers = {"X-Content-Type-Options": "nosniff"}
    response = HttpResponse(content, content_type=FILES[kind], headers=headers)
    name = f"{selectors.file_name(found)}.{kind}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


# The register


@require_GET
@vary_on_headers("HX-Request")
def register(request: StaffRequest) -> HttpResponse:
    """List the numbers of outgoing papers: each used, reserved or void, none missing."""
    if not request.user.has_role(*permissions.WORKERS):
        raise PermissionDenied
    page = ListPage(
        request=request,
        page_name="complaints:register",
        queryset=selectors.register_list(request.user),
        filterset=RegisterFilter,
        columns=tables.REGISTER_COLUMNS,
        order="-at",
        empty_words=_("No number was given yet. A letter or memo on a case takes the first."),
    )
    context = {
        "title": _("Register of outgoing papers"),
        "page": page,
        "row_template": "complaints/_register_row.html",
        "papers": selectors.readable(page.rows, staff=request.user),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"complaints/register_list.html{part}", context)
