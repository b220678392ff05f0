"""Mobility: constant shares of the means of transport, batteries of electric vehicles."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core
from energyscope.families.terms import pairs, rows


def operating_strategy_mob_passenger(m: Core) -> Constraint:
    """F_t[j,h,td] = Shares_mobility_passenger[j] passenger_mobility[h,td]    [Mpkm/h]   (Eq. 2.24).

    A means of transport serves the same share of demand in every hour.
    """
    operation = m.operation("vehicle", m.sets.technologies_of_category("MOBILITY_PASSENGER"))
    return operation - m.Shares_mobility_passenger * m.data.passenger_mobility == 0


def operating_strategy_mobility_freight(m: Core) -> Constraint:
    """F_t[j,h,td] = Shares_mobility_freight[j] freight_mobility[h,td]    [Mtkm/h]   (Eq. 2.25)."""
    operation = m.operation("vehicle", m.sets.technologies_of_category("MOBILITY_FREIGHT"))
    return operation - m.Shares_mobility_freight * m.data.freight_mobility == 0


def freight_shares(m: Core) -> Constraint:
    """Share_freight_train + Share_freight_road + Share_freight_boat = 1    [-]   (Eq. 2.26)."""
    return m.Share_freight_train + m.Share_freight_road + m.Share_freight_boat == 1


def ev_storage_size(m: Core) -> Constraint:
    """F[i] = F[j] / vehicle_capacity[j] batt_per_car[j]    [GWh]   (Eq. 2.30).

    The batteries i grow with the number of vehicles j.
    """
    pair = pairs("V2G", m.sets.batteries)
    battery = m.sizes("battery", m.sets.storages).sel(battery=pair["battery"])
    vehicle = m.sizes("vehicle", m.sets.vehicles).sel(vehicle=pair["vehicle"])
    on_the_road = vehicle * m.data.battery_per_output.sel(vehicle=pair["vehicle"])
    return rows(battery - on_the_road, "=", "vehicle", "battery")


def ev_storage_for_v2g_demand(m: Core) -> Constraint:
    """Storage_out[i,ELECTRICITY,h,td] >= -layers_in_out[j,ELECTRICITY] F_t[j,h,td]    [GW]   (Eq. 2.31).

    Vehicles j drive on their batteries i.
    """
    pair = pairs("V2G", m.sets.batteries)
    discharge = m.Storage_out.sel(layer="ELECTRICITY", drop=True).rename(storage="battery")
    operation = m.operation("vehicle", m.sets.vehicles).sel(vehicle=pair["vehicle"])
    driving = operation * m.data.vehicle_electricity.sel(vehicle=pair["vehicle"])
    spare = discharge.sel(battery=pair["battery"]) + driving
    return rows(spare, ">=", "vehicle", "battery", "hour", "typical_day")


FAMILIES: Families = {
    "operating_strategy_mob_passenger": operating_strategy_mob_passenger,
    "operating_strategy_mobility_freight": operating_strategy_mobility_freight,
    "Freight_shares": freight_shares,
    "EV_storage_size": ev_storage_size,
    "EV_storage_for_V2G_demand": ev_storage_for_v2g_demand,
}
