"""List filters for Thai officers: periods typed in พ.ศ."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django_filters.fields import DateRangeField
from django_filters.widgets import DateRangeWidget

from agency.widgets import ThaiDateField, ThaiDateInput


class PeriodWidget(DateRangeWidget):
    """Two days side by side."""

    template_name = "pmqa/widgets/period.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        days: dict[str, forms.Widget | type[forms.Widget]] = {
            "after": ThaiDateInput({"aria-label": _("from the day")}),
            "before": ThaiDateInput({"aria-label": _("until the day")}),
        }
        forms.MultiWidget.__init__(self, days, attrs)


class PeriodField(DateRangeField):
    """A first and a last day, either may be missing."""

    widget = PeriodWidget

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        days = (ThaiDateField(required=False), ThaiDateField(required=False))
        super(DateRangeField, self).__init__(days, *args, **kwargs)


class PeriodFilter(django_filters.RangeFilter):
    """Rows of a period: `?received_after=1/10/2569&received_before=31/10/2569`, both days included."""

    field_class = PeriodField
