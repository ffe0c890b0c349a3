"""When a machine's suggestion may be used: its taxonomy, its threshold, and whether it has gone stale.

A topic model of 2022 scored 92 % in its year and 45 % after the list of topics had changed: so a
model is bound to the version of the list it learnt, and watched week by week afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

THRESHOLD = 0.7  # probability from which a field may be filled without asking
PRECISION = 0.9  # measured precision above the threshold that filling needs
FEWEST_JUDGED = 30  # corrections in a week below which it says nothing
WEEKS = 2  # bad weeks in a row that switch a model off
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
    return len(told) == WEEKS and all(week.right / week.judged < accuracy - DROP for week in told)


def is_better(*, new: float, old: float | None, n: int) -> bool:
    """Tell whether a new model replaces the old: better on the same held-back texts, enough of them."""
    return old is None or (n >= FEWEST_JUDGED and new > old)
