"""Checks of the timestamps of a time series: UTC (BTM202), none missing (BTM207), order and steps (BTM203-206)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from energyscope.families.btm.columns import TIMESTAMP
from energyscope.families.btm.program.inputs import Places
from energyscope.families.btm.refusals import problem
from energyscope.families.btm.series.data_rows import Rows, instant_text, places
from energyscope.families.btm.series.expected import Expected
from energyscope.language.diagnostics import Diagnostic

UNIT = "us"
"""Unit of the timestamps of a checked frame, whatever that of the file."""
MINUTE = 60_000_000
"""Of these units."""
EARLIEST, LATEST = pd.Timestamp("1900-01-01", tz="UTC"), pd.Timestamp("2200-01-01", tz="UTC")
"""Beyond, a number was read in the wrong unit; calendars of time zones end at the year 9999."""


def stamps_of(frame: pd.DataFrame) -> pd.Series | None:
    """The column or the index `timestamp`, rows counted from 0; None where there is none, or more than one."""
    given = [frame.index.array] if frame.index.name == TIMESTAMP else []
    given += [frame.iloc[:, place].array for place, name in enumerate(frame.columns) if name == TIMESTAMP]
    return pd.Series(given[0], dtype=given[0].dtype, name=TIMESTAMP) if len(given) == 1 else None


def is_instants(stamps: pd.Series) -> bool:
    """Timestamps of any unit, in any time zone or none."""
    return bool(pd.api.types.is_datetime64_any_dtype(stamps.dtype))


def wrong_stamps(stamps: pd.Series | None, file: str) -> Iterator[Diagnostic]:
    """BTM209: the timestamps are no instants but texts, numbers or objects."""
    if stamps is not None and not is_instants(stamps):
        message = f"{file}: `{TIMESTAMP}` is of type {stamps.dtype}; expected instants in UTC, as `datetime64[us, UTC]`"
        yield problem("BTM209", message, "convert it where the file is made: `pandas.to_datetime(..., utc=True)`")


def wrong_zone(index: pd.DatetimeIndex, file: str) -> Iterator[Diagnostic]:
    """BTM202: the timestamps bear no time zone, or another than UTC."""
    if index.tz is None:
        help = (
            "localise first: `.tz_localize('UTC')` if they are UTC, else the local zone and then `.tz_convert('UTC')`"
        )
        yield problem("BTM202", f"{file}: the timestamps are tz-naive, without a time zone; expected UTC", help)
    elif index.tz.utcoffset(None) != timedelta(0):
        message = f"{file}: the timestamps are in the time zone {index.tz}; expected UTC"
        yield problem("BTM202", message, "convert first: `.tz_convert('UTC')`")


def wrong_instants(rows: Rows, index: pd.DatetimeIndex) -> Iterator[Diagnostic]:
    """BTM207: rows without a timestamp. BTM208: timestamps of no time that has data."""
    if index.hasnans:
        message = rows.told(places(index.isna()), lambda _: f"`{TIMESTAMP}` is NaT", "the start of the step")
        yield problem("BTM207", message, "every row needs its instant")
    far = (index < EARLIEST) | (index >= LATEST)
    if far.any():
        message = rows.told(places(far), lambda _: f"`{TIMESTAMP}` is beyond belief", "a time from 1900 to 2199")
        yield problem("BTM208", message, "was a number of seconds read as one of milliseconds, or the like?")


def wrong_order(rows: Rows, index: pd.DatetimeIndex, expected: Expected) -> Iterator[Diagnostic]:
    """BTM205: a timestamp before its predecessor. BTM203: one equal to it."""
    differences = np.diff(index.asi8)
    if len(back := places(differences < 0) + 1):
        message = rows.told(
            back, lambda row: f"before row {row - 1} ({instant_text(index[row - 1])})", "rising instants"
        )
        yield problem("BTM205", message, _clocks_back(index[back], expected) or "sort the rows by `timestamp`")
    elif len(twice := places(differences == 0) + 1):
        message = rows.told(twice, lambda row: f"the instant of row {row - 1} again", "every instant once")
        yield problem("BTM203", message, _clocks_back(index[twice], expected) or "keep one row for each instant")


def wrong_steps(rows: Rows, index: pd.DatetimeIndex, expected: Expected) -> Iterator[Diagnostic]:
    """BTM204: steps are missing. BTM206: the steps are of another length, or of several.

    Where timestamps go back nothing is told, and equal neighbours are left out: another check tells these.
    """
    differences = np.diff(index.asi8)
    step = (expected.timestep_minutes or 0) * MINUTE
    wrong = (differences != step) & (differences != 0)
    if not step or not wrong.any() or (differences < 0).any():
        return
    if np.count_nonzero(differences == step) >= np.count_nonzero(wrong) and not (differences[wrong] % step).any():
        yield _gaps(rows, index, places(wrong), expected)
    else:
        yield _other_steps(rows.file, differences[differences != 0], expected)


def _gaps(rows: Rows, index: pd.DatetimeIndex, before: Places, expected: Expected) -> Diagnostic:
    missing = np.diff(index.asi8) // ((expected.timestep_minutes or 0) * MINUTE) - 1
    total = _steps_missing(missing[before].sum(), f" of {expected.timestep_minutes} min")
    message = rows.told(before, lambda row: f"{_steps_missing(missing[row])} after it", "a row for every step")
    help = _clocks_forward(index[before] + pd.Timedelta(minutes=expected.timestep_minutes or 0), expected)
    return problem("BTM204", f"{message}, {total}", help or "fill the gaps where the file is made: nothing is guessed")


def _steps_missing(count: int, length: str = "") -> str:
    return f"1 step{length} is missing" if count == 1 else f"{count} steps{length} are missing"


def _other_steps(file: str, differences: Places, expected: Expected) -> Diagnostic:
    lengths, counts = np.unique(differences, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:2]
    found = " and ".join(f"{lengths[each] / MINUTE:g} min ({_times(counts[each])})" for each in common)
    told = (
        f"the steps have {len(lengths)} lengths, most often {found}" if len(lengths) > 1 else f"the steps are {found}"
    )
    message = f"{file}: {told}; expected {expected.timestep_minutes} min, the timestep_minutes of run_config.yaml"
    return problem("BTM206", message, "set `timestep_minutes` to the step of the data, or resample them")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _clocks_back(instants: pd.DatetimeIndex, expected: Expected) -> str | None:
    """A hint where the wall clock of the site shows such a time twice (in October)."""
    local = instants.tz_localize(None).tz_localize(expected.timezone, ambiguous="NaT", nonexistent="shift_forward")
    return _local_time(expected) if local.hasnans else None


def _clocks_forward(instants: pd.DatetimeIndex, expected: Expected) -> str | None:
    """A hint where the wall clock of the site never shows such a time (in March)."""
    once = np.ones(len(instants), dtype=np.bool_)
    local = instants.tz_localize(None).tz_localize(expected.timezone, ambiguous=once, nonexistent="NaT")
    return _local_time(expected) if local.hasnans else None


def _local_time(expected: Expected) -> str:
    change = f"the clocks of {expected.timezone} change there"
    return f"is this local time written as UTC? {change}, so that days have 23 or 25 hours: convert, do not relabel"
