"""What every list remembers for a person: saved views and shown columns."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.forms import SaveViewForm
from agency.listing import SESSION_KEY
from agency.models import SavedFilter, Staff
from agency.views.session import safe_next


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Save the open view under a name; the same name again replaces it."""
    onward = safe_next(request, default="/")
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The view was not saved: give it a name of up to 60 characters."))
        return redirect(onward)
    data = form.cleaned_data
    SavedFilter.objects.update_or_create(
        owner=cast("Staff", request.user),
        page=data["page"],
        name=data["name"],
        defaults={"query": data["query"], "is_shared": data["is_shared"]},
    )
    messages.success(request, _("The view was saved."))
    return redirect(f"{onward}?{data['query']}" if data["query"] else onward)


@require_POST
def view_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share an own view with the unit, or stop sharing it."""
    view = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    view.is_shared = not view.is_shared
    view.save(update_fields=["is_shared"])
    words = (
        _("Your unit sees this view now.") if view.is_shared else _("Only you see this view now.")
    )
    messages.success(request, words)
    return redirect(safe_next(request, default="/"))


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an own view."""
    get_object_or_404(SavedFilter, pk=pk, owner=request.user).delete()
    messages.success(request, _("The view was deleted."))
    return redirect(safe_next(request, default="/"))


@require_POST
def list_columns(request: HttpRequest) -> HttpResponse:
    """Remember which columns of a list the person wants to see."""
    chosen = dict(request.session.get(SESSION_KEY, {}))
    chosen[request.POST.get("page", "")[:60]] = request.POST.getlist("columns")[:50]
    request.session[SESSION_KEY] = chosen
    return redirect(safe_next(request, default="/"))
