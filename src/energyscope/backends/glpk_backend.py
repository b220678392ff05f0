"""The backend that gives GLPK the text of a model: its own translator makes the rows, its own simplex solves them.

It never sees our matrix, so that an answer that agrees says something about both. Where its simplex method would not
end, another solver may take the rows that it made.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.base import Availability, Progress, ProgressCallback, SolveOptions, tell_now
from energyscope.backends.glpk_alignment import Alignment, align
from energyscope.backends.glpk_reading import GlpkProblem
from energyscope.backends.glpk_running import Answer, run_glpk
from energyscope.backends.mathprog import MathProg, mathprog
from energyscope.backends.policy import finish, nearest_to_zero
from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.translate.translation import Translation

logger = logging.getLogger(__name__)

GLPK_ROWS = 200_000
"""Up to here GLPK's simplex method ends in reasonable time (core_small, 181,297 rows, takes it half a minute); the
national model, six times as large, would take it hours."""


@dataclass(frozen=True)
class GlpkBackend:
    """Solves the MathProg text of a translated model with GLPK, or the matrix that GLPK makes of it with a solver."""

    name: str = "glpk"

    def availability(self) -> Availability:
        """Whether swiglpk is installed."""
        if importlib.util.find_spec("swiglpk") is None:
            return Availability(False, "the package swiglpk is missing: pip install 'energyscope-linopy[glpk]'")
        return Availability(True)

    def solve(self, problem: Translation, options: SolveOptions) -> Solution:
        """Solve a translated model; see `read` for what GLPK is given.

        With a solver other than GLPK in the options, that one gets the matrix that GLPK made, with certificate and
        policy of the backend `linopy`. The time limit counts from here on; GLPK cannot be stopped while it reads.
        """
        begun = time.monotonic()
        own = options.solver in (None, self.name)
        slow = too_large(problem.program) if own else None
        if slow is not None:
            tell_now(logger, slow)
        with read(mathprog(problem), problem.program, options.progress, relax=options.relax) as reading:
            limit = options.time_limit
            left = None if limit is None else limit - (time.monotonic() - begun)
            answer = reading.solve(left) if own else reading.solve_with(replace(options, time_limit=left))
            solution = reading.in_reference(answer)
        return solution if slow is None else replace(solution, diagnostics=(slow, *solution.diagnostics))


def too_large(program: Program) -> Diagnostic | None:
    """A warning where GLPK is given more than it solves in reasonable time."""
    if program.n_rows <= GLPK_ROWS:
        return None
    size = f"{program.n_rows:,} rows, {program.n_columns:,} columns, {program.matrix.nnz:,} nonzeros"
    message = f"GLPK is given {size}: its simplex method may need hours for more than {GLPK_ROWS:,} rows"
    help = (
        "--solver highs gives the rows that GLPK makes to HiGHS, --backend linopy ours; "
        "--time-limit SECONDS ends GLPK, though not while it reads the text"
    )
    return Diagnostic("slow-solve", "warning", None, message, help)


@dataclass(frozen=True, eq=False)
class Reading:
    """What GLPK made of a text, beside the program of ours that shares its names."""

    held: GlpkProblem
    reference: Program
    alignment: Alignment
    progress: ProgressCallback | None
    timings: dict[str, float]

    def solve(self, time_limit: float | None = None) -> Solution:
        """Let GLPK solve what it read: primal simplex, and branch and bound where there are integers.

        The answer belongs to `alignment.program`; failure is a status.
        """
        _tell(self.progress, "GLPK solves")
        start = time.monotonic()
        answer = run_glpk(self.held, time_limit)
        timings = {**self.timings, "solve": time.monotonic() - start}
        return replace(finish(self.alignment.program, self._solution(answer)), timings=timings)

    def solve_with(self, options: SolveOptions) -> Solution:
        """Let the backend `linopy` solve the matrix that GLPK made. The answer belongs to `alignment.program`."""
        from energyscope.backends import linopy_backend  # GLPK itself needs no linopy

        if options.time_limit is not None and options.time_limit <= 0:
            return Solution("time_limit", "the time limit was reached while GLPK read the text", "glpk")
        solution = linopy_backend.LinopyBackend().solve(self.alignment.program, options)
        primal = solution.primal
        return replace(
            solution,
            message=f"{solution.message}; the rows are those that GLPK {self.held.glpk.glp_version()} made",
            primal=None if primal is None else nearest_to_zero(self.reference, primal),
            timings={**self.timings, **solution.timings},
        )

    def _solution(self, answer: Answer) -> Solution:
        solution = Solution(answer.status, answer.message, "glpk", self.held.glpk.glp_version())
        if answer.primal is None:
            return solution
        columns, rows = self.alignment.columns, self.alignment.rows
        n_columns, n_rows = self.reference.n_columns, self.reference.n_rows
        return replace(
            solution,
            objective=None if self.reference.objective is None else answer.objective,
            primal=nearest_to_zero(self.reference, _placed(answer.primal, columns, n_columns)),
            dual=None if answer.dual is None else _placed(answer.dual[self.alignment.kept_rows], rows, n_rows),
            reduced_cost=None if answer.reduced_cost is None else _placed(answer.reduced_cost, columns, n_columns),
        )

    def in_reference(self, solution: Solution) -> Solution:
        """The answer for our program: a dual changes its sign where GLPK wrote the row the other way round."""
        if solution.dual is None:
            return solution
        alike = self.alignment.program.matrix.multiply(self.reference.matrix).sum(axis=1)
        return replace(solution, dual=np.where(np.asarray(alike).ravel() < 0, -solution.dual, solution.dual))


@contextmanager
def read(
    source: MathProg, program: Program, progress: ProgressCallback | None = None, *, relax: bool = False
) -> Iterator[Reading]:
    """GLPK's reading of a text, as long as the block lasts; with `relax` its integers become continuous.

    Raises BackendError with what GLPK said where it refuses the text, or when it is not installed.
    """
    _tell(progress, "GLPK reads the text")
    start = time.monotonic()
    held = GlpkProblem(source.text)
    try:
        if relax:
            held.relax()
        generated = time.monotonic()
        _tell(progress, "GLPK's rows are compared")
        alignment = align(source, held.matrix(source.objective), program)
        timings = {"read": generated - start, "align": time.monotonic() - generated}
        yield Reading(held, program, alignment, progress, timings)
    finally:
        held.close()


def _placed(values: Values, places: NDArray[np.int64], length: int) -> Values:
    """Values at their places in our program, 0 where GLPK has none."""
    placed = np.zeros(length)
    known = places >= 0
    placed[places[known]] = values[known]
    return placed


def _tell(progress: ProgressCallback | None, stage: str) -> None:
    if progress is not None:
        progress(Progress(stage, 0.0))
