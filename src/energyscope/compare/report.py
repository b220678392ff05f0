"""What a comparison found, as plain frozen data."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, is_dataclass
from html import escape
from typing import Any

SCHEMA = "energyscope-parity/1"
"""Name and version of the JSON; the number grows when a field changes its meaning or goes."""


@dataclass(frozen=True)
class RouteReport:
    """One route: what it answered, or the `reason` why it did not.

    `evidence` is `answer` where it solved a program, `matrix` where only its program is compared, else `none`.
    `relative_difference` is that of its objective from the first one in the list; `seconds` is all the time it took.
    """

    name: str
    evidence: str
    reason: str = ""
    solver: str = ""
    status: str | None = None
    objective: float | None = None
    relative_difference: float | None = None
    rows: int | None = None
    columns: int | None = None
    nonzeros: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class FamilySizes:
    """Instances of one constraint (with its nonzeros) or variable by route; None where a route does not have it."""

    kind: str
    name: str
    counts: dict[str, int | None]
    nonzeros: dict[str, int | None]

    @property
    def agree(self) -> bool:
        """Whether all routes have as many."""
        return len(set(self.counts.values())) == 1 and len(set(self.nonzeros.values())) == 1


@dataclass(frozen=True)
class Extreme:
    """The largest difference of one kind: how many exceed the tolerance, how large it is (relative), and where."""

    count: int
    largest: float
    where: str


@dataclass(frozen=True)
class MatrixComparison:
    """Two programs name by name; `reason` says why not, where they are not literally the same set of families.

    `missing` names rows and columns that one of them lacks (the first few; `missing_count` in all).
    """

    first: str
    second: str
    reason: str = ""
    rows: int = 0
    nonzeros: int = 0
    missing_count: int = 0
    missing: tuple[str, ...] = ()
    coefficients: Extreme | None = None
    sides: Extreme | None = None
    bounds: Extreme | None = None
    costs: Extreme | None = None

    @property
    def agrees(self) -> bool:
        """Whether nothing differs; true as well where the two could not be compared."""
        extremes = (self.coefficients, self.sides, self.bounds, self.costs)
        return not self.missing_count and not any(extreme and extreme.count for extreme in extremes)


@dataclass(frozen=True)
class CrossCheck:
    """The answer of one route put into the program of another: how far it is from feasible there, and its objective.

    Relative violations are divided by 1 + the size of the terms of the row. `relative_difference` is that of the
    objective there from the one the answer came with. `reason` says why there is no figure.
    """

    answer: str
    program: str
    reason: str = ""
    violation: float | None = None
    relative_violation: float | None = None
    objective: float | None = None
    relative_difference: float | None = None


@dataclass(frozen=True)
class SolutionDifference:
    """The largest difference of two answers in one variable.

    It does not matter where both answers hold in both programs at the same objective: then the optimum is not unique.
    """

    first: str
    second: str
    variable: str
    where: str
    first_value: float
    second_value: float
    relative: float
    matters: bool


@dataclass(frozen=True)
class ParityReport:
    """All that a comparison found.

    `failures` says what is beyond the tolerance or went wrong, `missing` which evidence is not there and why.
    """

    model: str
    tolerance: float
    routes: tuple[RouteReport, ...]
    families: tuple[FamilySizes, ...]
    matrices: tuple[MatrixComparison, ...]
    cross: tuple[CrossCheck, ...]
    differences: tuple[SolutionDifference, ...]
    missing: tuple[str, ...]
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether at least two routes were compared and nothing is beyond the tolerance."""
        return not self.failures

    @property
    def verdict(self) -> str:
        """What came of it, in a few words."""
        if self.passed:
            return "the routes agree"
        ran = sum(route.evidence != "none" for route in self.routes)
        return "the routes do not agree" if ran > 1 else "nothing was compared"

    def to_json(self) -> dict[str, Any]:
        """Plain fields; numbers that JSON does not have become null."""
        return {"schema": SCHEMA, "passed": self.passed, **_plain(asdict(self))}

    def _repr_html_(self) -> str:
        """Routes, verdict and reasons, for a notebook."""
        shown = [field.name for field in fields(RouteReport)]
        head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in shown)
        rows = "".join(
            f"<tr>{''.join(f'<td>{_cell(getattr(route, name))}</td>' for name in shown)}</tr>" for route in self.routes
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in (*self.failures, *self.missing))
        return (
            f"<table><caption>Parity of <b>{escape(self.model)}</b> within {self.tolerance:g}: {self.verdict}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><ul>{notes}</ul>"
        )


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else escape(str(value))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
