"""How likely two texts tell of the same matter (ความคล้ายของข้อความ); pure functions, each feature named.

What decides for a person decides here: the same place, number, day and thing. A slot in which both
texts say different things (soi 5 here, soi 7 there) speaks against one matter however alike the words;
a rare number in both speaks for it though nothing else agrees (`likeness_slots`). What a text is about
and what is wrong with it is known by lists of words (`likeness_words`). The rest is told by stretches of
text in common, in pieces of three characters, which Thai without spaces needs; a piece that stands in
many of the texts at hand weighs little.

The weights are a logistic regression on labelled fictional pairs (`likeness_weights`); docs/MODELS.md
tells how good it is and what it misses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, log1p, sqrt

from agency.likeness_slots import Held, Slots, held, shared_names
from agency.likeness_weights import CONSTANT, FACTORS, LIKELY
from agency.likeness_words import follows, things, troubles
from agency.likeness_writing import written_out
from agency.search import normalise

PIECE = 3
FEWEST = 3  # pieces one after the other that are more than chance
SHORTEST = 20  # different pieces below which a text says too little to be compared
LONGEST = 2_000  # characters that are compared
FEWEST_TEXTS = 200  # as if at least so many texts told how common a piece is
MOST = 4.0  # what one stretch may count: one name of a place does not make two matters one
REPLACED = 5  # pieces in a row that only one has: more than a slip of the pen
LONG = 8  # pieces in a row that two tellings of one matter hardly share
DAYS = 10  # between two matters whose days are not known
RUN = re.compile(r"[0-9]+|[a-z]+|[\u0e01-\u0e4e]+")
COPY = 0.72  # so much in common, and nothing counted differently, is the same text sent again


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of two matters besides their texts; None where one of the two does not say."""

    is_same_person: bool = False
    is_same_district: bool | None = None
    is_same_topic: bool | None = None
    days: int = DAYS


NO_FACTS = Facts()


@dataclass(frozen=True)
class Text:
    """A text as it is compared."""

    words: str

    @classmethod
    def of(cls, *parts: str) -> Text:
        """Return the parts of a text as one, abbreviations written out."""
        return cls(written_out(" ".join(parts)[:LONGEST]))

    @cached_property
    def slots(self) -> Slots:
        """What it counts and names."""
        return Slots(self.words)

    @cached_property
    def runs(self) -> list[list[str]]:
        """The pieces in their order, run by run; a number or a Latin word is one piece."""
        return [
            [run]
            if run.isascii()
            else [run[place : place + PIECE] for place in range(len(run) - PIECE + 1)]
            for run in RUN.findall(self.words)
        ]

    @cached_property
    def pieces(self) -> frozenset[str]:
        """The different pieces."""
        return frozenset(piece for run in self.runs for piece in run)

    @cached_property
    def things(self) -> frozenset[int]:
        """What it speaks of."""
        return things.found(self.slots.nameless)

    @cached_property
    def troubles(self) -> frozenset[int]:
        """What is wrong there."""
        return troubles.found(self.slots.nameless)

    @cached_property
    def follows(self) -> bool:
        """Whether it says that the matter was told before."""
        return bool(follows.found(self.words))

    @property
    def says_enough(self) -> bool:
        """Whether it can be compared: a test message or a word of thanks cannot."""
        return len(self.pieces) >= SHORTEST


class Weight:
    """How much a part of a text tells, from 0 for one that stands everywhere to 1."""

    def __init__(self, texts: Iterable[frozenset[str] | frozenset[int]]) -> None:
        counts: Counter[Hashable] = Counter()
        count = 0
        for count, parts in enumerate(texts, start=1):  # noqa: B007
            counts.update(parts)
        every = log(max(count, FEWEST_TEXTS))
        self.known = {part: max(1 - log(n) / every, 0.0) ** 2 for part, n in counts.items()}

    def of(self, part: Hashable) -> float:
        """Return the weight of a part."""
        return self.known.get(part, 1.0)

    def total(self, parts: Iterable[Hashable]) -> float:
        """Return the weight of several."""
        return sum(self.known.get(part, 1.0) for part in parts)


class Weights:
    """How much each piece, thing and trouble tells, learnt from the texts at hand."""

    def __init__(self, texts: Iterable[Text]) -> None:
        at_hand = list(texts)
        self.pieces = Weight(text.pieces for text in at_hand)
        self.things = Weight(text.things for text in at_hand)
        self.troubles = Weight(text.troubles for text in at_hand)


def overlap(first: Text, second: Text, *, weights: Weights) -> float:
    """Return the share of the shorter text's weight that stands in the other; quick, to leave out the rest."""
    pieces = weights.pieces
    least = min(pieces.total(first.pieces), pieces.total(second.pieces))
    return pieces.total(first.pieces & second.pieces) / least if least else 0.0


def likeness(first: Text, second: Text, *, weights: Weights, facts: Facts = NO_FACTS) -> float:
    """Return how likely two texts tell of the same matter, 0 to 1; 0 for texts that say too little."""
    if not (first.says_enough and second.says_enough):
        return 0.0
    told = features(first, second, weights=weights, facts=facts)
    logit = CONSTANT + sum(FACTORS[name] * value for name, value in told.items())
    chance = 1 / (1 + exp(-max(min(logit, 50), -50)))
    same = common(first, second, weights=weights)
    differs = told["conflict"] + told["other_day"] + told["other_numbers"] + told["template"]
    is_copy = same >= COPY and not differs
    return max(chance, same, LIKELY) if is_copy else chance


def common(first: Text, second: Text, *, weights: Weights) -> float:
    """Return the share of all weight that both texts have."""
    every = weights.pieces.total(first.pieces | second.pieces)
    return weights.pieces.total(first.pieces & second.pieces) / every if every else 0.0


def features(
    first: Text, second: Text, *, weights: Weights, facts: Facts = NO_FACTS
) -> dict[str, float]:
    """Return by name what tells two texts of one matter from two of different ones."""
    slots = held(first.slots, second.slots)
    told = {
        **stretches(first, second, weights=weights),
        **topics(first, second, weights=weights),
        **agreements(slots),
        **known(facts),
    }
    agree = max(slots.number, slots.reference, slots.place, slots.spot)
    is_nowhere = not (first.slots.places and second.slots.places)
    is_followed = first.follows or second.follows
    alike = common(first, second, weights=weights)
    other = replaced(first, second) >= REPLACED
    told |= {
        "template": max(alike - 0.3, 0.0) * other,
        "same text": max(alike - 0.3, 0.0) * (not other),
        "other, density": told["density"] * other,
        "other, long stretch": max(longest_shared(first, second) - LONG, 0) / 10 * other,
        "long stretch": max(longest_shared(first, second) - LONG, 0) / 10,
        "agree, things": agree * told["things"],
        "agree, troubles": agree * told["troubles"],
        "agree, other things": agree * told["other_things"],
        "nowhere, things": is_nowhere * told["things"],
        "person, followed": told["person"] * is_followed,
        "person, conflict": told["person"] * told["conflict"],
    }
    return told


def stretches(first: Text, second: Text, *, weights: Weights) -> dict[str, float]:
    """Return how much text both have in stretches, in all and for their length."""
    weight = weights.pieces
    spans = [*spans_of(first, second, weight=weight), *spans_of(second, first, weight=weight)]
    size = sqrt(weight.total(first.pieces) * weight.total(second.pieces)) or 1.0
    shared = sum(min(span, MOST) for span in spans) / 2
    return {"stretches": log1p(shared), "density": 5 * shared / size}


def replaced(first: Text, second: Text) -> int:
    """Return the longest stretch that each has in place of the other's: a name for another, not a slip of the pen."""
    return min(longest_own(first, second), longest_own(second, first))


def longest_shared(first: Text, second: Text) -> int:
    """Return how many pieces in a row of one text stand in another."""
    longest = 0
    for run in first.runs:
        here = 0
        for piece in run:
            here = here + 1 if piece in second.pieces else 0
            longest = max(longest, here)
    return longest


def longest_own(first: Text, second: Text) -> int:
    """Return how many pieces in a row of one text do not stand in another."""
    longest = 0
    for run in first.runs:
        here = 0
        for piece in run:
            here = 0 if piece in second.pieces else here + 1
            longest = max(longest, here)
    return longest


def topics(first: Text, second: Text, *, weights: Weights) -> dict[str, float]:
    """Return how far both speak of the same things and troubles."""
    shared = weights.things.total(first.things & second.things)
    every = weights.things.total(first.things | second.things)
    troubles_shared = weights.troubles.total(first.troubles & second.troubles)
    least = min(weights.troubles.total(first.troubles), weights.troubles.total(second.troubles))
    return {
        "things_shared": min(shared, 3.0),
        "things": shared / every if every else 0.0,
        "other_things": is_apart(first.things, second.things),
        "troubles": troubles_shared / least if least else 0.0,
        "other_troubles": is_apart(first.troubles, second.troubles),
    }


def is_apart(here: frozenset[int], there: frozenset[int]) -> float:
    """Return 1 if both texts say something and nothing that both say."""
    return float(bool(here and there) and not here & there)


def agreements(slots: Held) -> dict[str, float]:
    """Return in which slots two texts agree and in which they say different things."""
    return {
        "number": slots.number,
        "other_number": slots.other_number,
        "other_numbers": slots.other_numbers,
        "reference": slots.reference,
        "other_reference": slots.other_reference,
        "day": slots.day,
        "other_day": slots.other_day,
        "amount": slots.amount,
        "places": slots.places,
        "other_place": slots.other_place,
        "spot": slots.spot,
        "other_spot": slots.other_spot,
        "conflict": max(
            slots.other_number * (1 - slots.number),
            slots.other_reference * (1 - slots.reference),
            slots.other_place * (1 - slots.place),
        ),
    }


def known(facts: Facts) -> dict[str, float]:
    """Return the facts as numbers; what is not known is 0 on both sides."""
    return {
        "person": float(facts.is_same_person),
        "district": float(facts.is_same_district is True),
        "other_district": float(facts.is_same_district is False),
        "topic": float(facts.is_same_topic is True),
        "other_topic": float(facts.is_same_topic is False),
        "days": log1p(abs(facts.days)),
    }


def spans_of(first: Text, second: Text, *, weight: Weight) -> list[float]:
    """Return the weights of the stretches of one text that stand in another; a few letters are chance."""
    found: list[float] = []
    for run in first.runs:
        stretch: list[str] = []
        for piece in [*run, ""]:
            if piece in second.pieces:
                stretch.append(piece)
            else:
                if len(stretch) >= FEWEST or (stretch and len(run) == 1):
                    found.append(weight.total(stretch))
                stretch = []
    return found


# Why: what is shown beside a suggestion


@dataclass(frozen=True)
class Why:
    """What two texts have in common, in their own words."""

    places: tuple[str, ...]
    numbers: tuple[str, ...]
    things: tuple[str, ...]


def why(first: Text, second: Text, *, most: int = 2) -> Why:
    """Return the places, numbers and things that both texts name; a few of each."""
    shared = first.slots.references & second.slots.references
    both = sorted(first.things & second.things)
    return Why(
        places=shared_names(first.slots, second.slots, most=most),
        numbers=tuple(sorted(shared)[:most]),
        things=tuple(things.name(line) for line in both[:most]),
    )


def marked(text: str, other: str, *, shortest: int = 6) -> list[tuple[str, bool]]:
    """Cut a text into stretches, each with whether it stands in the other text too; for showing why."""
    there = normalise(other)
    cuts: list[tuple[str, bool]] = []
    place = 0
    while place < len(text):
        size = longest_at(text, place, there, shortest=shortest)
        step = size or 1
        piece, is_shared = text[place : place + step], bool(size)
        if cuts and cuts[-1][1] == is_shared:
            cuts[-1] = (cuts[-1][0] + piece, is_shared)
        else:
            cuts.append((piece, is_shared))
        place += step
    return cuts


def longest_at(text: str, place: int, there: str, *, shortest: int) -> int:
    """Return how many characters from a place on stand in another text, 0 if fewer than the shortest."""
    size = shortest
    if len(text) - place < size or not stands(text[place : place + size], there):
        return 0
    while place + size < len(text) and stands(text[place : place + size + 1], there):
        size += 1
    return size


def stands(piece: str, there: str) -> bool:
    """Whether a piece stands in a normalised text; no piece ends with a blank."""
    return not piece[-1].isspace() and not piece[0].isspace() and normalise(piece) in there
