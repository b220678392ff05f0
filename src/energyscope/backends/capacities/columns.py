"""Which columns are capacities, found by structure: columns that cost something and without which many others are 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.capacities.linear import Linear, Mask

LEAST_ROWS = 24
"""A capacity holds for hours: columns that limit fewer rows than this cost less to keep than to guess."""


def capacity_columns(linear: Linear) -> Mask:
    """Columns from 0 on that cost something and without which the other columns of many rows are 0.

    Such a row says `sum of nonnegative columns <= capacity times its availability`.
    """
    governed = np.bincount(_governors(linear), minlength=len(linear.cost))
    return (governed >= LEAST_ROWS) & (linear.cost > 0) & (linear.lower == 0) & (linear.upper > 0)


def _governors(linear: Linear) -> NDArray[np.int64]:
    """For each row that one column holds up, that column."""
    data, columns = linear.matrix.data, linear.matrix.indices
    nonnegative = linear.count_entries(linear.lower[columns] < 0) == 0
    found = []
    for side, sign in ((linear.row_upper, -1), (linear.row_lower, 1)):
        alone = linear.count_entries(np.sign(data) == sign) == 1
        held = (side == 0) & alone & nonnegative & (linear.count_entries(np.sign(data) == -sign) > 0)
        found.append(columns[held[linear.entry_rows] & (np.sign(data) == sign)])
    return np.concatenate(found).astype(np.int64)


def without(linear: Linear, zero: Mask) -> Mask:
    """The columns that are 0 when some are, these included: rows with side 0 force the rest of theirs, and so on."""
    data, columns = linear.matrix.data, linear.matrix.indices
    zero = zero.copy()
    while True:
        live = ~zero[columns]
        sided = (linear.count_entries(live & (linear.lower[columns] < 0)) == 0) & (linear.count_entries(~live) > 0)
        below = (linear.row_upper == 0) & (linear.count_entries(live & (data < 0)) == 0)
        above = (linear.row_lower == 0) & (linear.count_entries(live & (data > 0)) == 0)
        forced = (sided & (below | above))[linear.entry_rows] & live
        forced &= linear.lower[columns] == 0
        if not forced.any():
            return zero
        zero[columns[forced]] = True
