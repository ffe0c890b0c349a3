"""The score of an item (DOMAIN.md section 1): arithmetic without database and clock.

Basic gives 300 × the share of its boxes that are ticked; Advance adds 100 × its share only when
Basic is complete; Significance likewise when both are. A level is reached when all its boxes and
all below it are ticked. The category is the mean of its items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BASIC, ADVANCE, SIGNIFICANCE = 1, 2, 3
POINTS = {BASIC: 300, ADVANCE: 100, SIGNIFICANCE: 100}
FULL = sum(POINTS.values())


@dataclass(frozen=True)
class Tally:
    """How many boxes a level has, and how many are ticked."""

    ticked: int
    boxes: int

    @property
    def is_complete(self) -> bool:
        """Whether every box is ticked; a level without boxes cannot be reached."""
        return 0 < self.boxes <= self.ticked


@dataclass(frozen=True)
class Score:
    """Points of an item, 0 to 500, and the highest level reached, 0 for none."""

    points: float
    level: int

    @property
    def next_level(self) -> int:
        """The level to reach next, 0 when the highest is reached."""
        return self.level + 1 if self.level < SIGNIFICANCE else 0


def score_of(tallies: Mapping[int, Tally]) -> Score:
    """Score an item from its levels; a level counts only when all below it are complete."""
    points, reached = 0.0, 0
    for level, worth in POINTS.items():
        tally = tallies.get(level, Tally(0, 0))
        if not tally.boxes:
            break
        points += worth * tally.ticked / tally.boxes
        if not tally.is_complete:
            break
        reached = level
    return Score(points=round(points, 2), level=reached)


def mean_of(scores: Sequence[Score]) -> float | None:
    """Return the category's score, nothing where there is no item."""
    return round(sum(score.points for score in scores) / len(scores), 2) if scores else None
