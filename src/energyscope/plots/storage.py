"""What storages hold over the year."""

from __future__ import annotations

import pandas as pd

from energyscope.plots.days import require_known
from energyscope.plots.names import label
from energyscope.plots.picture import Levels, Picture
from energyscope.plots.tables import HOURS_OF_DAY, table_of
from energyscope.result import Result

MOST = 6
"""Storages in the picture."""
SMALLEST = 1e-3
"""Share of the largest storage below which one is left out."""
HOURLY_DAYS = 60
"""Days up to which every hour is drawn; more would be a comb of cycles that nobody can tell apart."""
WEEK = 7


def storage_level(result: Result, storages: list[str] | None = None) -> Picture:
    """Energy stored over the year [GWh]; without a list, the six largest storages that are not daily.

    Over more than 60 days the line is the mean of a week, in a band from its lowest to its highest level. Raises
    EnergyscopeError for an unknown storage.
    """
    sizes = table_of(result, "storage_cycles")["size"]
    names = _largest(result, sizes) if storages is None else storages
    levels = result.variables["Storage_level"]["Storage_level"].rename_axis(["name", "period"]).unstack("name")
    for name in names:
        require_known(name, levels.columns, "storage")
    levels = levels[names]
    levels = levels.set_axis(range(1, len(levels) + 1)).rename_axis("period")
    days = len(levels) / HOURS_OF_DAY
    if days > HOURLY_DAYS:
        note = "The line is the mean of a week, the band goes from its lowest to its highest level."
        return Picture("Energy stored over the year", note, Levels("GWh", "day of the year", _weekly(levels)))
    axis, hours = ("day", HOURS_OF_DAY) if days > 1 else ("hour of the day", 1)
    table = _long(levels, "level").assign(low=0.0)
    table = table.assign(time=table.pop("period") / hours, high=table["level"])
    return Picture("Energy stored", "", Levels("GWh", axis, table))


def _weekly(levels: pd.DataFrame) -> pd.DataFrame:
    """Mean, lowest and highest level of the week around every day."""
    by_day = levels.groupby((levels.index - 1) // HOURS_OF_DAY + 1)
    parts = {
        name: _long(getattr(getattr(by_day, of)().rolling(WEEK, center=True, min_periods=1), of)(), name)
        for name, of in (("level", "mean"), ("low", "min"), ("high", "max"))
    }
    table = parts["level"].assign(low=parts["low"]["low"], high=parts["high"]["high"])
    return table.rename(columns={"period": "time"})


def _long(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """A row for every storage and period, storages in their order."""
    table = wide.rename_axis(index="period", columns="name").T.stack().rename(value).reset_index()
    place = {name: rank for rank, name in enumerate(wide.columns)}
    return table.assign(place=table["name"].map(place), label=table["name"].map(label))


def _largest(result: Result, sizes: pd.Series) -> list[str]:
    daily = set(result.sets["STORAGE_DAILY"]["STORAGE_DAILY"]) if "STORAGE_DAILY" in result.sets else set()
    seasonal = sizes[~sizes.index.isin(list(daily))].sort_values(ascending=False)
    return [str(name) for name in seasonal[seasonal > SMALLEST * seasonal.max()].index[:MOST]]
