"""The report as chapters of sentences, charts and tables: what page, PDF and XLSX all show.

One source for every format, so that screen and files can never tell different numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from agency.charts import Bar, BarChart, Line, LineChart, Point
from agency.models import Channel
from agency.thai import format_date, format_datetime, format_month
from pmqa.improvements.models import Improvement
from pmqa.indicators import periods
from pmqa.indicators.registry import (
    BY_ID,
    IMPROVING,
    INDICATORS,
    LISTENING,
    SATISFACTION,
    Indicator,
    Shape,
    find,
)
from pmqa.reports.block import FEW, Block, Figure, unit_words, written
from pmqa.reports.cells import (
    Cell,
    Chapter,
    Table,
    count_cell,
    filled,
    number,
    past_cell,
    text,
)
from pmqa.reports.codes import Place, code_of
from pmqa.reports.grid import grid_chapter
from pmqa.reports.models import Report, ReportPoint
from pmqa.reports.points.chapter import points_chapter
from pmqa.reports.results.chapter import results_chapter
from pmqa.reports.selectors import label, names_of, standing_points
from pmqa.reports.words import points_of
from surveys.selectors.report import topic_names

Links = Callable[[Figure], str]  # the address of the records behind a figure
MOST_BARS = 12  # in one chart; the table beside it holds all


def no_links(figure: Figure) -> str:
    """Link nothing: paper cannot."""
    return ""


@dataclass(frozen=True)
class Telling:
    """A report being told: its block, frozen names and links."""

    report: Report
    links: Links = no_links
    block: Block = field(init=False)
    names: Mapping[str, Mapping[str, str]] = field(init=False)
    points: Sequence[ReportPoint] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "block", Block(self.report.figures))
        object.__setattr__(self, "names", names_of(self.report))
        object.__setattr__(self, "points", standing_points(self.report))

    def code(self, figure: Figure) -> str:
        """Return the printed reference of a figure."""
        row = self.block.places[figure.id, figure.measure, figure.dimension, figure.key]
        return code_of(Place(report=self.report.pk, row=row))

    def key(self, figure: Figure) -> str:
        """Return what a figure is about in words."""
        return label(self.names, figure.dimension, figure.key)


def chapters_of(report: Report, *, links: Links = no_links) -> list[Chapter]:
    """Return every chapter of a report in the active language."""
    telling = Telling(report, links)
    makers = (
        summary,
        scope,
        corrections,
        voices,
        opinion,
        improved,
        volumes,
        timeliness,
        duration,
        results,
        ageing,
        rate,
        results72,
        self_assessment,
        decisions,
        dictionary,
        holidays,
        log,
    )
    return [make(telling) for make in makers]


# Cells


def value_cell(telling: Telling, figure: Figure | None, *, blank: float | None = None) -> Cell:
    """Return a figure's value, linked to its records; `blank` stands where there is no figure."""
    if figure is None:
        return number(blank)
    return number(
        figure.value,
        unit=figure.unit,
        url=telling.links(figure),
        code="" if figure.value is None else telling.code(figure),
    )


# Tables


def overview(telling: Telling, caption: str, figures: Iterable[Figure]) -> Table:
    """Set figures over all cases beside their past and target."""
    head = [
        _("Indicator"), _("Numerator"), _("Denominator"), _("Value"), _("Interval (95%)"),
        _("Last month"), _("Last year"), _("Fiscal year to date"), _("Target"),
    ]  # fmt: skip
    rows = [
        [
            text(f"{figure.id} {figure.name}"),
            count_cell(figure.numerator),
            count_cell(figure.denominator),
            value_cell(telling, figure),
            text(figure.interval_words or "–"),
            past_cell(figure.last_month, unit=figure.unit),
            past_cell(figure.last_year, unit=figure.unit),
            past_cell(figure.year_to_date, unit=figure.unit),
            number(figure.target, unit=figure.unit),
        ]
        for figure in figures
    ]
    return Table(caption=caption, head=head, rows=rows)


def share_table(telling: Telling, caption: str, figures: Sequence[Figure]) -> Table:
    """Break a share down by the keys of a dimension."""
    head = [_("Group"), _("Numerator"), _("Denominator (n)"), _("Value"), _("Interval (95%)")]
    rows = [
        [
            text(telling.key(figure)),
            count_cell(figure.numerator),
            count_cell(figure.denominator),
            value_cell(telling, figure),
            text(figure.interval_words or "–"),
        ]
        for figure in figures
    ]
    return Table(caption=caption, head=head, rows=rows)


def spread_table(
    telling: Telling,
    caption: str,
    *,
    indicator: str,
    dimension: str,
    columns: Mapping[str, str],
) -> Table:
    """Set several measures of an indicator side by side, one line per key."""
    found = [f for f in telling.block.rows(indicator, dimension=dimension) if f.measure in columns]
    keys = list(dict.fromkeys(figure.key for figure in found))
    by_place = {(figure.key, figure.measure): figure for figure in found}
    is_count = all(figure.definition.shape == Shape.COUNT for figure in found)
    blank = 0.0 if is_count else None
    rows = [
        [
            text(label(telling.names, dimension, key)),
            *(value_cell(telling, by_place.get((key, name)), blank=blank) for name in columns),
        ]
        for key in keys
    ]
    return Table(caption=caption, head=[_("Group"), *columns.values()], rows=rows)


def dimension_words() -> dict[str, str]:
    """Return the dimensions in words."""
    return {
        "kind": _("by kind"),
        "grade": _("by grade"),
        "category": _("by category"),
        "channel": _("by channel"),
        "unit": _("by unit"),
        "stage": _("by stage"),
        "outcome": _("by outcome"),
    }


# Charts


def trend_chart(telling: Telling, title: str, *figures: tuple[str, str, str]) -> LineChart:
    """Draw figures over the months; each is an indicator, a measure and a label."""
    first = telling.block.figure(figures[0][0], figures[0][1])
    unit = first.unit if first else "cases"
    lines = [
        Line(
            label=words,
            points=[
                trend_point(month, past, unit=unit)
                for month, past in telling.block.trend(indicator, measure)
            ],
        )
        for indicator, measure, words in figures
    ]
    target = first.target if first else None
    return LineChart(
        title=title,
        lines=lines,
        unit=unit_words(unit),
        target=target,
        target_words=_("Target %(target)s") % {"target": written(target, unit=unit)}
        if target is not None
        else "",
        top=100.0 if unit == "%" else None,
        source=source_words(telling),
    )


def trend_point(month: Any, past: Mapping[str, Any] | None, *, unit: str) -> Point:
    """Place a month."""
    value = past["value"] if past else None
    return Point(
        label=format_month(month, short=True),
        value=value,
        words=written(value, unit=unit),
        n=past["n"] if past else None,
    )


def bars_chart(
    telling: Telling, title: str, figures: Sequence[Figure], *, target: float | None = None
) -> BarChart:
    """Draw a figure by its keys, at most a dozen of them."""
    unit = figures[0].unit if figures else "cases"
    bars = [
        Bar(label=telling.key(figure) if figure.key else str(figure.definition.label), value=figure.value, words=figure.words,
            n=None if unit == "cases" else figure.n, low=figure.low, high=figure.high, url=telling.links(figure))
        for figure in figures[:MOST_BARS]
    ]  # fmt: skip
    return BarChart(
        title=title, bars=bars, unit=unit_words(unit), target=target,
        target_words=_("Target %(target)s") % {"target": written(target, unit=unit)} if target is not None else "",
        top=100.0 if unit == "%" else None, source=source_words(telling),
    )  # fmt: skip


def source_words(telling: Telling) -> str:
    """Say where a chart's figures come from."""
    return _("Source: complaints of the portal, as known on %(cutoff)s") % {
        "cutoff": format_datetime(telling.report.cutoff_at)
    }


def biggest(figures: Iterable[Figure]) -> list[Figure]:
    """Order figures by the number of cases behind them."""
    return sorted(figures, key=lambda figure: (-(figure.n or 0), figure.key))


# Chapters


def summary(telling: Telling) -> Chapter:
    """Write the executive summary: six figures, the sentences, points to decide."""
    return Chapter(
        name="summary",
        title=_("Executive summary"),
        sentences=telling.report.words["en" if get_language() == "en" else "th"],
        points=summary_points(telling),
        tables=[overview(telling, _("Headline figures"), telling.block.headline())],
    )


def summary_points(telling: Telling) -> list[str]:
    """Return the points to decide as they stand; by rule for a version that has none of its own."""
    if telling.report.carried is None:
        return points_of(telling.report.figures, names=telling.names)
    return [point.body for point in telling.points if point.kind == ReportPoint.Kind.DECISION]


def scope(telling: Telling) -> Chapter:
    """Say what counts, as known when."""
    report, block = telling.report, telling.block
    month = periods.month(block.month)
    facts = {
        "unit": label(telling.names, "unit", report.figures["unit"]),
        "first": format_date(month.first, long=True),
        "last": format_date(month.after - timedelta(days=1), long=True),
        "cutoff": format_datetime(report.cutoff_at, long=True),
        "calendar": report.figures["calendar_version"],
    }
    told = [
        _(
            "The report covers %(unit)s and the units below it, from %(first)s to %(last)s (Bangkok time)."
        )
        % facts,
        _(
            "Every figure is taken as known on %(cutoff)s. What was keyed, reopened or moved to another category later changes nothing here; it shows in later reports."
        )
        % facts,
        _(
            "Working days follow version %(calendar)s of the unit’s calendar. A case closed inside an extension does not count as in time. Cases whose limit had not come at the data cut-off are in no rate of timeliness."
        )
        % facts,
        _(
            "Intervals are Wilson 95% intervals. Changes are called significant only where a test at the 5% level finds them. Figures out of fewer than ten cases are read with care."
        ),
        _("Restricted cases count, but their records are open only to the persons named for them."),
        _(
            "The small reference under a figure, as in 12-45K, opens its records: type it at %(address)s."
        )
        % {"address": f"{settings.PORTAL_URL.rstrip('/')}{reverse('trace')}"},
    ]
    if not report.figures["is_whole_month"]:
        told.insert(
            0, _("The month was not over at the data cut-off: these figures are provisional.")
        )
    return Chapter(name="scope", title=_("Scope, definitions and data quality"), sentences=told)


def corrections(telling: Telling) -> Chapter:
    """Tell what became known of last month after its report was published."""
    found = telling.report.figures.get("corrections") or {}
    rows = found.get("rows", [])
    if not found:
        told = _("There is no published report of last month to compare with.")
    elif not rows:
        told = _("Nothing was keyed or corrected since last month’s report was published.")
    else:
        told = _(
            "These figures of %(month)s differ from version %(version)s as published, because cases were keyed or corrected after its cut-off on %(cutoff)s. The published report stays as it is."
        ) % {
            "month": format_month(periods.parse_month(found["month"])),
            "version": found["version"],
            "cutoff": format_datetime(datetime.fromisoformat(found["cutoff"])),
        }
    return Chapter(
        name="corrections",
        title=_("Corrections of last month"),
        sentences=[told],
        tables=filled([corrections_table(rows)]),
    )


def corrections_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Set what was published beside what is known now."""
    head = [_("Indicator"), _("As published"), _("As known now"), _("Difference")]
    lines = []
    for row in rows:
        measure = find(row["id"], row["measure"])
        if measure is None:
            continue
        both = row["before"], row["value"]
        gap = None if None in both else both[1] - both[0]
        lines.append(
            [
                text(f"{row['id']} {BY_ID[row['id']].name}: {row['key'] or measure.label}"),
                *(number(value, unit=measure.unit) for value in both),
                Cell(
                    text="–" if gap is None else f"{gap:+,.{0 if measure.unit == 'cases' else 1}f}",
                    value=gap,
                    is_number=True,
                ),
            ]
        )
    return Table(caption=_("Corrected figures"), head=head, rows=lines, widths=(5, 2, 2, 2))


def voices(telling: Telling) -> Chapter:
    """Tell what was heard (3.1): the figures over all, and where voices came from."""
    rows = [row for each in LISTENING for row in telling.block.rows(each.id, dimension="")]
    modes = {str(mode.value): mode.label for mode in Channel.Mode}
    channels = [
        [text(label(telling.names, "channel", row.key)), count_cell(row.n)]
        for row in telling.block.rows("3.1-01", dimension="channel")
    ]
    began = [
        [text(modes.get(row.key, row.key)), count_cell(row.n)]
        for row in telling.block.rows("3.1-01", dimension="mode")
    ]
    return Chapter(
        name="voices",
        title=_("Voices heard"),
        sentences=[
            _(
                "A voice counts at the unit and by the channel where it came in. Rates count what fell due in the month; what became a complaint is measured among the complaints."
            )
        ],
        tables=[
            overview(telling, _("Listening over all"), rows),
            *filled(
                [
                    Table(
                        caption=_("Voices by channel"),
                        head=[_("Channel"), _("Voices")],
                        rows=channels,
                        widths=(5, 2),
                    ),
                    Table(
                        caption=_("Voices by who began"),
                        head=[_("Who began"), _("Voices")],
                        rows=began,
                        widths=(5, 2),
                    ),
                    *heard_records(telling.report.figures.get("listening", {})),
                ]
            ),
        ],
    )


def improved(telling: Telling) -> Chapter:
    """Tell what was improved (3.3): the figures, where improvements come from, and the improvements that counted."""
    rows = [row for each in IMPROVING for row in telling.block.rows(each.id, dimension="")]
    sources = dict(Improvement.Source.choices)
    frozen = telling.report.figures.get("listening", {}).get("improvements", ())
    return Chapter(
        name="improved",
        title=_("Service innovation and improvement"),
        sentences=[
            _(
                "Started, completed and promised count in the month; acknowledgements and services in use are as they stood at its end. A day that passed stays missed, also when it was moved afterwards."
            )
        ],
        tables=filled(
            [
                overview(telling, _("Improvements over all"), rows),
                Table(
                    caption=_("Improvements started, by where they come from"),
                    head=[_("Where it comes from"), _("Improvements")],
                    rows=[
                        [text(sources.get(row.key, row.key)), count_cell(row.n)]
                        for row in telling.block.rows("3.3-01", dimension="source")
                    ],
                    widths=(5, 2),
                ),
                improved_table(frozen),
            ]
        ),
    )


def improved_table(frozen: Sequence[Mapping[str, Any]]) -> Table:
    """List the improvements behind the figures, by number and day."""
    sources, audiences = dict(Improvement.Source.choices), dict(Improvement.Audience.choices)
    days = ("made_at", "live_at", "finished_at")
    return Table(
        caption=_("Improvements that counted"),
        head=[
            *(_("Number"), _("Where it comes from"), _("For whom"), _("Started")),
            *(_("In use since"), pgettext("day of an improvement", "Completed")),
        ],
        rows=[
            [
                text(each["id"]),
                text(sources[each["source"]]),
                text(audiences[each["audience"]]),
                *(text(day_words(each[name])) for name in days),
            ]
            for each in frozen
        ],
        widths=(2, 4, 4, 3, 3, 3),
    )


def day_words(day: str) -> str:
    """Write a frozen day, a dash where there is none."""
    return format_date(date.fromisoformat(day)) if day else "–"


def heard_records(frozen: Mapping[str, Any]) -> list[Table]:
    """List the records behind 3.1-05 to 3.1-09, as frozen with the report."""
    return [
        Table(
            caption=_("Segments, fiscal year to date"),
            head=[_("Segment"), _("Voices"), _("Responses to surveys"), _("Heard enough")],
            rows=[
                [
                    text(in_language(each["name"])),
                    few_cell(each["voices"]),
                    few_cell(each["responses"]),
                    yes_cell(each["is_covered"]),
                ]
                for each in frozen.get("segments", ())
            ],
            widths=(5, 2, 2, 2),
        ),
        Table(
            caption=_("Emerging topics"),
            head=[_("Topic"), _("Month"), _("People who spoke"), _("Usually")],
            rows=[
                [
                    text(in_language(each["name"])),
                    text(format_month(date.fromisoformat(each["month"]))),
                    count_cell(each["people"]),
                    text(f"{each['expected']:.1f}"),
                ]
                for each in frozen.get("emerging", ())
            ],
            widths=(5, 2, 2, 2),
        ),
        Table(
            caption=_("Insights handed to an improvement"),
            head=[_("Insight"), _("Unit"), _("Handed over on")],
            rows=[
                [
                    text(each["title"]),
                    text(each["unit"]),
                    text(format_date(datetime.fromisoformat(each["handed_over_at"]))),
                ]
                for each in frozen.get("insights", ())
            ],
            widths=(6, 2, 2),
        ),
        Table(
            caption=_("Taking part in hearings"),
            head=[_("Hearing"), _("Views"), _("Speakers"), _("Openings of the notice")],
            rows=[
                [
                    text(each["hearing"]),
                    *(count_cell(each[name]) for name in ("views", "speakers", "openings")),
                ]
                for each in frozen.get("taking_part", ())
            ],
            widths=(5, 2, 2, 2),
        ),
        Table(
            caption=_("Hearings whose summary fell due"),
            head=[_("Hearing"), _("Due"), _("Notice"), _("Documents"), _("Summary")],
            rows=[
                [
                    text(each["hearing"]),
                    text(format_date(date.fromisoformat(each["summary_due_on"]))),
                    *(
                        kept_cell(each[name])
                        for name in ("is_noticed", "is_documented", "is_summarised")
                    ),
                ]
                for each in frozen.get("hearings", ())
            ],
            widths=(4, 2, 2, 2, 2),
        ),
    ]


def yes_cell(is_so: bool) -> Cell:
    """Return yes or no."""
    return text(_("Yes") if is_so else _("No"))


def kept_cell(is_kept: bool) -> Cell:
    """Return whether a limit was kept."""
    return text(_("In time") if is_kept else _("Late or missing"))


def few_cell(number: int) -> Cell:
    """Return a number of persons' records; a few are told as few, for the report is published."""
    return text(_("under %(least)s") % {"least": FEW}) if 0 < number < FEW else count_cell(number)


def opinion(telling: Telling) -> Chapter:
    """Tell what surveys said (3.2): the figures, the dimensions, the gaps, and the waves that counted."""
    frozen = telling.report.figures.get("surveys", {"waves": [], "followups": []})
    ids = [indicator.id for indicator in SATISFACTION]
    rows = [figure for each in ids for figure in telling.block.rows(each, dimension="")]
    segments = {code: label for wave in frozen["waves"] for code, label in wave["segments"].items()}
    told = [
        _("%(id)s %(name)s: no data source yet.") % {"id": figure.id, "name": figure.name}
        for figure in rows
        if not figure.n and not (figure.year_to_date or {}).get("n")
    ]
    return Chapter(
        name="opinion",
        title=_("Satisfaction and engagement"),
        sentences=[opinion_words(frozen["waves"]), *told],
        tables=[
            overview(telling, _("Satisfaction and engagement over all"), rows),
            *filled(
                [
                    said_table(telling, _("Satisfaction by dimension"), "3.2-04", topic_names()),
                    said_table(
                        telling,
                        _("Gap between best and worst segment"),
                        "3.2-08",
                        {
                            "unit": _("Unit"),
                            **{c: in_language(each) for c, each in segments.items()},
                        },
                    ),
                    wave_table(frozen["waves"]),
                ]
            ),
        ],
    )


def opinion_words(waves: Sequence[Mapping[str, Any]]) -> str:
    """Say whether a survey closed in the month."""
    if waves:
        return _(
            "Figures are weighted as each survey says, their intervals follow its design. A survey without a frame speaks of those who answered only. Fewer answers than the survey's limit are not told."
        )
    return _(
        "No survey closed in the month; figures of the fiscal year to date are those of the last survey that did."
    )


def said_table(telling: Telling, caption: str, indicator: str, names: Mapping[str, Any]) -> Table:
    """Break a figure of surveys down by its keys."""
    head = [_("Group"), _("Value"), _("Interval (95%)"), _("Answers (n)")]
    rows = [
        [
            text(names.get(figure.key, figure.key)),
            value_cell(telling, figure),
            text(figure.interval_words or "–"),
            count_cell(figure.n),
        ]
        for figure in telling.block.rows(indicator)
        if figure.dimension
    ]
    return Table(caption=caption, head=head, rows=rows, widths=(4, 2, 2, 2))


def waves_of(report: Report) -> Table:
    """List the surveys behind a report's figures of opinion."""
    return wave_table(report.figures.get("surveys", {"waves": []})["waves"])


def wave_table(waves: Sequence[Mapping[str, Any]]) -> Table:
    """List the surveys behind the figures, as frozen."""
    head = [_("Survey"), _("Closed"), _("Answers (n)"), _("Invited"), _("From a frame")]
    rows = [
        [
            text(in_language(wave["name"])),
            text(format_date(datetime.fromisoformat(wave["closed_at"]))),
            count_cell(wave["responses"]),
            count_cell(wave["invited"]),
            text(_("Yes") if wave["is_probability"] else _("No")),
        ]
        for wave in waves
    ]
    return Table(
        caption=_("Surveys that closed in the month"), head=head, rows=rows, widths=(5, 2, 2, 2, 2)
    )


def in_language(names: Mapping[str, str]) -> str:
    """Return a frozen name in the active language."""
    return names["en" if get_language() == "en" else "th"]


def volumes(telling: Telling) -> Chapter:
    """Tell what came, went and stayed."""
    columns = {
        "received": _("Complaints received"),
        "closed": _("Complaints closed"),
        "open": _("Open at the end of the month"),
    }
    tables = [
        spread_table(
            telling,
            _("Complaints %(dimension)s") % {"dimension": words},
            indicator="3.4-01",
            dimension=dimension,
            columns=columns,
        )
        for dimension, words in dimension_words().items()
        if dimension not in ("stage", "outcome")
    ]
    return Chapter(
        name="volumes",
        title=_("Complaints received, closed and open"),
        charts=[
            trend_chart(
                telling,
                _("Complaints received and closed in thirteen months"),
                ("3.4-01", "received", _("Complaints received")),
                ("3.4-01", "closed", _("Complaints closed")),
            ),
            bars_chart(
                telling,
                _("Complaints received by channel"),
                biggest(measured(telling, "3.4-01", "received", "channel")),
            ),
        ],
        tables=[
            overview(telling, _("Complaints over all"), telling.block.rows("3.4-01", dimension="")),
            *filled(tables),
        ],
    )


def measured(telling: Telling, indicator: str, measure: str, dimension: str) -> list[Figure]:
    """Return one measure by the keys of a dimension."""
    return [
        figure
        for figure in telling.block.rows(indicator, dimension=dimension)
        if figure.measure == measure
    ]


def timeliness(telling: Telling) -> Chapter:
    """Tell what was in time."""
    ids = ("3.4-02", "3.4-03", "3.4-04", "3.4-12")
    rows = [figure for indicator in ids for figure in telling.block.rows(indicator, dimension="")]
    stage1 = telling.block.figure("3.4-03", "share")
    tables = [
        share_table(telling, f"{name} {words}", measured(telling, indicator, "share", dimension))
        for indicator, name in (
            ("3.4-03", _("Stage 1 answered in time")),
            ("3.4-04", _("Stage 2 answered in time")),
        )
        for dimension, words in dimension_words().items()
        if (dimension in ("unit", "kind", "channel") and indicator == "3.4-03")
        or (dimension == "stage" and indicator == "3.4-04")
    ]
    return Chapter(
        name="timeliness",
        title=_("Timeliness"),
        charts=[
            trend_chart(
                telling,
                _("Stage 1 answered in time, thirteen months"),
                ("3.4-03", "share", _("In time")),
            ),
            bars_chart(
                telling,
                _("Stage 1 answered in time by unit"),
                biggest(measured(telling, "3.4-03", "share", "unit")),
                target=stage1.target if stage1 else None,
            ),
        ],
        tables=[overview(telling, _("Timeliness over all"), rows), *filled(tables)],
    )


def duration(telling: Telling) -> Chapter:
    """Tell how long the answers took."""
    columns = {"mean": _("Mean"), "median": _("Median"), "p90": _("90th percentile")}
    tables = [
        spread_table(
            telling,
            _("Working days %(dimension)s") % {"dimension": words},
            indicator="3.4-05",
            dimension=dimension,
            columns=columns,
        )
        for dimension, words in dimension_words().items()
        if dimension in ("stage", "kind", "grade", "unit")
    ]
    return Chapter(
        name="duration",
        title=_("Working days to the full answer"),
        charts=[
            trend_chart(
                telling,
                _("Median working days to the answer, thirteen months"),
                ("3.4-05", "median", _("Median")),
            )
        ],
        tables=[
            overview(
                telling, _("Working days over all"), telling.block.rows("3.4-05", dimension="")
            ),
            *filled(tables),
        ],
    )


def results(telling: Telling) -> Chapter:
    """Tell how cases ended, and what came back."""
    ids = ("3.4-06", "3.4-08", "3.4-09", "3.4-13", "3.4-15")
    rows = [figure for indicator in ids for figure in telling.block.rows(indicator, dimension="")]
    outcomes = telling.block.rows("3.4-07", dimension="outcome")
    return Chapter(
        name="results",
        title=_("Outcomes, extensions, repeats and learning"),
        charts=[bars_chart(telling, _("Outcomes of closed cases"), outcomes)] if outcomes else [],
        tables=filled(
            [
                overview(telling, _("Results over all"), rows),
                share_table(telling, _("Outcomes of closed cases"), outcomes),
            ]
        ),
    )


def ageing(telling: Telling) -> Chapter:
    """Tell what is open, how old, and what is overdue."""
    rows = telling.block.rows("3.4-10", dimension="")
    ages = [figure for figure in rows if figure.measure.startswith("age")]
    columns = {
        "overdue": _("Overdue"),
        "age_0_5": _("0–5 working days"),
        "age_6_15": _("6–15 working days"),
        "age_16_30": _("16–30 working days"),
        "age_over_30": _("Over 30 working days"),
    }
    return Chapter(
        name="ageing",
        title=_("Overdue and age of open cases"),
        charts=[bars_chart(telling, _("Open cases by working days since receipt"), ages)],
        tables=[
            overview(telling, _("Open cases over all"), rows),
            *filled(
                [
                    spread_table(
                        telling,
                        _("Open cases by unit"),
                        indicator="3.4-10",
                        dimension="unit",
                        columns=columns,
                    )
                ]
            ),
        ],
    )


def rate(telling: Telling) -> Chapter:
    """Tell complaints against transactions, and what has no source yet."""
    rows = [
        figure
        for indicator in ("3.4-14", "3.4-11")
        for figure in telling.block.rows(indicator, dimension="")
    ]
    missing = [indicator for indicator in INDICATORS if not indicator.is_measured]
    told = [
        _("%(id)s %(name)s: no data source yet.") % {"id": indicator.id, "name": indicator.name}
        for indicator in missing
    ]
    return Chapter(
        name="rate",
        title=_("Complaint rate and satisfaction"),
        sentences=told,
        tables=[overview(telling, _("Rate and satisfaction over all"), rows)],
    )


def decisions(telling: Telling) -> Chapter:
    """Tell what was decided, the problems with their actions, and what became of earlier ones."""
    return points_chapter(telling.report, telling.points)


def results72(telling: Telling) -> Chapter:
    """Tell the results of item 7.2 over three fiscal years."""
    return results_chapter(telling.report)


def self_assessment(telling: Telling) -> Chapter:
    """Tell the grid of the self-assessment as it stood at the cut-off."""
    return grid_chapter(telling.report)


def dictionary(telling: Telling) -> Chapter:
    """Define every indicator."""
    head = [_("Indicator"), _("Formula"), _("Better"), _("Source")]
    rows = [
        [text(f"{one.id} {one.name}"), text(one.formula), text(better_words(one)), text(one.source)]
        for one in INDICATORS
    ]
    return Chapter(
        name="dictionary",
        title=_("Annex: dictionary of indicators"),
        tables=[
            Table(
                caption=_("Indicators of category 3"),
                head=head,
                rows=rows,
                widths=(3, 5, 2, 3),
            )
        ],
    )


def better_words(indicator: Indicator) -> str:
    """Return which way is good."""
    words = {"higher": _("higher"), "lower": _("lower"), "neither": "–"}
    ways = dict.fromkeys(
        measure.better
        for measure in indicator.measures
        if measure.shape != Shape.COUNT or measure.better != "neither"
    )
    return ", ".join(words[way] for way in ways) or "–"


def holidays(telling: Telling) -> Chapter:
    """List the holidays by which working days were counted."""
    figures = telling.report.figures
    days = figures.get("holidays")
    version = {"version": figures["calendar_version"]}
    if days is None:
        told = _("This version was built before the holidays were part of the report.")
    elif not days:
        told = (
            _("Version %(version)s of the unit’s calendar has no holiday in the month.") % version
        )
    else:
        told = (
            _(
                "Working days of the month leave out these holidays of version %(version)s of the unit’s calendar, and the days of the week without working hours."
            )
            % version
        )
    rows = [
        [text(format_date(date.fromisoformat(each["day"]), weekday=True)), text(each["name"])]
        for each in days or ()
    ]
    return Chapter(
        name="holidays",
        title=_("Annex: holidays of the month"),
        sentences=[told],
        tables=filled(
            [
                Table(
                    caption=_("Holidays of the month"),
                    head=[_("Day"), _("Holiday")],
                    rows=rows,
                    widths=(2, 4),
                )
            ]
        ),
    )


def log(telling: Telling) -> Chapter:
    """Say how this version came about."""
    report = telling.report
    rows = [
        (_("Version"), report.version),
        (_("Data cut-off"), format_datetime(report.cutoff_at, long=True)),
        (_("Built at"), format_datetime(report.built_at, long=True)),
        (_("Built by"), report.built_by or _("The portal")),
        (_("Hash of the figures (SHA-256)"), report.sha256),
    ]
    return Chapter(
        name="log",
        title=_("Annex: generation log"),
        sentences=[
            _(
                "The list of cases behind the figures, without personal data, is in the spreadsheet and on the pages of the portal."
            )
        ],
        tables=[
            Table(
                caption=_("Generation log"),
                head=[_("Item"), _("Value")],
                widths=(1, 3),
                rows=[[text(name), text(value)] for name, value in rows],
            )
        ],
    )
