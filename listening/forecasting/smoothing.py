"""What each method would have said at every moment of the past, in one pass over the series.

All work on log(1 + count): counts vary with their size and never fall below zero. Smoothing runs a
whole grid of constants side by side; at each moment the constants that had erred least until then
speak, so that nothing of the future is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from listening.forecasting.series import Floats

ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)
GAMMAS = (0.0, 0.03, 0.08, 0.2, 0.4)
TRENDS = ((0.02, 0.97), (0.1, 0.9), (0.2, 0.8))  # share of the level's step, damping
CLIPS = (2.5, np.inf)  # spreads beyond which a surprise no longer moves the level


@dataclass(frozen=True)
class Told:
    """The forecasts of a method: row = moment (from `first`), column = steps ahead; logs."""

    name: str
    first: int
    ahead: Floats


def seasonal_naive(logs: Floats, *, season: int, horizon: int, first: int) -> Told:
    """Say that it will be as one season before; where that is unknown, as the season before that."""
    filled = carried(logs, season)
    steps = np.arange(horizon)
    back = season * (steps // season + 1)
    moments = np.arange(first, len(logs) + 1)[:, None]
    return Told("seasonal_naive", first, filled[moments + steps - back])


def carried(logs: Floats, season: int) -> Floats:
    """Fill what is unknown with the season before, at the start with the mean of what is known first."""
    filled = logs.copy()
    for place in np.flatnonzero(np.isnan(logs)):
        known = filled[place - season] if place >= season else np.nan
        filled[place] = np.nanmean(logs[: 2 * season]) if np.isnan(known) else known
    return filled


@dataclass
class Grid:
    """Many smoothers side by side, each with its constants and its state."""

    alpha: Floats
    gamma: Floats
    beta: Floats
    phi: Floats
    clip: Floats
    level: Floats = field(init=False)
    trend: Floats = field(init=False)
    seasons: Floats = field(init=False)
    erred: Floats = field(init=False)
    spread: Floats = field(init=False)

    def start(self, logs: Floats, season: int) -> None:
        """Begin with the mean and the shape of the first two seasons."""
        known = logs[: max(2 * season, 4)]
        mean = float(np.nanmean(known))
        shape = np.array([mean_or_zero(known[place::season] - mean) for place in range(season)])
        count = len(self.alpha)
        self.level = np.full(count, mean)
        self.trend = np.zeros(count)
        self.seasons = np.tile(shape - shape.mean(), (count, 1))
        self.erred = np.zeros(count)
        self.spread = np.full(count, max(float(np.nanstd(known)), 0.05))

    def next(self, place: int) -> Floats:
        """Return what each says of the coming step."""
        expected: Floats = self.level + self.phi * self.trend + self.seasons[:, place]
        return expected

    def learn(self, place: int, seen: float) -> None:
        """Take in a count; an unknown one only lets the trend run on."""
        surprise = np.zeros(len(self.alpha)) if np.isnan(seen) else seen - self.next(place)
        self.erred = 0.995 * self.erred + np.abs(surprise)
        most = self.clip * self.spread
        felt = np.clip(surprise, -most, most)
        if not np.isnan(seen):
            self.spread = np.maximum(0.95 * self.spread + 0.05 * 1.25 * np.abs(felt), 1e-6)
        self.level = self.level + self.phi * self.trend + self.alpha * felt
        self.trend = self.phi * self.trend + self.beta * felt
        self.seasons[:, place] += self.gamma * felt

    def ahead(self, moment: int, horizon: int) -> Floats:
        """Return what the best until now says of the steps to come."""
        best = int(np.argmin(self.erred))
        steps = np.arange(horizon)
        run = self.trend[best] * np.cumsum(self.phi[best] ** (steps + 1.0))
        season = self.seasons.shape[1]
        said: Floats = self.level[best] + run + self.seasons[best, (moment + steps) % season]
        return said


def smoothed(
    logs: Floats, *, season: int, horizon: int, first: int, is_damped: bool = False
) -> Told:
    """Smooth exponentially with additive seasons, with a damped trend if asked for."""
    grid = grid_of(has_season=season > 1, is_damped=is_damped)
    grid.start(logs, season)
    rows = []
    for moment in range(len(logs) + 1):
        if moment >= first:
            rows.append(grid.ahead(moment, horizon))
        if moment < len(logs):
            grid.learn(moment % season, float(logs[moment]))
    return Told("damped_trend" if is_damped else "smoothing", first, np.array(rows))


def grid_of(*, has_season: bool, is_damped: bool) -> Grid:
    """Return the smoothers with all constants that are tried."""
    trends = TRENDS if is_damped else ((0.0, 1.0),)
    gammas = GAMMAS if has_season else (0.0,)
    rows = [
        (alpha, gamma * (1 - alpha), share * alpha, phi, clip)
        for alpha, gamma, (share, phi), clip in product(ALPHAS, gammas, trends, CLIPS)
    ]
    return Grid(*np.array(rows).T)


def joined(*told: Told) -> Told:
    """Say the mean of what several say."""
    ahead = np.mean([each.ahead for each in told], axis=0)
    return Told("combination", told[0].first, ahead)


def mean_or_zero(values: Floats) -> float:
    """Return the mean of what is known, 0 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0
