"""Analysis of voices (วิเคราะห์เสียง): topics over time, how voices sound, words in context; each figure opens its voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from agency.charts import Bar, BarChart, Line, LineChart, Point, write_number
from agency.listing import ListPage
from agency.requests import StaffRequest
from agency.thai import format_date, format_month, local_day
from listening import permissions, tables
from listening.filters import BehindFilter
from listening.forms.analysis import NAMES, AnalysisForm, MoodsForm, WordForm
from listening.models import Sentiment, Voice
from listening.selectors import contexts as contexts_selector
from listening.selectors import inbox
from listening.selectors.moods import Mood, Moods, moods
from listening.selectors.over_time import OverTime, Span, over_time
from listening.selectors.slices import NO_TOPIC, Slice, topics

PAGES = {
    "analysis": gettext_lazy("Topics over time"),
    "rising": gettext_lazy("Rising topics"),
    "analysis_moods": gettext_lazy("How voices sound"),
    "analysis_words": gettext_lazy("Words in context"),
}
MOST_LINES = 5
KEPT = ("period", "unit", "topic", "channel", "service", "segment")


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the analysis pages, with what is asked kept."""

    url: str
    label: Any
    is_current: bool


def readers_only(request: StaffRequest) -> None:
    """Refuse who does not work with voices."""
    if not permissions.can_read(request.user):
        raise PermissionDenied


def tabs_of(current: str, data: QueryDict) -> list[Tab]:
    """Return the pages; what was asked goes along."""
    kept = urlencode({name: str(data[name]) for name in KEPT if data.get(name)})
    return [
        Tab(
            url=reverse(f"listening:{name}") + (f"?{kept}" if kept else ""),
            label=label,
            is_current=name == current,
        )
        for name, label in PAGES.items()
    ]


class Links:
    """Addresses of the voices behind a figure."""

    def __init__(self, asked: Slice) -> None:
        self.asked = asked

    def voices(self, span: Span | None = None, **filters: str) -> str:
        """Return the address of the list with the filters of the slice and these."""
        ends = span or self.asked
        query = {
            "received_after": ends.first_on.isoformat(),
            "received_before": ends.last_on.isoformat(),
            **{name: getattr(self.asked, name) for name in KEPT[1:] if getattr(self.asked, name)},
            **filters,
        }
        return f"{reverse('listening:analysis_voices')}?{urlencode(query)}"


@require_GET
def topics_over_time(request: StaffRequest) -> HttpResponse:
    """Show how many voices each topic had, step by step."""
    readers_only(request)
    known = topics()
    form = AnalysisForm(
        request.GET, staff=request.user, today=local_day(timezone.now()), topics=known
    )
    asked = form.asked
    found = over_time(request.user, asked, topics=known)
    links = Links(asked)
    context = {
        "tabs": tabs_of("analysis", request.GET),
        "form": form,
        "asked": asked,
        "found": found,
        "sentence": said_of_topics(found),
        "chart": lines_of(found, links=links),
        "bars": bars_of(found, links=links),
        "heads": [(span_words(span, found.step), span) for span in found.spans],
        "rows": table_of(found, links=links),
    }
    return render(request, "listening/analysis/topics.html", context)


def topic_name(code: str, names: Mapping[str, str]) -> str:
    """Return how a topic reads."""
    return _("No topic yet") if code == NO_TOPIC else names.get(code, code)


def span_words(span: Span, step: str) -> str:
    """Return how a step reads under the chart."""
    if step == "month":
        return format_month(span.first_on, short=True)
    return format_date(span.first_on)


def said_of_topics(found: OverTime) -> str:
    """Say in one sentence what the voices were about."""
    named = [(code, count) for code, count in found.by_topic.most_common() if code != NO_TOPIC]
    if not named:
        return _("No voice of this period has a topic yet.")
    code, count = named[0]
    return _("Of %(total)s voices most were about “%(topic)s”: %(count)s (%(share)s %%).") % {
        "total": write_number(found.total),
        "topic": topic_name(code, found.names),
        "count": write_number(count),
        "share": write_number(round(100 * count / found.total, 1)),
    }


def lines_of(found: OverTime, *, links: Links) -> LineChart | None:
    """Return the most frequent topics as lines; none for a single step."""
    top = [code for code, _count in found.by_topic.most_common() if code != NO_TOPIC][:MOST_LINES]
    if not top or len(found.spans) < 2:
        return None
    lines = [
        Line(
            label=topic_name(code, found.names),
            points=[
                Point(
                    label=span_words(span, found.step),
                    value=count,
                    url=links.voices(span, topic=code),
                )
                for span, count in zip(found.spans, found.row(code), strict=True)
            ],
        )
        for code in top
    ]
    return LineChart(
        title=_("The most frequent topics over time"),
        lines=lines,
        unit=_("voices"),
        source=_("Voices by the day they came; the first and last step may be cut by the period."),
        n=found.total,
    )


def bars_of(found: OverTime, *, links: Links) -> BarChart | None:
    """Return all topics of the period as bars."""
    if not found.total:
        return None
    bars = [
        Bar(
            label=topic_name(code, found.names),
            value=count,
            url=links.voices(topic=code),
            tone="muted" if code == NO_TOPIC else "",
        )
        for code, count in sorted(
            found.by_topic.items(), key=lambda each: (each[0] == NO_TOPIC, -each[1])
        )
    ]
    return BarChart(
        title=_("Voices by topic in the whole period"),
        bars=bars,
        unit=_("voices"),
        source=_("Each bar opens its voices."),
        n=found.total,
    )


def table_of(found: OverTime, *, links: Links) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return each topic's counts with their addresses; a zero opens nothing."""
    return [
        (
            topic_name(code, found.names),
            [
                (count, links.voices(span, topic=code) if count else "")
                for span, count in zip(found.spans, found.row(code), strict=True)
            ],
        )
        for code, _count in found.by_topic.most_common()
    ]


@require_GET
def how_voices_sound(request: StaffRequest) -> HttpResponse:
    """Show sentiment by service, segment, place and more."""
    readers_only(request)
    known = topics()
    form = MoodsForm(request.GET, staff=request.user, today=local_day(timezone.now()), topics=known)
    asked, column = form.asked, form.column
    found = moods(request.user, asked, column=column, topics=known)
    links = Links(asked)
    context = {
        "tabs": tabs_of("analysis_moods", request.GET),
        "form": form,
        "asked": asked,
        "found": found,
        "sentence": said_of_moods(found, column=column),
        "chart": negative_chart(found, column=column, links=links),
        "rows": [mood_row(mood, column=column, links=links) for mood in found.cells],
        "column_name": NAMES[column],
    }
    return render(request, "listening/analysis/moods.html", context)


def said_of_moods(found: Moods, *, column: str) -> str:
    """Say in one sentence where voices sound most negative."""
    if not found.whole.n:
        return _("Nobody judged yet how the voices of this period sound.")
    words = {
        "share": percent_words(found.whole.share(Sentiment.NEGATIVE)),
        "n": write_number(found.whole.n),
    }
    if not found.cells:
        return _("%(share)s of %(n)s judged voices sound negative.") % words
    worst = found.cells[0]
    return _(
        "%(share)s of %(n)s judged voices sound negative; most of all at “%(name)s”: %(worst)s of %(of)s."
    ) % {
        **words,
        "name": worst.name,
        "worst": percent_words(worst.share(Sentiment.NEGATIVE)),
        "of": write_number(worst.n),
    }


def percent_words(share: float) -> str:
    """Write a share of 1 in per cent."""
    return f"{100 * share:.1f} %"


def negative_chart(found: Moods, *, column: str, links: Links) -> BarChart | None:
    """Return the share of negative voices by cell, with intervals."""
    if not found.cells:
        return None
    bars = []
    for mood in found.cells:
        low, high = mood.interval(Sentiment.NEGATIVE)
        share = mood.share(Sentiment.NEGATIVE)
        url = links.voices(None, sentiment=Sentiment.NEGATIVE, **{column: mood.key})
        bars.append(
            Bar(
                label=mood.name,
                value=100 * share,
                words=percent_words(share),
                low=100 * low,
                high=100 * high,
                n=mood.n,
                url=url,
            )
        )
    return BarChart(
        title=_("Share of voices that sound negative, with 95 % interval"),
        bars=bars,
        top=100,
        source=_("Voices whose sound an officer judged."),
        n=found.whole.n,
    )


def mood_row(mood: Mood, *, column: str, links: Links) -> dict[str, Any]:
    """Return a cell's line of the table."""
    low, high = mood.interval(Sentiment.NEGATIVE)
    return {
        "name": mood.name,
        "n": mood.n,
        "counts": [
            (
                mood.counts.get(value, 0),
                links.voices(None, sentiment=str(value), **{column: mood.key}),
            )
            for value in Sentiment.values
        ],
        "interval": f"{100 * low:.0f}–{100 * high:.0f} %",
    }


@require_GET
def words_in_context(request: StaffRequest) -> HttpResponse:
    """Show where a word stands, with what is before and after it."""
    readers_only(request)
    known = topics()
    form = WordForm(request.GET, staff=request.user, today=local_day(timezone.now()), topics=known)
    asked, word = form.asked, form.word
    found = contexts_selector.concordance(request.user, asked, word=word) if word else None
    context = {
        "tabs": tabs_of("analysis_words", request.GET),
        "form": form,
        "asked": asked,
        "found": found,
        "word": word,
        "cap": inbox.CANDIDATES,
        "most": contexts_selector.MOST_LINES,
        "all_url": Links(asked).voices(q=word),
    }
    return render(request, "listening/analysis/words.html", context)


@require_GET
@vary_on_headers("HX-Request")
def voices(request: StaffRequest) -> HttpResponse:
    """List the voices behind a figure."""
    readers_only(request)
    page: ListPage[Voice] = ListPage(
        request=request,
        page_name="listening:analysis_voices",
        queryset=inbox.inbox(request.user),
        filterset=BehindFilter,
        columns=tables.VOICE_COLUMNS,
        order="-received_at",
        empty_words=_("No voice fits these filters."),
    )
    context: dict[str, Any] = {
        "title": _("Voices behind a figure"),
        "page": page,
        "row_template": "listening/_voice_row.html",
        "lates": {},
    }
    part = "#rows" if request.htmx else ""
    return render(request, f"listening/plain_list.html{part}", context)
