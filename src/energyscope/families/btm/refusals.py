"""What a run bundle is refused for: the codes of the engine, what each says, and the exit status it ends with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.language.source import Span

BAD_INPUT, NO_OPTIMUM, FAILED = 1, 3, 4
"""Exit statuses: wrong input; infeasible or unbounded; a limit reached or a check failed."""

CATALOGUE: Mapping[str, str] = MappingProxyType(
    {
        "BTM001": "a folder or file is missing",
        "BTM002": "the parquet file cannot be read",
        "BTM003": "the outputs in the folder are those of other inputs or options",
        "BTM004": "the outputs cannot be written",
        "BTM101": "the YAML is broken or a key is given twice",
        "BTM102": "a field is not known",
        "BTM103": "a value is missing, out of range, of the wrong type, NaN or infinite",
        "BTM104": "two fields contradict each other",
        "BTM105": "the time zone is not known",
        "BTM106": "the schema version is not supported",
        "BTM201": "a required column, or `timestamp`, is missing",
        "BTM202": "the timestamps are not in UTC",
        "BTM203": "a timestamp is given twice",
        "BTM204": "steps are missing",
        "BTM205": "the timestamps do not increase",
        "BTM206": "the steps of the data are not those of timestep_minutes",
        "BTM207": "a value is missing or infinite",
        "BTM208": "a value is negative that cannot be, or a price is beyond belief",
        "BTM209": "a column is not numeric",
        "BTM210": "there are no rows, or the horizon lies outside the data",
        "BTM211": "the run cuts a metering interval",
        "BTM220": "no forecast has been issued yet",
        "BTM230": "the sites of a portfolio have different steps",
        "BTM290": "part of the input has no effect",
        "BTM291": "triad half-hours lie outside the run",
        "BTM301": "no dispatch satisfies all limits",
        "BTM302": "the cost has no lower limit",
        "BTM303": "the time limit was reached before the optimum was proven",
        "BTM401": "a check of the result failed",
    }
)
"""Every code and its general sentence; BTM290 and BTM291 are only ever warnings."""

_EXITS: Mapping[str, int] = {"BTM301": NO_OPTIMUM, "BTM302": NO_OPTIMUM, "BTM303": FAILED, "BTM401": FAILED}


class BtmError(EnergyscopeError):
    """A bundle, or the run of one, is refused; all problems of a layer stand in `diagnostics`."""

    @property
    def exit_code(self) -> int:
        """The exit status of the command that met this error."""
        return max((exit_code(each.code) for each in self.diagnostics), default=BAD_INPUT)


class BtmWarning(UserWarning):
    """What is odd about a run in Python but no error; `diagnostic` is it in parts."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.render())
        self.diagnostic = diagnostic


def exit_code(code: str) -> int:
    """The exit status of a code of the catalogue: 1 bad input, 3 infeasible or unbounded, 4 limit or failed check."""
    return _EXITS.get(code, BAD_INPUT)


def problem(code: str, message: str, help: str | None = None, span: Span | None = None) -> Diagnostic:
    """One error of the catalogue, to be gathered with others."""
    return Diagnostic(code, "error", span, message, help)


def caution(code: str, message: str, help: str | None = None, span: Span | None = None) -> Diagnostic:
    """One warning, to be gathered with others."""
    return Diagnostic(code, "warning", span, message, help)


def refuse(code: str, message: str, help: str | None = None, span: Span | None = None) -> BtmError:
    """The error of one problem, to be raised where work cannot go on."""
    return BtmError(problem(code, message, help, span))
