"""What the tests of the surveys room share."""

import csv
from pathlib import Path

import numpy as np
import pytest

from surveys import estimation as est

ORACLE = Path(__file__).parent / "oracle"


class Satisfaction:
    """The survey that the oracle was computed on."""

    def __init__(self) -> None:
        with (ORACLE / "sat.csv").open(encoding="utf-8-sig", newline="") as file:
            self.rows = list(csv.DictReader(file))

    def wave(self, *years: str) -> list[dict[str, str]]:
        return [row for row in self.rows if row["wave"] in years]

    def number(self, name: str, *years: str) -> np.ndarray:
        cells = [row[name] for row in self.wave(*years)]
        return np.array([float(cell) if cell else np.nan for cell in cells])

    def label(self, name: str, *years: str) -> list[str]:
        return [row[name] for row in self.wave(*years)]

    def design(self, *years: str, ids: str | None = "psu", strata: str | None = "region"):
        return est.survey_design(
            weights=self.number("w", *years),
            strata=[self.label(strata, *years)] if strata else (),
            clusters=[self.label(ids, *years)] if ids else (),
        )


@pytest.fixture(scope="session")
def satisfaction() -> Satisfaction:
    return Satisfaction()
