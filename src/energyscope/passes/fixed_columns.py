"""Columns that a row of their own fixes: `a x = b` makes x the constant b / a."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints, Mask, Point, spread

NAME = "fixed-columns"
MANY = 1_000
"""Below this many such rows the solver's own presolve does it as well."""


@dataclass(frozen=True)
class _Fixed:
    rows: Ints
    columns: Ints
    coefficients: Values
    values: Values


def accepts(flat: Flat) -> str | None:
    """None where the pass is worth while, else the reason why not."""
    count = len(_find(flat).rows)
    return None if count >= MANY else f"{count} rows fix a column; fewer than {MANY} are left to the solver"


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Take the fixed columns and their rows out; their values go to the right sides."""
    fixed = _find(flat)
    value = np.zeros(flat.matrix.shape[1])
    value[fixed.columns] = fixed.values
    moved = flat.matrix @ value
    rows, columns = np.ones(flat.matrix.shape[0], dtype=bool), np.ones(flat.matrix.shape[1], dtype=bool)
    rows[fixed.rows], columns[fixed.columns] = False, False
    less = replace(
        flat,
        row_lower=flat.row_lower - moved,
        row_upper=flat.row_upper - moved,
        constant=flat.constant + float(flat.cost @ value),
    )
    return less.keep(rows, columns), Undo(flat, fixed, rows, columns)


def _find(flat: Flat) -> _Fixed:
    """Rows of one entry with equal sides, the first of each column, whose value the bounds of the column admit."""
    matrix = flat.matrix
    single = (np.diff(matrix.indptr) == 1) & (flat.row_lower == flat.row_upper)
    rows = np.flatnonzero(single)
    entries = matrix.indptr[rows]
    columns, coefficients = matrix.indices[entries].astype(np.int64), matrix.data[entries]
    values = flat.row_lower[rows] / coefficients
    fits = (values >= flat.lower[columns]) & (values <= flat.upper[columns]) & ~flat.integer[columns]
    first = np.zeros(len(rows), dtype=bool)
    first[np.unique(columns, return_index=True)[1]] = True
    chosen = fits & first
    return _Fixed(rows[chosen], columns[chosen], coefficients[chosen], values[chosen])


@dataclass(frozen=True)
class Undo:
    """Fixed columns get their value; the dual of a fixing row is what its column would have as reduced cost."""

    before: Flat
    fixed: _Fixed
    rows: Mask
    columns: Mask

    def __call__(self, point: Point) -> Point:
        """The solution before the pass."""
        primal = spread(point.primal, self.columns, 0.0)
        primal[self.fixed.columns] = self.fixed.values
        if point.dual is None or point.reduced_cost is None:
            return Point(primal, None, None)
        dual = spread(point.dual, self.rows, 0.0)
        transposed = sp.csr_array(self.before.matrix[:, self.fixed.columns].T)
        dual[self.fixed.rows] = (self.before.cost[self.fixed.columns] - transposed @ dual) / self.fixed.coefficients
        return Point(primal, dual, spread(point.reduced_cost, self.columns, 0.0))
