"""How the list of alerts is filtered."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pmqa.alerts.models import Alert


class AlertFilter(django_filters.FilterSet):
    """Those that wait for an answer."""

    waiting = django_filters.BooleanFilter(
        label=_("Not acknowledged"), field_name="acknowledged_at", lookup_expr="isnull"
    )

    class Meta:
        model = Alert
        fields = ("waiting",)
