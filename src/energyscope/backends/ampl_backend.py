"""The backend that runs AMPL itself, through amplpy: the files of a model as they are, and edits of the data on top.

AMPL is not free software: it needs an installation and a licence of its own, which this package cannot bring along.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.backends.ampl_edits import AmplEdits
from energyscope.backends.base import Availability, OptionValue, Progress, SolveOptions, backend_error
from energyscope.backends.policy import finish, nearest_to_zero
from energyscope.language.modeltext import FileMode
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock
from energyscope.program.solution import Solution, Status

if TYPE_CHECKING:
    import pandas as pd

_INSTALL = (
    "pip install 'energyscope-linopy[ampl]'; python -m amplpy.modules install highs; "
    "python -m amplpy.modules activate <license-uuid> (a community licence is free: https://ampl.com/ce)"
)
FOLDER, LICENSE = "AMPL_PATH", "AMPL_UUID"
"""Variables of the environment that name the folder of an AMPL installed otherwise, and a licence to be activated."""
_STATUS: Mapping[str, Status] = {
    "solved": "optimal",
    "infeasible": "infeasible",
    "unbounded": "unbounded",
    "limit": "time_limit",
}
"""AMPL's `solve_result`; anything else is an error."""
_TIME_LIMIT = {"cplex": "time", "xpress": "maxtime"}
"""What AMPL's drivers call a limit in seconds, where it is not `timelim`."""


@dataclass(frozen=True)
class AmplModel:
    """What AMPL is given, and the program of ours whose rows and columns its answer is read into.

    `edits` are those of the data since the files were read; `goal` is a statement to be read behind the files.
    """

    files: Sequence[tuple[FileMode, Path]]
    program: Program
    edits: AmplEdits | None = None
    goal: str = ""


@dataclass(frozen=True)
class AmplBackend:
    """Runs AMPL on the files of a model.

    `license_uuid` (else `AMPL_UUID` of the environment) is activated and `modules` are loaded by amplpy, which installs
    those that are missing. `settings` are options of AMPL itself, by its names. `AMPL_PATH` of the environment names
    the folder of an AMPL that is not one of amplpy's modules.
    """

    license_uuid: str | None = None
    modules: Sequence[str] = ()
    settings: Mapping[str, OptionValue] = field(default_factory=dict)
    name: str = "ampl"

    def availability(self) -> Availability:
        """Whether amplpy and AMPL are there, or are to be installed; the licence shows only when AMPL runs."""
        if importlib.util.find_spec("amplpy") is None:
            return Availability(False, f"the package amplpy is missing: {_INSTALL}")
        here = shutil.which("ampl") or importlib.util.find_spec("ampl_module_base") or _folder() or self.modules
        return (
            Availability(True) if here else Availability(False, f"amplpy is there, but AMPL itself is not: {_INSTALL}")
        )

    def solve(self, problem: AmplModel, options: SolveOptions) -> Solution:
        """Let AMPL read the files and solve them. Raises BackendError when AMPL is missing or refuses them."""
        available = self.availability()
        if not available.ok:
            raise backend_error("backend-unavailable", "AMPL is not installed", available.reason)
        if options.progress is not None:
            options.progress(Progress("AMPL", 0.0))
        start = time.monotonic()
        try:
            solution = self._run(problem, options)
        except (RuntimeError, TypeError, ValueError) as failure:
            # what amplpy raises for messages of AMPL
            said = next((line for line in str(failure).splitlines() if line.strip()), type(failure).__name__)
            raise backend_error("ampl", f"AMPL refuses the model: {said}", "run `ampl` on the same files") from failure
        return replace(finish(problem.program, solution), timings={"solve": time.monotonic() - start})

    def _run(self, problem: AmplModel, options: SolveOptions) -> Solution:
        ampl = self._started()
        try:
            for mode, path in problem.files:
                (ampl.read if mode == "mod" else ampl.read_data)(str(path))
            if problem.goal:
                ampl.eval(problem.goal)
            if problem.edits is not None:
                problem.edits.carry_out(ampl)
            for name, value in self.settings.items():
                ampl.set_option(name, value)
            if options.relax:
                ampl.set_option("relax_integrality", 1)
            solver = options.solver or "highs"
            objective = problem.program.objective
            chosen = "" if objective is None else objective.name
            ampl.solve(chosen, solver, verbose=False, **_words(solver, options, self.settings))
            return _solution(ampl, problem.program, solver)
        finally:
            ampl.close()

    def _started(self) -> Any:
        """AMPL with its modules and licence."""
        import amplpy

        known = set(amplpy.modules.installed())
        missing = [module for module in self.modules if module not in known]
        if missing:
            amplpy.modules.install(missing)
        if self.modules:
            amplpy.modules.load(list(self.modules))
        license_uuid = self.license_uuid or os.environ.get(LICENSE)
        if license_uuid:
            amplpy.modules.activate(license_uuid)
        folder = _folder()
        return amplpy.AMPL(amplpy.Environment(str(folder))) if folder else amplpy.AMPL()


def _folder() -> Path | None:
    """The folder of an AMPL that the environment names, if it is there."""
    named = os.environ.get(FOLDER)
    return Path(named) if named and Path(named).is_dir() else None


def _words(solver: str, options: SolveOptions, settings: Mapping[str, OptionValue]) -> dict[str, str]:
    """Options as AMPL's drivers take them, `key=value` in one string, behind those that a setting gives as a whole."""
    given = dict(options.options)
    if options.time_limit is not None:
        given[_TIME_LIMIT.get(solver, "timelim")] = options.time_limit
    if not given:
        return {}
    name = f"{solver}_options"
    words = [str(settings[name])] if name in settings else []
    return {name: " ".join([*words, *(f"{option}={value}" for option, value in given.items())])}


def _solution(ampl: Any, program: Program, solver: str) -> Solution:
    said = str(ampl.solve_result)
    status = _STATUS.get(said, "error")
    answer = Solution(status, f"AMPL: {said}", f"ampl+{solver}", str(ampl.get_value("_version")))
    if status != "optimal":
        return answer
    primal, dual = np.zeros(program.n_columns), np.zeros(program.n_rows)
    for variable in program.variables.values():
        primal[variable.columns] = _values(ampl.get_variable(variable.name), program.symbols, variable)
    for constraint in program.constraints.values():
        dual[constraint.rows] = _values(ampl.get_constraint(constraint.name), program.symbols, constraint)
    value = None if program.objective is None else float(ampl.get_objective(program.objective.name).value())
    return replace(answer, objective=value, primal=nearest_to_zero(program, primal), dual=dual)


def _values(entity: Any, symbols: Symbols, block: VariableBlock | ConstraintBlock) -> Values:
    """AMPL's values in order of a block; 0 where AMPL has none, as for rows it dropped."""
    return values_in_order(entity.get_values().to_pandas(), symbols, block.index)


def values_in_order(frame: pd.DataFrame, symbols: Symbols, index: Index) -> Values:
    """The last column of a table by subscripts, in order of an index."""
    numbers = frame.iloc[:, -1].to_numpy(dtype=np.float64)
    if not index.columns:
        return numbers[: len(index)]
    subscripts = frame.index.to_frame(index=False)
    places = index.positions([_codes(symbols, subscripts.iloc[:, place]) for place in range(index.dimension)])
    values = np.zeros(len(index))
    values[places[places >= 0]] = numbers[places >= 0]
    return values


def _codes(symbols: Symbols, members: pd.Series) -> Codes:
    """The codes of members, each looked up once."""
    import pandas as pd

    places, distinct = pd.factorize(members)
    return symbols.codes([member if isinstance(member, str) else float(member) for member in distinct])[places]
