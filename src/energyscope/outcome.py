"""How a solve ended: the optimum, or the error that says what there is instead."""

from __future__ import annotations

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.program.solution import Solution


class SolveFailure(EnergyscopeError):
    """A solve that did not end with an optimum; `solution` is what it left."""

    def __init__(self, code: str, message: str, help: str | None, solution: Solution) -> None:
        super().__init__(Diagnostic(code, "error", None, message, help))
        self.solution = solution


class InfeasibleError(SolveFailure):
    """No point satisfies all rows and bounds (exit code 3)."""


class UnboundedError(SolveFailure):
    """The objective can be improved without limit (exit code 3)."""


class TimeLimitError(SolveFailure):
    """The time limit was reached first (exit code 4)."""


class SolverError(SolveFailure):
    """The solver failed, or its answer did not pass the check (exit code 4)."""


EXPLAIN_FILES = "`energyscope explain-infeasible` names the constraints in conflict"
EXPLAIN_PROGRAM = (
    "`explain_infeasibility(run.program())` of `energyscope.backends.infeasibility` names the constraints in conflict, "
    "`energyscope explain-infeasible` does so for files"
)
"""What to do about an infeasible problem: on the command line, and in Python, where there may be no files."""


def require_optimal(solution: Solution, advice: str = EXPLAIN_FILES) -> Solution:
    """The solution when it is optimal; else raises InfeasibleError, UnboundedError, TimeLimitError or SolverError.

    `advice` is the help where the problem is infeasible.
    """
    said = f"{solution.solver} says: {solution.message}"
    match solution.status:
        case "optimal":
            return solution
        case "infeasible":
            raise InfeasibleError("infeasible", f"the problem has no feasible point; {said}", advice, solution)
        case "unbounded":
            advice = "a variable of the objective lacks a bound or a constraint"
            raise UnboundedError("unbounded", f"the objective has no limit; {said}", advice, solution)
        case "time_limit":
            message = f"the time limit was reached; {said}{_incumbent(solution)}"
            raise TimeLimitError("time-limit", message, "allow more time", solution)
        case _:
            tried = f"tried before: {'; '.join(solution.attempts)}" if solution.attempts else None
            raise SolverError("solver-failure", f"there is no solution; {said}", tried, solution)


def _incumbent(solution: Solution) -> str:
    """The best point so far, as the end of a sentence."""
    if solution.objective is None:
        return "; no feasible point was found"
    words = f"; the best point found has {solution.objective:.10g}, which is not proven optimal"
    if solution.bound is not None:
        words += f": the bound is {solution.bound:.10g}"
    gap = solution.residuals.get("mip_gap")
    return words if gap is None else f"{words}, the gap {gap:.2e}"
