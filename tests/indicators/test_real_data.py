"""Twelve months of indicators of real requests against plain SQL; REAL_DATA names the folder (none in the repo)."""

import csv
import os
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from agency.thai import BANGKOK
from complaints.lifecycle import importing
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from tests.factories.agency import ChannelFactory
from tests.indicators.story import at, open_office

FILE = Path(os.environ.get("REAL_DATA", "")) / "nyc311_animals" / "nyc311_dohmh_animals.csv"
CUTOFF = at(20, month=11)
MONTHS = [periods.add_months(date(2024, 2, 1), ahead) for ahead in range(12)]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.is_file(), reason="REAL_DATA names no folder with the real files"),
]

PLAIN_SQL = """
WITH shut AS (
    SELECT DISTINCT ON (g.complaint_id) g.complaint_id, g.stage, g.closed_at
    FROM complaints_closing g
    WHERE g.closed_at >= %(since)s AND g.closed_at < %(until)s
    ORDER BY g.complaint_id, g.number DESC
), answered AS (
    SELECT DISTINCT ON (k.complaint_id) k.elapsed_days, k.days
    FROM complaints_clock k JOIN shut s ON s.complaint_id = k.complaint_id AND s.stage = 1
    WHERE k.measure = 'stage1' AND k.result <> 'dropped' AND k.started_at <= s.closed_at
    ORDER BY k.complaint_id, k.version DESC
)
SELECT
    (SELECT count(*) FROM complaints_complaint
     WHERE received_at >= %(since)s AND received_at < %(until)s),
    (SELECT count(*) FROM shut),
    (SELECT count(*) FROM complaints_complaint c WHERE c.received_at < %(until)s AND NOT EXISTS (
        SELECT 1 FROM complaints_closing g WHERE g.complaint_id = c.id AND g.closed_at < %(until)s
        AND (g.reopened_at IS NULL OR g.reopened_at >= %(until)s))),
    (SELECT count(*) FILTER (WHERE elapsed_days <= days) FROM answered),
    (SELECT count(*) FROM answered),
    (SELECT round(avg(elapsed_days), 4) FROM answered),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_days) FROM answered)
"""


def asked(period):
    """Return the month's figures by plain SQL over the tables."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_SQL, {"since": period.since, "until": period.until})
        *counts, mean, median = cursor.fetchone()
    return [*counts, None if mean is None else float(mean), median]


def told(period, unit):
    """Return the month's figures as the indicators tell them."""
    rows = {
        (row.id, row.measure): row
        for row in rows_of(sums_of(period, unit=unit, cutoff=CUTOFF))
        if not row.dimension
    }
    in_time = rows["3.4-03", "share"]
    return [
        *(rows["3.4-01", name].numerator for name in ("received", "closed", "open")),
        *(in_time.numerator, in_time.denominator),
        *(rows["3.4-05", name].value for name in ("mean", "median")),
    ]


def received_in_the_file():
    """Count the file's rows by the Bangkok month of their receipt, without the portal."""
    with FILE.open(encoding="utf-8-sig", newline="") as lines:
        moments = [
            datetime.strptime(row["Created Date"], "%m/%d/%Y %I:%M:%S %p").replace(
                tzinfo=ZoneInfo("America/New_York")
            )
            for row in csv.DictReader(lines)
        ]
    return Counter(moment.astimezone(BANGKOK).date().replace(day=1) for moment in moments)


def test_twelve_months_of_real_requests_equal_plain_sql():
    office = open_office()
    for code in ("website", "phone", "app", "referral"):
        ChannelFactory.create(code=code)
    result = importing.import_table(
        str(FILE), source="nyc311", spec=importing.shipped("nyc311"), by=None, at=CUTOFF
    )
    figures = {month: told(periods.month(month), office.root) for month in MONTHS}

    assert result.created > 5000
    assert figures == {month: asked(periods.month(month)) for month in MONTHS}
    in_file = received_in_the_file()
    assert [figure[0] for figure in figures.values()] == [in_file[month] for month in MONTHS]
