"""The commands to begin with: init and version."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import typer
from rich.console import Console

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.backends.versions import versions
from energyscope.cli.btm.asked import Manner
from energyscope.cli.btm.run import Done, perform
from energyscope.cli.exits import Exit
from energyscope.families.btm.bundles import examples
from energyscope.families.btm.bundles.folder import PORTFOLIO, RUN
from energyscope.families.btm.bundles.outputs import DEPENDENCIES
from energyscope.families.btm.bundles.template import write_template
from energyscope.families.btm.config.reading import read_run
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.refusals import refuse


def perform_init(folder: Path, example: str | None, manner: Manner) -> Exit:
    """Write a bundle to start from, or an example. Raises BadParameter for an example that is none."""
    if example is not None and example not in examples.NAMES:
        raise typer.BadParameter(
            f"there is no example `{example}`; there are {', '.join(examples.NAMES)}", param_hint="--example"
        )

    def work(progress: ProgressCallback) -> Done:
        _require_empty(folder)
        progress(Progress("write", 0.0))
        if example is None:
            write_template(folder)
        else:
            examples.write(example, folder)
        written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        return Done(
            tree={"folder": str(folder), "example": example, "files": written},
            show=lambda console: _begun(console, folder, written),
        )

    return perform(manner, work)


def _require_empty(folder: Path) -> None:
    """Nothing is lost by writing into a folder. Raises BtmError BTM003."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "is a folder with files in it" if folder.is_dir() else "is a file"
        raise refuse("BTM003", f"`{folder}` {what}; expected a new or empty folder", "choose another folder")


def _begun(console: Console, folder: Path, written: list[str]) -> None:
    for name in written:
        console.print(f"written {folder / name}", markup=False, soft_wrap=True)
    command = "portfolio" if PORTFOLIO in written else read_run(folder / RUN).runner
    console.print(f"next: gridq {command} {folder}", markup=False, soft_wrap=True)


def perform_version(manner: Manner) -> Exit:
    """Tell the versions of all that a result depends on."""

    def work(progress: ProgressCallback) -> Done:
        found = {**versions(), **{name: version(name) for name in DEPENDENCIES}}
        lines = [*(f"{name} {number}" for name, number in found.items()), f"schema of bundles {SCHEMA_VERSION}"]
        return Done(
            tree={"versions": found, "schema_version": SCHEMA_VERSION},
            show=lambda console: console.print("\n".join(lines), markup=False, soft_wrap=True),
        )

    return perform(manner, work)
