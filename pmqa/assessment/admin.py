"""Criteria in the admin: wording at any time, items and boxes only until somebody has submitted by them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agency.admin.base import ReferenceAdmin, ReferenceInline
from agency.admin_site import is_administrator
from pmqa.assessment.models import Assessment, Box, CriteriaSet, Item, State


def is_in_use(criteria: CriteriaSet | None) -> bool:
    """Whether somebody submitted an assessment by these criteria: their number of boxes is part of the score."""
    if criteria is None:
        return False
    return Assessment.objects.filter(criteria=criteria).exclude(state=State.DRAFT).exists()


class ItemInline(ReferenceInline):
    """The items of a set."""

    model = Item
    fields = ("position", "code", "title_th", "title_en", "sources")
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not while the set is in use."""
        return is_administrator(request) and not is_in_use(obj)


class BoxInline(ReferenceInline):
    """The boxes of an item."""

    model = Box
    fields = ("level", "position", "text_th", "text_en")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not while the set is in use."""
        return is_administrator(request) and not is_in_use(obj.criteria if obj else None)


@admin.register(CriteriaSet)
class CriteriaSetAdmin(ReferenceAdmin):
    """Criteria by fiscal year."""

    list_display = ["fiscal_year", "title_th", "source"]
    search_fields = ["fiscal_year", "title_th"]
    inlines = [ItemInline]


@admin.register(Item)
class ItemAdmin(ReferenceAdmin):
    """The items, each with its boxes."""

    list_display = ["code", "criteria", "title_th"]
    list_filter = ["criteria"]
    list_select_related = ["criteria"]
    search_fields = ["code", "title_th", "title_en"]
    readonly_fields = ["criteria"]
    inlines = [BoxInline]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Items are added on the page of their set."""
        return False
