"""Tables that follow from a solution of toy, or of any model with the same names.

Power in GW, energy in GWh over all periods (hours) of the model, money in MEUR.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.families import dust
from energyscope.families.solved import Recipe, inner, nonzero, zero_for
from energyscope.families.storages import storage_table
from energyscope.families.toy.postprocessing_solved import DEMAND, SERVED, STORED, SURPLUS, SolvedPeriods

PLACES = ("layer", "item", "period")
_LABEL = np.dtype(object)


def period_balance(m: SolvedPeriods) -> pd.DataFrame:
    """Every nonzero term of energy_balance [GW]: what an item gives to a layer (+) or takes from it (-) in a period.

    layers_in_out F_t, Storage_out eff_out - Storage_in / eff_in, - demand, and - surplus, the slack of the row: what is
    spilled. The terms of a layer and period sum to zero.
    """
    return m.with_run(pd.concat([nonzero(term, "period_balance", PLACES) for term in _balanced(_terms(m))]))


def balance(m: SolvedPeriods) -> pd.DataFrame:
    """The balance of each layer over all periods [GWh], with the kind of the item. The terms of a layer sum to zero."""
    terms = [term.sum("period") for term in _terms(m)]
    return _with_kind(m, pd.concat([nonzero(term, "balance", PLACES[:2]) for term in _balanced(terms)]))


def production(m: SolvedPeriods) -> pd.DataFrame:
    """What an item gives to a layer over all periods [GWh]; of a storage, what it discharges beyond circulation."""
    return _one_side(m, "production", +1.0, m.storage_flows.discharged)


def use(m: SolvedPeriods) -> pd.DataFrame:
    """What an item takes from a layer over all periods [GWh]; of a storage, what it charges beyond circulation."""
    return _one_side(m, "use", -1.0, m.storage_flows.charged)


def capacity_factors(m: SolvedPeriods) -> pd.DataFrame:
    """Full-load share: sum(F_t) / (F periods), NaN without capacity; `capacity` [GW], `output` [GWh]."""
    output = zero_for(m.not_built, m.operation.sum("period"))
    frame = inner(xr.Dataset({"capacity": m.installed, "output": output}))
    hours = m.operation.sizes["period"]
    frame["capacity_factor"] = frame["output"] / (frame["capacity"].where(frame["capacity"] > 0) * hours)
    return m.with_run(frame.rename_axis("technology"))


def curtailment(m: SolvedPeriods) -> pd.DataFrame:
    """What technologies whose availability c_p_t varies could have given, and what they did not [GWh].

    `available` = sum(F c_p_t), `used` = sum(F_t), `curtailed` their difference, `share` of what was available (NaN
    without capacity).
    """
    factor = m.parameter("c_p_t", "item", "period")
    varies = (factor.min("period") < factor.max("period")) & factor["item"].isin(m.operation["item"])
    available = factor.sel(item=varies).sum("period") * m.installed
    used = zero_for(m.not_built, m.operation.sum("period"))
    frame = inner(xr.Dataset({"available": available, "used": used}))
    frame["curtailed"] = (frame["available"] - frame["used"]).clip(lower=0.0)
    frame["share"] = frame["curtailed"] / frame["available"].where(frame["available"] > 0)
    return m.with_run(frame.rename_axis("technology"))


def storage_cycles(m: SolvedPeriods) -> pd.DataFrame:
    """Use of each storage: size and levels [GWh], charged, discharged and lost energy as the layer sees it [GWh].

    What is charged and discharged in the same period is `circulation`, in no other column. `cycles` = what is taken
    from the store, discharged / eff_out^2 (see `SolvedPeriods.discharged`), by the size; NaN without a size.
    """
    flows = m.storage_flows.added_up(lambda flow: flow.sum("period"))
    taken = flows.discharged / m.parameter("storage_eff_out", "item") ** 2
    level = m.variable("Storage_level", "item", "period")
    return m.with_run(storage_table(m.installed, flows, taken, level))


def costs(m: SolvedPeriods) -> pd.DataFrame:
    """Costs by technology [MEUR]: investment (tau c_inv F), maintenance (c_maint F), operation, total.

    Operation is that of toy's objective: the gas that GAS_PLANT burns, and what GRID imports. The totals add up to the
    objective.
    """
    tau, c_inv, c_maint = (m.parameters[name][name] for name in ("tau", "c_inv", "c_maint"))
    per_output = pd.Series(0.0, m.capacity.index)
    source = m.parameters["c_op"]["c_op"]
    gas_per_output = abs(m.parameters["layers_in_out"]["layers_in_out"].get(("GAS_PLANT", "GAS"), 0.0))
    per_output.update({"GAS_PLANT": source.get("GAS", 0.0) * gas_per_output, "GRID": source.get("GRID", 0.0)})
    output = zero_for(m.not_built, m.operation.sum("period")).to_series().reindex(m.capacity.index, fill_value=0.0)
    frame = pd.DataFrame(
        {"investment": tau * c_inv * m.capacity, "maintenance": c_maint * m.capacity, "operation": per_output * output}
    )
    frame = dust.additive(frame.reindex(m.capacity.index)).rename_axis("item")
    return _with_kind(m, frame.assign(total=frame.sum(axis=1)), unit=None)


def layer_prices(m: SolvedPeriods) -> pd.DataFrame:
    """What one unit more of demand in a layer and period costs: the dual of energy_balance [MEUR/GWh]."""
    dual = m.constraints["energy_balance"]["energy_balance"].rename_axis(["layer", "period"])
    return m.with_run((dual + 0.0).to_frame("layer_price"))


def _terms(m: SolvedPeriods) -> list[xr.DataArray]:
    """The terms of energy_balance: operation, storage, demand, surplus."""
    at_stored, at_served = ({"layer": np.array([layer], dtype=_LABEL)} for layer in (STORED, SERVED))
    demand, surplus = ({"item": np.array([item], dtype=_LABEL)} for item in (DEMAND, SURPLUS))
    spilled = m.constraints["energy_balance"]["slack"].rename("surplus")
    terms = [
        m.parameter("layers_in_out", "item", "layer") * m.operation,
        (m.discharged - m.charged).expand_dims(at_stored),
        -m.parameter("demand", "period").expand_dims({**at_served, **demand}),
        -spilled.rename_axis(["layer", "period"]).to_xarray().expand_dims(surplus),
    ]
    return [term.transpose(*PLACES) for term in terms]


def _balanced(terms: Sequence[xr.DataArray]) -> list[xr.DataArray]:
    layers = pd.unique(np.concatenate([term["layer"].to_numpy() for term in terms]))
    return dust.balanced(terms, pd.Series("GWh", layers))


def _one_side(m: SolvedPeriods, name: str, sign: float, stored: xr.DataArray) -> pd.DataFrame:
    """Production (sign +1) or use (-1) of technologies, and that of storages."""
    through = m.parameter("layers_in_out", "item", "layer") * m.operation.sum("period")
    storages = stored.sum("period").expand_dims({"layer": np.array([STORED], dtype=_LABEL)})
    parts = _balanced([(sign * through).clip(min=0.0), storages])
    return _with_kind(m, pd.concat([nonzero(part, name, ("item", "layer")) for part in parts]))


def _with_kind(m: SolvedPeriods, frame: pd.DataFrame, unit: str | None = "GWh") -> pd.DataFrame:
    frame = frame.assign(kind=m.kind(frame.index.get_level_values("item")))
    return m.with_run(frame if unit is None else frame.assign(unit=unit))


_Recipe = partial(
    Recipe[SolvedPeriods],
    places={"F": 1, "F_t": 2, "energy_balance": 2, "Storage_in": 2, "Storage_out": 2, "Storage_level": 2}
    | {"layers_in_out": 2, "demand": 1, "c_p_t": 2, "c_op": 1},
)
_STORAGES = ("Storage_in", "Storage_out")
_EFFICIENCIES = ("storage_eff_in", "storage_eff_out")
_FLOWS = ("F_t", *_STORAGES), ("layers_in_out", *_EFFICIENCIES)
_TERMS = _FLOWS[0], (*_FLOWS[1], "demand"), ("PERIODS",), ("energy_balance",)

RECIPES: dict[str, Recipe[SolvedPeriods]] = {
    "period_balance": _Recipe(period_balance, *_TERMS),
    "balance": _Recipe(balance, *_TERMS),
    "production": _Recipe(production, *_FLOWS),
    "use": _Recipe(use, *_FLOWS),
    "capacity_factors": _Recipe(capacity_factors, ("F", "F_t")),
    "curtailment": _Recipe(curtailment, ("F", "F_t"), ("c_p_t",)),
    "storage_cycles": _Recipe(storage_cycles, ("F", *_STORAGES, "Storage_level"), _EFFICIENCIES),
    "costs": _Recipe(costs, ("F", "F_t"), ("tau", "c_inv", "c_maint", "c_op", "layers_in_out")),
    "layer_prices": _Recipe(layer_prices, constraints=("energy_balance",)),
}
"""The tables by name, in the order they are shown."""
