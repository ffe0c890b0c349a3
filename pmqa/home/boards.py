"""What each role sees on the home page, gathered from the rooms; at most a dozen queries each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency import audit, health
from agency.charts import Line, LineChart, Point
from agency.models import AuditEntry, Job, Role, Staff
from agency.ruler import TimeLeft, Tone
from agency.thai import format_date, format_month, local_day
from complaints.selectors import desk, prevention, tally, times, work
from pmqa.alerts.selectors import unanswered_count
from pmqa.assessment import selectors as assessments

ESCALATIONS_SHOWN = 10
OFFICERS_SHOWN = 15
UNITS_SHOWN = 15
READS_SHOWN = 20
JOBS_SHOWN = 10
RECENT = timedelta(days=7)
READ_VERBS = ("revealed", "merged", "unmerged", "erased", "held", "attachment_read")

# The order in which the tabs stand; the first that the person has is open.
ROLES = (Role.SUPERVISOR, Role.OFFICER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMIN)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure with the list behind it."""

    label: Any
    value: str
    url: str = ""
    change: str = ""
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A case to act on, with how its clock stands."""

    case: Any
    left: TimeLeft


@dataclass(frozen=True, kw_only=True)
class Pile:
    """Cases that need the same thing; `url` opens all of them."""

    title: Any
    tasks: list[Task]
    url: str
    empty: Any = ""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A sentence that asks for attention, and where to look."""

    words: str
    url: str
    tone: Tone


def queue_url(**filters: Any) -> str:
    """Return the case queue, filtered."""
    return f"{reverse('complaints:queue')}?{urlencode(filters)}"


def roles_of(staff: Staff) -> list[str]:
    """Return the person's roles in the order of the tabs."""
    return [role for role in ROLES if staff.has_role(role)]


# Officer


def officer(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """What I must do now: answers that came, cases to accept, what is due next, what to close."""
    mine = work.my_work(staff, at)
    replied, to_accept = list(mine.replied), list(mine.to_accept)
    to_close, unassigned = list(mine.to_close), list(mine.unassigned)
    before = {case.pk for case in (*replied, *to_accept)}
    due = [case for case in mine.next_due if case.pk not in before]
    lefts = times.times_left([*replied, *to_accept, *due, *to_close, *unassigned], at=at)
    piles = [
        Pile(
            title=_("The complainant has replied"),
            tasks=tasks(replied, lefts),
            url=queue_url(scope="mine"),
        ),
        Pile(
            title=_("To be accepted"),
            tasks=tasks(to_accept, lefts),
            url=queue_url(scope="mine", status="assigned"),
        ),
        Pile(
            title=_("Next due"),
            tasks=tasks(due, lefts),
            url=queue_url(scope="mine"),
            empty=_("Nothing of yours is due. Look at what lies unassigned, or take in a case."),
        ),
        Pile(
            title=_("Answered, to be closed"),
            tasks=tasks(to_close, lefts),
            url=queue_url(scope="mine", status="answered"),
        ),
        Pile(
            title=_("Nobody has these yet"),
            tasks=tasks(unassigned, lefts),
            url=queue_url(scope="unassigned"),
        ),
    ]
    return {
        "piles": [pile for pile in piles if pile.tasks or pile.empty],
        "actions": action_piles(staff, at=at, of_team=False),
        "tiles": officer_tiles(mine),
    }


def tasks(cases: Iterable[Any], lefts: Mapping[int, TimeLeft]) -> list[Task]:
    """Put each case beside its clock."""
    return [Task(case=case, left=lefts[case.pk]) for case in cases]


def officer_tiles(mine: work.MyWork) -> list[Tile]:
    """The figures under the officer's list."""
    return [
        Tile(label=_("My open cases"), value=f"{mine.open_count:,}", url=queue_url(scope="mine")),
        Tile(
            label=_("Overdue"),
            value=f"{mine.overdue_count:,}",
            url=queue_url(scope="mine", timing="overdue"),
        ),
        Tile(
            label=_("Due within 2 days"), value=f"{mine.soon_count:,}", url=queue_url(scope="mine")
        ),
        Tile(
            label=_("Waiting for the complainant"),
            value=f"{mine.waiting_count:,}",
            url=queue_url(scope="mine", status="waiting"),
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A corrective action on a home page, and whether it comes due this week or is late."""

    action: Any
    is_late: bool
    is_soon: bool


@dataclass(frozen=True, kw_only=True)
class ActionPile:
    """Corrective actions that need the same thing; `url` opens all of them."""

    title: Any
    actions: list[Owed]
    url: str


def action_piles(staff: Staff, *, at: datetime, of_team: bool) -> list[ActionPile]:
    """Return the corrective actions that wait for somebody, late first; empty piles are left out."""
    found = prevention.owed_actions(staff, of_team=of_team)
    today, url = local_day(at), reverse("complaints:actions")
    piles = [
        (_("My corrective actions"), found.mine, f"{url}?show=mine"),
        (_("Corrective actions of others, not done yet"), found.others, f"{url}?show=owed"),
        (_("Corrective actions to be verified"), found.unverified, f"{url}?status=done"),
    ]
    return [
        ActionPile(title=title, actions=[owed(each, today=today) for each in actions], url=way)
        for title, actions, way in piles
        if actions
    ]


def owed(action: Any, *, today: date) -> Owed:
    """Put an action beside how its due date stands."""
    is_open = action.done_at is None
    is_late = is_open and action.due_on < today
    is_soon = is_open and not is_late and action.due_on <= today + RECENT
    return Owed(action=action, is_late=is_late, is_soon=is_soon)


# Supervisor


def supervisor(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """What escalated and waits for me, who carries how much, how old the open cases are."""
    waiting = work.waiting_escalations(staff).select_related(
        "complaint__unit", "complaint__officer"
    )
    escalations = list(waiting.order_by("raised_at", "pk")[: ESCALATIONS_SHOWN + 1])
    counts = tally.tally_of(staff, at=at, with_months=False)
    ages = work.ageing(counts)
    return {
        "escalations": escalations[:ESCALATIONS_SHOWN],
        "actions": action_piles(staff, at=at, of_team=True),
        "assessment": assessment_alerts(staff, at=at),
        "reviews": list(work.waiting_reviews(staff)[:ESCALATIONS_SHOWN]),
        "has_more_escalations": len(escalations) > ESCALATIONS_SHOWN,
        "loads": work.team_load(counts)[:OFFICERS_SHOWN],
        "as_of": counts.at,
        "bands": band_words(ages.bands),
        "ages": [
            {"unit": row.unit, "cells": heat(row.counts), "total": row.total}
            for row in sorted(ages.rows, key=lambda row: -row.total)[:UNITS_SHOWN]
        ],
    }


def band_words(bands: Iterable[int | None]) -> list[str]:
    """Say the age bands in words: up to 7 days, 8–14 days, …, over 60 days."""
    words, above = [], 0
    for limit in bands:
        if limit is None:
            words.append(_("over %(days)s days") % {"days": above})
        elif not above:
            words.append(_("up to %(days)s days") % {"days": limit})
        else:
            words.append(_("%(first)s–%(last)s days") % {"first": above + 1, "last": limit})
        above = limit or above
    return words


def heat(counts: Iterable[int]) -> list[dict[str, Any]]:
    """Give the older bands a warmer ground where there is something in them."""
    warmth = ("", "", "heat-1", "heat-2", "heat-3", "heat-3")
    return [
        {"count": count, "heat": warm if count else ""}
        for count, warm in zip(counts, warmth, strict=True)
    ]


# Executive


def executive(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """Six figures, twelve months, and what asks for attention."""
    counts = tally.tally_of(staff, at=at)
    figures = work.headline(staff, counts)
    months = work.trend(counts)
    return {
        "tiles": headline_tiles(figures),
        "alerts": [
            *alerts(figures),
            *indicator_alerts(staff),
            *assessment_alerts(staff, at=at),
        ],
        "chart": trend_chart(months, at=counts.at),
        "as_of": counts.at,
    }


def headline_tiles(figures: work.Headline) -> list[Tile]:
    """The six figures, this month beside the month before."""
    return [
        Tile(
            label=_("Received this month"),
            value=number(figures.received.value),
            url=queue_url(scope="all", sort="-received_at"),
            change=before_words(figures.received),
        ),
        Tile(
            label=_("Open now"), value=number(figures.open_count), url=reverse("complaints:queue")
        ),
        Tile(
            label=_("Overdue now"),
            value=number(figures.overdue_count),
            url=queue_url(timing="overdue"),
            tone=Tone.OVERDUE if figures.overdue_count else Tone.ON_TIME,
            change=_("needs attention") if figures.overdue_count else _("none"),
            icon="alert" if figures.overdue_count else "check",
        ),
        Tile(
            label=_("Answered in time this month"),
            value=number(figures.in_time_percent.value, unit="%"),
            url=queue_url(scope="closed", sort="-closed_at"),
            **movement(figures.in_time_percent, is_higher_better=True, unit="%"),
        ),
        Tile(
            label=_("Mean days to the answer"),
            value=number(figures.mean_days.value),
            url=queue_url(scope="closed", sort="-closed_at"),
            **movement(figures.mean_days, is_higher_better=False),
        ),
        Tile(
            label=_("Escalations waiting"),
            value=number(figures.escalations_waiting),
            url=reverse("complaints:escalations"),
        ),
    ]


def number(value: float | None, *, unit: str = "") -> str:
    """Write a figure, a dash when there is nothing to measure."""
    if value is None:
        return "–"
    return f"{value:,.0f}{unit}" if float(value).is_integer() else f"{value:,.1f}{unit}"


def before_words(figure: work.Figure, *, unit: str = "") -> str:
    """Say what the whole month before had."""
    if figure.before is None:
        return ""
    return _("last month %(value)s") % {"value": number(figure.before, unit=unit)}


def movement(figure: work.Figure, *, is_higher_better: bool, unit: str = "") -> dict[str, str]:
    """Say how a figure moved since the month before, with a sign and a tone, not by colour alone."""
    if figure.value is None or figure.before is None:
        return {"change": before_words(figure, unit=unit)}
    difference = round(figure.value - figure.before, 1)
    if not difference:
        return {"change": _("as last month"), "icon": "flat"}
    tone = Tone.ON_TIME if (difference > 0) == is_higher_better else Tone.OVERDUE
    return {
        "change": before_words(figure, unit=unit),
        "icon": "up" if difference > 0 else "down",
        "tone": tone,
    }


def alerts(figures: work.Headline) -> list[Alert]:
    """What an executive should look at, the gravest first; none is good news."""
    found = []
    if figures.overdue_count:
        words = _("%(count)s open cases are overdue.") % {"count": number(figures.overdue_count)}
        found.append(Alert(words=words, url=queue_url(timing="overdue"), tone=Tone.OVERDUE))
    if figures.escalations_waiting:
        words = _("%(count)s escalations wait for a decision.") % {
            "count": number(figures.escalations_waiting)
        }
        found.append(Alert(words=words, url=reverse("complaints:escalations"), tone=Tone.SOON))
    now, before = figures.in_time_percent.value, figures.in_time_percent.before
    if now is not None and before is not None and now < before - 5:
        words = _("Fewer answers are in time than last month: %(now)s after %(before)s.") % {
            "now": number(now, unit="%"),
            "before": number(before, unit="%"),
        }
        found.append(
            Alert(words=words, url=queue_url(scope="closed", sort="-closed_at"), tone=Tone.SOON)
        )
    return found


def assessment_alerts(staff: Staff, *, at: datetime) -> list[Alert]:
    """Steps of the plans of self-assessments that are late or come due."""
    owed = assessments.owed_steps(staff, today=local_day(at))
    found = []
    if owed.late_count:
        words = _("Self-assessment: %(count)s steps against gaps are late.")
        told = words % {"count": number(owed.late_count)}
        found.append(Alert(words=told, url=owed.first_url, tone=Tone.OVERDUE))
    if owed.soon_count:
        words = _("Self-assessment: %(count)s steps against gaps are due within two weeks.")
        told = words % {"count": number(owed.soon_count)}
        found.append(Alert(words=told, url=owed.first_url, tone=Tone.SOON))
    return found


def indicator_alerts(staff: Staff) -> list[Alert]:
    """Say how many alerts on indicators wait for an answer."""
    count = unanswered_count(staff)
    if not count:
        return []
    words = ngettext(
        "%(count)s alert on an indicator waits for an answer.",
        "%(count)s alerts on indicators wait for an answer.",
        count,
    ) % {"count": number(count)}
    return [Alert(words=words, url=f"{reverse('alerts:list')}?waiting=true", tone=Tone.SOON)]


def trend_chart(months: list[work.Month], *, at: datetime) -> LineChart:
    """Draw what came and what was answered; the title says which was more."""
    received = sum(month.received for month in months)
    answered = sum(month.answered for month in months)
    title = (
        _("Over twelve months as much was answered as came in, or more")
        if answered >= received
        else _("Over twelve months more came in than was answered")
    )
    return LineChart(
        title=title,
        lines=[
            Line(label=_("Received"), points=[point(month, month.received) for month in months]),
            Line(label=_("Answered"), points=[point(month, month.answered) for month in months]),
        ],
        source=_("As of %(day)s; the last month is not complete.") % {"day": format_date(at)},
        n=received,
    )


def point(month: work.Month, value: int) -> Point:
    """One month of a line."""
    return Point(label=format_month(month.month_on, short=True), value=value)


# Auditor and administrator


def auditor(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """Who looked at personal data lately, and in which cases the auditor may look further."""
    reads = (
        AuditEntry.objects.filter(verb__in=READ_VERBS, by__unit__path__startswith=staff.unit.path)
        .select_related("by__unit", "content_type")
        .order_by("-pk")[:READS_SHOWN]
    )
    entries = list(reads)
    cases = desk.queue(staff).in_bulk(
        {entry.object_id for entry in entries if entry.content_type.model == "complaint"}
    )
    return {
        "reads": [
            {
                "entry": entry,
                "verb": audit.words_of(entry.verb),
                "case": case_of(entry, cases=cases),
            }
            for entry in entries
        ]
    }


def case_of(entry: AuditEntry, *, cases: Mapping[int, Any]) -> Any:
    """Return the case an entry is about, if it is one and the person may see it."""
    return cases.get(entry.object_id) if entry.content_type.model == "complaint" else None


def admin(staff: Staff, *, at: datetime) -> dict[str, Any]:
    """Whether the scheduled work is done, what could not be sent, and which jobs failed."""
    missed = [watch for watch in health.watches(at=at) if watch.is_missed]
    jobs = Job.objects.filter(created_at__gte=at - RECENT).exclude(state=Job.State.DONE)
    return {
        "missed": missed,
        "queues": health.queues(at=at),
        "jobs": list(jobs.select_related("by").order_by("-pk")[:JOBS_SHOWN]),
    }


BOARDS: dict[str, Callable[..., dict[str, Any]]] = {
    Role.OFFICER: officer,
    Role.SUPERVISOR: supervisor,
    Role.EXECUTIVE: executive,
    Role.AUDITOR: auditor,
    Role.ADMIN: admin,
}
