"""The figures of solve_stats.json: who solved what, and how well, checked against the rows and bounds themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from energyscope.backends.highs import Arrays
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.modeldata.symbols import Values


def solve_stats(
    program: Arrays,
    *,
    solver: Mapping[str, Any],
    backend: str,
    rounds: int,
    objective: float,
    bound: float,
    iterations: int,
    infeasibilities: tuple[float, float],
) -> dict[str, Any]:
    """The tree of solve_stats.json but for windows and timings.

    `program` is the last one solved; a linear program is its own proof, so that its gap is 0.
    """
    binaries = int(program.integer.sum())
    primal, dual = infeasibilities
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "optimal",
        "solver": dict(solver),
        "backend": backend,
        "model": {
            "rows": program.matrix.shape[0],
            "columns": program.matrix.shape[1],
            "nonzeros": int(program.matrix.nnz),
            "binaries": binaries,
        },
        "rounds": rounds,
        "objective_gbp": objective,
        "dual_bound_gbp": bound if binaries else objective,
        "mip_gap": max(objective - bound, 0.0) / max(abs(objective), 1.0) if binaries else 0.0,
        "iterations": iterations,
        "max_primal_infeasibility": primal,
        "max_dual_infeasibility": dual,
    }


def infeasibilities(arrays: Arrays, upper: Values, primal: Values, dual: Values) -> tuple[float, float]:
    """By how much an answer misses a row or bound, and the sign of a dual, at most: computed, not what solvers say."""
    return primal_infeasibility(arrays, upper, primal), _dual_infeasibility(arrays, upper, primal, dual)


def primal_infeasibility(arrays: Arrays, upper: Values, primal: Values) -> float:
    """By how much a point misses a row or bound at most [kW, kWh]."""
    activity = arrays.matrix @ primal
    misses = (arrays.row_lower - activity, activity - arrays.row_upper, arrays.lower - primal, primal - upper)
    return max(float(each.max(initial=0.0)) for each in misses)


def _dual_infeasibility(arrays: Arrays, upper: Values, primal: Values, dual: Values) -> float:
    """By how much a reduced cost, or a dual, has the wrong sign at most [GBP per unit].

    A column may have a positive reduced cost only at its lower bound and a negative one only at its upper; so may a row
    have duals at its sides. A point counts as at a bound within a millionth, relative to the bound.
    """
    reduced = arrays.cost - arrays.matrix.T @ dual
    columns = _wrong(reduced, primal, arrays.lower, upper)
    return max(columns, _wrong(dual, arrays.matrix @ primal, arrays.row_lower, arrays.row_upper))


def _wrong(price: Values, at: Values, lower: Values, upper: Values) -> float:
    above = at - lower > 1e-6 * (1.0 + np.abs(lower))
    below = upper - at > 1e-6 * (1.0 + np.abs(upper))
    return max(float(price[above].max(initial=0.0)), float(-price[below].min(initial=0.0)))
