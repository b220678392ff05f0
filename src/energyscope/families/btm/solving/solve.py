"""From the figures of a run to its optimum: the linear program, binaries where they are needed, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import linopy

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.backends.highs import Basis, Watch, arrays_of
from energyscope.families.btm.config.schemas import RunConfig, SharedLimits
from energyscope.families.btm.program.formulation import build, build_shared
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.solving.certificate import warnings_of
from energyscope.families.btm.solving.choice import require_solver_choice
from energyscope.families.btm.solving.idle import idle_basis
from energyscope.families.btm.solving.located import Site, located, shared_rows
from energyscope.families.btm.solving.months import joined_basis, worthwhile
from energyscope.families.btm.solving.rounds import Rounds, Task, solved_in_rounds
from energyscope.families.btm.solving.solve_stats import infeasibilities, solve_stats
from energyscope.families.btm.solving.solved import SharedSolved, Solved
from energyscope.families.btm.solving.solvers import HighsSolver, solver_of

__all__ = ["SharedSolved", "Solved", "solve", "solve_shared"]


def solve(
    inputs: Inputs, run: RunConfig, *, progress: ProgressCallback | None = None, start: Solved | None = None
) -> Solved:
    """The optimum of a site, with its proof.

    `progress` is told the stages `build` and `solve`, and what the solver tells of itself. `start` is an earlier answer
    for the same steps with other figures: it can only save iterations.
    Raises BtmError: BTM301 without a dispatch, BTM303 at the time limit, BTM401 where an answer does not hold;
    BackendError for a solver that is not installed, or an option it does not take.
    """
    watch = _watch(run, progress)
    if run.backend != "linopy":
        from energyscope.families.btm.solving.text_solve import solve_text  # brings the language along

        return solve_text(inputs, run, watch)
    model = build(inputs)
    sites = (located(model, inputs),)
    task = _task(model, sites, run, watch)
    rounds = solved_in_rounds(task, _start(task, run, start))
    return _share(task, rounds, 0, rounds.objective, task.solver.basis())


def solve_shared(
    inputs_by_site: Mapping[str, Inputs],
    shared: SharedLimits,
    run: RunConfig,
    *,
    progress: ProgressCallback | None = None,
) -> SharedSolved:
    """The optimum of several sites with the same steps behind one connection, proven for all of them together.

    Solver, tolerance and mode of exclusivity are those of `run`. Raises what `solve` raises.
    """
    watch = _watch(run, progress)
    model = build_shared(inputs_by_site, shared)
    sites = tuple(located(model, inputs, site) for site, inputs in inputs_by_site.items())
    task = _task(model, sites, run, watch)
    rounds = solved_in_rounds(task, _start(task, run, None))
    shares = {
        name: _share(task, rounds, number, _cost(task, rounds, number), None)
        for number, name in enumerate(inputs_by_site)
    }
    return SharedSolved(
        sites=shares,
        objective_gbp=rounds.objective,
        exclusivity=rounds.certificate,
        stats=_stats(task, rounds),
        duals={name: rounds.answer.dual[places] for name, places in shared_rows(model).items()},
        warnings=warnings_of(rounds.certificate),
    )


def _watch(run: RunConfig, progress: ProgressCallback | None) -> Watch:
    """The watch over a run, before any work: solver and options are looked at first."""
    require_solver_choice(run)
    watch = Watch(run.solver.time_limit_s, progress)
    _tell(watch, "build")
    return watch


def _task(model: linopy.Model, sites: tuple[Site, ...], run: RunConfig, watch: Watch) -> Task:
    arrays = arrays_of(model)
    solver = solver_of(arrays, run.solver, watch)
    _tell(watch, "solve")

    def why_none() -> BtmError:
        from energyscope.families.btm.solving.infeasible import Infeasible, explained  # brings scipy.optimize along

        return explained(Infeasible(model, arrays, sites, watch))

    return Task(arrays, sites, solver, run.exclusivity, watch, why_none)


def _start(task: Task, run: RunConfig, start: Solved | None) -> Basis | None:
    """Where the simplex method begins: at an earlier answer, at what the months make of it, or at the idle battery."""
    if not isinstance(task.solver, HighsSolver) or "solver" in run.solver.options:
        return None
    if start is not None and _fits(task, start):
        return start.basis
    if not worthwhile(task.sites):
        return idle_basis(task.arrays, task.sites)
    months, iterations = joined_basis(task.arrays, task.sites, task.solver.options, task.watch)
    task.solver.iterations += iterations
    return months or idle_basis(task.arrays, task.sites)


def _fits(task: Task, start: Solved) -> bool:
    """Is the start an answer for the same steps, and a program of the same size?"""
    basis = start.basis
    same = start.index.equals(task.sites[0].inputs.index)
    return same and basis is not None and (len(basis.rows), len(basis.columns)) == task.arrays.matrix.shape


def _share(task: Task, rounds: Rounds, number: int, objective: float, basis: Basis | None) -> Solved:
    """What one site has of the answer."""
    site, answer = task.sites[number], rounds.answer
    return Solved(
        index=site.inputs.index,
        values=answer.flows[number],
        objective_gbp=objective,
        exclusivity=rounds.certificate,
        stats=_stats(task, rounds),
        duals=site.duals(answer.dual),
        basis=basis,
        warnings=warnings_of(rounds.certificate),
    )


def _cost(task: Task, rounds: Rounds, number: int) -> float:
    """What one of several sites has in the objective, its constants included [GBP]."""
    site, primal = task.sites[number], rounds.answer.primal
    columns = (float(task.arrays.cost[places] @ primal[places]) for places in site.columns.values())
    return site.constant + sum(columns)


def _stats(task: Task, rounds: Rounds) -> dict[str, Any]:
    answer = rounds.answer
    return solve_stats(
        answer.program,
        solver=task.solver.described(),
        backend="linopy",
        rounds=rounds.count,
        objective=rounds.objective,
        bound=answer.bound,
        iterations=task.solver.iterations,
        infeasibilities=infeasibilities(task.arrays, answer.upper, answer.primal, answer.dual),
    )


def _tell(watch: Watch, stage: str) -> None:
    if watch.progress is not None:
        watch.progress(Progress(stage, watch.elapsed))
