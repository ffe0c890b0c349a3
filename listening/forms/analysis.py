"""What the analysis pages are asked: a period and which voices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.thai import fiscal_year, fiscal_year_span, is_thai
from listening.selectors.inbox import options
from listening.selectors.moods import COLUMNS
from listening.selectors.slices import NO_TOPIC, Slice, Topics

if TYPE_CHECKING:
    from agency.models import Staff

YEARS = 3
LAST_DAYS = {"28": gettext_lazy("Last 28 days"), "90": gettext_lazy("Last 90 days")}
NAMES = {
    "topic": gettext_lazy("Topic"),
    "service": gettext_lazy("Service"),
    "segment": gettext_lazy("Segment"),
    "province": gettext_lazy("Province"),
    "channel": gettext_lazy("Channel"),
    "unit": gettext_lazy("Unit"),
}


class AnalysisForm(forms.Form):
    """A period, a unit with those below, a topic, channel, service, segment."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)

    def __init__(
        self, data: Mapping[str, str], *, staff: Staff, today: date, topics: Topics
    ) -> None:
        super().__init__(data)
        self.today = today
        offered = options(staff)
        self.offer("period", [*periods(today)])
        self.offer("topic", [*topics.names.items(), (NO_TOPIC, _("No topic yet"))], blank=True)
        for name in ("unit", "channel", "service", "segment"):
            self.offer(name, offered[name], blank=True)

    def offer(self, name: str, choices: list[tuple[str, str]], *, blank: bool = False) -> None:
        """Let a field offer these choices."""
        first = [("", _("All"))] if blank else []
        cast("forms.ChoiceField", self.fields[name]).choices = [*first, *choices]

    @property
    def asked(self) -> Slice:
        """What is asked; what could not be read is left out and said at its field."""
        self.is_valid()
        told = self.cleaned_data
        first_on, last_on = span_of(str(told.get("period") or ""), today=self.today)
        numbers = {
            name: int(told[name])
            for name in ("unit", "channel", "service", "segment")
            if told.get(name)
        }
        return Slice(
            first_on=first_on, last_on=last_on, topic=str(told.get("topic") or ""), **numbers
        )


def periods(today: date) -> list[tuple[str, str]]:
    """Return the periods on offer."""
    year = fiscal_year(today)
    years = [
        (str(each), _("Fiscal year %(year)s") % {"year": each if is_thai() else each - 543})
        for each in range(year, year - YEARS, -1)
    ]
    days = [(value, str(label)) for value, label in LAST_DAYS.items()]
    return [("", _("Last twelve months")), *days, *years]


def span_of(period: str, *, today: date) -> tuple[date, date]:
    """Return the first and last day of a period; of one that still runs, today is the last."""
    if period in LAST_DAYS:
        return today - timedelta(days=int(period) - 1), today
    if period:
        first_on, last_on = fiscal_year_span(int(period))
        return first_on, min(last_on, today)
    first_on = today.replace(day=1)
    for _month in range(11):
        first_on = (first_on - timedelta(days=1)).replace(day=1)
    return first_on, today


class MoodsForm(AnalysisForm):
    """Also by what the voices are grouped."""

    by = forms.ChoiceField(
        label=gettext_lazy("Grouped by"),
        choices=[(name, NAMES[name]) for name in COLUMNS],
        required=False,
    )

    @property
    def column(self) -> str:
        """The column that is grouped by."""
        self.is_valid()
        return str(self.cleaned_data.get("by") or COLUMNS[0])


class WordForm(AnalysisForm):
    """Also a word."""

    q = forms.CharField(
        label=gettext_lazy("Word or words"), required=False, max_length=60, strip=True
    )

    @property
    def word(self) -> str:
        """The word that is looked for."""
        self.is_valid()
        return str(self.cleaned_data.get("q") or "")
