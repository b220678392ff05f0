"""Rows outside a path that hold its levels: limits, targets, ties to other columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints
from energyscope.passes.links import Path
from energyscope.passes.naming import storage_name
from energyscope.passes.statements import by_column, distinct_rows, numbered, statements

PERIODS_A_SINGLE_ROW = 100
"""Blocks with fewer rows than one in so many periods are single rows: they need not repeat by days."""
FEW_ROWS = 2
"""So many rows of a block are single rows in any case: one for the first level, one for the last."""
MOST_ROWS_A_PERIOD = 8
"""No more rows of a block are looked at in one period."""


@dataclass(frozen=True)
class Touches:
    """Rows that hold one level each, at most one a period: `row[t]` (-1: none), and what it says.

    `kind[t]` numbers the distinct statements (other columns, sides, coefficient) of these rows; `block` names them.
    """

    block: str
    row: Ints
    kind: Ints

    def stretch(self, first: int) -> Touches:
        """Those of the periods from one on."""
        return Touches(self.block, self.row[first:], self.kind[first:])

    def turned(self) -> Touches:
        """Those of a circle that begins one period later."""
        return Touches(self.block, np.roll(self.row, -1), np.roll(self.kind, -1))


@dataclass(frozen=True)
class _Held:
    """Entries of levels in rows outside the path: period, row, coefficient."""

    period: Ints
    row: Ints
    value: Values


def touches_of(flat: Flat, path: Path) -> tuple[Touches, ...] | str:
    """The rows that must repeat by days, or what forbids it.

    Left out are rows of blocks that hold few levels of this path, and few rows that hold several of its levels: these
    stay in the program, with what the levels are in their place.
    """
    held = _held(flat, path)
    few = max(FEW_ROWS, len(path.levels) // PERIODS_A_SINGLE_ROW)
    several = _of_several(held)
    if len(several) > few:
        label = flat.row_label(int(several[0]))
        return (
            f"{storage_name(flat, path.levels)}: `{label}` holds more than one of its levels, and so do "
            f"{len(several) - 1} more rows; up to {few} such rows are possible"
        )
    if len(several):
        alone = ~np.isin(held.row, several)
        held = _Held(held.period[alone], held.row[alone], held.value[alone])
    found: list[Touches] = []
    block_of = flat.rows.block[held.row]
    for block in np.unique(block_of):
        own = block_of == block
        if np.count_nonzero(own) <= few:
            continue
        part = _Held(held.period[own], held.row[own], held.value[own])
        touches = _by_rank(flat, path, flat.rows.names[block], part)
        if isinstance(touches, str):
            return touches
        found.extend(touches)
    return tuple(found)


def _held(flat: Flat, path: Path) -> _Held:
    columns = sp.csc_array(by_column(flat)[:, path.levels])
    period = np.repeat(np.arange(len(path.levels), dtype=np.int64), np.diff(columns.indptr))
    rows = columns.indices.astype(np.int64)
    own = np.zeros(columns.shape[0], dtype=bool)
    own[path.rows[path.rows >= 0]] = True
    outside = np.flatnonzero(~own[rows])
    return _Held(period[outside], rows[outside], columns.data[outside])


def _of_several(held: _Held) -> Ints:
    """Rows that hold several levels."""
    rows = np.sort(held.row)
    return np.unique(rows[1:][rows[1:] == rows[:-1]])


def _by_rank(flat: Flat, path: Path, block: str, held: _Held) -> list[Touches] | str:
    """The rows of one block: the first of each period, the second, and so on."""
    order = np.lexsort((held.row, held.period))
    begins = np.concatenate([[True], held.period[order][1:] != held.period[order][:-1]])
    rank = np.arange(len(order)) - np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    if rank.max() >= MOST_ROWS_A_PERIOD:
        level = int(path.levels[held.period[order[np.argmax(rank)]]])
        return (
            f"{storage_name(flat, path.levels)}: more than {MOST_ROWS_A_PERIOD} rows of `{block}` hold "
            f"`{flat.column_label(level)}`"
        )
    parts = (order[rank == number] for number in range(int(rank.max()) + 1))
    return [
        _touches(flat, path.levels, block, _Held(held.period[part], held.row[part], held.value[part])) for part in parts
    ]


def _touches(flat: Flat, levels: Ints, block: str, held: _Held) -> Touches:
    """What these rows say about the levels, by period."""
    part = sp.csr_array(flat.matrix[held.row])
    is_level = np.zeros(part.shape[1], dtype=bool)
    is_level[levels] = True
    said = statements(part, ~is_level[part.indices], np.ones(len(held.row)))
    sides = (held.value, flat.row_lower[held.row], flat.row_upper[held.row])
    number = distinct_rows(np.stack([said, *(numbered(side)[1] for side in sides)], axis=1))[1]
    row, kind = np.full(len(levels), -1, dtype=np.int64), np.full(len(levels), -1, dtype=np.int64)
    row[held.period], kind[held.period] = held.row, number
    return Touches(block, row, kind)
