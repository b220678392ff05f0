"""The backend that solves Programs through linopy: HiGHS by default, any other linopy solver by name."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import highspy

from energyscope.backends import highs as highs_runs
from energyscope.backends.base import (
    Availability,
    OptionValue,
    Progress,
    ProgressCallback,
    SolveOptions,
    tell_now,
)
from energyscope.backends.capacities import active_capacities
from energyscope.backends.export import write_lp, write_mps, write_netcdf
from energyscope.backends.gurobi import require_size
from energyscope.backends.highs_verdicts import settled
from energyscope.backends.linopy_model import HandOver, hand_over, to_linopy
from energyscope.backends.linopy_solvers import solve_with
from energyscope.backends.policy import finish, nearest_to_zero, restored
from energyscope.backends.solver_choice import require_solver
from energyscope.backends.strategy import DEFAULT, LARGE_ROWS, Method, by_capacities, methods_for, slow_solve
from energyscope.passes import reduce_program
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

__all__ = ["LinopyBackend", "solve", "to_linopy", "write_lp", "write_mps", "write_netcdf"]

logger = logging.getLogger(__name__)

METHOD_OPTIONS = frozenset({"solver", "presolve", "run_crossover"})
"""HiGHS options by which a user takes the choice of method in his own hands."""


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
    reductions: bool = True,
    likely: Collection[str] = (),
) -> Solution:
    """Solve a program and check the answer.

    Exact passes make the program smaller first, unless `reductions` is off; the answer is that of the program as given.
    With HiGHS and no option that chooses a method, the methods of `strategy.methods_for` are tried in order. An answer
    without a passing certificate leads to the next way; after the last one the status is `error`, never `optimal`.

    `likely` are the `capacities` of an earlier solution of nearly the same program; they can only save time.
    `time_limit` is in seconds, for all ways together. `options` go to the solver by their own names. `progress` is
    called in the calling thread, at most some ten times a second.
    Raises BackendError for a solver that is not installed or an option it does not take; Ctrl-C passes through.
    """
    watch = highs_runs.Watch(time_limit, progress)
    require_solver(solver)
    if not reductions:
        return _solve_as_given(program, solver, dict(options or {}), watch, None, likely)
    if progress is not None:
        progress(Progress("passes", 0.0))
    reduction = reduce_program(program)
    reduced = watch.elapsed
    solution = _solve_as_given(reduction.program, solver, dict(options or {}), watch, reduction.declined, likely)
    answer = restored(reduction, solution)
    if solution.status == "optimal" and answer.status == "error":
        logger.warning("%s; solving without passes", answer.message)
        attempt = f"with passes: {answer.message}"
        answer = _solve_as_given(program, solver, dict(options or {}), watch, reduction.declined, likely)
        answer = replace(answer, attempts=(attempt, *answer.attempts))
    return replace(answer, timings={"passes": reduced, **answer.timings}, declined=reduction.declined)


def _solve_as_given(
    program: Program,
    solver: str,
    options: dict[str, OptionValue],
    watch: highs_runs.Watch,
    declined: Mapping[str, str] | None,
    likely: Collection[str],
) -> Solution:
    """Solve a program without passes; `declined` says why some did not fit it, None that there were to be none."""
    slow = slow_solve(program, declined)
    if slow is not None:
        tell_now(logger, slow)
    if solver == "gurobi":
        require_size(program)
    attempts: tuple[str, ...] = ()
    chosen = solver != "highs" or METHOD_OPTIONS & options.keys()
    if declined is not None and not chosen and by_capacities(program):
        quick, attempts = _by_capacities(program, options, watch, likely)
        if quick is not None:
            return quick
    start = watch.elapsed
    if watch.progress is not None:
        watch.progress(Progress("hand-over", start))
    handed = hand_over(program)
    handed_over = watch.elapsed - start
    if solver == "highs":
        solution = _with_highs(program, handed, options, watch)
    else:
        remaining = None if watch.time_limit is None else watch.remaining
        solution = solve_with(solver, program, handed, options, remaining)
    return replace(
        solution,
        timings={"hand_over": handed_over, **solution.timings},
        diagnostics=handed.diagnostics if slow is None else (slow, *handed.diagnostics),
        passes=program.passes,
        solved_sizes=_solved_sizes(program),
        attempts=(*attempts, *solution.attempts),
    )


def _solved_sizes(program: Program) -> dict[str, int]:
    return {f"solved_{name}": program.sizes[name] for name in ("rows", "columns", "nonzeros")}


def _by_capacities(
    program: Program, options: Mapping[str, OptionValue], watch: highs_runs.Watch, likely: Collection[str]
) -> tuple[Solution | None, tuple[str, ...]]:
    """The solution by active capacities, or what came in its way."""
    start = watch.elapsed
    attempt = active_capacities(program, options, watch, likely)
    if attempt.solution is None:
        if attempt.reason:
            logger.info("active capacities: %s", attempt.reason)
        return None, (f"active capacities: {attempt.reason}",) if attempt.reason else ()
    certified = attempt.solution.timings.get("certify", 0.0)
    timings = {"solve": watch.elapsed - start - certified, "certify": certified}
    sizes = _solved_sizes(program)
    return replace(attempt.solution, timings=timings, passes=program.passes, solved_sizes=sizes), ()


def _with_highs(
    program: Program, handed: HandOver, options: dict[str, OptionValue], watch: highs_runs.Watch
) -> Solution:
    """Try the methods in order until an answer holds."""
    start = time.monotonic()
    highs = highs_runs.load(handed.model)
    loaded = time.monotonic() - start
    attempts: list[str] = []
    methods = [DEFAULT] if METHOD_OPTIONS & options.keys() else methods_for(program, highs_runs.hipo_available())
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
