"""The backend that solves Programs through linopy: HiGHS by default, any other linopy solver by name."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

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
from energyscope.backends.policy import RESTORED, certified, finish, nearest_to_zero, restored
from energyscope.backends.robust.conditioning import conditioned
from energyscope.backends.robust.ladder import Stage, climb
from energyscope.backends.robust.steps import require_mode
from energyscope.backends.robust.turns import in_turns
from energyscope.backends.scaling import coefficient_warnings
from energyscope.backends.solver_choice import require_solver
from energyscope.backends.strategy import (
    DEFAULT,
    HUGE_ROWS,
    LARGE_ROWS,
    Method,
    by_capacities,
    methods_for,
    slow_solve,
)
from energyscope.passes import Reduction, reduce_program
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, added_up

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
            reductions=options.reductions,
            robust=options.robust,
        )


@dataclass(frozen=True)
class _Job:
    """What all runs of one solve have in common."""

    solver: str
    options: dict[str, OptionValue]
    watch: highs_runs.Watch
    reductions: bool
    believing: bool
    likely: Collection[str]

    @property
    def gap_limit(self) -> float:
        """The gap at which a user lets branch and bound stop; 0 where he does not say."""
        return float(self.options.get("mip_rel_gap", 0.0)) if self.solver == "highs" else 0.0

    @property
    def own_method(self) -> bool:
        """Whether the user has chosen the method."""
        return self.solver != "highs" or bool(METHOD_OPTIONS & self.options.keys())


def solve(
    program: Program,
    *,
    solver: str = "highs",
    options: Mapping[str, OptionValue] | None = None,
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
    reductions: bool = True,
    robust: str = "auto",
    likely: Collection[str] = (),
) -> Solution:
    """Solve a program and check the answer.

    Exact passes make the program smaller first, unless `reductions` is off; the answer is that of the program as given.
    With HiGHS and no option that chooses a method, the methods of `strategy.methods_for` are tried in order. An answer
    without a passing certificate leads to the next way, and to the steps of `robust.ladder`; after the last one the
    status is `error`, never `optimal`. With `robust="off"` the first answer is the last, with `"always"` the rows are
    opened at once and answers with and without presolve are compared.

    `likely` are the `capacities` of an earlier solution of nearly the same program; they can only save time.
    `time_limit` is in seconds, for all ways together. `options` go to the solver by their own names. `progress` is
    called in the calling thread, at most some ten times a second.
    Raises BackendError for a solver that is not installed or an option it does not take; Ctrl-C passes through.
    """
    watch = highs_runs.Watch(time_limit, progress)
    require_solver(solver)
    require_mode(robust)
    job = _Job(solver, dict(options or {}), watch, reductions, robust == "off", likely)
    return climb(program, robust, partial(_answer, job), watch, other_methods=not job.own_method)


def _answer(job: _Job, given: Program, literal: Program, stage: Stage, seconds: float | None = None) -> Solution:
    """One run: passes, the methods of a stage, the way back, and the certificate against the literal program."""
    watch = job.watch if seconds is None else job.watch.within(seconds)
    if not job.reductions:
        solution = _solve_as_given(given, job, watch, None, stage)
        return restored(Reduction(literal, given, {}, ()), solution, job.gap_limit)
    if watch.progress is not None:
        watch.progress(Progress("passes", watch.elapsed))
    start = watch.elapsed
    reduction = replace(reduce_program(given), original=literal)
    reduced = watch.elapsed - start
    without = Reduction(literal, given, reduction.declined, ())
    if stage == "plain" and reduction.undos and not job.own_method and given.sizes["integers"]:
        turns = (("with passes", reduction), ("without passes", without))
        chances = [(name, partial(_through, each, job, watch, stage)) for name, each in turns]
        answer = in_turns(literal, chances, watch)
    else:
        answer = _through(reduction, job, watch, stage)
    if answer.status == "error" and answer.passes != given.passes and _worth_without(answer, given):
        logger.warning("%s; solving without passes", answer.message)
        second = _through(without, job, watch, stage)
        attempts = (*answer.attempts, f"with passes: {answer.message}", *second.attempts)
        answer = replace(second, attempts=attempts, timings=added_up((answer, second)))
    return replace(answer, timings={"passes": reduced, **answer.timings}, declined=reduction.declined)


def _through(
    reduction: Reduction, job: _Job, watch: highs_runs.Watch, stage: Stage, seconds: float | None = None
) -> Solution:
    """Solve what a reduction made, within `seconds`, and give the answer to the program behind it."""
    own = watch if seconds is None else watch.within(seconds)
    solution = _solve_as_given(reduction.program, job, own, reduction.declined, stage)
    return restored(reduction, solution, job.gap_limit)


def _worth_without(answer: Solution, given: Program) -> bool:
    """Whether the program as given may be tried: it is not out of reach, or the reduced one could be solved."""
    return RESTORED in answer.message or given.n_rows < HUGE_ROWS


def _solve_as_given(
    program: Program, job: _Job, watch: highs_runs.Watch, declined: Mapping[str, str] | None, stage: Stage
) -> Solution:
    """Solve a program without passes; `declined` says why some did not fit it, None that there were to be none."""
    slow = slow_solve(program, declined)
    if slow is not None:
        tell_now(logger, slow)
    if job.solver == "gurobi":
        require_size(program)
    attempts: tuple[str, ...] = ()
    if declined is not None and stage in ("plain", "first") and not job.own_method and by_capacities(program):
        quick, attempts = _by_capacities(program, job, watch)
        if quick is not None:
            return quick
    start = watch.elapsed
    if watch.progress is not None:
        watch.progress(Progress("hand-over", start))
    scaled = conditioned(program)
    handed = hand_over(scaled.program)
    handed_over = watch.elapsed - start
    if job.solver == "highs":
        solution = _with_highs(scaled.program, handed, job, watch, stage)
    else:
        remaining = None if watch.time_limit is None else watch.remaining
        solution = solve_with(job.solver, scaled.program, handed, job.options, remaining)
    solution = scaled.restore(solution)
    if solution.primal is not None and scaled.program is not program:
        solution = certified(program, solution, " without scaling", job.gap_limit)
    warnings = (*coefficient_warnings(program, scaled.program), *(() if slow is None else (slow,)))
    return replace(
        solution,
        timings={"hand_over": handed_over, **solution.timings},
        diagnostics=warnings,
        passes=program.passes,
        solved_sizes=_solved_sizes(program),
        attempts=(*attempts, *solution.attempts),
    )


def _solved_sizes(program: Program) -> dict[str, int]:
    return {f"solved_{name}": program.sizes[name] for name in ("rows", "columns", "nonzeros")}


def _by_capacities(program: Program, job: _Job, watch: highs_runs.Watch) -> tuple[Solution | None, tuple[str, ...]]:
    """The solution by active capacities, or what came in its way."""
    start = watch.elapsed
    attempt = active_capacities(program, job.options, watch, job.likely)
    if attempt.solution is None:
        if attempt.reason:
            logger.info("active capacities: %s", attempt.reason)
        return None, (f"active capacities: {attempt.reason}",) if attempt.reason else ()
    certified_in = attempt.solution.timings.get("certify", 0.0)
    timings = {"solve": watch.elapsed - start - certified_in, "certify": certified_in}
    sizes = _solved_sizes(program)
    return replace(attempt.solution, timings=timings, passes=program.passes, solved_sizes=sizes), ()


def _with_highs(program: Program, handed: HandOver, job: _Job, watch: highs_runs.Watch, stage: Stage) -> Solution:
    """Try the methods in order until an answer holds."""
    start = time.monotonic()
    highs = highs_runs.load(handed.model)
    loaded = time.monotonic() - start
    attempts: list[str] = []
    own = bool(METHOD_OPTIONS & job.options.keys())
    methods = [DEFAULT] if own else methods_for(program, highs_runs.hipo_available(), stage)
    for number, method in enumerate(methods):
        _configure(highs, method, job.options)
        outcome = highs_runs.run(highs, watch)
        if not job.believing:
            outcome = settled(highs, outcome, watch, large=program.n_rows >= LARGE_ROWS)
        solution = finish(program, _solution(program, handed, outcome, method), job.gap_limit)
        if solution.status != "error" or number == len(methods) - 1:
            break
        attempts.append(f"{method.name}: {solution.message} after {watch.elapsed:.1f} s")
        logger.warning("%s; trying %s", attempts[-1], methods[number + 1].name)
    certified_in = solution.timings.get("certify", 0.0)
    timings = {"load": loaded, "solve": time.monotonic() - start - loaded - certified_in, "certify": certified_in}
    step = {"step": method.step} if attempts else {}
    return replace(solution, attempts=tuple(attempts), timings=timings, robust=step)


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
        bound=outcome.bound,
    )
