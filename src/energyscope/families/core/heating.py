"""Heating: solar panels and storage beside decentralised heating."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.sets import SOLAR_HEAT
from energyscope.families.core.variables import Core
from energyscope.families.terms import pairs


def thermal_solar_capacity_factor(m: Core) -> Constraint:
    """F_t_solar[j,h,td] <= F_solar[j] c_p_t[DEC_SOLAR,h,td]    [GW]   (Eq. 2.27)."""
    return m.F_t_solar - m.F_solar * m.data.c_p_t.sel(technology=SOLAR_HEAT, drop=True) <= 0


def thermal_solar_total_capacity(m: Core) -> Constraint:
    """F[DEC_SOLAR] = sum_j F_solar[j]    [GW]   (Eq. 2.28)."""
    return m.size(SOLAR_HEAT) - m.F_solar.sum() == 0


def decentralised_heating_balance(m: Core) -> Constraint:
    """F_t[j] + F_t_solar[j] + sum_l (out[i,l] - in[i,l]) = Shares_lowT_dec[j] low_temperature_heat    [GW].

    (Eq. 2.29.) A heating technology j with its panels and its storage i serves the same share of demand in every hour.
    """
    pair = pairs("TS_OF_DEC_TECH", m.sets.heat_stores)
    heating, storage = {"heating": pair["heating"]}, {"storage": pair["storage"]}
    heat = m.operation("heating", m.sets.heating).sel(heating) + m.F_t_solar.sel(heating)
    stored = m.Storage_out.sel(storage).sum("layer") - m.Storage_in.sel(storage).sum("layer")
    return heat + stored - m.Shares_lowT_dec.sel(heating) * m.data.low_temperature_heat == 0


FAMILIES: Families = {
    "thermal_solar_capacity_factor": thermal_solar_capacity_factor,
    "thermal_solar_total_capacity": thermal_solar_total_capacity,
    "decentralised_heating_balance": decentralised_heating_balance,
}
