"""Columns that an equality defines and one other place uses: costs, emissions, demands are put where they are used.

A column x with `a x + rest = b` whose bounds hold for every value of the rest is replaced by (b - rest) / a. Only
columns that stand in one more row, or in the objective alone, are taken: no row is copied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.activity import ROUNDING, activity_without
from energyscope.passes.flat import LEFT_TO_PRESOLVE, WORTHWHILE_ROWS, Flat, Ints, Mask, Point, spread

NAME = "defined-columns"
ROUNDS = 20
"""Definitions of definitions are followed this deep."""


def accepts(flat: Flat) -> str | None:
    """None where there are such columns, else the reason why not."""
    if flat.matrix.shape[0] < WORTHWHILE_ROWS:
        return LEFT_TO_PRESOLVE
    return None if len(_defined(flat).rows) else "no column is defined by an equality and used in one place"


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Put definitions in their place, round by round: those first that no other definition waits for."""
    steps: list[_Step] = []
    for _ in range(ROUNDS):
        definition = _defined(flat)
        if not len(definition.rows):
            break
        flat, step = _substitute(flat, definition)
        steps.append(step)
    return flat, Undo(tuple(steps))


@dataclass(frozen=True)
class _Definition:
    """Column k is defined by row k, where it has a coefficient."""

    rows: Ints
    columns: Ints
    coefficients: Values


@dataclass(frozen=True)
class _Step:
    """One round: x[columns] = (sides - rest @ x[kept]) / coefficients, used by other rows and the cost as before."""

    definition: _Definition
    rest: sp.csr_array
    sides: Values
    uses: sp.csr_array
    cost: Values
    kept_rows: Mask
    kept_columns: Mask


def _defined(flat: Flat) -> _Definition:
    matrix = flat.matrix
    row_of = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    places = np.bincount(matrix.indices, minlength=matrix.shape[1]) + (flat.cost != 0)
    equal = flat.row_lower == flat.row_upper
    entry = np.flatnonzero((places[matrix.indices] <= 2) & equal[row_of] & ~flat.integer[matrix.indices])
    entry = entry[_bounds_hold(flat, row_of, entry)]
    entry = entry[np.unique(matrix.indices[entry], return_index=True)[1]]
    entry = entry[np.unique(row_of[entry], return_index=True)[1]]
    chosen_row, chosen_column = row_of[entry], matrix.indices[entry].astype(np.int64)
    is_defined = np.zeros(matrix.shape[1], dtype=bool)
    is_defined[chosen_column] = True
    others = np.bincount(row_of, weights=is_defined[matrix.indices], minlength=matrix.shape[0])[chosen_row] - 1
    ready = others == 0
    return _Definition(chosen_row[ready], chosen_column[ready], matrix.data[entry][ready])


def _bounds_hold(flat: Flat, row_of: Ints, entry: Ints) -> Mask:
    """Whether (b - rest) / a lies within the bounds of its column whatever the rest is."""
    rows, columns, own = row_of[entry], flat.matrix.indices[entry], flat.matrix.data[entry]
    bounds_of = (
        np.where(own > 0, flat.lower[columns], flat.upper[columns]),
        np.where(own > 0, flat.upper[columns], flat.lower[columns]),
    )
    least, most = activity_without(flat, rows, own * bounds_of[0], own * bounds_of[1])
    side = flat.row_lower[rows]
    low, high = np.sort(np.stack([(side - most) / own, (side - least) / own]), axis=0)
    slack = ROUNDING * (1.0 + np.abs(side))
    holds: Mask = (low >= flat.lower[columns] - slack) & (high <= flat.upper[columns] + slack)
    return holds


def _substitute(flat: Flat, definition: _Definition) -> tuple[Flat, _Step]:
    n_rows, n_columns = flat.matrix.shape
    rows, columns = np.ones(n_rows, dtype=bool), np.ones(n_columns, dtype=bool)
    rows[definition.rows], columns[definition.columns] = False, False
    by_column = sp.csc_array(flat.matrix[np.flatnonzero(rows)])
    uses = sp.csr_array(by_column[:, definition.columns])
    kept = flat.keep(rows, columns)
    rest = sp.csr_array(sp.csc_array(flat.matrix[definition.rows])[:, np.flatnonzero(columns)])
    sides = flat.row_lower[definition.rows]
    cost = flat.cost[definition.columns]
    per_unit = sp.csr_array(sp.diags_array(1.0 / definition.coefficients) @ rest)
    constants = sides / definition.coefficients
    matrix = sp.csr_array(kept.matrix - uses @ per_unit)
    matrix.eliminate_zeros()
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    moved = uses @ constants
    substituted = replace(
        kept,
        matrix=matrix,
        row_lower=kept.row_lower - moved,
        row_upper=kept.row_upper - moved,
        cost=kept.cost - per_unit.T @ cost,
        constant=kept.constant + float(cost @ constants),
    )
    return substituted, _Step(definition, rest, sides, uses, cost, rows, columns)


@dataclass(frozen=True)
class Undo:
    """A defined column is what its row says; the dual of the row is what the column was worth where it stood."""

    steps: tuple[_Step, ...]

    def __call__(self, point: Point) -> Point:
        """The solution before the pass."""
        for step in reversed(self.steps):
            point = _restored(step, point)
        return point


def _restored(step: _Step, point: Point) -> Point:
    definition = step.definition
    primal = spread(point.primal, step.kept_columns, 0.0)
    primal[definition.columns] = (step.sides - step.rest @ point.primal) / definition.coefficients
    if point.dual is None or point.reduced_cost is None:
        return Point(primal, None, None)
    dual = spread(point.dual, step.kept_rows, 0.0)
    dual[definition.rows] = (step.cost - step.uses.T @ point.dual) / definition.coefficients
    return Point(primal, dual, spread(point.reduced_cost, step.kept_columns, 0.0))
