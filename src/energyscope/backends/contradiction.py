"""Rows and bounds that contradict each other, and none of which can be left out: a deletion filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program

MOST = 200
"""Rows, and bounds, that are tried one by one: each takes a solve of what is left."""
SECONDS = 0.1
"""A solve that has not ended by then leaves its row among those that contradict."""
_INFEASIBLE = 2
"""The status of `milp` for a proof of infeasibility."""


@dataclass(frozen=True, eq=False)
class _Limits:
    """Rows (`sides`) over the columns that they use (`bounds`), each two arrays: lower and upper."""

    matrix: sp.csr_array
    sides: tuple[Values, Values]
    bounds: tuple[Values, Values]
    integer: NDArray[np.bool_]

    @property
    def contradict(self) -> bool:
        """Whether they are proven to have no common point."""
        n_columns = self.matrix.shape[1]
        rows = LinearConstraint(self.matrix, *self.sides)
        limits = {"time_limit": SECONDS}
        found = milp(
            np.zeros(n_columns), constraints=rows, bounds=Bounds(*self.bounds), integrality=self.integer, options=limits
        )
        return int(found.status) == _INFEASIBLE


def contradiction(program: Program, rows: NDArray[np.int64]) -> tuple[str, ...]:
    """Of some rows and the bounds of their columns, the labels of those that contradict by themselves.

    Without any one of them the others have a common point. Empty where the rows are more than can be tried, or where
    they do not contradict each other; then all rows of a small program are tried.
    """
    if not 0 < len(rows) <= MOST:
        return ()
    limits, columns = _taken(program, rows)
    if not limits.contradict:
        everything = np.arange(program.n_rows)
        return contradiction(program, everything) if len(rows) < program.n_rows <= MOST else ()
    for row in range(len(rows)):
        lighter = replace(limits, sides=_opened(limits.sides, row))
        limits = lighter if lighter.contradict else limits
    kept = np.flatnonzero(np.isfinite(limits.sides[0]) | np.isfinite(limits.sides[1]))
    limits, columns, rows = *_taken(program, rows[kept]), rows[kept]
    limits = _fewer_bounds(limits)
    return (*(program.row_label(int(row)) for row in rows), *_bound_labels(program, limits, columns))


def _taken(program: Program, rows: NDArray[np.int64]) -> tuple[_Limits, NDArray[np.int64]]:
    """Some rows of a program, and the columns they use."""
    matrix = program.matrix[rows]
    columns = np.unique(matrix.indices).astype(np.int64)
    rows_lower, rows_upper = program.row_sides
    lower, upper = program.column_sides
    sides, bounds = (rows_lower[rows], rows_upper[rows]), (lower[columns], upper[columns])
    return _Limits(matrix[:, columns], sides, bounds, program.integers[columns]), columns


def _fewer_bounds(limits: _Limits) -> _Limits:
    """The limits without the bounds that the contradiction does not need, as far as they can be tried."""
    given = np.flatnonzero(np.isfinite(limits.bounds[0]) | np.isfinite(limits.bounds[1]))
    if len(given) > MOST:
        return limits
    for column in given:
        lighter = replace(limits, bounds=_opened(limits.bounds, int(column)))
        limits = lighter if lighter.contradict else limits
    return limits


def _opened(limits: tuple[Values, Values], place: int) -> tuple[Values, Values]:
    """Limits without those at one place."""
    lower, upper = limits[0].copy(), limits[1].copy()
    lower[place], upper[place] = -np.inf, np.inf
    return lower, upper


def _bound_labels(program: Program, limits: _Limits, columns: NDArray[np.int64]) -> Iterator[str]:
    for place in np.flatnonzero(np.isfinite(limits.bounds[0]) | np.isfinite(limits.bounds[1])):
        yield f"bounds of {program.column_label(int(columns[place]))}"
