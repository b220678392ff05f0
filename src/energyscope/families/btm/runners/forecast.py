"""Forecasts of load and PV for a rolling run: what the planner knows of the steps ahead.

A provider sees the rows before `now`, and for the steps ahead only what is published beforehand (prices and the other
columns, without load and PV). What it does not know it leaves NaN: the runner then takes the truth and counts the step
as warm-up.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol, TypeAlias

import numpy as np
import pandas as pd

from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.clashes import Spot
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.refusals import BtmError, problem
from energyscope.families.btm.runners.forecast_file import FORECAST, Issued, read_issues
from energyscope.language.diagnostics import Diagnostic

ENTRY_POINTS = "energyscope.btm.forecast"
"""Group of entry points; each loads to a `ProviderFactory` and is called by its name in `forecast.provider`."""


class ForecastProvider(Protocol):
    """What a forecast of a rolling run is asked for."""

    def forecast(self, history: pd.DataFrame, now: pd.Timestamp, horizon: pd.DataFrame) -> pd.DataFrame:
        """Load and PV [kW] of the steps of `horizon`, NaN where unknown.

        `history` has all columns of the steps before `now`; `horizon` has the steps from `now` on with the columns
        that are published beforehand.
        """
        ...


ProviderFactory: TypeAlias = Callable[[Bundle], ForecastProvider]
"""Makes the provider of a bundle."""


@dataclass(frozen=True, eq=False)
class Replay:
    """Perfect foresight: the forecast is what will happen."""

    truth: pd.DataFrame

    def forecast(self, history: pd.DataFrame, now: pd.Timestamp, horizon: pd.DataFrame) -> pd.DataFrame:
        """The truth of the steps ahead."""
        return self.truth.loc[horizon.index, FORECAST]


@dataclass(frozen=True)
class Persistence:
    """Load and PV repeat with a period of `lag_steps`, from the last values known when planning."""

    lag_steps: int

    def forecast(self, history: pd.DataFrame, now: pd.Timestamp, horizon: pd.DataFrame) -> pd.DataFrame:
        """Step t has the value of t - n lag, n the smallest that lies before `now`; NaN before the run."""
        source = len(history) - self.lag_steps + np.arange(len(horizon)) % self.lag_steps
        known = np.vstack([np.full(len(FORECAST), np.nan), history[FORECAST]])
        return pd.DataFrame(known[np.maximum(source + 1, 0)], horizon.index, FORECAST)


def provider_of(bundle: Bundle) -> ForecastProvider:
    """The forecast provider that a bundle asks for by name."""
    name = bundle.run.forecast.provider
    if name in _BUILT_IN:
        return _BUILT_IN[name](bundle)
    registered = {each.name: each for each in entry_points(group=ENTRY_POINTS)}
    if name not in registered:
        raise BtmError(unknown_provider(bundle.run))
    factory: ProviderFactory = registered[name].load()
    return factory(bundle)


def unknown_provider(run: RunConfig) -> list[Diagnostic]:
    """BTM103 where a run asks for a forecast provider that is not there."""
    name = run.forecast.provider
    if name in _BUILT_IN:
        return []
    known = [*_BUILT_IN, *sorted(each.name for each in entry_points(group=ENTRY_POINTS))]
    if name in known:
        return []
    near = difflib.get_close_matches(name, known, n=1)
    help = f"did you mean `{near[0]}`?" if near else f"providers register by the entry point group {ENTRY_POINTS}"
    message = f"forecast.provider is `{name}`; expected one of {', '.join(known)}"
    return [problem("BTM103", message, help, Spot(run, ("forecast", "provider")).span)]


def _replay(bundle: Bundle) -> Replay:
    return Replay(bundle.frame)


def _persistence(bundle: Bundle) -> Persistence:
    return Persistence(round(bundle.run.forecast.lag_hours / bundle.run.dt))


def _issued(bundle: Bundle) -> Issued:
    return Issued(read_issues(str(bundle.path)))


_BUILT_IN: dict[str, ProviderFactory] = {"replay": _replay, "persistence": _persistence, "file": _issued}
