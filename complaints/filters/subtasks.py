"""What the list of sub-tasks can be filtered by."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from agency.filters import PeriodFilter
from complaints.models import SubTask
from complaints.models.fanout import SubTaskQuerySet

ENDED = (SubTask.State.REPLIED, SubTask.State.RETURNED, SubTask.State.CANCELLED)


class SubTaskFilter(django_filters.FilterSet):
    """Without a filter: what the person's unit is asked and has not replied to."""

    scope = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[
            ("ended", _("Asked of my unit, ended")),
            ("asked", _("Asked by us, open")),
            ("all", _("All")),
        ],
        method="in_scope",
        empty_label=_("Asked of my unit, open"),
    )
    state = django_filters.ChoiceFilter(label=_("Status"), choices=SubTask.State.choices)
    due = PeriodFilter(label=_("Due"), field_name="due_at")

    class Meta:
        model = SubTask
        fields: list[str] = []

    def filter_queryset(self, queryset: SubTaskQuerySet) -> SubTaskQuerySet:
        """Show what is to be done unless something else was asked."""
        if not self.form.cleaned_data.get("scope"):
            queryset = queryset.addressed_to(self.request.user)
            if not self.form.cleaned_data.get("state"):
                queryset = queryset.open()
        found: SubTaskQuerySet = super().filter_queryset(queryset)
        return found

    def in_scope(self, queryset: SubTaskQuerySet, name: str, value: str) -> SubTaskQuerySet:
        """Keep what a tab stands for."""
        if value == "ended":
            return queryset.addressed_to(self.request.user).filter(state__in=ENDED)
        if value == "asked":
            return queryset.open().filter(complaint__unit__path__startswith=self.own_path)
        return queryset

    @property
    def own_path(self) -> str:
        """The place of the person's unit in the tree."""
        path: str = self.request.user.unit.path
        return path
