"""A forecast (พยากรณ์) with its intervals and the back-test beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import t as student

from listening.forecasting.judging import LEVELS, Procedure, coverage, half_widths, procedure
from listening.forecasting.series import SEASONS, Floats, Series
from listening.forecasting.smoothing import Told, joined, seasonal_naive, smoothed

MOST_MOMENTS = 250  # past moments at which a forecast is tried
FARTHEST = 366


@dataclass(frozen=True)
class Ahead:
    """What is expected of one step: mean and the ends of its intervals."""

    day: date
    mean: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True)
class BackTest:
    """How the procedure did in the past; MASE divides by seasonal naive one season back, before each moment."""

    moments: int
    points: int
    mase: float | None
    mase_seasonal_naive: float | None
    relative_error: float | None  # mean absolute error ÷ that of seasonal naive on the same steps
    coverage_80: float | None
    coverage_95: float | None
    coverage_points: int


@dataclass(frozen=True)
class Forecast:
    """The steps to come, how they were found, and the back-test (None when the series is too short)."""

    method: str
    season: int
    steps: list[Ahead]
    back_test: BackTest | None


def season_of(series: Series) -> int:
    """Return the steps of a season: that of the step once two whole ones and a bit were seen, else one."""
    season = SEASONS[series.step]
    return season if len(series.values) >= 2 * season + 2 else 1


def forecast(series: Series, *, horizon: int) -> Forecast:
    """Foretell `horizon` steps after the series."""
    season, counts = season_of(series), series.values
    logs = np.log1p(counts)
    first = max(2 * season, 6, len(logs) - MOST_MOMENTS)
    naive = seasonal_naive(logs, season=season, horizon=horizon, first=first)
    told = [naive, *smoothers(logs, season=season, horizon=horizon, first=first)]
    told.append(joined(*told))
    done = procedure(told, counts=counts, usual=len(told) - 1)
    widths = half_widths(done.errors)
    if widths is None:
        widths = without_past(logs, horizon=horizon, season=season)
    return Forecast(
        method=done.chosen[-1],
        season=season,
        steps=ahead(series, done.ahead[-1], widths),
        back_test=back_test(done, naive, counts=counts, season=season),
    )


def smoothers(logs: Floats, *, season: int, horizon: int, first: int) -> list[Told]:
    """Return what smoothing says, without and with a damped trend; a season of weeks is tried without it too."""
    told = [smoothed(logs, season=season, horizon=horizon, first=first)]
    told.append(smoothed(logs, season=season, horizon=horizon, first=first, is_damped=True))
    if season > 12:
        plain = smoothed(logs, season=1, horizon=horizon, first=first)
        told.append(Told("level", plain.first, plain.ahead))
    return told


def without_past(logs: Floats, *, horizon: int, season: int) -> Floats:
    """Return half widths for a series too short to try: by the steps from season to season, Student's t."""
    moves = logs[season:] - logs[:-season]
    moves = moves[~np.isnan(moves)]
    freedom = max(len(moves) - 1, 1)
    spread = float(np.std(moves, ddof=1)) if len(moves) > 1 else 0.0
    growth = np.sqrt(1 + np.arange(horizon) // season)
    return np.outer([student.ppf((1 + level) / 2, freedom) for level in LEVELS], spread * growth)


def ahead(series: Series, logs: Floats, widths: Floats) -> list[Ahead]:
    """Return the steps to come as counts."""
    lows = np.maximum(np.expm1(logs - widths), 0.0)
    highs = np.expm1(logs + widths)
    means = np.maximum(np.expm1(logs), 0.0)
    return [
        Ahead(
            day=series.day(len(series.values) + place),
            mean=round(float(means[place]), 2),
            low_80=round(float(lows[0, place]), 2),
            high_80=round(float(highs[0, place]), 2),
            low_95=round(float(lows[1, place]), 2),
            high_95=round(float(highs[1, place]), 2),
        )
        for place in range(len(logs))
    ]


def back_test(done: Procedure, naive: Told, *, counts: Floats, season: int) -> BackTest | None:
    """Measure the procedure against seasonal naive on the steps that both foretold."""
    known = ~np.isnan(done.errors)
    if not known.any():
        return None
    actual = np.expm1(done.errors + done.ahead)
    own = np.where(known, np.abs(np.expm1(done.ahead) - actual), np.nan)
    plain = np.where(known, np.abs(np.expm1(naive.ahead) - actual), np.nan)
    scale = scales(counts, season=season, first=done.first)[:, None]
    can_scale = np.broadcast_to(known & (scale > 0), known.shape)
    covered = coverage(done)
    shares, points = covered or ({}, 0)
    worst = float(np.nanmean(plain))
    return BackTest(
        moments=int(known.any(axis=1).sum()),
        points=int(known.sum()),
        mase=mean_where(own / np.where(scale > 0, scale, 1), can_scale),
        mase_seasonal_naive=mean_where(plain / np.where(scale > 0, scale, 1), can_scale),
        relative_error=round(float(np.nanmean(own)) / worst, 4) if worst > 0 else None,
        coverage_80=rounded(shares.get(0.80)),
        coverage_95=rounded(shares.get(0.95)),
        coverage_points=points,
    )


def scales(counts: Floats, *, season: int, first: int) -> Floats:
    """Return, for each moment, the mean step from season to season before it."""
    moves = np.abs(counts[season:] - counts[:-season])
    known = ~np.isnan(moves)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, moves, 0.0))])
    seen = np.concatenate([[0], np.cumsum(known)])
    places = np.arange(first, len(counts) + 1) - season
    scale: Floats = sums[places] / np.maximum(seen[places], 1)
    return scale


def mean_where(values: Floats, is_kept: np.ndarray) -> float | None:
    """Return the mean of the kept values."""
    return round(float(values[is_kept].mean()), 4) if is_kept.any() else None


def rounded(share: float | None) -> float | None:
    """Return a share with four places."""
    return None if share is None else round(share, 4)
