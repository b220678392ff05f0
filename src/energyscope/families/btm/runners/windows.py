"""The windows of a rolling run: which steps are planned together, and which of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from energyscope.families.btm.config.clashes import Spot
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.refusals import problem
from energyscope.families.btm.tariff.calendar import HALF_HOUR
from energyscope.language.diagnostics import Diagnostic


@dataclass(frozen=True)
class Window:
    """Steps of the run that are planned together, [start, stop), and the end of those that are kept."""

    start: int
    kept: int
    stop: int


def windows_of(run: RunConfig, steps: int) -> list[Window]:
    """Windows from s = 0, step, 2 step, ... on."""
    return [window_at(run, start, steps) for start in range(0, steps, round(run.rolling.step_hours / run.dt))]


def window_at(run: RunConfig, start: int, steps: int) -> Window:
    """The window that begins at a step; its horizon ends with the run at the latest."""
    kept, horizon = (start + round(each / run.dt) for each in (run.rolling.step_hours, run.rolling.horizon_hours))
    return Window(start, min(kept, steps), min(horizon, steps))


def cut_meters(run: RunConfig) -> Iterator[Diagnostic]:
    """BTM104: windows of a metered run begin and end with metering intervals; a mean is not planned in two parts."""
    charges = {f"demand charge `{each.name}`": each.metering_interval_minutes for each in run.tariff.demand_charges}
    charges |= {} if run.tariff.capacity_charge is None else {"the capacity charge": HALF_HOUR}
    for name, minutes in charges.items():
        for key in ("step_hours", "horizon_hours"):
            hours = getattr(run.rolling, key)
            if round(hours * 60) % minutes and minutes > run.timestep_minutes:
                message = (
                    f"rolling.{key} is {hours:g}, but {name} meters intervals of {minutes} min; expected a multiple"
                )
                help = f"set rolling.{key} to whole metering intervals"
                yield problem("BTM104", message, help, Spot(run, ("rolling", key)).span)
