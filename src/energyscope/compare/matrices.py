"""Two programs coefficient by coefficient."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import scipy.sparse as sp

from energyscope.compare.report import Extreme, MatrixComparison
from energyscope.compare.transfer import Places, transfer
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program

SAME = 1e-9
"""Relative difference of two figures that count as one: sums of the same doubles in another order, powers by another
library. A mistake in a model is larger."""
LITERAL = 1e-12
"""The same where both programs were made of one text: readers of it compute in one order, and differ by a few
roundings. Measured on all published models: 2.3e-15 at most."""
ROUNDING = 1e-13
"""Difference relative to the largest entry of its row that is rounding alone, as where two terms nearly cancel."""
SHOWN = 5
"""Names of missing rows and columns that are kept."""


def compare_matrices(first: str, one: Program, second: str, other: Program, same: float = SAME) -> MatrixComparison:
    """Coefficients, sides, bounds and costs by name; nothing but the reason where the families differ.

    Rows may be written the other way round. A row without a finite side may be absent. Figures that differ by more than
    `same` are counted.
    """
    reason = _unlike(first, one, second, other)
    if reason:
        return MatrixComparison(first, second, reason)
    link, missing = transfer(one, other), _missing(one, other)
    rows, columns = np.flatnonzero(link.rows >= 0), np.flatnonzero(link.columns >= 0)
    theirs = sp.csr_array(other.matrix[rows][:, columns])
    ours = sp.csr_array(one.matrix[link.rows[rows]][:, link.columns[columns]])
    turned = np.asarray(ours.multiply(theirs).sum(axis=1)).ravel() < 0
    sides = _turned(*other.row_sides, turned, rows)
    used = columns[other.used[columns]]
    return MatrixComparison(
        first,
        second,
        rows=len(rows),
        nonzeros=int(theirs.nnz),
        missing_count=len(missing),
        missing=tuple(missing[:SHOWN]),
        coefficients=_coefficients(
            ours, sp.csr_array(theirs.multiply(np.where(turned, -1.0, 1.0)[:, None])), other, rows, same
        ),
        sides=_pairs(
            [side[link.rows[rows]] for side in one.row_sides], sides, lambda k: other.row_label(int(rows[k])), same
        ),
        bounds=_pairs(
            [bound[link.columns[used]] for bound in one.column_sides],
            [bound[used] for bound in other.column_sides],
            lambda k: other.column_label(int(used[k])),
            same,
        ),
        costs=_pairs(
            [_costs(one)[link.columns[columns]]],
            [_costs(other)[columns]],
            lambda k: other.column_label(int(columns[k])),
            same,
        ),
    )


def _missing(one: Program, other: Program) -> list[str]:
    """Rows with a side and columns in use that only one of two programs has."""
    return [
        name
        for source, target in ((one, other), (other, one))
        for link in [transfer(source, target)]
        for name in (
            *_labels(target.row_label, np.flatnonzero((link.rows < 0) & _has_side(target))),
            *_labels(target.column_label, np.flatnonzero((link.columns < 0) & target.used)),
        )
    ]


def _unlike(first: str, one: Program, second: str, other: Program) -> str:
    """Why two programs are not literally the same families, '' when they are."""
    for kind, mine, theirs in (
        ("constraints", _rows_by_family(one), _rows_by_family(other)),
        ("variables", set(_used_variables(one)), set(_used_variables(other))),
    ):
        differing = [(first, sorted(mine - theirs)), (second, sorted(theirs - mine))]
        told = [f"{', '.join(names[:SHOWN])} only in {route}" for route, names in differing if names]
        if told:
            return f"not literally the same {kind}: {'; '.join(told)}"
    return ""


def _rows_by_family(program: Program) -> set[str]:
    return {name for name, block in program.constraints.items() if len(block.index)}


def _used_variables(program: Program) -> Iterable[str]:
    return (name for name, block in program.variables.items() if program.used[block.columns].any())


def _labels(label: Callable[[int], str], places: Places) -> list[str]:
    """The labels of some places; past the first few only their number counts."""
    return [label(int(place)) if k < SHOWN else "" for k, place in enumerate(places)]


def _has_side(program: Program) -> np.typing.NDArray[np.bool_]:
    lower, upper = program.row_sides
    return np.isfinite(lower) | np.isfinite(upper)


def _turned(lower: Values, upper: Values, turned: np.typing.NDArray[np.bool_], rows: Places) -> list[Values]:
    """The sides of some rows, those of rows that were written the other way round changed over."""
    low, high = lower[rows], upper[rows]
    return [np.where(turned, -high, low), np.where(turned, -low, high)]


def _costs(program: Program) -> Values:
    costs = np.zeros(program.n_columns)
    if program.objective is not None:
        np.add.at(costs, program.objective.columns, program.objective.coefficients)
        if program.objective.sense == "maximize":
            costs = -costs
    return costs


def _coefficients(ours: sp.csr_array, theirs: sp.csr_array, other: Program, rows: Places, same: float) -> Extreme:
    """Differences of entries, relative to the larger of the two."""
    apart = sp.coo_array(abs(ours - theirs))
    if not apart.nnz:
        return Extreme(0, 0.0, "")
    larger = abs(ours).maximum(abs(theirs)).tocsr()
    row_largest = larger.max(axis=1).toarray().ravel()
    size = np.asarray(larger[apart.row, apart.col]).ravel()
    relative = np.where(apart.data <= ROUNDING * row_largest[apart.row], 0.0, apart.data / size)
    worst = int(relative.argmax())
    where = f"{other.row_label(int(rows[apart.row[worst]]))}" if relative[worst] else ""
    return Extreme(int(np.count_nonzero(relative > same)), float(relative[worst]), where)


def _pairs(ours: Iterable[Values], theirs: Iterable[Values], label: Callable[[int], str], same: float) -> Extreme:
    """Differences of figures, relative to 1 + the larger of the two; a side that only one of them has is infinite."""
    relative = np.maximum.reduce([_relative(a, b) for a, b in zip(ours, theirs, strict=True)])
    if not len(relative):
        return Extreme(0, 0.0, "")
    worst = int(relative.argmax())
    return Extreme(
        int(np.count_nonzero(relative > same)), float(relative[worst]), label(worst) if relative[worst] else ""
    )


def _relative(a: Values, b: Values) -> Values:
    same = a == b
    size = np.where(same, 1.0, 1.0 + np.maximum(np.abs(a), np.abs(b)))
    apart = np.abs(np.where(same, 0.0, a) - np.where(same, 0.0, b))
    return np.where(np.isinf(apart), np.inf, apart / np.where(np.isinf(size), 1.0, size))
