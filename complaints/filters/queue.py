"""What the queue and the review board can be filtered by."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agency.filters import PeriodFilter
from agency.models import Staff, Unit
from agency.models.unit import UnitQuerySet
from agency.provinces import province_choices
from agency.thai import BANGKOK, local_day
from complaints.models import AnswerReview, Category, Complaint, Escalation, Kind, Status, Watch
from complaints.models.complaint import ComplaintQuerySet
from complaints.models.escalation import EscalationQuerySet
from complaints.selectors.choices import Choices, options
from complaints.selectors.desk import matching

SCOPES = [
    ("mine", _("Mine")),
    ("unit", _("My unit")),
    ("unassigned", _("Without an officer")),
    ("followed", _("Cases I follow")),
    ("deputised", _("Of those I stand in for")),
    ("away", _("The officer is away")),
    ("escalated", _("Before the supervisor")),
    ("review", _("Waits for my review")),
    ("restricted", _("Restricted")),
    ("closed", _("Closed")),
    ("all", _("Open and closed")),
    ("held", _("Under legal hold")),
    ("archived", _("Archive")),
]
TIMINGS = [
    ("overdue", _("Overdue")),
    ("today", _("Due today")),
    ("week", _("Due within 7 days")),
]
ALL_OPEN = ("open", _("All open"))
STAGES = [("1", _("Stage 1")), ("2", _("Stage 2"))]


def looks_further(data: Mapping[str, Any]) -> bool:
    """Whether a search, or a filter that speaks of closed cases, asks for more than the open ones."""
    period = (data.get("closed_after"), data.get("closed_before"))
    return bool(data.get("q") or data.get("status") in Status.ended() or any(period))


class QueueFilter(django_filters.FilterSet):
    """The queue's filters. Open cases are shown unless something else is asked; a search looks into all."""

    at: datetime  # set by `queue_filter`

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        is_far = looks_further(asked)
        if is_far and not asked.get("scope"):
            asked["scope"] = "all"
        super().__init__(asked, *args, **kwargs)
        if is_far:
            offered = {"choices": [ALL_OPEN, *SCOPES], "empty_label": None}
            self.filters["scope"].extra.update(offered)
        offer(self, options(self.request.user))

    q = django_filters.CharFilter(label=_("Search"), method="search")
    scope = django_filters.ChoiceFilter(
        label=_("Show"), choices=SCOPES, method="in_scope", empty_label=ALL_OPEN[1]
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    timing = django_filters.ChoiceFilter(label=_("Time limit"), choices=TIMINGS, method="timed")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    grade = django_filters.ChoiceFilter(label=_("Grade"))
    category = django_filters.ChoiceFilter(label=_("Category"), method="of_topic")
    channel = django_filters.ChoiceFilter(label=_("Channel"))
    unit = django_filters.ChoiceFilter(label=_("Unit"), method="of_unit")
    officer = django_filters.ChoiceFilter(label=_("Officer"))
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=STAGES)
    province = django_filters.ChoiceFilter(label=_("Province"), choices=province_choices)
    received = PeriodFilter(label=_("Received"), field_name="received_at")
    due = PeriodFilter(label=_("Due"), field_name="due_at")
    closed = PeriodFilter(label=_("Closed"), field_name="closed_at")

    class Meta:
        model = Complaint
        fields: list[str] = []

    def filter_queryset(self, queryset: ComplaintQuerySet) -> ComplaintQuerySet:
        """Leave ended cases out unless something asked for them."""
        if not self.form.cleaned_data.get("scope"):
            queryset = queryset.open()
        found: ComplaintQuerySet = super().filter_queryset(queryset)
        return found

    def search(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Find by number or by any part of a word in the case and its thread."""
        return matching(queryset, value)

    def in_scope(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep what a tab stands for."""
        if value == "away":
            return of_absent(queryset, on=local_day(self.at))
        return scoped(queryset, scope=value, staff=self.request.user)

    def of_topic(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep the cases of a topic and of its parts."""
        topics = Category.objects.filter(Q(pk=value) | Q(parent=value))
        return queryset.filter(category__in=topics.order_by().values("pk"))

    def of_unit(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep the cases of a unit and of those below."""
        return queryset.filter(unit__in=units_under(value))

    def timed(self, queryset: ComplaintQuerySet, name: str, value: str) -> ComplaintQuerySet:
        """Keep what is overdue or comes due."""
        if value == "overdue":
            return queryset.overdue(self.at)
        last_day = self.at.astimezone(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
        until = last_day + timedelta(days=1 if value == "today" else 8)
        running = queryset.filter(closed_at=None, answered_at=None, paused_at=None)
        return running.filter(due_at__gte=self.at, due_at__lt=until)


def offer(filters: django_filters.FilterSet, offered: Mapping[str, Choices]) -> None:
    """Give the filters what can be chosen."""
    for name, choices in offered.items():
        filters.filters[name].extra["choices"] = choices


def units_under(pk: str) -> UnitQuerySet:
    """Return a unit and all below it: its id stands in their paths."""
    return Unit.objects.filter(path__contains=f"/{pk}/").order_by()


def scoped(queryset: ComplaintQuerySet, *, scope: str, staff: Staff) -> ComplaintQuerySet:
    """Keep the cases that a tab of the queue stands for."""
    if scope == "archived":
        return queryset.exclude(archived_at=None)
    if scope == "held":
        return queryset.exclude(legal_hold_at=None)
    queryset = queryset.in_use()
    if scope == "all":
        return queryset
    if scope == "closed":
        return queryset.exclude(closed_at=None)
    if scope == "followed":  # an ended case can be reopened: it is followed all the same
        return queryset.filter(pk__in=Watch.objects.filter(staff=staff).values("complaint"))
    queryset = queryset.open()
    waiting = Escalation.objects.waiting().filter(complaint=OuterRef("pk"))
    drafted = AnswerReview.objects.waiting().exclude(drafted_by=staff)
    keep: dict[str, Callable[[], ComplaintQuerySet]] = {
        "open": lambda: queryset,
        "mine": lambda: queryset.of_officer(staff),
        "deputised": lambda: queryset.filter(officer__in=[each.pk for each in staff.stands_in_for]),
        "unit": lambda: queryset.filter(unit=staff.unit_id),
        "unassigned": lambda: queryset.filter(officer=None),
        "restricted": lambda: queryset.filter(is_restricted=True),
        "escalated": lambda: queryset.filter(Exists(waiting)),
        "review": lambda: queryset.filter(Exists(drafted.filter(complaint=OuterRef("pk")))),
    }
    return keep[scope]()


def of_absent(queryset: ComplaintQuerySet, *, on: date) -> ComplaintQuerySet:
    """Keep the open cases of people who are on leave that day or do not work here any more."""
    away = Q(leave_from__lte=on, leave_until__gte=on) | Q(is_active=False)
    return queryset.open().filter(officer__in=Staff.objects.filter(away).values("pk"))


def queue_filter(*, at: datetime) -> type[QueueFilter]:
    """Return the queue's filters as of an instant: what is overdue depends on it."""
    return type("QueueFilterAt", (QueueFilter,), {"at": at})


class EscalationFilter(django_filters.FilterSet):
    """The review board's filters; without one, what waits for a decision."""

    state = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("decided", _("Decided")), ("all", _("Waiting and decided"))],
        method="in_state",
        empty_label=_("Waiting for review"),
    )
    why = django_filters.ChoiceFilter(label=_("Reason"), choices=Escalation.Why.choices)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="complaint__kind", choices=Kind.choices
    )
    unit = django_filters.ChoiceFilter(label=_("Unit"), method="of_unit")
    officer = django_filters.ChoiceFilter(label=_("Officer"), field_name="complaint__officer")
    raised = PeriodFilter(label=_("Since"), field_name="raised_at")

    class Meta:
        model = Escalation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, options(self.request.user, lists=("unit", "officer")))

    def of_unit(self, queryset: EscalationQuerySet, name: str, value: str) -> EscalationQuerySet:
        """Keep the cases of a unit and of those below."""
        return queryset.filter(complaint__unit__in=units_under(value))

    def filter_queryset(self, queryset: EscalationQuerySet) -> EscalationQuerySet:
        """Show what waits unless something else was asked."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.waiting()
        found: EscalationQuerySet = super().filter_queryset(queryset)
        return found

    def in_state(self, queryset: EscalationQuerySet, name: str, value: str) -> EscalationQuerySet:
        """Keep decided ones, or all."""
        return queryset.exclude(decided_at=None) if value == "decided" else queryset
