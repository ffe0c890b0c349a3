"""Before and after: against a plain recomputation in fractions and loops, by hand, and without a change."""

from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest
from scipy.stats import t as student

from pmqa.improvements.effects import before_and_after

MONTHS = [52, 49, 51, 50, 48, 53, 50, 49, 52, 51, 50, 48, 41, 43, 40, 42, 39, 41]
TURN = 12


def solved(rows, right):
    """Solve linear equations in fractions, by Gauss and Jordan."""
    size = len(rows)
    both = [
        [*map(Fraction, row), *map(Fraction, more)] for row, more in zip(rows, right, strict=True)
    ]
    for place in range(size):
        pivot = next(row for row in range(place, size) if both[row][place])
        both[place], both[pivot] = both[pivot], both[place]
        both[place] = [value / both[place][place] for value in both[place]]
        for row in range(size):
            if row != place:
                factor = both[row][place]
                both[row] = [a - factor * b for a, b in zip(both[row], both[place], strict=True)]
    return [row[size:] for row in both]


def times(left, right):
    """Multiply two matrices."""
    return [
        [
            sum(a * b for a, b in zip(row, column, strict=True))
            for column in zip(*right, strict=True)
        ]
        for row in left
    ]


def oracle(values, turn):
    """Return change, its error, and the error of the share, from the formulas written out."""
    n, has_slope = len(values), len(values) - turn >= 8
    x = [
        [1, month - turn, int(month >= turn), *([max(month - turn, 0)] if has_slope else [])]
        for month in range(n)
    ]
    k = len(x[0])
    turned = list(map(list, zip(*x, strict=True)))
    one = [[int(row == column) for column in range(k)] for row in range(k)]
    bread = solved(times(turned, x), one)
    beta = [row[0] for row in times(times(bread, turned), [[value] for value in values])]
    e = [
        value - sum(a * b for a, b in zip(row, beta, strict=True))
        for row, value in zip(x, values, strict=True)
    ]
    lags = 2  # 4 × (18 ÷ 100)^(2/9) = 2.7
    assert lags == int(4 * (n / 100) ** (2 / 9))
    middle = [[Fraction(0)] * k for _row in range(k)]
    for s in range(n):
        for t in range(n):
            weight = max(Fraction(0), 1 - Fraction(abs(s - t), lags + 1))
            for row in range(k):
                for column in range(k):
                    middle[row][column] += weight * e[s] * e[t] * x[s][row] * x[t][column]
    robust = [[Fraction(n, n - k) * v for v in row] for row in times(times(bread, middle), bread)]
    total = sum(each * each for each in e)
    alike = sum(a * b for a, b in zip(e[1:], e[:-1], strict=True)) / total + Fraction(k, n)
    alike = min(max(alike, Fraction(0)), Fraction(9, 10))
    plain = [[v * total / (n - k) * (1 + alike) / (1 - alike) for v in row] for row in bread]
    after = x[turn:]
    mean = [Fraction(sum(column), len(after)) for column in zip(*after, strict=True)]
    line, away = [*mean[:2], *[0] * (k - 2)], [0, 0, *mean[2:]]
    change, expected = (sum(a * b for a, b in zip(c, beta, strict=True)) for c in (away, line))

    def error(weights):
        each = [times(times([weights], v), [[w] for w in weights])[0][0] for v in (robust, plain)]
        return sqrt(max(each))

    gradient = [a / expected - b * change / expected**2 for a, b in zip(away, line, strict=True)]
    reach = float(student.ppf(0.975, n - k))
    return (
        float(change),
        reach * error(away),
        100 * float(change / expected),
        100 * reach * error(gradient),
    )


@pytest.mark.parametrize("turn", [12, 10])  # six months after: no new slope; eight: one
def test_the_change_is_that_of_the_formulas_written_out(turn):
    found = before_and_after(MONTHS, turn=turn)
    change, reach, percent, percent_reach = oracle(MONTHS, turn)

    assert (found.before, found.after) == (turn, len(MONTHS) - turn)
    for value, told in [
        (found.change, change),
        (found.change_low, change - reach),
        (found.change_high, change + reach),
        (found.percent, percent),
        (found.percent_low, percent - percent_reach),
        (found.percent_high, percent + percent_reach),
    ]:
        assert isclose(value, told, abs_tol=2e-6)


def test_a_fall_is_told_as_one():
    found = before_and_after(MONTHS, turn=TURN)

    assert found.verdict == "fell"
    assert found.percent_low < found.percent < found.percent_high < 0


def test_the_line_before_is_counted_on():
    """By hand: 100, 98, … falls by 2 a month; ten months later 10 less each is a change of −10, not more."""
    values = [100 - 2 * month - (10 if month >= 10 else 0) for month in range(14)]

    found = before_and_after(values, turn=10)

    assert (found.verdict, found.change) == ("fell", -10.0)
    assert found.expected == pytest.approx(77)  # mean of 80, 78, 76, 74
    assert found.percent == pytest.approx(-100 * 10 / 77, abs=1e-5)
    assert (found.change_low, found.change_high) == (-10.0, -10.0)


def test_a_line_that_only_goes_on_shows_no_change():
    found = before_and_after([100 - 3 * month for month in range(20)], turn=12)

    assert (found.verdict, found.change) == ("unchanged", 0.0)


@pytest.mark.parametrize(
    ("values", "turn"),
    [([5.0] * 11, 7), ([5.0] * 11, 8), ([], 0), ([None] * 8 + [1.0] * 8, 8)],
)
def test_few_months_are_not_judged(values, turn):
    assert before_and_after(values, turn=turn).verdict == "too_few"


def test_a_month_without_a_value_keeps_its_place():
    whole = [10.0 + month for month in range(24)]
    gaps = [None if month in {3, 15} else value for month, value in enumerate(whole)]

    found = before_and_after(gaps, turn=12)

    assert (found.before, found.after, found.verdict) == (11, 11, "unchanged")


def test_nothing_left_to_divide_by_gives_no_per_cent():
    found = before_and_after(
        [50.0 - 5 * month for month in range(10)] + [40.0, 35.0, 30.0, 25.0], turn=10
    )

    assert found.verdict == "rose"
    assert (found.percent, found.percent_low, found.percent_high) == (None, None, None)


def test_series_without_a_change_seldom_sound_an_alarm():
    """600 made-up series of neighbours that are alike by 0.3: at most 10 in 100 alarms (5 meant)."""
    rng = np.random.default_rng(2569)
    alarms = 0
    for _each in range(600):
        noise = rng.normal(size=68)
        for place in range(1, 68):
            noise[place] += 0.3 * noise[place - 1]
        alarms += before_and_after(list(50 + noise[50:]), turn=12).verdict != "unchanged"

    assert 0.01 < alarms / 600 < 0.10
