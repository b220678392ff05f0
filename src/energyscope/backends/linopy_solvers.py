"""Solvers other than HiGHS, by linopy's own interface to them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import linopy
import numpy as np
from linopy.solvers import SolverFeature

from energyscope.backends.base import OptionValue, backend_error
from energyscope.backends.gurobi import gurobi_options, licence_told
from energyscope.backends.linopy_model import HandOver, per_row
from energyscope.backends.policy import finish, nearest_to_zero
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, Status

logger = logging.getLogger(__name__)

NOTHING = "no objective"
"""Name of a column fixed at 0 that stands for the objective of a program without one."""

TIME_LIMIT_OPTIONS = {
    "gurobi": "TimeLimit",
    "glpk": "tmlim",
    "cbc": "sec",
    "cplex": "timelimit",
    "scip": "limits/time",
    "xpress": "timelimit",
    "copt": "TimeLimit",
    "mosek": "MSK_DPAR_OPTIMIZER_MAX_TIME",
}
"""What each solver calls its time limit in seconds."""

# what is still "infeasible or unbounded" when there is no objective is infeasible
_STATUS: dict[str, Status] = {
    "optimal": "optimal",
    "infeasible": "infeasible",
    "infeasible_or_unbounded": "infeasible",
    "unbounded": "unbounded",
    "time_limit": "time_limit",
}


def solve_with(
    solver: str, program: Program, handed: HandOver, options: dict[str, OptionValue], time_limit: float | None
) -> Solution:
    """Solve with one of linopy's solvers, in memory where linopy can."""
    model = handed.model
    start = time.monotonic()
    if program.objective is None:
        _forget_objective(model)
    limited = limited_options(solver, options, time_limit)
    with licence_told(program) if solver == "gurobi" else nullcontext():
        status, condition = _run(solver, model, limited)
        if condition == "infeasible_or_unbounded" and program.objective is not None:
            condition = _told_apart(solver, model, limited)
    timings = {"solve": time.monotonic() - start}
    found: Status = _STATUS.get(condition, "error")
    primal = dual = reduced_cost = None
    if status == "ok":
        primal = nearest_to_zero(program, model.matrices.sol[: program.n_columns])
        dual = _duals(program, handed)
    if dual is not None:
        reduced_cost = _reduced_costs(program, dual)
    return finish(
        program,
        Solution(found, condition, solver, primal=primal, dual=dual, reduced_cost=reduced_cost, timings=timings),
    )


def _told_apart(solver: str, model: linopy.Model, options: dict[str, OptionValue]) -> str:
    """Which of "infeasible or unbounded" it is: without objective a feasible problem has an optimum."""
    _forget_objective(model)
    status, condition = _run(solver, model, options)
    if status == "ok":
        return "unbounded"
    return condition


def _forget_objective(model: linopy.Model) -> None:
    """Leave an objective that is always 0; an empty one is refused by readers of LP files."""
    model.add_objective(1 * model.add_variables(0.0, 0.0, name=NOTHING), overwrite=True)


def limited_options(
    solver: str, options: Mapping[str, OptionValue], time_limit: float | None
) -> dict[str, OptionValue]:
    """The options with the time limit among them, as far as they can be checked before there is a program.

    Raises BackendError for a time limit that the solver is not known to have, or an option that Gurobi refuses.
    """
    limited = dict(options)
    if time_limit is not None:
        name = TIME_LIMIT_OPTIONS.get(solver)
        if name is None:
            help = "give it as an option of that solver"
            raise backend_error("solver-option", f"no time limit is known for `{solver}`", help)
        limited = {name: max(1, round(time_limit)) if solver == "glpk" else time_limit, **limited}
    return gurobi_options(limited) if solver == "gurobi" else limited


def _run(solver: str, model: linopy.Model, options: dict[str, OptionValue]) -> tuple[str, str]:
    direct = getattr(linopy.solvers, linopy.solvers.SolverName(solver).name).supports(SolverFeature.DIRECT_API)
    arguments: dict[str, Any] = dict(options)
    if solver == "gurobi":
        arguments["env"] = {"LogToConsole": 0}
    status, condition = model.solve(
        solver, io_api="direct" if direct else "lp", set_names=False, progress=False, **arguments
    )
    return str(status), str(condition)


def _duals(program: Program, handed: HandOver) -> Values | None:
    """Duals of the program's rows; None where the solver gives none."""
    try:
        duals = handed.model.matrices.dual
    except AttributeError:
        return None
    if np.isnan(duals).any():
        return None
    # linopy has undone the scaling of the rows already
    return per_row(handed.rows, duals, program.n_rows)


def _reduced_costs(program: Program, dual: Values) -> Values:
    cost = np.zeros(program.n_columns)
    if program.objective is not None:
        np.add.at(cost, program.objective.columns, program.objective.coefficients)
    return np.asarray(cost - program.matrix.T @ dual)
