"""Seasonal storage: levels of every hour of the year from those of typical days and of the starts of days.

For a chain x[t] = r x[t-1] + flow[t] let V[k,h] be the level in hour h of a day of kind k that begins at the lowest
start of that kind, V[k,0]. A day d of kind k begins at V[k,0] + U[d], and since r > 0 its level in hour h is
V[k,h] + R[h] U[d] with R[h] the product of r over h hours. With a width W[k] >= U[d] >= 0, limits on levels hold on all
days of a kind if and only if they hold at both ends: a lower one for V[k,h], an upper one for V[k,h] + R[h] W[k]. Days
follow one another by

    V[k',0] + U[d+1] = V[k,H] + R[H] U[d].

In a run of equal days the starts go one way only, so that the first and the last of them are enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.chains import Chain, Touches, find_chains
from energyscope.passes.flat import Flat, Ints, Mask, Point, spread

NAME = "seasonal-storage"


def accepts(flat: Flat) -> str | None:
    """None where there is seasonal storage of this form, else the reason why the rows stay as they are."""
    return None if _free_chains(flat) else "no chain of levels repeats its days under upper and lower limits alone"


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Write the chains in levels of typical days and starts of runs."""
    chains = _free_chains(flat)
    rows, columns = np.ones(flat.matrix.shape[0], dtype=bool), np.ones(flat.matrix.shape[1], dtype=bool)
    for chain in chains:
        columns[chain.levels] = False
        rows[chain.rows] = False
        for touch in chain.touches:
            rows[touch.row[touch.row >= 0]] = False
    wider = flat
    stores: list[_Store] = []
    for number, chain in enumerate(chains, 1):
        wider, store = _with_columns(wider, chain, f"storage {number}")
        stores.append(store)
    for number, store in enumerate(stores, 1):
        for part in (_inside_days(flat, store), _limits(flat, store), _between_days(store)):
            wider = wider.with_rows(f"storage {number} {part.name}", part.matrix(wider.matrix.shape[1]), *part.sides())
    new_rows = np.ones(wider.matrix.shape[0] - len(rows), dtype=bool)
    new_columns = np.ones(wider.matrix.shape[1] - len(columns), dtype=bool)
    keep_rows, keep_columns = np.concatenate([rows, new_rows]), np.concatenate([columns, new_columns])
    return wider.keep(keep_rows, keep_columns), Undo(rows, columns, tuple(stores), keep_columns)


@dataclass(frozen=True)
class _Runs:
    """Stretches of days of one kind: first and last day of each, and the run of every day."""

    first: Ints
    last: Ints
    of_day: Ints

    @classmethod
    def of(cls, kind: Ints) -> _Runs:
        begins = np.concatenate([[True], kind[1:] != kind[:-1]])
        first = np.flatnonzero(begins)
        return cls(first, np.concatenate([first[1:], [len(kind)]]) - 1, np.cumsum(begins) - 1)


@dataclass(frozen=True)
class _Store:
    """The new columns of one chain: V (kinds, H + 1), W (kinds), U of the first and of the last day of each run."""

    chain: Chain
    runs: _Runs
    level: Ints
    width: Ints
    at_first: Ints
    at_last: Ints

    @property
    def decay(self) -> Values:
        """R[k,h], shape (kinds, H + 1)."""
        retention = self.chain.by_kind(self.chain.retention)
        return np.concatenate([np.ones((len(retention), 1)), np.cumprod(retention, axis=1)], axis=1)


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

    def matrix(self, columns: int) -> sp.csr_array:
        """The rows as a matrix."""
        if not self.row:
            return sp.csr_array((0, columns))
        place = (np.concatenate(self.row), np.concatenate(self.column))
        matrix = sp.csr_array(sp.coo_array((np.concatenate(self.value), place), shape=(self.length, columns)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def sides(self) -> tuple[Values, Values]:
        """Lower and upper sides."""
        return np.concatenate(self.lower or [np.zeros(0)]), np.concatenate(self.upper or [np.zeros(0)])


def _free_chains(flat: Flat) -> list[Chain]:
    """Chains whose levels stand elsewhere in one-sided or two-sided limits only."""
    chains = []
    for chain in find_chains(flat):
        rows = np.concatenate([touch.row[touch.row >= 0] for touch in chain.touches] or [np.zeros(0, dtype=np.int64)])
        if (flat.row_lower[rows] != flat.row_upper[rows]).all():
            chains.append(chain)
    return chains


def _with_columns(flat: Flat, chain: Chain, name: str) -> tuple[Flat, _Store]:
    kinds, hours = len(chain.first_day), chain.day_length
    runs = _Runs.of(chain.kind)
    floor = float(flat.lower[chain.levels[0]])
    flat, level = flat.with_columns(
        f"{name} level", np.full(kinds * (hours + 1), floor), np.full(kinds * (hours + 1), np.inf)
    )
    flat, width = flat.with_columns(f"{name} width", np.zeros(kinds), np.full(kinds, np.inf))
    flat, at_first = flat.with_columns(f"{name} start", np.zeros(len(runs.first)), np.full(len(runs.first), np.inf))
    longer = np.flatnonzero(runs.last > runs.first)
    flat, extra = flat.with_columns(f"{name} last start", np.zeros(len(longer)), np.full(len(longer), np.inf))
    at_last = at_first.copy()
    at_last[longer] = extra
    return flat, _Store(chain, runs, level.reshape(kinds, hours + 1), width, at_first, at_last)


def _inside_days(flat: Flat, store: _Store) -> _Part:
    """V[k,h] - r V[k,h-1] - flow[k,h] = b: the rows of the first day of each kind, their levels renamed."""
    chain, part = store.chain, _Part("hours")
    rows = chain.by_kind(chain.rows).ravel()
    matrix = sp.csr_array(flat.matrix[rows])
    row_of = np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(matrix.indptr))
    behind = chain.by_kind(chain.levels).ravel()[row_of]
    before = chain.by_kind(np.roll(chain.levels, 1)).ravel()[row_of]
    columns = matrix.indices.astype(np.int64)
    columns = np.where(matrix.indices == before, store.level[:, :-1].ravel()[row_of], columns)
    columns = np.where(matrix.indices == behind, store.level[:, 1:].ravel()[row_of], columns)
    part.add(flat.row_lower[rows], flat.row_upper[rows], (row_of, columns, matrix.data))
    return part


def _limits(flat: Flat, store: _Store) -> _Part:
    """Limits on levels, at the lower and at the upper end of each kind of day."""
    chain, part = store.chain, _Part("limits")
    low = store.level[:, 1:].ravel()
    ceiling = float(flat.upper[chain.levels[0]])
    if np.isfinite(ceiling):
        each = np.arange(len(low), dtype=np.int64)
        width = (each, np.repeat(store.width, chain.day_length), store.decay[:, 1:].ravel())
        part.add(np.full(len(low), -np.inf), np.full(len(low), ceiling), (each, low, np.ones(len(low))), width)
    for touch in chain.touches:
        _add_touch(part, flat, store, touch)
    return part


def _add_touch(part: _Part, flat: Flat, store: _Store, touch: Touches) -> None:
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


def _between_days(store: _Store) -> _Part:
    """Starts within the width; from the first to the last day of a run, and on to the next run."""
    chain, runs, part = store.chain, store.runs, _Part("days")
    kind, hours = chain.kind[runs.first], chain.day_length
    _add_widths(part, store.at_first, store.width[kind])
    longer = np.flatnonzero(runs.last > runs.first)
    _add_widths(part, store.at_last[longer], store.width[kind[longer]])
    last_level, decay = store.level[kind, hours], store.decay[kind, hours]
    power, sums = _geometric(decay[longer], (runs.last - runs.first)[longer])
    _add_equal(
        part,
        (store.at_last[longer], np.ones(len(longer))),
        (store.at_first[longer], -power),
        (store.level[kind[longer], 0], 1.0 - power + sums * decay[longer]),
        (last_level[longer], -sums),
    )
    following, one = np.roll(np.arange(len(kind)), -1), np.ones(len(kind))
    _add_equal(
        part,
        (store.level[kind[following], 0], one),
        (store.at_first[following], one),
        (last_level, -one),
        (store.at_last, -decay),
    )
    return part


def _add_widths(part: _Part, start: Ints, width: Ints) -> None:
    """The start lies within the width."""
    each, one = np.arange(len(start), dtype=np.int64), np.ones(len(start))
    part.add(np.full(len(start), -np.inf), np.zeros(len(start)), (each, start, one), (each, width, -one))


def _add_equal(part: _Part, *terms: tuple[Ints, Values]) -> None:
    """Rows that are 0, a term a column."""
    count = len(terms[0][0])
    each = np.arange(count, dtype=np.int64)
    part.add(np.zeros(count), np.zeros(count), *((each, column, value) for column, value in terms))


def _geometric(ratio: Values, steps: Ints) -> tuple[Values, Values]:
    """ratio^n and 1 + ratio + … + ratio^(n-1)."""
    power = ratio**steps
    near_one = np.abs(1.0 - ratio) < 1e-12
    sums = np.where(near_one, steps, (1.0 - power) / np.where(near_one, 1.0, 1.0 - ratio))
    return power, sums


@dataclass(frozen=True)
class Undo:
    """Levels are rebuilt from typical days and starts. Duals of chains and of limits on levels are not known."""

    rows: Mask
    columns: Mask
    stores: tuple[_Store, ...]
    kept: Mask

    def __call__(self, point: Point) -> Point:
        """The solution before the pass."""
        wide = spread(point.primal, self.kept, 0.0)
        primal = wide[: len(self.columns)].copy()
        for store in self.stores:
            primal[store.chain.levels] = _levels(store, wide)
        known_rows, known_columns = int(self.rows.sum()), int(self.columns.sum())
        dual = None if point.dual is None else spread(point.dual[:known_rows], self.rows, np.nan)
        reduced = (
            None if point.reduced_cost is None else spread(point.reduced_cost[:known_columns], self.columns, np.nan)
        )
        return Point(primal, dual, reduced)


def _levels(store: _Store, values: Values) -> Values:
    """x[d,h] = V[k,h] + R[h] (S[d] - V[k,0]), where S follows from the first day of each run."""
    chain, runs = store.chain, store.runs
    level, decay = values[store.level], store.decay
    kind, hours = chain.kind, chain.day_length
    first_start = level[kind[runs.first], 0] + values[store.at_first]
    steps = np.arange(chain.days) - runs.first[runs.of_day]
    power, sums = _geometric(decay[kind, hours], steps)
    gain = level[kind, hours] - decay[kind, hours] * level[kind, 0]
    start = power * first_start[runs.of_day] + sums * gain
    rebuilt = level[kind, 1:] + decay[kind, 1:] * (start - level[kind, 0])[:, None]
    return rebuilt.ravel()
