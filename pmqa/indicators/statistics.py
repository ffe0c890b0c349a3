"""The few formulas of the indicators; pure functions."""

from math import erfc, sqrt

from agency.statistics import Z95, wilson

__all__ = ["Z95", "two_share_p", "wilson"]


def two_share_p(first: tuple[int, int], second: tuple[int, int]) -> float | None:
    """Return the two-sided p of "both shares are the same" by the pooled two-proportion test.

    None where the test does not hold: fewer than five expected cases on any side.
    """
    (x1, n1), (x2, n2) = first, second
    if not n1 or not n2:
        return None
    pooled = (x1 + x2) / (n1 + n2)
    if min(n1, n2) * min(pooled, 1 - pooled) < 5:
        return None
    error = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return erfc(abs(x1 / n1 - x2 / n2) / error / sqrt(2))
