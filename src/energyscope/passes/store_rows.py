"""The rows between the columns that stand for a chain: hours of typical days, limits on levels, steps between days."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints, NewRows
from energyscope.passes.stores import Store, geometric
from energyscope.passes.touches import Touches


@dataclass
class _Part:
    """New rows of one chain as triplets."""

    name: str
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Values] = field(default_factory=list)
    lower: list[Values] = field(default_factory=list)
    upper: list[Values] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Rows so far."""
        return sum(len(side) for side in self.lower)

    def add(self, lower: Values, upper: Values, *terms: tuple[Ints, Ints, Values]) -> None:
        """More rows; a term is (row among these, column, coefficient)."""
        first = self.length
        for row, column, value in terms:
            self.row.append(first + row)
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)

    def add_equal(self, *terms: tuple[Ints, Values]) -> None:
        """More rows that are 0, a term a column."""
        count = len(terms[0][0])
        each = np.arange(count, dtype=np.int64)
        self.add(np.zeros(count), np.zeros(count), *((each, column, value) for column, value in terms))

    def rows(self, columns: int) -> NewRows:
        """The rows as a block."""
        lower, upper = np.concatenate([*self.lower, np.zeros(0)]), np.concatenate([*self.upper, np.zeros(0)])
        if not self.row:
            return NewRows(self.name, sp.csr_array((0, columns)), lower, upper)
        place = (np.concatenate(self.row), np.concatenate(self.column))
        matrix = sp.csr_array(sp.coo_array((np.concatenate(self.value), place), shape=(self.length, columns)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return NewRows(self.name, matrix, lower, upper)


def store_rows(flat: Flat, store: Store, name: str, columns: int) -> list[NewRows]:
    """All new rows of a chain, in a program of so many columns; `flat` has the rows as they were written."""
    parts = (_inside_days(flat, store, name), _limits(flat, store, name), _between_days(store, name))
    return [part.rows(columns) for part in parts]


def _inside_days(flat: Flat, store: Store, name: str) -> _Part:
    """V[k,h] - r V[k,h-1] - flow[k,h] = b: the rows of the first day of each kind, their levels renamed."""
    chain, part = store.chain, _Part(f"{name} hours")
    rows = chain.by_kind(chain.rows).ravel()
    matrix = sp.csr_array(flat.matrix[rows])
    row_of = np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(matrix.indptr))
    behind = chain.by_kind(chain.levels).ravel()[row_of]
    before = chain.by_kind(chain.previous).ravel()[row_of]
    columns = matrix.indices.astype(np.int64)
    columns = np.where(matrix.indices == before, store.level[:, :-1].ravel()[row_of], columns)
    columns = np.where(matrix.indices == behind, store.level[:, 1:].ravel()[row_of], columns)
    part.add(flat.row_lower[rows], flat.row_upper[rows], (row_of, columns, matrix.data))
    return part


def _limits(flat: Flat, store: Store, name: str) -> _Part:
    """Limits on levels, at the lower and at the upper end of each kind of day."""
    chain, part = store.chain, _Part(f"{name} limits")
    ceiling = chain.by_kind(flat.upper[chain.levels]).ravel().astype(np.float64)
    limited = np.flatnonzero(np.isfinite(ceiling))
    low, reach = store.level[:, 1:].ravel()[limited], store.decay[:, 1:].ravel()[limited]
    each = np.arange(len(limited), dtype=np.int64)
    width = (each, np.repeat(store.width, chain.day_length)[limited], reach)
    part.add(np.full(len(limited), -np.inf), ceiling[limited], (each, low, np.ones(len(limited))), width)
    for touch in chain.touches:
        _add_touch(part, flat, store, touch)
    return part


def _add_touch(part: _Part, flat: Flat, store: Store, touch: Touches) -> None:
    """The rows of one block that limit levels, for the hours of each kind of day."""
    chain = store.chain
    by_hour = chain.by_kind(touch.row).ravel()
    there = np.flatnonzero(by_hour >= 0)
    rows = by_hour[there]
    matrix = sp.csr_array(flat.matrix[rows])
    row_of = np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(matrix.indptr))
    is_level = matrix.indices == chain.by_kind(chain.levels).ravel()[there][row_of]
    columns = np.where(is_level, store.level[:, 1:].ravel()[there][row_of], matrix.indices).astype(np.int64)
    scale = np.bincount(row_of, weights=np.where(is_level, matrix.data, 0.0), minlength=len(rows))
    width = np.repeat(store.width, chain.day_length)[there]
    reach = scale * store.decay[:, 1:].ravel()[there]
    for side, above in ((flat.row_lower[rows], False), (flat.row_upper[rows], True)):
        limited = np.flatnonzero(np.isfinite(side))
        number = np.full(len(rows), -1, dtype=np.int64)
        number[limited] = np.arange(len(limited))
        own = number[row_of] >= 0
        at_upper_end = limited[(scale[limited] > 0) == above]
        free = np.full(len(limited), np.inf)
        part.add(
            -free if above else side[limited],
            side[limited] if above else free,
            (number[row_of[own]], columns[own], matrix.data[own]),
            (number[at_upper_end], width[at_upper_end], reach[at_upper_end]),
        )


def _between_days(store: Store, name: str) -> _Part:
    """Starts within the width; from the first to the last day of a run, and on to the next run."""
    chain, runs, part = store.chain, store.runs, _Part(f"{name} days")
    kind, hours, longer = chain.kind[runs.first], chain.day_length, runs.longer
    _add_widths(part, store.at_first, store.width[kind])
    _add_widths(part, store.at_last[longer], store.width[kind[longer]])
    last_level, decay = store.level[kind, hours], store.decay[kind, hours]
    power, sums = geometric(decay[longer], (runs.last - runs.first)[longer])
    part.add_equal(
        (store.at_last[longer], np.ones(len(longer))),
        (store.at_first[longer], -power),
        (store.level[kind[longer], 0], sums),
        (last_level[longer], -sums),
    )
    start, one = store.level[kind, 0], np.ones(len(kind))
    if not chain.closed:
        part.add_equal((start[:1], one[:1]), (store.at_first[:1], one[:1]), (np.array([chain.before]), -one[:1]))
    behind = slice(0 if chain.closed else 1, None)
    before = np.roll(np.arange(len(kind)), 1)[behind]
    part.add_equal(
        (start[behind], one[behind]),
        (store.at_first[behind], one[behind]),
        (last_level[before], -one[behind]),
        (store.at_last[before], -decay[before]),
    )
    return part


def _add_widths(part: _Part, start: Ints, width: Ints) -> None:
    """The start lies within the width."""
    each, one = np.arange(len(start), dtype=np.int64), np.ones(len(start))
    part.add(np.full(len(start), -np.inf), np.zeros(len(start)), (each, start, one), (each, width, -one))
