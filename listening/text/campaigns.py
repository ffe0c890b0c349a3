"""Campaigns: views that are one text sent by many (จดหมายเวียน). Grouped and counted, never dropped.

Pure: texts in, groups out. Two texts are alike when their character stretches agree by nine tenths
(cosine of TF-IDF of 3 to 5 letters); alike to alike makes one group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from listening.text.normalise import normalise

ALIKE = 0.9
SHORTEST = 40  # letters; "เห็นด้วย" is no campaign
ROWS_AT_ONCE = 500


def groups_of(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of texts that are alike, each group of two or more, the first text first."""
    plain = [normalise(text) for text in texts]
    long = [place for place, text in enumerate(plain) if len(text) >= SHORTEST]
    if len(long) < 2:
        return []
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(3, 5), sublinear_tf=True).fit_transform(
        [plain[place] for place in long]
    )
    leader = list(range(len(long)))
    for start in range(0, len(long), ROWS_AT_ONCE):
        likeness = (vectors[start : start + ROWS_AT_ONCE] @ vectors.T).tocoo()
        near = likeness.data >= ALIKE
        for row, other in zip(likeness.row[near], likeness.col[near], strict=True):
            join(leader, start + int(row), int(other))
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(long)):
        found[root(leader, place)].append(long[place])
    return [group for group in found.values() if len(group) > 1]


def root(leader: list[int], place: int) -> int:
    """Return the first of a group, shortening the way to it."""
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def join(leader: list[int], one: int, other: int) -> None:
    """Make two groups one; the earlier text leads."""
    first, second = sorted((root(leader, one), root(leader, other)))
    leader[second] = first
