"""What a window of a longer run knows of that run, and carries on from the windows before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from energyscope.families.btm.config.schemas import RunConfig, SiteConfig, TerminalSoc
from energyscope.families.btm.tariff.calendar import Calendar
from energyscope.families.btm.tariff.rates import constant_cost
from energyscope.families.btm.tariff.triads import triad_half_hours


@dataclass(frozen=True, eq=False)
class WholeRun:
    """Facts of a whole run that hold in every window of it.

    `days` counts the local dates of each month of the run, `end` is exclusive, `triads` are the half-hours charged,
    `constant_cost` is what no dispatch changes [GBP].
    """

    days: Mapping[str, int]
    end: pd.Timestamp
    triads: pd.DatetimeIndex
    constant_cost: float

    @classmethod
    def of(cls, site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> WholeRun:
        """The facts of a run over all of these steps."""
        return cls.of_calendar(run, frame, Calendar.of(frame.index, site.timezone, run.timestep_minutes))

    @classmethod
    def of_calendar(cls, run: RunConfig, frame: pd.DataFrame, calendar: Calendar) -> WholeRun:
        """The same where the calendar of the steps is at hand."""
        return cls(
            days=calendar.days_by_month,
            end=end_of(calendar),
            triads=triad_half_hours(run, frame, calendar),
            constant_cost=constant_cost(run.tariff, calendar.days),
        )


@dataclass(frozen=True, eq=False)
class RollingState:
    """What a rolling run has settled when a window begins.

    Stored energy [kWh], highest metered means by demand charge and month [kW], highest demand by month [kVA], flex sold
    and energy discharged by local date and in all [kWh], and what is asked of the end of the window.
    """

    soc_kwh: float
    incurred_peak_kw: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    incurred_kva: Mapping[str, float] = field(default_factory=dict)
    flex_used_kwh: Mapping[str, float] = field(default_factory=dict)
    flex_used_total_kwh: float = 0.0
    discharged_kwh: Mapping[str, float] = field(default_factory=dict)
    terminal: TerminalSoc = field(default_factory=TerminalSoc)

    @classmethod
    def at_start(cls, site: SiteConfig) -> RollingState:
        """The state before the first step of a run: nothing settled, the battery at its initial state and own rule."""
        battery = site.storage
        return cls(0.0) if battery is None else cls(battery.first_soc_kwh, terminal=battery.terminal_soc)


def end_of(calendar: Calendar) -> pd.Timestamp:
    """The instant at which the last step ends."""
    return calendar.index[-1] + pd.Timedelta(minutes=calendar.timestep_minutes)
