"""Units and staff in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agency import staff as staff_verbs
from agency import units
from agency.admin.base import ReferenceAdmin
from agency.admin_site import staff_of
from agency.models import Calendar, Role, Staff, Unit
from agency.refusal import Refused

admin.site.unregister(Group)  # rights go by role; Django's groups give none here


class UnitForm(forms.ModelForm):
    """A unit; its place in the tree must stay a tree."""

    class Meta:
        model = Unit
        exclude: list[str] = []

    def clean_calendar(self) -> Calendar | None:
        """Refuse a calendar that nobody can count with yet."""
        calendar: Calendar | None = self.cleaned_data["calendar"]
        if calendar and not calendar.versions.exists():
            raise ValidationError(_("This calendar is not published yet. Publish it first."))
        return calendar

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
