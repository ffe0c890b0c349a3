"""The few formulas of the indicators; pure functions."""

from math import erfc, sqrt

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
