"""Home pages and the health answer."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say ok when the database answers; for the supervisor and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what the person must do now, and below it the figures of the person's role."""
    return render(request, "home/home.html")


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """Answer the bell's question how many notices wait."""
    return render(request, "pmqa/parts/bell.html")


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keyboard help as a page of its own."""
    return render(request, "home/keys.html")
