"""Rising topics (หัวข้อที่เพิ่มผิดปกติ): the page of a day, the list of rises, and one of them with what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from agency.charts import Line, LineChart, Point
from agency.listing import ListPage
from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import format_date, local_day
from listening import permissions, tables
from listening.filters import RiseFilter
from listening.forms.rising import DayForm, SettleForm
from listening.lifecycle import alerting
from listening.models import TopicAlert
from listening.selectors import rising as selectors
from listening.selectors.slices import topics
from listening.text import trends
from listening.views.analysis import readers_only, tabs_of

SHOWN_OPEN = 10
SHOWN_VOICES = 10
BEFORE, AFTER = 28, 7  # days drawn around a rise


@require_GET
def rising(request: StaffRequest) -> HttpResponse:
    """Show each topic of a day against its own past."""
    readers_only(request)
    counted = selectors.last_counted_on()
    last = counted or local_day(timezone.now()) - timedelta(days=1)
    form = DayForm(request.GET, staff=request.user)
    day, unit = form.asked(last=last)
    counts = selectors.counts_of(unit, last=day)
    rows = selectors.judged(counts, day=day, topics=topics())
    still_open = selectors.alerts_of(request.user).filter(settled_at=None)
    context = {
        "tabs": tabs_of("rising", request.GET),
        "form": form,
        "day": day,
        "counted": counted,
        "rows": [(row, voices_url(row.code, unit, day, day)) for row in rows],
        "sentence": said(rows, day=day),
        "quiet": trends.false_alarms(counts, last=day),
        "record": selectors.record(request.user),
        "alerts": still_open.order_by("-first_on", "-pk")[:SHOWN_OPEN],
        "rule": {
            "days": trends.DAYS,
            "known": trends.FEWEST_DAYS,
            "fewest": trends.FEWEST,
            "level": trends.LEVEL,
            "template": trends.TEMPLATE,
        },
    }
    return render(request, "listening/analysis/rising.html", context)


def said(rows: list[selectors.Judged], *, day: date) -> str:
    """Say in one sentence what rose."""
    risen = [row for row in rows if row.is_alert]
    words: dict[str, Any] = {"day": format_date(day)}
    if not rows:
        return _("No topic was counted for %(day)s.") % words
    if not risen:
        return _("On %(day)s no topic was named by far more people than before.") % words
    first = risen[0]
    return _(
        "On %(day)s far more people than before spoke about “%(topic)s”: %(people)s, usually %(expected)s."
    ) % {
        **words,
        "topic": first.name,
        "people": first.people,
        "expected": f"{first.expected:.1f}",
    }


def voices_url(code: str, unit: int, first: date, last: date) -> str:
    """Return the address of the voices of a topic in some days."""
    query: dict[str, str | int] = {
        "received_after": first.isoformat(),
        "received_before": last.isoformat(),
        "topic": code,
        "unit": unit,
    }
    return f"{reverse('listening:analysis_voices')}?{urlencode(query)}"


@require_GET
@vary_on_headers("HX-Request")
def alerts(request: StaffRequest) -> HttpResponse:
    """List the rises."""
    readers_only(request)
    page: ListPage[TopicAlert] = ListPage(
        request=request,
        page_name="listening:alerts",
        queryset=selectors.alerts_of(request.user),
        filterset=RiseFilter,
        columns=tables.RISE_COLUMNS,
        order="-first_on",
        empty_words=_("No topic rose so far. The topics are looked at every night."),
    )
    context = {
        "title": _("Rises of topics"),
        "page": page,
        "row_template": "listening/_rise_row.html",
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/plain_list.html{part}", context)


@require_GET
def alert(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a rise, its days and voices, and what was done."""
    readers_only(request)
    found = get_object_or_404(selectors.alerts_of(request.user), pk=pk)
    return shown(request, found, SettleForm())


def shown(request: StaffRequest, found: TopicAlert, form: SettleForm) -> HttpResponse:
    """Render the page of a rise."""
    may_settle = permissions.can_settle_rise(request.user, found) and found.settled_at is None
    context = {
        "alert": found,
        "chart": days_chart(found, selectors.days_around(found, before=BEFORE, after=AFTER)),
        "voices": selectors.voices_behind(found)[:SHOWN_VOICES],
        "voices_url": voices_url(found.code, found.unit_id, found.first_on, found.last_on),
        "form": form if may_settle else None,
        "may_see": may_settle and found.seen_at is None,
        "history": selectors.history(found),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "listening/analysis/alert.html", context, status=status)


def days_chart(found: TopicAlert, counts: Mapping[date, int]) -> LineChart:
    """Return the people of the days around a rise."""
    points = [
        Point(
            label=format_date(day),
            value=count,
            url=voices_url(found.code, found.unit_id, day, day) if count else "",
        )
        for day, count in counts.items()
    ]
    return LineChart(
        title=_("People who spoke about it, day by day"),
        lines=[Line(label=str(found.topic), points=points)],
        unit=_("people"),
        target=found.expected,
        target_words=_("usual: mean of the 28 days before"),
        source=_("Distinct people, without tests and repeated texts."),
    )


@require_POST
def settle(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Take note of a rise, or write down what was done."""
    readers_only(request)
    found = get_object_or_404(selectors.alerts_of(request.user), pk=pk)
    if verb not in {"see", "settle"}:
        raise Http404
    if not permissions.can_settle_rise(request.user, found):
        raise PermissionDenied
    form = SettleForm(request.POST)
    if verb == "settle" and not form.is_valid():
        return shown(request, found, form)
    at = timezone.now()
    try:
        if verb == "see":
            alerting.see_rise(found, by=request.user, at=at)
        else:
            alerting.settle_rise(found, **form.arguments(), by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted.") if verb == "see" else _("Written down."))
    return redirect(found)
