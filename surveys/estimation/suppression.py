"""Small cells are not shown, nor is what would let them be computed from the totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from surveys.estimation.codes import Bools, Ints
from surveys.estimation.errors import Unusable

MINIMUM = 10


def suppressed(counts: ArrayLike, *, minimum: int = MINIMUM) -> Bools:
    """Tell which cells of a table of unweighted counts (k,) or (r, c) must not be shown.

    First those with 1 to `minimum` − 1 answers, or none at all; then, in every line whose total
    is shown, the smallest further cells until at least two are hidden and they hold `minimum`
    answers together, so that total less the shown cells tells nothing. Raises
    Unusable("table") on negative counts or more than two dimensions.
    """
    table = np.asarray(counts, np.int64)
    if table.ndim not in {1, 2} or (table < 0).any():
        raise Unusable("table")
    grid = np.atleast_2d(table)
    hidden = grid < minimum
    while True:
        before = hidden.copy()
        for row in range(grid.shape[0]):
            hidden[row] = protected(grid[row], hidden[row], minimum=minimum)
        if table.ndim == 2:
            for column in range(grid.shape[1]):
                hidden[:, column] = protected(grid[:, column], hidden[:, column], minimum=minimum)
        if (hidden == before).all():
            return hidden.reshape(table.shape)


def protected(counts: Ints, hidden: Bools, *, minimum: int) -> Bools:
    """Return which cells of one line to hide, so that its total does not give one away."""
    found = hidden.copy()
    for place in np.argsort(counts, kind="stable"):
        secret = found & (counts > 0)
        if not secret.any() or (found.sum() >= 2 and counts[found].sum() >= minimum):
            break
        found[place] = True
    return found
