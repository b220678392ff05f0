"""The class `Energyscope`: a model with its data, ready to be translated, solved and exported."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from energyscope import models
from energyscope.backends import linopy_backend
from energyscope.backends.base import OptionValue, Progress, ProgressCallback, backend_error
from energyscope.backends.solver_choice import SolverChoice, choose_solver
from energyscope.language.diagnostics import did_you_mean
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.model_data import ModelData
from energyscope.models import Model
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.result import Result, parse_result
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.translation import Translation, translate

if TYPE_CHECKING:
    import linopy

logger = logging.getLogger(__name__)

BACKENDS = ("linopy", "ampl", "glpk")
"""Names of backends; so far `linopy` is there."""

Parser = Callable[[Program, Solution, ModelData, int], Result]


class Dataset(Protocol):
    """Data in upstream's shape: tables with the members of a set as index and a column for each parameter."""

    technologies: pd.DataFrame
    demands: pd.DataFrame
    resources: pd.DataFrame


@dataclass
class _Stages:
    """Seconds of each stage, and who is told about them."""

    progress: ProgressCallback | None
    begun: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def tell(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(Progress(stage, time.monotonic() - self.begun))

    def run(self, stage: str, work: Callable[[], Any]) -> Any:
        self.tell(stage)
        start = time.monotonic()
        answer = work()
        self.seconds[stage] = time.monotonic() - start
        logger.info("%s: %.2f s", stage, self.seconds[stage])
        return answer


@dataclass(frozen=True, eq=False)
class _Made:
    """The last translation, and of what."""

    data: ModelData
    version: int
    objective: str | None
    translation: Translation


class Energyscope:
    """A model that can be run.

    `solver_options` go to the solver by its own names; an entry `solver` may name the solver itself, as upstream's
    scripts do, and `time_limit` is in seconds with every solver. `license_uuid` and `modules` are for the backend
    `ampl` alone. `progress` is called with a `Progress` as the work goes on. Without `reductions` the solver gets the
    program row by row as it is written.

    Raises BackendError for a backend that is not there.
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
    ) -> None:
        _require_backend(backend)
        if license_uuid is not None or modules:
            logger.warning("license_uuid and modules are used by the backend `ampl` only; `%s` ignores them", backend)
        self.model = model
        self.backend = backend
        self.choice: SolverChoice = choose_solver(solver, solver_options or {})
        self.reductions = reductions
        self._stages = _Stages(progress)
        self._last: _Made | None = None

    @cached_property
    def text(self) -> ModelText:
        """The files, parsed and resolved. Raises ModelError with all mistakes in them."""
        text: ModelText = self._stages.run("read", self.model.read)
        return text

    @cached_property
    def data(self) -> ModelData:
        """Sets and parameters, given and derived; edits (`data["f_max"]["PV"] = 30`) count from the next `calc` on."""
        text = self.text
        data: ModelData = self._stages.run("data", lambda: ModelData.from_text(text))
        data.evaluator = Evaluator(text, data)
        return data

    @property
    def timings(self) -> dict[str, float]:
        """Seconds of the stages run so far."""
        return self._stages.seconds

    def translate(self, objective: str | None = None) -> Translation:
        """The linear program of text and data; made anew only after an edit or for another objective.

        Raises ModelError where text and data do not give one.
        """
        return self._translated(self.data, objective)

    def solve(self, objective: str | None = None) -> Solution:
        """The answer of the solver as it is, optimal or not."""
        return self._solved(self.data, objective)

    def calc(
        self,
        ds: Dataset | Mapping[str, object] | None = None,
        parser: Parser = parse_result,
        *,
        objective: str | None = None,
    ) -> Result:
        """Run the model and read the result.

        `ds` is laid over the data for this run: tables as upstream's Dataset has them, or a mapping from names of sets
        and parameters to new values. `parser` makes the result from program, solution, data and number of the run.

        Raises ModelError for mistakes in the model; InfeasibleError, UnboundedError, TimeLimitError or SolverError when
        there is no optimum.
        """
        data = self.data if ds is None else _laid_over(self.data, ds)
        solution = self._solved(data, objective)
        return parser(self._translated(data, objective).program, solution, data, 0)

    def _translated(self, data: ModelData, objective: str | None) -> Translation:
        last = self._last
        if last is None or (last.data, last.version, last.objective) != (data, data.version, objective):
            made: Translation = self._stages.run("translate", lambda: translate(self.text, data, objective))
            last = self._last = _Made(data, data.version, objective, made)
        return last.translation

    def _solved(self, data: ModelData, objective: str | None) -> Solution:
        solution = linopy_backend.solve(
            self._translated(data, objective).program,
            solver=self.choice.solver,
            options=self.choice.options,
            time_limit=self.choice.time_limit,
            progress=self._stages.progress,
            reductions=self.reductions,
        )
        return replace(solution, timings={**self.timings, **solution.timings})

    def to_linopy(self, objective: str | None = None) -> linopy.Model:
        """The program as a linopy model, to be extended or solved with linopy itself."""
        return linopy_backend.to_linopy(self.translate(objective).program)

    def export_lp(self, path: str | Path) -> None:
        """Write the program in LP format."""
        linopy_backend.write_lp(self.translate().program, path)

    def export_mps(self, path: str | Path) -> None:
        """Write the program in free MPS format."""
        linopy_backend.write_mps(self.translate().program, path)

    def export_netcdf(self, path: str | Path) -> None:
        """Write the program as linopy's NetCDF."""
        linopy_backend.write_netcdf(self.translate().program, path)

    def __repr__(self) -> str:
        return f"Energyscope({self.model!r}, backend={self.backend!r}, solver={self.choice.solver!r})"

    def _repr_html_(self) -> str:
        """What the model holds, for a notebook."""
        text = self.text
        kinds = ("sets", "parameters", "variables", "objectives", "constraints")
        table = pd.DataFrame(
            [
                {"kind": kind, "count": len(getattr(text, kind)), "names": ", ".join(getattr(text, kind))}
                for kind in kinds
            ]
        )
        return self.model._repr_html_() + str(table.to_html(index=False))


def _laid_over(data: ModelData, ds: Dataset | Mapping[str, object]) -> ModelData:
    """A copy of the data with new values for some items."""
    values = ds if isinstance(ds, Mapping) else _columns(ds)
    copy = data.copy()
    copy.let(values)
    return copy


def _columns(ds: Dataset) -> dict[str, object]:
    """The columns of upstream's tables, which are named like the parameters they give."""
    frames = (ds.technologies, ds.demands, ds.resources)
    return {str(column): frame[column] for frame in frames for column in frame.columns}


def _require_backend(name: str) -> None:
    if name == "linopy":
        return
    if name in BACKENDS:
        help = 'leave it out, or say backend="linopy": it translates the same text and solves it with HiGHS'
        raise backend_error("backend-unavailable", f"backend `{name}` is not available yet", help)
    help_ = did_you_mean(name, BACKENDS) or f"there are {', '.join(BACKENDS)}"
    raise backend_error("backend-unknown", f"there is no backend `{name}`", help_)
