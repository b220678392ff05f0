"""The certificate of a solution: what can be said about it from the program alone, whatever the solver claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

FEASIBILITY_TOLERANCE = 1e-6
"""Violation of a row or bound relative to the size of its terms.

Solvers hold 1e-7 on the problem they scaled and reduced; going back to the original one may cost a digit.
"""
INTEGRALITY_TOLERANCE = 1e-5
"""Distance to an integer; solvers accept 1e-6 before they go back to the original problem."""
OBJECTIVE_TOLERANCE = 1e-7
"""Reported against recomputed objective, relative to its terms: both are the same sum, only rounding may differ."""
GAP_TOLERANCE = 1e-6
"""Duality gap, or gap of branch and bound, relative to the terms of the objective: objectives are compared at this.

Interior points that end beside the optimum of a knife-edge problem have been seen with 2e-6 to 7e-6.
"""
OPTIMALITY_TOLERANCE = 1e-5
"""Dual infeasibility relative to the terms of the column; a solver stops at 1e-7 of the problem that it scaled."""
BOUND_TOLERANCE = 1e-6
"""How far an incumbent may lie beyond a bound, relative to the terms of the objective.

It is feasible within a tolerance only, which moves its value by that times the duals: 5e-8 and less on the published
knife-edge models. More is a point that lives off its violations.
"""

DUAL_NOISE = 1e-7
"""A dual below this, relative to the terms of its column, counts as zero; solvers stop at 1e-7."""


@dataclass(frozen=True)
class Certificate:
    """Figures about a solution. Relative ones are divided by 1 + the size of the terms they came from.

    The gap is the sum over rows and columns of dual times distance to the side it belongs to, which equals primal minus
    dual objective; it and `dual_infeasibility` are None where a dual is not known or the program has integers. These
    have a `mip_gap` from the incumbent to the bound of branch and bound, and `beyond_bound`, by how much the incumbent
    is better than that bound, which cannot be. `failures` names what exceeds its tolerance.
    """

    row_violation: float
    relative_row_violation: float
    bound_violation: float
    relative_bound_violation: float
    integrality_violation: float
    objective: float
    objective_error: float
    gap: float | None
    relative_gap: float | None
    dual_infeasibility: float | None
    mip_gap: float | None
    beyond_bound: float | None
    failures: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """Whether the point satisfies rows, bounds and integrality."""
        return all(getattr(self, name) <= LIMITS[name] for name in FEASIBILITY)

    @property
    def passed(self) -> bool:
        """Whether all figures are within their tolerances."""
        return not self.failures

    def figures(self) -> dict[str, float]:
        """The figures by name, without those that do not apply."""
        names = [name for name in self.__dataclass_fields__ if name not in ("failures", "objective")]
        return {name: float(value) for name in names if (value := getattr(self, name)) is not None}


def certify(program: Program, solution: Solution, gap_limit: float = GAP_TOLERANCE) -> Certificate:
    """Measure a solution against its program: a few products of the matrix with a vector.

    `gap_limit` is the gap at which branch and bound was asked to stop.
    Raises ValueError when the solution has no primal values.
    """
    if solution.primal is None:
        raise ValueError(f"no values to certify (status {solution.status}: {solution.message})")
    x = solution.primal
    rows, columns = program.row_sides, program.column_sides
    activity = program.matrix @ x
    absolute, relative = _violation(activity, *rows, abs(program.matrix) @ np.abs(x))
    bound, relative_bound = _violation(x, *columns, np.abs(x))
    objective, objective_size = _objective(program, x)
    reported = 0.0 if solution.objective is None else solution.objective
    gap = infeasibility = None
    if solution.dual is not None and not np.isnan(solution.dual).any() and not program.integers.any():
        gap, infeasibility = _optimality(program, x, solution.dual, activity, rows, columns)
    figures: dict[str, float | None] = {
        "row_violation": absolute,
        "relative_row_violation": relative,
        "bound_violation": bound,
        "relative_bound_violation": relative_bound,
        "integrality_violation": _integrality(program, x),
        "objective_error": abs(objective - reported) / (1 + objective_size),
        "gap": gap,
        "relative_gap": None if gap is None else abs(gap) / (1 + objective_size),
        "dual_infeasibility": infeasibility,
        **_distance_to_bound(program, solution, objective, objective_size),
    }
    limits = {**LIMITS, "mip_gap": max(gap_limit, GAP_TOLERANCE)}
    return Certificate(**figures, objective=objective, failures=_failures(figures, limits))  # type: ignore[arg-type]


LIMITS = {
    "relative_row_violation": FEASIBILITY_TOLERANCE,
    "relative_bound_violation": FEASIBILITY_TOLERANCE,
    "integrality_violation": INTEGRALITY_TOLERANCE,
    "objective_error": OBJECTIVE_TOLERANCE,
    "relative_gap": GAP_TOLERANCE,
    "dual_infeasibility": OPTIMALITY_TOLERANCE,
    "mip_gap": GAP_TOLERANCE,
    "beyond_bound": BOUND_TOLERANCE,
}
"""The figures a certificate is judged by."""


FEASIBILITY = ("relative_row_violation", "relative_bound_violation", "integrality_violation")
"""The figures that say whether a point is feasible."""


def _distance_to_bound(program: Program, solution: Solution, objective: float, size: float) -> dict[str, float | None]:
    """How far an incumbent is from the bound of branch and bound, and by how much it is beyond."""
    if solution.bound is None or not program.integers.any():
        return {"mip_gap": None, "beyond_bound": None}
    sign = 1.0 if program.objective is None or program.objective.sense == "minimize" else -1.0
    distance = sign * (objective - solution.bound) / (1 + size)
    return {"mip_gap": max(distance, 0.0), "beyond_bound": max(-distance, 0.0)}


def _failures(figures: dict[str, float | None], limits: dict[str, float]) -> tuple[str, ...]:
    return tuple(
        f"{name.replace('_', ' ')} is {value:.1e}, at most {limit:.0e} is allowed"
        for name, limit in limits.items()
        if (value := figures[name]) is not None and not value <= limit
    )


def _violation(values: Values, lower: Values, upper: Values, size: Values) -> tuple[float, float]:
    """Largest distance outside the sides, as it is and relative to 1 + the size of the terms."""
    outside = np.maximum(np.maximum(lower - values, values - upper), 0.0)
    return _largest(outside), _largest(outside / (1 + size))


def _largest(values: Values) -> float:
    """The largest entry, infinite where an entry is not a number, 0 when there is none."""
    if not len(values):
        return 0.0
    largest = float(values.max())
    return np.inf if np.isnan(largest) else largest


def _integrality(program: Program, x: Values) -> float:
    whole = x[program.integers]
    return _largest(np.abs(whole - np.round(whole)))


def _objective(program: Program, x: Values) -> tuple[float, float]:
    """The objective at a point, and the sum of the sizes of its terms."""
    objective = program.objective
    if objective is None:
        return 0.0, 0.0
    terms = objective.coefficients * x[objective.columns]
    return float(terms.sum()) + objective.constant, float(np.abs(terms).sum()) + abs(objective.constant)


def _optimality(
    program: Program,
    x: Values,
    dual: Values,
    activity: Values,
    rows: tuple[Values, Values],
    columns: tuple[Values, Values],
) -> tuple[float, float]:
    """Duality gap, and the largest dual that has no side to belong to relative to the terms of its row or column."""
    cost = np.zeros(program.n_columns)
    sign = 1.0
    if program.objective is not None:
        np.add.at(cost, program.objective.columns, program.objective.coefficients)
        sign = 1.0 if program.objective.sense == "minimize" else -1.0
    transposed = program.matrix.T
    reduced = sign * (cost - transposed @ dual)
    size = np.abs(cost) + abs(transposed) @ np.abs(dual)
    row_gap, row_infeasible = _complementarity(sign * dual, np.abs(dual), activity, *rows)
    column_gap, column_infeasible = _complementarity(reduced, size, x, *columns)
    return row_gap + column_gap, max(_largest(row_infeasible), _largest(column_infeasible))


def _complementarity(dual: Values, size: Values, values: Values, lower: Values, upper: Values) -> tuple[float, Values]:
    """Sum of dual times distance to the side it pulls to (when minimised), and the relative duals without such a side.

    A dual that is zero to a solver's precision is measured from the side that is nearer.
    """
    relative = np.abs(dual) / (1 + size)
    below = np.where(np.isfinite(lower), values - lower, np.inf)
    above = np.where(np.isfinite(upper), upper - values, np.inf)
    distance = np.where(dual > 0, below, above)
    nearest = np.where(np.abs(below) < np.abs(above), below, above)
    distance = np.where(relative <= DUAL_NOISE, nearest, distance)
    bounded = np.isfinite(distance)
    gap = float(np.abs(dual) @ np.where(bounded, distance, 0.0))
    return gap, np.where(bounded, 0.0, relative)
