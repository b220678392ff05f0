"""A linear program as named blocks of arrays; nothing in it is ever looped over row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.program.entries import Entries, Matrix

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass(frozen=True)
class VariableBlock:
    """The columns of one variable, `first` to `first + len(index) - 1`, in order of its index.

    `lower` and `upper` (one entry a column) are -inf and inf where there is no bound; `integer` holds for all of them.
    """

    name: str
    index: Index
    first: int
    lower: Values
    upper: Values
    integer: bool = False

    @property
    def columns(self) -> slice:
        """Its place among all columns."""
        return slice(self.first, self.first + len(self.index))


@dataclass(frozen=True)
class ConstraintBlock:
    """The rows of one constraint, `first` to `first + len(index) - 1`: lower <= matrix @ x <= upper.

    The matrix has one column for every column of the program (CSR, int32 indices, no explicit zeros, no repeats).
    A row may have no finite side. `constant_rows` rows had no variable, were true and are not in the block.
    """

    name: str
    index: Index
    first: int
    matrix: sp.csr_array
    lower: Values
    upper: Values
    constant_rows: int = 0

    @property
    def entries(self) -> Entries:
        """The matrix as plain arrays, for which scipy need not be imported."""
        return MATRIX.entries(self)

    @property
    def rows(self) -> slice:
        """Its place among all rows."""
        return slice(self.first, self.first + len(self.index))


MATRIX = Matrix("_matrix")
"""Stands in the class behind the dataclass, which would take it for a default."""
ConstraintBlock.matrix = MATRIX


@dataclass(frozen=True)
class Objective:
    """`coefficients @ x[columns] + constant`, to be minimised or maximised."""

    name: str
    sense: Literal["minimize", "maximize"]
    columns: NDArray[np.int32]
    coefficients: Values
    constant: float = 0.0


@dataclass(frozen=True)
class Program:
    """A linear (or mixed-integer) program.

    Blocks are keyed by the name in the model text, in order of declaration; `symbols` gives the members behind the
    codes of their indices. Without an objective any feasible point is optimal with value 0.
    """

    symbols: Symbols
    variables: dict[str, VariableBlock]
    constraints: dict[str, ConstraintBlock]
    objective: Objective | None = None
    passes: tuple[str, ...] = field(default=())
    relaxed: bool = False
    """Have integers become continuous?"""

    def relaxation(self) -> Program:
        """The same program with continuous columns in place of integers."""
        blocks = {name: replace(block, integer=False) for name, block in self.variables.items()}
        return replace(self, variables=blocks, relaxed=True)

    @property
    def n_rows(self) -> int:
        """Rows, the objective and constant rows not among them."""
        return sum(len(block.index) for block in self.constraints.values())

    @property
    def n_columns(self) -> int:
        """All columns, used or not."""
        return sum(len(block.index) for block in self.variables.values())

    @property
    def constant_rows(self) -> int:
        """Rows that had no variable, were true, and were dropped."""
        return sum(block.constant_rows for block in self.constraints.values())

    @cached_property
    def matrix(self) -> sp.csr_array:
        """All rows, in order of the blocks."""
        import scipy.sparse as sp

        if not self.constraints:
            return sp.csr_array((0, self.n_columns))
        return sp.csr_array(sp.vstack([block.matrix for block in self.constraints.values()], format="csr"))

    @cached_property
    def row_sides(self) -> tuple[Values, Values]:
        """Lower and upper side of every row."""
        return _sides(self.constraints.values())

    @cached_property
    def column_sides(self) -> tuple[Values, Values]:
        """Lower and upper bound of every column."""
        return _sides(self.variables.values())

    @cached_property
    def integers(self) -> NDArray[np.bool_]:
        """Which columns are integer."""
        parts = [np.full(len(block.index), block.integer) for block in self.variables.values()]
        return np.concatenate([np.zeros(0, dtype=bool), *parts])

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Which columns have a nonzero coefficient in a row or in the objective."""
        used = np.zeros(self.n_columns, dtype=bool)
        for block in self.constraints.values():
            used[block.entries.indices] = True
        if self.objective is not None:
            used[self.objective.columns] = True
        return used

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The counts that `--json` reports: rows, columns, nonzeros, integers, constant_rows, unused_columns."""
        used = int(np.count_nonzero(self.used))
        return {
            "rows": self.n_rows,
            "columns": used,
            "nonzeros": sum(len(block.entries.data) for block in self.constraints.values()),
            "integers": int(np.count_nonzero(self.integers & self.used)),
            "constant_rows": self.constant_rows,
            "unused_columns": self.n_columns - used,
        }

    def row_label(self, row: int) -> str:
        """`name[i,j]` of a row."""
        return self._label(self.constraints, row)

    def column_label(self, column: int) -> str:
        """`name[i,j]` of a column."""
        return self._label(self.variables, column)

    def _label(self, blocks: dict[str, VariableBlock] | dict[str, ConstraintBlock], place: int) -> str:
        for block in blocks.values():
            if place < block.first + len(block.index):
                codes = [int(column[place - block.first]) for column in block.index.columns]
                return self.symbols.describe(block.name, codes)
        raise IndexError(place)


def _sides(blocks: Iterable[VariableBlock] | Iterable[ConstraintBlock]) -> tuple[Values, Values]:
    """Lower and upper sides of blocks one behind the other, not to be written to: all who ask share them."""
    pairs = [(block.lower, block.upper) for block in blocks]
    lower = np.concatenate([np.zeros(0), *(each for each, _ in pairs)])
    upper = np.concatenate([np.zeros(0), *(each for _, each in pairs)])
    lower.flags.writeable = upper.flags.writeable = False
    return lower, upper
