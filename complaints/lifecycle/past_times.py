"""Counts each night how long the steps of the procedure took, for the public page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from agency.thai import local_day
from complaints.models import PastTime

YEAR = timedelta(days=365)

MEASURED = """
    SELECT c.kind, p.code, k.measure, k.unit, count(*),
        count(*) FILTER (WHERE k.elapsed_days <= k.days),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(k.elapsed_days - k.is_first_day_counted::int, 0)),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY greatest(k.elapsed_days - k.is_first_day_counted::int, 0))
    FROM complaints_clock k
    JOIN complaints_complaint c ON c.id = k.complaint_id
    JOIN complaints_policy p ON p.id = c.policy_id
    WHERE k.measure IN ('acknowledge', 'stage1', 'stage2', 'progress')
    AND k.stopped_at >= %s AND k.stopped_at < %s
    AND k.result IN ('met', 'missed') AND k.elapsed_days IS NOT NULL
    GROUP BY 1, 2, 3, 4
"""


@transaction.atomic
def refresh_past_times(*, at: datetime) -> int:
    """Count the clocks that stopped in the last year anew; returns how many rows there are.

    In time means within the limit without extensions, as in the reports.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE complaints_pasttime IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(MEASURED, [at - YEAR, at])
        found = cursor.fetchall()
    since_on, until_on = local_day(at - YEAR), local_day(at)
    PastTime.objects.filter().delete()
    rows = [
        PastTime(
            kind=kind,
            policy_code=code,
            measure=measure,
            unit=unit,
            since_on=since_on,
            until_on=until_on,
            n=n,
            in_time=in_time,
            median=median,
            p90=p90,
        )
        for kind, code, measure, unit, n, in_time, median, p90 in found
    ]
    PastTime.objects.bulk_create(rows)
    return len(rows)
