"""What a linear model sees of a text: hashed words, pairs, characters and ends, and question cues.

All is counted with numpy over a batch of texts at once: several times faster than scikit-learn's
analysers, and the same on every machine (CRC-32 and a fixed mixing, never Python's own hash).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from listening.text.normalise import reduced
from listening.text.segmentation import words

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]

BITS = {"words": 18, "characters": 19, "ends": 16}
STRENGTH = {"words": 1.0, "characters": 1.0, "ends": 0.5}
SHORTEST, LONGEST = 2, 5  # pieces of so many characters
FEWEST = 2  # texts a feature must stand in
LONGEST_TEXT = 10_000  # characters of one text that are read
LETTER = re.compile(r"[\w\u0e01-\u0e4e]")

ASKING = "(ไหม|มั้ย|มั๊ย|หรอ|เหรอ|ป่าว|เปล่า|อะไร|ไหน|ยังไง|เท่าไหร่|เท่าไร|ใหม)"
POLITE = "(คะ|ครับ|คับ|ค่ะ|ครัช)"
CUES = [
    re.compile(cue)
    for cue in (
        r"\?",
        r"ไหม|มั้ย|มั๊ย|มัย|ใหม(?!่)",
        r"หรอ|เหรอ|รึเปล่า|รึป่าว|หรือเปล่า|หรือป่าว|ปะค|เป่าค",
        r"เท่าไ|กี่(?!ด)|ราคา",
        r"ยังไง|อย่างไร|อะไร|ที่ไหน|ตรงไหน|อันไหน|แบบไหน|รุ่นไหน|เมื่อไ",
        r"สอบถาม|อยากทราบ|ขอถาม|อยากรู้|แนะนำ|ช่วย",
        rf"({POLITE}|จ๊ะ|จ้ะ|นะ)\W*$",
        r"คะ\W*$",
        rf"{ASKING}\s*{POLITE}?\W*$",
    )
]
LENGTHS = (20, 50, 150, 400)
SHORT_QUESTION = 120
CUE_STRENGTH = 0.4
CUE_COUNT = len(CUES) + len(LENGTHS) + 3


@dataclass(frozen=True)
class Counts:
    """How often each hashed feature stands in each text, by family, and the cues."""

    families: dict[str, csr_matrix]
    cues: Floats

    def __len__(self) -> int:
        return int(self.cues.shape[0])

    def __getitem__(self, rows: NDArray[np.intp] | slice) -> Counts:
        return Counts({name: one[rows] for name, one in self.families.items()}, self.cues[rows])


def counts(texts: Sequence[str]) -> Counts:
    """Count the features of each text."""
    read = [reduced(text[:LONGEST_TEXT]) for text in texts]
    tokens = [words(text) for text in read]
    families = {
        "words": with_pairs([identities(one) for one in tokens]),
        "characters": pieces(read),
        "ends": listed([identities(ends(one)) for one in tokens]),
    }
    return Counts(
        {name: folded(*found, size=len(read), bits=BITS[name]) for name, found in families.items()},
        np.array([cues(text) for text in read], np.float32).reshape(len(read), CUE_COUNT),
    )


def identities(tokens: Iterable[str]) -> Hashes:
    """Return a number for each word."""
    return np.array([zlib.crc32(token.encode()) for token in tokens], np.uint64)


def listed(rows: list[Hashes]) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the numbers of all texts in one array, and the text of each."""
    texts = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return (np.concatenate(rows) if rows else np.array([], np.uint64)), texts


def with_pairs(rows: list[Hashes]) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the words and every two neighbouring words of a text."""
    single, texts = listed(rows)
    same = texts[:-1] == texts[1:]
    pairs = single[:-1] * np.uint64(0x9E3779B1) + single[1:] * np.uint64(0x85EBCA77) + np.uint64(7)
    return np.concatenate([single, pairs[same]]), np.concatenate([texts, texts[1:][same]])


def pieces(texts: list[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """Return every run of two to five characters by a rolling hash, with a space at both ends."""
    spaced = [f" {text} " for text in texts]
    code = np.frombuffer("".join(spaced).encode("utf-32-le"), np.uint32).astype(np.uint64)
    text_of = np.repeat(np.arange(len(spaced)), [len(text) for text in spaced])
    rolling, found, places = code, [], []
    for length in range(SHORTEST, LONGEST + 1):
        rolling = rolling[: max(len(code) - length + 1, 0)] * np.uint64(0x100000001B3)
        rolling = rolling + code[length - 1 :]
        first = text_of[: len(rolling)]
        inside = first == text_of[length - 1 :]
        found.append(rolling[inside] + np.uint64(length * 1_315_423_911))
        places.append(first[inside])
    return np.concatenate(found), np.concatenate(places)


def ends(tokens: list[str]) -> list[str]:
    """Return the first word and the last four, where Thai puts its question and polite words."""
    spoken = [token for token in tokens if LETTER.match(token)]
    last = spoken[-1:]
    pair = [f">>{'|'.join(spoken[-2:])}"] if spoken else []
    return [
        *(f"<{word}" for word in spoken[:1]),
        *(f">{word}" for word in last),
        *pair,
        *(f"e:{word}" for word in spoken[-4:]),
    ]


def cues(text: str) -> list[float]:
    """Return which question cues a text has, and how long it is."""
    found = [float(cue.search(text) is not None) for cue in CUES]
    size = len(text)
    long = [float(size < LENGTHS[0]), float(size < LENGTHS[1])]
    long += [float(size > LENGTHS[2]), float(size > LENGTHS[3])]
    short = float(size < SHORT_QUESTION)
    row = [*found, *long, found[8] * short, found[1] * short, found[0] * short]
    return [CUE_STRENGTH * value for value in row]


def folded(hashes: Hashes, texts: NDArray[np.int64], *, size: int, bits: int) -> csr_matrix:
    """Return the counts as a matrix of 2**bits columns."""
    mixed = hashes ^ (hashes >> np.uint64(33))
    mixed = mixed * np.uint64(0xFF51AFD7ED558CCD)
    mixed = mixed ^ (mixed >> np.uint64(33))
    columns = (mixed & np.uint64((1 << bits) - 1)).astype(np.int32)
    table = csr_matrix(
        (np.ones(len(columns), np.float32), (texts, columns)), shape=(size, 1 << bits)
    )
    table.sum_duplicates()
    return table


def rarity(table: csr_matrix) -> Floats:
    """Return the inverse document frequency of each column, 0 for one that is too rare."""
    seen = np.bincount(table.indices, minlength=table.shape[1])
    idf = (np.log((1 + table.shape[0]) / (1 + seen)) + 1).astype(np.float32)
    idf[seen < FEWEST] = 0
    return np.asarray(idf, np.float32)


def rarities(found: Counts) -> dict[str, Floats]:
    """Return the rarity of each feature, learnt from the texts at hand."""
    return {name: rarity(table) for name, table in found.families.items()}


def weighed(found: Counts, rarities: dict[str, Floats]) -> csr_matrix:
    """Return sublinear tf-idf, every family of unit length times its strength, side by side."""
    parts = []
    for name, table in found.families.items():
        data = (1 + np.log(table.data)) * rarities[name][table.indices]
        row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
        length = np.sqrt(np.bincount(row, weights=data * data, minlength=table.shape[0]))
        length[length == 0] = 1
        data = (data * (STRENGTH[name] / length)[row]).astype(np.float32)
        parts.append(csr_matrix((data, table.indices, table.indptr), shape=table.shape))
    return hstack(parts, format="csr")
