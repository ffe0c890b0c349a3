"""Home pages, the customer groups and the health answer."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agency.models import Role, Segment
from agency.requests import StaffRequest
from complaints.selectors import work
from listening.forecasting.series import Step
from pmqa.home import boards, foretelling, segments
from pmqa.home.frame import WORKERS
from pmqa.indicators.coverage import LEAST


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say ok when the database answers; for the supervisor and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Show what the person must do now, one tab for each role the person has."""
    roles = boards.roles_of(request.user)
    asked = request.GET.get("as", "")
    role = asked if asked in roles else next(iter(roles), "")
    at = timezone.now()
    board = boards.BOARDS[role](request.user, at=at) if role else {}
    tabs = [{"role": name, "label": Role(name).label, "is_current": name == role} for name in roles]
    context = {"role": role, "tabs": tabs if len(tabs) > 1 else [], "at": at, **board}
    context["standing_in"] = work.stands_in(request.user, at=at)
    return render(request, "home/home.html", context)


@require_GET
def bell(request: StaffRequest) -> HttpResponse:
    """Answer the bell's question how many notices wait."""
    return render(request, "pmqa/parts/bell.html")


@require_GET
def keys(request: StaffRequest) -> HttpResponse:
    """Show the keyboard help as a page of its own."""
    return render(request, "home/keys.html")


@require_GET
def segment_list(request: StaffRequest) -> HttpResponse:
    """List the segments with what was heard from each in a fiscal year."""
    context = asked(request, at=timezone.now())
    rows = segments.lines(request.user, span=context["span"])
    covered = sum(row.is_covered for row in rows)
    context |= {"lines": rows, "covered": covered, "least": LEAST}
    return render(request, "home/segment_list.html", context)


@require_GET
def segment(request: StaffRequest, code: str) -> HttpResponse:
    """Show a segment on one page, fit for printing."""
    context = asked(request, at=timezone.now())
    found = get_object_or_404(Segment.objects.filter(is_active=True), code=code)
    context["card"] = segments.card(request.user, found, span=context["span"])
    return render(request, "home/segment.html", context)


def asked(request: StaffRequest, *, at: datetime) -> dict[str, Any]:
    """Return which fiscal year is asked for; this one when none of those offered is."""
    if not request.user.has_role(*WORKERS):
        raise PermissionDenied
    offered = segments.years(at)
    year = next((each for each in offered if str(each) == request.GET.get("year")), offered[0])
    return {
        "at": at,
        "year": year,
        "years": offered,
        "span": segments.span_of(year),
        "smallest": segments.SMALLEST,
    }


@require_GET
def forecast(request: StaffRequest) -> HttpResponse:
    """Show how many voices and complaints are expected, by week or month."""
    if not request.user.has_role(*WORKERS):
        raise PermissionDenied
    step = Step.MONTH if request.GET.get("by") == Step.MONTH else Step.WEEK
    tabs = [
        {"url": f"?by={each}", "label": label, "is_current": each == step}
        for each, label in ((Step.WEEK, _("By week")), (Step.MONTH, _("By month")))
    ]
    kinds = foretelling.foretell(request.user, step=step, at=timezone.now())
    return render(request, "home/forecast.html", {"tabs": tabs, "kinds": kinds})
