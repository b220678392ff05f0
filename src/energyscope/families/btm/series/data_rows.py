"""Rows of a table in messages: the first of them with their instants, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from energyscope.families.btm.program.inputs import Places

SHOWN = 5
"""Rows that a message lists."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a file, counted from 0 as `iloc` does, with their instants as far as these are known."""

    file: str
    instants: pd.DatetimeIndex | None

    def name(self, row: int) -> str:
        """`row 3 (2025-06-01T01:30:00Z)`"""
        return f"row {row}" if self.instants is None else f"row {row} ({instant_text(self.instants[row])})"

    def told(self, rows: Places, say: Callable[[int], str], expected: str) -> str:
        """`file: row 3 (instant): what is said; row 9 (instant): ...; 45 rows in all; expected ...`"""
        first = "; ".join(f"{self.name(row)}: {say(row)}" for row in rows[:SHOWN].tolist())
        total = f"; {len(rows)} rows in all" if len(rows) > 1 else ""
        return f"{self.file}: {first}{total}; expected {expected}"


def places(flags: NDArray[np.bool_]) -> Places:
    """Where flags are set."""
    return np.flatnonzero(flags).astype(np.int64)


def instant_text(instant: pd.Timestamp) -> str:
    """`2025-06-01T01:30:00Z`; without the Z where no time zone is known, `NaT` where there is no instant."""
    if pd.isna(instant) or instant.year > MAXYEAR:
        return "NaT" if pd.isna(instant) else f"year {instant.year}"
    return str(instant.isoformat()).replace("+00:00", "Z")
