"""Persons in the admin: masked, found by national ID, held and erased with a reason; never revealed here."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agency import persons
from agency.admin.base import EMPTY, LookAdmin, day, instant
from agency.admin_site import staff_of
from agency.models import Person, Staff
from agency.refusal import Refused


class Step(models.TextChoices):
    """What may be done with a person's data here."""

    HOLD = "hold", _("Legal hold: nothing is erased until it is lifted")
    RELEASE = "release", _("Lift the legal hold")
    ERASE = (
        "erase",
        _("Erase now: name, contacts and national ID; cannot be undone, cases and figures stay"),
    )


class PersonDataForm(forms.Form):
    """What to do, and why."""

    step = forms.ChoiceField(label=_("What to do"), choices=Step, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("Kept in the audit trail. Write no names or numbers of the person."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


def look_after(person: Person, *, step: str, reason: str, by: Staff) -> str:
    """Do what was chosen; return the sentence that says so."""
    at = timezone.now()
    if step == Step.ERASE:
        persons.erase(person, by=by, at=at, reason=persons.checked_reason(reason))
        return gettext("The person's data were erased.")
    is_held = step == Step.HOLD
    persons.hold(person, is_held=is_held, by=by, at=at, reason=reason)
    return (
        gettext("The data are under legal hold.")
        if is_held
        else gettext("The legal hold is lifted.")
    )


@admin.register(Person)
class PersonAdmin(LookAdmin):
    """Persons, masked; whoever needs more reveals it on the case, with a reason."""

    list_display = [
        "id",
        "preferred_channel",
        "language",
        "kept_until",
        "is_on_legal_hold",
        "created",
        "erased",
    ]
    list_filter = ["is_on_legal_hold", "preferred_channel"]
    search_fields = ["=id"]
    search_words = _("Search by a national ID in full, or by the number of the record.")
    fields = [
        "masked_name",
        "masked_phone",
        "masked_email",
        "masked_address",
        "masked_national_id",
        "preferred_channel",
        "language",
        "accessibility_needs",
        "same_as",
        "is_on_legal_hold",
        "kept_until",
        "erased",
        "created",
    ]
    created = instant("created_at", _("created at"))
    erased = instant("erased_at", _("erased at"))
    kept_until = day("retain_until", _("keep until"))

    change_form_template = "agency/admin/person_change.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that holds and erases."""
        page = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.data_page))
        return [path("<int:pk>/data/", page, name="agency_person_data"), *super().get_urls()]

    def data_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hold, release or erase a person's data, with a reason."""
        person = get_object_or_404(Person, pk=pk)
        form = PersonDataForm(request.POST or None)
        if form.is_valid():
            try:
                done = look_after(person, **form.cleaned_data, by=staff_of(request))
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect("admin:agency_person_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hold or erase the data"),
            "subtitle": str(person),
            "opts": self.opts,
            "original": person,
            "form": form,
        }
        return TemplateResponse(request, "agency/admin/person_data.html", context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        """Find by national ID through its keyed index, or by the record's number."""
        person = persons.find_by_national_id(search_term) if search_term else None
        if person:
            return queryset.filter(Q(pk=person.pk) | Q(merged_into=person)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("same person as"))
    def same_as(self, person: Person) -> str:
        """Show which row this one was merged into."""
        return str(person.merged_into or EMPTY)

    @admin.display(description=_("name"))
    def masked_name(self, person: Person) -> str:
        """Show title and first letter."""
        return persons.masked(person).name or EMPTY

    @admin.display(description=_("phone"))
    def masked_phone(self, person: Person) -> str:
        """Show the last digits."""
        return persons.masked(person).phone or EMPTY

    @admin.display(description=_("e-mail"))
    def masked_email(self, person: Person) -> str:
        """Show the first letter."""
        return persons.masked(person).email or EMPTY

    @admin.display(description=_("address"))
    def masked_address(self, person: Person) -> str:
        """Show whether there is one."""
        return persons.masked(person).address or EMPTY

    @admin.display(description=_("national ID"))
    def masked_national_id(self, person: Person) -> str:
        """Show the first and the last digit."""
        return persons.masked(person).national_id or EMPTY
