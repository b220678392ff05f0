"""Which instants lie in the windows of a charge, by the local clock at their start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from energyscope.families.btm.config.schemas import Weekday, Window
from energyscope.families.btm.tariff.calendar import LocalTimes

Flags = NDArray[np.bool_]

_WEEKDAYS: tuple[str, ...] = get_args(Weekday)


def in_windows(local: LocalTimes, windows: Sequence[Window], exclude_dates: Sequence[date] = ()) -> Flags:
    """For each instant: does it lie in one of the windows, on a date that is not excluded; no windows are always."""
    if not windows:
        return np.ones(len(local.minute), dtype=np.bool_)
    inside = np.logical_or.reduce([_inside(local, window) for window in windows])
    return inside & ~_excluded(local, exclude_dates) if exclude_dates else inside


def _inside(local: LocalTimes, window: Window) -> Flags:
    start, end = window.minutes
    inside: Flags = (local.minute >= start) & (local.minute < end)
    if window.days is not None:
        inside &= _among([_WEEKDAYS.index(day) for day in window.days], 7)[local.weekday]
    if window.months is not None:
        inside &= _among(window.months, 13)[local.month_of_year]
    return inside


def _among(members: Sequence[int], size: int) -> Flags:
    flags = np.zeros(size, dtype=np.bool_)
    flags[list(members)] = True
    return flags


def _excluded(local: LocalTimes, dates: Sequence[date]) -> Flags:
    return np.isin(local.date, np.array(dates, dtype="datetime64[D]"))
