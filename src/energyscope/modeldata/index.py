"""A table of distinct tuples, one int32 code column a place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Codes

Positions = NDArray[np.int64]

DENSE_LIMIT = 4
"""A lookup array of the whole key space is kept while the space is at most this many times the entries."""
DENSE_FLOOR = 4096
"""Key spaces up to this size are always kept whole."""


class Index:
    """Distinct tuples in order; `columns[k][i]` is the code at place k of tuple i.

    The empty tuple is a member of dimension 0: an Index without columns and with `length` 1 indexes a scalar.
    """

    def __init__(self, columns: Sequence[Codes], length: int | None = None) -> None:
        self.columns: tuple[Codes, ...] = tuple(np.ascontiguousarray(column, dtype=np.int32) for column in columns)
        self.length = len(self.columns[0]) if self.columns else (1 if length is None else length)

    def __len__(self) -> int:
        return self.length

    @property
    def dimension(self) -> int:
        """Places of a tuple."""
        return len(self.columns)

    def positions(self, columns: Sequence[Codes]) -> Positions:
        """Position of every given tuple, -1 where it is not a member. All columns have one length."""
        if not self.columns:
            return np.zeros(0, dtype=np.int64)
        count = len(columns[0])
        if self.length == 0 or count == 0:
            return np.full(count, -1, dtype=np.int64)
        keys, inside = self._keys_of(columns)
        if self._dense is not None:
            found = self._dense[keys].astype(np.int64)
        else:
            order, sorted_keys = self._sorted
            place = np.minimum(np.searchsorted(sorted_keys, keys), self.length - 1)
            found = np.where(sorted_keys[place] == keys, order[place], -1)
        return found if inside is None else np.where(inside, found, -1)

    def contains(self, columns: Sequence[Codes]) -> NDArray[np.bool_]:
        """Which of the given tuples are members."""
        return self.positions(columns) >= 0

    def take(self, positions: NDArray[np.integer] | NDArray[np.bool_]) -> Index:
        """The tuples at some positions, or where a mask is true."""
        if not self.columns:
            return Index((), int(np.count_nonzero(positions)) if positions.dtype == bool else len(positions))
        return Index(tuple(column[positions] for column in self.columns))

    @cached_property
    def first_repeat(self) -> int | None:
        """Position of the first tuple that stands twice, None when all are distinct."""
        if len(self) < 2 or not self.columns:
            return None if len(self) < 2 else 1
        keys = self._keys_of(self.columns)[0]
        order = np.argsort(keys, kind="stable")
        repeated = order[1:][keys[order[1:]] == keys[order[:-1]]]
        return int(repeated.min()) if len(repeated) else None

    @cached_property
    def last_sights(self) -> Positions:
        """Position of the last sight of every distinct tuple, in order."""
        keys = self._keys_of(self.columns)[0]
        order = np.argsort(keys, kind="stable")
        last = np.ones(len(order), dtype=bool)
        last[:-1] = keys[order[1:]] != keys[order[:-1]]
        return np.sort(order[last])

    @cached_property
    def _ranks(self) -> list[tuple[NDArray[np.int32], int]]:
        """For every place: rank of a code among the codes that occur (-1: none), and how many occur."""
        ranks = []
        for column in self.columns:
            occurs = np.zeros(int(column.max()) + 1 if len(column) else 0, dtype=bool)
            occurs[column] = True
            rank = np.where(occurs, np.cumsum(occurs, dtype=np.int32) - 1, -1).astype(np.int32)
            ranks.append((rank, int(np.count_nonzero(occurs))))
        return ranks

    @cached_property
    def _space(self) -> int:
        space = 1
        for _, count in self._ranks:
            space *= max(count, 1)
        return space

    def _keys_of(self, columns: Sequence[Codes]) -> tuple[Positions, NDArray[np.bool_] | None]:
        """Mixed-radix key of every tuple, and which have a rank in every place (None: all)."""
        if self._space >= 2**62:
            raise OverflowError("key space of an index exceeds 64 bits")
        keys = np.zeros(len(columns[0]), dtype=np.int64)
        inside: NDArray[np.bool_] | None = None
        for column, (rank, count) in zip(columns, self._ranks, strict=True):
            if column is not None and len(column) and int(column.max()) < len(rank):
                ranks = rank[column]
            else:
                ranks = np.where(column < len(rank), rank[np.minimum(column, len(rank) - 1)], -1)
            if len(ranks) and int(ranks.min()) < 0:
                known = ranks >= 0
                inside = known if inside is None else inside & known
                ranks = np.maximum(ranks, 0)
            keys *= count
            keys += ranks
        return keys, inside

    @cached_property
    def _dense(self) -> NDArray[np.int32] | None:
        if self._space > max(DENSE_LIMIT * self.length, DENSE_FLOOR):
            return None
        table = np.full(self._space, -1, dtype=np.int32)
        table[self._keys_of(self.columns)[0]] = np.arange(self.length, dtype=np.int32)
        return table

    @cached_property
    def _sorted(self) -> tuple[Positions, Positions]:
        keys = self._keys_of(self.columns)[0]
        order = np.argsort(keys, kind="stable")
        return order, keys[order]
