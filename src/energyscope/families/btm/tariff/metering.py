"""Metering intervals: what the meter averages over. Bill and model know them alike, and nothing else of each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Places = NDArray[np.int64]
"""Places of steps, days, months or intervals, counted from 0 in time order."""


@dataclass(frozen=True, eq=False)
class Metering:
    """Metering intervals of one length, all of them whole: row q of `steps` has the steps of interval q.

    `month` is the month that an interval belongs to by its local start.
    """

    minutes: int
    starts: pd.DatetimeIndex
    steps: Places
    """(intervals, steps per interval)"""
    month: Places
