"""Per cent of success and score of a result (ร้อยละความสำเร็จ, คะแนน); pure functions.

Higher is better: actual ÷ target; lower is better: 200 − actual ÷ target × 100. None where the target
is 0. The per cent is rounded to two decimals first and scored as printed, so that a reader who takes
the printed per cent to the bands finds the printed score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pmqa.indicators.registry import Better

CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Band:
    """A step of the score: up to a per cent (None: without end), a score, or a factor to multiply by."""

    upto: Decimal | None
    is_inclusive: bool = True
    score: Decimal | None = None
    factor: Decimal | None = None

    def holds(self, percent: Decimal) -> bool:
        """Whether a per cent lies at or below its end."""
        if self.upto is None:
            return True
        return percent <= self.upto if self.is_inclusive else percent < self.upto

    def of(self, percent: Decimal) -> Decimal:
        """Return the score of a per cent in this band, never below 0."""
        told = self.score if self.factor is None else percent * self.factor
        return max((told or Decimal(0)).quantize(CENT, ROUND_HALF_UP), Decimal("0.00"))

    def as_data(self) -> dict[str, Any]:
        """Return the band as frozen in a report."""
        return {
            "upto": None if self.upto is None else f"{self.upto:.2f}",
            "is_inclusive": self.is_inclusive,
            "score": None if self.score is None else f"{self.score:.2f}",
            "factor": None if self.factor is None else f"{self.factor:.2f}",
        }


# What counts until an administrator sets a rule for the fiscal year: under 100 % three times the
# per cent, up to 101 300, up to 105 400, above 500.
SHIPPED = (
    Band(upto=Decimal(100), is_inclusive=False, factor=Decimal(3)),
    Band(upto=Decimal(101), score=Decimal(300)),
    Band(upto=Decimal(105), score=Decimal(400)),
    Band(upto=None, score=Decimal(500)),
)


def band_of(data: Mapping[str, Any]) -> Band:
    """Return a frozen band."""
    numbers = {name: data[name] for name in ("upto", "score", "factor")}
    told = {name: None if value is None else Decimal(value) for name, value in numbers.items()}
    return Band(is_inclusive=data["is_inclusive"], **told)


def percent_of(actual: float | None, target: float | None, *, better: Better) -> Decimal | None:
    """Return how far a target is reached, in per cent; None without result or target, or with target 0."""
    if actual is None or not target:
        return None
    share = Decimal(str(actual)) / Decimal(str(target)) * 100
    reached = 200 - share if better == Better.LOWER else share
    return reached.quantize(CENT, ROUND_HALF_UP)


def score_of(percent: Decimal | None, bands: Sequence[Band]) -> Decimal | None:
    """Return the score of a per cent by the first band that holds it."""
    if percent is None:
        return None
    return next((band.of(percent) for band in bands if band.holds(percent)), None)
