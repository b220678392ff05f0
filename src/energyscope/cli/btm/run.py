"""One command of `gridq` from the work to the exit code: what it shows meanwhile, and what it leaves behind."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import typer
from rich.console import Console

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli import drop_output
from energyscope.cli.btm.asked import Manner
from energyscope.cli.btm.log import StageLog
from energyscope.cli.btm.profiling import profiled
from energyscope.cli.exits import FAILURES, Exit, code_of, told, unwritable
from energyscope.cli.screen import shown_progress
from energyscope.families.btm.bundles.jsontext import json_text
from energyscope.families.btm.refusals import CATALOGUE, BtmError
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

STATUSES: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.INPUT: "bad_input",
    Exit.USAGE: "usage",
    Exit.NO_OPTIMUM: "infeasible",
    Exit.FAILED: "failed",
    Exit.INTERRUPTED: "interrupted",
}
"""What the JSON says of a command, by its exit code."""


@dataclass(frozen=True)
class Done:
    """What came of a command: fields for `--json`, a table for people, warnings and errors."""

    tree: Mapping[str, Any] = field(default_factory=dict)
    show: Callable[[Console], None] | None = None
    warnings: Sequence[Diagnostic] = ()
    errors: Sequence[Diagnostic] = ()
    code: Exit = Exit.DONE


def gravest(errors: Sequence[Diagnostic]) -> Exit:
    """The exit code of a command that goes on to its end and then tells these errors."""
    codes = [code_of((BtmError if each.code in CATALOGUE else EnergyscopeError)(each)) for each in errors]
    return max(codes, default=Exit.DONE)


Work = Callable[[ProgressCallback], Done]


def perform(manner: Manner, work: Work, bundle_hash: Callable[[], str | None] = lambda: None) -> Exit:
    """Do the work of a command, show what came of it, and give the exit code."""
    log = StageLog(manner.command, bundle_hash()) if manner.log_json else None
    shown: list[Diagnostic] = []
    try:
        with profiled(manner.profile, not manner.log_json), _progress(manner, log, shown) as progress:
            done = work(progress)
    except KeyboardInterrupt:
        done = Done(errors=[Diagnostic("interrupted", "error", None, "interrupted")], code=Exit.INTERRUPTED)
    except FAILURES as failure:
        done = _failed(failure)
    if log is not None:
        log.end(STATUSES[done.code], _summary(done))
    return _deliver(manner, done, [each for each in done.warnings if each not in shown])


def _failed(failure: EnergyscopeError | OSError | MemoryError) -> Done:
    """What is told of a failure; files that cannot be written are BTM004, whoever notices it."""
    if isinstance(failure, OSError):
        return Done(errors=[replace(unwritable(failure), code="BTM004")], code=Exit.INPUT)
    return Done(errors=told(failure), code=code_of(failure))


@contextmanager
def _progress(manner: Manner, log: StageLog | None, shown: list[Diagnostic]) -> Iterator[ProgressCallback]:
    """The callback of a run; warnings told on the screen meanwhile are gathered in `shown`."""
    if log is not None:
        yield log.show
    elif manner.quiet:
        yield _say_nothing
    else:
        with shown_progress(shown) as progress:
            yield progress


def _say_nothing(progress: Progress) -> None:
    """Take progress that nobody wants to see."""


def _deliver(manner: Manner, done: Done, warnings: Sequence[Diagnostic]) -> Exit:
    """Print what came of the work, warnings and errors on standard error; gives the exit code."""
    if not manner.log_json:
        for each in (*warnings, *done.errors):
            typer.echo("interrupted" if each.code == "interrupted" else each.render(), err=True)
    try:
        if manner.json:
            _write(_ascii(json_text(_tree(manner, done))))
        elif done.show is not None and not manner.quiet:
            _write(_rendered(done.show))
    except OSError as failure:
        lost = _failed(failure)
        typer.echo(lost.errors[0].render(), err=True)
        return done.code or lost.code
    return done.code


def _tree(manner: Manner, done: Done) -> dict[str, Any]:
    return {
        "command": manner.command,
        "status": STATUSES[done.code],
        "exit_code": int(done.code),
        "errors": [each.to_json() for each in done.errors],
        "warnings": [each.to_json() for each in done.warnings],
        **done.tree,
    }


def _ascii(text: str) -> str:
    """The same JSON in characters that every terminal and pipe has."""
    return json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def _summary(done: Done) -> dict[str, Any]:
    """What the last line of the log says beside the time."""
    return {
        "exit_code": int(done.code),
        "errors": [f"{each.code}: {each.message}" for each in done.errors],
        "warnings": [f"{each.code}: {each.message}" for each in done.warnings],
    }


def _rendered(show: Callable[[Console], None]) -> str:
    """What is shown as text for the terminal, or the pipe, that standard output is; no blanks at the ends of lines."""
    console = Console(highlight=False)
    with console.capture() as captured:
        show(console)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _write(text: str) -> None:
    """Write to standard output; a reader that has seen enough (`| head`) is no failure. Raises OSError."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed", "-")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as failure:
        drop_output()
        if not isinstance(failure, BrokenPipeError):
            raise
