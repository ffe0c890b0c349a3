"""The screen's language, whose desk a deputy keeps, and no copies of pages that only one person may see."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from agency.thai import local_day
from agency.units import stand_in


class LanguageMiddleware:
    """The person's language, else the device's choice, else Thai; never what the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Speak one language while this request is answered."""
        with translation.override(wanted(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "th")
            return response


def wanted(request: HttpRequest) -> str:
    """Return the language code for a request."""
    staff = getattr(request, "user", None)
    if staff is not None and staff.is_authenticated:
        chosen = staff.language
    else:
        chosen = request.COOKIES.get("language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class PrivatePagesMiddleware:
    """Whatever a logged-in person is shown is kept by no browser and no cache on the way (PDPA, shared desks).

    A page that says more about its own keeping is left as it says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark the answer when somebody is logged in, before or after it."""
        response = self.get_response(request)
        staff = getattr(request, "user", None)
        if staff is not None and staff.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class DeputyMiddleware:
    """Whoever is logged in keeps the desks of those who are away today and named them deputy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note on the person whose desks these are; the log-in knows who deputises for nobody."""
        staff = getattr(request, "user", None)
        if staff is not None and staff.is_authenticated:
            stand_in(staff, on=local_day(timezone.now()))
        return self.get_response(request)
