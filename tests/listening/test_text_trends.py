"""Which rises are events; on fictional voices, and on the real flood where its counts are at hand."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from listening.text import trends

REAL = Path("/work/shared/data/traffy_2022_daily/daily_counts_by_topic.csv")
START = date(2026, 6, 1)
CALM = [12, 15, 9, 14, 11, 13, 10]


def series(last, *, days=28):
    calm = {START + timedelta(days=at): CALM[at % 7] for at in range(days)}
    return {"น้ำท่วม": {**calm, START + timedelta(days=days): last}}


def found(counts, *, on):
    return trends.alerts(counts, first=on, last=on)


def test_a_flood_is_found_on_its_day():
    day = START + timedelta(days=28)

    (alert,) = found(series(90), on=day)

    assert (alert.label, alert.day, alert.count) == ("น้ำท่วม", day, 90)
    assert alert.expected == pytest.approx(12)
    assert alert.chance < trends.LEVEL


def test_a_usual_day_is_none():
    assert found(series(18), on=START + timedelta(days=28)) == []


def test_a_new_label_is_no_event():
    counts = series(90, days=5)

    assert found(counts, on=START + timedelta(days=5)) == []


def test_a_prolific_writer_counts_once():
    mentions = [trends.Mention(START, "ถนน", "a", f"หลุมที่ {place}") for place in "กขคงจ"]

    assert trends.daily_counts(mentions) == {"ถนน": {START: 1}}


def test_tests_drop_out_and_a_template_counts_once():
    same = [trends.Mention(START, "ถนน", f"p{at}", "ขอคัดค้านโครงการนี้") for at in range(40)]
    trial = [trends.Mention(START, "ถนน", "t", "ทดสอบระบบครับ")]
    own = [trends.Mention(START, "ถนน", "o", "ทดสอบแล้วไฟยังดับอยู่หน้าบ้าน")]

    assert trends.daily_counts([*same, *trial, *own]) == {"ถนน": {START: 2}}


def test_a_wide_past_needs_more_than_a_narrow_one():
    wide = [0, 24] * 14
    narrow = [12] * 28

    assert trends.tail(40, wide) > trends.tail(40, narrow)
    assert trends.tail(5, [0] * 28) == 1


@pytest.mark.skipif(not REAL.exists(), reason="the real counts of 2022 are not kept in the project")
def test_the_real_flood_is_found_on_its_day():
    counts = defaultdict(dict)
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["topic"]:
                counts[row["topic"]][date.fromisoformat(row["day"])] = int(row["n"])

    alerts = trends.alerts(counts, first=date(2022, 6, 26), last=date(2022, 12, 18))

    flood = [one for one in alerts if one.day == date(2022, 7, 21)]
    assert [one.label for one in flood] == ["คลอง", "น้ำท่วม"]
    assert len(alerts) == 16
