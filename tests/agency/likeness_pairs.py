"""Labelled pairs of fictional complaints, and the regression that the weights come from."""

import csv
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from agency.likeness import Facts, Text, Weights, features, likeness

DATA = Path(__file__).parents[1] / "complaints" / "data"
FITTED = ("near_duplicates.csv", "near_duplicates_training.csv", "near_duplicates_fresh.csv")
TEMPLATE = 3.0  # how much a pair of one wording and other facts counts, which life brings more often than the sets
REGULARISATION = 0.1  # chosen by ten-fold cross-validation, all pairs of a situation in one fold


def read(name: str) -> list[dict[str, str]]:
    """Return the pairs of a file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(row: dict[str, str]) -> Facts:
    """Return what a pair says besides its texts."""
    return Facts(
        is_same_person=row["same_person"] == "1",
        is_same_district=compared(row["first_district"], row["second_district"]),
        is_same_topic=compared(row["first_category"], row["second_category"]),
        days=int(row.get("days") or 10),
    )


def compared(first: str, second: str) -> bool | None:
    return first == second if first and second else None


def texts_of(rows: list[dict[str, str]]) -> dict[str, Text]:
    """Return each text of the pairs once."""
    return {row[side]: Text.of(row[side]) for row in rows for side in ("first", "second")}


def scored(rows: list[dict[str, str]]) -> list[float]:
    """Return the likeness of each pair."""
    texts = texts_of(rows)
    weights = Weights(texts.values())
    return [
        likeness(texts[row["first"]], texts[row["second"]], weights=weights, facts=facts_of(row))
        for row in rows
    ]


def table(rows: list[dict[str, str]]) -> list[dict[str, float]]:
    """Return the features of each pair."""
    texts = texts_of(rows)
    weights = Weights(texts.values())
    return [
        features(texts[row["first"]], texts[row["second"]], weights=weights, facts=facts_of(row))
        for row in rows
    ]


def fitted() -> tuple[float, dict[str, float]]:
    """Return constant and factors of the regression on the pairs that are not the final ones."""
    told, same, weight = [], [], []
    for name in FITTED:
        rows = read(name)
        told += table(rows)
        same += [row["same"] == "1" for row in rows]
        weight += [TEMPLATE if row["kind"] == "template, other facts" else 1.0 for row in rows]
    values = np.array([list(each.values()) for each in told])
    spread = values.std(axis=0) + 1e-9
    model = LogisticRegression(C=REGULARISATION, max_iter=5000)
    model.fit(values / spread, same, sample_weight=weight)
    factors = dict(zip(told[0], model.coef_[0] / spread, strict=True))
    return float(model.intercept_[0]), {name: float(value) for name, value in factors.items()}


def written() -> str:
    """Return constant and factors as agency/likeness_weights.py holds them."""
    constant, factors = fitted()
    lines = [f'    "{name}": {value:.3f},' for name, value in factors.items()]
    return "\n".join([f"CONSTANT = {constant:.3f}", *lines])


if __name__ == "__main__":  # python -m tests.agency.likeness_pairs, after a change of a feature
    sys.stdout.write(f"{written()}\n")
