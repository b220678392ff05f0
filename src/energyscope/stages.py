"""What a run has behind it: the stages so far with their seconds, and what was made last, and of which data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.modeldata.index import Index
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import Program
from energyscope.translate.translation import Translation

if TYPE_CHECKING:
    import linopy

logger = logging.getLogger(__name__)


@dataclass
class Stages:
    """Seconds of each stage, and who is told about them."""

    progress: ProgressCallback | None
    begun: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def tell(self, stage: str) -> None:
        """Say that a stage begins."""
        if self.progress is not None:
            self.progress(Progress(stage, time.monotonic() - self.begun))

    def run(self, stage: str, work: Callable[[], Any]) -> Any:
        """Do the work of a stage, and note the seconds it took."""
        self.tell(stage)
        start = time.monotonic()
        answer = work()
        self.seconds[stage] = time.monotonic() - start
        logger.info("%s: %.2f s", stage, self.seconds[stage])
        return answer


@dataclass(frozen=True, eq=False)
class Made:
    """The last translation, and of what."""

    data: ModelData
    version: int
    objective: str | None
    translation: Translation


@dataclass(frozen=True, eq=False)
class Native:
    """The last program of a formulation in Python, and of what."""

    data: ModelData
    version: int
    program: Program


@dataclass(frozen=True, eq=False)
class Built:
    """A linopy model that the user holds, the version of the data it was built from, and what linopy does not keep."""

    model: linopy.Model
    version: int
    tuples: Mapping[str, Index]
    objective: str
