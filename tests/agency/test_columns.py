"""Columns over numbers: how they are divided and where the limits stand."""

from itertools import pairwise

import pytest

from agency.columns import Column, ColumnChart, Limit, columns_of, spans


def test_each_number_has_its_column_while_there_are_few():
    assert spans(4, edges=[2]) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]


def test_columns_reach_the_limits_even_if_nothing_does():
    assert spans(1, edges=[3]) == [(0, 0), (1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    ("largest", "edges"), [(400, [8, 15]), (90, [30]), (1000, [365]), (0, [1])]
)
def test_no_column_goes_across_a_limit_and_none_is_missing(largest, edges):
    found = spans(largest, edges=edges)

    assert found[0][0] == 0
    assert all(following[0] == last + 1 for (_first, last), following in pairwise(found))
    assert set(edges) <= {last for _first, last in found}
    assert found[-1][1] is None or found[-1][1] >= largest
    assert len(found) <= 45


def test_every_number_is_counted_once():
    counts = {0: 2, 8: 3, 9: 1, 400: 5}

    found = columns_of(counts, edges=[8, 15])

    assert sum(count for _first, _last, count in found) == 11
    assert sum(count for _first, last, count in found if last is not None and last <= 8) == 5


def test_a_limit_stands_behind_its_column():
    chart = ColumnChart(
        title="t",
        columns=[Column(first=day, last=day, count=1) for day in range(4)],
        limits=[Limit(after=1, words="1", row=1), Limit(after=3, words="3")],
    )

    first, second = chart.drawn_limits

    assert (first.x, first.is_right, first.text_y) == ("50.00%", False, -26)
    assert (second.x, second.is_right, second.text_y) == ("100.00%", True, -8)


def test_columns_are_told_by_their_numbers():
    assert [
        Column(first=3, last=3, count=0).label,
        Column(first=3, last=5, count=0).label,
        Column(first=6, last=None, count=0).label,
    ] == ["3", "3–5", "≥ 6"]
