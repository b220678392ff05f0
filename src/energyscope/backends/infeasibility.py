"""Why a program has no feasible point: rows are allowed to be violated at a price, and the cheapest violation tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp

from energyscope.backends import linopy_backend
from energyscope.backends.base import ProgressCallback
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from energyscope.program.solution import Solution

TOLERANCE = 1e-6
"""Violations and duals up to this size (relative to the row) come from the tolerances of the solver."""


@dataclass(frozen=True)
class Conflict:
    """One family in a conflict: the rows of a constraint, or the bounds of a variable.

    `involved` of them are needed for the contradiction, `violated` would have to give way; `total` and `largest` are by
    how much, in their own unit, and `example` is the label of the one with the largest violation (of the first one
    involved where none is violated). Bounds are never violated.
    """

    family: str
    kind: Literal["constraint", "bound"]
    involved: int
    violated: int
    total: float
    largest: float
    example: str


@dataclass(frozen=True)
class Explanation:
    """What contradicts what: families with most violation first; none where the program has a feasible point."""

    conflicts: tuple[Conflict, ...]
    solution: Solution


@dataclass(frozen=True)
class _Elastic:
    """The program whose rows may be violated; `short` and `over` are the columns of each row, -1 where it has none."""

    program: Program
    short: np.ndarray
    over: np.ndarray


def explain_infeasibility(
    program: Program, solver: str = "highs", time_limit: float | None = None, progress: ProgressCallback | None = None
) -> Explanation:
    """Find the cheapest violation of the rows of a program, each row measured against its largest coefficient.

    The rows with a dual in that problem are the ones involved, with the bounds that have a reduced cost; integer
    programs have violations only.
    The status of `solution` tells whether the search itself came to an end.
    """
    elastic = _elastic(program)
    solution = linopy_backend.solve(elastic.program, solver=solver, time_limit=time_limit, progress=progress)
    if solution.status != "optimal":
        return Explanation((), solution)
    assert solution.primal is not None
    weights = _weights(program)
    violation = _at(solution.primal, elastic.short) + _at(solution.primal, elastic.over)
    if float(weights @ violation) <= TOLERANCE:
        return Explanation((), solution)
    duals = np.zeros(program.n_rows) if solution.dual is None else solution.dual
    rows = [_of_rows(program, block, violation, duals, weights) for block in program.constraints.values()]
    bounds = [_of_bounds(program, block, solution) for block in program.variables.values()]
    conflicts = [each for each in (*rows, *bounds) if each is not None]
    return Explanation(tuple(sorted(conflicts, key=lambda each: -each.total)), solution)


def _weights(program: Program) -> Values:
    """One over the largest coefficient of each row: the price of violating it does not depend on how it is scaled."""
    largest = np.abs(program.matrix).max(axis=1).toarray().ravel() if program.n_rows else np.zeros(0)
    weights: Values = 1.0 / np.where(largest > 0, largest, 1.0)
    return weights


def _elastic(program: Program) -> _Elastic:
    n_columns = program.n_columns
    lower = np.concatenate([np.zeros(0), *(block.lower for block in program.constraints.values())])
    upper = np.concatenate([np.zeros(0), *(block.upper for block in program.constraints.values())])
    short_rows, over_rows = np.flatnonzero(np.isfinite(lower)), np.flatnonzero(np.isfinite(upper))
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
    weights = _weights(program)
    prices = np.concatenate([weights[short_rows], weights[over_rows]])
    columns = np.arange(n_columns, total, dtype=np.int32)
    goal = Objective("violation", "minimize", columns, prices)
    return _Elastic(Program(program.symbols, variables, constraints, goal), short, over)


def _add_slack(
    variables: dict[str, VariableBlock], name: str, block: ConstraintBlock, columns: np.ndarray, first: int
) -> int:
    """Add the columns by which the rows of a block may be violated in one direction; gives the next free column."""
    index = block.index.take(columns >= 0)
    if len(index):
        zeros = np.zeros(len(index))
        variables[name] = VariableBlock(name, index, first, zeros, np.full(len(index), np.inf))
    return first + len(index)


def _relaxed(block: ConstraintBlock, short: np.ndarray, over: np.ndarray, n_columns: int) -> ConstraintBlock:
    """The block with `+ short - over` in every row."""
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


def _at(values: Values, columns: np.ndarray) -> Values:
    """Values of columns, 0 for column -1."""
    taken: Values = np.where(columns >= 0, values[columns], 0.0)
    return taken


def _of_rows(
    program: Program, block: ConstraintBlock, violation: Values, duals: Values, weights: Values
) -> Conflict | None:
    amounts, scale = violation[block.rows], weights[block.rows]
    violated = amounts * scale > TOLERANCE
    involved = violated | (np.abs(duals[block.rows]) > TOLERANCE * scale)
    if not involved.any():
        return None
    worst = int(np.argmax(amounts * scale)) if violated.any() else int(np.argmax(involved))
    return Conflict(
        family=block.name,
        kind="constraint",
        involved=int(involved.sum()),
        violated=int(violated.sum()),
        total=float(amounts[violated].sum()),
        largest=float(amounts[violated].max(initial=0.0)),
        example=program.row_label(block.first + worst),
    )


def _of_bounds(program: Program, block: VariableBlock, solution: Solution) -> Conflict | None:
    if solution.reduced_cost is None:
        return None
    involved = np.abs(solution.reduced_costs(block)) > TOLERANCE
    if not involved.any():
        return None
    first = program.column_label(block.first + int(np.argmax(involved)))
    return Conflict(block.name, "bound", int(involved.sum()), 0, 0.0, 0.0, first)
