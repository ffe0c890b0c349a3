"""The arithmetic of forecasts: on made series with known truth, and on real ones where they are at hand."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from listening.forecasting.forecast import forecast
from listening.forecasting.judging import half_widths, known_errors
from listening.forecasting.series import Irregular, Series, Step, moved, series_of
from listening.forecasting.smoothing import carried, seasonal_naive, smoothed

DATA = Path("/work/shared/data")
START = date(2026, 1, 5)
WEEK = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.5, 0.4])


def daily(values):
    return Series(START, Step.DAY, np.asarray(values, dtype=float))


def dated(values, *, days=1):
    return {START + timedelta(days=days * place): value for place, value in enumerate(values)}


@pytest.mark.parametrize(
    ("day", "step", "steps", "then"),
    [
        (date(2026, 1, 31), Step.MONTH, 1, date(2026, 2, 28)),
        (date(2026, 11, 1), Step.MONTH, 2, date(2027, 1, 1)),
        (date(2026, 12, 31), Step.DAY, 1, date(2027, 1, 1)),
        (date(2026, 12, 28), Step.WEEK, 1, date(2027, 1, 4)),
    ],
)
def test_a_step_leads_to_the_next_day(day, step, steps, then):
    assert moved(day, step, steps) == then


def test_the_step_is_found_in_the_dates():
    months = {date(2025 + place // 12, place % 12 + 1, 1): 5 for place in range(20)}

    assert series_of(dated([3] * 9)).step == Step.DAY
    assert series_of(dated([3] * 9, days=7)).step == Step.WEEK
    assert series_of(months).step == Step.MONTH


def test_a_missing_day_is_unknown_unless_said_to_be_none():
    counts = dated([4] * 10)
    del counts[START + timedelta(days=4)]

    unknown, none = series_of(counts), series_of(counts, missing_is_zero=True)

    assert (unknown.missing, none.missing) == (1, 0)
    assert none.values.tolist() == [4, 4, 4, 4, 0, 4, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (dated([1] * 7), "too_short"),
        (dated([1] * 9, days=3), "no_step"),
        (dated([1] * 8) | {START + timedelta(days=90): 1}, "too_many_missing"),
    ],
)
def test_what_is_no_series_says_why(counts, reason):
    with pytest.raises(Irregular) as caught:
        series_of(counts)

    assert caught.value.reason == reason


def test_seasonal_naive_says_the_season_before():
    logs = np.arange(14.0)

    told = seasonal_naive(logs, season=7, horizon=9, first=14)

    assert told.ahead.tolist() == [[7, 8, 9, 10, 11, 12, 13, 7, 8]]


def test_an_unknown_day_is_carried_from_the_season_before():
    logs = np.array([1.0, 2.0, np.nan, 2.0, 5.0, np.nan])

    assert carried(logs, 2).tolist() == [1.0, 2.0, 1.0, 2.0, 5.0, 2.0]


def test_smoothing_looks_at_nothing_to_come():
    values = np.log1p(np.tile(WEEK, 8) * 50)
    changed = values.copy()
    changed[40:] += 3

    before = smoothed(values, season=7, horizon=7, first=30).ahead[:11]
    after = smoothed(changed, season=7, horizon=7, first=30).ahead[:11]

    assert np.array_equal(before, after)


def test_errors_are_known_only_once_their_day_has_come():
    errors = np.arange(12.0).reshape(4, 3)

    known = known_errors(errors, 2)

    assert np.nan_to_num(known, nan=-1).tolist() == [[0, 1, -1], [3, -1, -1]]


def test_few_errors_give_no_width():
    assert half_widths(np.full((5, 3), 0.1)) is None


def test_a_steady_week_is_foretold_as_it_is():
    told = forecast(daily(np.tile(WEEK, 10) * 100), horizon=7)

    assert [step.mean for step in told.steps] == [130, 120, 110, 100, 100, 50, 40]
    assert told.steps[0].day == START + timedelta(days=70)
    assert told.back_test.relative_error is None  # seasonal naive never errs here


def test_no_voice_at_all_is_foretold_as_none():
    told = forecast(daily([0] * 40), horizon=3)

    assert {(step.mean, step.low_95, step.high_95) for step in told.steps} == {(0, 0, 0)}


def test_intervals_lie_inside_one_another_and_never_below_none():
    chance = np.random.default_rng(3)

    told = forecast(daily(chance.poisson(2.0, 90)), horizon=14)

    for step in told.steps:
        assert 0 <= step.low_95 <= step.low_80 <= step.mean <= step.high_80 <= step.high_95


def test_a_short_series_is_foretold_without_season_and_back_test():
    told = forecast(daily([5, 7, 6, 8, 5, 6, 7, 9]), horizon=3)

    assert told.season == 1
    assert told.steps[0].low_95 < told.steps[0].mean < told.steps[0].high_95
    assert told.back_test.coverage_95 is None


def test_a_gap_neither_stops_nor_moves_it():
    values = np.tile(WEEK, 10) * 100
    values[33] = np.nan

    told = forecast(daily(values), horizon=7)

    assert [round(step.mean) for step in told.steps] == [130, 120, 110, 100, 100, 50, 40]


def simulated(chance, steps):
    mean = 20 * np.tile(WEEK, steps // 7 + 1)[:steps] * np.exp(0.3 * np.sin(np.arange(steps) / 15))
    return chance.negative_binomial(10, 10 / (10 + mean)).astype(float)


def test_intervals_hold_what_they_promise_on_series_not_seen():
    chance = np.random.default_rng(2569)
    inside = np.zeros(2)

    for _each in range(60):
        values = simulated(chance, 134)
        told = forecast(daily(values[:120]), horizon=14)
        for step, seen in zip(told.steps, values[120:], strict=True):
            inside += [step.low_80 <= seen <= step.high_80, step.low_95 <= seen <= step.high_95]

    in_80, in_95 = inside / (60 * 14)
    assert 0.77 <= in_80 <= 0.88
    assert 0.93 <= in_95 <= 0.99


def test_the_back_test_measures_what_the_procedure_did():
    chance = np.random.default_rng(7)

    test = forecast(daily(simulated(chance, 200)), horizon=14).back_test

    assert (test.moments, test.points) == (186, 186 * 14 - 13 * 14 // 2)
    assert test.mase < test.mase_seasonal_naive
    assert test.relative_error < 1


def real(path, day, count):
    if not path.is_file():
        pytest.skip(f"{path.name} is not on this machine")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row[day]): float(row[count]) for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("name", "day", "count", "horizon", "most"),
    [
        ("traffy_2022_daily/daily_counts.csv", "day", "n", 14, 1.0),
        ("nyc311_animals/monthly_counts.csv", "ds", "y", 12, 0.9),
    ],
)
def test_real_series_are_foretold_better_than_by_the_season_before(name, day, count, horizon, most):
    told = forecast(series_of(real(DATA / name, day, count)), horizon=horizon)

    assert told.back_test.relative_error < most
    assert told.back_test.coverage_80 > 0.77
    assert told.back_test.coverage_95 > 0.93
