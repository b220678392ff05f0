"""Which solver runs with which options: one reading of `solver=`, upstream's `solver_options` and `--option`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import linopy
from linopy.solvers import SolverName

from energyscope.backends import highs as highs_runs
from energyscope.backends.base import OptionValue, backend_error
from energyscope.backends.linopy_solvers import limited_options
from energyscope.language.diagnostics import did_you_mean

logger = logging.getLogger(__name__)

DEFAULT_SOLVER = "highs"
_HIGHS_ALGORITHMS = frozenset({"simplex", "ipm", "ipx", "hipo", "pdlp"})
"""Values of its option `solver` that are taken for the name of one."""

_AMPL_OPTIONS = frozenset({"solver_msg", "show_stats", "times", "gentimes", "relax_integrality", "version"})
"""Options of the AMPL program itself that upstream's scripts set; no solver knows them."""


@dataclass(frozen=True)
class SolverChoice:
    """A solver, options by its own names, and a time limit in seconds."""

    solver: str = DEFAULT_SOLVER
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    time_limit: float | None = None


def choose_solver(solver: str | None, options: Mapping[str, OptionValue]) -> SolverChoice:
    """Split options into the name of a solver, its own options and a time limit.

    `options["solver"]` names the solver where it is the name of one and none is given otherwise; else it is an option
    of the solver (HiGHS has one of that name). Options of AMPL itself are left out with a warning.
    Raises BackendError for a time limit that is no number of seconds.
    """
    rest = dict(options)
    known = {str(name.value) for name in SolverName}
    if solver is None and rest.get("solver") in known:
        solver = str(rest.pop("solver"))
    for name in [name for name in rest if name in _AMPL_OPTIONS or name.endswith("_options")]:
        logger.warning("the option `%s` is one of AMPL; the solver does not get it", name)
        del rest[name]
    return SolverChoice(solver or DEFAULT_SOLVER, rest, _seconds(rest.pop("time_limit", None)))


def require_choice(choice: SolverChoice, backend: str) -> None:
    """Look before any work begins whether the backend takes this solver and these options.

    Options of solvers other than HiGHS and Gurobi, and all that AMPL is told, only show when they run.
    Raises BackendError for a solver that is not installed and an option that is refused.
    """
    if backend == "ampl":
        return
    if backend == "glpk":
        _require_plain(choice)
        return
    require_solver(choice.solver)
    if choice.solver == DEFAULT_SOLVER:
        trial = highspy.Highs()
        trial.setOptionValue("log_to_console", False)
        highs_runs.set_options(trial, choice.options)
    else:
        limited_options(choice.solver, choice.options, choice.time_limit)


def require_solver(name: str) -> None:
    """Raises BackendError for a solver that is not installed."""
    installed = sorted(linopy.available_solvers)
    if name not in installed:
        help = did_you_mean(name, installed) or f"installed are: {', '.join(installed)}"
        if name in _HIGHS_ALGORITHMS:
            in_python = f"`solver_options={{'solver': '{name}'}}`"
            help = f"it is an algorithm of HiGHS: say `--option solver={name}`, in Python {in_python}"
        raise backend_error("solver-unknown", f"the solver `{name}` is not installed", help)


def _require_plain(choice: SolverChoice) -> None:
    """GLPK, reading the text, is its own solver and takes a time limit alone."""
    if choice.solver not in (DEFAULT_SOLVER, "glpk"):
        help = f"say --backend linopy to solve with {choice.solver}"
        raise backend_error("solver-unknown", f"the backend `glpk` solves with GLPK, not with `{choice.solver}`", help)
    if choice.options:
        message = f"the backend `glpk` has no option `{next(iter(choice.options))}`"
        raise backend_error("solver-option", message, "it takes time_limit alone")


def _seconds(limit: OptionValue | None) -> float | None:
    if limit is None:
        return None
    try:
        seconds = float(limit)
    except ValueError:
        seconds = -1.0
    if not seconds > 0:
        raise backend_error("solver-option", f"`time_limit` is {limit!r}, must be a number of seconds above 0")
    return seconds
