"""Targets in the admin: added, never changed; a later one counts from then on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from pmqa.reports.forms import TargetForm
from pmqa.reports.models import IndicatorTarget, Recipient, ScoreBand, ScoreRule
from pmqa.reports.results.attainment import SHIPPED


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


class BandForm(ModelForm):
    """A step; the shipped ones are kept although nobody touched them, emptied ones are not."""

    def has_changed(self) -> bool:
        """Whether the step says what it gives."""
        return any(self[name].data for name in ("score", "factor"))


class BandFormSet(BaseInlineFormSet):
    """The steps of a rule: they begin as shipped, and one of them has no end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        shipped = [
            {
                "upto": band.upto,
                "is_inclusive": band.is_inclusive,
                "score": band.score,
                "factor": band.factor,
            }
            for band in SHIPPED
        ]
        super().__init__(*args, **{"initial": shipped, **kwargs})

    def clean(self) -> None:
        """Refuse a rule under which a high per cent has no score."""
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if any(self.errors):
            return
        if sum(data.get("upto") is None for data in kept) != 1:
            raise ValidationError(
                _("Give exactly one step without end, so that every per cent has a score.")
            )


class ScoreBandInline(admin.TabularInline):
    """The steps of a rule, entered with it."""

    model = ScoreBand
    form = BandForm
    formset = BandFormSet
    extra = len(SHIPPED)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a change is a new rule."""
        return False


@admin.register(ScoreRule)
class ScoreRuleAdmin(admin.ModelAdmin):
    """The rule of the score of results 7.2, from a fiscal year on."""

    list_display = ("fiscal_year", "set_at", "set_by")
    list_select_related = ("set_by",)
    inlines = [ScoreBandInline]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a change is a new rule."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: reports of the past were scored by it."""
        return False

    def save_model(
        self, request: HttpRequest, obj: ScoreRule, form: ModelForm, change: bool
    ) -> None:
        """Keep who set it and when."""
        obj.set_by, obj.set_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
