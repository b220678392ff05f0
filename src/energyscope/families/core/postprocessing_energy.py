"""What flows where: balances, production and use of the year, capacity factors, storage, curtailment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.core.postprocessing_solved import Solved, unit_of_layer
from energyscope.families.solved import inner, nonzero, zero_for
from energyscope.families.storages import storage_table

HOURLY = ("layer", "item", "hour", "typical_day")


def capacities(m: Solved) -> pd.DataFrame:
    """Installed capacity F by technology, its unit, and the end-use type it serves (empty: none).

    GW of main output, GWh of a storage, Mpkm/h and Mtkm/h of a vehicle; measures of efficiency have no unit.
    """
    serves = [str(m.end_use_of.get(technology, "")) for technology in m.capacity.index]
    units = m.units_of(m.capacity.index)
    return m.with_run(pd.DataFrame({"capacity": m.capacity, "unit": units, "end_use_type": serves}))


def year_weights(m: Solved) -> pd.DataFrame:
    """Hours of the year that (hour, typical day) stands for [h]: its count in T_H_TD times t_op."""
    return m.with_run(m.hours_of_year.to_series().to_frame("hours"))


def hourly_balance(m: Solved) -> pd.DataFrame:
    """Every nonzero term of layer_balance [GW]: what an item gives to a layer (+) or takes from it (-) in an hour.

    layers_in_out F_t of resources and technologies, Storage_out - Storage_in, and - End_uses (item `End_uses`). The
    terms of a (layer, hour, typical_day) sum to zero.
    """
    return m.with_run(pd.concat([nonzero(part, "hourly_balance", HOURLY) for part in _balanced(_terms(m))]))


def annual_balance(m: Solved) -> pd.DataFrame:
    """The hourly balance over the year [GWh/y, Mpkm/y, Mtkm/y, kt/y], with the kind of the item and the unit.

    Each hour counts as often as it occurs in T_H_TD, times t_op. The terms of a layer sum to zero.
    """
    year = pd.concat([nonzero(part, "annual_balance", HOURLY[:2]) for part in _balanced(_annual_terms(m))])
    items, layers = (year.index.get_level_values(name) for name in ("item", "layer"))
    return m.with_run(year.assign(kind=m.kind(items), unit=[f"{unit_of_layer(layer)}/y" for layer in layers]))


def annual_production(m: Solved) -> pd.DataFrame:
    """What an item gives to a layer over the year [GWh/y, ...]; of a storage, what it discharges.

    A storage's circulation within an hour does not count, see `StorageFlows`.
    """
    return _one_side(m, "annual_production", +1.0, m.storage_flows.discharged)


def annual_use(m: Solved) -> pd.DataFrame:
    """What an item takes from a layer over the year [GWh/y, ...]; of a storage, what it charges.

    A storage's circulation within an hour does not count, see `StorageFlows`.
    """
    return _one_side(m, "annual_use", -1.0, m.storage_flows.charged)


def capacity_factors(m: Solved) -> pd.DataFrame:
    """Full-load share of the year: year(F_t) / (F total_time), NaN without capacity.

    `capacity` [GW], `annual_output` [GWh/y] of main output: NaN, as the factor, for what gives nothing to any layer
    (networks, measures of efficiency). Storages are in `storage_cycles`.
    """
    output = zero_for(m.not_built, _year(m, m.operation))
    frame = inner(xr.Dataset({"capacity": m.installed, "annual_output": output}))
    if "layers_in_out" in m.parameters:
        factor = m.parameter("layers_in_out", "item", "layer")
        gives = factor["item"].to_numpy()[(factor > 0).any("layer").to_numpy()]
        frame["annual_output"] = frame["annual_output"].where(frame.index.isin(gives))
    hours = float(m.hours_of_year.sum())
    frame["capacity_factor"] = frame["annual_output"] / (frame["capacity"].where(frame["capacity"] > 0) * hours)
    return m.with_run(frame.rename_axis("technology"))


def curtailment(m: Solved) -> pd.DataFrame:
    """What technologies whose availability c_p_t varies could have given, and what they did not [GWh/y].

    `available` = year(F c_p_t), `used` = year(F_t), `curtailed` their difference, `share` of what was available (NaN
    without capacity).
    """
    factor = m.parameter("c_p_t", "item", "hour", "typical_day")
    varies = (factor.min(["hour", "typical_day"]) < factor.max(["hour", "typical_day"])) & factor["item"].isin(
        m.operation["item"]
    )
    available = _year(m, factor.sel(item=varies) * m.installed)
    used = zero_for(m.not_built, _year(m, m.operation))
    frame = inner(xr.Dataset({"available": available, "used": used}))
    # an interior point may use a hair more than there is
    frame["curtailed"] = (frame["available"] - frame["used"]).clip(lower=0.0)
    frame["share"] = frame["curtailed"] / frame["available"].where(frame["available"] > 0)
    return m.with_run(frame.rename_axis("technology"))


def storage_cycles(m: Solved) -> pd.DataFrame:
    """Use of each storage: size [GWh], energy charged and discharged as the layers see it [GWh/y], levels [GWh].

    What is charged and discharged in the same hour is `circulation`, in no other column. `losses` = charged -
    discharged; `cycles` = (energy taken from the store, year(discharged / eff_out)) / size a year, NaN without a size.
    """
    flows = m.storage_flows
    efficiency = m.parameter("storage_eff_out", "item", "layer")
    taken = (flows.discharged / efficiency.where(efficiency > 0)).fillna(0.0)
    level = m.variable("Storage_level", "item", "period")
    year = flows.added_up(lambda flow: _year(m, flow).sum("layer"))
    return m.with_run(storage_table(m.installed, year, _year(m, taken).sum("layer"), level))


def _terms(m: Solved) -> list[xr.DataArray]:
    """The terms of layer_balance: operation, storage, demand."""
    terms = [m.parameter("layers_in_out", "item", "layer") * m.operation, m.net_discharge]
    if "End_uses" in m.variables:
        demand = -m.variable("End_uses", "layer", "hour", "typical_day")
        terms.append(demand.expand_dims(item=np.array(["End_uses"], dtype=object)))
    return [term.transpose(*HOURLY) for term in terms]


def _annual_terms(m: Solved) -> list[xr.DataArray]:
    return [_year(m, term) for term in _terms(m)]


def _balanced(terms: Sequence[xr.DataArray]) -> list[xr.DataArray]:
    layers = pd.unique(np.concatenate([term["layer"].to_numpy() for term in terms]))
    return dust.balanced(terms, pd.Series([unit_of_layer(layer) for layer in layers], layers))


def _one_side(m: Solved, name: str, sign: float, stored: xr.DataArray) -> pd.DataFrame:
    """Production (sign +1) or use (-1) of activities over the year, and that of storages."""
    balance = m.parameter("layers_in_out", "item", "layer") * _year(m, m.operation)
    parts = [(sign * balance).clip(min=0.0), zero_for(m.not_built, _year(m, stored))]
    frame = pd.concat([nonzero(part, name, ("item", "layer")) for part in _balanced(parts)])
    items, layers = (frame.index.get_level_values(level) for level in ("item", "layer"))
    return m.with_run(frame.assign(kind=m.kind(items), unit=[f"{unit_of_layer(layer)}/y" for layer in layers]))


def _year(m: Solved, hourly: xr.DataArray) -> xr.DataArray:
    """The sum over the year of an hourly quantity."""
    return xr.dot(hourly, m.hours_of_year, dim=["hour", "typical_day"])
