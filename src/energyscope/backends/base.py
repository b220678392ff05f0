"""What every backend offers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.program.solution import Solution

Problem = TypeVar("Problem", contravariant=True)
OptionValue = bool | int | float | str


@dataclass(frozen=True)
class Progress:
    """Where a solve stands; figures that the solver does not tell are None.

    `elapsed` is in seconds since the solve began; infeasibilities and gap are relative as the solver reports them.
    """

    stage: str
    elapsed: float
    iteration: int | None = None
    objective: float | None = None
    primal_infeasibility: float | None = None
    dual_infeasibility: float | None = None
    gap: float | None = None


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True)
class SolveOptions:
    """How to solve: which solver (None: the default), its own options by name, and a time limit in seconds.

    With `relax`, backends that read text take integers as continuous. `reductions` and `robust` are for the backend
    `linopy`, and for what gives it a program.
    """

    solver: str | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    time_limit: float | None = None
    progress: ProgressCallback | None = None
    relax: bool = False
    reductions: bool = True
    robust: str = "auto"


@dataclass(frozen=True)
class Availability:
    """Whether a backend can be used here, and if not, why and what to install."""

    ok: bool
    reason: str = ""


class Backend(Protocol[Problem]):
    """Solves problems of one kind: a Program, or the text of a model for backends that read text themselves."""

    name: str

    def availability(self) -> Availability:
        """Whether it can be used here."""

    def solve(self, problem: Problem, options: SolveOptions) -> Solution:
        """Solve; failure is a status of the solution. Raises EnergyscopeError when the options make no sense."""


def tell_now(logger: logging.Logger, warning: Diagnostic) -> None:
    """Tell a warning that cannot wait for the end of the solve; a listener finds it as `diagnostic` of the record."""
    sentence = "; ".join(filter(None, (warning.message, warning.help)))
    logger.warning("%s", sentence, extra={"diagnostic": warning})


class BackendError(EnergyscopeError):
    """A backend, solver or option cannot be used here."""


def backend_error(code: str, message: str, help: str | None = None) -> BackendError:
    """A BackendError of one diagnostic."""
    return BackendError(Diagnostic(code, "error", None, message, help))
