"""When a rise is an event (ความผิดปกติ): a negative-binomial tail against the 28 days before.

Counts are of distinct submitters, without tests and repeated templates: else one prolific writer is
"emerging". A label that did not exist four weeks ago is a change of the list, not of the world.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import nbinom, poisson

from listening.text.normalise import reduced

DAYS = 28
FEWEST_DAYS = 14  # of the 28, a label must have been seen on: fewer is new or too rare
FEWEST = 10  # submitters in a day below which nobody is woken
LEVEL = 1e-3  # chance of so many by accident, a day and label
TEMPLATE = 5  # submitters with the same words make one voice of it
TEST = re.compile(
    r"^\W*(?:ทดสอบ|ทดลอง|เทส|เทสต์|test(?:ing)?)(?:ระบบ|\W|\d|ครับ|ค่ะ)*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Mention:
    """One voice with a label, from somebody known by a key."""

    day: date
    label: str
    submitter: str
    text: str


@dataclass(frozen=True)
class Alert:
    """A day on which a label was named by far more people than before."""

    day: date
    label: str
    count: int
    expected: float
    chance: float


def is_test(text: str) -> bool:
    """Tell whether a text only tries the system out."""
    return not text.strip() or TEST.match(text.strip()) is not None


def daily_counts(mentions: Iterable[Mention]) -> dict[str, dict[date, int]]:
    """Count distinct submitters by label and day; tests drop out, a template counts once."""
    real = [one for one in mentions if not is_test(one.text)]
    words = {one.text: reduced(one.text) for one in real}
    spread = defaultdict(set)
    for one in real:
        spread[one.day, one.label, words[one.text]].add(one.submitter)
    people: dict[tuple[str, date], set[str]] = defaultdict(set)
    for (day, label, text), submitters in spread.items():
        one_voice = len(submitters) >= TEMPLATE
        people[label, day] |= {f"template:{text}"} if one_voice else submitters
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    for (label, day), seen in people.items():
        counts[label][day] = len(seen)
    return dict(counts)


def tail(count: int, before: Sequence[int]) -> float:
    """Return the chance of at least so many, by a negative binomial with the past's mean and spread."""
    mean, spread = float(np.mean(before)), float(np.var(before, ddof=1))
    if mean <= 0:
        return 1.0
    if spread <= mean:
        return float(poisson.sf(count - 1, mean))
    return float(nbinom.sf(count - 1, mean * mean / (spread - mean), mean / spread))


def alerts(counts: Mapping[str, Mapping[date, int]], *, first: date, last: date) -> list[Alert]:
    """Return the alerts of a period; days without a count are zero."""
    found = []
    for label, days in counts.items():
        for step in range((last - first).days + 1):
            day = first + timedelta(days=step)
            one = judged(label, day, days)
            if one:
                found.append(one)
    return sorted(found, key=lambda one: (one.day, one.label))


def judged(label: str, day: date, days: Mapping[date, int]) -> Alert | None:
    """Return an alert for one label and day, or none."""
    before = [days.get(day - timedelta(days=back), 0) for back in range(1, DAYS + 1)]
    count = days.get(day, 0)
    known = Counter(value > 0 for value in before)[True]
    if count < FEWEST or known < FEWEST_DAYS or count <= np.mean(before):
        return None
    chance = tail(count, before)
    return Alert(day, label, count, float(np.mean(before)), chance) if chance < LEVEL else None
