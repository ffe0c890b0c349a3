"""Forms about paper: how many sheets are printed, and a keyed sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agency.models import Unit
from surveys.models import Stratum, Wave
from surveys.models.paper import MOST_SHEETS


class BatchForm(forms.Form):
    """A batch of sheets to print."""

    count = forms.IntegerField(
        label=gettext_lazy("How many sheets"), min_value=1, max_value=MOST_SHEETS, initial=50
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("handed out by"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("The unit that the answers are counted for."),
    )
    stratum = forms.ModelChoiceField(
        label=gettext_lazy("stratum"), queryset=Stratum.objects.none(), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As in: morning counter, week 2."),
    )

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = Unit.objects.active().filter(path__startswith=wave.survey.unit.path)
        self.fields["unit"].queryset = below.order_by("path")  # type: ignore[attr-defined]
        self.fields["stratum"].queryset = wave.strata.all()  # type: ignore[attr-defined]
        if not wave.strata.exists():
            del self.fields["stratum"]
