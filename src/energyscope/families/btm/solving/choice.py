"""Whether the solver that a run names is there, and takes the options: looked at before any work, and by validate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from energyscope.backends.base import BackendError, OptionValue
from energyscope.backends.solver_choice import DEFAULT_SOLVER, SolverChoice, require_choice
from energyscope.families.btm.config.clashes import Spot
from energyscope.families.btm.config.places import FieldPath
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.refusals import BtmError, problem
from energyscope.language.diagnostics import Diagnostic

TOUCHING_FILES: Mapping[str, frozenset[str]] = {
    "highs": frozenset(
        {
            "log_file",
            "log_to_console",
            "mip_improving_solution_file",
            "read_basis_file",
            "read_solution_file",
            "solution_file",
            "write_basis_file",
            "write_iis_model_file",
            "write_model_file",
            "write_model_to_file",
            "write_presolved_model_file",
            "write_presolved_model_to_file",
            "write_solution_to_file",
        }
    ),
    "gurobi": frozenset({"LogFile", "LogToConsole", "NodefileDir", "ResultFile", "SolFiles"}),
    "glpk": frozenset({"log", "output", "ranges", "write", "wlp", "wmps", "wfreemps", "wglp", "ini"}),
}
"""Options by which a solver reads or writes files, or prints: a bundle comes from other people, and the engine touches
no file."""


def require_solver_choice(run: RunConfig) -> None:
    """Raises BackendError for a solver that is not installed, or an option it does not take.

    Raises BtmError BTM103 for options by which it would touch files.
    """
    if wrong := list(_touching_files(run)):
        raise BtmError(wrong)
    require_choice(_choice(run, run.solver.options, run.solver.time_limit_s), run.backend)


def wrong_solver_choice(run: RunConfig) -> Iterator[Diagnostic]:
    """BTM103 at the name of the solver, else at every option that it does not take.

    The default without options is not looked at: it needs no solver to be imported.
    """
    if run.solver.name == DEFAULT_SOLVER and not run.solver.options:
        return
    if wrong := list(_refusals(run, ("name",), {}, None)):
        yield from wrong
        return
    yield from _refusals(run, ("time_limit_s",), {}, run.solver.time_limit_s)
    yield from _touching_files(run)
    for name, value in run.solver.options.items():
        yield from _refusals(run, ("options", name), {name: value}, None)


def _touching_files(run: RunConfig) -> Iterator[Diagnostic]:
    """BTM103 at every option by which the solver would read or write a file, or print."""
    touching = TOUCHING_FILES.get(run.solver.name, frozenset())
    for name in run.solver.options:
        if name in touching:
            spot = Spot(run, ("solver", "options", name))
            expected = "an option that neither prints nor touches files is expected"
            yield problem("BTM103", f"{spot}; {expected}", "leave it out: solve_stats.json has the figures", spot.span)


def _refusals(
    run: RunConfig, field: FieldPath, options: dict[str, OptionValue], time_limit_s: float | None
) -> Iterator[Diagnostic]:
    """BTM103 at a field of `solver` for what the backend says of a part of the choice."""
    try:
        require_choice(_choice(run, options, time_limit_s), run.backend)
    except BackendError as failure:
        span = Spot(run, ("solver", *field)).span
        place = "run_config.yaml: " if span is None else ""
        for each in failure.diagnostics:
            yield problem("BTM103", place + each.message, each.help, span)


def _choice(run: RunConfig, options: dict[str, OptionValue], time_limit_s: float | None) -> SolverChoice:
    own = run.backend == "glpk" and run.solver.name == DEFAULT_SOLVER
    return SolverChoice(run.solver.name, options, time_limit_s, named=not own)
