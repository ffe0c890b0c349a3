"""What the list of coming erasures can be filtered by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from complaints.filters.queue import offer, units_under
from complaints.models import Complaint, Kind
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.choices import options


class DueFilter(django_filters.FilterSet):
    """Erased or archived, of which kind and unit; the view reads `what` itself."""

    what = django_filters.ChoiceFilter(
        label=_("What happens then"),
        choices=[("archive", _("Into the archive"))],
        empty_label=_("Erased"),
        method="kept",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    unit = django_filters.ChoiceFilter(label=_("Unit"), method="of_unit")

    class Meta:
        model = Complaint
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, {"unit": options(self.request.user, lists=("unit", "officer"))["unit"]})

    def kept(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Leave the rows: the view has asked for them already."""
        return queryset

    def of_unit(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep the cases of a unit and of those below."""
        return queryset.filter(unit__in=units_under(value))
