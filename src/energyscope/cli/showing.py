"""Where it goes what a text shows after its solve: the terminal, `--print FILE`, and files below `--out`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from energyscope.atomic import whole_file
from energyscope.cli.task import Task
from energyscope.language.diagnostics import Diagnostic
from energyscope.translate.shown import FileText, Shown, TableOut


def deliver(shown: Shown, task: Task) -> list[Diagnostic]:
    """Write what is shown; gives a warning for every file that may not be written. Raises OSError."""
    warnings: list[Diagnostic] = []
    if task.shown is not None:
        _write(task.shown, shown.text, appended=False)
    else:
        screen = sys.stderr if task.json == "-" else sys.stdout
        screen.write(shown.text)
        if shown.text and not shown.text.endswith("\n"):
            screen.write("\n")
        screen.flush()
    for name, text, appended, origin in _files(shown):
        path = _allowed(name, task)
        if path is None:
            message = f"`{name}` is not written: {_reason(task)}"
            warnings.append(Diagnostic("not-shown", "warning", origin.place, message, _HELP))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, text, appended)
    return warnings


_HELP = "say `--out DIR` to have it in that folder, or `--allow-writes` to let the text write where it wants"


def _files(shown: Shown) -> Iterator[tuple[str, str, bool, FileText | TableOut]]:
    for name, file in shown.files.items():
        yield name, file.text, file.appended, file
    for table in shown.tables.values():
        yield table.path, table.csv(), False, table


def _allowed(name: str, task: Task) -> Path | None:
    """The path to write to, None where that is not allowed.

    A name is relative to the working folder. What would not lie in the folder of `--out` (or of `--print`) is put there
    under its name, unless that leads out of it.
    """
    if task.allow_writes:
        return Path(name)
    folder = task.out if task.out is not None else task.shown.parent if task.shown is not None else None
    if folder is None:
        return None
    for path in (Path(name), folder / name):
        if path.resolve().is_relative_to(folder.resolve()):
            return path
    return None


def _reason(task: Task) -> str:
    if task.out is None and task.shown is None:
        return "no folder was named for results"
    return "it lies outside the folder of the results"


def _write(path: Path, text: str, appended: bool) -> None:
    if appended and path.is_file():
        text = path.read_text(encoding="utf-8") + text
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
