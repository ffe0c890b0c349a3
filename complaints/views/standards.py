"""Standards in the browser: the table, a version with its history, a draft, its preview, publishing, retiring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agency.models import Staff
from agency.requests import StaffRequest
from agency.thai import local_day
from complaints import permissions
from complaints.forms.standards import DraftForms, NewForm, TryForm, WhyForm, with_more_rows
from complaints.lifecycle import Refused, standards
from complaints.models import Measure, Policy
from complaints.selectors import standards as selectors

# What is said of the versions of a standard in its history.
WORDS = {
    "drafted": gettext_lazy("made the draft"),
    "revised": gettext_lazy("changed the draft"),
    "put_in_force": gettext_lazy("put it in force"),
    "retired": gettext_lazy("retired it"),
}


def allow(request: StaffRequest, right: Callable[[Staff], bool]) -> None:
    """Refuse who lacks the right."""
    if not right(request.user):
        raise PermissionDenied


@require_GET
def table(request: StaffRequest) -> HttpResponse:
    """Show the standards in force, and which one holds for a kind, grade and category."""
    allow(request, permissions.can_see_rules)
    form = TryForm(request.GET if "kind" in request.GET else None)
    context: dict[str, Any] = {
        "rows": selectors.table(),
        "measures": [measure.label for measure in Measure],
        "form": form,
        "may_draft": permissions.can_draft_standard(request.user),
    }
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        context["candidates"] = selectors.tried(
            kind=facts["kind"],
            grade=facts["grade"].pk if facts["grade"] else None,
            category=facts["category"],
        )
    return render(request, "complaints/standard_list.html", context)


@require_GET
def standard(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a version of a standard, what it changed, and the history of all versions."""
    allow(request, permissions.can_see_rules)
    policy = get_object_or_404(selectors.whole(), pk=pk)
    versions = selectors.versions_of(policy)
    older = [each for each in versions if each.version < policy.version]
    asked = request.GET.get("against", "")
    against = next((each for each in versions if str(each.pk) == asked), None)
    against = against or (older[0] if older else None)
    numbers = {each.pk: each.version for each in versions}
    context = {
        "policy": policy,
        "scope": selectors.scope_words(policy),
        "limits": selectors.limits_in_words(policy),
        "versions": versions,
        "against": against,
        "differences": selectors.differences(against, policy) if against else [],
        "history": [
            (entry, numbers.get(entry.object_id), WORDS.get(entry.verb, entry.verb))
            for entry in selectors.history_of(versions)
        ],
        "open_count": selectors.open_cases_of(policy.code),
        "open_cap": selectors.OPEN_CAP,
        "is_draft": standards.is_draft(policy),
        "has_draft": standards.is_draft(versions[0]),
        "may_draft": permissions.can_draft_standard(request.user),
        "may_publish": permissions.can_publish_standard(request.user),
    }
    return render(request, "complaints/standard_detail.html", context)


@require_POST
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a draft of the next version and open it."""
    allow(request, permissions.can_draft_standard)
    policy = get_object_or_404(Policy, pk=pk)
    try:
        made = standards.draft(policy, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("complaints:standard", pk=pk)
    return redirect("complaints:standard_edit", pk=made.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Begin a standard that the agency has not had so far; it opens as a draft."""
    allow(request, permissions.can_draft_standard)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = standards.begin(**form.cleaned_data, by=request.user, at=timezone.now())
        return redirect("complaints:standard_edit", pk=made.pk)
    context = {
        "title": _("New standard"),
        "form": form,
        "button": _("Begin the draft"),
        "back_url": reverse("complaints:standards"),
    }
    return render(request, "pmqa/form.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft; show what it would have meant before anything is kept."""
    allow(request, permissions.can_draft_standard)
    policy = get_object_or_404(selectors.whole(), pk=pk)
    if not standards.is_draft(policy):
        messages.warning(
            request, _("This version was in force, so it stays as it is. Make a draft instead.")
        )
        return redirect("complaints:standard", pk=pk)
    if request.method == "GET":
        return edit_page(request, DraftForms(policy))
    if "more" in request.POST:
        return edit_page(request, DraftForms(policy, with_more_rows(request.POST)))
    forms = DraftForms(policy, request.POST)
    if not forms.is_valid():
        return edit_page(request, forms, is_checked=True)
    if "preview" in request.POST:
        return edit_page(request, forms, is_checked=True, is_preview=True)
    return keep(request, forms, pk=pk)


def keep(request: StaffRequest, forms: DraftForms, *, pk: int) -> HttpResponse:
    """Keep a draft as it was written."""
    facts = forms.facts.cleaned_data
    try:
        standards.revise(
            Policy(pk=pk), facts=facts, bounds=forms.bounds, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        forms.errors.append(str(refusal))
        return edit_page(request, forms, is_checked=True)
    messages.success(
        request, _("The draft is kept. It holds for nobody before it is put in force.")
    )
    return redirect("complaints:standard", pk=pk)


def edit_page(
    request: StaffRequest, forms: DraftForms, *, is_checked: bool = False, is_preview: bool = False
) -> HttpResponse:
    """Show the forms of a draft, perhaps with what it would have meant."""
    at = timezone.now()
    context: dict[str, Any] = {
        "policy": forms.policy,
        "forms": forms,
        "form": forms.facts,
        "is_checked": is_checked,
    }
    if is_preview:
        context["preview"] = selectors.preview(
            request.user, forms.policy, forms.standards, at=at, today=local_day(at)
        )
    return render(request, "complaints/standard_edit.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what putting a draft in force does, with its preview; then do it."""
    allow(request, permissions.can_publish_standard)
    policy = get_object_or_404(selectors.whole(), pk=pk)
    at = timezone.now()
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            standards.put_in_force(policy, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The standard holds for new cases from now on."))
            return redirect("complaints:standard", pk=pk)
    older = [each for each in selectors.versions_of(policy) if each.is_current]
    limits = selectors.standards_of(policy)
    context = {
        "policy": policy,
        "form": form,
        "title": _("Put in force: %(policy)s") % {"policy": policy},
        "consequence": publish_words(policy),
        "button": _("Put in force"),
        "preview": selectors.preview(request.user, policy, limits, at=at, today=local_day(at)),
        "differences": selectors.differences(older[0], policy) if older else [],
    }
    return render(request, "complaints/standard_confirm.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what retiring a standard does; then do it."""
    allow(request, permissions.can_publish_standard)
    policy = get_object_or_404(selectors.whole(), pk=pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            standards.retire(policy, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The standard is retired."))
            return redirect("complaints:standard", pk=pk)
    context = {
        "policy": policy,
        "form": form,
        "title": _("Retire: %(policy)s") % {"policy": policy},
        "consequence": _("From now on new cases go by the next standard that fits them.")
        + " "
        + kept_words(policy),
        "button": _("Retire"),
    }
    return render(request, "complaints/standard_confirm.html", context)


def publish_words(policy: Policy) -> str:
    """Say what happens when a draft is put in force."""
    new = _("From now on new cases (%(scope)s) go by version %(version)s.") % {
        "scope": selectors.scope_words(policy),
        "version": policy.version,
    }
    return f"{new} {kept_words(policy)}"


def kept_words(policy: Policy) -> str:
    """Say how many open cases keep the version they have."""
    count = selectors.open_cases_of(policy.code)
    if count >= selectors.OPEN_CAP:
        return _("More than %(count)s open cases keep the version they have.") % {
            "count": f"{count:,}"
        }
    return ngettext(
        "%(count)s open case keeps the version it has.",
        "%(count)s open cases keep the version they have.",
        count,
    ) % {"count": f"{count:,}"}
