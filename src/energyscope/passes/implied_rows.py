"""Rows that bounds of columns, or limits of one column by another, already imply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.activity import ROUNDING, activity, row_sums
from energyscope.passes.flat import LEFT_TO_PRESOLVE, WORTHWHILE_ROWS, Flat, Ints, Mask, Point, spread

NAME = "implied-rows"


def accepts(flat: Flat) -> str | None:
    """None where the pass is worth while, else the reason why not."""
    if flat.matrix.shape[0] < WORTHWHILE_ROWS:
        return LEFT_TO_PRESOLVE
    return None if _implied(flat).any() else "no row is implied by bounds"


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Drop the implied rows."""
    rows = ~_implied(flat)
    return flat.keep(rows, np.ones(flat.matrix.shape[1], dtype=bool)), Undo(rows)


@dataclass(frozen=True)
class Undo:
    """A row that nothing needs has the dual 0."""

    rows: Mask

    def __call__(self, point: Point) -> Point:
        """The solution before the pass."""
        dual = None if point.dual is None else spread(point.dual, self.rows, 0.0)
        return Point(point.primal, dual, point.reduced_cost)


def _implied(flat: Flat) -> Mask:
    least, most, scale = activity(flat.matrix, flat.lower, flat.upper)
    low = (flat.row_lower == -np.inf) | (least >= flat.row_lower - ROUNDING * scale)
    high = (flat.row_upper == np.inf) | (most <= flat.row_upper + ROUNDING * scale)
    implied = low & high
    open_rows = np.flatnonzero(low & ~high & (np.diff(flat.matrix.indptr) > 2))
    implied[open_rows[_implied_by_limits(flat, open_rows)]] = True
    return implied


def _implied_by_limits(flat: Flat, rows: Ints) -> Mask:
    """Which rows hold when every column is at its limit by another: x <= a F, as hourly output by capacity."""
    limit_of, factor, limits = _limits(flat)
    part = sp.csr_array(flat.matrix[rows])
    replaced = (part.data > 0) & (limit_of[part.indices] >= 0) & (flat.upper[part.indices] == np.inf)
    data = np.where(replaced, part.data * factor[part.indices], part.data)
    indices = np.where(replaced, limit_of[part.indices], part.indices)
    row_of = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    with_limits = sp.csr_array(sp.coo_array((data, (row_of, indices)), shape=part.shape))
    with_limits.sum_duplicates()
    largest = np.maximum(row_sums(part, np.abs(part.data)), row_sums(with_limits, np.abs(with_limits.data)))
    rounding = np.abs(with_limits.data) <= ROUNDING * np.repeat(largest, np.diff(with_limits.indptr))
    with_limits.data[rounding] = 0.0
    with_limits.eliminate_zeros()
    _, most, scale = activity(with_limits, flat.lower, flat.upper)
    implied: Mask = most <= flat.row_upper[rows] + ROUNDING * scale
    return implied & ~np.isin(rows, limits)


def _limits(flat: Flat) -> tuple[Ints, Values, Ints]:
    """For every column x a column F and a factor a with x <= a F from a row of two entries; and those rows."""
    matrix = flat.matrix
    rows = np.flatnonzero((np.diff(matrix.indptr) == 2) & (flat.row_upper == 0))
    first = matrix.indptr[rows]
    pair, value = (
        np.stack([matrix.indices[first], matrix.indices[first + 1]]),
        np.stack([matrix.data[first], matrix.data[first + 1]]),
    )
    limit_of = np.full(matrix.shape[1], -1, dtype=np.int64)
    factor = np.zeros(matrix.shape[1])
    for own, other in ((0, 1), (1, 0)):
        fits = (value[own] > 0) & (value[other] < 0)
        limit_of[pair[own][fits]] = pair[other][fits]
        factor[pair[own][fits]] = -value[other][fits] / value[own][fits]
    zero = np.flatnonzero((np.diff(matrix.indptr) == 1) & (flat.row_upper == 0))
    entry = matrix.indptr[zero]
    never = matrix.indices[entry][matrix.data[entry] > 0]
    nothing = never[limit_of[never] < 0]
    limit_of[nothing] = nothing
    return limit_of, factor, rows
