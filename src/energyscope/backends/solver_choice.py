"""Which solver runs with which options: one reading of `solver=`, upstream's `solver_options` and `--option`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from energyscope.backends.base import OptionValue, backend_error
from energyscope.language.diagnostics import did_you_mean

logger = logging.getLogger(__name__)

DEFAULT_SOLVER = "highs"
_HIGHS_ALGORITHMS = frozenset({"simplex", "ipm", "ipx", "hipo", "pdlp"})
"""Values of its option `solver` that are taken for the name of one."""

_AMPL_OPTIONS = frozenset({"solver_msg", "show_stats", "times", "gentimes", "relax_integrality", "version"})
"""Options of the AMPL program itself that upstream's scripts set; no solver knows them."""
_ONLY_AMPL = frozenset({"presolve", "presolve_eps", "presolve_inteps", "presolve_fixeps", "substout", "log_file"})
"""Further ones, which with other backends are options of a solver, or mistakes."""


@dataclass(frozen=True)
class SolverChoice:
    """A solver, options by its own names, and a time limit in seconds.

    `named` says that the user named the solver; `settings` are options of AMPL itself, where that runs.
    """

    solver: str = DEFAULT_SOLVER
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    time_limit: float | None = None
    named: bool = False
    settings: Mapping[str, OptionValue] = field(default_factory=dict)


def choose_solver(solver: str | None, options: Mapping[str, OptionValue]) -> SolverChoice:
    """Split options into the name of a solver, its own options and a time limit.

    `options["solver"]` names the solver where it is the name of one and none is given otherwise; else it is an option
    of the solver (HiGHS has one of that name). Options of AMPL itself are left out with a warning.
    Raises BackendError for a time limit that is no number of seconds.
    """
    rest = dict(options)
    if solver is None and "solver" in rest and _is_solver(rest["solver"]):
        solver = str(rest.pop("solver"))
    for name in [name for name in rest if name in _AMPL_OPTIONS or name.endswith("_options")]:
        logger.warning("the option `%s` is one of AMPL; the solver does not get it", name)
        del rest[name]
    limit = _seconds(rest.pop("time_limit", None))
    return SolverChoice(solver or DEFAULT_SOLVER, rest, limit, named=solver is not None)


def _is_solver(name: OptionValue) -> bool:
    from linopy.solvers import SolverName  # linopy takes as long to import as a small model to translate

    return name in {str(each.value) for each in SolverName}


def choose_for_ampl(solver: str | None, options: Mapping[str, OptionValue]) -> SolverChoice:
    """As `choose_solver` for the backend `ampl`, which knows solvers of its own and takes options of AMPL itself.

    `options["solver"]` is the name of a solver, as with upstream. Raises BackendError for a time limit that is none.
    """
    rest = dict(options)
    in_options = rest.pop("solver", None)
    solver = solver or (None if in_options is None else str(in_options))
    of_ampl = _AMPL_OPTIONS | _ONLY_AMPL
    settings = {name: rest.pop(name) for name in options if name in of_ampl or name.endswith("_options")}
    limit = _seconds(rest.pop("time_limit", None))
    return SolverChoice(solver or DEFAULT_SOLVER, rest, limit, named=solver is not None, settings=settings)


def require_choice(choice: SolverChoice, backend: str) -> None:
    """Look before any work begins whether the backend takes this solver and these options.

    Options of solvers other than HiGHS and Gurobi, and all that AMPL is told, only show when they run.
    Raises BackendError for a solver that is not installed and an option that is refused.
    """
    if backend == "ampl":
        return
    if backend == "glpk" and not solves_matrix_of_glpk(choice):
        _require_plain(choice)
        return
    require_solver(choice.solver)
    if choice.solver == DEFAULT_SOLVER:
        import highspy

        from energyscope.backends import highs as highs_runs

        trial = highspy.Highs()
        trial.setOptionValue("log_to_console", False)
        highs_runs.set_options(trial, choice.options)
    else:
        from energyscope.backends.linopy_solvers import limited_options

        limited_options(choice.solver, choice.options, choice.time_limit)


def require_solver(name: str) -> None:
    """Raises BackendError for a solver that is not installed."""
    import linopy

    installed = sorted(linopy.available_solvers)
    if name not in installed:
        help = did_you_mean(name, installed) or f"installed are: {', '.join(installed)}"
        if name in _HIGHS_ALGORITHMS:
            in_python = f"`solver_options={{'solver': '{name}'}}`"
            help = f"it is an algorithm of HiGHS: say `--option solver={name}`, in Python {in_python}"
        raise backend_error("solver-unknown", f"the solver `{name}` is not installed", help)


def solves_matrix_of_glpk(choice: SolverChoice) -> bool:
    """Whether another solver than GLPK is named: the backend `glpk` then gives it the matrix that GLPK made."""
    return choice.named and choice.solver != "glpk"


def _require_plain(choice: SolverChoice) -> None:
    """GLPK takes a time limit alone."""
    if choice.options:
        message = f"the backend `glpk` has no option `{next(iter(choice.options))}`"
        help = "it takes time_limit alone; with --solver highs its matrix is solved by HiGHS, which has options"
        raise backend_error("solver-option", message, help)


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
