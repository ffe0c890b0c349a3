"""What the list of canned replies can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import CannedReply


class CannedReplyFilter(django_filters.FilterSet):
    """Title or text, what it is for, whether it is in use."""

    q = django_filters.CharFilter(method="search", label=_("Title or text"))
    use = django_filters.ChoiceFilter(label=_("For"), choices=CannedReply.Use.choices)
    is_active = django_filters.TypedChoiceFilter(
        label=_("In use"), choices=[("true", _("Yes")), ("false", _("No"))], coerce="true".__eq__
    )

    class Meta:
        model = CannedReply
        fields: tuple[str, ...] = ()

    def search(
        self, queryset: QuerySet[CannedReply], name: str, value: str
    ) -> QuerySet[CannedReply]:
        """Keep those whose title or text holds the words; there are hundreds at most."""
        words = Q(title__icontains=value) | Q(body_th__icontains=value)
        return queryset.filter(words | Q(body_en__icontains=value))
