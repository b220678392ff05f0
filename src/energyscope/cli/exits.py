"""Exit codes, and which one a failure has."""

from __future__ import annotations

from enum import IntEnum

from energyscope.cli.record import Record
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, ModelError


class Exit(IntEnum):
    """Exit codes; most of 2, for usage, is given by the parser of the command line."""

    DONE = 0
    INPUT = 1
    USAGE = 2
    NO_OPTIMUM = 3
    FAILED = 4
    INTERRUPTED = 130


USAGE_CODES = frozenset({"backend-unknown", "model-unknown", "solver-unknown", "solver-option"})
"""What a user typed wrong, although only the model or the backend could tell."""
FAILURES = (EnergyscopeError, OSError, MemoryError)
"""What every command may end with."""


def failed(failure: EnergyscopeError | OSError | MemoryError, record: Record) -> Exit:
    """Note what went wrong in text, data, files or memory; gives the exit code."""
    record.status = "error"
    if isinstance(failure, OSError):
        record.errors.append(unwritable(failure))
    elif isinstance(failure, MemoryError):
        record.errors.append(Diagnostic("memory", "error", None, "the memory of this machine does not do", None))
    else:
        record.errors.extend(failure.diagnostics)
        code = failure.diagnostics[0].code
        if code == "row-infeasible":
            record.status = "infeasible"
        if code in USAGE_CODES:
            return Exit.USAGE
        if isinstance(failure, ModelError) and code != "memory":
            return Exit.INPUT
    return Exit.FAILED


def unwritable(failure: OSError) -> Diagnostic:
    """A file that a command could not write."""
    where = f"`{failure.filename}`" if failure.filename else "a file"
    message = f"{where} cannot be written: {failure.strerror or failure}"
    return Diagnostic("file", "error", None, message, "check the folder, its permissions and the space on the disk")
