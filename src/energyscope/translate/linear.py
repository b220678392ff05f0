"""Linear expressions of variables over the rows of a frame, as (row, column, coefficient) triplets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values
from energyscope.program.entries import Entries, gathered
from energyscope.translate.frame import Mask, Rows, repeat_ranges

Columns = NDArray[np.int32]


@dataclass(frozen=True)
class Terms:
    """Some terms: coefficient * column in a row. `rows` None means one term in every row, in order."""

    rows: Rows | None
    columns: Columns
    coefficients: Values

    def row_ids(self) -> Rows:
        """The row of every term."""
        return np.arange(len(self.columns), dtype=np.int64) if self.rows is None else self.rows

    def scaled(self, factor: Values) -> Terms:
        """Every term times the factor of its row."""
        by_term = factor if self.rows is None else factor[self.rows]
        return Terms(self.rows, self.columns, self.coefficients * by_term)


@dataclass(frozen=True)
class Linear:
    """`constant[i]` + the sum of the terms of row i, for `len(constant)` rows."""

    constant: Values
    parts: tuple[Terms, ...] = ()

    def __len__(self) -> int:
        return len(self.constant)

    def plus(self, other: Linear, sign: float = 1.0) -> Linear:
        """Sum (or difference) row by row."""
        more = (
            other.parts if sign == 1.0 else tuple(Terms(t.rows, t.columns, t.coefficients * sign) for t in other.parts)
        )
        return Linear(self.constant + sign * other.constant, self.parts + more)

    def scaled(self, factor: Values) -> Linear:
        """Every row times a number."""
        return Linear(self.constant * factor, tuple(part.scaled(factor) for part in self.parts))

    def take(self, rows: Rows) -> Linear:
        """The given rows, repeats allowed."""
        plain = tuple(
            Terms(None, part.columns[rows], part.coefficients[rows]) for part in self.parts if part.rows is None
        )
        scattered = [part for part in self.parts if part.rows is not None]
        if not scattered:
            return Linear(self.constant[rows], plain)
        owner, columns, coefficients = _joined(scattered)
        order = np.argsort(owner, kind="stable")
        counts = np.bincount(owner, minlength=len(self))
        starts = np.cumsum(counts) - counts
        out, place = repeat_ranges(starts[rows], counts[rows])
        chosen = order[place]
        return Linear(self.constant[rows], (*plain, Terms(out, columns[chosen], coefficients[chosen])))

    def summed(self, parent: Rows, parents: int) -> Linear:
        """Rows added up into parent rows."""
        constant: Values = np.bincount(parent, weights=self.constant, minlength=parents).astype(np.float64)
        parts = tuple(Terms(parent[part.row_ids()], part.columns, part.coefficients) for part in self.parts)
        return Linear(constant, parts)

    def scattered(self, rows: Rows, length: int) -> Linear:
        """The same rows at other places of a longer expression, zero elsewhere."""
        constant = np.zeros(length)
        constant[rows] = self.constant
        return Linear(constant, tuple(Terms(rows[p.row_ids()], p.columns, p.coefficients) for p in self.parts))

    def triplets(self) -> tuple[Rows, Columns, Values]:
        """All terms as arrays."""
        return _joined(self.parts)

    def entries(self, n_columns: int) -> Entries:
        """The terms row by row, without repeats and without exact zeros."""
        rows, columns, coefficients = self.triplets()
        return gathered(rows, columns, coefficients, len(self), n_columns)

    def is_constant(self) -> Mask:
        """Rows that hold no term with a coefficient other than zero (terms that cancel count as terms)."""
        free = np.ones(len(self), dtype=bool)
        for part in self.parts:
            free[part.row_ids()[part.coefficients != 0]] = False
        return free


def linear_of(numbers: Values) -> Linear:
    """Numbers as a linear expression without terms."""
    return Linear(numbers)


def _joined(parts: Sequence[Terms]) -> tuple[Rows, Columns, Values]:
    if len(parts) == 1:
        return parts[0].row_ids(), parts[0].columns, parts[0].coefficients
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)
    return (
        np.concatenate([part.row_ids() for part in parts]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.coefficients for part in parts]),
    )
