"""What the register of outgoing papers can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agency.filters import PeriodFilter
from agency.thai import arabic_digits
from complaints.models import RegisterNumber


class RegisterFilter(django_filters.FilterSet):
    """Number, state, period."""

    q = django_filters.CharFilter(method="numbered", label=_("Number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=RegisterNumber.State.choices)
    at = PeriodFilter(label=_("Numbered"))

    class Meta:
        model = RegisterNumber
        fields: tuple[str, ...] = ()

    def numbered(
        self, queryset: QuerySet[RegisterNumber], name: str, value: str
    ) -> QuerySet[RegisterNumber]:
        """Keep the number typed, with or without the code before it."""
        number = arabic_digits(value).rpartition("/")[2].strip()
        if not number.isdecimal() or len(number) > 9:
            return queryset.none()
        return queryset.filter(number=int(number))
