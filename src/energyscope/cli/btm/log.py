"""What `--log-json` tells: one line of JSON a stage on standard error, for programs that watch many runs."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import typer

from energyscope.backends.base import Progress
from energyscope.families.btm.runners.stopwatch import STAGES


class StageLog:
    """Takes progress; a stage of `STAGES` gets its line when it is over.

    Fields: `command`, `bundle` (a hash of all inputs, null where there are none), `stage`, `seconds`, `status`. The
    last line has stage `total`, and with it the exit code and the codes of errors and warnings.
    """

    def __init__(self, command: str, bundle: str | None) -> None:
        self._always = {"command": command, "bundle": bundle}
        self._begun = self._since = time.monotonic()
        self._stage: str | None = None

    def show(self, progress: Progress) -> None:
        """Note where the work stands; tells the stage that is over, if one is."""
        stage = progress.stage if progress.stage in STAGES else "solve"
        if stage != self._stage:
            self._leave("done")
            self._stage, self._since = stage, time.monotonic()

    def end(self, status: str, told: Mapping[str, Any]) -> None:
        """Tell the last stage and the whole run."""
        self._leave(status)
        self._tell("total", self._begun, status, told)

    def _leave(self, status: str) -> None:
        if self._stage is not None:
            self._tell(self._stage, self._since, status, {})
        self._stage = None

    def _tell(self, stage: str, since: float, status: str, more: Mapping[str, Any]) -> None:
        seconds = round(time.monotonic() - since, 6)
        line = {**self._always, "stage": stage, "seconds": seconds, "status": status, **more}
        typer.echo(json.dumps(line, sort_keys=True), err=True)
