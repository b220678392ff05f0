"""The part of a time series that a run uses (BTM210), and the metering intervals it must not cut (BTM211)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energyscope.families.btm.refusals import problem
from energyscope.families.btm.series.data_rows import instant_text
from energyscope.families.btm.series.expected import Expected
from energyscope.families.btm.series.time_checks import MINUTE
from energyscope.language.diagnostics import Diagnostic

_MICROSECOND = pd.Timedelta(1, "us")


def no_rows(file: str) -> Diagnostic:
    """BTM210: a table without rows."""
    return problem("BTM210", f"{file}: there are no rows, so the data span no time; expected at least one step")


def outside(index: pd.DatetimeIndex, expected: Expected, file: str) -> Iterator[Diagnostic]:
    """BTM210: the horizon begins before the data, or ends after them."""
    first, end = index.min(), index.max() + pd.Timedelta(minutes=expected.timestep_minutes or 0)
    span = f"the data span {instant_text(first)} to {instant_text(end)}"
    for name, given in (("start", expected.start), ("end", expected.end)):
        if given is not None and not first <= given <= end:
            message = f"{file}: horizon.{name} {instant_text(given)} is outside the data; {span}"
            yield problem("BTM210", message, "choose a part of the data, or leave the horizon out to use all of them")
    if expected.start == end or expected.end == first:
        yield problem("BTM210", f"{file}: the horizon has no step of the data; {span}")


def off_boundary(index: pd.DatetimeIndex, expected: Expected, file: str) -> Iterator[Diagnostic]:
    """BTM210: the horizon begins or ends within a step of the (regular) data."""
    step = pd.Timedelta(minutes=expected.timestep_minutes or 0)
    for name, given in (("start", expected.start), ("end", expected.end)):
        if given is not None and (into := (given - index[0]) % step):
            near = f"{instant_text(given - into)} and {instant_text(given - into + step)}"
            message = (
                f"{file}: horizon.{name} {instant_text(given)} is inside a step; the nearest steps start at {near}"
            )
            yield problem("BTM210", message, "put it on a boundary of steps")


def in_horizon(index: pd.DatetimeIndex, expected: Expected) -> slice:
    """The rows of the horizon, of (increasing) instants."""
    start = 0 if expected.start is None else int(index.searchsorted(expected.start))
    end = len(index) if expected.end is None else int(index.searchsorted(expected.end))
    return slice(start, end)


def cut_intervals(index: pd.DatetimeIndex, expected: Expected, file: str) -> Iterator[Diagnostic]:
    """BTM211: the run begins or ends within a metering interval of a charge, or its steps do not fill intervals.

    Intervals lie on the UTC clock; steps that are longer are intervals of their own.
    """
    step = expected.timestep_minutes or 0
    ends = (("begins", index[0]), ("ends", index[-1] + pd.Timedelta(minutes=step)))
    for minutes, charge in (expected.metering or {}).items():
        if step > minutes:
            continue
        if minutes % step:
            message = f"{file}: steps of {step} min do not fill the metering intervals of {minutes} min of `{charge}`"
            yield problem("BTM211", message, "give data whose steps divide the metering interval")
            continue
        for verb, instant in ends:
            if into := _since_epoch(instant) % (minutes * MINUTE):
                yield _cut(file, verb, instant, instant - into * _MICROSECOND, minutes, charge)


def _cut(file: str, verb: str, instant: pd.Timestamp, before: pd.Timestamp, minutes: int, charge: str) -> Diagnostic:
    near = f"{instant_text(before)} and {instant_text(before + pd.Timedelta(minutes=minutes))}"
    inside = f"inside a metering interval of {minutes} min, that `{charge}` is billed by"
    message = f"{file}: the run {verb} at {instant_text(instant)}, {inside}; the nearest boundaries are {near}"
    return problem("BTM211", message, "set horizon.start and horizon.end to boundaries, or give the missing steps")


def _since_epoch(instant: pd.Timestamp) -> int:
    """Microseconds; `value` counts nanoseconds whatever the unit."""
    return int(instant.value // 1000)
