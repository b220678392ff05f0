"""Independent work side by side in threads of this process: solvers do not hold the interpreter while they run."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")


def side_by_side(work: Callable[[int], Done], count: int) -> list[Done]:
    """What the work gives for 0, 1, ... `count` - 1, in that order: it may not depend on the number of threads.

    Ctrl-C waits for what is being worked on, and drops the rest.
    """
    pool = ThreadPoolExecutor(max(1, min(count, _processors())), thread_name_prefix="btm")
    try:
        return list(pool.map(work, range(count)))
    finally:
        pool.shutdown(cancel_futures=True)


def _processors() -> int:
    """How many of them the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
