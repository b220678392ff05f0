"""Linear expressions as sparse matrices: a constraint over all steps reads like one in the paper, and is made at once.

linopy's labelled expressions read as well, but cost some 20 ms each whatever their size; a rolling run has thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.families.btm.program.inputs import Places
from energyscope.modeldata.symbols import Values

Figures = Values | float
"""One number for all rows, or one a row."""


@dataclass(frozen=True, eq=False)
class Linear:
    """One expression a row: `matrix` (rows x columns of the model) times the columns, plus `known`."""

    matrix: sp.csr_array
    known: Values

    __array_ufunc__ = None
    """numpy leaves `array - expression` to the expression."""

    @classmethod
    def columns(cls, first: int, count: int, of: int) -> Linear:
        """Each of `count` columns from `first` on by itself, in a model of `of` columns."""
        places = np.arange(first, first + count, dtype=np.int32)
        starts = np.arange(count + 1, dtype=np.int32)
        return cls(sp.csr_array((np.ones(count), places, starts), shape=(count, of)), np.zeros(count))

    def __len__(self) -> int:
        return len(self.known)

    def __add__(self, other: Linear | Figures) -> Linear:
        if isinstance(other, Linear):
            return Linear(self.matrix + other.matrix, self.known + other.known)
        return Linear(self.matrix, self.known + other)

    def __radd__(self, other: Figures) -> Linear:
        return self + other

    def __neg__(self) -> Linear:
        return Linear(-self.matrix, -self.known)

    def __sub__(self, other: Linear | Figures) -> Linear:
        return self + (-other)

    def __rsub__(self, other: Figures) -> Linear:
        return -self + other

    def __mul__(self, factor: Figures) -> Linear:
        data = self.matrix.data * np.repeat(np.broadcast_to(factor, len(self)), np.diff(self.matrix.indptr))
        matrix = sp.csr_array((data, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape)
        return Linear(matrix, self.known * factor)

    def __rmul__(self, factor: Figures) -> Linear:
        return self * factor

    def __truediv__(self, divisor: float) -> Linear:
        return self * (1.0 / divisor)

    def __getitem__(self, rows: Places | slice) -> Linear:
        return Linear(self.matrix[rows], self.known[rows])

    def sums(self, group: Places, count: int) -> Linear:
        """The sum of the rows of each of `count` groups; `group` has one entry a row."""
        members = sp.csr_array((np.ones(len(self)), (group, np.arange(len(self)))), shape=(count, len(self)))
        return Linear(members @ self.matrix, members @ self.known)

    def total(self) -> Linear:
        """The sum of all rows, as one."""
        return self.sums(np.zeros(len(self), dtype=np.int64), 1)

    def means(self, rows: Places) -> Linear:
        """The mean over the rows named in each line of a table."""
        count, width = rows.shape
        members = sp.csr_array(
            (np.full(rows.size, 1.0 / width), rows.ravel(), np.arange(count + 1) * width), shape=(count, len(self))
        )
        return Linear(members @ self.matrix, members @ self.known)

    def __le__(self, other: Linear | Figures) -> Rows:
        return Rows.of(self - other, "<=")

    def __ge__(self, other: Linear | Figures) -> Rows:
        return Rows.of(self - other, ">=")

    def equals(self, other: Linear | Figures) -> Rows:
        """The rows `self = other`."""
        return Rows.of(self - other, "=")


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows `matrix times columns, sense, sides`; `keys` say what they are for, by the names of the places."""

    matrix: sp.csr_array
    sense: str
    sides: Values
    keys: dict[str, pd.Index] = field(default_factory=dict)

    @classmethod
    def of(cls, difference: Linear, sense: str) -> Rows:
        """The rows `difference sense 0`."""
        return cls(difference.matrix, sense, 0.0 - difference.known)

    def over(self, **keys: pd.Index) -> Rows:
        """The same rows with what each is for."""
        return Rows(self.matrix, self.sense, self.sides, keys)

    def where(self, wanted: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        keys = {place: members[wanted] for place, members in self.keys.items()}
        return Rows(self.matrix[wanted], self.sense, self.sides[wanted], keys)
