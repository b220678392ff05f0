"""A solution of core as labelled arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

Frames = Mapping[str, pd.DataFrame]

NOISE = 1e-3
"""Capacities up to 1 MW (1 MWh) count as none: an interior point leaves up to 1e-4 of what costs next to nothing."""

_FREIGHT, _PASSENGERS, _CARBON = "MOB_FREIGHT", "MOB_", "CO2_"


@dataclass(frozen=True)
class Solved:
    """Tables of variables, parameters, sets and constraints of one run, read as arrays."""

    variables: Frames
    parameters: Frames
    sets: Frames
    constraints: Frames
    run: int

    def variable(self, name: str, *dims: str) -> xr.DataArray:
        """A variable over named dimensions, 0 where its index has no such tuple."""
        return array(self.variables[name][name], dims)

    def parameter(self, name: str, *dims: str) -> xr.DataArray:
        """A parameter over named dimensions, 0 where its index has no such tuple."""
        return array(self.parameters[name][name], dims)

    def members(self, name: str) -> set[object]:
        """The members of a set, none where there is no such set."""
        return set(self.sets[name][name]) if name in self.sets else set()

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
        dims = ("item", "layer", "hour", "typical_day")
        if not {"Storage_in", "Storage_out"} <= set(self.variables):
            return xr.DataArray(np.zeros((0,) * 4), {dim: np.empty(0, dtype=object) for dim in dims}, dims)
        return self.variable("Storage_out", *dims) - self.variable("Storage_in", *dims)

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


def array(values: pd.Series, dims: Sequence[str]) -> xr.DataArray:
    """Values over an index as an array with these dimensions, 0 where the index has no such tuple."""
    return sparse_array(values, dims).fillna(0.0)


def sparse_array(values: pd.Series, dims: Sequence[str]) -> xr.DataArray:
    """Values over an index as an array with these dimensions, NaN where the index has no such tuple."""
    return values.set_axis(values.index.set_names(list(dims))).to_xarray()


def unit_of_layer(layer: object) -> str:
    """The unit of a yearly amount in a layer."""
    name = str(layer)
    if name.startswith(_FREIGHT):
        return "Mtkm"
    if name.startswith(_PASSENGERS):
        return "Mpkm"
    return "kt" if name.startswith(_CARBON) else "GWh"
