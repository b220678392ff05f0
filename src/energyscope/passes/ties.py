"""Chains whose levels are tied to columns of typical days, and which of their rows say the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.chains import Chain, find_chains
from energyscope.passes.flat import Flat, Ints, Mask
from energyscope.passes.naming import storage_name
from energyscope.passes.touches import Touches


@dataclass(frozen=True)
class Copies:
    """Rows that say the same as another one: the dual of that `original` belongs to them by `share`.

    The share is 0 where a row follows from others.
    """

    rows: Ints
    original: Ints
    share: Values


@dataclass(frozen=True)
class Tied:
    """A chain whose levels equal other columns, with the rows that say so, by period; and its other rows."""

    chain: Chain
    ties: Ints
    equals: Ints
    copies: Copies


@lru_cache(maxsize=1)
def tied_chains(flat: Flat) -> tuple[tuple[Tied, ...], tuple[str, ...]]:
    """Chains each of whose levels a row makes equal to one other column; and why others are none."""
    tied: list[Tied] = []
    untied: list[str] = []
    for chain in find_chains(flat).found:
        part = _tied(flat, chain)
        if isinstance(part, str):
            untied.append(f"{storage_name(flat, chain.levels)}: {part}")
        else:
            tied.append(part)
    return tuple(tied), tuple(untied)


def _tied(flat: Flat, chain: Chain) -> Tied | str:
    """The ties of a chain, or why it has none."""
    reasons = []
    for number, touch in enumerate(chain.touches):
        equals = _other_columns(flat, chain, touch)
        if not isinstance(equals, str):
            others = chain.touches[:number] + chain.touches[number + 1 :]
            return Tied(chain, touch.row, equals, _copies(flat, chain, others))
        reasons.append(equals)
    return "; ".join(reasons) or "no rows tie its levels to columns of typical days"


def _other_columns(flat: Flat, chain: Chain, touch: Touches) -> Ints | str:
    """The column y of rows `a x - a y = 0`, by period; why not where a row is of another form or missing."""
    missing = np.flatnonzero(touch.row < 0)
    if len(missing):
        return f"no row of `{touch.block}` ties `{flat.column_label(int(chain.levels[missing[0]]))}`"
    matrix, rows = flat.matrix, touch.row
    equal = (flat.row_lower[rows] == 0) & (flat.row_upper[rows] == 0) & (np.diff(matrix.indptr)[rows] == 2)
    first = np.where(equal, matrix.indptr[rows], 0)
    equal &= matrix.data[first] + matrix.data[first + 1] == 0
    if not equal.all():
        return f"`{flat.row_label(int(rows[np.argmin(equal)]))}` does not say that a level equals a column"
    columns = np.stack([matrix.indices[first], matrix.indices[first + 1]]).astype(np.int64)
    other: Ints = np.where(columns[0] == chain.levels, columns[1], columns[0])
    if flat.integer[other].any():
        return f"`{flat.column_label(int(other[np.argmax(flat.integer[other])]))}` is an integer variable"
    return other


def _copies(flat: Flat, chain: Chain, limits: tuple[Touches, ...]) -> Copies:
    """The rows of a chain and of limits on its levels, each with the row that is kept for it."""
    hours = chain.day_length
    like = np.arange(chain.periods).reshape(chain.days, hours)[chain.first_day[chain.kind]].ravel()
    share = np.repeat(1.0 / np.bincount(chain.kind)[chain.kind], hours)
    rows, original, shares = [], [], []
    for touch in limits:
        there = touch.row >= 0
        rows.append(touch.row[there])
        original.append(touch.row[like][there])
        shares.append(share[there])
    like[::hours], share[::hours] = _between_days(chain)
    scale = _own_coefficients(flat, chain)
    rows.append(chain.rows)
    original.append(chain.rows[like])
    shares.append(share * scale[like] / scale)
    return Copies(np.concatenate(rows), np.concatenate(original), np.concatenate(shares))


def _own_coefficients(flat: Flat, chain: Chain) -> Values:
    """The coefficient of the level behind in each row of the chain."""
    part = sp.csr_array(flat.matrix[chain.rows])
    own = part.indices == np.repeat(chain.levels, np.diff(part.indptr))
    return part.data[own]


def _between_days(chain: Chain) -> tuple[Ints, Values]:
    """For the first period of each day the one whose row is kept for it, and its share: 0 where the row follows.

    The first step of a pair of kinds stands for all of them; the level before the first day is a kind of its own.
    """
    kinds, hours = len(chain.first_day), chain.day_length
    before = np.roll(chain.kind, 1)
    if not chain.closed:
        before[0] = kinds
    pairs, first_step, pair, count = np.unique(
        before * kinds + chain.kind, return_index=True, return_inverse=True, return_counts=True
    )
    stays = _forest(pairs // kinds, pairs % kinds, kinds)
    return first_step[pair] * hours, np.where(stays[pair], 1.0 / count[pair], 0.0)


def _forest(before: Ints, behind: Ints, kinds: int) -> Mask:
    """Which pairs (kind before, kind behind) span all of them; the others close a circle and follow from these."""
    from scipy.sparse.csgraph import minimum_spanning_tree  # brings all of scipy.linalg along

    numbers, size = np.arange(1, len(before) + 1, dtype=np.float64), 2 * kinds + 1
    sides = sp.coo_array((numbers, (before, kinds + 1 + behind)), shape=(size, size))
    inside = np.zeros(len(before), dtype=bool)
    inside[minimum_spanning_tree(sp.csr_array(sides)).data.astype(np.int64) - 1] = True
    return inside
