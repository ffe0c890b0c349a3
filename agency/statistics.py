"""Formulas that several rooms measure by; pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from scipy.stats import beta

Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(numerator: int, denominator: int, *, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a plain share, as shares of 1."""
    if denominator <= 0:
        raise ValueError("A share needs cases to divide by.")
    share = numerator / denominator
    spread = z * z / denominator
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    low = 0.0 if numerator == 0 else max(0.0, middle - half)
    high = 1.0 if numerator == denominator else min(1.0, middle + half)
    return low, high


def holm(chances: Sequence[float]) -> list[float]:
    """Return chances adjusted for having looked at all of them (Holm), in the order given."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    adjusted, largest = [1.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min((len(chances) - rank) * chances[place], 1.0))
        adjusted[place] = largest
    return adjusted


@dataclass(frozen=True, kw_only=True)
class RateRatio:
    """How a rate changed: after ÷ before, with a 95 % interval; `high` may be without end."""

    ratio: float
    low: float
    high: float

    @property
    def has_fallen(self) -> bool:
        """Whether the interval lies below 1."""
        return self.high < 1

    @property
    def has_risen(self) -> bool:
        """Whether the interval lies above 1."""
        return self.low > 1


def rate_ratio(*, before: int, after: int, exposure: float) -> RateRatio:
    """Compare two counts of events; `exposure` is the time after ÷ the time before.

    Conditional on their sum, the count after is binomial (Przyborowski and Wilenski); the interval is
    the exact one of Clopper and Pearson for its share, turned into a ratio of rates.
    """
    total = before + after
    if total <= 0 or exposure <= 0:
        raise ValueError("A comparison needs events and time.")
    low = float(beta.ppf(0.025, after, before + 1)) if after else 0.0
    high = float(beta.ppf(0.975, after + 1, before)) if before else 1.0
    return RateRatio(
        ratio=after / before / exposure if before else inf,
        low=low / (1 - low) / exposure,
        high=high / (1 - high) / exposure if high < 1 else inf,
    )
