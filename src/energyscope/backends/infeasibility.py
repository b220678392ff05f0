"""Why a program has no feasible point: rows are allowed to be violated at a price, and the cheapest violation tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from energyscope.backends import linopy_backend
from energyscope.backends.base import ProgressCallback
from energyscope.backends.contradiction import contradiction
from energyscope.backends.elastic import elastic_program
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock
from energyscope.program.solution import Solution

TOLERANCE = 1e-6
"""Violations up to this size (against the largest coefficient of the row) come from the tolerances of solvers."""
SHARE = 1e-4
"""Duals up to this share of the price of a violation are noise of interior point solutions."""


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
    """What contradicts what: families with most violation first; none where the program has a feasible point.

    `contradiction` names rows and bounds that have no common point, and would have one without any of them. It is
    empty where too many rows are involved to try them one by one.
    """

    conflicts: tuple[Conflict, ...]
    solution: Solution
    contradiction: tuple[str, ...] = ()


def explain_infeasibility(
    program: Program, solver: str = "highs", time_limit: float | None = None, progress: ProgressCallback | None = None
) -> Explanation:
    """Find the cheapest violation of the rows of a program, each row measured against its largest coefficient.

    Limits and demands may give way first: rows with a constant other than 0. Where that is not enough, every row may:
    balances and definitions too. The rows with a dual in that problem are the ones involved, with the bounds that have
    a reduced cost; integer programs have violations only.
    The status of `solution` tells whether the search itself came to an end.
    """
    lower, upper = program.row_sides
    limits = (np.isfinite(lower) & (lower != 0)) | (np.isfinite(upper) & (upper != 0))
    weights = _weights(program)
    for relaxable in (limits, np.ones(program.n_rows, dtype=bool)):
        elastic = elastic_program(program, weights, relaxable)
        solution = linopy_backend.solve(elastic.program, solver=solver, time_limit=time_limit, progress=progress)
        if solution.status != "infeasible":
            break
    if solution.primal is None or solution.status != "optimal":
        return Explanation((), solution)
    violation = _at(solution.primal, elastic.short) + _at(solution.primal, elastic.over)
    if float(weights @ violation) <= TOLERANCE:
        return Explanation((), solution)
    duals = np.zeros(program.n_rows) if solution.dual is None else solution.dual
    involved = np.flatnonzero(_involved(violation, duals, weights))
    conflicts = _conflicts(program, solution, violation, weights)
    return Explanation(conflicts, solution, contradiction(program, involved))


def _involved(violation: Values, duals: Values, weights: Values) -> NDArray[np.bool_]:
    involved: NDArray[np.bool_] = (violation * weights > TOLERANCE) | (np.abs(duals) > SHARE * weights)
    return involved


def _weights(program: Program) -> Values:
    """One over the largest coefficient of each row: the price of violating it does not depend on how it is scaled."""
    largest = np.abs(program.matrix).max(axis=1).toarray().ravel() if program.n_rows else np.zeros(0)
    weights: Values = 1.0 / np.where(largest > 0, largest, 1.0)
    return weights


def _conflicts(program: Program, solution: Solution, violation: Values, weights: Values) -> tuple[Conflict, ...]:
    duals = np.zeros(program.n_rows) if solution.dual is None else solution.dual
    rows = [_of_rows(program, block, violation, duals, weights) for block in program.constraints.values()]
    bounds = [_of_bounds(program, block, solution) for block in program.variables.values()]
    conflicts = [each for each in (*rows, *bounds) if each is not None]
    return tuple(sorted(conflicts, key=lambda each: -each.total))


def _at(values: Values, columns: np.ndarray) -> Values:
    """Values of columns, 0 for column -1."""
    taken: Values = np.where(columns >= 0, values[columns], 0.0)
    return taken


def _of_rows(
    program: Program, block: ConstraintBlock, violation: Values, duals: Values, weights: Values
) -> Conflict | None:
    amounts, scale = violation[block.rows], weights[block.rows]
    violated = amounts * scale > TOLERANCE
    involved = _involved(amounts, duals[block.rows], scale)
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
    involved = np.abs(solution.reduced_costs(block)) > SHARE
    if not involved.any():
        return None
    first = program.column_label(block.first + int(np.argmax(involved)))
    return Conflict(block.name, "bound", int(involved.sum()), 0, 0.0, 0.0, first)
