"""Daily storage: levels that a row ties to a column of the typical day are that column.

Where every level x[t] equals y[h,k] (hour h, kind k of its day), the chain x[t] = r x[t-1] + flow[t] reads

    y[h,k] = r y[h-1,k] + flow[h,k]                 for h > 1,
    y[1,k] - flow[1,k] = r y[H,k']                  for every kind k' that comes before a day of kind k.

Rows of the second form that follow from others, their pairs closing a circle, are left out (a spanning forest stays).
The levels and the rows that tied them are gone; the optimum is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import minimum_spanning_tree

from energyscope.modeldata.symbols import Values
from energyscope.passes.chains import Chain, find_chains
from energyscope.passes.flat import Flat, Ints, Mask, Point, spread

NAME = "daily-storage"


def accepts(flat: Flat) -> str | None:
    """None where there is daily storage of this form, else the reason why the rows stay as they are."""
    return None if _tied_chains(flat) else "no chain of levels is tied to columns of repeated days"


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Put the columns in the place of the levels, and keep each distinct row once."""
    tied = _tied_chains(flat)
    n_rows, n_columns = flat.matrix.shape
    rows, columns, kept = (np.ones(n_rows, dtype=bool), np.ones(n_columns, dtype=bool), np.zeros(n_rows, dtype=bool))
    image = np.arange(n_columns, dtype=np.int32)
    lower, upper = flat.lower.copy(), flat.upper.copy()
    for part in tied:
        levels = part.chain.levels
        image[levels], columns[levels] = part.equals, False
        rows[part.chain.rows] = rows[part.ties] = False
        kept[part.representative[part.share > 0]] = True
        np.maximum.at(lower, part.equals, flat.lower[levels])
        np.minimum.at(upper, part.equals, flat.upper[levels])
    matrix = _with_renamed(flat.matrix, np.flatnonzero(kept), image)
    reduced = replace(flat, matrix=matrix, lower=lower, upper=upper).keep(rows | kept, columns)
    return reduced, Undo(rows | kept, columns, tuple(tied))


@dataclass(frozen=True)
class _Tied:
    """A chain whose levels equal other columns, with the rows that say so, by period.

    `representative[t]` is the row that is kept for the chain's row of period t; the dual of that row belongs to it by
    `share[t]`, which is 0 where the row follows from others.
    """

    chain: Chain
    ties: Ints
    equals: Ints
    representative: Ints
    share: Values
    rows: sp.csr_array
    tie_coefficients: Values


@dataclass(frozen=True)
class Undo:
    """A level is the column it was tied to.

    The dual of a row that was kept is shared out evenly over the days it stood for; the dual of a row that tied a level
    is what makes the level worth nothing.
    """

    rows: Mask
    columns: Mask
    tied: tuple[_Tied, ...]

    def __call__(self, point: Point) -> Point:
        """The solution with levels."""
        primal = spread(point.primal, self.columns, 0.0)
        for part in self.tied:
            primal[part.chain.levels] = primal[part.equals]
        if point.dual is None or point.reduced_cost is None:
            return Point(primal, None, None)
        kept = spread(point.dual, self.rows, 0.0)
        dual = kept.copy()
        for part in self.tied:
            dual[part.chain.rows] = part.share * kept[part.representative]
        for part in self.tied:
            dual[part.ties] = -(part.rows.T @ dual[part.chain.rows]) / part.tie_coefficients
        return Point(primal, dual, spread(point.reduced_cost, self.columns, 0.0))


def _tied_chains(flat: Flat) -> list[_Tied]:
    """Chains each of whose levels a row makes equal to one other column, and nothing else holds."""
    tied = []
    for chain in find_chains(flat):
        if len(chain.touches) == 1 and (chain.touches[0].row >= 0).all():
            ties = chain.touches[0].row
            equals = _other_columns(flat, chain, ties)
            if equals is not None:
                rows = sp.csr_array(sp.csc_array(flat.matrix[chain.rows])[:, chain.levels])
                representative, share = _representatives(chain, rows.diagonal())
                coefficients = sp.csr_array(sp.csc_array(flat.matrix[ties])[:, chain.levels]).diagonal()
                tied.append(_Tied(chain, ties, equals, representative, share, rows, coefficients))
    return tied


def _other_columns(flat: Flat, chain: Chain, ties: Ints) -> Ints | None:
    """The column y of rows `a x - a y = 0`, by period; None where a row is of another form."""
    part = sp.csr_array(flat.matrix[ties])
    if (np.diff(part.indptr) != 2).any() or flat.row_lower[ties].any() or flat.row_upper[ties].any():
        return None
    columns, values = part.indices.astype(np.int64).reshape(-1, 2), part.data.reshape(-1, 2)
    if values.sum(axis=1).any():
        return None
    equals = np.where(columns[:, 0] == chain.levels, columns[:, 1], columns[:, 0])
    return None if flat.integer[equals].any() else equals


def _representatives(chain: Chain, scale: Values) -> tuple[Ints, Values]:
    """The row kept for each row of the chain, and its share in the dual of that row.

    Inside days the first day of a kind stands for all of them; between days the first step of a pair of kinds.
    """
    hours, kinds = chain.day_length, len(chain.first_day)
    period = np.arange(chain.periods).reshape(chain.days, hours)
    first = period[chain.first_day[chain.kind]]
    days_of_kind = np.bincount(chain.kind, minlength=kinds)[chain.kind]
    share = np.repeat(1.0 / days_of_kind, hours).reshape(chain.days, hours)
    pairs, first_step, pair, count = np.unique(
        np.roll(chain.kind, 1) * kinds + chain.kind, return_index=True, return_inverse=True, return_counts=True
    )
    first[:, 0] = first_step[pair] * hours
    share[:, 0] = np.where(_forest(pairs, kinds)[pair], 1.0 / count[pair], 0.0)
    return chain.rows[first.ravel()], share.ravel() * scale[first.ravel()] / scale


def _forest(pairs: Ints, kinds: int) -> Mask:
    """Which pairs (kind before, kind behind) span all of them; the others close a circle and follow from these."""
    numbers = np.arange(1, len(pairs) + 1, dtype=np.float64)
    sides = sp.coo_array((numbers, (pairs // kinds, kinds + pairs % kinds)), shape=(2 * kinds, 2 * kinds))
    inside = np.zeros(len(pairs), dtype=bool)
    inside[minimum_spanning_tree(sp.csr_array(sides)).data.astype(np.int64) - 1] = True
    return inside


def _with_renamed(matrix: sp.csr_array, rows: Ints, image: Ints) -> sp.csr_array:
    """The matrix with columns renamed in some rows; entries that meet in a column are added up."""
    changed = np.zeros(matrix.shape[0], dtype=bool)
    changed[rows] = True
    entry = np.repeat(changed, np.diff(matrix.indptr))
    indices = np.where(entry, image[matrix.indices], matrix.indices).astype(np.int32)
    renamed = sp.csr_array((matrix.data.copy(), indices, matrix.indptr.copy()), shape=matrix.shape)
    renamed.sum_duplicates()
    renamed.eliminate_zeros()
    return renamed
