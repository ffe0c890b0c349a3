"""Formulas that several rooms measure by; pure functions."""

from math import sqrt

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
