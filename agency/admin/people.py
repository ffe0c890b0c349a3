"""Units, staff and persons in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agency import persons, units
from agency import staff as staff_verbs
from agency.admin.base import LookAdmin, ReferenceAdmin, day, instant
from agency.admin_site import staff_of
from agency.models import Person, Role, Staff, Unit
from agency.refusal import Refused


class UnitForm(forms.ModelForm):
    """A unit; its place in the tree must stay a tree."""

    class Meta:
        model = Unit
        exclude: list[str] = []

    def clean_parent(self) -> Unit | None:
        """Refuse a unit that would be below itself."""
        parent: Unit | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise ValidationError(
                _("A unit cannot be part of itself or of a unit below it. Choose another one.")
            )
        return parent


@admin.register(Unit)
class UnitAdmin(ReferenceAdmin):
    """The tree of units."""

    form = UnitForm
    list_display = ["code", "name_th", "parent", "province", "calendar", "is_active"]
    list_filter = ["is_active", "calendar"]
    list_select_related = ["parent", "calendar"]
    search_fields = ["code", "name_th", "name_en"]
    autocomplete_fields = ["parent", "restricted_readers"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save the fields; its place in the tree is a verb of its own."""
        parent = obj.parent
        is_moved = change and "parent" in form.changed_data
        if is_moved:
            obj.parent_id = form.initial["parent"]
        super().save_model(request, obj, form, change)
        if not change:
            units.plant(obj)
        elif is_moved:
            units.move(obj, parent, by=staff_of(request), at=timezone.now())


class StaffFields(forms.ModelForm):
    """Roles as boxes to tick, and a deputy who can act."""

    roles = forms.MultipleChoiceField(
        label=_("roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_deputy(self) -> Staff | None:
        """Refuse a deputy who could not act."""
        deputy: Staff | None = self.cleaned_data["deputy"]
        try:
            staff_verbs.refuse_deputy(self.instance, deputy)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return deputy


class StaffChangeForm(StaffFields, UserChangeForm):
    """A member of staff as kept."""


class StaffAddForm(AdminUserCreationForm):
    """A new member of staff: log-in, name and unit; the rest follows on the next page."""


@admin.register(Staff)
class StaffAdmin(ReferenceAdmin, UserAdmin):
    """Staff of the own unit and below."""

    form = StaffChangeForm
    add_form = StaffAddForm
    list_display = ["username", "first_name", "last_name", "position", "unit", "roles", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["username", "first_name", "last_name", "email"]
    autocomplete_fields = ["unit", "deputy"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "position", "email", "phone"]}),
        (_("Work"), {"fields": ["unit", "roles"]}),
        (_("Leave"), {"fields": ["leave_from", "leave_until", "deputy"]}),
        (_("Choices"), {"fields": ["language", "is_notified_by_email"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [
                    "username",
                    "usable_password",
                    "password1",
                    "password2",
                    "first_name",
                    "last_name",
                    "unit",
                ]
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        """Show the staff that the administrator's unit is above."""
        seen: QuerySet[Staff] = super().get_queryset(request)
        return seen.filter(unit__path__startswith=staff_of(request).unit.path)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Keep Django's own flag in step with the role, then save."""
        obj.is_staff = obj.has_role(Role.ADMIN)
        super().save_model(request, obj, form, change)


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
    search_help_text = _("A national ID in full, or the number of the record.")
    fields = [
        "masked_name",
        "masked_phone",
        "masked_email",
        "masked_address",
        "masked_national_id",
        "preferred_channel",
        "language",
        "accessibility_needs",
        "merged_into",
        "is_on_legal_hold",
        "kept_until",
        "erased",
        "created",
    ]
    created = instant("created_at", _("created at"))
    erased = instant("erased_at", _("erased at"))
    kept_until = day("retain_until", _("keep until"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        """Find by national ID through its keyed index, or by the record's number."""
        person = persons.find_by_national_id(search_term) if search_term else None
        if person:
            return queryset.filter(Q(pk=person.pk) | Q(merged_into=person)), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("name"))
    def masked_name(self, person: Person) -> str:
        """Show title and first letter."""
        return persons.masked(person).name or self.get_empty_value_display()

    @admin.display(description=_("phone"))
    def masked_phone(self, person: Person) -> str:
        """Show the last digits."""
        return persons.masked(person).phone or self.get_empty_value_display()

    @admin.display(description=_("e-mail"))
    def masked_email(self, person: Person) -> str:
        """Show the first letter."""
        return persons.masked(person).email or self.get_empty_value_display()

    @admin.display(description=_("address"))
    def masked_address(self, person: Person) -> str:
        """Show whether there is one."""
        return persons.masked(person).address or self.get_empty_value_display()

    @admin.display(description=_("national ID"))
    def masked_national_id(self, person: Person) -> str:
        """Show the first and the last digit."""
        return persons.masked(person).national_id or self.get_empty_value_display()
