"""What if another standard had held: the question, its answer in figures, the cases behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from agency.charts import Bar, BarChart
from agency.columns import Column, ColumnChart, Limit, columns_of
from agency.models import Unit
from agency.requests import StaffRequest
from agency.statistics import wilson
from agency.thai import format_date, local_day
from complaints.forms.whatif import PickForm, WhatIfForm, example
from complaints.models import Category, DayUnit, Grade, Kind, Measure
from complaints.selectors import whatif as selectors
from complaints.selectors.whatif import OwnLimit, Question, Replay, Tally

PICKS = ("late", "least", "most", "by", "key", "after")
FEW = 30  # below, the interval tells more than the share
MOST_BARS = 12
MOST_ROWS = 100
LINES = 2  # own limits drawn besides the new one


@dataclass(frozen=True, kw_only=True)
class Share:
    """A number of late answers out of some, with its share and interval, and the way to its cases."""

    count: int
    n: int
    url: str

    @property
    def words(self) -> str:
        """The share in percent."""
        return f"{100 * self.count / self.n:.1f} %"

    @property
    def interval(self) -> str:
        """The Wilson interval, 95 per cent."""
        low, high = wilson(self.count, self.n)
        return f"{100 * low:.1f}–{100 * high:.1f} %"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One key of a dimension: late as it was, late as it would have been, the days beyond."""

    name: str
    tally: Tally
    before: Share
    after: Share
    newly_url: str
    all_url: str

    @property
    def is_few(self) -> bool:
        """Whether there are too few answers to read the share by itself."""
        return self.tally.n < FEW


class Links:
    """Addresses of the cases behind figures: the question as it was asked, and what is picked."""

    def __init__(self, asked: QueryDict) -> None:
        self.asked = asked.copy()
        for name in PICKS:
            self.asked.pop(name, None)

    def to(self, **picks: str | int | None) -> str:
        """Return the address of a list."""
        query = self.asked.copy()
        query.update({name: str(value) for name, value in picks.items() if value is not None})
        return f"{reverse('complaints:whatif_cases')}?{query.urlencode()}"


@require_GET
def whatif(request: StaffRequest) -> HttpResponse:
    """Measure past answers against another standard; nothing is counted before something is asked."""
    leaders_only(request)
    at = timezone.now()
    today = local_day(at)
    form = WhatIfForm(request.GET or None, staff=request.user, today=today)
    context: dict[str, Any] = {"form": form, "example": example(today)}
    if form.is_bound and form.is_valid():
        found = selectors.replay(request.user, form.question, at=at)
        context |= told(found, form, links=Links(request.GET))
    return render(request, "complaints/whatif.html", context)


@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    """List the cases behind a figure of a what-if."""
    leaders_only(request)
    form = WhatIfForm(request.GET, staff=request.user, today=local_day(timezone.now()))
    picking = PickForm(request.GET)
    if not (form.is_valid() and picking.is_valid()):
        raise Http404
    after = picking.cleaned_data["after"] or 0
    page = selectors.behind(request.user, form.question, picking.pick, after=after)
    query = request.GET.copy()
    query.pop("after", None)
    first_query = query.urlencode()
    query["after"] = str(page.next_after)
    context = {
        "page": page,
        "title": picked_words(picking.cleaned_data["late"]),
        "question_words": question_words(form.question),
        "days_words": days_words(form.question.standard.unit),
        "is_first_page": not after,
        "first_query": first_query,
        "next_query": query.urlencode() if page.next_after else "",
        "back_query": Links(request.GET).asked.urlencode(),
    }
    return render(request, "complaints/whatif_cases.html", context)


def leaders_only(request: StaffRequest) -> None:
    """Refuse who does not lead: standards are weighed by supervisors and executives."""
    if not request.user.has_role("supervisor", "executive"):
        raise PermissionDenied


# The answer as the page shows it


def told(found: Replay, form: WhatIfForm, *, links: Links) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    question, total = form.question, found.total
    return {
        "found": found,
        "question_words": question_words(question),
        "finding": finding(found, question),
        "before": share(total.before, total, links, late="before"),
        "after": share(total.after, total, links, late="after"),
        "newly_url": links.to(late="newly"),
        "relieved_url": links.to(late="relieved"),
        "all_url": links.to(),
        "days_words": days_words(question.standard.unit),
        "own_words": own_words(found.own_limits),
        "is_few": total.n < FEW,
        "few": FEW,
        "most_rows": MOST_ROWS,
        "spread": spread_chart(found, question, links=links),
        "tables": tables(found, form, links=links),
    }


def share(count: int, tally: Tally, links: Links, **picks: str | int | None) -> Share:
    """Return a share of answers with the way to its cases."""
    return Share(count=count, n=tally.n, url=links.to(**picks))


def days_words(unit: str) -> str:
    """Name the days that are counted."""
    return _("calendar days") if unit == DayUnit.CALENDAR else _("working days")


def question_words(question: Question) -> str:
    """Say what was asked, for the head of the answer."""
    standard = question.standard
    first = (
        _("the first day counts")
        if standard.is_first_day_counted
        else _("the first day does not count")
    )
    basis = _("cases closed") if question.is_by_closing else _("cases received")
    return _(
        "%(measure)s within %(days)s %(unit)s (%(first)s); %(basis)s from %(since)s to %(until)s"
    ) % {
        "measure": Measure(standard.measure).label,
        "days": standard.days,
        "unit": days_words(standard.unit),
        "first": first,
        "basis": basis,
        "since": format_date(question.first_on),
        "until": format_date(question.last_on),
    }


def finding(found: Replay, question: Question) -> str:
    """Say in a sentence what the answer is."""
    total = found.total
    if not total.n:
        return _("No answered case of this period fits.")
    after = Share(count=total.after, n=total.n, url="")
    before = Share(count=total.before, n=total.n, url="")
    return _(
        "%(after)s of %(n)s answers (%(after_share)s) would have been late, instead of %(before)s (%(before_share)s)"
    ) % {
        "after": f"{total.after:,}",
        "n": f"{total.n:,}",
        "after_share": after.words,
        "before": f"{total.before:,}",
        "before_share": before.words,
    }


def own_words(limits: Sequence[OwnLimit]) -> str:
    """Name the limits that the cases had, the most frequent first."""
    shown = [
        _("%(days)s %(unit)s (%(count)s cases)")
        % {"days": limit.days, "unit": days_words(limit.unit), "count": f"{limit.n:,}"}
        for limit in limits[:5]
    ]
    return ", ".join(shown)


# The distribution


def spread_chart(found: Replay, question: Question, *, links: Links) -> ColumnChart:
    """Draw how many days the answers took, with the limit that was and the one that might be."""
    standard = question.standard
    old = old_limits(found, question)
    edges = sorted({standard.days, *old})
    columns = [
        Column(
            first=first,
            last=last,
            count=count,
            url=links.to(least=first, most=last),
            tone="" if last is not None and last <= standard.days else "overdue",
        )
        for first, last, count in columns_of(found.spread, edges=edges)
    ]
    new = Limit(
        after=standard.days, words=_("New: %(days)s") % {"days": standard.days}, is_new=True
    )
    lines = [
        Limit(after=place, words=before_words(place, days), row=row)
        for row, (place, days) in enumerate(old.items(), start=1)
    ]
    within = found.total.n - found.total.after
    return ColumnChart(
        title=ngettext(
            "%(within)s of %(n)s answers came within %(days)s day",
            "%(within)s of %(n)s answers came within %(days)s days",
            standard.days,
        )
        % {"within": f"{within:,}", "n": f"{found.total.n:,}", "days": standard.days},
        columns=columns,
        limits=[new, *lines],
        unit=days_words(standard.unit),
        label_head=_("Days taken"),
        count_head=_("Answers"),
        source=_(
            "Answers by %(days)s taken, pauses left out. Columns right of the new limit would have been late."
        )
        % {"days": days_words(standard.unit)},
        n=found.total.n,
    )


def before_words(place: int, days: int) -> str:
    """Name an old limit by its own days, and say why its mark stands a day beside them."""
    if place == days:
        return _("Before: %(days)s") % {"days": days}
    if place < days:
        return _("Before: %(days)s with the first day") % {"days": days}
    return _("Before: %(days)s without the first day") % {"days": days}


def old_limits(found: Replay, question: Question) -> dict[int, int]:
    """Return the limits to draw besides the new one: where they stand, counted as it counts the first day, and their days."""
    if question.compared_days is not None:
        return {question.compared_days: question.compared_days}
    standard = question.standard
    places = {
        limit.days + standard.is_first_day_counted - limit.is_first_day_counted: limit.days
        for limit in reversed(found.own_limits)  # of two at one place, the more frequent is named
        if limit.unit == standard.unit
    }
    drawn = sorted(place for place in places if place > 0)[:LINES]
    return {place: places[place] for place in drawn}


# By unit, category, grade, kind


@dataclass(frozen=True, kw_only=True)
class Table:
    """The answers by one dimension: a chart of the shares and a table of all figures."""

    title: str
    head: str
    chart: BarChart | None
    lines: Sequence[Line]
    left_out: int


def tables(found: Replay, form: WhatIfForm, *, links: Links) -> list[Table]:
    """Return the answers by unit, category, grade and kind."""
    heads = {
        "unit": (_("By unit"), _("Unit")),
        "category": (_("By category"), _("Category")),
        "grade": (_("By grade"), _("Grade")),
        "kind": (_("By kind"), _("Kind")),
    }
    names = names_of(found, form)
    made = []
    for dimension, (title, head) in heads.items():
        lines = lines_of(found.groups[dimension], dimension, names[dimension], links=links)
        chart = share_chart(lines, title=title) if dimension in ("unit", "category") else None
        shown = lines[:MOST_ROWS]
        made.append(
            Table(
                title=title, head=head, chart=chart, lines=shown, left_out=len(lines) - len(shown)
            )
        )
    return made


def lines_of(
    groups: Mapping[Any, Tally], dimension: str, names: Mapping[str, str], *, links: Links
) -> list[Line]:
    """Return the lines of a dimension, where most would have been late first."""
    ordered = sorted(groups.items(), key=lambda item: (-item[1].after, -item[1].n, str(item[0])))
    return [
        Line(
            name=names.get(str(key), str(key)) if key is not None else _("Not stated"),
            tally=tally,
            before=share(tally.before, tally, links, by=dimension, key=key, late="before"),
            after=share(tally.after, tally, links, by=dimension, key=key, late="after"),
            newly_url=links.to(by=dimension, key=key, late="newly"),
            all_url=links.to(by=dimension, key=key),
        )
        for key, tally in ordered
    ]


def share_chart(lines: Sequence[Line], *, title: str) -> BarChart | None:
    """Draw the shares that would have been late with their intervals."""
    if not lines:
        return None
    return BarChart(
        title=_("%(title)s: share that would have been late") % {"title": title},
        bars=[
            Bar(
                label=line.name,
                value=100 * line.after.count / line.after.n,
                words=line.after.words,
                n=line.tally.n,
                low=100 * wilson(line.after.count, line.after.n)[0],
                high=100 * wilson(line.after.count, line.after.n)[1],
                url=line.after.url,
                tone="muted" if line.is_few else "",
            )
            for line in lines[:MOST_BARS]
        ],
        top=100,
        source=_("Lines: 95 per cent interval (Wilson). Grey: fewer than %(few)s answers.")
        % {"few": FEW},
    )


def names_of(found: Replay, form: WhatIfForm) -> dict[str, dict[str, str]]:
    """Return the names of every key; what cannot be chosen any more is looked up."""
    names = {
        of: {key: str(name).strip() for key, name in choices} for of, choices in form.names.items()
    }
    names["kind"] = {key: str(label) for key, label in Kind.choices}
    known: dict[str, QuerySet[Any]] = {
        "unit": Unit.objects.all(),
        "category": Category.objects.all(),
        "grade": Grade.objects.all(),
    }
    for of, rows in known.items():
        missing = [key for key in found.groups[of] if key is not None and str(key) not in names[of]]
        if missing:
            names[of] |= {str(row.pk): str(row) for row in rows.filter(pk__in=missing)}
    return names


def picked_words(late: str) -> str:
    """Say which answers a list shows."""
    return {
        "before": _("Answers that were late"),
        "after": _("Answers that would have been late"),
        "newly": _("In time then, late under the new limit"),
        "relieved": _("Late then, in time under the new limit"),
    }.get(late, _("Answers of the period"))
