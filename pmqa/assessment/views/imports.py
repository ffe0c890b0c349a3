"""Criteria taken in from a file, by administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency.models import Role
from agency.refusal import Refused
from agency.requests import StaffRequest
from pmqa.assessment import lifecycle
from pmqa.assessment.forms import CriteriaFileForm


@require_http_methods(["GET", "POST"])
def import_criteria(request: StaffRequest) -> HttpResponse:
    """Take the criteria of a fiscal year from a CSV or XLSX file."""
    if not request.user.has_role(Role.ADMIN):
        raise PermissionDenied
    form = CriteriaFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.import_criteria(by=request.user, at=timezone.now(), **form.taken())
        except lifecycle.Faulty as faulty:
            for fault in faulty.faults:
                form.add_error("file", fault)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The criteria are imported."))
            return redirect("admin:assessment_criteriaset_change", made.pk)
    context = {
        "title": _("Import criteria of the self-assessment"),
        "lead": _(
            "One row for each box, with the columns item, title_th, level (1, 2 or 3) and box_th; title_en, box_en and sources may follow. With a fault nothing is taken."
        ),
        "form": form,
        "button": _("Import the criteria"),
        "back_url": reverse("home:home"),
    }
    return render(request, "pmqa/form.html", context)
