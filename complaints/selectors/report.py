"""The facts behind the monthly report: one row per case that counts in a period, as known at a cut-off.

Set-based SQL, because a month of a large agency holds a hundred thousand cases. The rows lie in a
temporary table until the transaction ends: sums are taken from them and a report freezes them, so
that a figure and the records behind it cannot differ.

Every instant is compared twice: with the period (when it happened) and with the cut-off (when it
became known). What was keyed, moved, reopened or extended after the cut-off is read as it was
before, from `Closing`, `RoutingChange`, `DueChange` and the clocks' `stop_recorded_at`. The same
period, cut-off and unit therefore give the same rows for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from agency.models import Channel, Unit
from agency.thai import BANGKOK
from agency.workdays import WorkingCalendar
from complaints.models import Category, Complaint, Grade, Kind, Outcome, Reader

REPEAT_DAYS = 90  # indicator 3.4-09: the same person, the same topic, so soon after a close
FIRST_DAY = date(2000, 1, 1)  # working days are ranked from here; older cases count as this old
STAGE_NAMES = {
    "stage1": _("Stage 1"),
    "stage2_direct": _("Stage 2, direct"),
    "stage2_escalated": _("Stage 2, escalated"),
}

DIMENSIONS = ("kind", "grade", "category", "channel", "unit", "stage", "outcome")

# What a case may count in. Each is a column of the facts, summed to a numerator or a denominator.
COUNTED = (
    "received",
    "closed",
    "open",
    "overdue",
    "age_0_5",
    "age_6_15",
    "age_16_30",
    "age_over_30",
    "acknowledge_due",
    "acknowledged_in_1_day",
    "acknowledged_in_time",
    "closed_stage1",
    "in_time_stage1",
    "closed_stage2",
    "in_time_stage2",
    "extended",
    "escalated",
    "repeat_or_reopened",
    "progress_due",
    "progress_in_time",
    "learnable",
    "learned",
    "assigned",
    "assigned_once",
    "without_clock",
    "rated",
    "rating_sum",
    "rating_top2",
)

# What a report freezes of a case besides; no persons, no text.
FACTS = (
    "complaint_id",
    "number",
    "kind",
    "grade",
    "category",
    "channel",
    "unit",
    "stage",
    "outcome",
    "is_restricted",
    "received_at",
    "due_at",
    "closed_at",
    "days",
    "age_days",
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked: a span of time, what was known when, whose cases, counted in which calendar."""

    since: datetime
    until: datetime
    cutoff: datetime
    unit: Unit
    calendar: WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Working days to the full answer; None without a case."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None


@dataclass(frozen=True, kw_only=True)
class Total:
    """The sums of one cell: a dimension's key, both empty for all cases together."""

    dimension: str
    key: str
    sums: dict[str, int]
    days: Spread


GATHER = """
CREATE TEMPORARY TABLE report_case ON COMMIT DROP AS
WITH
workday AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(ranks)s::int[]) AS d(day, rank)
),
rerouted AS MATERIALIZED (
    SELECT DISTINCT ON (complaint_id) * FROM complaints_routingchange
    WHERE at > %(cutoff)s ORDER BY complaint_id, at, id
),
moved_later AS MATERIALIZED (
    SELECT DISTINCT ON (clock_id) clock_id, old_due_at FROM complaints_duechange
    WHERE at > %(cutoff)s ORDER BY clock_id, at, id
),
moved_after_end AS MATERIALIZED (
    SELECT DISTINCT ON (clock_id) clock_id, old_due_at FROM complaints_duechange
    WHERE at > %(end)s ORDER BY clock_id, at, id
),
received AS (
    SELECT id FROM complaints_complaint
    WHERE received_at >= %(since)s AND received_at < %(until)s AND recorded_at <= %(cutoff)s
),
closing AS MATERIALIZED (
    SELECT DISTINCT ON (complaint_id) * FROM complaints_closing
    WHERE closed_at >= %(since)s AND closed_at < %(until)s AND recorded_at <= %(cutoff)s
    ORDER BY complaint_id, number DESC
),
-- Closed or ended before the end, and reopened only after what is known: no more open than it was then.
shut AS MATERIALIZED (
    SELECT complaint_id FROM complaints_closing
    WHERE reopened_at IS NOT NULL AND (reopened_at >= %(until)s OR reopened_at > %(cutoff)s)
    AND closed_at < %(until)s AND recorded_at <= %(cutoff)s
    UNION
    SELECT complaint_id FROM complaints_ending
    WHERE reopened_at IS NOT NULL AND (reopened_at >= %(until)s OR reopened_at > %(cutoff)s)
    AND ended_at < %(until)s AND recorded_at <= %(cutoff)s
),
-- Closed by now, but keyed after the cut-off: open as far as was known.
keyed_late AS MATERIALIZED (
    SELECT complaint_id AS id FROM complaints_closing
    WHERE recorded_at > %(cutoff)s AND closed_at < %(until)s
    UNION
    SELECT complaint_id FROM complaints_ending
    WHERE recorded_at > %(cutoff)s AND ended_at < %(until)s
),
open_case AS MATERIALIZED (
    SELECT id FROM complaints_complaint
    WHERE closed_at IS NULL AND received_at < %(until)s AND recorded_at <= %(cutoff)s
    AND id NOT IN (SELECT complaint_id FROM shut)
    UNION
    SELECT id FROM complaints_complaint
    WHERE closed_at >= %(until)s AND received_at < %(until)s AND recorded_at <= %(cutoff)s
    AND id NOT IN (SELECT complaint_id FROM shut)
    UNION
    SELECT c.id FROM keyed_late JOIN complaints_complaint c USING (id)
    WHERE c.received_at < %(until)s AND c.recorded_at <= %(cutoff)s
    AND NOT EXISTS (
        SELECT 1 FROM complaints_closing x
        WHERE x.complaint_id = c.id AND x.closed_at < %(until)s AND x.recorded_at <= %(cutoff)s
        AND (x.reopened_at IS NULL OR x.reopened_at >= %(until)s OR x.reopened_at > %(cutoff)s)
    )
    AND NOT EXISTS (
        SELECT 1 FROM complaints_ending x
        WHERE x.complaint_id = c.id AND x.ended_at < %(until)s AND x.recorded_at <= %(cutoff)s
        AND (x.reopened_at IS NULL OR x.reopened_at >= %(until)s OR x.reopened_at > %(cutoff)s)
    )
),
maybe_due AS (
    SELECT id FROM complaints_clock
    WHERE measure IN ('acknowledge', 'progress') AND due_at >= %(since)s AND due_at < %(until)s
    UNION
    SELECT clock_id FROM moved_later WHERE old_due_at >= %(since)s AND old_due_at < %(until)s
),
due_clock AS (
    SELECT k.*, COALESCE(m.old_due_at, k.due_at) AS due,
        k.stop_recorded_at IS NOT NULL AND k.stop_recorded_at <= %(cutoff)s AS is_stopped
    FROM maybe_due JOIN complaints_clock k USING (id) LEFT JOIN moved_later m ON m.clock_id = k.id
    WHERE k.measure IN ('acknowledge', 'progress') AND k.started_at <= %(cutoff)s
),
fallen_due AS (
    SELECT k.complaint_id, k.measure, k.is_stopped AND k.result = 'met' AS is_met,
        CASE WHEN k.unit = 'working' THEN k.elapsed_days - k.is_first_day_counted::int
        ELSE last.rank - first.rank END AS days
    FROM due_clock k
    LEFT JOIN workday first ON first.day = (k.started_at AT TIME ZONE 'Asia/Bangkok')::date
    LEFT JOIN workday last ON last.day = (k.stopped_at AT TIME ZONE 'Asia/Bangkok')::date
    WHERE k.due >= %(since)s AND k.due < %(until)s AND k.due <= %(cutoff)s
    AND NOT (k.is_stopped AND k.result = 'dropped')
    AND NOT EXISTS (
        SELECT 1 FROM complaints_clockpause p
        WHERE p.clock_id = k.id AND p.from_at <= k.due
        AND (p.until_at IS NULL OR p.until_at > %(cutoff)s) AND p.from_at <= %(cutoff)s
    )
),
notice AS MATERIALIZED (
    SELECT complaint_id,
        count(*) FILTER (WHERE measure = 'acknowledge') AS acknowledge_due,
        count(*) FILTER (WHERE measure = 'acknowledge' AND is_met AND days <= 1) AS in_1_day,
        count(*) FILTER (WHERE measure = 'acknowledge' AND is_met) AS in_time,
        count(*) FILTER (WHERE measure = 'progress') AS progress_due,
        count(*) FILTER (WHERE measure = 'progress' AND is_met) AS progress_in_time
    FROM fallen_due GROUP BY complaint_id
),
answer AS MATERIALIZED (
    SELECT DISTINCT ON (c.complaint_id) c.complaint_id, k.due_at,
        COALESCE(k.elapsed_days <= k.days, k.result = 'met') AS is_in_time,
        CASE WHEN k.unit = 'working' THEN greatest(k.elapsed_days - k.is_first_day_counted::int, 0)
        ELSE last.rank - first.rank END AS days
    FROM closing c
    JOIN complaints_clock k ON k.complaint_id = c.complaint_id
        AND k.measure = CASE c.stage WHEN 1 THEN 'stage1' ELSE 'stage2' END
        AND k.started_at <= c.closed_at AND k.stop_recorded_at <= %(cutoff)s
        AND k.result <> 'dropped'
    LEFT JOIN workday first ON first.day = (k.started_at AT TIME ZONE 'Asia/Bangkok')::date
    LEFT JOIN workday last ON last.day = (k.stopped_at AT TIME ZONE 'Asia/Bangkok')::date
    ORDER BY c.complaint_id, k.version DESC
),
extended AS (
    SELECT DISTINCT c.complaint_id FROM closing c
    JOIN complaints_clock k ON k.complaint_id = c.complaint_id
    WHERE k.measure IN ('stage1', 'stage2') AND k.extended_days > 0 AND k.started_at <= c.closed_at
),
assigned AS (
    SELECT c.complaint_id, count(*) AS times FROM closing c
    JOIN complaints_assignment a ON a.complaint_id = c.complaint_id
    WHERE a.at <= c.closed_at AND a.at <= %(cutoff)s GROUP BY c.complaint_id
),
escalated AS (
    SELECT DISTINCT k.complaint_id FROM complaints_clock k
    WHERE k.measure = 'stage2' AND k.version = 1
    AND k.started_at >= %(since)s AND k.started_at < %(until)s AND k.started_at <= %(cutoff)s
    AND EXISTS (
        SELECT 1 FROM complaints_clock f
        WHERE f.complaint_id = k.complaint_id AND f.measure = 'stage1'
        AND f.result IN ('met', 'missed') AND f.stopped_at <= k.started_at
    )
),
reopened AS (
    SELECT DISTINCT complaint_id FROM complaints_closing
    WHERE reopened_at >= %(since)s AND reopened_at < %(until)s AND reopened_at <= %(cutoff)s
    AND recorded_at <= %(cutoff)s
),
-- An answer counts in the month of its first rating, as it was rated last as far as is known.
rated AS MATERIALIZED (
    SELECT DISTINCT ON (complaint_id) complaint_id, score FROM complaints_rating
    WHERE first_at >= %(since)s AND first_at < %(until)s AND at <= %(cutoff)s
    ORDER BY complaint_id, first_at DESC, id DESC
),
stage_clock AS MATERIALIZED (
    SELECT k.complaint_id AS id, COALESCE(m.old_due_at, k.due_at) AS due,
        COALESCE(m.old_due_at, k.due_at) < %(end)s AND NOT EXISTS (
            SELECT 1 FROM complaints_clockpause p
            WHERE p.clock_id = k.id AND p.from_at < %(end)s
            AND (p.until_at IS NULL OR p.until_at >= %(end)s)
        ) AS is_overdue
    FROM open_case o
    CROSS JOIN LATERAL (
        SELECT id, complaint_id, due_at FROM complaints_clock
        WHERE complaint_id = o.id AND measure IN ('stage1', 'stage2') AND started_at < %(end)s
        AND (stopped_at IS NULL OR stopped_at >= %(end)s OR stop_recorded_at > %(cutoff)s)
        ORDER BY started_at DESC, id DESC LIMIT 1
    ) AS k
    LEFT JOIN moved_after_end m ON m.clock_id = k.id
),
counting AS (
    SELECT id FROM received UNION SELECT complaint_id FROM closing UNION SELECT id FROM open_case
    UNION SELECT complaint_id FROM notice UNION SELECT complaint_id FROM escalated
    UNION SELECT complaint_id FROM reopened UNION SELECT complaint_id FROM rated
),
known AS (
    SELECT c.id AS complaint_id, c.number, c.person_id, c.is_restricted, c.received_at,
        (c.deemed_received_at AT TIME ZONE 'Asia/Bangkok')::date AS deemed_on,
        COALESCE(x.kind, r.old_kind, c.kind) AS kind,
        CASE WHEN x.id IS NOT NULL THEN x.grade_id WHEN r.id IS NOT NULL THEN r.old_grade_id
            ELSE c.grade_id END AS grade_id,
        CASE WHEN x.id IS NOT NULL THEN x.category_id WHEN r.id IS NOT NULL THEN r.old_category_id
            ELSE c.category_id END AS category_id,
        COALESCE(x.channel_id, c.channel_id) AS channel_id,
        COALESCE(x.unit_id, r.old_unit_id, c.unit_id) AS unit_id,
        x.id IS NOT NULL AS is_closed, x.closed_at, x.outcome, x.has_cause AND x.has_learning AS learned,
        CASE WHEN x.stage = 1 THEN 'stage1' WHEN x.is_direct_stage2 THEN 'stage2_direct'
            WHEN x.stage = 2 THEN 'stage2_escalated' END AS stage
    FROM counting
    -- Case by case (OFFSET 0): the planner takes the few of a month for many and reads them all.
    CROSS JOIN LATERAL (
        SELECT * FROM complaints_complaint
        WHERE id = counting.id AND recorded_at <= %(cutoff)s OFFSET 0
    ) AS c
    LEFT JOIN closing x ON x.complaint_id = c.id
    LEFT JOIN rerouted r ON r.complaint_id = c.id
),
counted AS (
    SELECT k.*, u.code AS unit, h.code AS channel, g.code AS category, k.grade_id::text AS grade,
        k.received_at >= %(since)s AND k.received_at < %(until)s AS received,
        o.id IS NOT NULL AS open,
        CASE WHEN o.id IS NOT NULL THEN greatest(%(end_rank)s - COALESCE(w.rank, 0), 0) END AS age_days,
        COALESCE(s.is_overdue, FALSE) AS overdue, COALESCE(s.due, a.due_at) AS due_at,
        COALESCE(n.acknowledge_due, 0) AS acknowledge_due,
        COALESCE(n.in_1_day, 0) AS acknowledged_in_1_day,
        COALESCE(n.in_time, 0) AS acknowledged_in_time,
        COALESCE(n.progress_due, 0) AS progress_due,
        COALESCE(n.progress_in_time, 0) AS progress_in_time,
        a.days, a.is_in_time, e.complaint_id IS NOT NULL AS extended,
        s2.complaint_id IS NOT NULL AS escalated, re.complaint_id IS NOT NULL AS reopened,
        COALESCE(t.times, 0) AS times_assigned, ra.score
    FROM known k
    JOIN agency_unit u ON u.id = k.unit_id AND u.path LIKE %(path)s
    JOIN agency_channel h ON h.id = k.channel_id
    LEFT JOIN complaints_category g ON g.id = k.category_id
    LEFT JOIN open_case o ON o.id = k.complaint_id
    LEFT JOIN workday w ON w.day = k.deemed_on
    LEFT JOIN stage_clock s ON s.id = k.complaint_id
    LEFT JOIN notice n ON n.complaint_id = k.complaint_id
    LEFT JOIN answer a ON a.complaint_id = k.complaint_id
    LEFT JOIN extended e ON e.complaint_id = k.complaint_id
    LEFT JOIN escalated s2 ON s2.complaint_id = k.complaint_id
    LEFT JOIN reopened re ON re.complaint_id = k.complaint_id
    LEFT JOIN assigned t ON t.complaint_id = k.complaint_id
    LEFT JOIN rated ra ON ra.complaint_id = k.complaint_id
)
SELECT complaint_id, number, kind, COALESCE(grade, '') AS grade, COALESCE(category, '') AS category,
    channel, unit, COALESCE(stage, '') AS stage, COALESCE(outcome, '') AS outcome, is_restricted,
    received_at, due_at, closed_at, days, age_days,
    received::int AS received, is_closed::int AS closed, open::int AS open, overdue::int AS overdue,
    (open AND age_days <= 5)::int AS age_0_5,
    (open AND age_days BETWEEN 6 AND 15)::int AS age_6_15,
    (open AND age_days BETWEEN 16 AND 30)::int AS age_16_30,
    (open AND age_days > 30)::int AS age_over_30,
    acknowledge_due::int, acknowledged_in_1_day::int, acknowledged_in_time::int,
    (is_closed AND stage = 'stage1' AND is_in_time IS NOT NULL)::int AS closed_stage1,
    COALESCE(stage = 'stage1' AND is_in_time, FALSE)::int AS in_time_stage1,
    (is_closed AND stage <> 'stage1' AND is_in_time IS NOT NULL)::int AS closed_stage2,
    COALESCE(stage <> 'stage1' AND is_in_time, FALSE)::int AS in_time_stage2,
    extended::int AS extended, escalated::int AS escalated,
    (reopened OR (received AND category_id IS NOT NULL AND person_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM complaints_closing x
        WHERE x.person_id = counted.person_id AND x.category_id = counted.category_id
        AND x.complaint_id <> counted.complaint_id AND x.recorded_at <= %(cutoff)s
        AND x.closed_at <= counted.received_at
        AND x.closed_at >= counted.received_at - make_interval(days => %(repeat_days)s)
    )))::int AS repeat_or_reopened,
    progress_due::int, progress_in_time::int,
    (is_closed AND outcome IN ('upheld', 'partly', 'resolved'))::int AS learnable,
    (is_closed AND outcome IN ('upheld', 'partly', 'resolved') AND learned)::int AS learned,
    (is_closed AND times_assigned > 0)::int AS assigned,
    (is_closed AND times_assigned = 1)::int AS assigned_once,
    (is_closed AND is_in_time IS NULL)::int AS without_clock,
    (score IS NOT NULL)::int AS rated, COALESCE(score, 0) AS rating_sum,
    COALESCE(score >= 4, FALSE)::int AS rating_top2
FROM counted
"""

RECEIVED = """
WITH rerouted AS MATERIALIZED (
    SELECT DISTINCT ON (complaint_id) complaint_id, old_unit_id FROM complaints_routingchange
    WHERE at > %(cutoff)s ORDER BY complaint_id, at, id
),
closing AS MATERIALIZED (
    SELECT DISTINCT ON (complaint_id) complaint_id, unit_id FROM complaints_closing
    WHERE closed_at >= %(since)s AND closed_at < %(until)s AND recorded_at <= %(cutoff)s
    ORDER BY complaint_id, number DESC
)
SELECT count(*) FROM complaints_complaint c
LEFT JOIN closing x ON x.complaint_id = c.id
LEFT JOIN rerouted r ON r.complaint_id = c.id
JOIN agency_unit u ON u.id = COALESCE(x.unit_id, r.old_unit_id, c.unit_id) AND u.path LIKE %(path)s
WHERE c.received_at >= %(since)s AND c.received_at < %(until)s AND c.recorded_at <= %(cutoff)s
"""


def gather(scope: Scope) -> None:
    """Fill the temporary table `report_case` for the indicators; it goes with the transaction.

    A case has one place a period: where it was closed, else where it stood at the cut-off.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The facts of a report are gathered inside a transaction.")
    days, ranks = ranked_days(scope.calendar, scope.cutoff.astimezone(BANGKOK).date())
    end = min(scope.until, scope.cutoff)
    with connection.cursor() as cursor:
        # The cases of a period lie scattered: reading them one by one beats reading the whole table.
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        cursor.execute("DROP TABLE IF EXISTS report_case")
        cursor.execute(
            GATHER,
            {
                "since": scope.since,
                "until": scope.until,
                "cutoff": scope.cutoff,
                "end": end,
                "days": days,
                "ranks": ranks,
                "end_rank": scope.calendar.working_days_between(FIRST_DAY, last_day(end)),
                "path": f"{scope.unit.path}%",
                "repeat_days": REPEAT_DAYS,
            },
        )


def last_day(end: datetime) -> date:
    """Return the Bangkok day that an exclusive end closes."""
    return (end.astimezone(BANGKOK) - timedelta(microseconds=1)).date()


def received_count(scope: Scope) -> int:
    """Count what a period received, as `gather` would, without gathering: for comparisons."""
    with connection.cursor() as cursor:
        cursor.execute(
            RECEIVED,
            {
                "since": scope.since,
                "until": scope.until,
                "cutoff": scope.cutoff,
                "path": f"{scope.unit.path}%",
            },
        )
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=16)
def ranked_days(calendar: WorkingCalendar, last: date) -> tuple[list[date], list[int]]:
    """Return every day that can occur and its rank among the working days; kept, calendars do not change."""
    count = (last - FIRST_DAY).days + 2
    days = [FIRST_DAY + timedelta(days=number) for number in range(count)]
    return days, [calendar.working_days_between(FIRST_DAY, day) for day in days]


def totals() -> list[Total]:
    """Sum what was gathered: all cases, then each key of each dimension, in one pass."""
    sums = ", ".join(f"COALESCE(sum({name}), 0)" for name in COUNTED)
    columns = ", ".join(DIMENSIONS)
    sets = ", ".join(f"({name})" for name in ("", *DIMENSIONS))
    marks = ", ".join(f"grouping({name})" for name in DIMENSIONS)
    # Names come from the tuples above, never from a person.
    query = f"""
        SELECT {columns}, {marks}, {sums}, count(days), avg(days),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
            percentile_cont(0.9) WITHIN GROUP (ORDER BY days)
        FROM report_case GROUP BY GROUPING SETS ({sets})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query)
        cells = [as_total(row) for row in cursor.fetchall()]
    kept = [cell for cell in cells if cell.key or not cell.dimension]
    return sorted(kept, key=lambda cell: (cell.dimension, cell.key))


def as_total(row: Sequence[Any]) -> Total:
    """Read one line of the sums; a grouping mark of 0 names the dimension."""
    width = len(DIMENSIONS)
    keys, marks, rest = row[:width], row[width : 2 * width], row[2 * width :]
    place = marks.index(0) if 0 in marks else None
    sums = dict(zip(COUNTED, (int(value) for value in rest[: len(COUNTED)]), strict=True))
    count, *spread = rest[len(COUNTED) :]
    mean, median, p90 = (None if value is None else round(float(value), 4) for value in spread)
    return Total(
        dimension="" if place is None else DIMENSIONS[place],
        key="" if place is None else str(keys[place]),
        sums=sums,
        days=Spread(n=count, mean=mean, median=median, p90=p90),
    )


def nothing() -> list[Total]:
    """Return the sums of a period before the first complaint of all."""
    blank = Spread(n=0, mean=None, median=None, p90=None)
    return [Total(dimension="", key="", sums=dict.fromkeys(COUNTED, 0), days=blank)]


def first_received_at() -> datetime | None:
    """Return when the first complaint of all was received: no report before it."""
    return (
        Complaint.objects.order_by("received_at", "pk")
        .values_list("received_at", flat=True)
        .first()
    )


def labels() -> dict[str, dict[str, dict[str, str]]]:
    """Return the names of every key a figure may have, in Thai and English, as they stand today."""
    return {
        "kind": choice_names(Kind),
        "grade": named(Grade.objects.all(), key="number"),
        "category": named(Category.objects.all(), key="code"),
        "channel": named(Channel.objects.all(), key="code"),
        "unit": named(Unit.objects.all(), key="code"),
        "outcome": choice_names(Outcome),
        "stage": in_both(STAGE_NAMES),
    }


def named(rows: Iterable[Any], *, key: str) -> dict[str, dict[str, str]]:
    """Return a reference table's names by key."""
    return {
        str(getattr(row, key)): {"th": row.name_th, "en": row.name_en or row.name_th}
        for row in rows
    }


def choice_names(choices: type[Kind] | type[Outcome]) -> dict[str, dict[str, str]]:
    """Return the labels of choices in both languages."""
    return in_both({choice.value: choice.label for choice in choices})


def in_both(texts: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return translatable texts in both languages."""
    names: dict[str, dict[str, str]] = {key: {} for key in texts}
    for language in ("th", "en"):
        with override(language):
            for key, text in texts.items():
                names[key][language] = str(text)
    return names


def hidden_from(staff: Any, complaint_ids: Iterable[int]) -> set[int]:
    """Return which of these cases are restricted and name other readers than this person."""
    ids = list(complaint_ids)
    named_ids = Reader.objects.filter(staff=staff, complaint__in=ids).values("complaint")
    restricted = Complaint.objects.filter(pk__in=ids, is_restricted=True).exclude(pk__in=named_ids)
    return set(restricted.values_list("pk", flat=True))


def readable_by(staff: Any, complaint_ids: Iterable[int]) -> set[int]:
    """Return which of these cases the person may open today."""
    mine = Complaint.objects.visible_to(staff).filter(pk__in=list(complaint_ids))
    return set(mine.values_list("pk", flat=True))
