"""Sets over the rows of a frame: every row has its own members, kept once where rows share them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Mask, Rows, group_rows, repeat_ranges


class _Lookup:
    """Where a tuple stands among distinct sets: one index over (set, member), made at the first question."""

    def __init__(self, offsets: Rows, columns: tuple[Codes, ...]) -> None:
        self._offsets = offsets
        self._columns = columns

    @cached_property
    def index(self) -> Index:
        if len(self._offsets) == 2:
            return Index(self._columns)
        owner = np.repeat(np.arange(len(self._offsets) - 1, dtype=np.int32), np.diff(self._offsets))
        return Index((owner, *self._columns))


class Members:
    """The set that each of `len(entry)` rows holds.

    `offsets` and `columns` describe distinct sets, one after the other (CSR); `entry[i]` is the one that row i holds.
    Within a set, tuples are distinct and in order.
    """

    def __init__(self, offsets: Rows, columns: Sequence[Codes], entry: Rows, lookup: _Lookup | None = None) -> None:
        self.offsets = offsets
        self.columns: tuple[Codes, ...] = tuple(columns)
        self.entry = entry
        self._lookup = lookup or _Lookup(self.offsets, self.columns)

    @property
    def dimension(self) -> int:
        """Places of a member; 0 where it cannot be told (no member at all, as in `{}`)."""
        return len(self.columns)

    def __len__(self) -> int:
        return len(self.entry)

    @property
    def counts(self) -> Rows:
        """Number of members in every row."""
        return (self.offsets[1:] - self.offsets[:-1])[self.entry]

    def take(self, rows: Rows) -> Members:
        """The sets of the given rows, repeats allowed."""
        return Members(self.offsets, self.columns, self.entry[rows], self._lookup)

    def expand(self) -> tuple[Rows, tuple[Codes, ...], Rows]:
        """Every (row, member): the rows, the members' code columns, and the place of each member in its set."""
        starts = self.offsets[self.entry]
        rows, places = repeat_ranges(starts, self.counts)
        return rows, tuple(column[places] for column in self.columns), places - starts[rows]

    def places(self, columns: Sequence[Codes], rows: Rows | None = None) -> Rows:
        """Place of one tuple a row in the set of that row, -1 where it is not a member.

        With `rows`, tuple k is looked up in the set of row `rows[k]`.
        """
        count = len(self.entry) if rows is None else len(rows)
        if not self.columns or len(columns) != len(self.columns):
            return np.full(count, -1, dtype=np.int64)
        entry = self.entry if rows is None else self.entry[rows]
        if len(self.offsets) == 2:
            return self._lookup.index.positions(columns)
        found = self._lookup.index.positions((entry.astype(np.int32), *columns))
        return np.where(found >= 0, found - self.offsets[entry], -1)

    def at(self, places: Rows) -> tuple[Codes, ...]:
        """The member at a place of each row's set; the places must be valid."""
        positions = self.offsets[self.entry] + places
        return tuple(column[positions] for column in self.columns)

    @property
    def table(self) -> Index:
        """The members of the only row, as an index."""
        return self._lookup.index if self.columns else Index((np.zeros(0, dtype=np.int32),))


def one_set(columns: Sequence[Codes]) -> Members:
    """The same set for a frame of one row."""
    length = len(columns[0]) if columns else 0
    return Members(np.array([0, length], dtype=np.int64), columns, np.zeros(1, dtype=np.int64))


def from_rows(rows: Rows, columns: Sequence[Codes], length: int) -> Members:
    """Sets of `length` rows from (row, member) pairs sorted by row, without repeats."""
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=length))]).astype(np.int64)
    return Members(offsets, columns, np.arange(length, dtype=np.int64))


def distinct(rows: Rows, columns: Sequence[Codes], length: int) -> Members:
    """Sets of `length` rows from (row, member) pairs: sorted by row, the first sight of a member kept."""
    grouping = group_rows((rows, *columns), len(rows))
    first = grouping.first
    order = first[np.argsort(rows[first], kind="stable")]
    return from_rows(rows[order], [column[order] for column in columns], length)


def combine(operator: str, left: Members, right: Members) -> Members:
    """`union diff symdiff inter cross` row by row; the order is that of the spec (left first)."""
    grouping = group_rows((left.entry, right.entry), len(left))
    small_left, small_right = left.take(grouping.first), right.take(grouping.first)
    return _OPERATIONS[operator](small_left, small_right).take(grouping.group)


def _union(left: Members, right: Members) -> Members:
    if not left.dimension or not right.dimension:
        return left if left.dimension else right
    a_rows, a_columns, _ = left.expand()
    b_rows, b_columns, _ = right.expand()
    columns = [np.concatenate(pair) for pair in zip(a_columns, b_columns, strict=True)]
    return distinct(np.concatenate([a_rows, b_rows]), columns, len(left))


def _filtered(keep: Callable[[Mask], Mask]) -> Callable[[Members, Members], Members]:
    def operation(left: Members, right: Members) -> Members:
        rows, columns, _ = left.expand()
        mask = keep(right.places(columns, rows) >= 0)
        return from_rows(rows[mask], [column[mask] for column in columns], len(left))

    return operation


_inter = _filtered(lambda inside: inside)
_diff = _filtered(lambda inside: ~inside)


def _symdiff(left: Members, right: Members) -> Members:
    return _union(_diff(left, right), _diff(right, left))


def _cross(left: Members, right: Members) -> Members:
    rows, columns, _ = left.expand()
    again, more, _ = right.take(rows).expand()
    return from_rows(rows[again], [column[again] for column in columns] + list(more), len(left))


_OPERATIONS: dict[str, Callable[[Members, Members], Members]] = {
    "union": _union,
    "diff": _diff,
    "symdiff": _symdiff,
    "inter": _inter,
    "cross": _cross,
}


def choose(options: Sequence[tuple[Rows, Members]], length: int) -> Members:
    """One set a row out of several: option k gives the sets of its rows (each row in exactly one option)."""
    offsets = [np.zeros(1, dtype=np.int64)]
    entry = np.zeros(length, dtype=np.int64)
    dimension = max((sets.dimension for _, sets in options), default=0)
    columns: list[list[Codes]] = [[] for _ in range(dimension)]
    base, shift = 0, 0
    for rows, sets in options:
        entry[rows] = sets.entry + base
        offsets.append(sets.offsets[1:] + shift)
        base += len(sets.offsets) - 1
        shift += int(sets.offsets[-1])
        for place, column in enumerate(sets.columns):
            columns[place].append(column)
    joined = [np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32) for parts in columns]
    return Members(np.concatenate(offsets), joined, entry)
