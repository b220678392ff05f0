"""The class `Energyscope`: a model with its data, ready to be translated, solved and exported."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from energyscope import models
from energyscope.arguments import no_objective, require_arguments, require_backend, require_objective
from energyscope.backends import export
from energyscope.backends.ampl_backend import AmplBackend, AmplModel
from energyscope.backends.ampl_edits import AmplEdits, AsRead
from energyscope.backends.base import OptionValue, ProgressCallback, SolveOptions, backend_error
from energyscope.backends.glpk_backend import GlpkBackend
from energyscope.backends.mathprog import mathprog
from energyscope.backends.robust.steps import require_mode
from energyscope.backends.solver_choice import SolverChoice, choose_for_ampl, choose_solver, require_choice
from energyscope.backends.versions import versions
from energyscope.language.diagnostics import Diagnostic
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.overlays import Dataset, laid_over
from energyscope.models import Model
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.stages import Built, Made, Native, Stages
from energyscope.translate.commands.load import load
from energyscope.translate.translation import Translation, check_data, translate

if TYPE_CHECKING:
    import linopy

    from energyscope.result import Result

# linopy, pandas and the solvers are imported where they are needed: what is only translated starts in half the time
logger = logging.getLogger(__name__)

Parser = Callable[[Program, Solution, ModelData, int], "Result"]


class Energyscope:
    """A model that can be run.

    `solver_options` go to the solver by its own names; an entry `solver` may name the solver itself, as upstream's
    scripts do, and `time_limit` is in seconds with every solver. `license_uuid` and `modules` are for the backend
    `ampl` alone. `progress` is called with a `Progress` as the work goes on. Without `reductions` the solver gets the
    program row by row as it is written. `minimize` or `maximize` is an expression in names of the text that takes the
    place of its objectives. With `relax` integers are continuous. `robust` says what is done
    with an answer that does not hold: `off`, `auto` or `always` (see docs/solving.md).

    Raises BackendError for a backend that is not there, or that the model has no formulation for, and ModelError for
    a `model` that is none.
    """

    def __init__(
        self,
        model: Model = models.core,
        solver_options: Mapping[str, OptionValue] | None = None,
        license_uuid: str | None = None,
        modules: Sequence[str] | None = None,
        *,
        backend: str = "linopy",
        solver: str | None = None,
        progress: ProgressCallback | None = None,
        reductions: bool = True,
        robust: str = "auto",
        minimize: str | None = None,
        maximize: str | None = None,
        relax: bool = False,
    ) -> None:
        require_arguments(model, solver_options, progress)
        model = models.aimed(model, minimize, maximize)
        require_backend(backend, model)
        if backend != "ampl" and (license_uuid is not None or modules):
            logger.warning("license_uuid and modules are used by the backend `ampl` only; `%s` ignores them", backend)
        self.model = model
        self.backend = backend
        choose = choose_for_ampl if backend == "ampl" else choose_solver
        self.choice: SolverChoice = choose(solver, solver_options or {})
        self._ampl = AmplBackend(license_uuid, tuple(modules or ()), self.choice.settings)
        self._as_read: AsRead | None = None
        self.reductions = reductions
        require_mode(robust)
        self.robust = robust
        self.relax = relax
        self._stages = Stages(progress)
        self._last: Made | None = None
        self._last_native: Native | None = None
        self._built: Built | None = None
        self._capacities: tuple[str, ...] = ()

    @cached_property
    def text(self) -> ModelText:
        """The files, parsed and resolved. Raises ModelError with all mistakes in them."""
        text: ModelText = self._stages.run("read", self.model.read)
        return text

    @cached_property
    def data(self) -> ModelData:
        """Sets and parameters, given and derived; edits (`data["f_max"]["PV"] = 30`) count from the next `calc` on."""
        if self.model.given is not None:
            return self.model.given.copy()
        text = self.text
        data: ModelData = self._stages.run("data", lambda: load(text, self.model.imports))
        self._as_read = AsRead.of(data)
        return data

    @property
    def timings(self) -> dict[str, float]:
        """Seconds of the stages run so far."""
        return self._stages.seconds

    @property
    def native(self) -> bool:
        """Does the backend take the formulation in Python, and not the text?"""
        return self.backend == "linopy:native" or (self.backend == "linopy" and self.model.build is not None)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was noticed in text and data, and by the translation where there was one."""
        if self._last is not None:
            return self._last.translation.warnings
        return (*self.text.warnings, *self.data.warnings)

    def translate(self, objective: str | None = None) -> Translation:
        """The linear program of text and data; made anew only after an edit or for another objective.

        Raises ModelError where text and data do not give one.
        """
        return self._translated(self.data, objective)

    def program(self, objective: str | None = None) -> Program:
        """The linear program that the solver is to get: of the model from `build()`, else of formulation or text.

        Raises ModelError where model and data do not give one.
        """
        return self._program(self.data, objective)

    def build(self, objective: str | None = None) -> linopy.Model:
        """A linopy model of the data as they are, to which constraints can be added, or of which some can be removed.

        From here on `solve` and `calc` use this model as it then is, until `build` is called again.
        Raises ModelError for data that do not fit.
        """
        if self.native:
            require_objective(self.model, objective or self.data.objective)
            self._built = Built(self._formulated(self.data), self.data.version, {}, self.model.objective)
        else:
            program = self.translate(objective).program
            tuples = {f"{name}_index": block.index for name, block in program.variables.items()}
            tuples |= {f"{name}_index": block.index for name, block in program.constraints.items()}
            name = program.objective.name if program.objective is not None else self.model.objective
            from energyscope.backends.linopy_model import to_linopy

            self._built = Built(to_linopy(program), self.data.version, tuples, name)
        return self._built.model

    def solve(self, objective: str | None = None) -> Solution:
        """The answer of the solver as it is, optimal or not.

        Raises BackendError for a solver that is not there or an option it refuses, before anything is built.
        """
        require_choice(self.choice, self.backend)
        return self._solved(self._program(self.data, objective), self.data, objective)

    def calc(
        self,
        ds: Dataset | ModelData | Mapping[str, object] | None = None,
        parser: Parser | None = None,
        *,
        objective: str | None = None,
    ) -> Result:
        """Run the model and read the result.

        `ds` is laid over the data for this run: ModelData, a mapping from names to new values as `data.let` takes it,
        where a blank (NaN) is an error, or tables as upstream's `Dataset` has them, where a blank says that nothing is
        given. `parser`, else `parse_result`, makes the result from program, solution, data and number of the run.

        Raises ModelError for mistakes in the model; InfeasibleError, UnboundedError, TimeLimitError or SolverError when
        there is no optimum.
        """
        if ds is not None and self._built is not None:
            help = "call `data.let(...)`, then `build()`, and change that model again"
            raise backend_error("built-model", "data for one run would make anew the model that `build()` gave", help)
        from energyscope.result import parse_result

        require_choice(self.choice, self.backend)
        data = self.data if ds is None else laid_over(self.data, ds)
        program = self._program(data, objective)
        return self.signed((parser or parse_result)(program, self._solved(program, data, objective), data, 0))

    def signed(self, result: Result) -> Result:
        """The result with the name of the model, the backend and the versions in its stats; others are left alone."""
        from energyscope.result import Result

        if not isinstance(result, Result):
            return result
        return result.noted(model=self.model.name, backend=self.backend, versions=versions())

    def _translated(self, data: ModelData, objective: str | None) -> Translation:
        last = self._last
        if last is None or (last.data, last.version, last.objective) != (data, data.version, objective):
            if not self.model.has_text:
                message = f"the model `{self.model.name}` has no text to translate"
                raise backend_error("no-text", message, 'use backend="linopy:native"')
            self._check(data)
            made: Translation = self._stages.run("translate", lambda: translate(self.text, data, objective))
            made = replace(made, program=self._as_asked(made.program))
            last = self._last = Made(data, data.version, objective, made)
        return last.translation

    def _program(self, data: ModelData, objective: str | None) -> Program:
        if self._built is not None:
            return self._program_of_built(self._built, data, objective)
        if not self.native:
            return self._translated(data, objective).program
        require_objective(self.model, objective or data.objective)
        last = self._last_native
        if last is None or (last.data, last.version) != (data, data.version):
            model = self._formulated(data)
            name = self.model.objective
            from energyscope.backends.linopy_program import program_of

            program = self._stages.run("convert", lambda: program_of(model, data.symbols, objective=name))
            last = self._last_native = Native(data, data.version, self._as_asked(program))
        return last.program

    def _program_of_built(self, built: Built, data: ModelData, objective: str | None) -> Program:
        if built.version != data.version:
            message = "the data were edited after `build()`: its model does not know of it"
            raise backend_error("built-model", message, "call `build()` again, and change that model")
        if objective not in (None, built.objective):
            help = f"call `build({objective!r})`"
            raise backend_error("built-model", f"the model of `build()` has the objective `{built.objective}`", help)
        from energyscope.backends.linopy_program import program_of

        program: Program = self._stages.run(
            "convert",
            lambda: program_of(built.model, data.symbols, tuples=built.tuples, objective=built.objective),
        )
        return self._as_asked(program)

    def _as_asked(self, program: Program) -> Program:
        return program.relaxation() if self.relax else program

    def _formulated(self, data: ModelData) -> linopy.Model:
        """The linopy model of the formulation in Python."""
        build = self.model.build
        assert build is not None, "a backend without formulation was refused"
        if any(len(fixed.values) for fixed in data.fixed.values()):
            message = "variables are fixed: the formulation in Python does not know of that"
            raise backend_error("fixed-variables", message, 'say backend="linopy:text", or set bounds on `build()`')
        self._check(data)
        if self.model.has_text:
            check_data(self.text, data)
        from energyscope.backends.linopy_build import formulated

        model: linopy.Model = self._stages.run("build", lambda: formulated(build, data, self.model.name))
        return model

    def _check(self, data: ModelData) -> None:
        if self.model.check is not None:
            self.model.check(data)

    def _solved(self, program: Program, data: ModelData, objective: str | None) -> Solution:
        if self._built is not None and self.backend in ("glpk", "ampl"):
            message = f"`{self.backend}` solves the text, and knows nothing of the model that `build()` gave"
            raise backend_error("built-model", message, 'say backend="linopy", or change the text')
        named = self.choice.solver if self.choice.named else None
        options = SolveOptions(
            named,
            self.choice.options,
            self.choice.time_limit,
            self._stages.progress,
            self.relax,
            self.reductions,
            self.robust,
        )
        if self.backend == "glpk":
            solution = GlpkBackend().solve(self._translated(data, objective), options)
        elif self.backend == "ampl":
            edits = None if self._as_read is None else AmplEdits(self._as_read, data)
            solution = self._ampl.solve(AmplModel(self.model.files, program, edits, self._goal_statement()), options)
        else:
            from energyscope.backends import linopy_backend

            solution = linopy_backend.solve(
                program,
                solver=self.choice.solver,
                options=self.choice.options,
                time_limit=self.choice.time_limit,
                progress=self._stages.progress,
                reductions=self.reductions,
                robust=self.robust,
                likely=self._capacities,
            )
            self._capacities = solution.capacities or self._capacities
        notes = no_objective(program) if self.native or self._built is not None else ()
        return replace(
            solution,
            timings={**self.timings, **solution.timings},
            diagnostics=(*notes, *solution.diagnostics),
        )

    def _goal_statement(self) -> str:
        """The objective of `minimize` or `maximize` for a reader of the files, which do not have it."""
        goal, choice = self.model.goal, self.text.objective_choice
        return "" if goal is None or choice is None else f"{goal.sense} {choice.name}: {goal.expression};"

    def to_linopy(self, objective: str | None = None) -> linopy.Model:
        """The program as a linopy model that this object knows nothing of, to be solved with linopy itself."""
        if self.native and self._built is None and not self.relax:
            require_objective(self.model, objective or self.data.objective)
            return self._formulated(self.data)
        from energyscope.backends.linopy_model import to_linopy

        return to_linopy(self.program(objective))

    def export_lp(self, path: str | Path) -> None:
        """Write the program in LP format."""
        export.write_lp(self.program(), path)

    def export_mps(self, path: str | Path) -> None:
        """Write the program in free MPS format."""
        export.write_mps(self.program(), path)

    def export_mathprog(self, path: str | Path, data: str | Path | None = None) -> None:
        """Write text and data in MathProg for GLPK, as one file or as a pair. Raises ModelError `export`."""
        mathprog(self.translate()).write(path, data)

    def export_netcdf(self, path: str | Path) -> None:
        """Write the program as linopy's NetCDF."""
        export.write_netcdf(self.program(), path)

    def __repr__(self) -> str:
        return f"Energyscope({self.model!r}, backend={self.backend!r}, solver={self.choice.solver!r})"

    def _repr_html_(self) -> str:
        """What the model holds, for a notebook."""
        import pandas as pd

        text = self.text
        kinds = ("sets", "parameters", "variables", "objectives", "constraints")
        table = pd.DataFrame(
            [
                {"kind": kind, "count": len(getattr(text, kind)), "names": ", ".join(getattr(text, kind))}
                for kind in kinds
            ]
        )
        return self.model._repr_html_() + str(table.to_html(index=False))
