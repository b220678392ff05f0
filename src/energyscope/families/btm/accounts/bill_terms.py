"""What a tariff says of the steps of a run, whatever flows in them; three bills of one run share it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energyscope.families.btm.accounts.groups import Groups
from energyscope.families.btm.config.schemas import DemandCharge, RunConfig, SiteConfig, Tariff, VolumetricCharge
from energyscope.families.btm.tariff.calendar import HALF_HOUR, Calendar, LocalTimes, half_hour_of_steps, metering
from energyscope.families.btm.tariff.demand import DemandMonths, demand_months
from energyscope.families.btm.tariff.metering import Metering, Places
from energyscope.families.btm.tariff.rates import band_of_step
from energyscope.families.btm.tariff.triads import triad_half_hours
from energyscope.families.btm.tariff.windows import in_windows


@dataclass(frozen=True, eq=False)
class VolumetricTerms:
    """A charge per kWh; the group of month m and band b is m x number of bands + b."""

    charge: VolumetricCharge
    groups: Groups


@dataclass(frozen=True, eq=False)
class DemandTerms:
    """A demand charge: rates and floors by month, and by month the metering intervals inside its windows."""

    charge: DemandCharge
    months: DemandMonths
    metering: Metering
    metered: Groups


@dataclass(frozen=True, eq=False)
class Triad:
    """A triad half-hour in the run: its start, and the half-hour or longer step (of `Terms.half_hours`) it lies in."""

    start: pd.Timestamp
    interval: int


@dataclass(frozen=True, eq=False)
class Terms:
    """The tariff of a run on its calendar; `months` groups steps, `half_hours_of_month` the half-hours.

    `reported` has the half-hour of every step, cut ones among them, `reported_of_month` groups these.
    """

    calendar: Calendar
    tariff: Tariff
    months: Groups
    half_hours: Metering
    half_hours_of_month: Groups
    reported: Places
    reported_of_month: Groups
    volumetric: tuple[VolumetricTerms, ...]
    demand: tuple[DemandTerms, ...]
    triads: tuple[Triad, ...]


def terms_of(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Terms:
    """The terms of a run over the steps of a time series."""
    calendar = Calendar.of(pd.DatetimeIndex(frame.index), site.timezone, run.timestep_minutes)
    half_hours, reported = metering(calendar, HALF_HOUR), half_hour_of_steps(calendar)
    months = len(calendar.month_names)
    return Terms(
        calendar=calendar,
        tariff=run.tariff,
        months=Groups.of(calendar.month, months),
        half_hours=half_hours,
        half_hours_of_month=Groups.of(half_hours.month, months),
        reported=reported,
        reported_of_month=Groups.of(calendar.month[np.unique(reported, return_index=True)[1]], months),
        volumetric=tuple(_volumetric(charge, calendar) for charge in run.tariff.volumetric_charges),
        demand=tuple(_demand(charge, calendar) for charge in run.tariff.demand_charges),
        triads=_triads(half_hours, triad_half_hours(run, frame, calendar)),
    )


def _volumetric(charge: VolumetricCharge, calendar: Calendar) -> VolumetricTerms:
    band, bands = band_of_step(calendar, charge), len(charge.bands)
    codes = np.where(band < 0, -1, calendar.month * bands + band)
    return VolumetricTerms(charge, Groups.of(codes, len(calendar.month_names) * bands))


def _demand(charge: DemandCharge, calendar: Calendar) -> DemandTerms:
    intervals = metering(calendar, charge.metering_interval_minutes)
    local = LocalTimes.of(intervals.starts, calendar.timezone)
    codes = np.where(in_windows(local, charge.windows, charge.exclude_dates), intervals.month, -1)
    metered = Groups.of(codes, len(calendar.month_names))
    return DemandTerms(charge, demand_months(charge, calendar), intervals, metered)


def _triads(half_hours: Metering, starts: pd.DatetimeIndex) -> tuple[Triad, ...]:
    """Those of the half-hours that lie in the run."""
    if not len(half_hours.starts):
        return ()
    place = half_hours.starts.searchsorted(starts, side="right") - 1
    length = pd.Timedelta(minutes=half_hours.minutes)
    inside = (place >= 0) & (starts < half_hours.starts[place] + length)
    return tuple(Triad(start, int(at)) for start, at in zip(starts[inside], place[inside], strict=True))
