"""Labels as small integers, so that everything else is counting over integer codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveys.estimation.errors import Unusable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """A column of labels: `codes` (n,) index `labels`; -1 is an empty cell."""

    codes: Ints
    labels: tuple[Any, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)


def coded(values: ArrayLike | Coded) -> Coded:
    """Return a column of labels as codes, labels sorted; None, "" and NaN are empty cells.

    Takes integers, floats, booleans or strings, shape (n,).
    """
    if isinstance(values, Coded):
        return values
    column = np.asarray(values)
    if column.dtype.kind in "iub":
        return coded_integers(column.astype(np.int64))
    if column.dtype.kind == "f":
        filled = ~np.isnan(column)
    else:
        column = column.astype(object)
        filled = np.array([cell is not None and cell not in ("", np.nan) for cell in column], bool)
    labels, found = np.unique(column[filled], return_inverse=True)
    codes = np.full(len(column), -1, np.int64)
    codes[filled] = found
    return Coded(codes, tuple(labels.tolist()))


def coded_integers(column: Ints) -> Coded:
    """Return integers as codes; small ones are counted instead of sorted."""
    low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    if high - low > 4 * len(column) + 1000:
        labels, codes = np.unique(column, return_inverse=True)
        return Coded(codes.astype(np.int64), tuple(labels.tolist()))
    present = np.bincount(column - low, minlength=high - low + 1) > 0
    codes = np.cumsum(present) - 1
    return Coded(codes[column - low], tuple((np.flatnonzero(present) + low).tolist()))


def crossed(*columns: Coded) -> Coded:
    """Return the combinations that occur of several columns; labels are tuples.

    A row with an empty cell in any column has no combination.
    """
    if len(columns) == 1:
        return Coded(columns[0].codes, tuple((label,) for label in columns[0].labels))
    codes, empty = columns[0].codes, columns[0].codes < 0
    for column in columns[1:]:
        codes = codes * max(len(column.labels), 1) + column.codes
        empty = empty | (column.codes < 0)
    found = coded_integers(np.where(empty, -1, codes))
    kept = [number for number in found.labels if number >= 0]
    shift = len(found.labels) - len(kept)
    sizes = [max(len(column.labels), 1) for column in columns]
    places = np.array(np.unravel_index(np.array(kept, np.int64), sizes)).T
    labels = tuple(
        tuple(column.labels[place] for column, place in zip(columns, row, strict=True))
        for row in places
    )
    return Coded(np.maximum(found.codes - shift, -1), labels)


def everyone(n: int) -> Coded:
    """Return n rows in a single group, whose label is the empty tuple."""
    return Coded(np.zeros(n, np.int64), ((),))


def added(codes: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of values (m,) by code, (count,)."""
    return np.asarray(np.bincount(codes, values, count), np.float64)


def numbers(values: ArrayLike, *, n: int) -> Floats:
    """Return a column of n numbers; NaN is a missing answer. Raises Unusable."""
    column = np.asarray(values, np.float64)
    if column.shape != (n,):
        raise Unusable("lengths")
    return column
