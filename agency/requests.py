"""The request of somebody who is logged in, for the annotations of views."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from agency.models import Staff


class StaffRequest(HttpRequest):
    """What `LoginRequiredMiddleware` lets through."""

    user: Staff
    htmx: HtmxDetails
