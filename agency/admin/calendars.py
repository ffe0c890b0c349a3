"""Calendars in the admin: rows are a draft until they are published with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agency import calendars
from agency.admin.base import LookAdmin, ReferenceAdmin, ReferenceInline, day, instant
from agency.admin_site import staff_of
from agency.models import Calendar, CalendarVersion, Holiday, WorkingInterval
from agency.refusal import Refused
from agency.thai import buddhist_year, is_thai, local_day


class PublishForm(forms.Form):
    """Why the calendar changes."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy(
            "Kept with the version, and shown with every due date that moves because of it."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class WorkingIntervalRows(forms.models.BaseInlineFormSet):
    """Rows whose box for removing has a name of its own."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Name the box for screen readers."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs["aria-label"] = _("Remove this span")


class WorkingIntervalInline(ReferenceInline):
    """Working time by weekday."""

    model = WorkingInterval
    formset = WorkingIntervalRows
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let a span of working time go."""
        return bool(self.has_change_permission(request, obj))


class HolidayInline(ReferenceInline):
    """Days off of this year and later; earlier ones have a page of their own."""

    model = Holiday
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holiday]:
        """Leave past years out: a page of all of them would be too long to send."""
        rows: QuerySet[Holiday] = super().get_queryset(request)
        return rows.filter(day_on__year__gte=local_day(timezone.now()).year)


def warn_of_years(request: HttpRequest, calendar: Calendar) -> None:
    """Say which years have days off that are not announced yet."""
    years = calendars.years_to_confirm(calendar, on=local_day(timezone.now()))
    if years:
        shown = ", ".join(str(buddhist_year(year) if is_thai() else year) for year in years)
        messages.warning(
            request,
            _("Days off of %(years)s are not confirmed yet. Compare them with the announcement.")
            % {"years": shown},
        )


@admin.register(Calendar)
class CalendarAdmin(ReferenceAdmin):
    """Working calendars; saving leads to the page that shows what publishing would change."""

    list_display = ["code", "name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    inlines = [WorkingIntervalInline, HolidayInline]

    def get_urls(self) -> list[URLPattern]:
        """Add the page that publishes."""
        page = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.publish))
        own = [path("<int:pk>/publish/", page, name="agency_calendar_publish")]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say before editing which years still wait for the announcement."""
        calendar = self.get_object(request, object_id)
        if calendar and request.method == "GET":
            warn_of_years(request, calendar)
        return super().change_view(request, object_id, form_url, extra_context)

    def response_post_save_add(self, request: HttpRequest, obj: Calendar) -> HttpResponseRedirect:
        """Go on to what publishing would change."""
        return redirect("admin:agency_calendar_publish", obj.pk)

    def response_post_save_change(
        self, request: HttpRequest, obj: Calendar
    ) -> HttpResponseRedirect:
        """Go on to what publishing would change."""
        return redirect("admin:agency_calendar_publish", obj.pk)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what would change; on confirmation with a reason, make it count."""
        calendar = get_object_or_404(Calendar, pk=pk)
        form = PublishForm(request.POST or None)
        try:
            if form.is_valid():
                return self.published(request, calendar, reason=form.cleaned_data["reason"])
            return self.preview_page(request, calendar, form)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:agency_calendar_change", calendar.pk)

    def published(self, request: HttpRequest, calendar: Calendar, *, reason: str) -> HttpResponse:
        """Publish and say which version counts now."""
        version = calendars.publish(
            calendar, by=staff_of(request), at=timezone.now(), reason=reason
        )
        messages.success(
            request,
            _(
                "Version %(number)s of “%(calendar)s” counts now. Open due dates are being computed anew."
            )
            % {"number": version.number, "calendar": calendar},
        )
        return redirect("admin:agency_calendar_changelist")

    def preview_page(
        self, request: HttpRequest, calendar: Calendar, form: PublishForm
    ) -> TemplateResponse:
        """Return the page that shows what publishing would change."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish the calendar"),
            "subtitle": str(calendar),
            "opts": self.opts,
            "original": calendar,
            "preview": calendars.preview(calendar),
            "form": form,
        }
        return TemplateResponse(request, "agency/admin/calendar_publish.html", context)


@admin.register(Holiday)
class HolidayAdmin(ReferenceAdmin):
    """Days off of all calendars and years."""

    list_display = ["shown_day", "name", "kind", "calendar", "source", "is_confirmed", "is_active"]
    list_filter = ["calendar", "kind", "is_confirmed", "is_active"]
    list_select_related = ["calendar"]
    search_fields = ["name", "source"]
    ordering = ["-day_on"]
    shown_day = day("day_on", gettext_lazy("day"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row and say that it does not count yet."""
        super().save_model(request, obj, form, change)
        link = reverse("admin:agency_calendar_publish", args=[obj.calendar_id])
        messages.info(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("This counts once the calendar is published."),
                link,
                _("See what would change"),
            ),
        )


@admin.register(CalendarVersion)
class CalendarVersionAdmin(LookAdmin):
    """Versions: what a due date was computed with."""

    list_display = ["calendar", "number", "reason", "made_by", "made"]
    list_display_links = ["number"]
    list_filter = ["calendar"]
    list_select_related = ["calendar", "made_by"]
    ordering = ["-made_at", "-pk"]
    fields = ["calendar", "number", "reason", "made_by", "made", "facts"]
    made = instant("made_at", gettext_lazy("made at"))
