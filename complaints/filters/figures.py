"""What the lists behind the figures can be filtered by."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from agency.filters import PeriodFilter
from agency.thai import ENGLISH_WEEKDAYS, WEEKDAYS, is_thai
from agency.widgets import ThaiDateField
from complaints.filters.queue import ALL_OPEN, SCOPES, QueueFilter
from complaints.models import Cause
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.choices import causes
from complaints.selectors.figures import open_on


def weekday_choices() -> list[tuple[str, str]]:
    """Return the days of the week, Monday first."""
    names = WEEKDAYS if is_thai() else ENGLISH_WEEKDAYS
    return [(str(number), name) for number, name in enumerate(names, start=1)]


def causes_of_request(request: object) -> QuerySet[Cause]:
    """Return the causes to choose from."""
    return causes()


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
    cause = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Cause"), field_name="cause_code", queryset=causes_of_request
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
