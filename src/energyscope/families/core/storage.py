"""Storage: its level over the year, the layers it serves, its power."""

from __future__ import annotations

import xarray as xr
from linopy import LinearExpression, Variable
from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.sets import EV_BATTERIES
from energyscope.families.core.variables import Core
from energyscope.families.terms import pairs, rows, weighted_sum

LEVEL_INDEX = ("storage", "period", "hour", "typical_day")
"""The index of rows over the year: (j,t,h,td) with (t,h,td) in T_H_TD."""


def storage_level(m: Core) -> Constraint:
    """level[j,t] = level[j,t-1] (1 - losses) + t_op (sum_l eff_in in[j,l] - sum_l out[j,l] / eff_out)    [GWh].

    (Eq. 2.14.) The year is a cycle: before its first hour comes its last. A row is of one (t,h,td) of T_H_TD: it takes
    the levels from t, what flows in and out from (h,td).
    """
    data, year = m.data, pairs("T_H_TD", m.sets.typical)
    charge = weighted_sum(m.Storage_in, data.storage_eff_in, "layer")
    discharge = weighted_sum(m.Storage_out, _inverse(data.storage_eff_out), "layer")
    gain = _in_year((charge - discharge) * data.t_op, year)
    level, before = (each.sel(period=year["period"]) for each in (m.Storage_level, m.Storage_level.roll(period=1)))
    return rows(level - before * (1 - data.storage_losses) - gain, "=", *LEVEL_INDEX)


def impose_daily_storage(m: Core) -> Constraint:
    """level[j,t] = F_t[j,h,td]    [GWh]   (Eq. 2.15).

    The level of a daily storage is the same in the same hour of all days of one kind.
    """
    daily, year = m.sets.daily_storages, pairs("T_H_TD", m.sets.typical)
    level = m.Storage_level.sel(storage=daily, period=year["period"])
    return rows(level - _in_year(m.operation("storage", daily), year), "=", *LEVEL_INDEX)


def limit_energy_stored_to_maximum(m: Core) -> Constraint:
    """level[j,t] <= F[j]    [GWh]   (Eq. 2.16)."""
    seasonal = m.sets.seasonal_storages
    return m.Storage_level.sel(storage=seasonal) - m.sizes("storage", seasonal) <= 0


def storage_layer_in(m: Core) -> Constraint:
    """in[j,l] (ceil(eff_in[j,l]) - 1) = 0    [GW]   (Eq. 2.17).

    A storage takes nothing from layers that its efficiencies exclude; for the others the row would read 0 = 0.
    """
    return -_excluded(m.Storage_in, m.data.storage_eff_in) == 0


def storage_layer_out(m: Core) -> Constraint:
    """out[j,l] (ceil(eff_out[j,l]) - 1) = 0    [GW]   (Eq. 2.18)."""
    return -_excluded(m.Storage_out, m.data.storage_eff_out) == 0


def limit_energy_to_power_ratio(m: Core) -> Constraint:
    """in[j,l] charge_time + out[j,l] discharge_time <= F[j] availability    [GWh]   (Eq. 2.19).

    The size of a storage limits its power.
    """
    chosen = [each for each in m.sets.storages if each not in EV_BATTERIES]
    charge = m.Storage_in.sel(storage=chosen) * m.data.storage_charge_time.sel(storage=chosen)
    discharge = m.Storage_out.sel(storage=chosen) * m.data.storage_discharge_time.sel(storage=chosen)
    return charge + discharge - m.sizes("storage", chosen) * m.data.storage_availability.sel(storage=chosen) <= 0


def limit_energy_to_power_ratio_bis(m: Core) -> Constraint:
    """in[j,l] charge_time + (out[j,l] - driving) discharge_time <= (F[j] - on the road) availability    [GWh].

    (Eq. 2.19, second part.) The batteries j of the vehicles i: those on the road are not plugged in. Driving takes
    -layers_in_out[i,ELECTRICITY] F_t[i]; on the road are F_t[i] / vehicle_capacity[i] batt_per_car[i].
    """
    data, pair = m.data, pairs("V2G", m.sets.batteries)
    vehicle, battery = {"vehicle": pair["vehicle"]}, {"battery": pair["battery"]}
    charge_time, discharge_time, availability = (
        figures.rename(storage="battery").sel(battery)
        for figures in (data.storage_charge_time, data.storage_discharge_time, data.storage_availability)
    )
    charge, discharge = (flow.rename(storage="battery").sel(battery) for flow in (m.Storage_in, m.Storage_out))
    driving = -data.vehicle_electricity.sel(vehicle)
    on_the_road = data.battery_per_output.sel(vehicle)
    operation = m.operation("vehicle", m.sets.vehicles).sel(vehicle)
    size = m.sizes("battery", m.sets.storages).sel(battery)
    power = charge * charge_time + discharge * discharge_time
    power = power - size * availability + operation * (on_the_road * availability - driving * discharge_time)
    return rows(power, "<=", "vehicle", "battery", "layer", "hour", "typical_day")


def _in_year(hourly: Variable | LinearExpression, year: dict[str, xr.DataArray]) -> Variable | LinearExpression:
    """What is by hour and typical day, by rows of T_H_TD."""
    return hourly.sel(hour=year["hour"], typical_day=year["typical_day"])


def _excluded(flow: Variable, efficiency: xr.DataArray) -> Variable:
    """The flows between storages and layers that do not fit, along pairs."""
    stacked = (efficiency == 0).to_series()
    table = stacked[stacked].index.to_frame(index=False)
    return flow.sel(pairs("storage_layer", table))


def _inverse(efficiency: xr.DataArray) -> xr.DataArray:
    """1 / efficiency, 0 where the layer does not fit."""
    fits = efficiency > 0
    return (1 / efficiency.where(fits, 1.0)).where(fits, 0.0)


FAMILIES: Families = {
    "storage_level": storage_level,
    "impose_daily_storage": impose_daily_storage,
    "limit_energy_stored_to_maximum": limit_energy_stored_to_maximum,
    "storage_layer_in": storage_layer_in,
    "storage_layer_out": storage_layer_out,
    "limit_energy_to_power_ratio": limit_energy_to_power_ratio,
    "limit_energy_to_power_ratio_bis": limit_energy_to_power_ratio_bis,
}
