"""Targets in the admin: added, never changed; a later one counts from then on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from pmqa.reports.forms import TargetForm
from pmqa.reports.models import IndicatorTarget, Recipient


@admin.register(IndicatorTarget)
class IndicatorTargetAdmin(admin.ModelAdmin):
    """Targets by fiscal year and unit."""

    form = TargetForm
    list_display = ("measure", "fiscal_year", "unit", "value", "set_at", "set_by")
    list_filter = ("fiscal_year",)
    list_select_related = ("unit", "set_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a change is a new target."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: reports of the past refer to it."""
        return False

    def save_model(
        self, request: HttpRequest, obj: IndicatorTarget, form: ModelForm, change: bool
    ) -> None:
        """Keep who set it and when."""
        obj.set_by, obj.set_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


@admin.register(Recipient)
class RecipientAdmin(admin.ModelAdmin):
    """Who gets the published reports of which unit by mail."""

    list_display = ("name", "email", "unit", "language", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("unit",)
    search_fields = ("name", "email")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the mails of the past name them; who shall get no more is switched off."""
        return False
