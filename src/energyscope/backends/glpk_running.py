"""GLPK's solvers on a problem that it holds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.backends.glpk_reading import GlpkProblem
from energyscope.modeldata.symbols import Values
from energyscope.program.solution import Status

if TYPE_CHECKING:
    from types import ModuleType

_MAX_MILLISECONDS = 2**31 - 1
MIP_GAP = 1e-9
"""Relative gap at which branch and bound stops: it proves the optimum, as comparisons at 1e-6 need."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What GLPK says, in its own order of rows (the objective among them) and columns; None where it has no values."""

    status: Status
    message: str
    objective: float | None = None
    primal: Values | None = None
    dual: Values | None = None
    reduced_cost: Values | None = None


def run_glpk(held: GlpkProblem, time_limit: float | None = None) -> Answer:
    """Solve: primal simplex with presolve, and without it where presolve only tells that there is no optimum."""
    glpk = held.glpk
    if time_limit is not None and time_limit <= 0:
        return Answer("time_limit", "the time limit was reached while GLPK read the text")
    glpk.glp_term_out(glpk.GLP_OFF)
    if glpk.glp_get_num_int(held.problem):
        _round_integer_bounds(held)
        return _branch_and_bound(held, time_limit)
    code = _simplex(held, time_limit, presolve=True)
    if code in (glpk.GLP_ENOPFS, glpk.GLP_ENODFS):
        code = _simplex(held, time_limit, presolve=False)
    status, message = _verdict(glpk, code, glpk.glp_get_status(held.problem))
    return _with_values(held, status, message) if status == "optimal" else Answer(status, message)


def _simplex(held: GlpkProblem, time_limit: float | None, *, presolve: bool) -> int:
    glpk = held.glpk
    control = glpk.glp_smcp()
    glpk.glp_init_smcp(control)
    control.meth = glpk.GLP_PRIMAL
    control.r_test = glpk.GLP_RT_FLIP  # with the primal method five times as fast on core_small as the dual one
    control.presolve = glpk.GLP_ON if presolve else glpk.GLP_OFF
    control.msg_lev = glpk.GLP_MSG_OFF
    control.tm_lim = _milliseconds(time_limit)
    if not presolve:
        glpk.glp_adv_basis(held.problem, 0)
    return int(glpk.glp_simplex(held.problem, control))


def _branch_and_bound(held: GlpkProblem, time_limit: float | None) -> Answer:
    glpk = held.glpk
    control = glpk.glp_iocp()
    glpk.glp_init_iocp(control)
    control.presolve = glpk.GLP_ON
    control.msg_lev = glpk.GLP_MSG_OFF
    control.mip_gap = MIP_GAP
    control.tm_lim = _milliseconds(time_limit)
    code = glpk.glp_intopt(held.problem, control)
    if code == glpk.GLP_ENODFS:
        # the relaxation has no dual feasible point: it is unbounded, or has no point at all
        code = _simplex(held, time_limit, presolve=False)
        return Answer(*_verdict(glpk, code, glpk.glp_get_status(held.problem)))
    status, message = _verdict(glpk, code, glpk.glp_mip_status(held.problem))
    if status != "optimal":
        return Answer(status, message)
    count = glpk.glp_get_num_cols(held.problem)
    primal = _each(glpk.glp_mip_col_val, held.problem, count)
    return Answer(status, message, float(glpk.glp_mip_obj_val(held.problem)), primal)


def _with_values(held: GlpkProblem, status: Status, message: str) -> Answer:
    glpk, problem = held.glpk, held.problem
    rows, columns = glpk.glp_get_num_rows(problem), glpk.glp_get_num_cols(problem)
    return Answer(
        status,
        message,
        float(glpk.glp_get_obj_val(problem)),
        _each(glpk.glp_get_col_prim, problem, columns),
        _each(glpk.glp_get_row_dual, problem, rows),
        _each(glpk.glp_get_col_dual, problem, columns),
    )


def _verdict(glpk: ModuleType, code: int, status: int) -> tuple[Status, str]:
    """What a return code and a status together mean."""
    if code == glpk.GLP_ETMLIM:
        return "time_limit", "GLPK reached the time limit"
    if code == glpk.GLP_ENOPFS:
        return "infeasible", "GLPK: no primal feasible solution"
    if code:
        return "error", f"GLPK gave up with code {code}"
    known: dict[int, tuple[Status, str]] = {
        glpk.GLP_OPT: ("optimal", "GLPK: optimal"),
        glpk.GLP_NOFEAS: ("infeasible", "GLPK: no feasible solution"),
        glpk.GLP_UNBND: ("unbounded", "GLPK: unbounded"),
    }
    return known.get(status, ("error", f"GLPK ended with status {status}"))


def _round_integer_bounds(held: GlpkProblem) -> None:
    """GLPK wants whole bounds on integers; those between are the same."""
    glpk, problem = held.glpk, held.problem
    for column in range(1, glpk.glp_get_num_cols(problem) + 1):
        if glpk.glp_get_col_kind(problem, column) == glpk.GLP_CV:
            continue
        lower, upper = glpk.glp_get_col_lb(problem, column), glpk.glp_get_col_ub(problem, column)
        kind = glpk.glp_get_col_type(problem, column)
        low = float(math.ceil(lower)) if kind in (glpk.GLP_LO, glpk.GLP_DB, glpk.GLP_FX) else 0.0
        high = float(math.floor(upper)) if kind in (glpk.GLP_UP, glpk.GLP_DB, glpk.GLP_FX) else 0.0
        glpk.glp_set_col_bnds(problem, column, glpk.GLP_FX if kind == glpk.GLP_DB and low == high else kind, low, high)


def _milliseconds(time_limit: float | None) -> int:
    return _MAX_MILLISECONDS if time_limit is None else min(_MAX_MILLISECONDS, max(1, int(time_limit * 1000)))


def _each(value: Callable[[Any, int], float], problem: Any, count: int) -> Values:
    return np.fromiter((value(problem, place) for place in range(1, count + 1)), dtype=np.float64, count=count)
