"""The commands `fetch-upstream` and `models`: which models there are, and fetching those that are published."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from energyscope.atomic import whole_file
from energyscope.cli.outputs import show_diagnostics
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, ModelError
from energyscope.models import Model, catalogue, published
from energyscope.upstream import COMMAND, LISTING, Fetched, fetch, upstream_folder

DONE, WRONG_INPUT, FAILED = 0, 1, 4


@dataclass(frozen=True)
class _Ending:
    """How the command ended; `fetched` is None where it failed."""

    code: int
    fetched: Fetched | None = None
    errors: tuple[Diagnostic, ...] = ()

    @property
    def status(self) -> str:
        if self.fetched is None:
            return "error"
        return "fetched" if self.fetched.new else "present"


def perform_fetch(wheel: Path | None, force: bool, target: str | None) -> int:
    """Have the published files in the cache, say where they are, write the JSON, and give the exit code."""
    ending = _fetched(wheel, force)
    show_diagnostics(ending.errors)
    if target is not None:
        try:
            _write_json(ending, target)
        except OSError as failure:
            show_diagnostics([_unwritable(failure)])
            return FAILED
    if ending.fetched is not None:
        _say(ending.fetched, to_stdout=target != "-")
    return ending.code


def _fetched(wheel: Path | None, force: bool) -> _Ending:
    try:
        return _Ending(DONE, fetch(wheel, force=force))
    except EnergyscopeError as failure:
        code = WRONG_INPUT if isinstance(failure, ModelError) else FAILED
        return _Ending(code, errors=failure.diagnostics)
    except OSError as failure:
        return _Ending(FAILED, errors=(_unwritable(failure),))


def _say(fetched: Fetched, to_stdout: bool) -> None:
    done = "fetched into" if fetched.new else "already in"
    files = f"{len(LISTING.files)} files of {LISTING.distribution} {LISTING.version}"
    typer.echo(f"{files}: {done} {fetched.folder}, as published", err=not to_stdout)
    typer.echo(f"models: {', '.join(LISTING.models)}", err=not to_stdout)


def _write_json(ending: _Ending, target: str) -> None:
    """Status, folder, and every file with its size and checksum."""
    files = [{"name": each.name, "bytes": each.size, "sha256": each.sha256} for each in LISTING.files.values()]
    content = {
        "status": ending.status,
        "version": LISTING.version,
        "folder": str(upstream_folder()),
        "models": list(LISTING.models),
        "files": [] if ending.fetched is None else files,
        "errors": [error.to_json() for error in ending.errors],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if target == "-":
        typer.echo(text, nl=False)
        return
    with whole_file(target) as part:
        part.write_text(text, encoding="utf-8")


def _unwritable(failure: OSError) -> Diagnostic:
    where = f"`{failure.filename}`" if failure.filename else "a file"
    message = f"{where} cannot be written: {failure.strerror or failure}"
    return Diagnostic("file", "error", None, message, "ENERGYSCOPE_CACHE may name another folder for the cache")


def show_models() -> None:
    """List all models with the size of their files, and where those are."""
    table = Table("name", "description", "size of the files", box=None, pad_edge=False)
    for name, model in catalogue.items():
        table.add_row(name, model.description, _size(model))
    Console(file=sys.stdout, highlight=False).print(table)
    own = [path for name, model in catalogue.items() if name not in published for _, path in model.files]
    typer.echo(f"\nThose that come with the package are in {os.path.commonpath(own)}")
    typer.echo(f"`{COMMAND}` brings those of the published {LISTING.distribution} {LISTING.version}")
    typer.echo(f"into {upstream_folder()}")


def _size(model: Model) -> str:
    try:
        return f"{sum(path.stat().st_size for _, path in model.files) / 1000:,.0f} kB"
    except ModelError:
        return "not fetched"
