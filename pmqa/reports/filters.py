"""How the list of reports is filtered."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pmqa.reports.models import Report, State


class ReportFilter(django_filters.FilterSet):
    """By state, and by unit code."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=State)
    unit = django_filters.CharFilter(
        label=_("Unit code"), field_name="unit__code", lookup_expr="iexact"
    )

    class Meta:
        model = Report
        fields = ("state", "unit")
