"""Retention in the browser: the rules, what they will do in the next 90 days, and changing a rule."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from agency.listing import ListPage
from agency.requests import StaffRequest
from complaints import permissions, tables
from complaints.filters.retention import DueFilter
from complaints.forms.retention import RuleForm
from complaints.lifecycle import Refused, retention
from complaints.models import RetentionRule
from complaints.selectors import retention as selectors


@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    """Show the rules, and in figures what they will do."""
    if not permissions.can_see_rules(request.user):
        raise PermissionDenied
    at = timezone.now()
    queue, due_url = reverse("complaints:queue"), reverse("complaints:retention_due")
    context: dict[str, Any] = {
        "lines": selectors.rule_lines(),
        "may_change": permissions.can_change_retention(request.user),
        "sees_cases": request.user.has_role(*permissions.WORKERS),
        "until": at + selectors.AHEAD,
        "history": selectors.history(),
        "erase_url": due_url,
        "archive_url": f"{due_url}?what=archive",
        "held_url": f"{queue}?scope=held",
        "archived_url": f"{queue}?scope=archived&sort=-closed_at",
    }
    if context["sees_cases"]:
        context["counts"] = selectors.counts(request.user, at=at)
    return render(request, "complaints/retention.html", context)


@require_GET
@vary_on_headers("HX-Request")
def due(request: StaffRequest) -> HttpResponseBase:
    """List what will be erased or archived in the next 90 days, for whoever looks after the records."""
    if not request.user.has_role(*permissions.WORKERS):
        raise PermissionDenied
    at = timezone.now()
    what = "archive" if request.GET.get("what") == "archive" else "erase"
    page = ListPage(
        request=request,
        page_name="complaints:retention_due",
        queryset=selectors.coming(request.user, what=what, at=at),
        filterset=DueFilter,
        columns=tables.DUE_COLUMNS,
        order="closed_at",
        views=tables.DUE_VIEWS,
        exports=["csv", "xlsx"],
        empty_words=_("Nothing is due in the next 90 days."),
    )
    if page.wants_export:
        return page.export()
    context = {
        "title": _("What the retention rules will do"),
        "page": page,
        "row_template": "complaints/_retention_row.html",
        "until": at + selectors.AHEAD,
    }
    part = "#rows" if request.htmx else ""
    response = render(request, f"complaints/retention_due.html{part}", context)
    return push_url(response, page.url(cursor=request.GET.get("cursor")))


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Add a rule."""
    return rule_page(request, RetentionRule(), title=_("Add a retention rule"))


@never_cache
@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    found = get_object_or_404(RetentionRule, pk=pk)
    return rule_page(request, found, title=_("Change a retention rule"))


def rule_page(request: StaffRequest, found: RetentionRule, *, title: str) -> HttpResponse:
    """Show the form of a rule, or keep what was written."""
    if not permissions.can_change_retention(request.user):
        raise PermissionDenied
    form = RuleForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        pk = found.pk
        try:
            retention.save_rule(
                RetentionRule(pk=pk),
                facts=form.facts,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule holds from tonight on."))
            return redirect("complaints:retention")
    context = {
        "title": title,
        "form": form,
        "draft": f"retention-{found.pk or 'new'}",
        "back_url": reverse("complaints:retention"),
    }
    return render(request, "pmqa/form.html", context)
