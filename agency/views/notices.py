"""The bell's page: what a member of staff was told."""

from datetime import datetime

import django_filters
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import notices
from agency.listing import BulkAction, Column, ListPage, View
from agency.models import Notice
from agency.requests import StaffRequest
from agency.views.session import safe_next

PAGE = "agency:notices"
COLUMNS = [
    Column(name="sentence", label=gettext_lazy("Notice"), is_fixed=True),
    Column(name="state", label=gettext_lazy("State"), is_fixed=True),
    Column(name="at", label=gettext_lazy("When"), sort="not_before", is_fixed=True),
]


class NoticeFilter(django_filters.FilterSet):
    """Read or not."""

    unread = django_filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", label=gettext_lazy("Unread only")
    )

    class Meta:
        model = Notice
        fields: list[str] = []


def page_of(request: StaffRequest, *, at: datetime) -> ListPage[Notice]:
    """Return the bell's list as the person filtered it."""
    return ListPage(
        request=request,
        page_name=PAGE,
        queryset=notices.bell(request.user, at=at),
        filterset=NoticeFilter,
        columns=COLUMNS,
        order="-not_before",
        views=[View(label=_("All")), View(label=_("Unread"), query="unread=true")],
        bulk=[BulkAction(name="read", label=_("Mark as read"))],
        bulk_url=reverse("agency:notices_read"),
        empty_words=_("No notices. Reminders and what others do with your cases appear here."),
    )


@require_GET
@vary_on_headers("HX-Request")
def notice_list(request: StaffRequest) -> HttpResponse:
    """List what the person was told, the newest first."""
    template = "agency/notice_list.html" + ("#rows" if request.htmx else "")
    page = page_of(request, at=timezone.now())
    return render(request, template, {"page": page, "title": _("Notices")})


@require_GET
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """Go where a notice leads; opening it is reading it."""
    at = timezone.now()
    found = get_object_or_404(notices.bell(request.user, at=at), pk=pk)
    notices.mark_read(found, at=at)
    return redirect(found.url or PAGE)


@require_POST
def notices_read(request: StaffRequest) -> HttpResponse:
    """Mark the chosen notices as read, or all that the bell shows."""
    at = timezone.now()
    chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdigit()]
    count = notices.mark_all_read(
        request.user, at=at, only=None if "all" in request.POST else chosen
    )
    said = ngettext(
        "%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count
    )
    messages.success(request, said % {"count": count})
    return redirect(safe_next(request, default=reverse(PAGE)))
