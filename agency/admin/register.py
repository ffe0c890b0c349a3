"""Services, segments, channels and other agencies in the admin."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import admin

from agency.admin.base import ReferenceAdmin, ReferenceInline
from agency.models import Channel, PartnerAgency, Segment, Service, ServiceMonth


class ServiceMonthForm(forms.ModelForm):
    """A month's figures; any day of the month will do."""

    class Meta:
        model = ServiceMonth
        exclude: list[str] = []

    def clean_month_on(self) -> date:
        """Take the first day of the month."""
        month_on: date = self.cleaned_data["month_on"]
        return month_on.replace(day=1)


class ServiceMonthInline(ReferenceInline):
    """Monthly figures of a service."""

    model = ServiceMonth
    form = ServiceMonthForm
    autocomplete_fields = ["unit"]


@admin.register(Service)
class ServiceAdmin(ReferenceAdmin):
    """The catalogue of services."""

    list_display = ["code", "name_th", "unit", "standard_minutes", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["code", "name_th", "name_en"]
    inlines = [ServiceMonthInline]


@admin.register(Segment)
class SegmentAdmin(ReferenceAdmin):
    """Groups of recipients and stakeholders."""

    list_display = ["code", "name_th", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(PartnerAgency)
class PartnerAgencyAdmin(ReferenceAdmin):
    """Agencies to which matters are referred."""

    list_display = ["code", "name_th", "contact", "reply_days", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(Channel)
class ChannelAdmin(ReferenceAdmin):
    """The register of channels."""

    list_display = ["position", "code", "name_th", "mode", "is_digital", "owner", "is_active"]
    list_display_links = ["code"]
    list_filter = ["mode", "is_digital", "is_active"]
    list_select_related = ["owner"]
    search_fields = ["code", "name_th", "name_en"]
