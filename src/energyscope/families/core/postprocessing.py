"""Tables that follow from a solution of core, or of any model with the same names.

Each table says which variables, parameters, sets and constraints it reads; a researcher's own variant of core gets the
tables its names allow. Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., mobility in Mpkm and Mtkm.
"""

from __future__ import annotations

from functools import partial

from energyscope.families.core import postprocessing_costs, postprocessing_energy
from energyscope.families.core.postprocessing_solved import Solved
from energyscope.families.solved import Recipe

_HOURLY = 3
"""Places of `F_t[item,hour,typical day]`."""
_Recipe = partial(Recipe[Solved], places={"F_t": _HOURLY, "F": 1, "layer_balance": _HOURLY})
"""A table of core; names beyond those it needs are read where they are there: Storage_in, Storage_out, End_uses, t_op,
RESOURCES, STORAGE_TECH."""

_FLOWS = (("F_t",), ("layers_in_out",), ("T_H_TD",))

RECIPES: dict[str, Recipe[Solved]] = {
    "capacities": _Recipe(postprocessing_energy.capacities, ("F",)),
    "year_weights": _Recipe(postprocessing_energy.year_weights, sets=("T_H_TD",)),
    "hourly_balance": _Recipe(postprocessing_energy.hourly_balance, *_FLOWS),
    "annual_balance": _Recipe(postprocessing_energy.annual_balance, *_FLOWS),
    "annual_production": _Recipe(postprocessing_energy.annual_production, *_FLOWS),
    "annual_use": _Recipe(postprocessing_energy.annual_use, *_FLOWS),
    "capacity_factors": _Recipe(postprocessing_energy.capacity_factors, ("F", "F_t"), sets=("T_H_TD",)),
    "curtailment": _Recipe(postprocessing_energy.curtailment, ("F", "F_t"), ("c_p_t",), ("T_H_TD",)),
    "storage_cycles": _Recipe(
        postprocessing_energy.storage_cycles,
        ("F", "Storage_in", "Storage_out", "Storage_level"),
        ("storage_eff_in", "storage_eff_out"),
        ("T_H_TD",),
    ),
    "costs": _Recipe(postprocessing_costs.costs, ("C_inv", "C_maint", "C_op"), ("tau",)),
    "emissions": _Recipe(postprocessing_costs.emissions, ("GWP_constr", "GWP_op"), ("lifetime",)),
    "co2_price": _Recipe(postprocessing_costs.co2_price, constraints=("Minimum_GWP_reduction",)),
    "layer_prices": _Recipe(postprocessing_costs.layer_prices, sets=("T_H_TD",), constraints=("layer_balance",)),
    "df_annual": _Recipe(
        postprocessing_costs.df_annual,
        ("F", "F_t", "C_inv", "C_maint", "C_op"),
        ("tau",),
        ("T_H_TD", "TECHNOLOGIES_OF_END_USES_TYPE"),
    ),
}
"""The tables by name, in the order they are shown."""
