"""The prevention board: top causes, what comes again, what was done and whether it helped."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agency.charts import Bar, BarChart, Line, LineChart, Point
from agency.requests import StaffRequest
from agency.thai import format_month, local_day
from complaints import permissions
from complaints.forms.figures import BoardForm
from complaints.selectors import prevention as selectors
from complaints.selectors.figures import Asked
from complaints.selectors.prevention import CauseCount, Effect, RepeatMonth
from complaints.views.figures import Links, between, workers_only

MOST_CAUSES = 15


@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Show the board of the cases that the person may see."""
    workers_only(request)
    at = timezone.now()
    form = BoardForm(request.GET, staff=request.user, today=local_day(at))
    asked = form.asked
    links = Links(asked)
    causes = selectors.top_causes(request.user, asked)
    months = selectors.repeat_months(request.user, asked, at=at)
    context = {
        "form": form,
        "asked": asked,
        "causes": causes,
        "pareto": pareto(causes.counts, links=links),
        "cause_rows": [(each, cases_of_cause(each, links=links)) for each in causes.counts],
        "months_asked": len([first for first in asked.months if first <= local_day(at)]),
        "clusters": selectors.clusters(request.user, asked),
        "effects": [
            (each, verdict(each), tone(each))
            for each in selectors.effects(request.user, asked, at=at)
        ],
        "owed": selectors.actions_of(request.user, asked).unfinished().order_by("due_on")[:10],
        "repeats": repeat_chart(months, asked=asked),
        "can_plan": permissions.can_plan_action(request.user),
    }
    return render(request, "complaints/prevention.html", context)


def pareto(causes: Sequence[CauseCount], *, links: Links) -> BarChart | None:
    """Draw the causes with the share that each and those above it make up."""
    if not causes:
        return None
    vital = next(place for place, each in enumerate(causes, 1) if each.cumulated >= 0.8)
    return BarChart(
        title=_("%(vital)s of %(all)s causes bring 80 %% of the cases; most: %(cause)s")
        % {"vital": vital, "all": len(causes), "cause": causes[0].cause},
        bars=[
            Bar(
                label=str(each.cause),
                value=each.count,
                words=bar_words(each),
                url=cases_of_cause(each, links=links),
                running=each.cumulated,
                tone="" if place < vital else "muted",
            )
            for place, each in enumerate(causes[:MOST_CAUSES])
        ],
        source=_(
            "Cases received in the period whose cause was coded when they were closed. Line: the share of this cause and all above it, up to all of them."
        ),
        n=sum(each.count for each in causes),
    )


def bar_words(each: CauseCount) -> str:
    """Say how many cases, how many per 1,000 transactions where these are known, and the share so far."""
    told = {"count": f"{each.count:,}", "share": f"{each.cumulated * 100:.0f}"}
    if each.rate is None:
        return _("%(count)s, together %(share)s %%") % told
    words = _("%(count)s (%(rate)s per 1,000), together %(share)s %%")
    return words % {**told, "rate": f"{each.rate:.2f}"}


def cases_of_cause(each: CauseCount, *, links: Links) -> str:
    """Return the address of the cases behind a bar."""
    span = between("received", links.asked.first_on, links.asked.last_on)
    topic = {"category": links.asked.category} if links.asked.category else {}
    return links.own(cause=each.cause.pk, **span, **topic)


def repeat_chart(months: Sequence[RepeatMonth], *, asked: Asked) -> LineChart:
    """Draw the share of repeats month by month."""
    received = sum(month.received for month in months)
    again = sum(month.repeats for month in months)
    share = f"{again / received * 100:.1f}" if received else "0"
    title = _("%(share)s %% came again: the same topic within 90 days, or reopened") % {
        "share": share
    }
    points = [
        Point(
            label=format_month(month.first_on, short=True),
            value=round(month.repeats / month.received * 100, 1) if month.received else None,
            n=month.received,
        )
        for month in months
    ]
    return LineChart(
        title=title,
        lines=[Line(label=_("Repeats"), points=points)],
        unit="%",
        source=_("Repeats and cases reopened in the month ÷ received, as indicator 3.4-09."),
        n=received,
    )


def verdict(effect: Effect) -> str:
    """Say in a sentence whether the rate fell after the action."""
    if effect.ratio is None:
        if effect.days_after < selectors.SHORTEST.days:
            return _("Too early to tell: the causes of the last 60 days are not known yet")
        return _("Not enough cases to tell")
    ratio = effect.ratio
    if ratio.has_fallen:
        low, high = 1 - ratio.high, 1 - ratio.low
        text = _("Fell by %(change)s %%; with 95 %% confidence by %(low)s to %(high)s %%")
        return text % numbers(1 - ratio.ratio, low, high)
    if ratio.has_risen:
        text = _("Rose by %(change)s %%; with 95 %% confidence by %(low)s to %(high)s %%")
        return text % numbers(ratio.ratio - 1, ratio.low - 1, ratio.high - 1)
    text = _(
        "No change shown: %(change)s %%, with 95 %% confidence between %(low)s and %(high)s %%"
    )
    told = (ratio.ratio - 1, ratio.low - 1, ratio.high - 1)
    change, low_words, high_words = (f"{value * 100:+.0f}".replace("-", "−") for value in told)
    return text % {"change": change, "low": low_words, "high": high_words}


def numbers(change: float, low: float, high: float) -> dict[str, str]:
    """Write a change and its interval in percent."""
    told = {"change": change, "low": low, "high": high}
    return {name: f"{value * 100:.0f}" for name, value in told.items()}


def tone(effect: Effect) -> str:
    """Return how the verdict is drawn, beside its words."""
    if effect.ratio is None:
        return "paused"
    if effect.ratio.has_fallen:
        return "on-time"
    return "overdue" if effect.ratio.has_risen else "done"
