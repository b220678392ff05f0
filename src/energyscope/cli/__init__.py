"""The command `energyscope`: it parses what was typed, calls the library, and shows what came of it."""

from __future__ import annotations

import io
import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback, also while modules are still being imported."""
    try:
        _take_any_character()
        from energyscope.cli.app import app

        app(prog_name="energyscope")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _take_any_character() -> None:
    """A terminal that lacks a character gets its number instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
