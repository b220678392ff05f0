"""The entries of a sparse matrix row by row, without scipy, whose import takes longer than a small model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values

if TYPE_CHECKING:
    import scipy.sparse as sp

FEW = 10_000
"""Up to so many terms are put together by numpy; scipy, once it is there, does it three times as fast."""


@dataclass(frozen=True)
class Entries:
    """Row i holds `data[k]` in column `indices[k]` for k from `indptr[i]` to `indptr[i + 1]`, in order of columns."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: Values
    width: int

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Which rows hold something."""
        return np.diff(self.indptr) > 0

    def take(self, rows: NDArray[np.bool_]) -> Entries:
        """The rows where a mask is true."""
        lengths = np.diff(self.indptr)
        kept = np.repeat(rows, lengths)
        return Entries(_pointers(lengths[rows]), self.indices[kept], self.data[kept], self.width)

    def csr(self) -> sp.csr_array:
        """The same as scipy's matrix; arrays are shared."""
        import scipy.sparse as sp

        return sp.csr_array((self.data, self.indices, self.indptr), shape=(len(self.indptr) - 1, self.width))


class Matrix:
    """A field that is given entries or scipy's matrix, and gives the matrix, made at the first look."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, block: object, owner: type) -> sp.csr_array:
        held = vars(block)[self._name]
        if isinstance(held, Entries):
            held = vars(block)[self._name] = held.csr()
        return held

    def __set__(self, block: object, value: sp.csr_array | Entries) -> None:
        vars(block)[self._name] = value

    def entries(self, block: object) -> Entries:
        """What the field of a block holds, without scipy where it has not been there yet."""
        held = vars(block)[self._name]
        return held if isinstance(held, Entries) else Entries(held.indptr, held.indices, held.data, held.shape[1])


def gathered(rows: NDArray[np.int64], columns: NDArray[np.int32], values: Values, length: int, width: int) -> Entries:
    """Terms of `length` rows put together: those of one row and column added up, exact zeros left out."""
    if len(values) > FEW:
        return _gathered_by_scipy(rows, columns, values, length, width)
    keys = rows * width + columns
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])[: len(keys)])
    sums = np.add.reduceat(values[order], starts) if len(starts) else np.zeros(0)
    kept = sums != 0
    distinct = sorted_keys[starts][kept]
    counts = np.bincount(distinct // max(width, 1), minlength=length)
    return Entries(_pointers(counts), (distinct % max(width, 1)).astype(np.int32), sums[kept], width)


def _gathered_by_scipy(
    rows: NDArray[np.int64], columns: NDArray[np.int32], values: Values, length: int, width: int
) -> Entries:
    import scipy.sparse as sp

    places = rows.astype(np.int32), columns.astype(np.int32)
    matrix = sp.csr_array(sp.coo_array((values, places), shape=(length, width)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return Entries(matrix.indptr, matrix.indices, matrix.data, width)


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
