"""The linear program of a site behind its meter, and of several that share a connection.

Variables and constraints have the names of btm.mod; limits that do not exist have no row. The order of rows and columns
is fixed: families as they stand here, then time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from linopy.constraints import CSRConstraint
from linopy.csr import Grid

from energyscope.backends.linopy_model import CONSTANT
from energyscope.families.btm.config.schemas import SharedLimits
from energyscope.families.btm.program import rows_demand, rows_energy, rows_services, rows_storage
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.linear import Linear, Rows
from energyscope.families.btm.program.objective import total_cost
from energyscope.families.btm.program.plant import Columns, Plant, columns_of, plant_of

Family = Callable[[Plant], Rows | None]

FAMILIES: Mapping[str, Family] = {
    "energy_balance": rows_energy.energy_balance,
    "soc_dynamics": rows_storage.soc_dynamics,
    "flex_day": rows_energy.flex_day,
    "flex_total": rows_energy.flex_total,
    "terminal_low": rows_storage.terminal_low,
    "terminal_high": rows_storage.terminal_high,
    "green_charge": rows_energy.green_charge,
    "no_battery_export": rows_energy.no_battery_export,
    "daily_cycles": rows_storage.daily_cycles,
    "demand_peak": rows_demand.demand_peak,
    "chargeable_peak": rows_demand.chargeable_peak,
    "chargeable_ratchet": rows_demand.chargeable_ratchet,
    "chargeable_history": rows_demand.chargeable_history,
    "excess_capacity": rows_demand.excess_capacity,
    "service_up_power": rows_services.service_up_power,
    "service_up_energy": rows_services.service_up_energy,
    "service_down_power": rows_services.service_down_power,
    "service_down_energy": rows_services.service_down_energy,
}
"""The constraint families by their names in btm.mod; one without rows gives None."""


def build(inputs: Inputs) -> linopy.Model:
    """The linopy model of a site.

    Column k of the solver is label k. The constant of the objective is carried by a last column fixed at 1, where it is
    not 0 (`backends.linopy_model.CONSTANT`).
    """
    model = linopy.Model()
    variables = columns_of(inputs)
    m = plant_of(inputs, variables, 0, _count(variables))
    _add_variables(model, variables)
    _add_families(model, m)
    _add_objective(model, total_cost(m))
    return model


def build_shared(inputs_by_site: Mapping[str, Inputs], shared: SharedLimits) -> linopy.Model:
    """The linopy model of several sites with the same steps behind one connection.

    Names are those of `build` as `of_site` extends them; the rows `shared_import` and `shared_export` stand at the end.
    """
    model = linopy.Model()
    variables = {site: columns_of(inputs) for site, inputs in inputs_by_site.items()}
    ends = np.cumsum([_count(each) for each in variables.values()])
    plants = {
        site: plant_of(inputs_by_site[site], each, int(end) - _count(each), int(ends[-1]))
        for (site, each), end in zip(variables.items(), ends, strict=True)
    }
    for site, each in variables.items():
        _add_variables(model, each, site)
    for site, m in plants.items():
        _add_families(model, m, site)
    _add_shared(model, list(plants.values()), shared)
    _add_objective(model, reduce(add, map(total_cost, plants.values())))
    return model


def of_site(name: str, site: str) -> str:
    """What a variable or constraint is called in the model of several sites; without a site its own name."""
    return f"{name}_{site}" if site else name


def _count(variables: list[Columns]) -> int:
    return sum(len(each.lower) for each in variables)


def _add_variables(model: linopy.Model, variables: list[Columns], site: str = "") -> None:
    for each in variables:
        if len(each.lower):
            shape = [len(dimension) for dimension in each.dimensions]
            lower, upper = (
                xr.DataArray(side.reshape(shape), coords=each.dimensions) for side in (each.lower, each.upper)
            )
            model.add_variables(lower, upper, name=of_site(each.name, site))


def _add_families(model: linopy.Model, m: Plant, site: str = "") -> None:
    for name, family in FAMILIES.items():
        rows = family(m)
        if rows is not None:
            _add_rows(model, of_site(name, site), rows)


def _add_shared(model: linopy.Model, plants: list[Plant], shared: SharedLimits) -> None:
    """Sum over sites of Import[t] <= import_limit, sum of Export[t] <= export_limit    [kW]."""
    steps = plants[0].steps
    if shared.import_limit_kw is not None:
        imported = reduce(add, [m.Import for m in plants])
        _add_rows(model, "shared_import", (imported <= shared.import_limit_kw).over(step=steps))
    if shared.export_limit_kw is not None:
        exported = reduce(add, [m.Export for m in plants])
        _add_rows(model, "shared_export", (exported <= shared.export_limit_kw).over(step=steps))


def _add_rows(model: linopy.Model, name: str, rows: Rows) -> None:
    """Rows with one key have it as dimension, those with several a dimension that counts and the keys along it."""
    if len(rows.keys) < 2:
        grid = Grid(rows.keys)
    else:
        count = pd.RangeIndex(len(rows.sides), name=name)
        grid = Grid({name: count}, {place: (name, each.to_numpy()) for place, each in rows.keys.items()})
    sparse = CSRConstraint(rows.matrix, np.arange(len(rows.sides)), rows.sides, rows.sense, grid, model)
    model.add_constraints(sparse, name=name, freeze=True)


def _add_objective(model: linopy.Model, cost: Linear) -> None:
    """The one row `cost`, to be minimised."""
    labels, coefficients = cost.matrix.indices, cost.matrix.data
    if cost.known[0]:
        constant = model.add_variables(1.0, 1.0, name=CONSTANT)
        labels = np.append(labels, int(constant.labels))
        coefficients = np.append(coefficients, cost.known)
    terms = xr.Dataset({"vars": ("_term", labels), "coeffs": ("_term", coefficients), "const": 0.0})
    model.add_objective(linopy.LinearExpression(terms, model), sense="min")
