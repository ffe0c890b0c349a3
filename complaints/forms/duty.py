"""How a unit gives out its cases, and what a person takes and hears of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Duty, Rota, Topic
from complaints.selectors.choices import categories


class RotaForm(forms.ModelForm):
    """Who is next in a unit."""

    class Meta:
        model = Rota
        fields = ["mode", "is_automatic"]
        widgets = {"mode": forms.RadioSelect}
        help_texts = {
            "mode": _(
                "“In turn” goes from officer to officer. “Least open work” counts open cases: late ones weigh four, pressing ones three, others two, waiting ones one."
            ),
            "is_automatic": _(
                "Every minute, without anybody pressing a button. Restricted cases are left to the supervisor; anonymous ones wait for the next day."
            ),
        }


class OwnDutyForm(forms.ModelForm):
    """What somebody says of oneself."""

    told_of = forms.MultipleChoiceField(
        label=_("notices of followed cases"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Duty
        fields = ["is_available", "told_of"]


class DutyForm(forms.ModelForm):
    """What a supervisor says of an officer."""

    categories: Any = forms.ModelMultipleChoiceField(
        label=_("topics taken"),
        queryset=Category.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: the officer takes every topic. A topic includes its parts."),
    )

    class Meta:
        model = Duty
        fields = ["is_available", "categories"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].queryset = categories()  # type: ignore[attr-defined]
