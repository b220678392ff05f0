"""Chains of levels over periods, found by structure.

A chain is a cycle of columns x[1], x[2], …, x[T] (levels) tied by one equality row a period,

    x[t] = r x[t-1] + flow[t],

where the flow of a period (other columns, right side and r) is one of few that repeat day by day: the period t is the
hour h of a day d, and days of the same kind k have the same flows. That is how EnergyScope ties 8,760 levels to the
flows of 12 typical days; nothing here looks at a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints, Mask

FEWEST_PERIODS = 48
"""Chains shorter than two days of hours are left alone."""
LONGEST_DAY = 366
"""Days longer than this are not looked for."""


@dataclass(frozen=True)
class Touches:
    """Rows outside a chain that hold one of its levels: `row[t]` (-1: none) of one constraint block, and what it says.

    `kind[t]` numbers the distinct statements (other columns, sides, coefficient) of these rows.
    """

    row: Ints
    kind: Ints


@dataclass(frozen=True)
class Chain:
    """One cycle of levels: arrays by period, in order of the levels.

    `rows` and `levels` are rows and columns of the program; `retention` is r; `flow` numbers the distinct flows.
    `day_length` periods make a day; `kind[d]` is the kind of day d, `first_day[k]` the first day of kind k.
    """

    rows: Ints
    levels: Ints
    retention: Values
    day_length: int
    kind: Ints
    first_day: Ints
    touches: tuple[Touches, ...]

    @property
    def periods(self) -> int:
        """T."""
        return len(self.rows)

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.kind)

    def by_kind(self, values: Ints | Values) -> Ints | Values:
        """Values of periods, those of the first day of each kind: shape (kinds, day_length)."""
        return values.reshape(self.days, self.day_length)[self.first_day]


@dataclass(frozen=True)
class _Links:
    """Rows as links: level behind, level before, and the rest of the row over its coefficient."""

    rows: Ints
    level: Ints
    previous: Ints
    retention: Values
    flow: Ints


@lru_cache(maxsize=1)
def find_chains(flat: Flat) -> tuple[Chain, ...]:
    """All chains whose days repeat, whose levels have no cost, and whose other rows say the same on days of one kind.

    The answer for the last program asked about is kept: a pass asks when it accepts it and when it is applied.
    """
    chains: list[Chain] = []
    entries = _Entries.of(flat)
    for block, _, stretch in flat.columns.slices():
        if stretch.stop - stretch.start >= FEWEST_PERIODS:
            links = _links(flat, entries, flat.columns.names.index(block))
            if links is not None:
                chains.extend(_cut(flat, entries, links))
    return tuple(chains)


@dataclass(frozen=True)
class _Entries:
    """The entries of the matrix: row of each, block of its column; and the matrix by columns."""

    row: Ints
    column_block: Ints
    by_column: sp.csc_array

    @classmethod
    def of(cls, flat: Flat) -> _Entries:
        matrix = flat.matrix
        row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
        return cls(row, flat.columns.block[matrix.indices], sp.csc_array(matrix))


def _links(flat: Flat, entries: _Entries, block: int) -> _Links | None:
    """The equality rows that hold exactly two columns of a variable, whichever constraint they belong to."""
    counts = np.bincount(entries.row[entries.column_block == block], minlength=flat.matrix.shape[0])
    linked = np.flatnonzero((counts == 2) & (flat.row_lower == flat.row_upper))
    return _oriented(flat, block, linked) if len(linked) >= FEWEST_PERIODS else None


def _oriented(flat: Flat, block: int, rows: Ints) -> _Links | None:
    """Tell the level behind from the one before: the larger coefficient, or else the later place."""
    part = sp.csr_array(flat.matrix[rows])
    own = flat.columns.block[part.indices] == block
    columns = part.indices[own].astype(np.int64).reshape(-1, 2)
    values = part.data[own].reshape(-1, 2)
    size = np.abs(values)
    behind = np.where(size[:, 0] == size[:, 1], _first_is_behind(columns), size[:, 0] > size[:, 1])
    take, rest = np.where(behind, 0, 1), np.where(behind, 1, 0)
    place = np.arange(len(columns))
    level, previous = columns[place, take], columns[place, rest]
    own_value = values[place, take]
    retention = -values[place, rest] / own_value
    fits = retention > 0
    if not fits.all():
        return _oriented(flat, block, rows[fits]) if np.count_nonzero(fits) >= FEWEST_PERIODS else None
    flow = _statements(part, ~own, own_value, [retention, flat.row_lower[rows] / own_value])
    return _Links(rows, level, previous, retention, flow)


def _first_is_behind(columns: Ints) -> Mask:
    """Which of two neighbours is behind where coefficients do not tell: the later one, but for the step back."""
    later = columns[:, 0] > columns[:, 1]
    step = np.abs(columns[:, 0] - columns[:, 1])
    return np.where(step > np.median(step), ~later, later)


def _statements(part: sp.csr_array, kept: Mask, scale: Values, more: list[Values]) -> Ints:
    """A number for what each row says in its kept entries, over a scale, and in `more`; equal where it is the same.

    A random sum stands for the entries of a row; rows that share one are then compared entry by entry.
    """
    data = np.where(kept, part.data, 0.0) / np.repeat(scale, np.diff(part.indptr))
    said = sp.csr_array((data, part.indices, part.indptr), shape=part.shape)
    said.eliminate_zeros()
    sums = said @ np.random.default_rng(0).random(part.shape[1])
    first, number = distinct_rows(np.stack([sums, *more], axis=1))
    differences = sp.csr_array(said - said[first[number]])
    differences.eliminate_zeros()
    return number if not differences.nnz else np.arange(part.shape[0], dtype=np.int64)


def distinct_rows(table: Ints | Values) -> tuple[Ints, Ints]:
    """First place of every distinct row of a table, and the number of the distinct row that each row is."""
    number = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        code = np.unique(column, return_inverse=True)[1]
        number = number * (int(code.max(initial=0)) + 1) + code
        if int(number.max(initial=0)) >= 2**40:
            number = np.unique(number, return_inverse=True)[1]
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    return first, number.ravel().astype(np.int64)


def _cut(flat: Flat, entries: _Entries, links: _Links) -> list[Chain]:
    """The cycles among the links of a block, each with its days."""
    size = flat.matrix.shape[1]
    graph = sp.coo_array((np.ones(len(links.level)), (links.level, links.previous)), shape=(size, size))
    of_row = connected_components(graph, directed=False)[1][links.level]
    order = np.argsort(of_row, kind="stable")
    chains: list[Chain] = []
    for part in np.split(order, np.flatnonzero(np.diff(of_row[order])) + 1):
        chain = _chain(flat, entries, links, part, chains[0].day_length if chains else None)
        if chain is not None:
            chains.append(chain)
    return chains


def _chain(flat: Flat, entries: _Entries, links: _Links, part: Ints, day_length: int | None) -> Chain | None:
    """The cycle that some links make, None where it is none or its days do not repeat."""
    part = part[np.argsort(links.level[part], kind="stable")]
    level, previous = links.level[part], links.previous[part]
    if len(part) < FEWEST_PERIODS or (previous != np.roll(level, 1)).any() or len(np.unique(level)) < len(level):
        return None
    bounds = {*zip(flat.lower[level].tolist(), flat.upper[level].tolist(), strict=True)}
    if len(bounds) > 1 or flat.cost[level].any() or flat.integer[level].any():
        return None
    touches = _touches(flat, entries, level, links.rows[part])
    if touches is None:
        return None
    _, number = distinct_rows(np.stack([links.flow[part], *(touch.kind for touch in touches)], axis=1))
    length = day_length if day_length and _left(number, day_length) < len(part) else _day_length(number)
    if length is None:
        return None
    first, kind = distinct_rows(number.reshape(-1, length))
    return Chain(links.rows[part], level, links.retention[part], length, kind, first, touches)


def _day_length(number: Ints) -> int | None:
    """The length of a day that leaves least to write; None where nothing is saved."""
    periods = len(number)
    lengths = [length for length in range(2, min(periods // 2, LONGEST_DAY) + 1) if periods % length == 0]
    best = min(lengths, key=lambda length: _left(number, length), default=None)
    return best if best is not None and _left(number, best) < periods else None


def _left(number: Ints, length: int) -> int:
    """About what a day length leaves to write: hours of distinct days twice, and days."""
    if len(number) % length:
        return len(number)
    return 2 * length * len(distinct_rows(number.reshape(-1, length))[0]) + len(number) // length


def _touches(flat: Flat, entries: _Entries, levels: Ints, chain_rows: Ints) -> tuple[Touches, ...] | None:
    """Rows outside the chain that hold its levels, by block; None where a row holds two levels or a block two rows."""
    by_column = sp.csc_array(entries.by_column[:, levels])
    period = np.repeat(np.arange(len(levels), dtype=np.int64), np.diff(by_column.indptr))
    rows, values = by_column.indices.astype(np.int64), by_column.data
    outside = ~np.isin(rows, chain_rows)
    order = np.flatnonzero(outside)[np.argsort(rows[outside], kind="stable")]
    period, rows, values = period[order], rows[order], values[order]
    if len(np.unique(rows)) != len(rows):
        return None
    touches = []
    for block in np.unique(flat.rows.block[rows]):
        own = flat.rows.block[rows] == block
        if len(np.unique(period[own])) != int(own.sum()):
            return None
        touches.append(_touch(flat, levels, period[own], rows[own], values[own]))
    return tuple(touches)


def _touch(flat: Flat, levels: Ints, period: Ints, rows: Ints, values: Values) -> Touches:
    """What the rows of one block say about the levels, by period."""
    part = sp.csr_array(flat.matrix[rows])
    is_level = np.zeros(part.shape[1], dtype=bool)
    is_level[levels] = True
    more = [values, flat.row_lower[rows], flat.row_upper[rows]]
    number = _statements(part, ~is_level[part.indices], np.ones(len(rows)), more)
    row, kind = np.full(len(levels), -1, dtype=np.int64), np.full(len(levels), -1, dtype=np.int64)
    row[period], kind[period] = rows, number
    return Touches(row, kind)
