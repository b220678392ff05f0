"""What was typed, as far as the commands need it. What cannot be meant is a usage error at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from energyscope.cli.task import require_outputs
from energyscope.families.btm.refusals import BtmError

if TYPE_CHECKING:
    from energyscope.families.btm.config.schemas import RunConfig

DASK_ADDRESS = re.compile(r"[a-z]+://[^\s/]+:\d{1,5}/?")
"""Scheme, host and port of a scheduler."""


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

    def words(self, runs: Iterable[RunConfig]) -> list[str]:
        """What was typed, each option with its value, but for options that say what all the runs say already."""
        said = [_said(run) for run in runs]
        told = {
            name: value
            for name, value in _given(vars(self)).items()
            if not said or any(each[name] != value for each in said)
        }
        return [word for name, value in told.items() for word in (f"--{name}", str(value))]


def _said(run: RunConfig) -> dict[str, str | None]:
    """What run_config.yaml says of the fields that options stand for."""
    return {
        "exclusivity": run.exclusivity.mode,
        "solver": run.solver.name,
        "backend": run.backend,
        "start": _instant(run.horizon.start),
        "end": _instant(run.horizon.end),
    }


def _instant(found: datetime | None) -> str | None:
    return None if found is None else found.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(given: str, flag: str) -> str:
    """An instant as the configurations write it, in UTC. Raises BadParameter for text that says none."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        message = f"`{given}` is no instant with an offset, as in 2025-06-01T00:00:00Z"
        raise typer.BadParameter(message, param_hint=flag)
    return str(_instant(found))


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

    def words(self, command: str, sites: Sequence[str] = ("",)) -> str:
        """The command as the metadata of a bundle have it: what changes the run, and no paths.

        `sites` are the folders of bundles in that of a portfolio; a bundle is its own. A configuration that cannot be
        read is left to those who need it.
        """
        from energyscope.families.btm.bundles.folder import RUN, Folder  # bring the readers of files along
        from energyscope.families.btm.config.reading import read_run

        folder = Folder.of(self.bundle)
        runs = []
        with suppress(BtmError):
            runs = [read_run(folder.shown(f"{site}/{RUN}".lstrip("/"))) for site in sites]
        return " ".join(["gridq", command, *self.overrides.words(runs)])


@dataclass(frozen=True)
class Parallel:
    """Where many runs are done: in so many processes here (None: as is best), or by a Dask scheduler.

    Raises BadParameter where both are asked for, and for an address that is none.
    """

    workers: int | None = None
    dask: str | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.dask is not None:
            raise typer.BadParameter("say either --workers or --dask", param_hint="--dask")
        if self.dask is not None and DASK_ADDRESS.fullmatch(self.dask) is None:
            message = f"`{self.dask}` is no address with scheme and port, as in tcp://localhost:8786"
            raise typer.BadParameter(message, param_hint="--dask")
