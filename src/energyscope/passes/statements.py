"""What rows say, numbered: rows that say the same have one number."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints, Mask


@lru_cache(maxsize=1)
def by_column(flat: Flat) -> sp.csc_array:
    """The matrix by columns; that of the last program asked about is kept."""
    return sp.csc_array(flat.matrix)


def statements(part: sp.csr_array, kept: Mask, scale: Values) -> Ints:
    """A number for what each row says in its kept entries, over a scale; equal where it is the same.

    A random sum stands for the entries of a row; rows that share one are then compared entry by entry.
    """
    data = np.where(kept, part.data, 0.0) / np.repeat(scale, np.diff(part.indptr))
    said = sp.csr_array((data, part.indices, part.indptr), shape=part.shape)
    said.eliminate_zeros()
    first, number = numbered(said @ np.random.default_rng(0).random(part.shape[1]))
    differences = sp.csr_array(said - said[first[number]])
    differences.eliminate_zeros()
    return number if not differences.nnz else np.arange(part.shape[0], dtype=np.int64)


def numbered(values: Ints | Values) -> tuple[Ints, Ints]:
    """First place of every distinct value, in order of appearance, and the number of the distinct value of each."""
    _, first, number = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return first[order].astype(np.int64), rank[number.ravel()]


def distinct_rows(table: Ints) -> tuple[Ints, Ints]:
    """First place of every distinct row of a table, in order of appearance, and the number of that of each row.

    A random sum of integers, exact in whatever order it is added up, stands for a row; where two rows share one by
    chance, rows are compared column by column.
    """
    first, number = numbered(table @ np.random.default_rng(0).integers(2**62, size=table.shape[1]))
    if (table == table[first[number]]).all():
        return first, number
    number = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        number = numbered(number * (int(column.max()) + 2) + column)[1]
    return numbered(number)


def distinct(values: Ints) -> bool:
    """Whether no number stands twice."""
    return int(np.bincount(values - values.min()).max()) == 1


def union(one: Ints, other: Ints) -> Ints:
    """All numbers of two arrays, in order."""
    first = min(int(one.min()), int(other.min()))
    occurs = np.zeros(max(int(one.max()), int(other.max())) - first + 1, dtype=bool)
    occurs[one - first] = occurs[other - first] = True
    return np.flatnonzero(occurs) + first
