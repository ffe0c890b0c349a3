"""Forms of a unit that got results: its plan, and what was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agency.models import Staff
from agency.widgets import ThaiDateField
from surveys.models import Acknowledgement


class PlanForm(forms.Form):
    """What the unit will do, who, by when."""

    plan = forms.CharField(
        label=gettext_lazy("What the unit will do"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("responsible for the plan"), queryset=Staff.objects.none()
    )
    due_on = ThaiDateField(label=gettext_lazy("plan done by"))

    def __init__(self, *args: Any, row: Acknowledgement, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "plan": row.plan,
            "owner": row.plan_owner_id,
            "due_on": row.plan_due_on,
        }
        super().__init__(*args, **kwargs)
        own = Staff.objects.active().filter(unit__path__startswith=row.unit.path)
        self.fields["owner"].queryset = own.order_by("first_name", "pk")  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What came of the plan."""

    outcome = forms.CharField(
        label=gettext_lazy("What was done, and what came of it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, row: Acknowledgement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
