"""A trained classifier: one layer of weights on hashed features; kept as npz and JSON, no pickle."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from listening.text.features import BITS, Counts, Floats, counts, weighed

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
BATCH = 500
FORMAT = 1  # raised whenever features change, so that an old model is refused


class Unreadable(ValueError):
    """The model's files are missing, foreign or altered."""


@dataclass(frozen=True)
class Classifier:
    """Labels, the rarity of each feature, and what each says for each label."""

    labels: tuple[str, ...]
    rarities: dict[str, Floats]
    weights: Floats  # all hashed features, by label
    cue_weights: Floats
    bias: Floats

    def scores(self, found: Counts) -> NDArray[np.float64]:
        """Return the log-odds of each label for counted texts."""
        seen: csr_matrix = weighed(found, self.rarities)
        return np.asarray(seen @ self.weights + found.cues @ self.cue_weights + self.bias, float)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the calibrated probability of each label for each text, in batches."""
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        parts = [shares(self.scores(counts(batch))) for batch in batches]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)))

    def classify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the likeliest label of each text and its probability."""
        likely = self.probabilities(texts)
        best = likely.argmax(axis=1)
        return [(self.labels[at], float(row[at])) for at, row in zip(best, likely, strict=True)]


def shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that log-odds stand for."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def save(model: Classifier, folder: Path, *, name: str, card: dict[str, Any]) -> dict[str, Any]:
    """Write the weights, then the card that names them; a reader sees the old or the new model."""
    if not NAME.fullmatch(name):
        raise ValueError(name)
    folder.mkdir(parents=True, exist_ok=True)
    rarity = np.concatenate([model.rarities[family] for family in BITS])
    columns = np.flatnonzero(rarity)
    fresh = folder / f".{name}.npz"
    np.savez_compressed(
        fresh,
        columns=columns.astype(np.int32),
        rarity=rarity[columns].astype(np.float16),
        weights=model.weights[columns].astype(np.float16),
        cue_weights=model.cue_weights.astype(np.float32),
        bias=model.bias.astype(np.float32),
    )
    content = fresh.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    file = f"{name}-{digest[:12]}.npz"
    fresh.replace(folder / file)
    facts = {"format": FORMAT, "file": file, "sha256": digest, "bytes": len(content)}
    card = {**card, **facts, "labels": list(model.labels)}
    draft = folder / f".{name}.json"
    draft.write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / f"{name}.json")
    return card


def card_of(folder: Path, name: str) -> dict[str, Any]:
    """Return the card of a model."""
    if not NAME.fullmatch(name):
        raise Unreadable("The name of a model is small letters, digits, - and _.")
    try:
        card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unreadable(f"There is no model {name}. Train it first.") from None
    except (OSError, ValueError):
        raise Unreadable(f"The card of model {name} cannot be read. Train it anew.") from None
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise Unreadable(f"Model {name} is of another version. Train it anew.")
    return card


def load(folder: Path, name: str) -> Classifier:
    """Read a model; one whose weights are not those of its card is refused."""
    card = card_of(folder, name)
    file = folder / Path(str(card["file"])).name
    try:
        content = file.read_bytes()
    except OSError:
        raise Unreadable(f"The weights of model {name} are missing. Train it anew.") from None
    if hashlib.sha256(content).hexdigest() != card["sha256"]:
        raise Unreadable(f"The weights of model {name} were altered. Train it anew.")
    with np.load(file, allow_pickle=False) as kept:
        return unpacked(dict(kept), labels=tuple(card["labels"]))


def unpacked(kept: dict[str, NDArray[Any]], *, labels: tuple[str, ...]) -> Classifier:
    """Return the classifier that the arrays stand for."""
    size = sum(1 << bits for bits in BITS.values())
    rarity = np.zeros(size, np.float32)
    rarity[kept["columns"]] = kept["rarity"]
    weights = np.zeros((size, len(labels)), np.float32)
    weights[kept["columns"]] = kept["weights"]
    borders = np.cumsum([1 << bits for bits in BITS.values()])[:-1]
    rarities = dict(zip(BITS, np.split(rarity, borders), strict=True))
    return Classifier(labels, rarities, weights, kept["cue_weights"], kept["bias"])
