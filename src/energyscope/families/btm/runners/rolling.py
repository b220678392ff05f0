"""The rolling horizon: plan ahead with a forecast, keep the first steps, settle them against what happened, go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig, TerminalSoc
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import RollingState, WholeRun, inputs_of
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.runners.forecast import ForecastProvider, provider_of
from energyscope.families.btm.runners.forecast_file import FORECAST
from energyscope.families.btm.runners.ledger import Ledger
from energyscope.families.btm.runners.settlement import Equipment, settle
from energyscope.families.btm.runners.windows import Window, cut_meters, window_at, windows_of
from energyscope.families.btm.series.data_rows import instant_text
from energyscope.families.btm.solving.dispatch_of import dispatch_of
from energyscope.families.btm.solving.solve import Solved, solve


@dataclass(frozen=True, eq=False)
class Forecasted:
    """The time series of a window as the planner sees it; in the `unknown` steps that is the truth."""

    frame: pd.DataFrame
    unknown: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan of one window: the optimum for its forecast, from the state that it began with."""

    window: Window
    forecast: Forecasted
    state: RollingState
    solved: Solved
    flows: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Course:
    """A run that is rolled: the whole of it as it will have been, and the forecasts of it."""

    site: SiteConfig
    run: RunConfig
    frame: pd.DataFrame
    provider: ForecastProvider
    whole: WholeRun
    inputs: Inputs

    @classmethod
    def of(cls, bundle: Bundle) -> Course:
        """The course of a bundle. Raises BtmError where its windows or its forecast make no sense."""
        site, run, frame = bundle.site, bundle.run, bundle.frame
        if wrong := list(cut_meters(run)):
            raise BtmError(wrong)
        whole = WholeRun.of(site, run, frame)
        return cls(site, run, frame, provider_of(bundle), whole, inputs_of(site, run, frame, whole=whole))

    def windows(self) -> list[Window]:
        """Windows from s = 0, step, 2 step, ... on."""
        return windows_of(self.run, len(self.frame))

    def window(self, start: int) -> Window:
        """The window that begins at a step; its horizon ends with the run at the latest."""
        return window_at(self.run, start, len(self.frame))

    def terminal(self, window: Window) -> TerminalSoc:
        """What is asked of the end of a window: of one that ends with the run the battery's own rule."""
        if self.site.storage is not None and window.stop == len(self.frame):
            return self.site.storage.terminal_soc
        return TerminalSoc(**self.run.rolling.terminal_soc.model_dump())

    def ledger(self) -> Ledger:
        """The ledger of the run before its first step."""
        return Ledger(self.inputs, 0.0 if self.site.storage is None else self.site.storage.first_soc_kwh)


def roll(
    course: Course, ledger: Ledger, windows: list[Window], progress: ProgressCallback | None = None
) -> Iterator[Planned]:
    """Plan and settle one window after the other; each is entered in the ledger before its plan is given."""
    equipment = Equipment.of(course.site, course.inputs)
    for window in windows:
        planned = plan(course, window, ledger.state(course.terminal(window)), progress)
        kept, truth = slice(window.start, window.kept), course.inputs
        flows = planned.flows.iloc[: window.kept - window.start]
        ledger.enter(window.start, settle(flows, truth.load[kept], truth.pv[kept], equipment, planned.state.soc_kwh))
        yield planned


def plan(
    course: Course,
    window: Window,
    state: RollingState,
    progress: ProgressCallback | None = None,
) -> Planned:
    """The optimum of one window for what is forecast there. Raises BtmError BTM301 where there is none."""
    forecast = forecasted(course, window)
    inputs = inputs_of(course.site, course.run, forecast.frame, whole=course.whole, state=state)
    try:
        solved = solve(inputs, course.run, progress=progress)
    except BtmError as failure:
        where = f"planning from {instant_text(forecast.frame.index[0])}: "
        raise BtmError([replace(each, message=where + each.message) for each in failure.diagnostics]) from failure
    return Planned(window, forecast, state, solved, dispatch_of(inputs, solved, forecast.frame).flows)


def forecasted(course: Course, window: Window) -> Forecasted:
    """Load and PV of a window as they are forecast at its start, all else as published; unknown steps as they were."""
    known, ahead = course.frame.iloc[: window.start], course.frame.iloc[window.start : window.stop]
    told = course.provider.forecast(known, ahead.index[0], ahead.drop(columns=FORECAST))
    _require_forecast(course, told, ahead.index)
    unknown = told[FORECAST].isna().any(axis=1).to_numpy()
    powers = np.where(unknown[:, None], ahead[FORECAST], told[FORECAST])
    return Forecasted(ahead.assign(**dict(zip(FORECAST, powers.T, strict=True))), unknown)


def _require_forecast(course: Course, told: pd.DataFrame, steps: pd.DatetimeIndex) -> None:
    """A provider is a plugin: what it gives must be load and PV of these steps, at least 0 or unknown."""
    name = course.run.forecast.provider
    if not told.index.equals(steps) or not set(FORECAST) <= set(told.columns):
        message = f"the forecast provider `{name}` gave {len(told)} rows of {', '.join(map(str, told.columns))}"
        expected = f"{' and '.join(FORECAST)} of the {len(steps)} steps from {instant_text(steps[0])} on"
        raise refuse("BTM201", f"{message}; expected {expected}", "see ForecastProvider.forecast")
    lowest = told[FORECAST].min()
    if (lowest < 0).any() or np.isinf(told[FORECAST].to_numpy()).any():
        message = (
            f"the forecast provider `{name}` gave {lowest.idxmin()} of {lowest.min():g} kW at {instant_text(steps[0])}"
        )
        raise refuse("BTM208", f"{message}; expected finite powers of at least 0 kW, or NaN where unknown")
