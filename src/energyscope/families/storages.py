"""The use of storages, the same for every family: what circulates within an hour, and the table of a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.solved import inner


@dataclass(frozen=True)
class StorageFlows:
    """What storages take from layers and give to them, beyond `circulation`: that is both taken and given at once.

    With `circulation` added to both, they are the flows of the solution, and their difference is the same either way.
    """

    charged: xr.DataArray
    discharged: xr.DataArray
    circulation: xr.DataArray

    def added_up(self, total: Callable[[xr.DataArray], xr.DataArray]) -> StorageFlows:
        """The same over a year or all periods."""
        return StorageFlows(total(self.charged), total(self.discharged), total(self.circulation))


def without_circulation(
    charged: xr.DataArray, discharged: xr.DataArray, round_trip: xr.DataArray, needed: xr.DataArray | float = 0.0
) -> StorageFlows:
    """Flows that layers see in an hour, without what a storage gives back in the hour in which it takes it.

    Where power is free, an optimum may charge and discharge at once, as much as power allows: nothing is kept by it.
    `round_trip` is the share of what is taken from a layer that can be given back to it (0: the storage does not do
    both), so circulation = min(discharged - needed, round_trip charged). What circulation loses stays in `charged`: the
    layer has lost it. `needed` is discharge that the model asks for in the very hour.
    """
    share = round_trip.clip(max=1.0).reindex_like(charged, fill_value=0.0)
    circulation = xr.apply_ufunc(np.minimum, discharged - needed, share * charged).clip(min=0.0)
    return StorageFlows(charged - circulation, discharged - circulation, circulation)


def storage_table(size: xr.DataArray, flows: StorageFlows, taken: xr.DataArray, level: xr.DataArray) -> pd.DataFrame:
    """Size and levels [GWh]; charged, discharged, circulating and lost energy as the layers see it [GWh]; cycles.

    All arrays are over `item`, `level` over `period` as well. `losses` = charged - discharged; `cycles` = energy taken
    from the store by its size, NaN without a size. A storage that is not built has 0 in all columns.
    """
    level = dust.without_dust(level, dust.CAPACITY * size)
    circulation = dust.without_dust(flows.circulation, dust.ACCURACY * (flows.charged + flows.circulation))
    frame = inner(
        xr.Dataset(
            {
                "size": size,
                "charged": flows.charged,
                "discharged": flows.discharged,
                "circulation": circulation,
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
