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
    words = {text: reduced(text) for text in {one.text for one in real}}
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


def false_alarms(
    counts: Mapping[str, Mapping[date, int]], *, last: date, turns: int = 400
) -> float:
    """Return how many alerts 30 quiet days would give, by a simulation.

    For each label days are drawn from a negative binomial with the mean and spread of its own past,
    in which by construction nothing happens; the rule as it stands judges them. The same labels and
    past give the same number.
    """
    chance = np.random.default_rng(2566)
    expected = 0.0
    for label in sorted(counts):
        days = counts[label]
        past = [days.get(last - timedelta(days=back), 0) for back in range(1, DAYS + 1)]
        mean, spread = float(np.mean(past)), float(np.var(past, ddof=1))
        if sum(value > 0 for value in past) < FEWEST_DAYS:
            continue
        shape = mean * mean / (spread - mean) if spread > mean else 1e6
        drawn = chance.negative_binomial(shape, shape / (shape + mean), (turns, DAYS + 1))
        expected += 30 * float(np.mean(would_alert(drawn)))
    return expected


def would_alert(drawn: np.ndarray) -> np.ndarray:
    """Tell for each row, 28 days and the one after, whether the rule gives an alert."""
    before, count = drawn[:, :-1], drawn[:, -1]
    mean, spread = before.mean(axis=1), before.var(axis=1, ddof=1)
    wide = np.maximum(spread, mean + 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        tails = np.where(
            spread > mean,
            nbinom.sf(count - 1, mean * mean / (wide - mean), mean / wide),
            poisson.sf(count - 1, mean),
        )
    is_known = (count >= FEWEST) & ((before > 0).sum(axis=1) >= FEWEST_DAYS)
    told: np.ndarray = is_known & (count > mean) & (tails < LEVEL)
    return told


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
