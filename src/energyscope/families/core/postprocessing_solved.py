"""A solution of core as labelled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.solved import SolvedFrames, array
from energyscope.families.storages import StorageFlows, without_circulation

_FREIGHT, _PASSENGERS, _CARBON = "MOB_FREIGHT", "MOB_", "CO2_"
_PLACES = ("item", "layer", "hour", "typical_day")
_EFFICIENCIES = ("storage_eff_in", "storage_eff_out")


@dataclass(frozen=True)
class Solved(SolvedFrames):
    """Tables of variables, parameters, sets and constraints of one run of core."""

    @cached_property
    def capacity(self) -> pd.Series:
        """F by technology, 0 for what is not built."""
        capacity = self.variables["F"]["F"].rename_axis("technology")
        return dust.installed(capacity, self.units_of(capacity.index))

    @cached_property
    def installed(self) -> xr.DataArray:
        """The capacity as an array over `item`."""
        return array(self.capacity, ["item"])

    @cached_property
    def not_built(self) -> list[object]:
        """Technologies without capacity; none where the model has no F."""
        return self.capacity.index[self.capacity == 0].tolist() if "F" in self.variables else []

    def units_of(self, technologies: pd.Index) -> list[str]:
        """GW of main output, GWh of a storage, Mpkm/h and Mtkm/h of a vehicle; measures of efficiency have none."""
        storages = self.members("STORAGE_TECH")
        return [
            "GWh" if each in storages else "-" if each == "EFFICIENCY" else _power_unit(self.end_use_of.get(each, ""))
            for each in technologies
        ]

    @cached_property
    def hours_of_year(self) -> xr.DataArray:
        """Hours of the year that a pair (hour, typical_day) stands for: how often it occurs, times its t_op [h].

        The first column of T_H_TD is the period, the next two are the hour and the typical day.
        """
        hour, day = (self.sets["T_H_TD"][f"T_H_TD_{place}"] for place in (1, 2))
        count = pd.Series(1.0, index=[hour.rename("hour"), day.rename("typical_day")]).groupby(level=[0, 1]).sum()
        weight = array(count, ("hour", "typical_day"))
        if "t_op" in self.parameters:
            weight = weight * self.parameter("t_op", "hour", "typical_day")
        return weight

    @cached_property
    def operation(self) -> xr.DataArray:
        """F_t[item,hour,typical_day], storages left out (theirs is a level): GW of main output."""
        operation = self.variable("F_t", "item", "hour", "typical_day")
        return operation.sel(item=~operation["item"].isin(list(self.members("STORAGE_TECH"))))

    @cached_property
    def net_discharge(self) -> xr.DataArray:
        """Storage_out - Storage_in [GW], seen by the layer; empty where the model has no storage of these names."""
        charged, discharged = self._charged_and_discharged
        return discharged - charged

    @cached_property
    def storage_flows(self) -> StorageFlows:
        """Storage_in and Storage_out [GW] without what circulates; empty where the model has no such storage.

        Without efficiencies by storage and layer nobody can say what circulates: then nothing does.
        """
        charged, discharged = self._charged_and_discharged
        tables = [self.parameters[name] for name in _EFFICIENCIES if name in self.parameters]
        if [table.index.nlevels for table in tables] != [2, 2]:
            return StorageFlows(charged, discharged, xr.zeros_like(charged))
        into, out_of = (self.parameter(name, "item", "layer") for name in _EFFICIENCIES)
        return without_circulation(charged, discharged, into * out_of, self._driving(charged))

    @cached_property
    def _charged_and_discharged(self) -> tuple[xr.DataArray, xr.DataArray]:
        if not {"Storage_in", "Storage_out"} <= set(self.variables):
            none = xr.DataArray(np.zeros((0,) * 4), {dim: np.empty(0, dtype=object) for dim in _PLACES}, _PLACES)
            return none, none
        return self.variable("Storage_in", *_PLACES), self.variable("Storage_out", *_PLACES)

    def _driving(self, like: xr.DataArray) -> xr.DataArray:
        """What vehicles on the road take from their batteries, which EV_storage_for_V2G_demand asks for [GW].

        A battery stands for those of all cars: some charge while others drive, and that does not circulate.
        """
        battery_of = self._battery_of_vehicle
        if battery_of.empty or "layers_in_out" not in self.parameters or "F_t" not in self.variables:
            return xr.zeros_like(like)
        vehicles = {"item": battery_of.index.to_numpy()}
        factor = self.parameter("layers_in_out", "item", "layer").reindex(
            vehicles | {"layer": ["ELECTRICITY"]}, fill_value=0.0
        )
        driving = -factor * self.operation.reindex(vehicles, fill_value=0.0)
        by_battery = driving.assign_coords(item=battery_of.to_numpy()).groupby("item").max()
        return by_battery.reindex_like(like, fill_value=0.0)

    @property
    def _battery_of_vehicle(self) -> pd.Series:
        name = "EVs_BATT_OF_V2G"
        return self.sets[name][name] if name in self.sets else pd.Series(dtype=object)

    def kind(self, items: pd.Index) -> list[str]:
        """Whether an item is a resource, a storage, a technology, or the demand of a layer."""
        resources, storages = self.members("RESOURCES"), self.members("STORAGE_TECH")
        of = dict.fromkeys(resources, "resource") | dict.fromkeys(storages, "storage") | {"End_uses": "demand"}
        return [of.get(item, "technology") for item in items]

    @cached_property
    def end_use_of(self) -> dict[object, object]:
        """The end-use type that a technology serves."""
        name = "TECHNOLOGIES_OF_END_USES_TYPE"
        if name not in self.sets:
            return {}
        table = self.sets[name]
        return dict(zip(table[name], table.index, strict=True))


def unit_of_layer(layer: object) -> str:
    """The unit of a yearly amount in a layer."""
    name = str(layer)
    if name.startswith(_FREIGHT):
        return "Mtkm"
    if name.startswith(_PASSENGERS):
        return "Mpkm"
    return "kt" if name.startswith(_CARBON) else "GWh"


def _power_unit(layer: object) -> str:
    unit = unit_of_layer(layer)
    return "GW" if unit == "GWh" else f"{unit}/h"
