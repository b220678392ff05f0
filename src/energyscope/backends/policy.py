"""What is done with an answer before anybody sees it: values completed, certificate asked for."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from energyscope.certify import certify
from energyscope.modeldata.symbols import Values
from energyscope.passes import Reduction
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution


def nearest_to_zero(program: Program, primal: Values) -> Values:
    """The values with those of unused columns replaced by the one nearest to 0 within their bounds."""
    completed = primal.copy()
    for block in program.variables.values():
        unused = ~program.used[block.columns]
        if unused.any():
            lower, upper = block.lower, block.upper
            if block.integer:
                lower, upper = np.ceil(lower), np.floor(upper)
            np.copyto(completed[block.columns], np.minimum(np.maximum(0.0, lower), upper), where=unused)
    return completed


def objective_value(program: Program, primal: Values) -> float:
    """The objective at a point, constant included; 0 without an objective."""
    objective = program.objective
    if objective is None:
        return 0.0
    return float(objective.coefficients @ primal[objective.columns]) + objective.constant


def finish(program: Program, solution: Solution) -> Solution:
    """The solution with objective, residuals and duals that make sense; `optimal` only with a passing certificate."""
    if program.sizes["integers"]:
        solution = replace(solution, dual=None, reduced_cost=None)
    if solution.status in ("infeasible", "unbounded") or solution.primal is None:
        missing = solution.status == "optimal"
        return replace(
            solution,
            status="error" if missing else solution.status,
            message=f"{solution.message}, but without values" if missing else solution.message,
            objective=None,
            primal=None,
            dual=None,
            reduced_cost=None,
        )
    start = time.monotonic()
    if solution.objective is None:
        solution = replace(solution, objective=objective_value(program, solution.primal))
    certificate = certify(program, solution)
    timings = {**solution.timings, "certify": time.monotonic() - start}
    solution = replace(solution, residuals={**certificate.figures(), **solution.residuals}, timings=timings)
    if solution.status == "optimal" and not certificate.passed:
        reasons = "; ".join(certificate.failures)
        return replace(solution, status="error", message=f"{solution.message}, but the certificate fails: {reasons}")
    return solution


def restored(reduction: Reduction, solution: Solution) -> Solution:
    """The solution of the program behind a reduction, certified against it; `optimal` only when that passes.

    Gap and dual infeasibility stay those of the reduced program where the passes cannot give all duals.
    """
    if not reduction.undos:
        return solution
    full = reduction.restore(solution)
    if full.primal is None:
        return full
    completed = nearest_to_zero(reduction.original, full.primal)
    full = replace(full, primal=completed)
    certificate = certify(reduction.original, full)
    full = replace(full, residuals={**solution.residuals, **certificate.figures()})
    if full.status == "optimal" and not certificate.passed:
        reasons = "; ".join(certificate.failures)
        return replace(full, status="error", message=f"{full.message}, but not for the program as given: {reasons}")
    return full
