"""Seconds that the stages of a run take, measured where its progress passes by."""

from __future__ import annotations

from time import perf_counter

from energyscope.backends.base import Progress, ProgressCallback

STAGES = ("read", "validate", "build", "solve", "write")
"""Stages of a run, as solve_stats.json and the progress name them."""


class Stopwatch:
    """Takes progress, hands it on, and adds up the seconds between changes of the stage.

    What a solver calls its own stages counts as `solve`.
    """

    def __init__(self, listener: ProgressCallback | None = None) -> None:
        self._listener = listener
        self._began = self._since = perf_counter()
        self._stage: str | None = None
        self._seconds = dict.fromkeys(STAGES, 0.0)

    def __call__(self, progress: Progress) -> None:
        """Note where the work stands."""
        self._enter(progress.stage if progress.stage in STAGES else "solve")
        if self._listener is not None:
            self._listener(progress)

    def begin(self, stage: str) -> None:
        """A stage begins."""
        self(Progress(stage, perf_counter() - self._began))

    def seconds(self) -> dict[str, float]:
        """Seconds by stage so far; the stage that lasts is over with this."""
        self._enter(None)
        return dict(self._seconds)

    def _enter(self, stage: str | None) -> None:
        now = perf_counter()
        if self._stage is not None:
            self._seconds[self._stage] += now - self._since
        self._stage, self._since = stage, now
