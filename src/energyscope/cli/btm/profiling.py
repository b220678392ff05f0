"""What `--profile FILE` leaves: a standard profile of the run, and on the screen the functions that took longest."""

from __future__ import annotations

import cProfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import typer

from energyscope.atomic import whole_file

DEAREST = 10
"""Functions that are shown; the file has all."""


@dataclass(frozen=True)
class Function:
    """One function of a profile: seconds in it alone, and with all it calls, and how often it was called."""

    place: str
    own_s: float
    total_s: float
    calls: int


@contextmanager
def profiled(path: Path | None, shown: bool) -> Iterator[None]:
    """Profile what happens in the block, whether it ends well or not; nothing for None. Raises OSError."""
    if path is None:
        yield
        return
    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        with whole_file(path) as part:
            profile.dump_stats(part)
        if shown:
            _show(dearest(profile), path)


def dearest(profile: cProfile.Profile) -> list[Function]:
    """The functions with the most time of their own."""
    entries = sorted(profile.getstats(), key=lambda entry: entry.inlinetime, reverse=True)
    return [
        Function(_place(entry.code), entry.inlinetime, entry.totaltime, entry.callcount) for entry in entries[:DEAREST]
    ]


def _place(code: CodeType | str) -> str:
    """`highs.py:120 solve`: file, line and name; built-in functions have their name only."""
    if isinstance(code, str):
        return code.strip("<>")
    return f"{Path(code.co_filename).name}:{code.co_firstlineno} {code.co_name}"


def _show(functions: list[Function], path: Path) -> None:
    typer.echo(f"{'own s':>8} {'total s':>8} {'calls':>9}  function", err=True)
    for each in functions:
        typer.echo(f"{each.own_s:8.3f} {each.total_s:8.3f} {each.calls:9,}  {each.place}", err=True)
    typer.echo(f"profile: {path} (python -m pstats)", err=True)
