"""What every page of the admin shares: rights by role, capped counts, Thai dates, a line in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from agency import audit, thai
from agency.admin_site import PortalAdminSite, is_administrator, staff_of
from agency.choices import UnitField
from agency.models import Unit
from agency.widgets import ThaiDateField, ThaiDateInput

COUNT_CAP = 10_000
EMPTY = PortalAdminSite.empty_value_display


class PlainThaiDateInput(ThaiDateInput):
    """The Thai date as a plain text box: the portal's calendar script is not loaded in the admin."""

    template_name = "django/forms/widgets/text.html"


THAI_DATES: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"form_class": ThaiDateField, "widget": PlainThaiDateInput}
}


class CappedPaginator(Paginator):
    """Counts no further than the cap, so that a page costs the same at any size of the table."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, at most the cap."""
        rows = cast(QuerySet[Any], self.object_list)
        return rows.order_by()[:COUNT_CAP].count()


class RoleRights:
    """Rights by role, not by Django's permission table; nothing is deleted, it is made inactive."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app to administrators."""
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators look."""
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators add."""
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators change."""
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what other rows may point at."""
        return False


class UnitChoice:
    """Units are chosen from the tree, indented."""

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer units in the order of the tree."""
        if db_field.remote_field.model is Unit:
            kwargs |= {"form_class": UnitField, "queryset": Unit.objects.order_by("path")}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ReferenceAdmin(UnitChoice, RoleRights, admin.ModelAdmin):
    """Reference data that administrators look after; each change is in the audit trail."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    formfield_overrides = THAI_DATES

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save the row and note which fields changed, not what they hold."""
        super().save_model(request, obj, form, change)
        audit.record(
            obj,
            "edited" if change else "added",
            by=staff_of(request),
            at=timezone.now(),
            fields=form.changed_data,
        )


class LookAdmin(RoleRights, admin.ModelAdmin):
    """Rows that the portal writes and administrators only look at."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator

    search_words: Any = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say above the list what can be searched for."""
        return super().changelist_view(
            request, {"subtitle": self.search_words, **(extra_context or {})}
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the portal adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the portal changes."""
        return False


class ReferenceInline(RoleRights, admin.TabularInline):
    """Rows that belong to the one above."""

    extra = 0
    formfield_overrides = THAI_DATES

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Name each box for screen readers: the heading of the column is too far away."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = capfirst(str(db_field.verbose_name))
        return field


def instant(field: str, label: Any) -> Callable[[Any, Any], str]:
    """Return a column that shows day and time as the rest of the portal does."""

    @admin.display(description=label, ordering=field)
    def show(self: Any, row: Any) -> str:
        at = getattr(row, field)
        return thai.format_datetime(at) if at else EMPTY

    return show


def day(field: str, label: Any) -> Callable[[Any, Any], str]:
    """Return a column that shows a day as the rest of the portal does."""

    @admin.display(description=label, ordering=field)
    def show(self: Any, row: Any) -> str:
        on = getattr(row, field)
        return thai.format_date(on) if on else EMPTY

    return show
