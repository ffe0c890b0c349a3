"""Background health, for admins: whether the scheduled work is done and what could not be sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agency import health as selectors
from agency.requests import StaffRequest
from agency.views.mailbox import demand_admin


@require_GET
def health(request: StaffRequest) -> HttpResponse:
    """Show each scheduled task with its last runs, and the queues."""
    demand_admin(request)
    at = timezone.now()
    queues = selectors.queues(at=at)
    context = {
        "watches": selectors.watches(at=at),
        "queues": queues,
        "given_up_count": sum(queue.given_up for queue in queues),
    }
    return render(request, "agency/health.html", context)


@require_POST
def send_failed(request: StaffRequest) -> HttpResponse:
    """Try once more to send what was given up, for example after an address was mended."""
    demand_admin(request)
    count = selectors.send_failed(by=request.user, at=timezone.now())
    said = ngettext(
        "%(count)s message will be sent again.", "%(count)s messages will be sent again.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("agency:health")
