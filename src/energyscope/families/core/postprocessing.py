"""Tables that follow from a solution of core, or of any model with the same names.

Each table says which variables, parameters, sets and constraints it reads; a researcher's own variant of core gets the
tables its names allow. Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., mobility in Mpkm and Mtkm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from energyscope.families.core import postprocessing_costs, postprocessing_energy
from energyscope.families.core.postprocessing_solved import Frames, Solved

Maker = Callable[[], pd.DataFrame]

HOURLY = 3
"""Places of `F_t[item,hour,typical day]`."""


@dataclass(frozen=True)
class Recipe:
    """A table: how it is made, the names that it needs, and how many subscripts some of them must have.

    Other names are read where they are there: Storage_in, Storage_out, End_uses, t_op, RESOURCES, STORAGE_TECH.
    """

    make: Callable[[Solved], pd.DataFrame]
    variables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=lambda: {"F_t": HOURLY, "F": 1, "layer_balance": HOURLY})


_FLOWS = (("F_t",), ("layers_in_out",), ("T_H_TD",))

RECIPES: dict[str, Recipe] = {
    "capacities": Recipe(postprocessing_energy.capacities, ("F",)),
    "year_weights": Recipe(postprocessing_energy.year_weights, sets=("T_H_TD",)),
    "hourly_balance": Recipe(postprocessing_energy.hourly_balance, *_FLOWS),
    "annual_balance": Recipe(postprocessing_energy.annual_balance, *_FLOWS),
    "annual_production": Recipe(postprocessing_energy.annual_production, *_FLOWS),
    "annual_use": Recipe(postprocessing_energy.annual_use, *_FLOWS),
    "capacity_factors": Recipe(postprocessing_energy.capacity_factors, ("F", "F_t"), sets=("T_H_TD",)),
    "curtailment": Recipe(postprocessing_energy.curtailment, ("F", "F_t"), ("c_p_t",), ("T_H_TD",)),
    "storage_cycles": Recipe(
        postprocessing_energy.storage_cycles,
        ("F", "Storage_in", "Storage_out", "Storage_level"),
        ("storage_eff_in", "storage_eff_out"),
        ("T_H_TD",),
    ),
    "costs": Recipe(postprocessing_costs.costs, ("C_inv", "C_maint", "C_op"), ("tau",)),
    "emissions": Recipe(postprocessing_costs.emissions, ("GWP_constr", "GWP_op"), ("lifetime",)),
    "co2_price": Recipe(postprocessing_costs.co2_price, constraints=("Minimum_GWP_reduction",)),
    "layer_prices": Recipe(postprocessing_costs.layer_prices, sets=("T_H_TD",), constraints=("layer_balance",)),
    "df_annual": Recipe(
        postprocessing_costs.df_annual,
        ("F", "F_t", "C_inv", "C_maint", "C_op"),
        ("tau",),
        ("T_H_TD", "TECHNOLOGIES_OF_END_USES_TYPE"),
    ),
}
"""The tables by name, in the order they are shown."""


def postprocessing_tables(
    variables: Frames,
    parameters: Frames,
    sets: Frames,
    constraints: Frames,
    dimensions: Mapping[str, int],
    run: int,
) -> dict[str, Maker]:
    """The tables that the names allow, each made when it is called.

    `dimensions` gives the number of subscripts of variables and constraints.
    """
    solved = Solved(variables, parameters, sets, constraints, run)
    return {
        name: partial(recipe.make, solved) for name, recipe in RECIPES.items() if _allows(recipe, solved, dimensions)
    }


def _allows(recipe: Recipe, solved: Solved, dimensions: Mapping[str, int]) -> bool:
    there = (
        (recipe.variables, solved.variables),
        (recipe.parameters, solved.parameters),
        (recipe.sets, solved.sets),
        (recipe.constraints, solved.constraints),
    )
    return all(
        name in frames and dimensions.get(name, 0) == recipe.places.get(name, dimensions.get(name, 0))
        for names, frames in there
        for name in names
    )
