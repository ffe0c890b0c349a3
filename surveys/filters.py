"""What the list of surveys can be filtered by."""

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.models import Acknowledgement, FollowUp, Invitation, Survey, SurveyKind, Wave
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


class WaveFilter(django_filters.FilterSet):
    """The filters of the list of waves."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Wave.State.choices)

    class Meta:
        model = Wave
        fields: list[str] = []

    def search(self, queryset: QuerySet[Wave], name: str, value: str) -> QuerySet[Wave]:
        """Find by short link, name or title."""
        return queryset.filter(
            Q(code__icontains=value)
            | Q(name_th__icontains=value)
            | Q(survey__title_th__icontains=value)
        )


class InvitationFilter(django_filters.FilterSet):
    """The filters of the invitations of a wave."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Invitation.State.choices)
    is_spent = django_filters.BooleanFilter(label=_("Answered"))

    class Meta:
        model = Invitation
        fields: list[str] = []

    def search(self, queryset: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        """Find by reference or address."""
        return queryset.filter(Q(reference__icontains=value) | Q(email__icontains=value))


class UnitResultFilter(django_filters.FilterSet):
    """The filters of results that units got."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    show = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("silent", _("Not acknowledged")), ("planned", _("Plan to be done"))],
        method="showing",
    )

    class Meta:
        model = Acknowledgement
        fields: list[str] = []

    def search(
        self, queryset: QuerySet[Acknowledgement], name: str, value: str
    ) -> QuerySet[Acknowledgement]:
        """Find by the unit's name."""
        return queryset.filter(
            Q(unit__name_th__icontains=value) | Q(unit__name_en__icontains=value)
        )

    def showing(
        self, queryset: QuerySet[Acknowledgement], name: str, value: str
    ) -> QuerySet[Acknowledgement]:
        """Keep what nobody acknowledged, or plans that are to be done."""
        if value == "silent":
            return queryset.filter(acknowledged_at=None)
        return queryset.filter(planned_at__isnull=False, done_at=None)
