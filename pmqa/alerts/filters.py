"""How the list of alerts is filtered."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmqa.alerts.models import Alert


class AlertFilter(django_filters.FilterSet):
    """Those that wait for an answer, or those that have one."""

    waiting = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("true", _("Not acknowledged")), ("false", _("Acknowledged alert"))],
        method="by_answer",
    )

    class Meta:
        model = Alert
        fields = ("waiting",)

    def by_answer(self, queryset: QuerySet[Alert], name: str, value: str) -> QuerySet[Alert]:
        """Keep alerts without, or with, an answer."""
        return queryset.filter(acknowledged_at__isnull=value == "true")
