"""Triads: the three half-hours of a winter whose mean import sets a yearly charge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, TriadCharge
from energyscope.families.btm.refusals import caution
from energyscope.families.btm.tariff.calendar import HALF_HOUR, Calendar, LocalTimes, metering
from energyscope.families.btm.tariff.metering import Places
from energyscope.families.btm.tariff.windows import Flags
from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values

PER_WINTER = 3
"""Triads of a winter; each counts a third."""
CLEAR_DAYS = 10
"""Days between two triads: their local dates differ by more."""
WINTER = (11, 12, 1, 2)
"""November to February."""
_SHOWN = 5
"""Instants that a warning lists."""


def triad_half_hours(run: RunConfig, frame: pd.DataFrame, calendar: Calendar) -> pd.DatetimeIndex:
    """Starts of the triad half-hours of a run, each once: those given, or those that the system's demand selects."""
    charge = run.tariff.triad_charge
    if charge is not None and charge.half_hours is not None:
        return _half_hours(charge.half_hours)
    if charge is not None and charge.select is not None:
        intervals = metering(calendar, HALF_HOUR)
        demand = frame[columns.SYSTEM_DEMAND].to_numpy(np.float64)[intervals.steps].mean(axis=1)
        return select_triads(pd.Series(demand, intervals.starts), calendar.timezone)
    return _half_hours(())


def select_triads(system_demand: pd.Series, timezone: str) -> pd.DatetimeIndex:
    """The triads of every winter in a half-hourly series of the system's demand [MW], in time order.

    The highest half-hour, then the next highest whose local date is more than ten days from those taken, three in all
    or as many as the data hold; the earlier of equals.
    """
    ordered = system_demand.sort_index()
    instants = pd.DatetimeIndex(ordered.index)
    local = LocalTimes.of(instants, timezone)
    demand, date = ordered.to_numpy(np.float64), local.date.astype(np.int64)
    in_winter = np.isin(local.month_of_year, WINTER)
    year = local.date.astype("datetime64[Y]").astype(np.int64)
    winter = np.where(local.month_of_year < min(WINTER[:2]), year - 1, year)
    taken = [_of_winter(demand, date, in_winter & (winter == each)) for each in np.unique(winter[in_winter])]
    return instants[np.sort(np.concatenate([np.empty(0, np.int64), *taken]))]


def _of_winter(demand: Values, date: Places, eligible: Flags) -> Places:
    taken: list[int] = []
    while len(taken) < PER_WINTER and eligible.any():
        highest = int(np.argmax(np.where(eligible, demand, -np.inf)))
        taken.append(highest)
        eligible = eligible & (np.abs(date - date[highest]) > CLEAR_DAYS)
    return np.array(taken, dtype=np.int64)


def triad_rates(charge: TriadCharge | None, calendar: Calendar, half_hours: pd.DatetimeIndex) -> tuple[Values, Values]:
    """Charge on import and credit on export in every step [GBP per kW of the step's mean].

    A third of the rate for each half-hour, spread over its steps so that their mean counts. A step longer than a
    half-hour stands for those it contains.
    """
    if charge is None:
        return np.zeros(len(calendar.index)), np.zeros(len(calendar.index))
    share = _counted(calendar, half_hours) * min(1.0, calendar.timestep_minutes / HALF_HOUR) / PER_WINTER
    return charge.rate_gbp_per_kw * share, charge.export_credit_gbp_per_kw * share


def outside_run(calendar: Calendar, half_hours: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The half-hours that lie in no step of the run; they count zero."""
    return half_hours[~np.isin(_interval(calendar, half_hours), _interval(calendar, calendar.index))]


def triad_warnings(calendar: Calendar, half_hours: pd.DatetimeIndex) -> list[Diagnostic]:
    """BTM291 where triad half-hours lie outside the run."""
    outside = outside_run(calendar, half_hours)
    if not len(outside):
        return []
    shown = ", ".join(instant.strftime("%Y-%m-%dT%H:%MZ") for instant in outside[:_SHOWN])
    more = f" and {len(outside) - _SHOWN} more" if len(outside) > _SHOWN else ""
    message = f"tariff.triad_charge: {shown}{more} lie outside the run; these half-hours count zero"
    return [caution("BTM291", message)]


def _half_hours(instants: Iterable[datetime]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(list(instants), utc=True)).floor(f"{HALF_HOUR}min").unique().sort_values()


def _counted(calendar: Calendar, half_hours: pd.DatetimeIndex) -> Places:
    """How many of the half-hours each step is part of, or contains."""
    triads, steps = np.sort(_interval(calendar, half_hours)), _interval(calendar, calendar.index)
    return np.searchsorted(triads, steps, side="right") - np.searchsorted(triads, steps, side="left")


def _interval(calendar: Calendar, instants: pd.DatetimeIndex) -> Places:
    """Number of the half-hour, or of the longer step, that an instant lies in."""
    length = 60 * max(HALF_HOUR, calendar.timestep_minutes)
    origin = int(calendar.index[0].timestamp()) % (60 * calendar.timestep_minutes)
    return (instants.as_unit("s").asi8 - origin) // length
