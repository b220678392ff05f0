"""Daily storage: levels that a row ties to a column of the typical day are that column.

Where every level x[t] equals y[h,k] (hour h, kind k of its day), the chain x[t] = r x[t-1] + flow[t] reads

    y[h,k] = r y[h-1,k] + flow[h,k]                 for h > 1,
    y[1,k] - flow[1,k] = r y[H,k']                  for every kind k' that comes before a day of kind k.

Rows of the second form that follow from others, their pairs closing a circle, are left out (a spanning forest stays).
A chain that begins with a given level has that level in the place of y[H,k'] for its first day. The levels and the
rows that tied them are gone, limits on levels stay once for each kind of day; the optimum is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values
from energyscope.passes.chains import NOTHING_FOUND, find_chains
from energyscope.passes.flat import Flat, Mask, Point, spread
from energyscope.passes.naming import joined
from energyscope.passes.ties import Tied, tied_chains

NAME = "daily-storage"
NOTHING_REPEATS = "no levels repeat by days; seasonal-storage says why"


def accepts(flat: Flat) -> str | None:
    """None where there is daily storage of this form, else the reason why the rows stay as they are."""
    tied, untied = tied_chains(flat)
    if tied:
        return None
    return joined(list(untied)) or (NOTHING_REPEATS if find_chains(flat).refused else NOTHING_FOUND)


def apply(flat: Flat) -> tuple[Flat, Undo]:
    """Put the columns in the place of the levels, and keep each distinct row once."""
    tied = tied_chains(flat)[0]
    n_rows, n_columns = flat.matrix.shape
    rows, columns = np.ones(n_rows, dtype=bool), np.ones(n_columns, dtype=bool)
    image = np.arange(n_columns, dtype=np.int32)
    lower, upper, cost = flat.lower.copy(), flat.upper.copy(), flat.cost.copy()
    for part in tied:
        levels = part.chain.levels
        image[levels], columns[levels] = part.equals, False
        rows[part.ties] = rows[part.copies.rows] = False
        rows[part.copies.original[part.copies.share > 0]] = True
        np.maximum.at(lower, part.equals, flat.lower[levels])
        np.minimum.at(upper, part.equals, flat.upper[levels])
        np.add.at(cost, part.equals, flat.cost[levels])
    reduced = replace(flat, lower=lower, upper=upper, cost=cost).keep(rows, np.ones(n_columns, dtype=bool))
    reduced = replace(reduced, matrix=_with_renamed(reduced.matrix, image))
    return reduced.keep(np.ones(reduced.matrix.shape[0], dtype=bool), columns), Undo(flat, rows, columns, tied)


@dataclass(frozen=True)
class Undo:
    """A level is the column it was tied to.

    The dual of a row that was kept is shared out evenly over the days it stood for; the dual of a row that tied a level
    is what makes the level worth nothing.
    """

    before: Flat
    rows: Mask
    columns: Mask
    tied: tuple[Tied, ...]

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
            dual[part.copies.rows] = part.copies.share * kept[part.copies.original]
        worth = self.before.cost - self.before.matrix.T @ dual
        for part in self.tied:
            dual[part.ties] = worth[part.chain.levels] / _tie_coefficients(self.before, part)
        return Point(primal, dual, spread(point.reduced_cost, self.columns, 0.0))


def _tie_coefficients(flat: Flat, part: Tied) -> Values:
    """The coefficient of every level in the row that ties it."""
    first = flat.matrix.indptr[part.ties]
    of_level = flat.matrix.indices[first] == part.chain.levels
    coefficients: Values = flat.matrix.data[np.where(of_level, first, first + 1)]
    return coefficients


def _with_renamed(matrix: sp.csr_array, image: NDArray[np.int32]) -> sp.csr_array:
    """The matrix with columns renamed; entries that meet in a column are added up."""
    indices = image[matrix.indices]
    if (indices == matrix.indices).all():
        return matrix
    renamed = sp.csr_array((matrix.data.copy(), indices, matrix.indptr.copy()), shape=matrix.shape)
    renamed.sum_duplicates()
    renamed.eliminate_zeros()
    return renamed
