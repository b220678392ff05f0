"""The continuous relaxation as a witness: no incumbent is better than its optimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from energyscope.certify.certificate import BOUND_TOLERANCE
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

LEAST_SECONDS = 1.0
SHARE = 0.5
"""The relaxation may take a second, or half of the time of branch and bound; else the solver's bound has to do."""


def witnessed(program: Program, solution: Solution, run: Callable[[Program, float], Solution]) -> Solution:
    """The optimum of an integer program, held against the bound that certified duals of the relaxation give.

    Its figure is `relaxation_bound`. An incumbent beyond it lives off its violations, and is an error.
    """
    if solution.status != "optimal" or solution.objective is None or not program.sizes["integers"]:
        return solution
    relaxed = program.relaxation()
    answer = run(relaxed, max(LEAST_SECONDS, SHARE * solution.timings.get("solve", 0.0)))
    if answer.status != "optimal" or answer.bound is None:
        return solution
    objective, bound = solution.objective, answer.bound
    solution = replace(solution, residuals={**solution.residuals, "relaxation_bound": bound})
    sign = 1.0 if program.objective is None or program.objective.sense == "minimize" else -1.0
    if sign * (bound - objective) <= BOUND_TOLERANCE * (1 + abs(objective)):
        return solution
    message = f"{solution.message}, but {objective:.10g} is beyond the bound {bound:.10g} of the relaxation"
    return replace(solution, status="error", message=message)
