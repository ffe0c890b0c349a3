"""What the pages of the standards show: the table, one version and its history, a try, a preview on past cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.models import AuditEntry, Role, Staff, Unit
from agency.thai import BANGKOK
from complaints.models import Category, Complaint, DayUnit, Grade, Kind, Measure, Policy, Step
from complaints.selectors.ranking import ranked
from complaints.selectors.whatif import MEASURES, Question, Replay, Standard, replay
from complaints.sla import months_after

if TYPE_CHECKING:
    from complaints.models import Target

OPEN_CAP = 10_000
MOST_UNITS = 30


# Words


def days_words(days: int, unit: str) -> str:
    """Say a number of days as they are counted."""
    if unit == DayUnit.CALENDAR:
        return ngettext("%(days)s calendar day", "%(days)s calendar days", days) % {"days": days}
    return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}


def limit_words(target: Target) -> str:
    """Say a limit: 15 working days, the first day not counted."""
    first = _("first day counts") if target.is_first_day_counted else _("first day does not count")
    return f"{days_words(target.days, target.unit)} ({first})"


def when_words(offset: int) -> str:
    """Say when a step happens, from the limit."""
    if offset == 0:
        return _("on the day of the limit")
    words = (
        ngettext("%(days)s day before", "%(days)s days before", -offset)
        if offset < 0
        else ngettext("%(days)s day after", "%(days)s days after", offset)
    )
    return words % {"days": abs(offset)}


def scope_words(policy: Policy) -> str:
    """Say for which cases a standard is made."""
    parts = [
        policy.get_kind_display() if policy.kind else "",
        _("grade %(grade)s") % {"grade": policy.grade_id} if policy.grade_id else "",
        str(policy.category) if policy.category else "",
    ]
    return " · ".join(part for part in parts if part) or _("every case")


# The table


@dataclass(frozen=True, kw_only=True)
class Row:
    """A standard in the table: what it is for, its limits by measure, how many steps, its draft."""

    policy: Policy
    scope: str
    limits: Sequence[str]
    step_count: int
    draft: Policy | None


def whole() -> QuerySet[Policy]:
    """Return standards with all that a page shows of them."""
    return Policy.objects.select_related("grade", "category__parent", "made_by").prefetch_related(
        "targets__steps"
    )


def table() -> list[Row]:
    """Return the standards in force, the one that wins first, and after them drafts of new ones."""
    newest = Policy.objects.values("code").annotate(last=Max("version"))
    last = {row["code"]: row["last"] for row in newest}
    rows = list(whole().order_by("-priority", "code", "-version"))
    current = {policy.code: policy for policy in rows if policy.is_current}
    tops = {policy.code: policy for policy in rows if policy.version == last[policy.code]}
    shown = [*current.values(), *(tops[code] for code in tops if code not in current)]
    return [row_of(policy, top=tops[policy.code]) for policy in shown]


def row_of(policy: Policy, *, top: Policy) -> Row:
    """Return a line of the table."""
    by_measure = {target.measure: target for target in policy.targets.all()}
    return Row(
        policy=policy,
        scope=scope_words(policy),
        limits=[
            limit_words(by_measure[measure]) if measure in by_measure else "–"
            for measure in Measure.values
        ],
        step_count=sum(len(target.steps.all()) for target in by_measure.values()),
        draft=top if top != policy else None,
    )


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A line of the escalation matrix in words."""

    when: str
    who: str
    action: str


@dataclass(frozen=True, kw_only=True)
class LimitLines:
    """A limit of a version in words, with what happens around it."""

    label: str
    words: str
    steps: Sequence[StepLine]


def limits_in_words(policy: Policy) -> list[LimitLines]:
    """Return the limits of a version in their order, each with its steps by day."""
    by_measure = {target.measure: target for target in policy.targets.all()}
    return [
        LimitLines(
            label=str(measure.label),
            words=limit_words(by_measure[measure]),
            steps=[
                StepLine(
                    when=when_words(step.offset_days),
                    who=str(Role(step.role).label),
                    action=str(Step.Action(step.action).label),
                )
                for step in by_measure[measure].steps.all()
            ],
        )
        for measure in Measure
        if measure in by_measure
    ]


# History and differences


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that two versions say differently; empty where one says nothing."""

    what: str
    old: str
    new: str


def described(policy: Policy) -> dict[str, str]:
    """Return all that a version says, by what it speaks of."""
    said = {
        _("Name"): policy.name_th,
        _("Source"): policy.source,
        _("Applies to"): scope_words(policy),
        _("Priority"): str(policy.priority),
        _("Longest pause"): days_words(policy.max_pause_days, DayUnit.WORKING),
        _("Longest extension"): str(policy.max_extension_days),
        _("A second person looks at the answer"): _("yes") if policy.needs_review else _("no"),
        _("A cause is named at closing"): _("yes") if policy.needs_cause else _("no"),
    }
    for line in limits_in_words(policy):
        said[line.label] = line.words
        for step in line.steps:
            said[f"{line.label}: {step.when}, {step.who}"] = step.action
    return said


def differences(old: Policy, new: Policy) -> list[Difference]:
    """Return what a version says differently from another one."""
    before, after = described(old), described(new)
    return [
        Difference(what=what, old=before.get(what, ""), new=after.get(what, ""))
        for what in {**before, **after}
        if before.get(what, "") != after.get(what, "")
    ]


def versions_of(policy: Policy) -> list[Policy]:
    """Return all versions of a standard, the newest first."""
    return list(whole().filter(code=policy.code).order_by("-version"))


def history_of(versions: Sequence[Policy]) -> list[AuditEntry]:
    """Return what was done to the versions of a standard, newest first, with who did it."""
    content_type = ContentType.objects.get_for_model(Policy)
    pks = [policy.pk for policy in versions]
    entries = AuditEntry.objects.filter(content_type=content_type, object_id__in=pks)
    return list(entries.select_related("by").order_by("-at", "-pk")[:100])


def open_cases_of(code: str) -> int:
    """Count the open cases that go by a standard, up to a cap."""
    pks = list(Policy.objects.filter(code=code).values_list("pk", flat=True))
    return (
        Complaint.objects.open().filter(policy__in=pks).order_by().values("pk")[:OPEN_CAP].count()
    )


# Which one wins


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A standard that fits, and why it stands where it does."""

    policy: Policy
    why: str
    is_winner: bool


def tried(*, kind: str, grade: int | None, category: Category | None) -> list[Candidate]:
    """Return the standards in force that fit, the one that holds first, each with the reason."""
    fitting = ranked(whole().filter(is_current=True), kind=kind, grade=grade, category=category)
    return [
        Candidate(policy=policy, why=why(policy, before=fitting[:place]), is_winner=not place)
        for place, policy in enumerate(fitting)
    ]


def why(policy: Policy, *, before: Sequence[Policy]) -> str:
    """Say why a standard holds, or why the first one comes before it."""
    scope = _("Made for: %(scope)s; priority %(priority)s.") % {
        "scope": scope_words(policy),
        "priority": policy.priority,
    }
    if not before:
        return scope
    if before[0].priority != policy.priority:
        return f"{scope} " + _("A higher priority comes first.")
    return f"{scope} " + _(
        "Of the same priority, the one that says more, or is older, comes first."
    )


# Preview on past cases


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a standard would have meant for the cases of the last quarter that the person sees."""

    first_on: date
    last_on: date
    received: int
    falling: int
    lines: Sequence[PreviewLine]
    units: Sequence[UnitLine]


@dataclass(frozen=True, kw_only=True)
class PreviewLine:
    """Answers to one limit: late as it was, late as it would have been, days beyond it."""

    label: str
    limit: str
    found: Replay

    @property
    def before(self) -> str:
        """The share that was late."""
        return share(self.found.total.before, self.found.total.n)

    @property
    def after(self) -> str:
        """The share that would have been late."""
        return share(self.found.total.after, self.found.total.n)


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """The full answers of one unit, stage 1."""

    name: str
    n: int
    before: str
    after: str
    over_days: int


def share(part: int, whole_of: int) -> str:
    """Say a share in percent; of nothing, nothing."""
    return f"{100 * part / whole_of:.1f} %" if whole_of else "–"


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the last three whole months."""
    this_month = today.replace(day=1)
    return months_after(this_month, -3), this_month - timedelta(days=1)


def preview(
    staff: Staff, policy: Policy, limits: Mapping[str, Standard], *, at: datetime, today: date
) -> Preview:
    """Measure the cases of the last quarter that would have fallen under a standard by its limits.

    `policy` need not be stored as it is shown: what counts is kind, grade, category and priority.
    """
    first_on, last_on = last_quarter(today)
    combinations = counted(staff, first_on, last_on)
    falling = under(policy, combinations)
    where = condition(falling)
    lines = []
    for measure in MEASURES:
        if measure in limits and falling:
            question = Question(
                standard=limits[measure], first_on=first_on, last_on=last_on, among=where
            )
            found = replay(staff, question, at=at)
            words = days_words(limits[measure].days, limits[measure].unit)
            lines.append(PreviewLine(label=str(measure.label), limit=words, found=found))
    stage1 = str(Measure.STAGE1.label)
    return Preview(
        first_on=first_on,
        last_on=last_on,
        received=sum(combinations.values()),
        falling=sum(combinations[each] for each in falling),
        lines=lines,
        units=units_in(next((line.found for line in lines if line.label == stage1), Replay())),
    )


Combination = tuple[str, int | None, int | None]


def counted(staff: Staff, first_on: date, last_on: date) -> dict[Combination, int]:
    """Count the cases of a period by kind, grade and category."""
    since = datetime.combine(first_on, time.min, BANGKOK)
    until = datetime.combine(last_on + timedelta(days=1), time.min, BANGKOK)
    cases = Complaint.objects.visible_to(staff).filter(
        received_at__gte=since, received_at__lt=until
    )
    rows = cases.order_by().values_list("kind", "grade", "category").annotate(n=Count("pk"))
    return {(kind, grade, category): n for kind, grade, category, n in rows}


def under(policy: Policy, combinations: Mapping[Combination, int]) -> list[Combination]:
    """Return the combinations for which a standard would win, its own version in force left out."""
    others = list(Policy.objects.current().exclude(code=policy.code).order_by("pk"))
    topics = Category.objects.in_bulk([topic for _kind, _grade, topic in combinations if topic])
    rivals = [*others, policy]
    return [
        (kind, grade, topic)
        for kind, grade, topic in combinations
        if ranked(rivals, kind=kind, grade=grade, category=topics.get(topic))[:1] == [policy]
    ]


def condition(combinations: Sequence[Combination]) -> Q:
    """Return the condition that a case is of one of these kinds, grades and categories."""
    grouped: dict[tuple[str, int | None], list[int | None]] = defaultdict(list)
    for kind, grade, topic in combinations:
        grouped[kind, grade].append(topic)
    found = Q(pk=None)
    for (kind, grade), topics in grouped.items():
        named = Q(category__in=[topic for topic in topics if topic])
        none = Q(category=None) if None in topics else Q(pk=None)
        found |= Q(kind=kind, grade=grade) & (named | none)
    return found


def units_in(found: Replay) -> list[UnitLine]:
    """Return the answers of a replay by unit, where most would have been late first."""
    tallies = found.groups["unit"]
    names = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=tallies)}
    ordered = sorted(tallies.items(), key=lambda item: (-item[1].after, -item[1].n, item[0]))
    return [
        UnitLine(
            name=names.get(pk, str(pk)),
            n=tally.n,
            before=share(tally.before, tally.n),
            after=share(tally.after, tally.n),
            over_days=tally.over_days,
        )
        for pk, tally in ordered[:MOST_UNITS]
    ]


def standards_of(policy: Policy) -> dict[str, Standard]:
    """Return the limits of a stored version as questions to the past."""
    return {
        target.measure: Standard(
            measure=target.measure,
            days=target.days,
            unit=target.unit,
            is_first_day_counted=target.is_first_day_counted,
        )
        for target in policy.targets.all()
    }


def grades() -> QuerySet[Grade]:
    """Return the grades in their order."""
    return Grade.objects.order_by("number")


KINDS = Kind.choices
