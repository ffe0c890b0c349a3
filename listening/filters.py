"""What the inbox and the registers can be filtered by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agency.filters import PeriodFilter
from agency.models import Channel
from agency.provinces import province_choices
from listening.models import (
    Hearing,
    Insight,
    Kind,
    Label,
    Need,
    Occasion,
    RuleSet,
    Sentiment,
    Stakeholder,
    Stance,
    Status,
    Testimony,
    TextModel,
    TopicAlert,
    Urgency,
    Voice,
    Way,
)
from listening.models.voice import VoiceQuerySet
from listening.selectors.inbox import matching, options
from listening.selectors.slices import NO_TOPIC, below, of_topic, topics

SCOPES = [
    ("new", _("Not classified yet")),
    ("mine", _("Mine")),
    ("late", _("Late")),
    ("loop", _("Loop still open")),
    ("closed", _("Settled")),
    ("all", _("All, with those that follow others")),
]


class VoiceFilter(django_filters.FilterSet):
    """The inbox's filters; without one, open voices that follow no other. A search looks into all."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    scope = django_filters.ChoiceFilter(
        label=_("Show"), choices=SCOPES, method="in_scope", empty_label=_("All open")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    sentiment = django_filters.ChoiceFilter(label=_("Sentiment"), choices=Sentiment.choices)
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency.choices)
    topic = django_filters.ChoiceFilter(label=_("Topic"))
    channel = django_filters.ChoiceFilter(label=_("Channel"))
    mode = django_filters.ChoiceFilter(label=_("Who began"), choices=Channel.Mode.choices)
    service = django_filters.ChoiceFilter(label=_("Service"))
    segment = django_filters.ChoiceFilter(label=_("Segment"))
    unit = django_filters.ChoiceFilter(label=_("Unit"))
    province = django_filters.ChoiceFilter(label=_("Province"), choices=province_choices)
    received = PeriodFilter(label=_("Received"), field_name="received_at")

    class Meta:
        model = Voice
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in options(self.request.user).items():
            self.filters[name].extra["choices"] = choices

    def filter_queryset(self, queryset: VoiceQuerySet) -> VoiceQuerySet:
        """Leave settled voices out unless something asked for them."""
        asked = self.form.cleaned_data
        if not asked.get("scope") and not asked.get("q"):
            queryset = queryset.open().standing()
        found: VoiceQuerySet = super().filter_queryset(queryset)
        return found

    def search(self, queryset: VoiceQuerySet, name: str, value: str) -> VoiceQuerySet:
        """Find by number or by any part of a word."""
        return matching(queryset, value)

    def in_scope(self, queryset: VoiceQuerySet, name: str, value: str) -> VoiceQuerySet:
        """Keep what a tab stands for."""
        if value == "all":
            return queryset
        queryset = queryset.standing()
        if value == "closed":
            return queryset.exclude(status__in=Status.open())
        if value == "new":
            return queryset.filter(status=Status.NEW)
        if value == "mine":
            return queryset.open().of_officer(self.request.user)
        if value == "late":
            late = Q(status=Status.NEW, triage_due_at__lt=Now()) | Q(
                status__in=[Status.NEW, Status.TRIAGED], loop_due_at__lt=Now()
            )
            return queryset.filter(late)
        return queryset.filter(status__in=[Status.TRIAGED, Status.ANSWERED])


class BehindFilter(VoiceFilter):
    """The voices behind a figure: all of a slice, settled ones and those that follow others too."""

    scope = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(topics().names.items())
        self.filters["topic"].extra["choices"] = [*named, (NO_TOPIC, _("No topic yet"))]

    topic = django_filters.ChoiceFilter(label=_("Topic"), method="about")
    unit = django_filters.ChoiceFilter(label=_("Unit"), method="in_tree")

    def filter_queryset(self, queryset: VoiceQuerySet) -> VoiceQuerySet:
        """Leave nothing out that was not asked to be."""
        found: VoiceQuerySet = super(VoiceFilter, self).filter_queryset(queryset)
        return found

    def about(self, queryset: VoiceQuerySet, name: str, value: str) -> VoiceQuerySet:
        """Keep a topic, through all versions of the list."""
        return of_topic(queryset, value)

    def in_tree(self, queryset: VoiceQuerySet, name: str, value: str) -> VoiceQuerySet:
        """Keep a unit with those below it."""
        return below(queryset, int(value))


RISE_STATES = [("new", _("Not seen yet")), ("seen", _("Seen")), ("settled", _("Settled"))]


class RiseFilter(django_filters.FilterSet):
    """The filters of rises of topics."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=RISE_STATES, method="in_state", empty_label=_("All")
    )
    outcome = django_filters.ChoiceFilter(
        label=_("What came of it"), choices=TopicAlert.Outcome.choices
    )
    days = PeriodFilter(label=_("First day"), field_name="first_on")

    class Meta:
        model = TopicAlert
        fields: list[str] = []

    def in_state(
        self, queryset: QuerySet[TopicAlert], name: str, value: str
    ) -> QuerySet[TopicAlert]:
        """Keep those nobody looked at, those that wait for an outcome, or those settled."""
        if value == "settled":
            return queryset.exclude(settled_at=None)
        return queryset.filter(settled_at=None, seen_at__isnull=value == "new")


class OccasionFilter(django_filters.FilterSet):
    """The filters of outings."""

    kind = django_filters.ChoiceFilter(label=_("Type"), choices=Occasion.Kind.choices)
    held = PeriodFilter(label=_("Held"), field_name="held_on")

    class Meta:
        model = Occasion
        fields: list[str] = []


class NeedFilter(django_filters.FilterSet):
    """The filters of the register of needs; without one, those that stand."""

    q = django_filters.CharFilter(label=_("Search"), field_name="title", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Need.State.choices)
    kind = django_filters.ChoiceFilter(label=_("Type"), choices=Need.Kind.choices)
    segment = django_filters.ModelChoiceFilter(label=_("Segment"), queryset=None)
    due = django_filters.BooleanFilter(label=_("Review is due"), method="is_due")

    class Meta:
        model = Need
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["segment"].queryset = Need.segment.get_queryset()

    def is_due(self, queryset: QuerySet[Need], name: str, value: bool) -> QuerySet[Need]:
        """Keep those whose review is due, or not yet."""
        due = Q(review_on__lte=Now())
        return queryset.filter(due if value else ~due)


class StakeholderFilter(django_filters.FilterSet):
    """The filters of the register of stakeholders."""

    q = django_filters.CharFilter(label=_("Search"), field_name="name", lookup_expr="icontains")
    segment = django_filters.ModelChoiceFilter(label=_("Segment"), queryset=None)

    class Meta:
        model = Stakeholder
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["segment"].queryset = Stakeholder.segment.get_queryset()


class InsightFilter(django_filters.FilterSet):
    """The filters of insights."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=Insight.State.choices)

    class Meta:
        model = Insight
        fields: list[str] = []


class TextModelFilter(django_filters.FilterSet):
    """The filters of the models of text."""

    label = django_filters.ChoiceFilter(label=_("Field of a voice"), choices=Label.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=TextModel.State.choices)

    class Meta:
        model = TextModel
        fields: list[str] = []


# Hearings


class HearingFilter(django_filters.FilterSet):
    """Filters of hearings."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Hearing.State.choices)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="rules__kind", choices=RuleSet.Kind.choices
    )

    class Meta:
        model = Hearing
        fields: list[str] = []

    def search(self, queryset: QuerySet[Hearing], name: str, value: str) -> QuerySet[Hearing]:
        """Look into title, short link and project; an agency holds some hundred hearings."""
        found = Q(title_th__icontains=value) | Q(title_en__icontains=value)
        return queryset.filter(found | Q(code__icontains=value) | Q(project__icontains=value))


class TestimonyFilter(django_filters.FilterSet):
    """Filters of the views of one hearing."""

    q = django_filters.CharFilter(label=_("Search"), field_name="body", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Testimony.State.choices)
    stance = django_filters.ChoiceFilter(label=_("Side"), choices=Stance.choices)
    way = django_filters.ChoiceFilter(label=_("Way"), choices=Way.choices)
    late = django_filters.BooleanFilter(label=_("Came late"), field_name="is_late")
    appealed = django_filters.BooleanFilter(label=_("Second look asked for"), method="by_appeal")
    campaign = django_filters.NumberFilter(label=_("Same text as"), method="of_campaign")

    class Meta:
        model = Testimony
        fields: list[str] = []

    def by_appeal(
        self, queryset: QuerySet[Testimony], name: str, value: bool
    ) -> QuerySet[Testimony]:
        """Keep those whose writer still waits for a second look."""
        return queryset.filter(appeal__isnull=not value, appeal__decided_at=None)

    def of_campaign(
        self, queryset: QuerySet[Testimony], name: str, value: int
    ) -> QuerySet[Testimony]:
        """Keep one text with all who sent it."""
        return queryset.filter(Q(pk=value) | Q(campaign=value))
