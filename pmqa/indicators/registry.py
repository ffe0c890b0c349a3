"""The dictionary of indicators: id, name, formula, unit, direction and where the figures come from.

Each measure names the counted columns of the case facts (`complaints.selectors.report.COUNTED`), so
that the figure, its interval and the list of records behind it come from one definition.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

CASE_DIMENSIONS = ("kind", "grade", "category", "channel", "unit")
CLOSING_DIMENSIONS = (*CASE_DIMENSIONS, "stage", "outcome")


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Shape(StrEnum):
    """How a value comes from its counts."""

    COUNT = "count"  # counted
    SHARE = "share"  # counted out of among, a part of it: Wilson interval
    RATIO = "ratio"  # counted against among, not a part of it: no interval
    MEAN = "mean"  # counted added up ÷ among
    DAYS = "days"  # working days to the answer
    RATE = "rate"  # counted per 1,000 transactions of the services
    CHANGE = "change"  # (same period last year − now) ÷ last year
    SURVEY = "survey"  # estimated from the answers of surveys (surveys.selectors.report)
    VOICES = "voices"  # counted among voices and improvements: Wilson where divided
    NONE = "none"  # no data source yet


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of an indicator."""

    name: str
    label: Any
    shape: Shape
    unit: str  # cases, %, working_days, per_1000, points, percent_points
    counted: str = ""
    among: str = ""
    dimensions: tuple[str, ...] = ()
    better: Better = Better.NEITHER

    @property
    def is_share(self) -> bool:
        """Whether it is a plain share with an interval."""
        return self.shape == Shape.SHARE


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """An indicator (ตัวชี้วัด) of category 3."""

    id: str
    name: Any
    formula: Any
    source: Any
    measures: tuple[Measure, ...]

    @property
    def is_measured(self) -> bool:
        """Whether the portal has data for it."""
        return any(measure.shape != Shape.NONE for measure in self.measures)


def count(
    name: str,
    label: Any,
    *,
    better: Better = Better.NEITHER,
    dimensions: tuple[str, ...] = CASE_DIMENSIONS,
) -> Measure:
    """Describe a number of cases."""
    return Measure(
        name=name,
        label=label,
        shape=Shape.COUNT,
        unit="cases",
        counted=name,
        better=better,
        dimensions=dimensions,
    )


def share(
    name: str,
    label: Any,
    *,
    counted: str,
    among: str,
    better: Better,
    dimensions: tuple[str, ...] = CASE_DIMENSIONS,
) -> Measure:
    """Describe a plain share in per cent."""
    return Measure(
        name=name,
        label=label,
        shape=Shape.SHARE,
        unit="%",
        counted=counted,
        among=among,
        better=better,
        dimensions=dimensions,
    )


def days(name: str, label: Any) -> Measure:
    """Describe a mean, median or percentile of working days."""
    return Measure(
        name=name,
        label=label,
        shape=Shape.DAYS,
        unit="working_days",
        counted="closed",
        better=Better.LOWER,
        dimensions=CLOSING_DIMENSIONS,
    )


def told(
    name: str,
    label: Any,
    *,
    unit: str = "%",
    better: Better = Better.HIGHER,
    dimensions: tuple[str, ...] = (),
) -> Measure:
    """Describe a figure estimated from surveys."""
    return Measure(
        name=name, label=label, shape=Shape.SURVEY, unit=unit, better=better, dimensions=dimensions
    )


SURVEYS = _("Surveys that closed in the period; where several did, the last one")
COMPLAINTS = _("Complaints of the portal")
CLOCKS = _("Clocks of the complaints, as stored when they stopped")

VOICES = _("Voices of all channels, at the unit where they came in")


def heard(name: str, label: Any, *, dimensions: tuple[str, ...] = ()) -> Measure:
    """Describe a figure counted among voices, insights and hearings: a number, or a part in per cent."""
    is_count = name in {"heard", "acted", "emerging", "respondents"}
    return Measure(
        name=name,
        label=label,
        shape=Shape.VOICES,
        unit="cases" if is_count else "%",
        better=Better.NEITHER if name in {"heard", "emerging"} else Better.HIGHER,
        dimensions=dimensions,
    )


LISTENING: tuple[Indicator, ...] = (
    Indicator(
        id="3.1-01",
        name=_("Voices received"),
        formula=_("Voices received in the month, by channel and by who began"),
        source=VOICES,
        measures=(heard("heard", _("Voices received"), dimensions=("channel", "mode")),),
    ),
    Indicator(
        id="3.1-02",
        name=_("Digital share of inbound voices"),
        formula=_("Voices by digital channels ÷ voices that came to us in the month"),
        source=VOICES,
        measures=(heard("share", _("By digital channels")),),
    ),
    Indicator(
        id="3.1-03",
        name=_("Voices classified within three working days"),
        formula=_(
            "Classified by the close of the third working day ÷ voices for which that came in the month"
        ),
        source=VOICES,
        measures=(heard("share", _("Within three working days")),),
    ),
    Indicator(
        id="3.1-04",
        name=_("Loops closed"),
        formula=_(
            "With a reply or an action by the close of the fifteenth working day ÷ voices for which that came in the month; complaints are measured apart"
        ),
        source=VOICES,
        measures=(heard("share", _("Reply or action in time")),),
    ),
    Indicator(
        id="3.1-05",
        name=_("Insights turned into actions"),
        formula=_("Approved insights that were handed to an improvement in the month"),
        source=_("Register of insights"),
        measures=(heard("acted", _("Insights handed to an improvement")),),
    ),
    Indicator(
        id="3.1-06",
        name=_("Segments heard enough"),
        formula=_(
            "Segments with at least 30 voices and survey responses together, fiscal year to date ÷ segments in use"
        ),
        source=_("Voices by segment; responses that name their segment"),
        measures=(heard("coverage", _("With at least 30 voices and responses")),),
    ),
    Indicator(
        id="3.1-07",
        name=_("Emerging topics"),
        formula=_(
            "Topics that at least 5 people named in a month, significantly more than in their own 12 months before (negative binomial, Holm’s adjustment over all topics, 5 %)"
        ),
        source=_("Voices with a topic; one person counts once a month and topic"),
        measures=(heard("emerging", _("Topics named far more than before")),),
    ),
    Indicator(
        id="3.1-08",
        name=_("Participation in hearings"),
        formula=_(
            "Views received and speakers heard in the month; views and sign-ups sent on the page ÷ openings of the notice"
        ),
        source=_("Public hearings; openings are counted by the day, without looking at who"),
        measures=(
            heard("respondents", _("Views and speakers")),
            heard("rate", _("Forms sent per 100 openings of the notice")),
        ),
    ),
    Indicator(
        id="3.1-09",
        name=_("Hearings that kept the rules of publication"),
        formula=_(
            "Notice, documents and summary all in time ÷ hearings whose summary fell due in the month"
        ),
        source=_("Public hearings, by the rule set of the day of the notice"),
        measures=(heard("share", _("All in time")),),
    ),
)

SATISFACTION: tuple[Indicator, ...] = (
    Indicator(
        id="3.2-01",
        name=_("Satisfaction, by the mean"),
        formula=_("Weighted mean of the overall answer 1–5 ÷ 5 × 100"),
        source=SURVEYS,
        measures=(told("percent", _("Mean ÷ 5 × 100")),),
    ),
    Indicator(
        id="3.2-02",
        name=_("Satisfied respondents"),
        formula=_("Weighted share of the overall answers 4 and 5, with its interval"),
        source=SURVEYS,
        measures=(told("share", _("Satisfied (4–5)")),),
    ),
    Indicator(
        id="3.2-03",
        name=_("Dissatisfied respondents"),
        formula=_("Weighted share of the overall answers 1 and 2"),
        source=SURVEYS,
        measures=(told("share", _("Dissatisfied (1–2)"), better=Better.LOWER),),
    ),
    Indicator(
        id="3.2-04",
        name=_("Satisfaction by dimension"),
        formula=_("Weighted mean 1–5 of each respondent’s answers on a dimension"),
        source=SURVEYS,
        measures=(told("mean", _("Mean"), unit="points", dimensions=("topic",)),),
    ),
    Indicator(
        id="3.2-05",
        name=_("Engagement index"),
        formula=_("Weighted mean of the items on engagement ÷ 5 × 100"),
        source=SURVEYS,
        measures=(told("index", _("Mean ÷ 5 × 100")),),
    ),
    Indicator(
        id="3.2-06",
        name=_("Response rate"),
        formula=_("Answered invitations ÷ invitations that arrived, of all surveys that closed"),
        source=_("Invitations of the surveys that closed in the period"),
        measures=(told("share", _("Answered")),),
    ),
    Indicator(
        id="3.2-07",
        name=_("Dissatisfied respondents followed up"),
        formula=_(
            "Follow-ups closed within ten working days ÷ follow-ups whose limit came in the period"
        ),
        source=_("Follow-ups of respondents who left a contact"),
        measures=(told("share", _("Within ten working days")),),
    ),
    Indicator(
        id="3.2-08",
        name=_("Gap between best and worst segment"),
        formula=_(
            "Widest difference of 3.2-01 between segments of at least 30 answers, by unit or by who answered"
        ),
        source=SURVEYS,
        measures=(
            told(
                "gap",
                _("Gap"),
                unit="percent_points",
                better=Better.LOWER,
                dimensions=("segment",),
            ),
        ),
    ),
)

HANDLING: tuple[Indicator, ...] = (
    Indicator(
        id="3.4-01",
        name=_("Complaints received, closed and open"),
        formula=_("Cases received in the month; cases closed in the month; cases open at its end"),
        source=COMPLAINTS,
        measures=(
            count("received", _("Complaints received")),
            count("closed", _("Complaints closed"), dimensions=CLOSING_DIMENSIONS),
            count("open", _("Open at the end of the month")),
        ),
    ),
    Indicator(
        id="3.4-02",
        name=_("Acknowledged within one working day"),
        formula=_(
            "Acknowledged within one working day ÷ acknowledgements that fell due in the month"
        ),
        source=CLOCKS,
        measures=(
            share(
                "share",
                _("Within one working day"),
                counted="acknowledged_in_1_day",
                among="acknowledge_due",
                better=Better.HIGHER,
            ),
            share(
                "within_standard",
                _("Within the standard of the case"),
                counted="acknowledged_in_time",
                among="acknowledge_due",
                better=Better.HIGHER,
            ),
        ),
    ),
    Indicator(
        id="3.4-03",
        name=_("Stage 1 answered in time"),
        formula=_(
            "Answered within the standard, extensions not counted ÷ closed at stage 1 in the month"
        ),
        source=CLOCKS,
        measures=(
            share(
                "share",
                _("In time"),
                counted="in_time_stage1",
                among="closed_stage1",
                better=Better.HIGHER,
                dimensions=CLOSING_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-04",
        name=_("Stage 2 answered in time"),
        formula=_(
            "Answered within the standard, extensions not counted ÷ closed at stage 2 in the month; direct and escalated apart"
        ),
        source=CLOCKS,
        measures=(
            share(
                "share",
                _("In time"),
                counted="in_time_stage2",
                among="closed_stage2",
                better=Better.HIGHER,
                dimensions=CLOSING_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-05",
        name=_("Working days to the full answer"),
        formula=_(
            "Working days after deemed receipt (stage 2: after escalation) until the full answer, pauses left out, of cases closed in the month"
        ),
        source=CLOCKS,
        measures=(
            days("mean", _("Mean")),
            days("median", _("Median")),
            days("p90", _("90th percentile")),
        ),
    ),
    Indicator(
        id="3.4-06",
        name=_("Cases with an extension"),
        formula=_("Closed cases whose limit was extended ÷ closed in the month"),
        source=CLOCKS,
        measures=(
            share(
                "share",
                _("Extended"),
                counted="extended",
                among="closed",
                better=Better.LOWER,
                dimensions=CLOSING_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-07",
        name=_("Outcomes"),
        formula=_("Closed cases of each outcome ÷ closed in the month"),
        source=COMPLAINTS,
        measures=(
            Measure(
                name="share",
                label=_("Share of closed cases"),
                shape=Shape.SHARE,
                unit="%",
                counted="closed",
                among="closed",
                dimensions=("outcome",),
            ),
        ),
    ),
    Indicator(
        id="3.4-08",
        name=_("Escalated from stage 1 to stage 2"),
        formula=_(
            "Cases that went from stage 1 to stage 2 in the month ÷ closed at stage 1 in the month"
        ),
        source=CLOCKS,
        measures=(
            Measure(
                name="rate",
                label=_("Escalated"),
                shape=Shape.RATIO,
                unit="%",
                counted="escalated",
                among="closed_stage1",
                better=Better.LOWER,
                dimensions=CASE_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-09",
        name=_("Repeated complaints"),
        formula=_(
            "Received in the month from the same person on the same topic at most 90 days after a close, or reopened in the month ÷ received in the month"
        ),
        source=COMPLAINTS,
        measures=(
            Measure(
                name="rate",
                label=_("Repeated or reopened"),
                shape=Shape.RATIO,
                unit="%",
                counted="repeat_or_reopened",
                among="received",
                better=Better.LOWER,
                dimensions=CASE_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-10",
        name=_("Overdue and age of open cases"),
        formula=_(
            "Open cases at the end of the month past their limit, and by working days since deemed receipt"
        ),
        source=CLOCKS,
        measures=(
            count("overdue", _("Overdue"), better=Better.LOWER),
            share(
                "overdue_share",
                _("Overdue share of open cases"),
                counted="overdue",
                among="open",
                better=Better.LOWER,
            ),
            count("age_0_5", _("0–5 working days")),
            count("age_6_15", _("6–15 working days")),
            count("age_16_30", _("16–30 working days")),
            count("age_over_30", _("Over 30 working days"), better=Better.LOWER),
        ),
    ),
    Indicator(
        id="3.4-11",
        name=_("Satisfaction with the handling"),
        formula=_(
            "Mean of the ratings 1–5, and ratings 4 and 5 ÷ all ratings, of answers first rated in the month"
        ),
        source=_("Ratings by the complainants after the answer; only those who rate are counted"),
        measures=(
            Measure(
                name="mean",
                label=_("Mean"),
                shape=Shape.MEAN,
                unit="points",
                counted="rating_sum",
                among="rated",
                better=Better.HIGHER,
                dimensions=CASE_DIMENSIONS,
            ),
            share(
                "top2",
                _("Satisfied"),
                counted="rating_top2",
                among="rated",
                better=Better.HIGHER,
            ),
        ),
    ),
    Indicator(
        id="3.4-12",
        name=_("Progress told in time"),
        formula=_("Progress letters or answers sent in time ÷ those that fell due in the month"),
        source=CLOCKS,
        measures=(
            share(
                "share",
                _("In time"),
                counted="progress_in_time",
                among="progress_due",
                better=Better.HIGHER,
            ),
        ),
    ),
    Indicator(
        id="3.4-13",
        name=_("Root cause and learning recorded"),
        formula=_(
            "Closed with the cause, coded or in words, and the learning ÷ closed as upheld, partly upheld or resolved"
        ),
        source=COMPLAINTS,
        measures=(
            share(
                "share",
                _("Recorded"),
                counted="learned",
                among="learnable",
                better=Better.HIGHER,
                dimensions=CLOSING_DIMENSIONS,
            ),
        ),
    ),
    Indicator(
        id="3.4-14",
        name=_("Complaint rate and its change"),
        formula=_(
            "Complaints received per 1,000 transactions of the services; (same period last year − now) ÷ last year"
        ),
        source=_("Complaints of the portal and monthly figures of the services"),
        measures=(
            Measure(
                name="per_1000",
                label=_("Complaints per 1,000 transactions"),
                shape=Shape.RATE,
                unit="per_1000",
                counted="received",
                better=Better.LOWER,
            ),
            Measure(
                name="change",
                label=_("Fall of the rate since last year"),
                shape=Shape.CHANGE,
                unit="%",
                counted="received",
                better=Better.HIGHER,
            ),
            Measure(
                name="change_count",
                label=_("Fall of the number since last year"),
                shape=Shape.CHANGE,
                unit="%",
                counted="received",
                better=Better.HIGHER,
            ),
        ),
    ),
    Indicator(
        id="3.4-15",
        name=_("Routed right the first time"),
        formula=_("Closed cases that were assigned once ÷ closed cases that were assigned"),
        source=COMPLAINTS,
        measures=(
            share(
                "share",
                _("Assigned once"),
                counted="assigned_once",
                among="assigned",
                better=Better.HIGHER,
                dimensions=CLOSING_DIMENSIONS,
            ),
        ),
    ),
)

IMPROVEMENTS = _("Improvements of the unit and those below")


def improved(name: str, label: Any, *, dimensions: tuple[str, ...] = ()) -> Measure:
    """Describe a figure counted among improvements: a number, or a part in per cent."""
    return Measure(
        name=name,
        label=label,
        shape=Shape.VOICES,
        unit="%" if name in {"share", "saved"} else "cases",
        better=Better.HIGHER,
        dimensions=dimensions,
    )


IMPROVING: tuple[Indicator, ...] = (
    Indicator(
        id="3.3-01",
        name=_("Improvements started from citizens’ voice"),
        formula=_(
            "Improvements started in the period from an insight, a cause of complaints or a survey"
        ),
        source=IMPROVEMENTS,
        measures=(improved("started", _("Started"), dimensions=("source",)),),
    ),
    Indicator(
        id="3.3-02",
        name=_("Improvements completed on time"),
        formula=_("Completed by their day ÷ days of completion that came in the period"),
        source=IMPROVEMENTS,
        measures=(improved("share", _("On time")),),
    ),
    Indicator(
        id="3.3-03",
        name=_("Improvements measured before and after"),
        formula=_("Measured before and after ÷ improvements completed in the period"),
        source=IMPROVEMENTS,
        measures=(improved("share", _("Measured before and after")),),
    ),
    Indicator(
        id="3.3-04",
        name=_("Guidelines acknowledged"),
        formula=_(
            "Units that acknowledged ÷ units that were sent a guideline in force, at the end"
        ),
        source=_("Guidelines sent to units"),
        measures=(improved("share", _("Guideline acknowledged")),),
    ),
    Indicator(
        id="3.3-05",
        name=_("Changed services in use for a segment or a person’s situation"),
        formula=_("In use at the end of the period, made for a segment or for each person"),
        source=IMPROVEMENTS,
        measures=(improved("live", _("Services in use")),),
    ),
    Indicator(
        id="3.3-06",
        name=_("Service time saved"),
        formula=_(
            "(minutes before − minutes now) ÷ minutes before, for the transactions of the period; before: the twelve months until the change"
        ),
        source=_("Monthly figures of the changed services, as read by the cut-off"),
        measures=(improved("saved", _("Time saved")),),
    ),
)

INDICATORS = (*LISTENING, *SATISFACTION, *IMPROVING, *HANDLING)
BY_ID = {indicator.id: indicator for indicator in INDICATORS}


def measures() -> Iterator[tuple[Indicator, Measure]]:
    """Yield every measure with its indicator, in the order of the report."""
    for indicator in INDICATORS:
        for measure in indicator.measures:
            yield indicator, measure


def find(indicator_id: str, name: str) -> Measure | None:
    """Return a measure by its indicator and name."""
    indicator = BY_ID.get(indicator_id)
    return next((m for m in indicator.measures if m.name == name), None) if indicator else None
