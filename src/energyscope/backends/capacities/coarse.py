"""A coarse copy of a program, for a guess: rows and columns that differ by the typical day alone are taken together.

Found by structure: the members to take together are the smallest set that indexes nearly all columns and does not tell
capacities apart. Nothing that comes from it needs to be right, since the guess is proved on the program itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.capacities.linear import Linear, Mask
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock

COVERED = 0.5
"""The set must index at least this part of the columns, else little would be gained."""
NEARLY = 0.9
"""Sets that index this much of what the best one does are as good: the smaller is taken."""

Groups = NDArray[np.int64]
Colours = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Coarse:
    """The coarse program, and the column of it that each column belongs to."""

    linear: Linear
    columns: Groups


def coarse_copy(program: Program, linear: Linear, capacities: Mask) -> Coarse | None:
    """The coarse copy of a program; None where no set of members can be taken together."""
    members = _members(program, capacities)
    if members is None:
        return None
    columns, known = _own_colours(program.variables.values(), members)
    columns[capacities] = np.flatnonzero(capacities).astype(np.uint64)
    rows, known_rows = _own_colours(program.constraints.values(), members)
    kinds = np.isfinite(linear.row_lower) + 2 * np.isfinite(linear.row_upper)
    rows = _mixed(rows, kinds.astype(np.uint64))
    rows, columns = _refined(linear, rows, columns, ~known_rows, ~(known | capacities))
    return _merged(linear, _numbered(rows), _numbered(columns))


def _members(program: Program, capacities: Mask) -> frozenset[int] | None:
    """The smallest of the sets that index most columns and no capacity."""
    told_apart: set[int] = set()
    covered: dict[frozenset[int], int] = defaultdict(int)
    for block in program.variables.values():
        holds = capacities[block.columns].any()
        for codes in block.index.columns:
            members = frozenset(np.unique(codes).tolist())
            covered[members] += len(block.index)
            told_apart |= members if holds else set()
    usable = {
        members: count
        for members, count in covered.items()
        if len(members) > 1 and 2 * len(members & told_apart) < len(members) and count >= COVERED * program.n_columns
    }
    if not usable:
        return None
    enough = NEARLY * max(usable.values())
    return min((members for members, count in usable.items() if count >= enough), key=lambda one: (len(one), min(one)))


def _own_colours(blocks: Iterable[VariableBlock | ConstraintBlock], members: frozenset[int]) -> tuple[Colours, Mask]:
    """A number for each row or column, and for which of them it says all.

    That is the block with the tuple but for the place of the members; where nothing comes together by that, the block,
    unless it is so small that it has nothing to do with them.
    """
    parts = [(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=bool))]
    for number, block in enumerate(blocks):
        alike = np.full(len(block.index), number, dtype=np.uint64)
        colours = alike
        for codes in block.index.columns:
            if frozenset(np.unique(codes).tolist()) != members:
                colours = _mixed(colours, codes.astype(np.uint64))
        known = len(np.unique(colours)) < len(colours) or len(colours) < len(members)
        parts.append((colours if known else alike, np.full(len(colours), known)))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _mixed(colours: Colours, others: Colours) -> Colours:
    """One number of two, different for different pairs but for a chance of 2 to the power of -64."""
    mixed = (colours ^ (colours >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + others
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _refined(
    linear: Linear, rows: Colours, columns: Colours, vague_rows: Mask, vague_columns: Mask
) -> tuple[Colours, Colours]:
    """Colours of the vague rows and columns that tell apart what has differently coloured neighbours.

    One look only: a storage that is told apart further, by the days that follow each other, no longer gives out over
    the year what it took in.
    """
    seen = _gathered(linear.entry_rows, columns[linear.matrix.indices], len(rows))
    rows = np.where(vague_rows, _mixed(rows, seen), rows)
    seen = _gathered(linear.matrix.indices, rows[linear.entry_rows], len(columns))
    return rows, np.where(vague_columns, _mixed(columns, seen), columns)


def _gathered(places: NDArray[np.integer], colours: Colours, count: int) -> Colours:
    """For each place the sum of the distinct colours that it sees."""
    seen, code = np.unique(colours, return_inverse=True)
    pairs = np.unique(places.astype(np.int64) * max(len(seen), 1) + code)
    place, code = np.divmod(pairs, max(len(seen), 1))
    gathered = np.zeros(count, dtype=np.uint64)
    spread = _mixed(seen, np.ones(len(seen), dtype=np.uint64))
    np.add.at(gathered, place, spread[code])
    return gathered


def _numbered(colours: Colours) -> Groups:
    return np.unique(colours, return_inverse=True)[1].astype(np.int64)


def _merged(linear: Linear, rows: Groups, columns: Groups) -> Coarse:
    """The mean of the rows of a group, with one column for all of a group that have the same value."""
    n_rows, n_columns = linear.matrix.shape
    add_rows = sp.csr_array((np.ones(n_rows), (rows, np.arange(n_rows))))
    add_columns = sp.csr_array((np.ones(n_columns), (np.arange(n_columns), columns)))
    share = sp.diags_array(1 / np.bincount(rows))
    matrix = sp.csr_array(share @ add_rows @ linear.matrix @ add_columns)
    matrix.data[np.abs(matrix.data) < 1e-9 * np.abs(matrix.data).max(initial=0.0)] = 0.0
    matrix.eliminate_zeros()
    merged = Linear(
        matrix,
        _means(linear.row_lower, rows),
        _means(linear.row_upper, rows),
        _means(linear.lower, columns),
        _means(linear.upper, columns),
        np.asarray(np.bincount(columns, weights=linear.cost), dtype=np.float64),
    )
    return Coarse(merged, columns)


def _means(sides: Values, groups: Groups) -> Values:
    """The mean of each group, infinite where a side of it is."""
    return np.asarray(np.bincount(groups, weights=sides) / np.bincount(groups), dtype=np.float64)
