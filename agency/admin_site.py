"""The admin's front door: administrators only, through the portal's own log-in."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from agency.models import Role, Staff


def is_administrator(request: HttpRequest) -> bool:
    """Whether the request comes from an active administrator."""
    staff = request.user
    return isinstance(staff, Staff) and staff.is_active and staff.has_role(Role.ADMIN)


def staff_of(request: HttpRequest) -> Staff:
    """Return the administrator who asks; the site lets nobody else in."""
    return cast(Staff, request.user)


class PortalAdminSite(AdminSite):
    """Reference data and read-only looks; no status of a case is changed here."""

    site_header = _("Reference data and settings")
    site_title = _("Reference data and settings")
    index_title = _("What would you like to look after?")
    site_url = "/home/"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let administrators in; the role alone decides."""
        return is_administrator(request)

    @method_decorator([login_not_required, never_cache])
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send visitors to the portal's log-in; who is logged in without the role has no business here."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        place = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect_to_login(place, login_url=reverse("agency:login"))
