"""Columns and objectives in units that a solver can see: powers of two, undone in the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energyscope.backends.scaling import SCALED_LARGEST, SCALED_SMALLEST, SMALLEST_KEPT, scale_rows
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from energyscope.program.solution import Solution

SMALLEST_GOAL = 1e-3
"""An objective whose largest coefficient is below is scaled to 1.

Reduced costs count as zero up to 1e-7, absolute: an objective in units of 1e-12 would be no objective.
"""


@dataclass(frozen=True, eq=False)
class Conditioned:
    """A program whose column j is `columns[j]` times smaller in value, and its objective `goal` times larger."""

    program: Program
    columns: Values
    goal: float

    def restore(self, solution: Solution) -> Solution:
        """The solution in the units of the program as given."""
        return replace(
            solution,
            objective=_times(solution.objective, 1 / self.goal),
            bound=_times(solution.bound, 1 / self.goal),
            primal=None if solution.primal is None else solution.primal * self.columns,
            dual=None if solution.dual is None else solution.dual / self.goal,
            reduced_cost=None if solution.reduced_cost is None else solution.reduced_cost / (self.columns * self.goal),
        )


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def conditioned(program: Program) -> Conditioned:
    """The program with columns scaled where rows alone do not bring small entries into range, and a visible objective.

    It is the program itself where nothing is to be done.
    """
    columns = _column_factors(program)
    goal = _goal_factor(program.objective, columns)
    scaled = program if (columns == 1).all() else _scaled(program, columns)
    if goal != 1 and scaled.objective is not None:
        scaled = replace(scaled, objective=_visible(scaled.objective, goal))
    return Conditioned(scaled, columns, goal)


def _column_factors(program: Program) -> Values:
    """A factor for every column, 1 nearly always; integer columns keep their unit."""
    factors = np.ones(program.n_columns)
    blocks = program.constraints.values()
    if not any((np.abs(block.matrix.data) <= SMALLEST_KEPT).any() for block in blocks):
        return factors
    matrix = abs(sp.csc_array(program.matrix.multiply(scale_rows(program).factors[:, None])))
    filled = np.flatnonzero(np.diff(matrix.indptr))
    smallest = np.minimum.reduceat(matrix.data, matrix.indptr[filled])
    largest = np.maximum.reduceat(matrix.data, matrix.indptr[filled])
    with np.errstate(over="ignore"):
        factor = np.exp2(np.ceil(np.log2(SCALED_SMALLEST / smallest)))
        helped = (smallest <= SMALLEST_KEPT) & (largest * factor <= SCALED_LARGEST) & ~program.integers[filled]
    factors[filled[helped]] = factor[helped]
    return factors


def _goal_factor(objective: Objective | None, columns: Values) -> float:
    """The power of two that brings the largest coefficient of an objective too small to be seen to 1."""
    if objective is None or not len(objective.coefficients):
        return 1.0
    largest = float(np.abs(objective.coefficients * columns[objective.columns]).max())
    return 1.0 if largest == 0 or largest >= SMALLEST_GOAL else float(np.exp2(np.ceil(-np.log2(largest))))


def _scaled(program: Program, factors: Values) -> Program:
    goal = program.objective
    if goal is not None:
        goal = replace(goal, coefficients=goal.coefficients * factors[goal.columns])
    variables = {name: _scaled_variable(block, factors) for name, block in program.variables.items()}
    constraints = {name: _scaled_rows(block, factors) for name, block in program.constraints.items()}
    return replace(program, variables=variables, constraints=constraints, objective=goal)


def _scaled_variable(block: VariableBlock, factors: Values) -> VariableBlock:
    own = factors[block.columns]
    return replace(block, lower=block.lower / own, upper=block.upper / own)


def _scaled_rows(block: ConstraintBlock, factors: Values) -> ConstraintBlock:
    old = block.matrix
    matrix = sp.csr_array((old.data * factors[old.indices], old.indices, old.indptr), shape=old.shape)
    return replace(block, matrix=matrix)


def _visible(objective: Objective, factor: float) -> Objective:
    return replace(objective, coefficients=objective.coefficients * factor, constant=objective.constant * factor)
