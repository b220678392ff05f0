"""What `--json` prints of a command that ends before its work begins; imports nothing that takes time."""

from __future__ import annotations

from json import dumps


def refused_early(command: str | None, message: str) -> str:
    """The JSON of a command line with a mistake in it."""
    return _ended(command, "usage", 2, "usage", message)


def interrupted_early(command: str | None) -> str:
    """The JSON of a command that Ctrl-C reached while it was still being imported."""
    return _ended(command, "interrupted", 130, "interrupted", "interrupted")


def _ended(command: str | None, status: str, exit_code: int, code: str, message: str) -> str:
    error = {"code": code, "severity": "error", "message": message, "help": None}
    tree = {"command": command, "status": status, "exit_code": exit_code, "errors": [error], "warnings": []}
    return dumps(tree, indent=2, sort_keys=True)
