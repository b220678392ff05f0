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

    Ctrl-C ends it without a traceback, also while modules are still being imported; so does help that nobody takes.
    """
    try:
        _take_any_character()
        import_module(module).app(prog_name=name)
    except KeyboardInterrupt:
        _tell_interrupted([name, *sys.argv[1:]])
        _leave_at_once()
    except OSError as failure:
        drop_output()
        print(f"error[file]: what is shown cannot be written: {failure.strerror or failure}", file=sys.stderr)
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            # the work of a command tells of Ctrl-C itself, and ends without a cause
            if isinstance(getattr(end.__context__, "__cause__", None), KeyboardInterrupt):
                _tell_interrupted([name, *sys.argv[1:]])
            _leave_at_once()
        raise


def drop_output() -> None:
    """Let what is left in the buffer go nowhere, else the interpreter complains about it at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_interrupted(words: list[str]) -> None:
    """One JSON object where a command of `gridq` was to print one, and Ctrl-C came before it was even imported."""
    typed = words[1:] if words[0] == "gridq" else words[2:] if words[1:2] == ["btm"] else []
    if "--json" in typed and sys.stdout is not None:
        from energyscope.cli.btm.early import interrupted_early

        with suppress(OSError):
            print(interrupted_early(next((word for word in typed if not word.startswith("-")), None)))


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
