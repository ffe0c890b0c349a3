"""Which day and unit the page of rising topics shows, and what came of a rise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from agency.widgets import ThaiDateField
from listening.models import TopicAlert
from listening.selectors.inbox import unit_options

if TYPE_CHECKING:
    from agency.models import Staff


class DayForm(forms.Form):
    """A counted day and a unit with those below it."""

    day = ThaiDateField(label=gettext_lazy("Day"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Mapping[str, str], *, staff: Staff) -> None:
        super().__init__(data)
        self.staff = staff
        cast("forms.ChoiceField", self.fields["unit"]).choices = unit_options(staff)

    def asked(self, *, last: date) -> tuple[date, int]:
        """Return the day and the unit; what could not be read is said at its field."""
        self.is_valid()
        told = self.cleaned_data
        return told.get("day") or last, int(told.get("unit") or self.staff.unit_id)


class SettleForm(forms.Form):
    """What came of a rise and what was done."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), choices=TopicAlert.Outcome.choices
    )
    action = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One or two sentences; for a false alarm, what the people really spoke about."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return {name: self.cleaned_data[name] for name in ("outcome", "action")}
