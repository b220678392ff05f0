"""What a command line asks for, checked as far as that goes before the work begins."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from energyscope.backends.base import OptionValue
    from energyscope.models import Model

Goal = Literal["check", "translate", "solve", "explain"]


@dataclass(frozen=True)
class Task:
    """What is to be done; `model` is called when the run begins, since it may find the files wrong."""

    goal: Goal
    model: Callable[[], Model]
    objective: str | None = None
    backend: str = "linopy"
    solver: str | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    json: str | None = None
    lp: Path | None = None
    mps: Path | None = None
    out: Path | None = None
    reductions: bool = True
    inputs: tuple[Path, ...] = ()
    relax: bool = False
    robust: str = "auto"
    max_memory: int | None = None
    """Bytes that the run may take; None for most of what the machine has free."""
    shown: Path | None = None
    """The file for what the text shows after the solve; None for the terminal."""
    netcdf: Path | None = None
    allow_writes: bool = False
    """May the text write files outside the folder of the results?"""

    def __post_init__(self) -> None:
        outputs = {"--lp": self.lp, "--mps": self.mps, "--print": self.shown, "--netcdf": self.netcdf}
        require_outputs(self.json, outputs, self.inputs)
        if self.out is not None:
            there = next(path for path in (self.out.absolute(), *self.out.absolute().parents) if path.exists())
            if not there.is_dir():
                raise typer.BadParameter(f"`{there}` is a file", param_hint="--out")
            _require_writable(there, self.out, "--out")


def require_outputs(
    json: str | None, files: Mapping[str, Path | None] | None = None, inputs: Sequence[Path] = ()
) -> None:
    """The JSON and other files, by the options that name them, can be written, and nothing is lost by that.

    Raises BadParameter with the option.
    """
    taken = {path.resolve(): f"`{path}` is an input" for path in inputs}
    for flag, path in {"--json": None if json in (None, "-") else Path(str(json)), **(files or {})}.items():
        if path is None:
            continue
        if str(path) == "-":
            raise typer.BadParameter("only --json writes to standard output", param_hint=flag)
        if path.is_dir() or not path.parent.is_dir():
            what = f"`{path}` is a folder" if path.is_dir() else f"there is no folder `{path.parent}`"
            raise typer.BadParameter(what, param_hint=flag)
        if path.resolve() in taken:
            raise typer.BadParameter(f"{taken[path.resolve()]}: it would be lost", param_hint=flag)
        taken[path.resolve()] = f"`{path}` is the file of {flag}"
        _require_writable(path.parent, path, flag)


def _require_writable(folder: Path, target: Path, flag: str) -> None:
    """Try it: permissions do not tell for the superuser, nor for a file system that is read only."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as failure:
        message = f"`{target}` cannot be written: {failure.strerror or failure}"
        raise typer.BadParameter(message, param_hint=flag) from failure


def solver_options(given: Sequence[str] | None, time_limit: float | None = None) -> dict[str, OptionValue]:
    """`KEY=VALUE` options as a mapping, and the time limit among them.

    Raises BadParameter for one without `=`, or for two limits.
    """
    options: dict[str, OptionValue] = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"`{each}` is not KEY=VALUE, as in time_limit=60", param_hint="--option")
        options[name.strip()] = value.strip()
    if time_limit is not None:
        if "time_limit" in options:
            raise typer.BadParameter("there is a time limit among the options, too", param_hint="--time-limit")
        options["time_limit"] = time_limit
    return options


def memory_size(given: str) -> int:
    """`--max-memory` in bytes. Raises BadParameter for what is no size."""
    from energyscope.memory import size_of

    try:
        return size_of(given)
    except ValueError as failure:
        raise typer.BadParameter(str(failure)) from None
