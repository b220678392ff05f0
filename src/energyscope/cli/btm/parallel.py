"""Where many runs are done."""

from __future__ import annotations

import os

from energyscope.cli.btm.asked import Parallel
from energyscope.families.btm.runners.parallel import Place

WORTHWHILE_STEPS = 50_000
"""Steps that are solved in about the time that processes take to start."""


def place_of(parallel: Parallel, steps: int) -> Place:
    """Where runs of so many steps in all are done; unless said on all cores, if starting processes is worth it."""
    if parallel.workers is not None:
        return Place(parallel.workers, parallel.dask)
    return Place((os.cpu_count() or 1) if steps >= WORTHWHILE_STEPS else 1, parallel.dask)
