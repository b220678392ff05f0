"""The backend that solves Programs through linopy: HiGHS by default, any other linopy solver by name."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import highspy
import linopy

from energyscope.backends import highs as highs_runs
from energyscope.backends.base import (
    Availability,
    OptionValue,
    Progress,
    ProgressCallback,
    SolveOptions,
    backend_error,
)
from energyscope.backends.export import write_lp, write_mps, write_netcdf
from energyscope.backends.highs_verdicts import settled
from energyscope.backends.linopy_model import HandOver, hand_over, to_linopy
from energyscope.backends.linopy_solvers import solve_with
from energyscope.backends.policy import finish, nearest_to_zero
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

__all__ = ["LinopyBackend", "solve", "to_linopy", "write_lp", "write_mps", "write_netcdf"]

logger = logging.getLogger(__name__)

LARGE_ROWS = 50_000
"""From here on interior points beat the simplex method by far; below, a vertex with basic duals is nicer to have."""
METHOD_OPTIONS = frozenset({"solver", "presolve", "run_crossover"})
"""HiGHS options by which a user takes the choice of method in his own hands."""


@dataclass(frozen=True)
class Method:
    """One way to let HiGHS solve: a name for reports and the options that make it."""

    name: str
    options: Mapping[str, OptionValue]


_DEFAULT = Method("HiGHS", {})
_NO_PRESOLVE = Method("HiGHS without presolve", {"presolve": "off"})
_HIPO = Method("HiPO", {"solver": "hipo", "run_crossover": "off"})
_IPX = Method("IPX", {"solver": "ipx", "run_crossover": "off"})
_SIMPLEX = Method("simplex", {"solver": "simplex"})


@dataclass(frozen=True)
class LinopyBackend:
    """Solves Programs through linopy."""

    name: str = "linopy"

    def availability(self) -> Availability:
        """Always there: linopy and HiGHS are dependencies of the package."""
        return Availability(True)

    def solve(self, problem: Program, options: SolveOptions) -> Solution:
        """Solve a program; see the function `solve`."""
        return solve(
            problem,
            solver=options.solver or "highs",
            options=options.options,
            time_limit=options.time_limit,
            progress=options.progress,
        )


def solve(
    program: Program,
    *,
    solver: str = "highs",
    options: Mapping[str, OptionValue] | None = None,
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
) -> Solution:
    """Solve a program and check the answer.

    With HiGHS and no option that chooses a method, small programs go to its default (a vertex), large linear ones to an
    interior point solver without crossover (HiPO where installed, then IPX, then simplex). An answer without a passing
    certificate leads to the next way; after the last one the status is `error`, never `optimal`.

    `time_limit` is in seconds, for all ways together. `options` go to the solver by their own names. `progress` is
    called in the calling thread, at most some ten times a second.
    Raises BackendError for a solver that is not installed or an option it does not take; Ctrl-C passes through.
    """
    watch = highs_runs.Watch(time_limit, progress)
    if solver not in linopy.available_solvers:
        names = ", ".join(sorted(linopy.available_solvers))
        raise backend_error("solver-unknown", f"the solver `{solver}` is not installed", f"installed are: {names}")
    if progress is not None:
        progress(Progress("hand-over", 0.0))
    handed = hand_over(program)
    handed_over = watch.elapsed
    if solver == "highs":
        solution = _with_highs(program, handed, dict(options or {}), watch)
    else:
        solution = solve_with(solver, program, handed, dict(options or {}), time_limit)
    timings = {"hand_over": handed_over, **solution.timings}
    return replace(solution, timings=timings, diagnostics=handed.diagnostics, passes=program.passes)


def _with_highs(
    program: Program,
    handed: HandOver,
    options: dict[str, OptionValue],
    watch: highs_runs.Watch,
) -> Solution:
    """Try the methods in order until an answer holds."""
    start = time.monotonic()
    highs = highs_runs.load(handed.model)
    loaded = time.monotonic() - start
    attempts: list[str] = []
    methods = _methods(program, options)
    for number, method in enumerate(methods):
        _configure(highs, method, options)
        outcome = settled(highs, highs_runs.run(highs, watch), watch, large=program.n_rows >= LARGE_ROWS)
        solution = finish(program, _solution(program, handed, outcome, method))
        if solution.status != "error" or number == len(methods) - 1:
            break
        attempts.append(f"{method.name}: {solution.message} after {watch.elapsed:.1f} s")
        logger.warning("%s; trying %s", attempts[-1], methods[number + 1].name)
    certified = solution.timings.get("certify", 0.0)
    timings = {"load": loaded, "solve": time.monotonic() - start - loaded - certified, "certify": certified}
    return replace(solution, attempts=tuple(attempts), timings=timings)


def _methods(program: Program, options: Mapping[str, OptionValue]) -> list[Method]:
    if METHOD_OPTIONS & options.keys():
        return [_DEFAULT]
    if program.sizes["integers"]:
        return [_DEFAULT, _NO_PRESOLVE]
    if program.n_rows < LARGE_ROWS:
        return [_DEFAULT, _NO_PRESOLVE, _IPX]
    return [*([_HIPO] if highs_runs.hipo_available() else []), _IPX, _SIMPLEX]


def _configure(highs: highspy.Highs, method: Method, options: Mapping[str, OptionValue]) -> None:
    """Forget what the run before left and set the options of a method, the user's own on top."""
    highs.clearSolver()
    for name in METHOD_OPTIONS:
        highs.setOptionValue(name, "on" if name == "run_crossover" else "choose")
    highs_runs.set_options(highs, {**method.options, **options})


def _solution(program: Program, handed: HandOver, outcome: highs_runs.Outcome, method: Method) -> Solution:
    columns = slice(0, program.n_columns)
    primal = None if outcome.primal is None else nearest_to_zero(program, outcome.primal[columns])
    return Solution(
        status=outcome.status,
        message=f"{outcome.message} ({method.name})" if method.options else outcome.message,
        solver="highs",
        version=highspy.Highs().version(),
        objective=None if primal is None or program.objective is None else outcome.objective,
        primal=primal,
        dual=None if outcome.dual is None else handed.original_duals(outcome.dual, program.n_rows),
        reduced_cost=None if outcome.reduced_cost is None else outcome.reduced_cost[columns],
        iterations=outcome.iterations,
        residuals={} if outcome.mip_gap is None else {"mip_gap": outcome.mip_gap},
    )
