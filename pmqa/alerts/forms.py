"""What is asked of people who keep and answer alerts."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.models import Role, Staff, Unit
from agency.thai import BANGKOK
from agency.widgets import ThaiDateField
from pmqa.alerts.models import AlertRule
from pmqa.alerts.permissions import can_keep_rules
from pmqa.indicators.registry import Shape, measures

ROLES = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE)


class RuleForm(forms.ModelForm):
    """A rule: what it watches, when it fires, whom it tells."""

    measure = forms.ChoiceField(label=_("Indicator"), choices=list)
    roles = forms.MultipleChoiceField(
        label=_("Roles of the unit"),
        choices=[(role.value, role.label) for role in ROLES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = AlertRule
        fields = (
            *("unit", "measure", "check_kind", "limit", "is_sure", "watches_running_month"),
            *("people", "roles", "is_active"),
        )
        labels = {"limit": _("Limit of the figure")}
        help_texts = {
            "limit": _("In the unit of the indicator; only for a limit."),
            "unit": _("A closed month is read from its report, so the unit needs monthly reports."),
            "watches_running_month": _(
                "Where half a month can be judged: rates, days and numbers above a limit."
            ),
        }

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = can_keep_rules(staff, staff.unit)
        units = Unit.objects.below(staff.unit) if may else Unit.objects.none()
        people = Staff.objects.filter(is_active=True, unit__in=units.values("pk"))
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]
        self.fields["people"].queryset = people.order_by(  # type: ignore[attr-defined]
            "first_name", "last_name", "pk"
        )
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (f"{indicator.id}:{measure.name}", f"{indicator.id} {indicator.name} – {measure.label}")
            for indicator, measure in measures()
            if measure.shape != Shape.NONE
        ]
        if self.instance.pk:
            del self.fields["unit"]
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.instance.version
            )


class MuteForm(forms.Form):
    """Until when a rule is silent, and why."""

    until = ThaiDateField(label=_("Silent until the end of"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def clean_until(self) -> datetime:
        """Return the last instant of the day."""
        return datetime.combine(self.cleaned_data["until"], time(23, 59, 59), BANGKOK)


class NoteForm(forms.Form):
    """What was done about an alert."""

    note = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
