"""Solving with exclusivity: the relaxation, then binaries where it runs both ways, until it no longer does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from energyscope.backends.base import Progress
from energyscope.backends.highs import Arrays, Basis, Outcome, Watch
from energyscope.families.btm.config.schemas import Exclusivity
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.solving.branching import Decisions, by_branching
from energyscope.families.btm.solving.certificate import certificate
from energyscope.families.btm.solving.exclusivity import (
    Binaries,
    Steps,
    both_ways,
    decided,
    everywhere,
    widened,
    with_binaries,
)
from energyscope.families.btm.solving.located import Site
from energyscope.families.btm.solving.netting import netted
from energyscope.families.btm.solving.solvers import HighsSolver, Solver
from energyscope.families.btm.solving.window_cuts import by_windows
from energyscope.modeldata.symbols import Values

AGREEMENT = 1e-6
"""Share of the objective by which the answer may miss what branch and bound has found: as bill and objective may."""
NEAR = 1e-4
"""Share of the objective between decisions and bound up to which our own branching is tried: then few nodes are left,
each a warm start, where branch and bound of HiGHS spends seconds on heuristics for what is known already."""


@dataclass(frozen=True, eq=False)
class Task:
    """A linear program, the sites whose columns it has, and how it is solved; `why` tells why it has no solution."""

    arrays: Arrays
    sites: tuple[Site, ...]
    solver: Solver
    exclusivity: Exclusivity
    watch: Watch
    why: Callable[[], BtmError]


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer of a round.

    `program` is what was solved, binaries included; `outcome` that of the linear program in which they are decided,
    with the upper bounds `upper`; `flows` are the values of each site after what cancels out for nothing; no dispatch
    costs less than `bound` unless it runs both ways somewhere.
    """

    program: Arrays
    upper: Values
    outcome: Outcome
    flows: tuple[dict[str, Values], ...]
    bound: float

    @property
    def primal(self) -> Values:
        """One value a column of the linear program."""
        return _present(self.outcome.primal)

    @property
    def dual(self) -> Values:
        """One dual a row of the linear program."""
        return _present(self.outcome.dual)

    @property
    def binaries(self) -> int:
        """Number of binaries."""
        return int(self.program.integer.sum())


@dataclass(frozen=True, eq=False)
class Rounds:
    """The last answer, how many solves it took, and the certificate."""

    answer: Answer
    count: int
    certificate: dict[str, Any]

    @property
    def objective(self) -> float:
        """The cost of the answer [GBP]."""
        return self.answer.outcome.objective


def solved_in_rounds(task: Task, start: Basis | None = None) -> Rounds:
    """Solve until no step runs both ways by more than the tolerance; in mode `relaxed` once, whatever comes.

    Raises BtmError where there is no optimum, or none within the time limit.
    """
    mode = task.exclusivity.mode
    relaxation = _relaxation(task, start)
    chosen = np.array([everywhere(site) & (mode == "full") for site in task.sites])
    answer, count = (relaxation, 1) if mode != "full" else (_decided(task, chosen), 1)
    while mode != "relaxed" and (found := _found(task, answer)).any():
        if not (found & ~chosen).any():
            raise refuse("BTM401", "binaries did not keep both ways of a step apart", "please report this bundle")
        chosen |= _widened(task, answer, found)
        answer, count = _decided(task, chosen), count + 1
    told = certificate(
        task.exclusivity, answer.flows, count, answer.binaries, relaxation_objective=relaxation.outcome.objective
    )
    return Rounds(answer, count, told)


def _relaxation(task: Task, start: Basis | None) -> Answer:
    outcome = task.solver.relaxation(start)
    if outcome.status == "infeasible" or outcome.ambiguous:
        raise task.why()
    outcome = _optimal(task, outcome)
    return _answer(task, task.arrays, task.arrays.upper, outcome, outcome.objective)


def _optimal(task: Task, outcome: Outcome) -> Outcome:
    """The outcome of a solve that ended well."""
    if outcome.status == "optimal":
        return outcome
    if outcome.status == "time_limit":
        seconds = task.watch.time_limit
        limit = "a limit of its options" if seconds is None else f"the time limit of {seconds:g} s"
        message = f"the solver reached {limit} before the optimum was proven: {outcome.message}"
        raise refuse("BTM303", message, "raise solver.time_limit_s, or leave it out; nothing was written")
    if outcome.status == "infeasible":
        message = "no dispatch satisfies all limits without running both ways in a step"
        raise refuse("BTM301", message, "let PV be curtailed, or raise grid.export_limit_kw")
    if outcome.status == "unbounded":
        raise refuse("BTM302", "the cost has no lower limit", "every flow is bounded; please report this bundle")
    raise refuse("BTM401", f"the solver ended without an optimum: {outcome.message}", "leave out solver.options")


def _decided(task: Task, chosen: Steps) -> Answer:
    """Decide binaries in the steps chosen, and solve the linear program that they leave.

    That gives values and duals free of the tolerance on integers.
    """
    _tell(task, "branch and bound")
    binaries = with_binaries(task.arrays, task.sites, chosen)
    best, bound = _windowed(task, binaries, chosen) or _branched(task, binaries, binaries.arrays)
    outcome = _optimal(task, task.solver.bounded(best.upper))
    allowed = AGREEMENT * max(1.0, abs(best.cost))
    if not bound - allowed <= outcome.objective <= best.cost + allowed:
        between = f"{bound:.9g} GBP, which it proved, and {best.cost:.9g} GBP, which it found"
        message = f"the decided program costs {outcome.objective:.9g} GBP, branch and bound had it between {between}"
        raise refuse("BTM401", message, "please report this bundle")
    return _answer(task, binaries.arrays, best.upper, outcome, min(bound, outcome.objective))


def _windowed(task: Task, binaries: Binaries, chosen: Steps) -> tuple[Decisions, float] | None:
    """Decisions and bound by windows, and by branching where these nearly meet; None where there are no windows.

    What is left goes to branch and bound of the solver, with the cuts of the windows.
    """
    if not isinstance(task.solver, HighsSolver) or task.exclusivity.mode == "full":
        return None
    found = by_windows(task.arrays, binaries, task.sites, chosen, task.solver)
    if found is None:
        return None
    if found.best.proven(found.bound):
        return found.best, found.bound
    near = by_branching(found.outer, binaries, task.arrays.upper, found.best) if found.gap <= NEAR else None
    return near or _branched(task, binaries, found.program)


def _branched(task: Task, binaries: Binaries, program: Arrays) -> tuple[Decisions, float]:
    """Decisions and bound by branch and bound on the whole program."""
    branched = _optimal(task, task.solver.integer(program))
    bound = branched.objective if branched.bound is None else branched.bound
    upper = decided(binaries, _present(branched.primal), task.arrays.upper)
    return Decisions(branched.objective, upper), bound


def _answer(task: Task, program: Arrays, upper: Values, outcome: Outcome, bound: float) -> Answer:
    primal = _present(outcome.primal)
    flows = tuple(netted(site.inputs, site.values(primal)) for site in task.sites)
    return Answer(program, upper, outcome, flows, bound)


def _found(task: Task, answer: Answer) -> Steps:
    """The steps that run both ways."""
    return np.array([both_ways(flows) > task.exclusivity.tolerance_kw for flows in answer.flows])


def _widened(task: Task, answer: Answer, found: Steps) -> Steps:
    """The steps found, with those around them that fail alike by prices or by what energy is worth there [GBP/kW]."""
    worth = [-answer.dual[site.rows["energy_balance"]] for site in task.sites]
    return np.array([widened(*each) for each in zip(task.sites, found, worth, strict=True)])


def _tell(task: Task, stage: str) -> None:
    if task.watch.progress is not None:
        task.watch.progress(Progress(stage, task.watch.elapsed))


def _present(values: Values | None) -> Values:
    """Values that a solver must have given. Raises BtmError BTM401 where it did not."""
    if values is None:
        raise refuse("BTM401", "the solver gave no values, or no duals, with its optimum", "try another solver")
    return values
