"""What the capacities that were left out are worth at the prices of an optimum without them, and a proof if nothing.

Many prices of such an optimum are arbitrary: those of rows in which nothing happens, and those of rows that tie two
flows together (a constant import that covers a constant demand has a price over the year, not one an hour). They are
chosen here, by a linear program that asks how much a small part of each capacity left out could save. If the answer is
nothing, its duals complete those of the optimum, which is then the optimum with all capacities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.base import OptionValue
from energyscope.backends.capacities.columns import without
from energyscope.backends.capacities.linear import Linear, Mask
from energyscope.backends.highs import Watch, run, set_options
from energyscope.modeldata.symbols import Values

NIL_COST = 1e-8
"""A capacity of less than this part of all costs is noise of an interior point, not built."""
NIL_VALUE = 1e-12
"""So is a flow that moves less than this part of all costs."""
ATTRACTIVE = 1e-7
"""Saving per cost of a capacity above which it enters: solvers hold duals to 1e-7."""
TIGHT = 1e-9
"""Distance of a row to its side, relative to its size, that counts as none: interior points end at 1e-9."""
TIED_FLOWS = 2
"""An equality between so few flows that are not at their bounds says little about its price."""

SIMPLEX: Mapping[str, OptionValue] = {"solver": "simplex", "dual_simplex_cost_perturbation_multiplier": 0.0}
"""Perturbed costs are for degenerate duals; here the primal is, and taking the perturbation back can take very long."""


@dataclass(frozen=True, eq=False)
class Point:
    """Values and duals of a linear program."""

    primal: Values
    dual: Values


@dataclass(frozen=True, eq=False)
class Prices:
    """All duals, and the capacities that would save costs at them; `complete` unless the search took too long."""

    dual: Values
    attractive: Mask
    complete: bool
    iterations: int


def built(linear: Linear, capacities: Mask, primal: Values) -> Mask:
    """The capacities that cost something in a solution."""
    cost = linear.cost * primal
    return capacities & (cost > NIL_COST * np.abs(cost).sum())


def price(
    linear: Linear, left_out: Mask, capacities: Mask, point: Point, watch: Watch, discount: float = 1.0
) -> Prices:
    """Price the capacities left out of an optimum, as if they cost only `discount` of what they do."""
    idle = _idle_columns(linear, left_out, capacities, point)
    moving = linear.count_entries(~idle[linear.matrix.indices])
    loose = (moving == 0) | ((moving <= TIED_FLOWS) & (linear.row_lower == linear.row_upper))
    touched = left_out.copy()
    touched[linear.matrix.indices[loose[linear.entry_rows]]] = True
    rows, columns = np.flatnonzero(loose), np.flatnonzero(touched)
    start = Point(point.primal, np.where(moving == 0, 0.0, point.dual))
    cheaper = linear.scaled_cost(left_out, discount)
    highs = _question(cheaper, rows, columns, left_out, idle, start).highs()
    set_options(highs, {**SIMPLEX, "simplex_iteration_limit": len(columns)})
    outcome = run(highs, watch)
    attractive, dual = np.zeros_like(left_out), start.dual
    if outcome.dual is None or outcome.reduced_cost is None:
        return Prices(dual, attractive, False, 0)
    attractive[columns] = left_out[columns] & (-outcome.reduced_cost > ATTRACTIVE * linear.cost[columns])
    dual[rows] += outcome.dual
    return Prices(dual, attractive, outcome.status == "optimal", outcome.iterations.get("simplex", 0))


def _idle_columns(linear: Linear, left_out: Mask, capacities: Mask, point: Point) -> Mask:
    """Columns that are at their lower bound but for noise."""
    above = point.primal - linear.lower
    moved = above * (np.abs(linear.cost) + abs(linear.by_column).T @ np.abs(point.dual))
    all_costs = np.abs(linear.cost * point.primal).sum()
    not_built = left_out | (capacities & ~built(linear, capacities, point.primal))
    return without(linear, not_built) | (above <= 0) | (moved <= NIL_VALUE * all_costs)


def _question(
    linear: Linear,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    left_out: Mask,
    idle: Mask,
    start: Point,
) -> Linear:
    """Minimise the cost of steps away from the optimum that use at most 1 of each capacity left out.

    Its duals are what is to be added to those at the start.
    """
    part = linear.part(rows, columns)
    there = (linear.matrix @ np.where(idle, linear.lower, start.primal))[rows]
    near = TIGHT * (1 + np.abs(there))
    equal = part.row_lower == part.row_upper
    still = idle[columns]
    room = np.where(left_out[columns], 1.0, np.inf)
    return Linear(
        part.matrix,
        np.where(equal | (there - part.row_lower <= near), 0.0, -np.inf),
        np.where(equal | (part.row_upper - there <= near), 0.0, np.inf),
        np.where(still, 0.0, -np.inf),
        np.where(part.upper > part.lower, room, 0.0),
        np.where(still, part.cost - linear.by_column[:, columns].T @ start.dual, 0.0),
    )
