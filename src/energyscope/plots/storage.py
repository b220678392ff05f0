"""What storages hold over the year."""

from __future__ import annotations

import pandas as pd

from energyscope.plots.names import label
from energyscope.plots.picture import Levels, Picture
from energyscope.plots.tables import table_of
from energyscope.result import Result

MOST = 6
"""Storages in the picture."""
SMALLEST = 1e-3
"""Share of the largest storage below which one is left out."""
HOURS_OF_DAY = 24


def storage_level(result: Result, storages: list[str] | None = None) -> Picture:
    """Energy stored over the year [GWh]; without a list, the six largest storages that are not daily."""
    sizes = table_of(result, "storage_cycles")["size"]
    names = _largest(result, sizes) if storages is None else storages
    level = result.variables["Storage_level"]["Storage_level"].rename_axis(["name", "period"])
    table = level[level.index.get_level_values("name").isin(names)].reset_index(name="level")
    place = {name: rank for rank, name in enumerate(names)}
    table = table.assign(
        place=table["name"].map(place), label=table["name"].map(label), day=table["period"] / HOURS_OF_DAY
    )
    table = table.sort_values(["place", "period"], ignore_index=True)
    return Picture("Energy stored over the year", "", Levels("GWh", table))


def _largest(result: Result, sizes: pd.Series) -> list[str]:
    daily = set(result.sets["STORAGE_DAILY"]["STORAGE_DAILY"]) if "STORAGE_DAILY" in result.sets else set()
    seasonal = sizes[~sizes.index.isin(list(daily))].sort_values(ascending=False)
    return [str(name) for name in seasonal[seasonal > SMALLEST * seasonal.max()].index[:MOST]]
