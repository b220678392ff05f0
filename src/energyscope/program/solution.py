"""What a solver answered to a program: status, values and how good they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, VariableBlock

Status = Literal["optimal", "infeasible", "unbounded", "time_limit", "error"]


@dataclass(frozen=True, eq=False)
class Solution:
    """The answer of one solve.

    `primal` and `reduced_cost` have one entry a column of the program, `dual` one a row; each is None where the solver
    gave none. The dual of a row is the change of the objective per unit of its right side, whether minimised or
    maximised (the sign of AMPL); a reduced cost is the same for the bound of a column that is active. The duals of the
    two sides of a double inequality are added up; a row without a finite side has dual 0.

    `objective` contains the constant of the objective. `bound` is what no feasible point can pass: the best bound of
    branch and bound, or the objective of the duals. With status `time_limit` the values are the best that were
    reached; `objective` is None where they are not feasible. `robust` says what the policy of the backend did.
    `timings` are seconds of all attempts together, `residuals` the figures of the certificate,
    `attempts` says what was tried before, in order, when the first way to solve did not do. `passes` names the
    rewritings that the program went through before it was solved, `declined` why others did not fit, `solved_sizes`
    what the solver got; duals and reduced costs that they cannot give back are NaN. `capacities` are labels of the
    columns that the solver was given of those that limit many others, where it got along with some of them: a good
    guess for a program that differs little.
    """

    status: Status
    message: str
    solver: str
    version: str = ""
    objective: float | None = None
    primal: Values | None = None
    dual: Values | None = None
    reduced_cost: Values | None = None
    bound: float | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    iterations: Mapping[str, int] = field(default_factory=dict)
    residuals: Mapping[str, float] = field(default_factory=dict)
    attempts: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    solved_sizes: Mapping[str, int] = field(default_factory=dict)
    declined: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    robust: Mapping[str, Any] = field(default_factory=dict)
    capacities: tuple[str, ...] = ()

    def values(self, block: VariableBlock) -> Values:
        """The values of a variable, in order of its index. Raises ValueError when there are none."""
        return _present(self.primal, "primal values", self)[block.columns]

    def reduced_costs(self, block: VariableBlock) -> Values:
        """The reduced costs of a variable, in order of its index. Raises ValueError when there are none."""
        return _present(self.reduced_cost, "reduced costs", self)[block.columns]

    def duals(self, block: ConstraintBlock) -> Values:
        """The duals of a constraint, in order of its index. Raises ValueError when there are none."""
        return _present(self.dual, "dual values", self)[block.rows]


def added_up(solutions: Iterable[Solution]) -> dict[str, float]:
    """The timings of several solves together, by stage."""
    total: dict[str, float] = {}
    for solution in solutions:
        for stage, seconds in solution.timings.items():
            total[stage] = total.get(stage, 0.0) + seconds
    return total


def _present(values: Values | None, what: str, solution: Solution) -> Values:
    if values is None:
        raise ValueError(f"this solution has no {what} (status {solution.status}: {solution.message})")
    return values
