"""Energy balance: demand of the hour, balance of the layers, limits of capacity."""

from __future__ import annotations

import xarray as xr
from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families, Sides
from energyscope.families.core.variables import Core
from energyscope.families.terms import at, weighted_sum
from energyscope.modeldata.symbols import Member


def end_uses_t(m: Core) -> Constraint:
    """End_uses[l,h,td] = the demand of the layer in the hour    [GW; Mpkm/h; Mtkm/h]   (Fig. 2.8).

    Annual demands become hourly ones: constant, or by their time series. Shares split a demand between layers. Losses
    of district heating count as demand; those of the power grid do not, as published.
    """
    data = m.data

    def on(layer: Member, values: xr.DataArray | float) -> xr.DataArray:
        return at(values, "layer", data.sets.layers, layer)

    heat, passenger, freight = data.low_temperature_heat, data.passenger_mobility, data.freight_mobility
    lighting = data.demand("LIGHTING") * data.electricity_time_series / data.t_op
    constant = (
        on("ELECTRICITY", data.demand("ELECTRICITY") / data.total_time + lighting)
        + on("HEAT_HIGH_T", data.demand("HEAT_HIGH_T") / data.total_time)
        + on("HEAT_LOW_T_DECEN", heat)
        + on("MOB_PRIVATE", passenger)
    )
    shared = (
        m.Share_heat_dhn * (on("HEAT_LOW_T_DHN", heat) - on("HEAT_LOW_T_DECEN", heat))
        + m.Share_mobility_public * (on("MOB_PUBLIC", passenger) - on("MOB_PRIVATE", passenger))
        + m.Share_freight_train * on("MOB_FREIGHT_RAIL", freight)
        + m.Share_freight_road * on("MOB_FREIGHT_ROAD", freight)
        + m.Share_freight_boat * on("MOB_FREIGHT_BOAT", freight)
    )
    losses = m.Network_losses.sel(end_use_type="HEAT_LOW_T_DHN", drop=True) * on("HEAT_LOW_T_DHN", 1.0)
    return m.End_uses - shared - losses == constant


def layer_balance(m: Core) -> Constraint:
    """sum_i layers_in_out[i,l] F_t[i] + sum_j (Storage_out[j,l] - Storage_in[j,l]) - End_uses[l] = 0    [GW].

    (Eq. 2.13.) In every layer and hour, what is produced and discharged is what is used, charged and demanded.
    """
    flows = weighted_sum(m.F_t, m.data.layers_in_out, "activity")
    return flows + m.Storage_out.sum("storage") - m.Storage_in.sum("storage") - m.End_uses == 0


def capacity_factor_t(m: Core) -> Constraint:
    """F_t[j,h,td] <= F[j] c_p_t[j,h,td]    [GW; GWh]   (Eq. 2.10).

    What is installed, times the availability of the hour, limits the operation.
    """
    return m.operation("technology", m.sets.technologies) - m.F * m.data.c_p_t <= 0


def capacity_factor(m: Core) -> Constraint:
    """sum_t F_t[j] t_op <= F[j] c_p[j] total_time    [GWh/y]   (Eq. 2.11).

    Downtime and maintenance limit the output of the year.
    """
    return m.yearly("technology", m.sets.technologies) - m.F * (m.data.c_p * m.data.total_time) <= 0


def size_limit(m: Core) -> Sides:
    """f_min[j] <= F[j] <= f_max[j]    [GW; GWh]   (Eq. 2.9)."""
    return m.data.f_min <= m.F, m.data.f_max >= m.F


FAMILIES: Families = {
    "end_uses_t": end_uses_t,
    "layer_balance": layer_balance,
    "capacity_factor_t": capacity_factor_t,
    "capacity_factor": capacity_factor,
    "size_limit": size_limit,
}
