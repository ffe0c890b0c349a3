"""How many answers a wave needs: the sample size of a share, with design effect and finite population."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True, kw_only=True)
class Size:
    """Answers that are needed, and persons to be asked to get them."""

    answers: int
    invitations: int


def size_for_share(
    *,
    share: float = 0.5,
    margin: float = 0.05,
    level: float = 0.95,
    deff: float = 1.0,
    population: int | None = None,
    response_rate: float = 1.0,
) -> Size:
    """Return how many answers make a share known to ± `margin`.

    `share`, `margin`, `level` and `response_rate` are fractions of 1; `deff` is the design effect, 1 for a simple
    random sample; `population` None means very large. n0 = z²p(1−p)/e² (Cochran 1977, 4.2), times deff, then
    n = n0 / (1 + (n0 − 1)/N) (4.3), rounded up; never more than the population. Raises ValueError outside the bounds.
    """
    for value in (share, margin, level):
        if not 0 < value < 1:
            raise ValueError("share, margin and level lie between 0 and 1")
    if deff <= 0 or not 0 < response_rate <= 1 or (population is not None and population < 1):
        raise ValueError("deff and population are positive, the response rate at most 1")
    z = float(stats.norm.ppf((1 + level) / 2))
    wanted = z**2 * share * (1 - share) / margin**2 * deff
    if population is not None:
        wanted = min(wanted / (1 + (wanted - 1) / population), population)
    answers = math.ceil(round(wanted, 6))
    invitations = math.ceil(round(answers / response_rate, 6))
    if population is not None:
        invitations = min(invitations, population)
    return Size(answers=answers, invitations=invitations)
