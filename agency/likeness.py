"""How likely two texts tell of the same matter (ความคล้ายของข้อความ); pure functions, no dictionary.

Texts are compared by their pieces of three characters, which Thai without spaces needs. A piece that
stands in many of the texts at hand (a form's own words, polite words) weighs little. A long piece in
common counts only once or so: one name of a place does not make two matters one, several different
things in common do. Numbers in common speak for it, different ones against it.

Which things the texts speak of and which places they name counts together: one place and one thing
speak for one matter, one place and other things against it (agency/likeness_words.py).

The coefficients are a logistic regression (L2, 2.0) on the fictional Thai pairs of
tests/complaints/data/near_duplicates.csv, in which every third pair of different matters was also
held to be of one person, as in life, and on 300 pairs of different districts among real complaints,
which are not kept here. The limit was set on pairs written afterwards, so that nine in ten suggestions
are right; what it then finds and misses is told in complaints/README.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, log1p, sqrt

from agency.likeness_words import places, things
from agency.search import normalise

PIECE = 3
FEWEST = 3  # pieces one after the other that are more than chance
SHORTEST = 20  # different pieces below which a text says too little to be compared
LONGEST = 2_000  # characters that are compared
FEWEST_TEXTS = 200  # as if at least so many texts told how common a piece is
RUN = re.compile(r"[0-9]+|[a-z]+|[\u0e01-\u0e4e]+")
NUMBER = re.compile(r"\d[\d/-]*\d|\d")
ABBREVIATIONS = (
    ("ร.ร.", "โรงเรียน"),
    ("รร.", "โรงเรียน"),
    ("รพ.สต.", "รพสต "),
    ("รพ.", "โรงพยาบาล"),
    ("จนท.", "เจ้าหน้าที่"),
    ("บขส.", "สถานีขนส่ง"),
    ("กม.", "กิโลเมตร "),
    ("สุนัข", "หมา"),
    ("ม.ค.", "มกราคม"),
    ("ก.พ.", "กุมภาพันธ์"),
    ("มี.ค.", "มีนาคม"),
    ("เม.ย.", "เมษายน"),
    ("พ.ค.", "พฤษภาคม"),
    ("มิ.ย.", "มิถุนายน"),
    ("ก.ค.", "กรกฎาคม"),
    ("ส.ค.", "สิงหาคม"),
    ("ก.ย.", "กันยายน"),
    ("ต.ค.", "ตุลาคม"),
    ("พ.ย.", "พฤศจิกายน"),
    ("ธ.ค.", "ธันวาคม"),
)
SHORTHAND = (
    (re.compile(r"(?<![ก-๙])ม\.\s?(?=\d)"), "หมู่ "),
    (re.compile(r"(?<![ก-๙])ซ\.\s?"), "ซอย"),
    (re.compile(r"(?<![ก-๙])ถ\.\s?"), "ถนน"),
    (re.compile(r"(?<=\d),(?=\d{3})"), ""),
)

# What each feature adds, and the rest.
TEXT = (-0.48, -0.13, 0.46, 0.52, 0.63, 0.12, 0.66, 1.8, -3.64, -0.24, -0.03)
MEANING = (-0.03, 0.41, -0.8, 0.36, -0.5, 3.65, -1.42)
SAME_PERSON = 0.5
SAME_DISTRICT, OTHER_DISTRICT = 1.53, -2.39
SAME_TOPIC, OTHER_TOPIC = 1.26, -2.39
CONSTANT = -4.49
LIKELY = 0.94  # from here on two texts are shown as perhaps one matter
COPY = 0.72  # so much in common, and no other number, is the same text sent again


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of two matters besides their texts; None where one of the two does not say."""

    is_same_person: bool = False
    is_same_district: bool | None = None
    is_same_topic: bool | None = None

    @property
    def weight(self) -> float:
        """What the facts add to the logit."""
        return (
            SAME_PERSON * self.is_same_person
            + {None: 0.0, True: SAME_DISTRICT, False: OTHER_DISTRICT}[self.is_same_district]
            + {None: 0.0, True: SAME_TOPIC, False: OTHER_TOPIC}[self.is_same_topic]
        )


NO_FACTS = Facts()


@dataclass(frozen=True)
class Text:
    """A text as it is compared."""

    words: str

    @classmethod
    def of(cls, *parts: str) -> Text:
        """Return the parts of a text as one, abbreviations written out."""
        words = normalise(" ".join(parts)[:LONGEST])
        for short, full in ABBREVIATIONS:
            words = words.replace(short, full)
        for pattern, full in SHORTHAND:
            words = pattern.sub(full, words)
        return cls(words)

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
    def numbers(self) -> frozenset[str]:
        """The numbers that stand in it."""
        return frozenset(NUMBER.findall(self.words))

    @cached_property
    def things(self) -> frozenset[int]:
        """What it speaks of."""
        return things(self.words)

    @cached_property
    def places(self) -> frozenset[str]:
        """The names of places in it."""
        return places(self.words)

    @property
    def says_enough(self) -> bool:
        """Whether it can be compared: a test message or a word of thanks cannot."""
        return len(self.pieces) >= SHORTEST


class Weights:
    """How much a piece tells, from 0 for one that stands everywhere to 1, learnt from texts at hand."""

    def __init__(self, texts: Iterable[Text]) -> None:
        counts: Counter[str] = Counter()
        count = 0
        for count, text in enumerate(texts, start=1):  # noqa: B007
            counts.update(text.pieces)
        every = log(max(count, FEWEST_TEXTS))
        self.known = {piece: max(1 - log(n) / every, 0.0) ** 2 for piece, n in counts.items()}

    def of(self, piece: str) -> float:
        """Return the weight of a piece."""
        return self.known.get(piece, 1.0)

    def total(self, pieces: Iterable[str]) -> float:
        """Return the weight of several."""
        return sum(self.known.get(piece, 1.0) for piece in pieces)


def overlap(first: Text, second: Text, *, weights: Weights) -> float:
    """Return the share of the shorter text's weight that stands in the other; quick, to leave out the rest."""
    least = min(weights.total(first.pieces), weights.total(second.pieces))
    return weights.total(first.pieces & second.pieces) / least if least else 0.0


def likeness(first: Text, second: Text, *, weights: Weights, facts: Facts = NO_FACTS) -> float:
    """Return how likely two texts tell of the same matter, 0 to 1; 0 for texts that say too little."""
    if not (first.says_enough and second.says_enough):
        return 0.0
    told = features(first, second, weights=weights)
    logit = CONSTANT + facts.weight
    logit += sum(factor * value for factor, value in zip(TEXT, told, strict=True))
    meant = meaning(first, second)
    logit += sum(factor * value for factor, value in zip(MEANING, meant, strict=True))
    chance = 1 / (1 + exp(-max(min(logit, 50), -50)))
    same = common(first, second, weights=weights)
    is_copy = same >= COPY and first.numbers == second.numbers
    return max(chance, same, LIKELY) if is_copy else chance


def common(first: Text, second: Text, *, weights: Weights) -> float:
    """Return the share of all weight that both texts have."""
    every = weights.total(first.pieces | second.pieces)
    return weights.total(first.pieces & second.pieces) / every if every else 0.0


def features(first: Text, second: Text, *, weights: Weights) -> tuple[float, ...]:
    """Return what tells two texts of one matter from two of different ones."""
    spans = [*spans_of(first, second, weights=weights), *spans_of(second, first, weights=weights)]
    sizes = weights.total(first.pieces), weights.total(second.pieces)
    least, middle = min(sizes) or 1.0, sqrt(sizes[0] * sizes[1]) or 1.0
    whole, broad = sum(spans) / 2, capped(spans, 4.0)
    has_numbers = bool(first.numbers and second.numbers)
    agree = bool(first.numbers & second.numbers)
    return (
        5 * capped(spans, 1.5) / middle,
        5 * broad / middle,
        2 * whole / middle,
        log1p(capped(spans, 1.5)),
        log1p(broad),
        log1p(sum(span > 2 for span in spans) / 2),
        log1p(max(spans, default=0.0)),
        float(agree),
        float(has_numbers and not agree),
        5 * max(common(first, second, weights=weights) - 0.5, 0.0),
        5 * max(whole / least - 0.7, 0.0) * min(1.0, least / 15),
    )


def meaning(first: Text, second: Text) -> tuple[float, ...]:
    """Return whether two texts speak of the same things and name the same places, and both together."""
    shared = len(first.things & second.things)
    things_differ = bool(first.things and second.things) and not shared
    is_one_place = any(name in second.words for name in first.places) or any(
        name in first.words for name in second.places
    )
    places_differ = bool(first.places and second.places) and not is_one_place
    share = min(shared, 3) / 3
    return (
        float(shared > 0),
        share,
        float(things_differ),
        float(is_one_place),
        float(places_differ),
        is_one_place * share,
        float(is_one_place and things_differ),
    )


def spans_of(first: Text, second: Text, *, weights: Weights) -> list[float]:
    """Return the weights of the stretches of one text that stand in another; a few letters are chance."""
    found: list[float] = []
    for run in first.runs:
        stretch: list[str] = []
        for piece in [*run, ""]:
            if piece in second.pieces:
                stretch.append(piece)
            else:
                if len(stretch) >= FEWEST or (stretch and len(run) == 1):
                    found.append(weights.total(stretch))
                stretch = []
    return found


def capped(spans: Sequence[float], most: float) -> float:
    """Return the sum of stretches seen from both sides, none counting more than a limit."""
    return sum(min(span, most) for span in spans) / 2


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
