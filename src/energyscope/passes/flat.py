"""A program as flat arrays with the block and place of every row and column: what passes work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

WORTHWHILE_ROWS = 10_000
"""Rewritings that a solver's presolve does as well are only worth their time above this size."""
LEFT_TO_PRESOLVE = f"fewer than {WORTHWHILE_ROWS} rows: left to the presolve of the solver"


@dataclass(frozen=True)
class Layout:
    """Which block each row (or column) belongs to, and its place in the index of that block; blocks are contiguous."""

    names: tuple[str, ...]
    indices: tuple[Index, ...]
    block: Ints
    place: Ints

    @classmethod
    def of(cls, blocks: dict[str, VariableBlock] | dict[str, ConstraintBlock]) -> Layout:
        """The layout of whole blocks."""
        lengths = [len(block.index) for block in blocks.values()]
        place = [np.arange(length, dtype=np.int64) for length in lengths]
        return cls(
            tuple(blocks),
            tuple(block.index for block in blocks.values()),
            np.repeat(np.arange(len(lengths), dtype=np.int64), lengths),
            np.concatenate(place) if place else np.zeros(0, dtype=np.int64),
        )

    def keep(self, mask: Mask) -> Layout:
        """Only some of the members."""
        return replace(self, block=self.block[mask], place=self.place[mask])

    def with_block(self, name: str, length: int) -> Layout:
        """One more block, numbered from 0."""
        place = np.arange(length, dtype=np.int64)
        return Layout(
            (*self.names, name),
            (*self.indices, Index((place.astype(np.int32),))),
            np.concatenate([self.block, np.full(length, len(self.names), dtype=np.int64)]),
            np.concatenate([self.place, place]),
        )

    def label(self, member: int, symbols: Symbols) -> str:
        """`name[i,j]` of a member."""
        block, place = int(self.block[member]), int(self.place[member])
        return symbols.describe(self.names[block], [int(codes[place]) for codes in self.indices[block].columns])

    def slices(self) -> list[tuple[str, Index, slice]]:
        """Name, index and stretch of every block that still has members."""
        ends = np.searchsorted(self.block, np.arange(len(self.names)), side="right")
        starts = np.searchsorted(self.block, np.arange(len(self.names)), side="left")
        return [
            (name, index.take(self.place[start:end]), slice(int(start), int(end)))
            for name, index, start, end in zip(self.names, self.indices, starts, ends, strict=True)
            if end > start
        ]


class NewRows(NamedTuple):
    """A block of rows to be added."""

    name: str
    matrix: sp.csr_array
    lower: Values
    upper: Values


@dataclass(frozen=True, eq=False)
class Flat:
    """`row_lower <= matrix @ x <= row_upper`, `lower <= x <= upper`, with the objective `cost @ x + constant`."""

    matrix: sp.csr_array
    row_lower: Values
    row_upper: Values
    lower: Values
    upper: Values
    cost: Values
    constant: float
    rows: Layout
    columns: Layout
    integer: Mask
    symbols: Symbols

    @classmethod
    def of(cls, program: Program) -> Flat:
        """The arrays of a program."""
        cost = np.zeros(program.n_columns)
        if program.objective is not None:
            cost[program.objective.columns] = program.objective.coefficients
        return cls(
            program.matrix,
            *program.row_sides,
            *program.column_sides,
            cost,
            program.objective.constant if program.objective is not None else 0.0,
            Layout.of(program.constraints),
            Layout.of(program.variables),
            program.integers,
            program.symbols,
        )

    def row_label(self, row: int) -> str:
        """`name[i,j]` of a row."""
        return self.rows.label(row, self.symbols)

    def column_label(self, column: int) -> str:
        """`name[i,j]` of a column."""
        return self.columns.label(column, self.symbols)

    def keep(self, rows: Mask, columns: Mask) -> Flat:
        """Only some rows and columns."""
        matrix = self.matrix if rows.all() else self.matrix[np.flatnonzero(rows)]
        if not columns.all():
            matrix = _without_columns(sp.csr_array(matrix), columns)
        return Flat(
            sp.csr_array(matrix),
            self.row_lower[rows],
            self.row_upper[rows],
            self.lower[columns],
            self.upper[columns],
            self.cost[columns],
            self.constant,
            self.rows.keep(rows),
            self.columns.keep(columns),
            self.integer[columns],
            self.symbols,
        )

    def with_columns(self, name: str, lower: Values, upper: Values) -> tuple[Flat, Ints]:
        """More columns without entries, and their numbers."""
        first, count = self.matrix.shape[1], len(lower)
        if not count:
            return self, np.zeros(0, dtype=np.int64)
        matrix = self.matrix
        wider = sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], first + count))
        flat = replace(
            self,
            matrix=wider,
            lower=np.concatenate([self.lower, lower]),
            upper=np.concatenate([self.upper, upper]),
            cost=np.concatenate([self.cost, np.zeros(count)]),
            columns=self.columns.with_block(name, count),
            integer=np.concatenate([self.integer, np.zeros(count, dtype=bool)]),
        )
        return flat, first + np.arange(count, dtype=np.int64)

    def with_rows(self, parts: Sequence[NewRows]) -> Flat:
        """More rows."""
        rows = self.rows
        for part in parts:
            rows = rows.with_block(part.name, len(part.lower))
        return replace(
            self,
            matrix=sp.csr_array(sp.vstack([self.matrix, *(part.matrix for part in parts)], format="csr")),
            row_lower=np.concatenate([self.row_lower, *(part.lower for part in parts)]),
            row_upper=np.concatenate([self.row_upper, *(part.upper for part in parts)]),
            rows=rows,
        )

    def program(self, original: Program, passes: tuple[str, ...]) -> Program:
        """The arrays as a program again."""
        variables = {
            name: VariableBlock(
                name, index, part.start, self.lower[part], self.upper[part], bool(self.integer[part].any())
            )
            for name, index, part in self.columns.slices()
        }
        constraints = {
            name: ConstraintBlock(
                name, index, part.start, sp.csr_array(self.matrix[part]), self.row_lower[part], self.row_upper[part]
            )
            for name, index, part in self.rows.slices()
        }
        objective = original.objective
        if objective is not None:
            columns = np.flatnonzero(self.cost).astype(np.int32)
            objective = Objective(objective.name, objective.sense, columns, self.cost[columns], self.constant)
        return Program(original.symbols, variables, constraints, objective, passes)


@dataclass(frozen=True)
class Point:
    """A solution in arrays; duals and reduced costs are NaN where they are not known, None where there are none."""

    primal: Values
    dual: Values | None
    reduced_cost: Values | None


class Undo(Protocol):
    """The way back of one pass."""

    def __call__(self, point: Point) -> Point:
        """The solution before the pass, from one behind it."""


def spread(values: Values, mask: Mask, fill: float) -> Values:
    """Values at the places of a mask, `fill` elsewhere."""
    whole = np.full(len(mask), fill)
    whole[mask] = values
    return whole


def _without_columns(matrix: sp.csr_array, columns: Mask) -> sp.csr_array:
    number = np.cumsum(columns, dtype=np.int32) - 1
    stays = columns[matrix.indices]
    before = np.zeros(len(stays) + 1, dtype=np.int32)
    np.cumsum(stays, out=before[1:])
    return sp.csr_array(
        (matrix.data[stays], number[matrix.indices[stays]], before[matrix.indptr]),
        shape=(matrix.shape[0], int(number[-1]) + 1),
    )
