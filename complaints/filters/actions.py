"""What the list of corrective actions can be filtered by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agency.filters import PeriodFilter
from agency.models import Unit
from complaints.models import CorrectiveAction
from complaints.selectors.choices import options

SHOWN = [("owed", _("Not done yet")), ("mine", _("Mine, not done yet"))]


class ActionFilter(django_filters.FilterSet):
    """Filters of corrective actions."""

    show = django_filters.ChoiceFilter(label=_("Show"), choices=SHOWN, method="showing")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=CorrectiveAction.Status.choices)
    unit = django_filters.ChoiceFilter(label=_("Unit"), method="of_unit")
    cause = django_filters.NumberFilter(label=_("Cause"), field_name="cause")
    due_on = PeriodFilter(label=_("Due"), field_name="due_on")

    class Meta:
        model = CorrectiveAction
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.filters["unit"].extra["choices"] = options(self.request.user, lists=("unit",))["unit"]

    def showing(
        self, queryset: QuerySet[CorrectiveAction], name: str, value: str
    ) -> QuerySet[CorrectiveAction]:
        """Keep what is owed, or what the person owes."""
        owed = queryset.filter(status__in=CorrectiveAction.Status.unfinished())
        return owed.filter(owner=self.request.user) if value == "mine" else owed

    def of_unit(
        self, queryset: QuerySet[CorrectiveAction], name: str, value: str
    ) -> QuerySet[CorrectiveAction]:
        """Keep the actions of a unit and of those below."""
        units = Unit.objects.filter(path__contains=f"/{value}/").order_by()
        return queryset.filter(unit__in=units)
