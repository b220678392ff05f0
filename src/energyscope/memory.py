"""How much memory this process may take: what was asked for, else most of what the machine has free."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARE = 0.9
"""Part of the free memory that may be taken: with the rest the system keeps its files and other programs at hand."""

_SIZE = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([kKmMgGtT]?)(?:i?[bB])?\s*\Z")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_asked: list[int] = []


def size_of(text: str) -> int:
    """Bytes of `4GB`, `512M`, `1.5 GiB` or `2000000`. Raises ValueError for anything else, and for nothing."""
    match = _SIZE.match(text)
    size = 0 if match is None else int(float(match[1]) * 1000 ** _POWERS[match[2].lower()])
    if size <= 0:
        raise ValueError(f"`{text}` is no size of memory, as in 4GB or 800MB")
    return size


def shown(size: float) -> str:
    """A size in words: `3.2 GB`."""
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6)):
        if size >= 10**power:
            return f"{size / 10**power:.3g} {unit}"
    return f"{size / 1e3:.3g} kB"


@contextmanager
def limited_to(size: int | None) -> Iterator[None]:
    """Within the block this process may hold so many bytes in all; None leaves it as it is."""
    if size is None:
        yield
        return
    _asked.append(size)
    try:
        yield
    finally:
        _asked.pop()


def room() -> float:
    """Bytes that may still be taken; infinite where the system does not tell."""
    if _asked:
        held = resident()
        return math.inf if held is None else float(max(_asked[-1] - held, 0))
    free = available()
    return math.inf if free is None else SHARE * free


def resident() -> int | None:
    """Bytes that this process holds in memory; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    import resource

    return pages * resource.getpagesize()


def available() -> int | None:
    """Bytes that can be taken before the machine swaps, or before a container is ended; None where nothing tells."""
    if sys.platform != "linux":
        return None
    known = [each for each in (_free(), _left_in_container()) if each is not None]
    return min(known, default=None)


def _free() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def _left_in_container() -> int | None:
    for path in _CGROUPS:
        try:
            limit = Path(path).read_text(encoding="ascii").strip()
        except OSError:
            continue
        held = resident()
        return int(limit) - held if limit.isdigit() and held is not None else None
    return None
