"""What a user sees while a run goes on: a live line on a terminal, plain lines in a pipe; both on standard error."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer
from rich.console import Console
from rich.status import Status

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.language.diagnostics import Diagnostic

SILENCE_SECONDS = 15.0
"""In a pipe, a stage that lasts says so this often."""


class Screen(Protocol):
    """Takes progress and shows it."""

    def show(self, progress: Progress) -> None:
        """Show where the work stands."""


def describe(progress: Progress) -> str:
    """`HiPO: iteration 12, objective 47572.3, gap 1.2e-05`: the stage and what its solver tells."""
    figures = [
        ("iteration", progress.iteration, "{:d}"),
        ("objective", progress.objective, "{:.8g}"),
        ("gap", progress.gap, "{:.1e}"),
        ("infeasibility", _worst(progress), "{:.1e}"),
    ]
    told = [f"{name} {form.format(value)}" for name, value, form in figures if value is not None]
    return progress.stage + (f": {', '.join(told)}" if told else "")


def _worst(progress: Progress) -> float | None:
    known = [each for each in (progress.primal_infeasibility, progress.dual_infeasibility) if each is not None]
    return max(known, default=None)


class PlainScreen:
    """One line for each stage, and now and then one from a stage that takes long."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._stage: str | None = None
        self._said = self._begun

    def show(self, progress: Progress) -> None:
        """Print a line when the stage is new or has been silent for long."""
        now = time.monotonic()
        if progress.stage == self._stage and now - self._said < SILENCE_SECONDS:
            return
        self._stage, self._said = progress.stage, now
        typer.echo(f"[{now - self._begun:7.1f} s] {describe(progress)}", err=True)


class LiveScreen:
    """One line that changes, and one that stays for each stage that is over."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status
        self._begun = self._since = time.monotonic()
        self._last: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Renew the line."""
        now = time.monotonic()
        if self._last is not None and progress.stage != self._last.stage:
            self.leave(now)
        self._last = progress
        self._status.update(f"{describe(progress)}  [dim]{now - self._begun:.0f} s[/dim]")

    def leave(self, now: float) -> None:
        """Let the line of the stage that is over stay."""
        if self._last is not None:
            self._console.print(f"[green]✓[/green] {describe(self._last)}  [dim]{now - self._since:.1f} s[/dim]")
        self._since = now


class _Notes(logging.Handler):
    """Shows what the library logs as a warning, between the lines of progress.

    Diagnostics among it are gathered in `told`.
    """

    def __init__(self, console: Console, told: list[Diagnostic]) -> None:
        super().__init__(logging.WARNING)
        self._console = console
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message."""
        diagnostic = getattr(record, "diagnostic", None)
        if isinstance(diagnostic, Diagnostic):
            self._told.append(diagnostic)
            self._console.print(diagnostic.render(), markup=False, soft_wrap=True)
        else:
            self._console.print(f"note: {record.getMessage()}", markup=False, soft_wrap=True)


@contextmanager
def _noted(console: Console, told: list[Diagnostic]) -> Iterator[None]:
    handler = _Notes(console, told)
    library = logging.getLogger("energyscope")
    library.addHandler(handler)
    try:
        yield
    finally:
        library.removeHandler(handler)


@contextmanager
def shown_progress(told: list[Diagnostic] | None = None) -> Iterator[ProgressCallback]:
    """The callback that shows progress the way standard error wants it; `told` gets the diagnostics shown meanwhile."""
    console = Console(stderr=True, highlight=False)
    with _noted(console, [] if told is None else told):
        if not console.is_terminal:
            yield PlainScreen().show
            return
        with console.status("starting") as status:
            screen = LiveScreen(console, status)
            yield screen.show
            screen.leave(time.monotonic())
