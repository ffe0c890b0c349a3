"""The demo mailbox, for admins: what would have gone out by mail."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from agency.listing import Column, ListPage
from agency.models import Mail, Role
from agency.requests import StaffRequest

PAGE = "agency:mailbox"
COLUMNS = [
    Column(name="subject", label=gettext_lazy("Subject"), is_fixed=True),
    Column(name="to", label=gettext_lazy("Recipient"), is_fixed=True),
    Column(name="at", label=gettext_lazy("When"), sort="at", is_fixed=True),
]


class MailFilter(django_filters.FilterSet):
    """Words of the subject or the address."""

    q = django_filters.CharFilter(method="with_words", label=gettext_lazy("Subject or address"))

    class Meta:
        model = Mail
        fields: list[str] = []

    def with_words(self, rows: QuerySet[Mail], _name: str, words: str) -> QuerySet[Mail]:
        """Keep mails with the words in subject or address."""
        return rows.filter(Q(subject__icontains=words) | Q(to__icontains=words))


def demand_admin(request: StaffRequest) -> None:
    """Let nobody else in."""
    if not request.user.has_role(Role.ADMIN):
        raise PermissionDenied


@require_GET
@vary_on_headers("HX-Request")
def mailbox(request: StaffRequest) -> HttpResponse:
    """List the mails, the newest first."""
    demand_admin(request)
    page = ListPage(
        request=request,
        page_name=PAGE,
        queryset=Mail.objects.defer("body"),
        filterset=MailFilter,
        columns=COLUMNS,
        order="-at",
        empty_words=_("No mail yet. Where no mail server is set, what the portal sends lies here."),
    )
    template = "agency/mailbox.html" + ("#rows" if request.htmx else "")
    return render(request, template, {"page": page, "title": _("Demo mailbox")})


@require_GET
def mail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one mail as its recipient would read it."""
    demand_admin(request)
    return render(request, "agency/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})
