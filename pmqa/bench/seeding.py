"""Fills the database of a bench: any number of varied cases, written by PostgreSQL itself."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from agency.models import Staff, Unit
from pmqa.demo import house, words
from pmqa.demo.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

SEED = 2570
OPEN_SHARE = 5  # one case in so many is open: the newest
RARE_EVERY = 1000
RARE_WORD = "กระบือเผือก"
INNER_WORD = "ระบบคิ"  # a piece of words, inside unbroken text
COMMON_WORD = "เจ้าหน้าที่"
SEARCH_INDEX = "complaint_text_grams"
DUE = 10_000
PIECES = 400


def use_database(name: str) -> bool:
    """Point this process at a database of that name beside the usual one; returns whether it is new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_new = cursor.fetchone() is None
        if is_new:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0")
    connections.close_all()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    return is_new


def is_complete(count: int) -> bool:
    """Whether the database was filled to the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_done') IS NOT NULL")
        (is_done,) = cursor.fetchone()
        if is_done:
            cursor.execute("SELECT cases FROM bench_done")
            return bool(cursor.fetchone() == (count,))
    return False


def fill(count: int, *, at: datetime, say: Callable[[str], object]) -> None:
    """Make agency, reference data and cases in tables that are there."""
    call_command("seed", stdout=NOWHERE, stderr=NOWHERE)
    if not Staff.objects.exists():
        house.build(chance=Random(SEED), today=at.date())  # noqa: S311 - the same every time
    say(f"{count:,} cases")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        pieces_table(cursor, at.date())
        cursor.execute(OFFICERS)
        told: dict[str, Any] = {
            "count": count,
            "open": OPEN_SHARE,
            "rare": RARE_EVERY,
            "word": RARE_WORD,
            "at": at,
        }
        cursor.execute(COMPLAINTS, told)
        with rebuilt_afterwards(cursor, SEARCH_INDEX):
            cursor.execute(TEXTS)
        for statement in (ASSIGNMENTS, MESSAGES, CLOCKS, CLOSINGS, ENTRIES):
            cursor.execute(statement, told)
        cursor.execute(STORY, [count])
        for year in range(2566, 2573):
            cursor.execute(
                f"CREATE SEQUENCE IF NOT EXISTS complaint_number_{year} START {count + 1}"
            )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('complaints_complaint', 'id'), %s)", [count]
        )
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_done AS SELECT %s::bigint AS cases", [count])


@contextmanager
def rebuilt_afterwards(cursor: Any, index: str) -> Iterator[None]:
    """Build an index once, in parallel, instead of entry by entry."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
    (definition,) = cursor.fetchone()
    cursor.execute(f"DROP INDEX {connection.ops.quote_name(index)}")
    yield
    cursor.execute(definition)


class Nowhere:
    """Takes what a command prints."""

    def write(self, text: str) -> None:
        """Forget it."""


NOWHERE = Nowhere()


def pieces_table(cursor: Any, on: date) -> None:
    """Put pieces of Thai sentences into a temporary table."""
    chance = Random(SEED)  # noqa: S311
    rows = []
    for number in range(PIECES):
        topic = TOPICS[number % len(TOPICS)]
        body = words.body_of(
            topic,
            theme=number,
            chance=chance,
            on=on,
            office="สำนักงานบริการประชาชน",
            service="ใบอนุญาต",
        )
        subject = words.filled(
            topic.subjects[number % len(topic.subjects)],
            chance=chance,
            on=on,
            office="สำนักงาน",
            service="ใบอนุญาต",
        )
        rows.append((number, subject, body))
    cursor.execute("CREATE TEMPORARY TABLE piece (id int PRIMARY KEY, subject text, body text)")
    cursor.executemany("INSERT INTO piece VALUES (%s, %s, %s)", rows)


COMPLAINTS = """
INSERT INTO complaints_complaint (
    id, number, tracking_hash, kind, grade_id, category_id, channel_id, subject, body, wish, place, district,
    province, is_anonymous, is_identity_masked, is_restricted, unit_id, officer_id, status, stage, policy_id,
    received_at, deemed_received_at, recorded_at, acknowledged_at, due_at, answered_at, closed_at, outcome, link_kind,
    cause, learning, rating, reopened_count, touched_at, version, source_system, external_ref,
    best_time)
SELECT g, to_char(extract(year from received)::int + 543 + (extract(month from received) >= 10)::int, 'FM0000')
        || '-' || to_char(g, 'FM0000000'),
    decode(md5(g::text), 'hex'), 'service', 1 + g %% 3, categories[1 + g %% cardinality(categories)],
    channels[1 + g * 7 %% cardinality(channels)], one.subject || ' ' || g, one.body || ' ' || two.body
        || CASE WHEN g %% %(rare)s = 0 THEN ' ' || %(word)s ELSE '' END,
    '', '', '', '10', false, false, false, unit, officer, state, 1, policy,
    received, received, received, received + interval '3 hours', received + interval '20 days',
    CASE WHEN state = 'closed' THEN received + ended END, CASE WHEN state = 'closed' THEN received + ended END,
    CASE WHEN state = 'closed' THEN 'resolved' ELSE '' END, '', '', '', CASE WHEN g %% 3 = 0 THEN 1 + g %% 5 END, 0,
    received, 1, '', '', ''
FROM (
    SELECT g, %(at)s::timestamptz - (CASE WHEN is_open THEN (%(count)s - g)::bigint * 40 * %(open)s / %(count)s
            ELSE 40 + (ended_count - g)::bigint * 1050 / ended_count END)
            * interval '1 day' - (g %% 86400) * interval '1 second' AS received,
        (1 + g::bigint * 31 %% 24) * interval '1 day' AS ended,
        CASE WHEN is_open THEN (ARRAY['assigned', 'in_progress'])[1 + g %% 2] ELSE 'closed' END AS state
    FROM generate_series(1, %(count)s) AS g
    CROSS JOIN (SELECT %(count)s - %(count)s / %(open)s AS ended_count) AS ended_cases
    CROSS JOIN LATERAL (SELECT g > ended_count AS is_open) AS share
) AS base
JOIN piece AS one ON one.id = g::bigint * 13 %% (SELECT count(*) FROM piece)
JOIN piece AS two ON two.id = (g::bigint * 7919 + 101) %% (SELECT count(*) FROM piece)
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS categories FROM complaints_category) AS c
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS channels FROM agency_channel) AS ch
CROSS JOIN (SELECT id AS policy FROM complaints_policy WHERE is_current ORDER BY priority, id LIMIT 1) AS p
CROSS JOIN LATERAL (
    SELECT s.id AS officer, s.unit_id AS unit FROM officer_list AS s
    WHERE s.position = g %% (SELECT count(*) FROM officer_list)
) AS o
"""
TEXTS = """
INSERT INTO complaints_complainttext (complaint_id, body)
SELECT id, lower(number || ' ' || subject || ' ' || body) FROM complaints_complaint ORDER BY id
"""
ASSIGNMENTS = """
INSERT INTO complaints_assignment (complaint_id, officer_id, unit_id, by_id, at, accepted_at)
SELECT id, officer_id, unit_id, officer_id, acknowledged_at, acknowledged_at FROM complaints_complaint
"""
MESSAGES = """
INSERT INTO complaints_message (complaint_id, kind, body, by_id, at)
SELECT id, 'answer', 'ได้ดำเนินการเรียบร้อยแล้ว', officer_id, answered_at
FROM complaints_complaint WHERE closed_at IS NOT NULL
"""
CLOCKS = """
INSERT INTO complaints_clock (
    complaint_id, measure, version, revision, target_id, days, unit, is_first_day_counted, calendar_version_id,
    started_at, due_at, extended_days, stopped_at, stop_recorded_at, result, elapsed_days, next_milestone_at)
SELECT c.id, t.measure, 1, 1, t.id, t.days, t.unit, t.is_first_day_counted, v.id,
    received_at, c.received_at + t.days * interval '1.4 days', 0, stop, stop,
    CASE WHEN stop IS NULL THEN '' WHEN t.measure IN ('progress', 'idle') THEN 'dropped'
        WHEN stop <= c.received_at + t.days * interval '1.4 days' THEN 'met' ELSE 'missed' END,
    CASE WHEN stop IS NOT NULL THEN greatest(1, (extract(epoch FROM stop - received_at) / 120000)::int) END,
    CASE WHEN stop IS NULL THEN %(at)s::timestamptz + interval '30 days' + (c.id %% 1000) * interval '1 minute' END
FROM complaints_complaint AS c
JOIN complaints_target AS t ON t.policy_id = c.policy_id AND t.measure <> 'stage2'
CROSS JOIN (SELECT max(id) AS id FROM agency_calendarversion) AS v
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.measure = 'acknowledge' THEN c.acknowledged_at ELSE c.closed_at END AS stop
) AS s
WHERE c.closed_at IS NULL OR t.measure IN ('acknowledge', 'stage1')
"""
CLOSINGS = """
INSERT INTO complaints_closing (
    complaint_id, number, closed_at, recorded_at, by_id, stage, is_direct_stage2, outcome, has_cause, has_learning,
    kind, grade_id, category_id, channel_id, unit_id)
SELECT id, 1, closed_at, closed_at, officer_id, 1, false, 'resolved', id %% 3 > 0, id %% 4 > 0, kind, grade_id,
    category_id, channel_id, unit_id
FROM complaints_complaint WHERE closed_at IS NOT NULL
"""
ENTRIES = """
INSERT INTO agency_auditentry (content_type_id, object_id, verb, by_id, at, reason, data)
SELECT t.id, c.id, 'received', c.officer_id, c.recorded_at, '', '{"version": 1}'
FROM complaints_complaint AS c
CROSS JOIN (SELECT id FROM django_content_type WHERE app_label = 'complaints' AND model = 'complaint') AS t
"""
OFFICERS = """
CREATE TEMPORARY TABLE officer_list AS
SELECT (row_number() OVER (ORDER BY id) - 1)::int AS position, id, unit_id FROM agency_staff WHERE 'officer' = ANY(roles)
"""
# The last case has fifty events; every other has three.
STORY = """
INSERT INTO complaints_message (complaint_id, kind, body, by_id, at)
SELECT c.id, (ARRAY['note', 'question', 'reply', 'progress'])[1 + g %% 4], 'ข้อความที่ ' || g,
    CASE WHEN g %% 4 <> 2 THEN c.officer_id END, c.received_at + g * interval '1 hour'
FROM complaints_complaint AS c, generate_series(1, 48) AS g WHERE c.id = %s
"""


def make_due(at: datetime) -> int:
    """Let ten thousand clocks of every measure come due now, as if for the first time; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE complaints_clock SET revision = revision + 1, due_at = %s, next_milestone_at = %s
            WHERE id IN (SELECT id FROM complaints_clock WHERE stopped_at IS NULL AND paused_at IS NULL
                         ORDER BY complaint_id, id LIMIT %s)
            """,
            [at, at, DUE],
        )
        changed: int = cursor.rowcount
        cursor.execute("VACUUM ANALYZE complaints_clock")
    return changed


def milestones_of(at: datetime) -> int:
    """Return how many milestones the sweep of an instant wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints_milestone WHERE reached_at = %s", [at])
        (count,) = cursor.fetchone()
    return int(count)


def root_unit() -> Unit:
    """Return the agency's own unit."""
    return Unit.objects.get(code=house.ROOT)
