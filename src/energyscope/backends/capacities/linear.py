"""A linear program as plain arrays, to be cut into parts and given to HiGHS without names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat
from energyscope.program.blocks import Program

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Linear:
    """Minimise cost @ x subject to row_lower <= matrix @ x <= row_upper and lower <= x <= upper."""

    matrix: sp.csr_array
    row_lower: Values
    row_upper: Values
    lower: Values
    upper: Values
    cost: Values

    @classmethod
    def of(cls, program: Program) -> Linear:
        """The arrays of a program; what it maximises is minimised with the other sign."""
        flat = Flat.of(program)
        sign = -1.0 if program.objective is not None and program.objective.sense == "maximize" else 1.0
        return cls(flat.matrix, flat.row_lower, flat.row_upper, flat.lower, flat.upper, sign * flat.cost)

    @cached_property
    def by_column(self) -> sp.csc_array:
        """The matrix by columns."""
        return sp.csc_array(self.matrix)

    @cached_property
    def entry_rows(self) -> NDArray[np.int64]:
        """The row of each entry of the matrix, in its order."""
        return np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))

    def count_entries(self, which: Mask) -> NDArray[np.int64]:
        """How many of some entries each row has."""
        return np.bincount(self.entry_rows[which], minlength=self.matrix.shape[0])

    def part(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Linear:
        """Some rows and columns; the other columns are 0."""
        return Linear(
            sp.csr_array(self.by_column[:, columns].tocsr()[rows]),
            self.row_lower[rows],
            self.row_upper[rows],
            self.lower[columns],
            self.upper[columns],
            self.cost[columns],
        )

    def scaled_cost(self, columns: Mask, factor: float) -> Linear:
        """The same with another cost of some columns."""
        return replace(self, cost=np.where(columns, factor * self.cost, self.cost))

    def highs(self) -> highspy.Highs:
        """A HiGHS object that holds it and keeps quiet."""
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = self.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        lp.a_matrix_.value_ = self.matrix.data
        highs = highspy.Highs()
        highs.setOptionValue("log_to_console", False)
        highs.passModel(lp)
        return highs
