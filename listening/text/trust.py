"""When a machine's suggestion may be used: its taxonomy, its threshold, and whether it has gone stale.

A topic model of 2022 scored 92 % in its year and 45 % after the list of topics had changed: so a
model is bound to the version of the list it learnt, and watched week by week afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binom

THRESHOLD = 0.7  # probability from which a field may be filled without asking
PRECISION = 0.9  # measured precision above the threshold that filling needs
FEWEST_JUDGED = 30  # corrections in a week below which it says nothing
WEEKS = 2  # bad weeks in a row that switch a model off
BY_ACCIDENT = 0.10  # chance of so many more right by accident, above which a model is not better
DROP = 0.10  # below the card's accuracy by so much is bad


def taxonomy_version(labels: Iterable[str]) -> str:
    """Return the version of a list of labels: equal for equal lists, in whatever order."""
    return hashlib.sha256("\n".join(sorted(set(labels))).encode()).hexdigest()[:12]


def fits(*, model_version: str, labels_in_use: Iterable[str]) -> bool:
    """Tell whether a model may suggest: it learnt the very list that is in use."""
    return model_version == taxonomy_version(labels_in_use)


def may_fill(probability: float, *, precision: float | None) -> bool:
    """Tell whether a field is filled at once: sure enough, by a model measured to be right then."""
    return probability >= THRESHOLD and precision is not None and precision >= PRECISION


@dataclass(frozen=True)
class Week:
    """How many suggestions officers judged in a week, and how many they left as they were."""

    judged: int
    right: int


def is_stale(weeks: Sequence[Week], *, accuracy: float) -> bool:
    """Tell whether a model is switched off: the last weeks with enough judged were all bad."""
    told = [week for week in weeks if week.judged >= FEWEST_JUDGED][-WEEKS:]
    least = round(accuracy - DROP, 4)  # 0.8 - 0.1 is a little more than 0.7
    return len(told) == WEEKS and all(week.right / week.judged < least for week in told)


@dataclass(frozen=True)
class Pair:
    """Two models on the same texts held back: how many, and how many only one of them got right."""

    n: int
    new_right: int
    old_right: int
    only_new: int
    only_old: int

    @property
    def chance(self) -> float:
        """The chance of so many texts or more that only the new one knew, were both equally good."""
        return float(binom.sf(self.only_new - 1, self.only_new + self.only_old, 0.5))

    @property
    def is_better(self) -> bool:
        """Whether the new model replaces the old: enough texts, more right, hardly by accident."""
        is_more = self.only_new > self.only_old
        return self.n >= FEWEST_JUDGED and is_more and self.chance <= BY_ACCIDENT

    def told(self) -> dict[str, Any]:
        """Return it for the card."""
        return {
            "n": self.n,
            "new": round(self.new_right / self.n, 4),
            "old": round(self.old_right / self.n, 4),
            "only_new": self.only_new,
            "only_old": self.only_old,
            "chance": round(self.chance, 4),
            "is_better": self.is_better,
        }


def pair_of(new_right: Sequence[bool], old_right: Sequence[bool]) -> Pair:
    """Return the comparison of two models, text by text (an exact sign test, one-sided)."""
    both = list(zip(new_right, old_right, strict=True))
    return Pair(
        len(both),
        sum(new for new, _old in both),
        sum(old for _new, old in both),
        both.count((True, False)),
        both.count((False, True)),
    )
