"""The figures of core as labelled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.families.core.sets import CoreSets
from energyscope.families.reading import array, scalar
from energyscope.modeldata.model_data import ModelData

SHARES = {
    "Share_mobility_public": "share_mobility_public",
    "Share_freight_train": "share_freight_train",
    "Share_freight_road": "share_freight_road",
    "Share_freight_boat": "share_freight_boat",
    "Share_heat_dhn": "share_heat_dhn",
}
"""Variables that split a demand, and what the names of their bounds begin with."""


@dataclass(frozen=True, eq=False)
class CoreData:
    """Parameters under the names of the field, and what follows from them.

    Dimensions: technology, activity (what layers_in_out is of), resource, layer, storage, end_use_type, vehicle, hour,
    typical_day. Units are those of core.mod: GW, GWh, MEUR, ktCO2-eq., Mpkm, Mtkm.
    """

    sets: CoreSets
    end_uses_input: xr.DataArray
    electricity_time_series: xr.DataArray
    heating_time_series: xr.DataArray
    mob_pass_time_series: xr.DataArray
    mob_freight_time_series: xr.DataArray
    t_op: xr.DataArray
    c_p_t: xr.DataArray
    c_p: xr.DataArray
    f_min: xr.DataArray
    f_max: xr.DataArray
    fmin_perc: xr.DataArray
    fmax_perc: xr.DataArray
    c_inv: xr.DataArray
    c_maint: xr.DataArray
    lifetime: xr.DataArray
    gwp_constr: xr.DataArray
    layers_in_out: xr.DataArray
    vehicle_capacity: xr.DataArray
    batt_per_car: xr.DataArray
    avail: xr.DataArray
    c_op: xr.DataArray
    gwp_op: xr.DataArray
    storage_eff_in: xr.DataArray
    storage_eff_out: xr.DataArray
    storage_losses: xr.DataArray
    storage_charge_time: xr.DataArray
    storage_discharge_time: xr.DataArray
    storage_availability: xr.DataArray
    loss_network: xr.DataArray
    share_bounds: dict[str, tuple[float, float]]
    i_rate: float
    gwp_limit: float
    c_grid_extra: float
    solar_area: float
    power_density_pv: float
    power_density_solar_thermal: float

    @classmethod
    def of(cls, data: ModelData) -> CoreData:
        """Read the data. Raises ModelError for what is missing or does not fit."""
        sets = CoreSets.of(data)
        sets.check(data)
        return cls(
            sets=sets,
            **_demand(data, sets),
            **_technologies(data, sets),
            **_resources(data, sets),
            **_storages(data, sets),
            share_bounds={
                variable: (scalar(data, f"{share}_min"), scalar(data, f"{share}_max"))
                for variable, share in SHARES.items()
            },
            i_rate=scalar(data, "i_rate"),
            gwp_limit=scalar(data, "gwp_limit"),
            c_grid_extra=scalar(data, "c_grid_extra"),
            solar_area=scalar(data, "solar_area"),
            power_density_pv=scalar(data, "power_density_pv", 0),
            power_density_solar_thermal=scalar(data, "power_density_solar_thermal", 0),
        )

    @cached_property
    def occurrences(self) -> xr.DataArray:
        """How many hours of the year an hour of a typical day stands for."""
        counts = self.sets.typical.groupby(["hour", "typical_day"]).size()
        whole = pd.MultiIndex.from_product([self.sets.hours, self.sets.typical_days])
        shape = (len(self.sets.hours), len(self.sets.typical_days))
        return self.t_op.copy(data=counts.reindex(whole, fill_value=0).to_numpy(dtype=np.float64).reshape(shape))

    @cached_property
    def year(self) -> xr.DataArray:
        """Hours of the year that an hour of a typical day stands for [h]: its weight in sums over the year."""
        return self.occurrences * self.t_op

    @property
    def total_time(self) -> float:
        """Hours of the year [h]."""
        return float(self.year.sum())

    @property
    def tau(self) -> xr.DataArray:
        """Annuity of one unit of investment [1/y]: i (1 + i)^n / ((1 + i)^n - 1)   (Eq. 2.2)."""
        growth = (1 + self.i_rate) ** self.lifetime
        return self.i_rate * growth / (growth - 1)

    @property
    def vehicle_electricity(self) -> xr.DataArray:
        """Electricity of the vehicles of V2G per unit of output, negative [GW/(Mpkm/h)]."""
        vehicles = self.sets.vehicles
        return self.layers_in_out.sel(layer="ELECTRICITY", drop=True).sel(activity=vehicles).rename(activity="vehicle")

    @property
    def battery_per_output(self) -> xr.DataArray:
        """Batteries of the vehicles of V2G per unit of output [GWh/(Mpkm/h)]."""
        return self.batt_per_car / self.vehicle_capacity.sel(technology=self.sets.vehicles).rename(technology="vehicle")

    def demand(self, name: str) -> float:
        """Demand of the year [GWh/y; Mpkm/y; Mtkm/y]."""
        return float(self.end_uses_input.sel(input=name))

    @property
    def low_temperature_heat(self) -> xr.DataArray:
        """Demand of low-temperature heat in the hour [GW]: hot water is constant, space heating follows its series."""
        space = self.demand("HEAT_LOW_T_SH") * self.heating_time_series / self.t_op
        return self.demand("HEAT_LOW_T_HW") / self.total_time + space

    @property
    def passenger_mobility(self) -> xr.DataArray:
        """Demand of passenger mobility in the hour [Mpkm/h]."""
        return self.demand("MOBILITY_PASSENGER") * self.mob_pass_time_series / self.t_op

    @property
    def freight_mobility(self) -> xr.DataArray:
        """Demand of freight in the hour [Mtkm/h]."""
        return self.demand("MOBILITY_FREIGHT") * self.mob_freight_time_series / self.t_op


def _demand(data: ModelData, sets: CoreSets) -> dict[str, Any]:
    hours: dict[str, Any] = {"hour": sets.hours, "typical_day": sets.typical_days}
    by_sector = array(data, "end_uses_demand_year", 0, input=sets.inputs, sector=sets.sectors)
    series = ("electricity_time_series", "heating_time_series", "mob_pass_time_series", "mob_freight_time_series")
    return {
        "end_uses_input": by_sector.sum("sector"),
        **{name: array(data, name, **hours) for name in series},
        "t_op": array(data, "t_op", 1, **hours),
    }


def _technologies(data: ModelData, sets: CoreSets) -> dict[str, Any]:
    hours: dict[str, Any] = {"hour": sets.hours, "typical_day": sets.typical_days}
    defaults = {"fmin_perc": 0, "fmax_perc": 1, "c_p": 1, "vehicle_capacity": 0}
    names = ("f_min", "f_max", "c_inv", "c_maint", "lifetime", "gwp_constr", *defaults)
    return {
        **{name: array(data, name, defaults.get(name), technology=sets.technologies) for name in names},
        "c_p_t": array(data, "c_p_t", 1, technology=sets.technologies, **hours),
        "layers_in_out": array(data, "layers_in_out", activity=sets.activities, layer=sets.layers),
        "batt_per_car": array(data, "batt_per_car", vehicle=sets.vehicles),
        "loss_network": array(data, "loss_network", 0, end_use_type=sets.end_use_types),
    }


def _resources(data: ModelData, sets: CoreSets) -> dict[str, Any]:
    return {name: array(data, name, resource=sets.resources) for name in ("avail", "c_op", "gwp_op")}


def _storages(data: ModelData, sets: CoreSets) -> dict[str, Any]:
    by_storage = ("storage_losses", "storage_charge_time", "storage_discharge_time")
    by_layer = ("storage_eff_in", "storage_eff_out")
    return {
        **{name: array(data, name, storage=sets.storages) for name in by_storage},
        **{name: array(data, name, storage=sets.storages, layer=sets.layers) for name in by_layer},
        "storage_availability": array(data, "storage_availability", 1, storage=sets.storages),
    }
