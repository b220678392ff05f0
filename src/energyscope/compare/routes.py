"""The routes of a comparison, run one after another: each from the model to a program and an answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from energyscope.arguments import BACKENDS
from energyscope.backends.ampl_backend import AmplBackend
from energyscope.backends.base import BackendError, Progress, ProgressCallback
from energyscope.backends.glpk_backend import GLPK_ROWS, GlpkBackend, read
from energyscope.backends.mathprog import mathprog
from energyscope.compare.report import RouteReport
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.models import Model
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

ROUTES = tuple(name for name in BACKENDS if name != "linopy")
"""What can be compared; `linopy` alone is one of the two behind it."""
EVIDENCE = {
    "linopy:native": "the answer of a formulation in Python, written apart from the text",
    "linopy:text": "the answer to the text in our translation",
    "glpk": "the rows that GLPK makes of the text by itself, and the answer of its own simplex method",
    "ampl": "the answer of AMPL with its own translation of the text",
}
"""What each route shows that the others do not."""
READERS: Mapping[str, GlpkBackend | AmplBackend] = {"glpk": GlpkBackend(), "ampl": AmplBackend()}
"""Routes that may not be installed."""
GLPK_SECONDS = 300.0
"""GLPK's own search ends here, ten times what it needs for core_small: with integers it may not end at all."""
NOT_HERE = frozenset(("backend-unavailable", "no-formulation", "no-text"))
"""Codes of errors that say a route is not there, not that it went wrong."""


@dataclass(frozen=True, eq=False)
class Route:
    """What one route came to; without a program, `reason` says why, and `failed` whether that is a fault.

    With a program and no solution the route stands for its matrix alone.
    """

    name: str
    program: Program | None = None
    solution: Solution | None = None
    reason: str = ""
    failed: bool = False
    strays: tuple[str, ...] = ()
    seconds: float | None = None

    def report(self) -> RouteReport:
        """The figures of the route by itself."""
        evidence = "none" if self.program is None else "matrix" if self.solution is None else "answer"
        seconds = None if self.seconds is None else round(self.seconds, 3)
        report = RouteReport(self.name, evidence, self.reason, seconds=seconds)
        if self.program is not None:
            sizes = self.program.sizes
            report = replace(report, rows=sizes["rows"], columns=sizes["columns"], nonzeros=sizes["nonzeros"])
        if self.solution is not None:
            named = f"{self.solution.solver} {self.solution.version}".strip()
            report = replace(report, solver=named, status=self.solution.status, objective=self.solution.objective)
        return report


@dataclass
class Runner:
    """Runs routes of one model; the text is translated once for all that need it."""

    model: Model
    data: Mapping[str, object] | None
    progress: ProgressCallback | None
    relax: bool = False
    time_limit: float | None = None
    objective: str | None = None
    _text: Energyscope | None = field(default=None, init=False)

    def run(self, name: str) -> Route:
        """One route to its end; what is not there and what goes wrong in it becomes a reason.

        Raises ModelError for mistakes in the text or the data.
        """
        if name in READERS and not (available := READERS[name].availability()).ok:
            return Route(name, reason=available.reason)
        start = time.monotonic()
        try:
            route = self._glpk() if name == "glpk" else self._energyscope(name)
        except BackendError as failure:
            first = failure.diagnostics[0]
            return Route(name, reason=first.message, failed=first.code not in NOT_HERE)
        return replace(route, seconds=time.monotonic() - start)

    def _energyscope(self, name: str) -> Route:
        run = self._of_text() if name == "linopy:text" else self._prepared(name)
        solution = run.solve(self.objective)
        return Route(name, run.program(self.objective), solution, _why(solution))

    def _glpk(self) -> Route:
        translation = self._of_text().translate(self.objective)
        try:
            source = mathprog(translation)
        except EnergyscopeError as failure:
            return Route("glpk", reason=failure.diagnostics[0].message, failed=True)
        program = translation.program.relaxation() if self.relax else translation.program
        with read(source, program, self._told("glpk"), relax=self.relax) as reading:
            alignment = reading.alignment
            strays = (*alignment.only_glpk, *alignment.only_program)
            if program.n_rows > GLPK_ROWS:
                reason = f"GLPK does not solve programs of more than {GLPK_ROWS:,} rows here: its matrix is compared"
                return Route("glpk", alignment.program, reason=reason, strays=strays)
            solution = reading.solve(GLPK_SECONDS if self.time_limit is None else self.time_limit)
        if solution.status == "time_limit" and self.time_limit is None:
            reason = f"GLPK has not ended after {GLPK_SECONDS:g} s: its matrix is compared"
            return Route("glpk", alignment.program, reason=reason, strays=strays)
        return Route("glpk", alignment.program, solution, _why(solution), strays=strays)

    def _of_text(self) -> Energyscope:
        if self._text is None:
            self._text = self._prepared("linopy:text")
        return self._text

    def _prepared(self, name: str) -> Energyscope:
        limit = {} if self.time_limit is None else {"time_limit": self.time_limit}
        run = Energyscope(self.model, limit, backend=name, progress=self._told(name), relax=self.relax)
        if self.data is not None:
            run.data.let(self.data)
        return run

    def _told(self, name: str) -> ProgressCallback | None:
        return None if self.progress is None else partial(_told_of, self.progress, name)


def _told_of(progress: ProgressCallback, name: str, step: Progress) -> None:
    progress(replace(step, stage=f"{name}: {step.stage}"))


def _why(solution: Solution) -> str:
    return "" if solution.status == "optimal" else solution.message
