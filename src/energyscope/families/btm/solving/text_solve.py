"""Runs of the text twin: GLPK or AMPL read the equations of btm.mod themselves, and nothing forbids both ways."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from energyscope.backends.ampl_backend import AmplBackend, AmplModel
from energyscope.backends.base import SolveOptions
from energyscope.backends.glpk_backend import GlpkBackend
from energyscope.backends.highs import Arrays, Watch, arrays_of
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.twin import dat_of, text_file
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.solving.certificate import certificate, warnings_of
from energyscope.families.btm.solving.infeasible import Infeasible, explained
from energyscope.families.btm.solving.located import located
from energyscope.families.btm.solving.netting import netted
from energyscope.families.btm.solving.solve_stats import infeasibilities, solve_stats
from energyscope.families.btm.solving.solved import Solved
from energyscope.families.btm.solving.text_route import translation_of, values_of
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.translate.translation import Translation


def solve_text(inputs: Inputs, run: RunConfig, watch: Watch) -> Solved:
    """The optimum of the text of a site by the backend of the run: `glpk` or `ampl`.

    Raises BtmError: as `solve.solve`, and BTM104 where the relaxation runs both ways although the run forbids it;
    BackendError where the backend is not installed.
    """
    translation = translation_of(inputs)
    solution = _solution(inputs, translation, run, watch)
    program = translation.program
    if solution.status != "optimal" or solution.primal is None or solution.objective is None:
        raise _failure(inputs, solution, watch)
    flows = netted(inputs, values_of(program, solution.primal))
    dual = _point(program, solution)[1]
    told = certificate(run.exclusivity, [flows], 1, 0, relaxation_objective=solution.objective)
    if told["status"] == "violated" and run.exclusivity.mode != "relaxed":
        raise _refused(run, told["max_simultaneous_kw"])
    return Solved(
        index=inputs.index,
        values=flows,
        objective_gbp=solution.objective,
        exclusivity=told,
        stats=_stats(program, solution, run),
        duals={name: dual[block.rows] for name, block in program.constraints.items()},
        warnings=warnings_of(told),
    )


def _solution(inputs: Inputs, translation: Translation, run: RunConfig, watch: Watch) -> Solution:
    choice = run.solver
    own = run.backend == "glpk" and choice.name == "highs"
    left = None if watch.time_limit is None else watch.remaining
    options = SolveOptions(None if own else choice.name, choice.options, left, watch.progress)
    if run.backend == "glpk":
        return GlpkBackend().solve(translation, options)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "run.dat"
        data.write_text(dat_of(inputs))
        return AmplBackend().solve(AmplModel([("mod", text_file()), ("dat", data)], translation.program), options)


def _failure(inputs: Inputs, solution: Solution, watch: Watch) -> BtmError:
    if solution.status == "infeasible":
        model = build(inputs)
        return explained(Infeasible(model, arrays_of(model), (located(model, inputs),), watch))
    if solution.status == "time_limit":
        message = f"the time limit was reached before the optimum was proven: {solution.message}"
        return refuse("BTM303", message, "raise solver.time_limit_s, or set backend: linopy")
    if solution.status == "unbounded":
        return refuse("BTM302", "the cost has no lower limit", "every flow is bounded; please report this bundle")
    return refuse("BTM401", f"{solution.solver} ended without an optimum: {solution.message}", "set backend: linopy")


def _refused(run: RunConfig, largest: float) -> BtmError:
    message = (
        f"backend is {run.backend}, which solves the linear program alone, and exclusivity.mode is "
        f"{run.exclusivity.mode}; here up to {largest:.6g} kW flow both ways in one step"
    )
    return refuse("BTM104", message, "set backend: linopy, or exclusivity.mode: relaxed for the lower bound")


def _stats(program: Program, solution: Solution, run: RunConfig) -> dict[str, Any]:
    arrays = _arrays(program)
    return solve_stats(
        arrays,
        solver={"name": solution.solver, "version": solution.version, "options": dict(run.solver.options)},
        backend=run.backend,
        rounds=1,
        objective=solution.objective or 0.0,
        bound=solution.objective or 0.0,
        iterations=sum(solution.iterations.values()),
        infeasibilities=infeasibilities(arrays, arrays.upper, *_point(program, solution)),
    )


def _point(program: Program, solution: Solution) -> tuple[Values, Values]:
    """Values and duals, blanks where the backend gave none."""
    blank = np.full(program.n_rows, np.nan)
    primal = np.full(program.n_columns, np.nan) if solution.primal is None else solution.primal
    return primal, blank if solution.dual is None else solution.dual


def _arrays(program: Program) -> Arrays:
    cost = np.zeros(program.n_columns)
    if program.objective is not None:
        cost[program.objective.columns] = program.objective.coefficients
    return Arrays(program.matrix, *program.row_sides, cost, *program.column_sides, program.integers)
