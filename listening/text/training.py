"""Training: one-vs-rest logistic regressions, joined and calibrated on texts they did not see.

Each label has two regressions: on features scaled by how much more often they stand in the label
(naive Bayes log ratio), and on the plain ones. A last small regression, fitted on scores out of
fold, joins and calibrates them; all three are linear and are folded into one layer of weights.
Equal texts stay in one fold. Rare labels get as much weight as costs half a point of accuracy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from listening.text.card import figures
from listening.text.features import CUE_COUNT, Counts, Floats, counts, rarities, weighed
from listening.text.model import BATCH, Classifier, shares
from listening.text.normalise import reduced
from listening.text.trust import taxonomy_version

FOLDS = 5
POWERS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)  # weight of a label: 1 / share ** power
PRICE = 0.005  # accuracy that rare labels may cost
Classes = NDArray[np.intp]
Scores = NDArray[np.float64]


class Untrainable(ValueError):
    """The texts do not allow a model; the message says why."""


@dataclass(frozen=True)
class Kind:
    """One of the two regressions."""

    scaled: bool
    strength: float
    power: float


KINDS = (Kind(True, 2, 0.3), Kind(False, 6, 0.5))


@dataclass(frozen=True)
class Layer:
    """The regressions of all labels and kinds as weights side by side."""

    rarities: dict[str, Floats]
    weights: Floats
    cue_weights: Floats
    bias: Floats

    def scores(self, found: Counts) -> Scores:
        """Return what each regression says of each text."""
        seen = weighed(found, self.rarities)
        return np.asarray(seen @ self.weights + found.cues @ self.cue_weights + self.bias, float)


def train(
    texts: Sequence[str], names: Sequence[str], *, groups: Sequence[str] = ()
) -> tuple[Classifier, dict[str, Any]]:
    """Return a classifier and its card, measured in folds that keep equal texts together."""
    groups = groups or [reduced(text) for text in texts]
    chosen, left_out = usable(names, groups)
    texts, names = [texts[at] for at in chosen], [names[at] for at in chosen]
    labels, truth = np.unique(names, return_inverse=True)
    known = tuple(str(label) for label in labels)
    fold = folds(truth, [groups[at] for at in chosen])
    found = counted(texts)
    unseen = np.zeros((len(texts), len(known) * len(KINDS)))
    for one in range(FOLDS):
        held = np.flatnonzero(fold == one)
        rest = np.flatnonzero(fold != one)
        unseen[held] = layer(found[rest], truth[rest], size=len(known)).scores(found[held])
    power, likely = joined(unseen, truth, fold=fold)
    model = single(
        layer(found, truth, size=len(known)), joiner(unseen, truth, power=power), labels=known
    )
    card = {
        **figures(likely, truth, labels=known),
        "measured": f"{FOLDS}-fold cross-validation, equal texts in one fold",
        "taxonomy": taxonomy_version(known),
        "left_out": left_out,
    }
    return model, card


def usable(names: Sequence[str], groups: Sequence[str]) -> tuple[list[int], dict[str, int]]:
    """Return the rows whose label has enough different texts, and the labels left out."""
    different: dict[str, set[str]] = defaultdict(set)
    for name, group in zip(names, groups, strict=True):
        different[name].add(group)
    enough = {name for name, one in different.items() if len(one) >= FOLDS}
    if len(enough) < 2:
        raise Untrainable(f"At least two labels need {FOLDS} different texts each.")
    left = {name: len(one) for name, one in sorted(different.items()) if name not in enough}
    return [at for at, name in enumerate(names) if name in enough], left


def folds(truth: Classes, groups: Sequence[str]) -> NDArray[np.int64]:
    """Return the fold of each row: whole groups, dealt out label by label."""
    place = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)[1]
    label_of = np.zeros(place.max() + 1, np.int64)
    label_of[place] = truth
    order = np.random.default_rng(0).permutation(len(label_of))
    order = order[np.argsort(label_of[order], kind="stable")]
    dealt = np.empty(len(label_of), np.int64)
    dealt[order] = np.arange(len(order)) % FOLDS
    return np.asarray(dealt[place])


def counted(texts: Sequence[str]) -> Counts:
    """Count many texts in batches."""
    parts = [counts(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    families = {
        name: stacked([part.families[name] for part in parts]) for name in parts[0].families
    }
    return Counts(families, np.concatenate([part.cues for part in parts]))


def stacked(tables: list[csr_matrix]) -> csr_matrix:
    """Return tables one below the other."""
    sizes = [table.indptr[1:] for table in tables]
    starts = np.cumsum([0, *(table.nnz for table in tables)])
    borders = np.concatenate(
        [[0], *(size + start for size, start in zip(sizes, starts[:-1], strict=True))]
    )
    return csr_matrix(
        (
            np.concatenate([table.data for table in tables]),
            np.concatenate([table.indices for table in tables]),
            borders,
        ),
        shape=(sum(table.shape[0] for table in tables), tables[0].shape[1]),
    )


def layer(found: Counts, truth: Classes, *, size: int) -> Layer:
    """Fit both kinds of regression for every label."""
    rarity = rarities(found)
    seen = weighed(found, rarity)
    used = np.flatnonzero(np.bincount(seen.indices, weights=seen.data, minlength=seen.shape[1]))
    narrow = seen[:, used]
    weights = np.zeros((seen.shape[1], size * len(KINDS)), np.float32)
    rest = np.zeros((CUE_COUNT + 1, size * len(KINDS)), np.float32)
    for at, (kind, label) in enumerate((kind, label) for kind in KINDS for label in range(size)):
        hit = truth == label
        weights[used, at], rest[:, at] = regression(narrow, found.cues, hit, kind=kind)
    return Layer(rarity, weights, rest[:-1], rest[-1])


def regression(
    seen: csr_matrix, cues: Floats, hit: NDArray[np.bool_], *, kind: Kind
) -> tuple[Floats, Floats]:
    """Return the weights of one label's regression: of features, and of cues and bias."""
    scale = ratio(seen, hit) if kind.scaled else np.ones(seen.shape[1], np.float32)
    if hit.all() or not hit.any():
        return 0 * scale, np.array([*(0.0 for _cue in range(CUE_COUNT)), -6.0], np.float32)
    table = csr_matrix((seen.data * scale[seen.indices], seen.indices, seen.indptr), seen.shape)
    share = hit.mean()
    fitted = LogisticRegression(
        C=kind.strength,
        solver="liblinear",
        dual=True,
        tol=3e-3,
        max_iter=200,
        random_state=0,
        class_weight={True: (0.5 / share) ** kind.power, False: (0.5 / (1 - share)) ** kind.power},
    ).fit(hstack([table, csr_matrix(cues)], format="csr"), hit)
    found = fitted.coef_[0].astype(np.float32)
    return found[: len(scale)] * scale, np.append(found[len(scale) :], fitted.intercept_)


def ratio(seen: csr_matrix, hit: NDArray[np.bool_]) -> Floats:
    """Return the log of how much more often a feature stands in the label's texts than elsewhere."""
    inside = np.repeat(hit, np.diff(seen.indptr))
    with_label = np.bincount(seen.indices[inside], minlength=seen.shape[1]) + 1
    without = np.bincount(seen.indices[~inside], minlength=seen.shape[1]) + 1
    found = np.log((with_label / with_label.sum()) / (without / without.sum()))
    return np.asarray(found, np.float32)


def joiner(scores: Scores, truth: Classes, *, power: float) -> LogisticRegression:
    """Fit the regression that joins and calibrates the scores."""
    share = np.bincount(truth) / len(truth)
    weight = {at: float(one) ** -power for at, one in enumerate(share) if one}
    return LogisticRegression(C=1, max_iter=1000, class_weight=weight).fit(scores, truth)


def joined(scores: Scores, truth: Classes, *, fold: NDArray[np.int64]) -> tuple[float, Scores]:
    """Return the weight of rare labels that costs no more than its price, and the probabilities."""
    tried = {power: crossed(scores, truth, fold=fold, power=power) for power in POWERS}
    hits = {power: (one.argmax(axis=1) == truth).mean() for power, one in tried.items()}
    best = max(power for power in POWERS if hits[power] >= hits[0.0] - PRICE)
    return best, tried[best]


def crossed(scores: Scores, truth: Classes, *, fold: NDArray[np.int64], power: float) -> Scores:
    """Return probabilities from joiners that did not see the fold they speak of."""
    likely = np.zeros((len(truth), int(truth.max()) + 1))
    for one in range(FOLDS):
        rest, held = fold != one, fold == one
        fitted = joiner(scores[rest], truth[rest], power=power)
        weights, bias = full(fitted, size=likely.shape[1])
        likely[held] = shares(scores[held] @ weights + bias)
    return likely


def full(fitted: LogisticRegression, *, size: int) -> tuple[Scores, Scores]:
    """Return weights and bias for every label, also of two, and for one that a fold did not hold."""
    weights, bias = np.zeros((fitted.coef_.shape[1], size)), np.full(size, -30.0)
    if len(fitted.classes_) == 2:
        weights[:, fitted.classes_[1]] = fitted.coef_[0]
        bias[fitted.classes_] = [0, fitted.intercept_[0]]
    else:
        weights[:, fitted.classes_] = fitted.coef_.T
        bias[fitted.classes_] = fitted.intercept_
    return weights, bias


def single(fitted: Layer, join: LogisticRegression, *, labels: tuple[str, ...]) -> Classifier:
    """Return one layer of weights that says what both layers say."""
    weights, bias = full(join, size=len(labels))
    return Classifier(
        labels,
        fitted.rarities,
        np.asarray(fitted.weights @ weights, np.float32),
        np.asarray(fitted.cue_weights @ weights, np.float32),
        np.asarray(fitted.bias @ weights + bias, np.float32),
    )
