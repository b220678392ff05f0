"""A year starts from its months: each solved by itself, their bases joined to one where the year's simplex begins.

The state of charge at the border between two months is held at the lower end of its window; rows that tie months
together, like ratchets, are left out. That is a guess, which only the number of iterations depends on: the linear
program of the whole run decides, and proves, the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from energyscope.backends.base import OptionValue
from energyscope.backends.highs import Arrays, Basis, Watch, basis_of, load_arrays, run_alone, set_basis, set_options
from energyscope.families.btm.program.inputs import Places
from energyscope.families.btm.solving.idle import idle_basis
from energyscope.families.btm.solving.located import Site, month_of_columns
from energyscope.families.btm.solving.threads import side_by_side

LEAST_STEPS = 5_000
"""Below, the whole run takes less than 0.2 s from the idle battery, and the months as long."""

NO_PART = -1

Part = tuple[Basis | None, int]
"""A basis, where there is one, and the iterations that led to it."""


@dataclass(frozen=True, eq=False)
class Parts:
    """To which part each row and column belongs, NO_PART where to none; `held` columns are fixed at `guess`.

    A row has all its columns in its own part, or held.
    """

    rows: Places
    columns: Places
    held: NDArray[np.bool_]
    guess: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of parts."""
        return int(self.columns.max(initial=NO_PART)) + 1


def worthwhile(sites: tuple[Site, ...]) -> bool:
    """Are there several months, and so many steps that a start from them saves time?"""
    inputs = sites[0].inputs
    return len(inputs.month_names) > 1 and inputs.steps * len(sites) >= LEAST_STEPS


def joined_basis(arrays: Arrays, sites: tuple[Site, ...], options: dict[str, OptionValue], watch: Watch) -> Part:
    """A basis of the whole program from those of its months, and the iterations they took.

    The basis is None where a month by itself has no optimum. The months are solved side by side; each has its own
    solver, so that the answer does not depend on the number of threads.
    """
    parts = months(arrays, sites)
    sides = _sides(arrays, parts)
    idle = idle_basis(arrays, sites)

    def solved(part: int) -> Part:
        rows, columns = np.flatnonzero(parts.rows == part), np.flatnonzero(parts.columns == part)
        start = Basis(idle.columns[columns], idle.rows[rows])
        return _solved(_taken(sides, rows, columns), start, options, watch)

    solutions = side_by_side(solved, parts.count)
    return _joined(parts, [basis for basis, _ in solutions]), sum(count for _, count in solutions)


def months(arrays: Arrays, sites: tuple[Site, ...]) -> Parts:
    """The months of a program: columns by their step, rows by their columns, and what is held at the borders."""
    matrix = arrays.matrix
    columns = month_of_columns(sites, matrix.shape[1])
    of_entry = columns[matrix.indices]
    filled = np.diff(matrix.indptr) > 0
    rows = np.full(matrix.shape[0], NO_PART, dtype=np.int64)
    first, last = (each.reduceat(of_entry, matrix.indptr[:-1][filled]) for each in (np.minimum, np.maximum))
    rows[filled] = np.where(first == last, last, NO_PART)
    guess = np.zeros(matrix.shape[1])
    for site in sites:
        rows[site.rows["soc_dynamics"]] = site.inputs.month
        guess[site.columns["Soc"]] = arrays.lower[site.columns["Soc"]]
    foreign = _foreign(arrays, rows, columns)
    held = np.zeros(matrix.shape[1], dtype=np.bool_)
    held[matrix.indices[foreign]] = True
    return Parts(rows, columns, held, guess)


def _foreign(arrays: Arrays, rows: Places, columns: Places) -> NDArray[np.bool_]:
    """Which entries stand in a row of one part and a column of another."""
    of_row = np.repeat(rows, np.diff(arrays.matrix.indptr))
    foreign: NDArray[np.bool_] = (of_row != NO_PART) & (of_row != columns[arrays.matrix.indices])
    return foreign


def _sides(arrays: Arrays, parts: Parts) -> Arrays:
    """The program with the held columns fixed, and their entries in rows of other parts moved to the sides."""
    matrix = arrays.matrix
    foreign = _foreign(arrays, parts.rows, parts.columns)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[foreign]
    amounts = matrix.data[foreign] * parts.guess[matrix.indices[foreign]]
    moved = np.bincount(rows, weights=amounts, minlength=matrix.shape[0])
    return Arrays(
        matrix,
        arrays.row_lower - moved,
        arrays.row_upper - moved,
        arrays.cost,
        np.where(parts.held, parts.guess, arrays.lower),
        np.where(parts.held, parts.guess, arrays.upper),
        arrays.integer,
    )


def _taken(arrays: Arrays, rows: Places, columns: Places) -> Arrays:
    """Some rows and columns of a program."""
    return Arrays(
        arrays.matrix[rows][:, columns],
        arrays.row_lower[rows],
        arrays.row_upper[rows],
        arrays.cost[columns],
        arrays.lower[columns],
        arrays.upper[columns],
        arrays.integer[columns],
    )


def _solved(arrays: Arrays, start: Basis, options: dict[str, OptionValue], watch: Watch) -> Part:
    """The optimal basis of a part, and the iterations it took."""
    highs = load_arrays(arrays)
    set_options(highs, options)
    set_basis(highs, start)
    outcome = run_alone(highs, watch)
    return basis_of(highs) if outcome.status == "optimal" else None, sum(outcome.iterations.values())


def _joined(parts: Parts, bases: list[Basis | None]) -> Basis | None:
    """One basis of all: columns of no part at a bound, rows of no part basic, by which it has as many as rows."""
    status = highspy.HighsBasisStatus
    columns = np.full(len(parts.columns), status.kLower, dtype=object)
    rows = np.full(len(parts.rows), status.kBasic, dtype=object)
    for part, basis in enumerate(bases):
        if basis is None:
            return None
        columns[parts.columns == part], rows[parts.rows == part] = basis.columns, basis.rows
    return Basis(columns, rows)
