"""How the list of self-assessments is filtered."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pmqa.assessment.models import Assessment, State


class AssessmentFilter(django_filters.FilterSet):
    """By state, fiscal year and unit code."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=State)
    year = django_filters.NumberFilter(label=_("Fiscal year"), field_name="fiscal_year")
    unit = django_filters.CharFilter(
        label=_("Unit code"), field_name="unit__code", lookup_expr="iexact"
    )

    class Meta:
        model = Assessment
        fields = ("state", "year", "unit")
