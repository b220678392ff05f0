"""What is done with an answer before anybody sees it: values completed, certificate asked for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from energyscope.certify import certify
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

if TYPE_CHECKING:
    from energyscope.passes import Reduction

RESTORED = " for the program as given"
"""What the certificate of a restored solution is about, in messages."""


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


def finish(program: Program, solution: Solution, gap_limit: float = 0.0) -> Solution:
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
    if solution.objective is None:
        solution = replace(solution, objective=objective_value(program, solution.primal))
    return certified(program, solution, "", gap_limit)


def certified(program: Program, solution: Solution, where: str = "", gap_limit: float = 0.0) -> Solution:
    """The solution with the figures of its certificate; `optimal` only when that passes, `where` says for what not.

    What a time limit left has an objective only where it is a feasible point.
    """
    start = time.monotonic()
    certificate = certify(program, solution, gap_limit)
    timings = {**solution.timings, "certify": solution.timings.get("certify", 0.0) + time.monotonic() - start}
    solution = replace(solution, residuals={**solution.residuals, **certificate.figures()}, timings=timings)
    if certificate.gap is not None:
        sign = 1.0 if program.objective is None or program.objective.sense == "minimize" else -1.0
        solution = replace(solution, bound=certificate.objective - sign * certificate.gap)
    if solution.status == "time_limit" and not certificate.feasible:
        return replace(solution, objective=None)
    if solution.status == "optimal" and not certificate.passed:
        reasons = "; ".join(certificate.failures)
        message = f"{solution.message}, but the certificate{where} fails: {reasons}"
        return replace(solution, status="error", message=message)
    return solution


def restored(reduction: Reduction, solution: Solution, gap_limit: float = 0.0) -> Solution:
    """The solution of the program behind a reduction, certified against it; `optimal` only when that passes.

    Gap and dual infeasibility stay those of the reduced program where the passes cannot give all duals.
    """
    if not reduction.undos and reduction.original is reduction.program:
        return solution
    full = reduction.restore(solution)
    if full.primal is None:
        return full
    full = replace(full, primal=nearest_to_zero(reduction.original, full.primal))
    return certified(reduction.original, full, RESTORED, gap_limit)
