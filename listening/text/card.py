"""The model card: how good a classifier is on texts it did not see, told without flattery."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from listening.text.trust import THRESHOLD

BINS = 15


def calibration_error(
    probabilities: NDArray[np.float64], truth: NDArray[np.intp], *, bins: int = BINS
) -> float:
    """Return the expected calibration error of the likeliest label (ECE, equal-width bins)."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=sure - right, minlength=bins)
    return float(np.abs(gaps).sum() / max(len(truth), 1))


def figures(
    probabilities: NDArray[np.float64], truth: NDArray[np.intp], *, labels: tuple[str, ...]
) -> dict[str, Any]:
    """Return accuracy, macro-F1, calibration, the confusion matrix (rows: truth) and each label's."""
    said = probabilities.argmax(axis=1)
    size = len(labels)
    confusion = np.bincount(truth * size + said, minlength=size * size).reshape(size, size)
    hit, given, true = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * hit / np.maximum(given + true, 1)
    sure = probabilities.max(axis=1) >= THRESHOLD
    return {
        "n": len(truth),
        "accuracy": rounded(hit.sum() / len(truth)),
        "macro_f1": rounded(f1.mean()),
        "calibration_error": rounded(calibration_error(probabilities, truth)),
        "confusion": confusion.tolist(),
        "per_label": {
            label: {
                "n": int(true[at]),
                "precision": rounded(hit[at] / max(given[at], 1)),
                "recall": rounded(hit[at] / max(true[at], 1)),
                "f1": rounded(f1[at]),
            }
            for at, label in enumerate(labels)
        },
        "auto_fill": {
            "threshold": THRESHOLD,
            "share": rounded(sure.mean()),
            "precision": rounded((said == truth)[sure].mean()) if sure.any() else None,
        },
    }


def rounded(value: float) -> float:
    """Return four decimals."""
    return round(float(value), 4)
