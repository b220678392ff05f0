"""The use of storages as a table, the same for every family."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.solved import inner


def storage_table(
    size: xr.DataArray, charged: xr.DataArray, discharged: xr.DataArray, taken: xr.DataArray, level: xr.DataArray
) -> pd.DataFrame:
    """Size and levels [GWh]; charged, discharged and lost energy as the layers see it [GWh]; cycles.

    All arrays are over `item`, `level` over `period` as well. `losses` = charged - discharged; `cycles` = energy taken
    from the store by its size, NaN without a size. A storage that is not built has 0 in all columns.
    """
    level = dust.without_dust(level, dust.CAPACITY * size)
    frame = inner(
        xr.Dataset(
            {
                "size": size,
                "charged": charged,
                "discharged": discharged,
                "lowest_level": level.min("period"),
                "mean_level": level.mean("period"),
                "highest_level": level.max("period"),
                "taken": taken,
            }
        )
    )
    frame[frame["size"] == 0] = 0.0
    frame["losses"] = frame["charged"] - frame["discharged"]
    frame["cycles"] = frame.pop("taken") / frame["size"].where(frame["size"] > 0)
    return frame.rename_axis("storage")
