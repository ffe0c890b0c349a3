"""Home pages and the health answer."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agency.models import Role
from agency.requests import StaffRequest
from complaints.selectors import work
from pmqa.home import boards


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
