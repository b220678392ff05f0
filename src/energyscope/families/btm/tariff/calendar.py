"""The local clock of a site: dates, billing months and metering intervals of the steps of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from energyscope.families.btm.tariff.metering import Metering, Places

Instants = NDArray[np.datetime64]

HALF_HOUR = 30
"""Length of the metering interval of Great Britain [min]."""
_DAYS_BEFORE_MONDAY = 3
"""1 January 1970, day 0 of numpy, was a Thursday."""


@dataclass(frozen=True, eq=False)
class LocalTimes:
    """What the local clock shows at some instants: minute of the day, weekday (Monday is 0), month 1 to 12, date."""

    minute: Places
    weekday: Places
    month_of_year: Places
    date: Instants
    """datetime64[D]"""

    @classmethod
    def of(cls, instants: pd.DatetimeIndex, timezone: str) -> LocalTimes:
        """Local times of UTC instants."""
        local = instants.tz_convert(timezone).tz_localize(None).to_numpy().astype("datetime64[m]")
        date = local.astype("datetime64[D]")
        return cls(
            minute=(local - date).astype(np.int64),
            weekday=(date.astype(np.int64) + _DAYS_BEFORE_MONDAY) % 7,
            month_of_year=date.astype("datetime64[M]").astype(np.int64) % 12 + 1,
            date=date,
        )

    def at(self, places: Places) -> LocalTimes:
        """The local times at some places of these."""
        return LocalTimes(self.minute[places], self.weekday[places], self.month_of_year[places], self.date[places])


@dataclass(frozen=True, eq=False)
class Calendar:
    """The steps of a run on the local clock; a day is a local date with at least one step.

    `day` and `month` give the place of every step in `day_names` (`2025-06-01`) and `month_names` (`2025-06`);
    `days_of_month` counts the local dates of each month.
    """

    index: pd.DatetimeIndex
    timezone: str
    timestep_minutes: int
    local: LocalTimes
    day: Places
    day_names: tuple[str, ...]
    month: Places
    month_names: tuple[str, ...]
    days_of_month: Places

    @classmethod
    def of(cls, index: pd.DatetimeIndex, timezone: str, timestep_minutes: int) -> Calendar:
        """The calendar of steps that start at these UTC instants."""
        local = LocalTimes.of(index, timezone)
        dates, day = np.unique(local.date, return_inverse=True)
        months, month_of_day = np.unique(dates.astype("datetime64[M]"), return_inverse=True)
        return cls(
            index=index,
            timezone=timezone,
            timestep_minutes=timestep_minutes,
            local=local,
            day=day.astype(np.int64),
            day_names=tuple(dates.astype(str).tolist()),
            month=month_of_day[day].astype(np.int64),
            month_names=tuple(months.astype(str).tolist()),
            days_of_month=np.bincount(month_of_day, minlength=len(months)).astype(np.int64),
        )

    @property
    def days(self) -> int:
        """Number of local dates."""
        return len(self.day_names)

    @property
    def dt(self) -> float:
        """Length of a step [h]."""
        return self.timestep_minutes / 60

    @property
    def days_by_month(self) -> Mapping[str, int]:
        """Number of local dates of each month of the run."""
        return dict(zip(self.month_names, self.days_of_month.tolist(), strict=True))


def calendar_days(month: str) -> int:
    """Days that a month such as 2025-06 has in the calendar, in the run or not."""
    first = np.datetime64(month, "M")
    return int((first + 1).astype("datetime64[D]").astype(np.int64) - first.astype("datetime64[D]").astype(np.int64))


def metering(calendar: Calendar, minutes: int) -> Metering:
    """The whole metering intervals of a run, on the UTC clock; each in the month of its local start.

    Steps that are longer than the interval, or that do not fill intervals, are intervals of their own. Parts of an
    interval at the ends of the run are left out: `cuts` says whether there are any.
    """
    length = minutes if fills(calendar, minutes) else calendar.timestep_minutes
    per_interval = length // calendar.timestep_minutes
    first = _steps_before_boundary(calendar, length)
    intervals = max(0, (len(calendar.index) - first) // per_interval)
    steps = first + np.arange(intervals * per_interval, dtype=np.int64).reshape(intervals, per_interval)
    return Metering(length, calendar.index[steps[:, 0]], steps, calendar.month[steps[:, 0]])


def half_hour_of_steps(calendar: Calendar) -> Places:
    """The half-hour of the UTC clock that each step begins in, counted from 0; longer steps are their own.

    Unlike `metering` this takes half-hours as they are, also those that the run or a step cuts: for reports, not bills.
    """
    if calendar.timestep_minutes >= HALF_HOUR:
        return np.arange(len(calendar.index), dtype=np.int64)
    minutes = calendar.index.tz_convert(None).to_numpy().astype("datetime64[m]").astype(np.int64)
    return np.unique(minutes // HALF_HOUR, return_inverse=True)[1].astype(np.int64)


def fills(calendar: Calendar, minutes: int) -> bool:
    """Do whole numbers of steps make up the metering intervals of this length?"""
    return minutes % calendar.timestep_minutes == 0 and _minute(calendar, 0) % calendar.timestep_minutes == 0


def cuts(calendar: Calendar, minutes: int) -> bool:
    """Does the run, or a step, begin or end within a metering interval; steps longer than it never do."""
    if calendar.timestep_minutes > minutes:
        return False
    end = _minute(calendar, -1) + calendar.timestep_minutes
    return not fills(calendar, minutes) or _minute(calendar, 0) % minutes != 0 or end % minutes != 0


def _steps_before_boundary(calendar: Calendar, minutes: int) -> int:
    return -_minute(calendar, 0) % minutes // calendar.timestep_minutes


def _minute(calendar: Calendar, place: int) -> int:
    """Start of one step on the UTC clock [minutes since 1970]."""
    return int(calendar.index[place].timestamp()) // 60
