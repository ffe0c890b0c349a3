"""What every list remembers for a person: saved views and shown columns."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.forms import EditViewForm, SaveViewForm
from agency.listing import SESSION_KEY
from agency.models import DefaultView, SavedFilter, Staff
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
        defaults={
            "query": data["query"],
            "is_shared": data["is_shared"] and may_share(cast("Staff", request.user)),
        },
    )
    messages.success(request, _("The view was saved."))
    return redirect(f"{onward}?{data['query']}" if data["query"] else onward)


@require_POST
def view_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share an own view with the unit, or stop sharing it; supervisors share."""
    view = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    if not may_share(cast("Staff", request.user)):
        raise PermissionDenied
    view.is_shared = not view.is_shared
    view.save(update_fields=["is_shared"])
    words = (
        _("Your unit sees this view now.") if view.is_shared else _("Only you see this view now.")
    )
    messages.success(request, words)
    return redirect(safe_next(request, default="/"))


def may_share(staff: Staff) -> bool:
    """Whether the person shares views with the unit."""
    return staff.has_role("supervisor", "admin")


@require_POST
def view_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer an own view to everybody, or take it back; administrators do."""
    view = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    if not cast("Staff", request.user).has_role("admin"):
        raise PermissionDenied
    view.is_for_all = not view.is_for_all
    view.save(update_fields=["is_for_all"])
    words = _("Everybody sees this view now.") if view.is_for_all else _("The view is taken back.")
    messages.success(request, words)
    return redirect(safe_next(request, default="/"))


@require_POST
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an own view another name and place among the tabs."""
    view = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    form = EditViewForm(request.POST, instance=view)
    if form.is_valid():
        form.save()
        messages.success(request, _("The view was saved."))
    else:
        messages.error(
            request,
            _("Not saved: give the view a name that you have not used, and a place to 999."),
        )
    return redirect(safe_next(request, default="/"))


@require_POST
def view_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a list open with a view, for this person; a second time takes it back."""
    staff = cast("Staff", request.user)
    view = get_object_or_404(SavedFilter.objects.visible_to(staff), pk=pk)
    if DefaultView.objects.filter(staff=staff, view=view).delete()[0]:
        messages.success(request, _("The list opens with all of it again."))
    else:
        DefaultView.objects.update_or_create(staff=staff, page=view.page, defaults={"view": view})
        messages.success(request, _("The list opens with this view from now on."))
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
