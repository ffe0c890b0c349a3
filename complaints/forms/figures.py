"""Which months and which unit the figures show, and the filters of the cases behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.thai import fiscal_year, fiscal_year_span, is_thai
from complaints.selectors.choices import options
from complaints.selectors.figures import Asked, last_twelve_months

if TYPE_CHECKING:
    from agency.models import Staff

YEARS = 5


class FiguresForm(forms.Form):
    """A fiscal year or the last twelve months; a unit with those below."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: QueryDict, *, staff: Staff, today: date) -> None:
        super().__init__(data)
        self.today = today
        year = fiscal_year(today)
        years = [
            (str(each), _("Fiscal year %(year)s") % {"year": shown_year(each)})
            for each in range(year, year - YEARS, -1)
        ]
        self.offer("period", [("", _("Last twelve months")), *years])
        self.offer("unit", [("", _("All")), *options(staff, lists=("unit",))["unit"]])

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Let a field offer these choices."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def asked(self) -> Asked:
        """What is asked; what could not be read is left out."""
        self.is_valid()
        period, unit = self.cleaned_data.get("period"), self.cleaned_data.get("unit")
        span = fiscal_year_span(int(period)) if period else last_twelve_months(self.today)
        return Asked(first_on=span[0], last_on=span[1], unit=int(unit) if unit else None)


class BoardForm(FiguresForm):
    """What the prevention board shows: also one topic with its parts."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)

    def __init__(self, data: QueryDict, *, staff: Staff, today: date) -> None:
        super().__init__(data, staff=staff, today=today)
        offered = options(staff, lists=("category",))["category"]
        self.offer("category", [("", _("All")), *offered])

    @property
    def asked(self) -> Asked:
        """What is asked; what could not be read is left out."""
        asked = super().asked
        category = self.cleaned_data.get("category")
        return replace(asked, category=int(category) if category else None)


def shown_year(year: int) -> int:
    """Write a fiscal year in the screen's era."""
    return year if is_thai() else year - 543
