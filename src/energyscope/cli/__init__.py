"""The command `energyscope`: it parses what was typed, calls the library, and shows what came of it."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main() -> None:
    """Run the command `energyscope`."""
    serve("energyscope", "energyscope.cli.app")


def serve(name: str, module: str) -> None:
    """Run the command line `app` of a module by this name.

    Ctrl-C ends it without a traceback, also while modules are still being imported.
    """
    try:
        _take_any_character()
        import_module(module).app(prog_name=name)
    except KeyboardInterrupt:
        _leave_at_once()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_at_once()
        raise


def _leave_at_once() -> NoReturn:
    """End without waiting for a solver that has not noticed the interrupt yet; all that was begun is undone by now."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)


def _take_any_character() -> None:
    """A terminal that lacks a character gets its number instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
