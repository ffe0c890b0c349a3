"""The answers of a snapshot as numpy columns: what every table and export is computed from.

| kind | array | missing |
|---|---|---|
| choice | place among the column's values | -1 |
| choices, one for each value | 1 chosen, 0 not | -1 |
| ranking, one for each value | rank, 1 the best | 0 |
| points | the point; -2 does not apply | -1 |
| number | number | NaN |
| date | 20261001 | 0 |
| files | how many | 0 |
| text | ids of the responses, ends in the blob, blob of UTF-8 | no entry |

Besides them of each response: `id`, `version` (number), `mode` (place in `MODES`), `day` (days since 1970),
`at` (seconds since 1970, NaN where the survey is anonymous), `keyed`, `stratum`, `unit`, `service` (ids, -1 none), `weight`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from django.core.files.storage import default_storage
from numpy.typing import NDArray

from surveys.estimation import Coded
from surveys.models import Mode, Snapshot

MODES = tuple(Mode.values)
MISSING, NOT_APPLICABLE = -1, -2

Array = NDArray[Any]
Floats = NDArray[np.float64]


class Frame:
    """The columns of one snapshot; each is read from the file when first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.columns: dict[str, dict[str, Any]] = {
            column["code"]: column for column in snapshot.columns
        }
        self.kept: dict[str, Array] = {}

    def __len__(self) -> int:
        """Return the number of responses."""
        return int(self.snapshot.row_count)

    def array(self, name: str) -> Array:
        """Return an array of the file."""
        if name not in self.kept:
            with default_storage.open(self.snapshot.file) as file, np.load(file) as arrays:
                self.kept[name] = arrays[name]
        return self.kept[name]

    def forget(self) -> None:
        """Let go of what was read, so that a walk over all columns stays small."""
        self.kept.clear()

    @cached_property
    def ids(self) -> Array:
        """The ids of the responses, rising."""
        return self.array("id")

    def points(self, code: str) -> Floats:
        """Return points or numbers, NaN where not answered or not applicable."""
        values = self.array(code).astype(np.float64)
        if self.columns[code]["kind"] == "points":
            values[values < 0] = np.nan
        return values

    def choice(self, code: str) -> Coded:
        """Return a choice as places among the column's values."""
        codes = self.array(code).astype(np.int64)
        return Coded(codes, tuple(value["code"] for value in self.columns[code]["values"]))

    def chosen(self, code: str, value: str) -> Floats:
        """Return 1 where an option was chosen, 0 where not, NaN where the question was not answered."""
        column = self.columns[code]
        if column["kind"] == "choice":
            places = self.array(code)
            place = [each["code"] for each in column["values"]].index(value)
            return np.where(places < 0, np.nan, places == place)
        flags = self.array(f"{code}/{value}").astype(np.float64)
        flags[flags < 0] = np.nan
        return flags

    def texts(self, code: str) -> tuple[Array, list[str]]:
        """Return the places of the responses that wrote something, and what they wrote."""
        ids, ends = self.array(f"{code}#ids"), self.array(f"{code}#ends")
        places = np.searchsorted(self.ids, ids)
        blob = self.array(f"{code}#blob").tobytes()
        starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        return places, [blob[start:end].decode() for start, end in zip(starts, ends, strict=True)]

    def text_count(self, code: str) -> int:
        """Return how many responses wrote something."""
        return len(self.array(f"{code}#ids"))
