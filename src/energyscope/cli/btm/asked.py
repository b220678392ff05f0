"""What was typed, as far as the commands need it. What cannot be meant is a usage error at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from energyscope.cli.task import require_outputs


@dataclass(frozen=True)
class Manner:
    """How a command tells what it does. Raises BadParameter for a profile that cannot be written."""

    command: str
    json: bool = False
    quiet: bool = False
    log_json: bool = False
    profile: Path | None = None

    def __post_init__(self) -> None:
        require_outputs(None, {"--profile": self.profile})


@dataclass(frozen=True)
class Overrides:
    """Options that stand for fields of run_config.yaml; None leaves a field as it is.

    Raises BadParameter for what such a field cannot hold.
    """

    exclusivity: str | None = None
    solver: str | None = None
    backend: str | None = None
    start: str | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, read_instant(given, f"--{name}"))
        if self.solver is not None and not self.solver.strip():
            raise typer.BadParameter("a solver has a name, as in highs", param_hint="--solver")

    def patch(self) -> dict[str, Any]:
        """The fields that change, in the form of run_config.yaml."""
        sections = {
            "exclusivity": _given({"mode": self.exclusivity}),
            "solver": _given({"name": self.solver}),
            "horizon": _given({"start": self.start, "end": self.end}),
        }
        return _given({**{name: section or None for name, section in sections.items()}, "backend": self.backend})

    def words(self) -> list[str]:
        """What was typed, each option with its value."""
        told = _given(vars(self))
        return [word for name, value in told.items() for word in (f"--{name}", str(value))]


def read_instant(given: str, flag: str) -> str:
    """An instant as the configurations write it, in UTC. Raises BadParameter for text that says none."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        message = f"`{given}` is no instant with an offset, as in 2025-06-01T00:00:00Z"
        raise typer.BadParameter(message, param_hint=flag)
    return found.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True)
class Run:
    """One run of a bundle, or of a folder of them; `out` is None for outputs beside the inputs."""

    bundle: str
    out: str | None = None
    overwrite: bool = False
    csv: bool = False
    overrides: Overrides = Overrides()

    @property
    def target(self) -> str:
        """The folder that the outputs go to."""
        return self.bundle if self.out is None else self.out

    def words(self, command: str) -> str:
        """The command as the metadata of a bundle have it: what changes figures, and no paths."""
        return " ".join(["gridq", command, *self.overrides.words()])


@dataclass(frozen=True)
class Parallel:
    """Where many runs are done: in so many processes here (None: as is best), or by a Dask scheduler.

    Raises BadParameter where both are asked for.
    """

    workers: int | None = None
    dask: str | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.dask is not None:
            raise typer.BadParameter("say either --workers or --dask", param_hint="--dask")
