"""Which months and which unit the figures show, and the filters of the cases behind them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.filters import PeriodFilter
from agency.thai import ENGLISH_WEEKDAYS, WEEKDAYS, fiscal_year, fiscal_year_span, is_thai
from agency.widgets import ThaiDateField
from complaints.filters import ALL_OPEN, SCOPES, QueueFilter
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.choices import options
from complaints.selectors.figures import Asked, last_twelve_months, open_on

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


def shown_year(year: int) -> int:
    """Write a fiscal year in the screen's era."""
    return year if is_thai() else year - 543


def weekday_choices() -> list[tuple[str, str]]:
    """Return the days of the week, Monday first."""
    names = WEEKDAYS if is_thai() else ENGLISH_WEEKDAYS
    return [(str(number), name) for number, name in enumerate(names, start=1)]


class FiguresFilter(QueueFilter):
    """The queue's filters, and those that only figures ask for."""

    answered = PeriodFilter(label=gettext_lazy("Answered"), field_name="answered_at")
    weekday = django_filters.ChoiceFilter(
        label=gettext_lazy("Weekday of receipt"), choices=weekday_choices, method="on_weekday"
    )
    hour = django_filters.ChoiceFilter(
        label=gettext_lazy("Hour of receipt"),
        choices=[(str(hour), f"{hour:02}.00–{hour:02}.59") for hour in range(24)],
        method="at_hour",
    )
    open_on = django_filters.CharFilter(
        label=gettext_lazy("Open at the end of"), method="still_open"
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        if not asked.get("scope"):
            asked["scope"] = "all"
        super().__init__(asked, *args, **kwargs)
        offered = {"choices": [ALL_OPEN, *SCOPES], "empty_label": None}
        self.filters["scope"].extra.update(offered)

    def on_weekday(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep what came on a day of the week; anonymous filings keep no time and are left out."""
        with_time = queryset.filter(is_anonymous=False)
        return with_time.filter(received_at__iso_week_day=int(value))

    def at_hour(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep what came in an hour of the day."""
        return queryset.filter(is_anonymous=False, received_at__hour=int(value))

    def still_open(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep what was open when a day ended."""
        try:
            day = ThaiDateField().clean(value)
        except ValidationError:
            return queryset
        return open_on(queryset, day) if day else queryset


def figures_filter(*, at: Any) -> type[FiguresFilter]:
    """Return the filters as of an instant: what is overdue depends on it."""
    return type("FiguresFilterAt", (FiguresFilter,), {"at": at})
