"""The elastic relaxation: a program whose rows may be violated, at a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock


@dataclass(frozen=True, eq=False)
class Elastic:
    """A relaxed program; `short` and `over` are the columns by which each row is violated, -1 where it has none.

    The columns of the original program come first, in their order; rows are as they were.
    """

    program: Program
    short: NDArray[np.int64]
    over: NDArray[np.int64]


def elastic_program(program: Program, weights: Values, relaxable: NDArray[np.bool_]) -> Elastic:
    """The program in which the relaxable rows may be violated; it minimises the weighted sum of the violations."""
    n_columns = program.n_columns
    lower, upper = program.row_sides
    short_rows = np.flatnonzero(np.isfinite(lower) & relaxable)
    over_rows = np.flatnonzero(np.isfinite(upper) & relaxable)
    total = n_columns + len(short_rows) + len(over_rows)
    short, over = np.full(len(lower), -1, dtype=np.int64), np.full(len(lower), -1, dtype=np.int64)
    short[short_rows] = np.arange(n_columns, n_columns + len(short_rows))
    over[over_rows] = np.arange(n_columns + len(short_rows), total)
    constraints = {name: _relaxed(block, short, over, total) for name, block in program.constraints.items()}
    variables = dict(program.variables)
    first = n_columns
    for name, block in program.constraints.items():
        first = _add_slack(variables, f"{name} short", block, short[block.rows], first)
    for name, block in program.constraints.items():
        first = _add_slack(variables, f"{name} over", block, over[block.rows], first)
    prices = np.concatenate([weights[short_rows], weights[over_rows]])
    columns = np.arange(n_columns, total, dtype=np.int32)
    goal = Objective("violation", "minimize", columns, prices)
    return Elastic(Program(program.symbols, variables, constraints, goal), short, over)


def _add_slack(
    variables: dict[str, VariableBlock], name: str, block: ConstraintBlock, columns: NDArray[np.int64], first: int
) -> int:
    """Add the columns by which the rows of a block may be violated in one direction; gives the next free column.

    A program that is elastic already has columns of that name.
    """
    while name in variables:
        name = f"{name} too"
    index = block.index.take(columns >= 0)
    if len(index):
        zeros = np.zeros(len(index))
        variables[name] = VariableBlock(name, index, first, zeros, np.full(len(index), np.inf))
    return first + len(index)


def _relaxed(
    block: ConstraintBlock, short: NDArray[np.int64], over: NDArray[np.int64], n_columns: int
) -> ConstraintBlock:
    """The block with `+ short - over` in the rows that have such columns."""
    places = np.concatenate([short[block.rows], over[block.rows]])
    rows = np.tile(np.arange(len(block.index)), 2)
    signs = np.repeat([1.0, -1.0], len(block.index))
    there = places >= 0
    old = block.matrix.tocoo()
    matrix = sp.coo_array(
        (
            np.concatenate([old.data, signs[there]]),
            (np.concatenate([old.row, rows[there]]), np.concatenate([old.col, places[there]])),
        ),
        shape=(len(block.index), n_columns),
    ).tocsr()
    return ConstraintBlock(block.name, block.index, block.first, matrix, block.lower, block.upper)
