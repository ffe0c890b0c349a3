"""What the list of improvements can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.filters import PeriodFilter
from pmqa.improvements.models import Improvement, Receipt, Stage, State


class ImprovementFilter(django_filters.FilterSet):
    """Filters of improvements."""

    q = django_filters.CharFilter(label=_("Search"), field_name="title", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices)
    stage = django_filters.ChoiceFilter(
        label=pgettext_lazy("of an improvement", "Stage"), choices=Stage.choices
    )
    source = django_filters.ChoiceFilter(
        label=_("Where it comes from"), choices=Improvement.Source.choices
    )
    audience = django_filters.ChoiceFilter(
        label=_("For whom"), choices=Improvement.Audience.choices
    )
    mine = django_filters.BooleanFilter(label=_("I am responsible"), method="of_mine")
    due = PeriodFilter(label=_("To be completed by"), field_name="due_on")

    class Meta:
        model = Improvement
        fields: list[str] = []

    def of_mine(
        self, queryset: QuerySet[Improvement], name: str, value: bool
    ) -> QuerySet[Improvement]:
        """Keep those for which the person is responsible."""
        return queryset.filter(owner=self.request.user) if value else queryset


class ReceiptFilter(django_filters.FilterSet):
    """Filters of the guidelines that units got."""

    q = django_filters.CharFilter(
        label=_("Search"), field_name="version__improvement__title", lookup_expr="icontains"
    )
    waiting = django_filters.BooleanFilter(
        label=_("Waiting for acknowledgement"), field_name="acknowledged_at", lookup_expr="isnull"
    )

    class Meta:
        model = Receipt
        fields: list[str] = []
