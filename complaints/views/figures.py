"""Figures of complaints over time, by age, hour, topic, place and officer; each opens its cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency import jobs
from agency.charts import Bar, BarChart, Line, LineChart, Point, nice_top
from agency.listing import ListPage
from agency.models import Role
from agency.provinces import province_name
from agency.requests import StaffRequest
from agency.sheets import WRITERS
from agency.thai import format_month, local_day
from agency.tile_map import TileMap, tile_map
from complaints import tables
from complaints.filters.figures import figures_filter, weekday_choices
from complaints.forms.figures import FiguresForm
from complaints.models import Complaint
from complaints.selectors import desk, figures_kept
from complaints.selectors import figures as selectors
from complaints.selectors.figures import AgeBand, Asked, Figures, Load, Month, Topic
from complaints.selectors.times import times_left

MOST_PROVINCES = 20
WARMTHS = 5


@require_GET
def figures(request: StaffRequest) -> HttpResponse:
    """Show the figures of the cases that the person may see."""
    workers_only(request)
    at = timezone.now()
    today = local_day(at)
    form = FiguresForm(request.GET, staff=request.user, today=today)
    asked = form.asked
    found = figures_kept.figures(request.user, asked, at=at)
    links = Links(asked)
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "balance": balance(found),
        "over_time": over_time(found.months, links=links),
        "ages": age_chart(found, links=links),
        "hours": hours_of(found, links=links),
        "hour_heads": range(24),
        "topics": topic_chart(found, links=links),
        "provinces": province_chart(found, links=links),
        "places": province_map(found, links=links),
        "query": request.GET.urlencode(),
        "loads": load_chart(found, links=links),
        "busiest": busiest(found.received.by_hour),
    }
    return render(request, "complaints/figures.html", context)


@require_GET
@vary_on_headers("HX-Request")
def cases(request: StaffRequest) -> HttpResponse:
    """List the cases behind a mark that the queue has no filter for."""
    workers_only(request)
    at = timezone.now()
    page: ListPage[Complaint] = ListPage(
        request=request,
        page_name="complaints:figures_cases",
        queryset=desk.queue(request.user),
        filterset=figures_filter(at=at),
        columns=tables.QUEUE_COLUMNS,
        order="-received_at",
        empty_words=_("No case fits these filters."),
    )
    context = {
        "title": _("Cases behind a figure"),
        "page": page,
        "row_template": "complaints/_queue_row.html",
        "lefts": times_left(page.rows, at=at),
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"complaints/figures_cases.html{part}", context)


@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """Start writing all numbers of the page into a file; the job's page shows how far it is."""
    workers_only(request)
    kind = request.POST.get("kind", "")
    if kind not in WRITERS:
        raise Http404
    job = jobs.start(
        "export",
        title=_("Figures of complaints (%(kind)s)") % {"kind": kind.upper()},
        by=request.user,
        at=timezone.now(),
        task="complaints.export_figures",
        arguments={"kind": kind, "query": request.POST.get("query", "")[:1000]},
    )
    return redirect(job)


def workers_only(request: StaffRequest) -> None:
    """Refuse who does not work with cases."""
    if not request.user.has_role(Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR):
        raise PermissionDenied


class Links:
    """Addresses of the cases behind marks: in the queue where it has the filter, else in the list here."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.unit = {"unit": str(asked.unit)} if asked.unit else {}

    def queue(self, **filters: Any) -> str:
        """Return the address of the queue with filters; those of open cases need no more."""
        return f"{reverse('complaints:queue')}?{urlencode(self.unit | filters)}"

    def own(self, **filters: Any) -> str:
        """Return the address of the list with filters of its own."""
        return f"{reverse('complaints:figures_cases')}?{urlencode(self.unit | filters)}"

    def received(self, **filters: Any) -> str:
        """Return the address of the queue with what was received in the period."""
        span = between("received", self.asked.first_on, self.asked.last_on)
        return self.queue(scope="all", **span, **filters)


def between(name: str, first: date | None, last: date) -> dict[str, str]:
    """Return a period filter."""
    ends = {f"{name}_before": last.isoformat()}
    return ends | ({f"{name}_after": first.isoformat()} if first else {})


# Drawings


def over_time(months: Sequence[Month], *, links: Links) -> list[LineChart]:
    """Draw what came, was answered, was closed and stood open: four small charts, flows on one scale."""
    flows: dict[str, tuple[str, Callable[[tuple[date, date]], str]]] = {
        "received": (
            _("Received: %(count)s"),
            lambda span: links.queue(scope="all", **between("received", *span)),
        ),
        "answered": (
            _("Answered: %(count)s"),
            lambda span: links.own(**between("answered", *span)),
        ),
        "closed": (
            _("Closed: %(count)s"),
            lambda span: links.queue(scope="all", **between("closed", *span)),
        ),
    }
    told = [month for month in months if month.received is not None]
    most = max((getattr(month, name) for month in told for name in flows), default=0)
    drawn = [
        month_chart(
            months,
            name,
            title=title % {"count": f"{sum(getattr(month, name) for month in told):,}"},
            top=nice_top(most),
            url=url,
        )
        for name, (title, url) in flows.items()
    ]
    standing = told[-1].open if told else 0
    return [
        *drawn,
        month_chart(
            months,
            "open",
            title=_("Open at the end of the month, last: %(count)s") % {"count": f"{standing:,}"},
            top=None,
            url=lambda span: links.own(open_on=span[1].isoformat()),
        ),
    ]


def month_chart(
    months: Sequence[Month],
    name: str,
    *,
    title: str,
    top: float | None,
    url: Callable[[tuple[date, date]], str],
) -> LineChart:
    """Draw one number month by month."""
    points = [
        point(month, getattr(month, name), place=place, url=url(span_of(month)))
        for place, month in enumerate(months)
    ]
    return LineChart(
        title=title, lines=[Line(label=title, points=points)], unit=_("cases"), top=top
    )


def balance(found: Figures) -> str:
    """Say in a sentence whether as much was closed as came."""
    came = sum(month.received or 0 for month in found.months)
    went = sum(month.closed or 0 for month in found.months)
    text = (
        _("More came than was closed: %(came)s received, %(went)s closed")
        if came > went
        else _("As much was closed as came: %(came)s received, %(went)s closed")
    )
    return text % {"came": f"{came:,}", "went": f"{went:,}"}


def span_of(month: Month) -> tuple[date, date]:
    """Return the first and last day of a month."""
    return month.first_on, selectors.next_month(month.first_on) - timedelta(days=1)


def point(month: Month, value: int | None, *, place: int, url: str) -> Point:
    """Return a month's point; the first one and each January tell the year."""
    label = format_month(month.first_on, short=True)
    if place and month.first_on.month > 1:
        label = label.split(" ")[0]
    return Point(label=label, value=value, url=url if value else "")


def age_chart(found: Figures, *, links: Links) -> BarChart:
    """Draw the open cases by age."""
    oldest = found.ages[-1].count
    days = selectors.AGES[-1]
    return BarChart(
        title=_("%(open)s cases are open, %(oldest)s of them for more than %(days)s days")
        % {"open": f"{found.open_count:,}", "oldest": f"{oldest:,}", "days": days},
        bars=[age_bar(band, place, links=links) for place, band in enumerate(found.ages)],
        source=_("Open cases today by calendar days since receipt."),
        n=found.open_count,
    )


def age_bar(band: AgeBand, place: int, *, links: Links) -> Bar:
    """Return the bar of one band."""
    edges = (0, *selectors.AGES)
    low = edges[place] + (place > 0)
    if band.first_on is None:
        label = _("more than %(days)s days") % {"days": edges[place]}
    else:
        label = _("%(low)s–%(high)s days") % {"low": low, "high": edges[place + 1]}
    url = links.queue(**between("received", band.first_on, band.last_on))
    return Bar(
        label=label,
        value=band.count,
        words=with_overdue(band.count, band.overdue),
        url=url if band.count else "",
    )


def with_overdue(count: int, overdue: int) -> str:
    """Write a number of open cases, and how many of them are overdue."""
    if not overdue:
        return f"{count:,}"
    return _("%(count)s (%(overdue)s overdue)") % {"count": f"{count:,}", "overdue": f"{overdue:,}"}


def topic_chart(found: Figures, *, links: Links) -> BarChart | None:
    """Draw the categories with their parts."""
    if not found.topics:
        return None
    largest = found.topics[0]
    bars = [
        topic_bar(topic, depth=depth, links=links)
        for top in found.topics
        for topic, depth in [(top, 0), *((part, 1) for part in top.parts)]
    ]
    return BarChart(
        title=_("Most often: %(topic)s, %(count)s of %(n)s cases")
        % {
            "topic": largest.category,
            "count": f"{largest.count:,}",
            "n": f"{found.received.total:,}",
        },
        bars=bars,
        source=_(
            "Received in the period; an upper category counts its parts. Without a category: %(count)s."
        )
        % {"count": f"{found.without_topic:,}"},
        n=found.received.total,
    )


def topic_bar(topic: Topic, *, depth: int, links: Links) -> Bar:
    """Return the bar of a category."""
    return Bar(
        label=f"– {topic.category}" if depth else str(topic.category),
        value=topic.count,
        url=links.received(category=topic.category.pk),
        tone="muted" if depth else "",
    )


def province_chart(found: Figures, *, links: Links) -> BarChart | None:
    """Draw the provinces from which most came."""
    ranked = sorted(
        ((code, n) for code, n in found.received.by_province.items() if code),
        key=lambda pair: (-pair[1], pair[0]),
    )
    if not ranked:
        return None
    left_out = ranked[MOST_PROVINCES:]
    return BarChart(
        title=_("Most came from %(province)s: %(count)s cases")
        % {"province": province_name(ranked[0][0]), "count": f"{ranked[0][1]:,}"},
        bars=[
            Bar(label=province_name(code), value=n, url=links.received(province=code))
            for code, n in ranked[:MOST_PROVINCES]
        ],
        source=_(
            "Received in the period. Other provinces: %(others)s cases; province not stated: %(unknown)s."
        )
        % {
            "others": f"{sum(n for _code, n in left_out):,}",
            "unknown": f"{found.received.by_province.get('', 0):,}",
        },
        n=found.received.total,
    )


def province_map(found: Figures, *, links: Links) -> TileMap:
    """Draw all provinces as tiles, each opening its cases."""
    counts = {code: n for code, n in found.received.by_province.items() if code}
    told = sum(1 for n in counts.values() if n)
    return tile_map(
        counts,
        title=ngettext(
            "Cases came from %(count)s province", "Cases came from %(count)s provinces", told
        )
        % {"count": told},
        url=lambda code: links.received(province=code),
        source=_("Received in the period; numbers of cases, not in proportion to the inhabitants."),
        n=sum(counts.values()),
    )


def load_chart(found: Figures, *, links: Links) -> BarChart | None:
    """Draw who carries most open cases."""
    if not found.loads:
        return None
    carried = [load for load in found.loads if load.officer]
    title = (
        _("%(officer)s carries most: %(count)s open cases")
        % {"officer": carried[0].officer, "count": f"{carried[0].count:,}"}
        if carried
        else _("No open case has an officer yet")
    )
    source = _("Open cases today.")
    if found.officers_left_out:
        source += " " + _("%(count)s more officers carry fewer.") % {
            "count": found.officers_left_out
        }
    return BarChart(
        title=title,
        bars=[load_bar(load, links=links) for load in found.loads],
        source=source,
        n=found.open_count,
    )


def load_bar(load: Load, *, links: Links) -> Bar:
    """Return the bar of an officer, or of what nobody has."""
    if load.officer:
        label, url = (
            f"{load.officer} · {load.officer.unit.name}",
            links.queue(officer=load.officer.pk),
        )
    else:
        label, url = _("Without an officer"), links.queue(scope="unassigned")
    return Bar(
        label=label,
        value=load.count,
        words=with_overdue(load.count, load.overdue),
        url=url,
        tone="" if load.officer else "muted",
    )


# Weekday and hour


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One hour of a weekday: how many came, how warm it is drawn (0 to 5), and its cases."""

    hour: int
    count: int
    warmth: int
    url: str


def hours_of(found: Figures, *, links: Links) -> list[tuple[str, list[Cell]]]:
    """Return the rows of the heat map, Monday first."""
    counts = found.received.by_hour
    most = max(counts.values(), default=0)
    span = between("received", links.asked.first_on, links.asked.last_on)
    return [
        (
            name,
            [
                Cell(
                    hour=hour,
                    count=(count := counts.get((int(weekday), hour), 0)),
                    warmth=-(-WARMTHS * count // most) if most else 0,
                    url=links.own(weekday=weekday, hour=hour, **span) if count else "",
                )
                for hour in range(24)
            ],
        )
        for weekday, name in weekday_choices()
    ]


def busiest(counts: Mapping[tuple[int, int], int]) -> str:
    """Say when most came."""
    if not counts:
        return _("Nothing was received in this period")
    (weekday, hour), count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return _("Most came on %(weekday)s from %(hour)s.00 to %(hour)s.59: %(count)s cases") % {
        "weekday": dict(weekday_choices())[str(weekday)],
        "hour": f"{hour:02}",
        "count": f"{count:,}",
    }
