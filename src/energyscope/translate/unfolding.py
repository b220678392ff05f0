"""A program whose matrices hold columns for piecewise-linear terms, brought to plain columns and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from energyscope.language import ast
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from energyscope.translate.bounds import Bounds
from energyscope.translate.frame import Mask, Rows
from energyscope.translate.piecewise import Pieces
from energyscope.translate.rows import refuse_false_rows
from energyscope.translate.segments import Demand, Division, Names, Unfolded, divided

if TYPE_CHECKING:
    from energyscope.language.modeltext import ModelText


def unfolded(pieces: Pieces, text: ModelText, program: Program) -> tuple[Program, dict[int, Unfolded]]:
    """The program in plain columns, and what became of each place, by `id` of its node.

    Raises ModelError `pwl-unbounded`.
    """
    used, demand = _demand(pieces, program)
    bounds = Bounds(program.variables.values())
    naming = _naming(text, program)
    places: dict[int, Unfolded] = {}
    for key, group in pieces.groups.items():
        division = divided(group, used, demand, bounds, program.symbols)
        if division is not None:
            places[key] = Unfolded(naming(group.node), division)
    plain = _Unfolding(pieces, program, list(places.values())).program()
    return _without_constant_rows(text, plain, program), places


def columns_reached(pieces: Pieces, used: Mask) -> Mask:
    """Which plain columns are used, those under used terms included."""
    reached = used[: pieces.first - 1].copy()
    for group in pieces.groups.values():
        start = 0
        for batch in group.batches:
            stop = start + len(batch.index)
            wanted = used[group.ids[start:stop]]
            for part in batch.argument.parts:
                reached[part.columns[wanted[part.row_ids()] & (part.coefficients != 0)]] = True
            start = stop
    return reached


def _demand(pieces: Pieces, program: Program) -> tuple[Mask, Demand]:
    """Which terms are used, and where rows and the objective press them, by column."""
    width = pieces.width
    used, down, up = (np.zeros(width, dtype=bool) for _ in range(3))
    for block in program.constraints.values():
        entries = block.matrix.tocoo()
        terms = entries.col >= pieces.first
        row, column, rising = entries.row[terms], entries.col[terms], entries.data[terms] > 0
        above, below = np.isfinite(block.upper)[row], np.isfinite(block.lower)[row]
        used[column] = True
        down[column[np.where(rising, above, below)]] = True
        up[column[np.where(rising, below, above)]] = True
    goal = program.objective
    if goal is not None:
        terms = goal.columns >= pieces.first
        falling = (goal.coefficients[terms] > 0) == (goal.sense == "minimize")
        used[goal.columns[terms]] = True
        down[goal.columns[terms][falling]] = True
        up[goal.columns[terms][~falling]] = True
    return used, Demand(down, up)


def _naming(text: ModelText, program: Program) -> Callable[[ast.Piecewise], Names]:
    """Names from that of the declaration a term stands in, different from all others."""
    owners = {
        id(node): name
        for name, declaration in text.declarations.items()
        for node in nodes_under(declaration)
        if isinstance(node, ast.Piecewise)
    }
    goal = "objective" if program.objective is None else program.objective.name
    taken = {*text.declarations, *text.index_names}

    def names(node: ast.Piecewise) -> Names:
        owner = owners.get(id(node), goal)
        number, suffix = 1, ""
        while True:
            wished = [f"{owner}_{part}{suffix}" for part in ("segment", "split", "reached", "filled", "opened")]
            if not taken.intersection(wished):
                taken.update(wished)
                return Names(*wished)
            number += 1
            suffix = f"_{number}"

    return names


def _without_constant_rows(text: ModelText, program: Program, before: Program) -> Program:
    """The program without rows that lost their last column with a term of slope 0; they must be true.

    Raises ModelError `row-infeasible`.
    """
    constraints: dict[str, ConstraintBlock] = {}
    first = 0
    for name, block in program.constraints.items():
        filled = np.diff(block.matrix.indptr) > 0
        if not filled.all():
            given = before.constraints[name]
            with np.errstate(invalid="ignore"):
                shift = np.fmax(np.abs(block.lower - given.lower), np.abs(block.upper - given.upper))
            declaration = text.constraints[name]
            refuse_false_rows(program.symbols, declaration, block.index, ~filled, block.lower, block.upper, shift)
        kept = block if filled.all() else _of_rows(block, filled)
        constraints[name] = replace(kept, first=first)
        first += len(kept.index)
    return replace(program, constraints=constraints)


def _of_rows(block: ConstraintBlock, kept: Mask) -> ConstraintBlock:
    return replace(
        block,
        index=block.index.take(kept),
        matrix=_clean(sp.csr_array(block.matrix[np.flatnonzero(kept)])),
        lower=block.lower[kept],
        upper=block.upper[kept],
        constant_rows=block.constant_rows + int(np.count_nonzero(~kept)),
    )


class _Unfolding:
    """Gathers the new blocks; `_term` maps columns of terms to columns of segments."""

    def __init__(self, pieces: Pieces, program: Program, places: list[Unfolded]) -> None:
        self._before = program
        self._plain = pieces.first - 1
        self._places = places
        self._variables = dict(program.variables)
        self._rows: list[tuple[str, Index, _Entries, Values, Values]] = []
        self._next_column = self._plain
        none = np.zeros(0, dtype=np.int64)
        self._terms = [_Entries(none, none, np.zeros(0))]
        self._base = np.zeros(pieces.width)

    def program(self) -> Program:
        for place in self._places:
            first = self._add_columns(place.names.segment, place.division.segments, place.division)
            self._add_split(place, first)
            if len(place.division.steps):
                self._add_binaries(place, first)
        width = self._next_column
        term = _matrix(_joined(self._terms), (len(self._base), width))
        constraints = {name: self._rewritten(block, term, width) for name, block in self._before.constraints.items()}
        first_row = self._before.n_rows
        for name, index, entries, lower, upper in self._rows:
            matrix = _matrix(entries, (len(index), width))
            constraints[name] = ConstraintBlock(name, index, first_row, matrix, lower, upper)
            first_row += len(index)
        goal = self._before.objective
        return replace(
            self._before,
            variables=self._variables,
            constraints=constraints,
            objective=None if goal is None else self._goal(goal, term, width),
        )

    def _add_columns(self, name: str, index: Index, division: Division | None) -> int:
        """A block of segments, or of binaries."""
        first, count = self._next_column, len(index)
        lower = np.zeros(count) if division is None else division.lower
        upper = np.ones(count) if division is None else division.upper
        self._variables[name] = VariableBlock(name, index, first, lower, upper, division is None)
        self._next_column += count
        return first

    def _add_split(self, place: Unfolded, first: int) -> None:
        """`argument - sum sign * segment = anchor`."""
        division = place.division
        columns = np.arange(first, first + len(division.owner))
        rows, plain, coefficients = division.argument.triplets()
        entries = _joined(
            [_Entries(rows, plain.astype(np.int64), coefficients), _Entries(division.owner, columns, -division.sign)]
        )
        side = division.anchor - division.argument.constant
        self._rows.append((place.names.split, division.terms, entries, side, side))
        self._terms.append(_Entries(division.ids[division.owner], columns, division.slope))
        self._base[division.ids] = division.base

    def _add_binaries(self, place: Unfolded, first: int) -> None:
        """`segment[k] >= length[k] * reached[k]` and `segment[k+1] <= length[k+1] * reached[k]`."""
        division, steps = place.division, place.division.steps
        index, count = division.segments.take(steps), len(steps)
        rows = np.arange(count)
        binaries = self._add_columns(place.names.reached, index, None) + rows
        bound = {place.names.filled: (steps, 0.0, np.inf), place.names.opened: (steps + 1, -np.inf, 0.0)}
        for name, (segments, lower, upper) in bound.items():
            entries = _joined(
                [_Entries(rows, first + segments, np.ones(count)), _Entries(rows, binaries, -division.upper[segments])]
            )
            self._rows.append((name, index, entries, np.full(count, lower), np.full(count, upper)))

    def _rewritten(self, block: ConstraintBlock, term: sp.csr_array, width: int) -> ConstraintBlock:
        """The rows with segments in place of terms, and the constants of the terms on their right side."""
        matrix = block.matrix
        if matrix.shape[1] <= self._plain or not (matrix.indices > self._plain).any():
            resized = sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))
            return replace(block, matrix=resized)
        held = sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], len(self._base)))
        constant = held @ self._base
        return replace(
            block,
            matrix=_in_plain_columns(held, term, self._plain, width),
            lower=block.lower - constant,
            upper=block.upper - constant,
        )

    def _goal(self, goal: Objective, term: sp.csr_array, width: int) -> Objective:
        row = np.zeros(len(goal.columns), dtype=np.int64)
        held = _matrix(_Entries(row, goal.columns.astype(np.int64), goal.coefficients), (1, len(self._base)))
        matrix = _in_plain_columns(held, term, self._plain, width)
        constant = goal.constant + float((held @ self._base)[0])
        return replace(goal, columns=matrix.indices, coefficients=matrix.data, constant=constant)


@dataclass(frozen=True)
class _Entries:
    rows: Rows
    columns: Rows
    values: Values


def _joined(parts: list[_Entries]) -> _Entries:
    return _Entries(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def _matrix(entries: _Entries, shape: tuple[int, int]) -> sp.csr_array:
    places = (entries.rows.astype(np.int32), entries.columns.astype(np.int32))
    return _clean(sp.csr_array(sp.coo_array((entries.values, places), shape=shape)))


def _in_plain_columns(held: sp.csr_array, term: sp.csr_array, plain: int, width: int) -> sp.csr_array:
    direct = sp.csr_array(held[:, :plain])
    direct = sp.csr_array((direct.data, direct.indices, direct.indptr), shape=(held.shape[0], width))
    return _clean(sp.csr_array(direct + held @ term))


def _clean(matrix: sp.csr_array) -> sp.csr_array:
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.indices = matrix.indices.astype(np.int32)
    matrix.indptr = matrix.indptr.astype(np.int32)
    return matrix
