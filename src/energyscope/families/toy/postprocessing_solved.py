"""A solution of toy as labelled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.solved import SolvedFrames, array
from energyscope.families.storages import StorageFlows, without_circulation


@dataclass(frozen=True)
class SolvedPeriods(SolvedFrames):
    """Tables of one run of toy, or of a model with its names: operation F_t[item,period] without typical days."""

    @cached_property
    def capacity(self) -> pd.Series:
        """F by technology [GW; GWh of a storage], 0 for what is not built."""
        capacity = self.variables["F"]["F"].rename_axis("technology")
        storages = self.members("STORAGE_TECH")
        return dust.installed(capacity, ["GWh" if each in storages else "GW" for each in capacity.index])

    @cached_property
    def installed(self) -> xr.DataArray:
        """The capacity as an array over `item`."""
        return array(self.capacity, ["item"])

    @cached_property
    def not_built(self) -> list[object]:
        """Technologies without capacity."""
        return self.capacity.index[self.capacity == 0].tolist()

    @cached_property
    def operation(self) -> xr.DataArray:
        """F_t over item and period [GW]."""
        return self.variable("F_t", "item", "period")

    @cached_property
    def charged(self) -> xr.DataArray:
        """What storages take from the layer, Storage_in / eff_in over item and period [GW]."""
        return self.variable("Storage_in", "item", "period") / self.parameter("storage_eff_in", "item")

    @cached_property
    def discharged(self) -> xr.DataArray:
        """What storages give to the layer, Storage_out eff_out over item and period [GW]."""
        return self.variable("Storage_out", "item", "period") * self.parameter("storage_eff_out", "item")

    @cached_property
    def storage_flows(self) -> StorageFlows:
        """Both without what circulates. Each efficiency counts twice: at the terminals, and at the level."""
        into, out_of = (self.parameter(name, "item") for name in ("storage_eff_in", "storage_eff_out"))
        return without_circulation(self.charged, self.discharged, (into * out_of) ** 2)

    def kind(self, items: pd.Index) -> list[str]:
        """Whether an item is a storage, a technology, the demand, or what is spilled."""
        of = dict.fromkeys(self.members("STORAGE_TECH"), "storage") | {DEMAND: "demand", SURPLUS: "surplus"}
        return [of.get(item, "technology") for item in items]


STORED, SERVED = "ELECTRICITY", "END_USE"
"""The layer that storages stand in, and that of the demand."""
DEMAND, SURPLUS = "demand", "surplus"
"""Items of the balances beside the technologies."""
