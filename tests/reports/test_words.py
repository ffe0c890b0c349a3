"""The sentences follow their rules."""

import pytest
from django.utils.translation import override

from pmqa.reports.block import Block, Figure
from pmqa.reports.words import (
    against_target,
    count_change,
    is_count_change,
    points_of,
    sentences_of,
    share_change,
)


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared in English."""
    with override("en"):
        yield


def share(
    numerator, denominator, *, before=None, target=None, low=None, high=None, indicator="3.4-03"
):
    """Return a share as a figure."""
    past = before and {
        "value": 100 * before[0] / before[1],
        "numerator": before[0],
        "denominator": before[1],
        "n": before[1],
    }
    return Figure(
        id=indicator, measure="share", dimension="", key="", numerator=numerator, denominator=denominator,
        value=100 * numerator / denominator, low=low, high=high, n=denominator, unit="%", target=target, last_month=past,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ((80, 100), (60, 100), "It rose significantly, by 20.0 points since last month (60.0%)."),
        ((60, 100), (80, 100), "It fell significantly, by 20.0 points since last month (80.0%)."),
        ((62, 100), (60, 100), "No significant change since last month (60.0%)."),
        ((12, 12), (11, 12), "The numbers are too small to tell a change since last month."),
        ((5, 9), (60, 100), ""),
    ],
)
def test_a_change_is_only_told_where_a_test_finds_it(now, before, sentence):
    assert share_change(share(*now, before=before)) == sentence


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"target": None}, ""),
        ({"target": 80.0}, "The target of 80.0% is met."),
        (
            {"target": 85.0, "low": 71.0, "high": 87.0},
            "The target of 85.0% is missed, but it lies within the interval.",
        ),
        ({"target": 95.0, "low": 71.0, "high": 87.0}, "The target of 95.0% is missed."),
    ],
)
def test_a_target_is_met_missed_or_within_the_interval(facts, sentence):
    assert against_target(share(80, 100, **facts)) == sentence


def test_lower_is_better_for_extensions():
    few = share(10, 100, target=15.0, indicator="3.4-06")
    many = share(30, 100, target=15.0, low=21.0, high=39.0, indicator="3.4-06")

    assert (few.is_reached, many.is_reached, many.is_surely_missed) == (True, False, True)


@pytest.mark.parametrize(
    ("now", "before", "differs"),
    [(100, 60, True), (100, 90, False), (9, 0, False), (10, 0, True), (0, 0, False)],
)
def test_counts_differ_as_poisson_counts_do(now, before, differs):
    assert is_count_change(now, before) is differs


def block(*rows, trend=()):
    """Return a figures block of these rows."""
    blank = {
        "dimension": "",
        "key": "",
        "numerator": None,
        "denominator": None,
        "value": None,
        "low": None,
        "high": None,
        "n": None,
        "target": None,
    }
    past = [{"month": "2026-09", "rows": list(trend)}] * 12
    return {
        "month": "2026-10",
        "rows": [{**blank, **row} for row in rows],
        "year_to_date": [],
        "trend": [*past, {"month": "2026-10", "rows": []}],
    }


def counts(**numbers):
    """Return rows of 3.4-01."""
    return [
        {
            "id": "3.4-01",
            "measure": name,
            "numerator": number,
            "value": float(number),
            "n": number,
            "unit": "cases",
        }
        for name, number in numbers.items()
    ]


def test_a_month_without_data_says_so():
    assert sentences_of(block(*counts(received=0, closed=0, open=0))) == [
        "No complaint was received, closed or open in October 2026."
    ]


def test_a_month_with_one_case_is_told_in_whole_sentences():
    figures = block(*counts(received=1, closed=0, open=1), {"id": "3.4-10", "measure": "overdue", "value": 0.0, "numerator": 0, "n": 0, "unit": "cases"},
                    {"id": "3.4-10", "measure": "overdue_share", "value": 0.0, "numerator": 0, "denominator": 1, "n": 1, "unit": "%"})  # fmt: skip

    assert sentences_of(figures) == [
        "In October 2026 1 complaints were received and 0 closed; 1 were open at its end. The number received does not differ significantly from September 2026 (0).",
        "None of the 1 open cases was overdue at the end of the month.",
    ]


def test_more_complaints_than_last_month_are_told_with_the_difference():
    figures = block(
        *counts(received=100, closed=0, open=1),
        trend=[{"id": "3.4-01", "measure": "received", "key": "", "value": 60.0}],
    )
    told = Block(figures)

    assert (
        count_change(told.figure("3.4-01", "received"), told)
        == "That is significantly more than in September 2026 (60): 40 more."
    )


def test_points_name_what_is_surely_missed_first_and_leave_room_for_what_is_overdue():
    figures = block(
        {
            "id": "3.4-02",
            "measure": "share",
            "value": 90.0,
            "low": 80.0,
            "high": 96.0,
            "target": 95.0,
            "unit": "%",
        },
        {
            "id": "3.4-03",
            "measure": "share",
            "value": 50.0,
            "low": 40.0,
            "high": 60.0,
            "target": 90.0,
            "unit": "%",
        },
        {
            "id": "3.4-13",
            "measure": "share",
            "value": 50.0,
            "low": 40.0,
            "high": 91.0,
            "target": 90.0,
            "unit": "%",
        },
        {
            "id": "3.4-10",
            "measure": "overdue",
            "dimension": "unit",
            "key": "A",
            "value": 2.0,
            "unit": "cases",
        },
        {
            "id": "3.4-10",
            "measure": "overdue",
            "dimension": "unit",
            "key": "B",
            "value": 7.0,
            "unit": "cases",
        },
        {"id": "3.4-10", "measure": "age_over_30", "value": 4.0, "unit": "cases"},
    )

    assert points_of(figures, names={"unit": {"B": "North office"}}) == [
        "Stage 1 answered in time stands at 50.0% against a target of 90.0%: decide how to reach it.",
        "Acknowledged within one working day stands at 90.0% against a target of 95.0%: decide how to reach it.",
        "North office holds 7 overdue cases, the most of all units: clear them, or give help.",
    ]


def test_every_sentence_has_its_thai():
    figures = block(*counts(received=1, closed=0, open=1))
    with override("th"):
        told = sentences_of(figures)

    assert told == [
        "ในเดือนตุลาคม 2569 ได้รับเรื่องร้องเรียน 1 เรื่อง ปิดเรื่องได้ 0 เรื่อง และมีเรื่องคงค้าง ณ สิ้นเดือน 1 เรื่อง จำนวนเรื่องที่ได้รับไม่แตกต่างจากเดือนกันยายน 2569 (0 เรื่อง) อย่างมีนัยสำคัญ"
    ]
