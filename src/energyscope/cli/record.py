"""What a run leaves for `--json`: status, sizes, timings, memory, warnings and errors."""

from __future__ import annotations

import errno
import json
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import Diagnostic

if TYPE_CHECKING:
    from energyscope.translate.shown import Shown

SIZES = ("rows", "columns", "nonzeros", "integers", "constant_rows", "unused_columns")


@dataclass
class Record:
    """The state of a run; it starts as an error and becomes what the stages make of it."""

    status: str = "error"
    objective: float | None = None
    bound: float | None = None
    """What no feasible point can pass; with a time limit the objective is that of the best point so far."""
    objective_name: str | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    relaxed: bool = False
    solver: str | None = None
    timings: dict[str, float] = field(default_factory=dict)
    passes: tuple[str, ...] = ()
    solved_sizes: Mapping[str, int] = field(default_factory=dict)
    declined: Mapping[str, str] = field(default_factory=dict)
    residuals: Mapping[str, float] = field(default_factory=dict)
    robust: Mapping[str, Any] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    told: list[Diagnostic] = field(default_factory=list)
    """Warnings that were on the screen at once."""
    shown: Shown | None = None
    """What the text shows after the solve."""
    families: list[dict[str, Any]] | None = None
    """The constraint families in conflict, where `explain-infeasible` was asked."""

    contradiction: tuple[str, ...] = ()
    """Rows and bounds that contradict each other by themselves."""

    def to_json(self) -> dict[str, Any]:
        """Plain fields; numbers that JSON does not have become null."""
        return {
            "status": self.status,
            "objective": _finite(self.objective),
            "bound": _finite(self.bound),
            "mip_gap": _finite(self.residuals.get("mip_gap")),
            "objective_name": self.objective_name,
            **{size: self.sizes.get(size) for size in SIZES},
            "relaxed": self.relaxed,
            "solver": self.solver,
            "timings": {stage: round(seconds, 4) for stage, seconds in self.timings.items()},
            "peak_memory_mb": peak_memory_mb(),
            "passes": list(self.passes),
            "declined": dict(self.declined),
            **{f"solved_{size}": self.solved_sizes.get(f"solved_{size}") for size in SIZES[:3]},
            "residuals": {name: _finite(value) for name, value in self.residuals.items()},
            "robust": dict(self.robust),
            **self._conflict(),
            "warnings": _plain(self.warnings),
            "errors": _plain(self.errors),
        }

    def _conflict(self) -> dict[str, Any]:
        if self.families is None:
            return {}
        return {"conflict": self.families, "contradiction": list(self.contradiction)}

    def write(self, target: str) -> None:
        """Write the JSON to a file, whole or not at all, or to standard output for `-`. Raises OSError."""
        text = json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n"
        if target == "-":
            if sys.stdout is None:
                raise OSError(errno.EBADF, "standard output is closed", "-")
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        with whole_file(Path(target)) as part:
            part.write_text(text, encoding="utf-8")


def peak_memory_mb() -> float | None:
    """Most memory that this process has held so far, in MB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _plain(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    return [diagnostic.to_json() for diagnostic in diagnostics]
