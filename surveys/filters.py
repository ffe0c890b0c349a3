"""What the list of surveys can be filtered by."""

import django_filters
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.models import FollowUp, Survey, SurveyKind
from surveys.models.pulse import FollowUpQuerySet
from surveys.models.survey import SurveyQuerySet

FOLLOWUPS_SHOWN = [("open", _("Not closed yet")), ("mine", _("Mine")), ("late", _("Late"))]


class FollowUpFilter(django_filters.FilterSet):
    """The filters of follow-ups."""

    show = django_filters.ChoiceFilter(label=_("Show"), choices=FOLLOWUPS_SHOWN, method="showing")
    outcome = django_filters.ChoiceFilter(label=_("How it ended"), choices=FollowUp.Outcome.choices)

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def showing(self, queryset: FollowUpQuerySet, name: str, value: str) -> FollowUpQuerySet:
        """Keep what is open, what the person owes, or what is late."""
        if value == "late":
            return queryset.open().filter(due_at__lt=Now())
        return (
            queryset.open().filter(owner=self.request.user) if value == "mine" else queryset.open()
        )


class SurveyFilter(django_filters.FilterSet):
    """The list's filters; archived surveys are left out unless asked for."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Type"), choices=SurveyKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("archived", _("Archived"))],
        method="in_state",
        empty_label=_("In use"),
    )

    class Meta:
        model = Survey
        fields: list[str] = []

    def search(self, queryset: SurveyQuerySet, name: str, value: str) -> SurveyQuerySet:
        """Find by code or title."""
        return queryset.filter(
            Q(title_th__icontains=value) | Q(title_en__icontains=value) | Q(code__icontains=value)
        )

    def in_state(self, queryset: SurveyQuerySet, name: str, value: str) -> SurveyQuerySet:
        """Show the archive."""
        return queryset.filter(archived_at__isnull=False)

    def filter_queryset(self, queryset: SurveyQuerySet) -> SurveyQuerySet:
        """Leave archived surveys out unless they were asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(archived_at=None)
        found: SurveyQuerySet = super().filter_queryset(queryset)
        return found
