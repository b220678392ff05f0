"""Seasonal storage: levels of every hour of the year from those of typical days and of the starts of days.

For a chain x[t] = r x[t-1] + flow[t] let V[k,h] be the level in hour h of a day of kind k that begins at the lowest
start of that kind, V[k,0]. A day d of kind k begins at V[k,0] + U[d], and since r > 0 its level in hour h is
V[k,h] + R[h] U[d] with R[h] the product of r over h hours. With a width W[k] >= U[d] >= 0, limits on levels hold on all
days of a kind if and only if they hold at both ends: a lower one for V[k,h], an upper one for V[k,h] + R[h] W[k]. Days
follow one another by

    V[k',0] + U[d+1] = V[k,H] + R[H] U[d].

In a run of equal days the starts go one way only, so that the first and the last of them are enough. The first day
follows the last one, or begins with the column of a level that stays. Costs of levels and single rows that hold some,
as targets for the end of the year, get what the levels are in these columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energyscope.passes.chains import NOTHING_FOUND, find_chains
from energyscope.passes.flat import Flat, Ints, Mask, Point, spread
from energyscope.passes.naming import joined
from energyscope.passes.store_rows import store_rows
from energyscope.passes.stores import Store, with_store

NAME = "seasonal-storage"


def accepts(flat: Flat) -> str | None:
    """None where there is seasonal storage of this form, else the reason why the rows stay as they are."""
    return None if find_chains(flat).found else left(flat) or NOTHING_FOUND


def left(flat: Flat) -> str | None:
    """Which storages stay as they are written and why; None where there are none."""
    return joined(list(find_chains(flat).refused)) or None


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Write the chains in levels of typical days and starts of runs."""
    chains = find_chains(flat).found
    rows, columns = np.ones(flat.matrix.shape[0], dtype=bool), np.ones(flat.matrix.shape[1], dtype=bool)
    wider = flat
    stores: list[Store] = []
    for number, chain in enumerate(chains, 1):
        columns[chain.levels] = rows[chain.rows] = False
        for touch in chain.touches:
            rows[touch.row[touch.row >= 0]] = False
        wider, store = with_store(wider, chain, f"storage {number}")
        stores.append(store)
    new = [
        part for n, store in enumerate(stores, 1) for part in store_rows(flat, store, f"storage {n}", len(wider.lower))
    ]
    keep_columns = np.concatenate([columns, np.ones(len(wider.lower) - len(columns), dtype=bool)])
    reduced = wider.keep(rows, np.ones(len(wider.lower), dtype=bool)).with_rows(new)
    levels = np.concatenate([chain.levels for chain in chains])
    reduced = _with_sums(reduced, levels, stores)
    every_row = np.ones(reduced.matrix.shape[0], dtype=bool)
    return reduced.keep(every_row, keep_columns), Undo(rows, columns, tuple(stores), keep_columns)


def _with_sums(flat: Flat, levels: Ints, stores: Sequence[Store]) -> Flat:
    """Add what levels are in new columns to the rows and costs that still have levels, which are to be dropped."""
    is_level = np.zeros(len(flat.lower), dtype=bool)
    is_level[levels] = True
    if not flat.cost[levels].any() and not is_level[flat.matrix.indices].any():
        return flat
    sums = sp.csr_array(sp.vstack([store.levels(len(flat.lower)) for store in stores], format="csr"))
    matrix = sp.csr_array(flat.matrix + sp.csr_array(sp.csc_array(flat.matrix)[:, levels]) @ sums)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return replace(flat, matrix=matrix, cost=flat.cost + sums.T @ flat.cost[levels])


@dataclass(frozen=True)
class Undo:
    """Levels are rebuilt from typical days and starts. Duals of chains and of limits on levels are not known."""

    rows: Mask
    columns: Mask
    stores: tuple[Store, ...]
    kept: Mask

    def __call__(self, point: Point) -> Point:
        """The solution before the pass."""
        wide = spread(point.primal, self.kept, 0.0)
        primal = wide[: len(self.columns)].copy()
        for store in self.stores:
            primal[store.chain.levels] = store.levels(len(wide)) @ wide
        known_rows, known_columns = int(self.rows.sum()), int(self.columns.sum())
        dual = None if point.dual is None else spread(point.dual[:known_rows], self.rows, np.nan)
        reduced = (
            None if point.reduced_cost is None else spread(point.reduced_cost[:known_columns], self.columns, np.nan)
        )
        return Point(primal, dual, reduced)
