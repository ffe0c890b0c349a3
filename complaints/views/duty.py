"""Who gets the next case: the order of a unit, what its officers take, and one's own wishes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.requests import StaffRequest
from complaints import lifecycle
from complaints.forms.duty import DutyForm, OwnDutyForm, RotaForm
from complaints.models import Duty, Rota
from complaints.selectors.together import members_of, units_with_rota


def only_supervisors(request: StaffRequest) -> None:
    """Close a page to everybody else."""
    if not request.user.has_role("supervisor"):
        raise PermissionDenied


@require_GET
def rotas(request: StaffRequest) -> HttpResponse:
    """List the units and how each gives out its cases."""
    only_supervisors(request)
    return render(request, "complaints/rota_list.html", {"rows": units_with_rota(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def rota(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who takes cases in a unit and who is next; change the order."""
    only_supervisors(request)
    unit = get_object_or_404(Unit.objects.below(request.user.unit), pk=pk)
    at = timezone.now()
    kept = Rota.objects.filter(unit=unit).first() or Rota(unit=unit)
    form = RotaForm(request.POST or None, instance=kept)
    if form.is_valid():
        try:
            lifecycle.set_rota(unit, **form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The order of giving is kept."))
            return redirect("complaints:rotas")
    context = {"unit": unit, "form": form, "members": members_of(unit, at=at)}
    return render(request, "complaints/rota.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: StaffRequest, pk: int) -> HttpResponse:
    """Say whether an officer takes cases, and of which topics."""
    only_supervisors(request)
    staff = get_object_or_404(Staff.objects.active().visible_to(request.user), pk=pk)
    kept = Duty.objects.filter(staff=staff).first() or Duty(staff=staff)
    form = DutyForm(request.POST or None, instance=kept)
    if form.is_valid():
        lifecycle.set_duty(staff, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Kept."))
        return redirect("complaints:rota", pk=staff.unit_id)
    return render(request, "complaints/duty.html", {"form": form, "staff": staff})


@require_http_methods(["GET", "HEAD", "POST"])
def own_duty(request: StaffRequest) -> HttpResponse:
    """Say whether one is given new cases, and what one hears of."""
    staff = request.user
    kept = Duty.objects.filter(staff=staff).first() or Duty(staff=staff)
    form = OwnDutyForm(request.POST or None, instance=kept)
    if form.is_valid():
        lifecycle.set_duty(staff, **form.cleaned_data, by=staff, at=timezone.now())
        messages.success(request, _("Kept."))
        return redirect("complaints:own_duty")
    return render(request, "complaints/own_duty.html", {"form": form})
