"""Exit codes, and which one a failure has."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from energyscope.cli.record import Record
from energyscope.families.btm.refusals import BtmError
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
    record.errors.extend(told(failure))
    infeasible = isinstance(failure, EnergyscopeError) and failure.diagnostics[0].code == "row-infeasible"
    record.status = "infeasible" if infeasible else "error"
    return code_of(failure)


def told(failure: EnergyscopeError | OSError | MemoryError) -> Sequence[Diagnostic]:
    """What is said of a failure."""
    if isinstance(failure, OSError):
        return [unwritable(failure)]
    if isinstance(failure, MemoryError):
        return [Diagnostic("memory", "error", None, "the memory of this machine does not do", None)]
    return failure.diagnostics


def code_of(failure: EnergyscopeError | OSError | MemoryError) -> Exit:
    """The exit code that a failure has."""
    if not isinstance(failure, EnergyscopeError):
        return Exit.FAILED
    if isinstance(failure, BtmError):
        return Exit(failure.exit_code)
    code = failure.diagnostics[0].code
    if code in USAGE_CODES:
        return Exit.USAGE
    return Exit.INPUT if isinstance(failure, ModelError) and code != "memory" else Exit.FAILED


def unwritable(failure: OSError) -> Diagnostic:
    """A file that a command could not write."""
    where = f"`{failure.filename}`" if failure.filename else "a file"
    message = f"{where} cannot be written: {failure.strerror or failure}"
    return Diagnostic("file", "error", None, message, "check the folder, its permissions and the space on the disk")
