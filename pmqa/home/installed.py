"""What makes the counter an app on a phone: manifest, service worker, offline page, and kiosks that keep nothing."""

from __future__ import annotations

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods

from pmqa.home.frame import NAME_SECONDS, kept_name

KIOSK_COOKIE = "kiosk"
KIOSK_SECONDS = 365 * 24 * 3600
LANGUAGES = ("th", "en")
ICONS = (
    ("vendor/icons/icon-192.png", "192x192", "any"),
    ("vendor/icons/icon-512.png", "512x512", "any"),
    ("vendor/icons/icon-maskable-512.png", "512x512", "maskable"),
)
# What the offline page needs; no page of the counter itself, no case, ever.
SHELL = (
    "vendor/bootstrap/bootstrap.min.css",
    "pmqa/tokens.css",
    "pmqa/portal.css",
    "complaints/counter.css",
    "pmqa/early.js",
    "pmqa/portal.js",
    "pmqa/calendar.js",
    "complaints/counter.js",
    "pmqa/mark.svg",
    "vendor/fonts/sarabun-400.woff2",
    "vendor/fonts/sarabun-600.woff2",
)
# Where the offline page stands in; the officers' pages are left alone.
COUNTER = ("counter", "file", "track", "mine", "procedure", "privacy")


@login_not_required
@require_GET
@cache_control(max_age=NAME_SECONDS)
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app to the phone; its name is the agency's, in Thai."""
    with translation.override("th"):
        name = kept_name("th")
        words = {
            "name": name,
            "short_name": _("File a complaint"),
            "description": _("Tell us, and see what becomes of it"),
        }
    icons = [
        {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for path, sizes, purpose in ICONS
    ]
    told = {
        **words,
        "lang": "th",
        "start_url": reverse("complaints:counter"),
        "scope": reverse("complaints:counter"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5d66",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker with the files of this version; other files make another version."""
    files = [static(path) for path in SHELL]
    counter = [reverse(f"complaints:{name}") for name in COUNTER]
    version = hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]
    context = {"version": version, "files": json.dumps(files), "counter": json.dumps(counter)}
    return render(request, "home/worker.js", context, content_type="text/javascript")


@login_not_required
@require_GET
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """Say what can be done without a connection; kept on the phone, so it knows nothing of anybody."""
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        return render(request, "home/offline.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Let a device that many people share keep no draft and no app, or end that."""
    if request.method == "GET":
        return render(request, "home/kiosk.html")
    response = redirect("kiosk")
    if "shared" in request.POST:
        response.set_cookie(
            KIOSK_COOKIE,
            "1",
            max_age=KIOSK_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(KIOSK_COOKIE)
    return response
