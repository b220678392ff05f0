"""The linear program of toy on labelled dimensions: technology, storage, converter, layer, period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import linopy
from linopy import LinearExpression, Variable
from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.reading import refuse_derived
from energyscope.families.terms import at, relabelled, weighted_sum
from energyscope.families.toy.data import ToyData, check
from energyscope.modeldata.model_data import ModelData


@dataclass(frozen=True, eq=False)
class Toy:
    """Figures and variables.

    F[j] capacity [GW; GWh], F_t[j,t] operation [GW], Storage_in[s,t] and Storage_out[s,t] charging and discharging
    [GW], Storage_level[s,t] energy stored at the end of the hour [GWh].
    """

    data: ToyData
    F: Variable
    F_t: Variable
    Storage_in: Variable
    Storage_out: Variable
    Storage_level: Variable

    @property
    def storage_size(self) -> Variable:
        """F of the storages [GWh]."""
        return relabelled(self.F, technology={"storage": self.data.storages})


def build(data: ModelData) -> linopy.Model:
    """The linopy model of toy; constraints by the names of toy.mod. Raises ModelError for data that do not fit."""
    refuse_derived(data)
    check(data)
    model = linopy.Model()
    m = _variables(model, ToyData.of(data))
    for name, family in FAMILIES.items():
        model.add_constraints(family(m), name=name, freeze=True)
    model.add_objective(cost(m))
    return model


def _variables(model: linopy.Model, data: ToyData) -> Toy:
    technology, converter = {"technology": data.technologies}, {"converter": data.converters}
    storage, period = {"storage": data.storages}, {"period": data.periods}

    def hourly(name: str, **of: object) -> Variable:
        return model.add_variables(lower=0, coords={**of, **period}, dims=[*of, *period], name=name)

    return Toy(
        data,
        F=model.add_variables(data.f_min, data.f_max, coords=technology, dims=[*technology], name="F"),
        F_t=hourly("F_t", **converter),
        Storage_in=hourly("Storage_in", **storage),
        Storage_out=hourly("Storage_out", **storage),
        Storage_level=hourly("Storage_level", **storage),
    )


def capacity_limit(m: Toy) -> Constraint:
    """F_t[j,t] <= F[j] c_p_t[j,t]    [GW].

    What is installed, times the availability of the hour, limits the operation.
    """
    availability = m.data.c_p_t.sel(technology=m.data.converters).rename(technology="converter")
    return m.F_t - relabelled(m.F, technology={"converter": m.data.converters}) * availability <= 0


def energy_balance(m: Toy) -> Constraint:
    """sum_j layers_in_out[j,l] F_t[j,t] + discharge - charge >= demand[t]    [GW].

    Every layer is covered in every hour, demand being that of END_USE; what is produced beyond that is spilled. The
    storage stands here at the side of its own terminals, hence the efficiencies.
    """
    flows = m.data.layers_in_out.sel(technology=m.data.converters).rename(technology="converter")
    terminals = m.Storage_out * m.data.storage_eff_out - m.Storage_in / m.data.storage_eff_in
    electricity = at(1.0, "layer", m.data.layers, "ELECTRICITY")
    demand = at(m.data.demand, "layer", m.data.layers, "END_USE")
    return weighted_sum(m.F_t, flows, "converter") + terminals.sum("storage") * electricity >= demand


def storage_balance(m: Toy) -> Constraint:
    """level[s,t] = level[s,t-1] + eff_in in[s,t] - out[s,t] / eff_out    [GWh].

    The day begins with a half-full storage: level[s,0] = F[s] / 2.
    """
    data = m.data
    flows = m.Storage_in * data.storage_eff_in - m.Storage_out / data.storage_eff_out
    start = at(0.5, "period", data.periods, data.periods[0]) * m.storage_size
    before = m.Storage_level.shift(period=1).fillna(0) + start
    return m.Storage_level - before - flows == 0


def storage_capacity(m: Toy) -> Constraint:
    """level[s,t] <= F[s]    [GWh]."""
    return m.Storage_level - m.storage_size <= 0


def storage_cyclic(m: Toy) -> Constraint:
    """level[s,24] = F[s] / 2    [GWh]: the day ends as it began."""
    return m.Storage_level.sel(period=m.data.periods[-1], drop=True) - 0.5 * m.storage_size == 0


def cost(m: Toy) -> LinearExpression:
    """sum_j (tau[j] c_inv[j] + c_maint[j]) F[j] + gas burnt + electricity imported    [MEUR]."""
    data = m.data
    gas_per_hour = abs(float(data.layers_in_out.sel(technology="GAS_PLANT", layer="GAS")))
    gas = float(data.c_op.sel(source="GAS")) * gas_per_hour * m.F_t.sel(converter="GAS_PLANT", drop=True)
    imports = float(data.c_op.sel(source="GRID")) * m.F_t.sel(converter="GRID", drop=True)
    return (m.F * (data.tau * data.c_inv + data.c_maint)).sum() + (gas + imports).sum()


FAMILIES: Mapping[str, Callable[[Toy], Constraint]] = {
    "capacity_limit": capacity_limit,
    "energy_balance": energy_balance,
    "storage_balance": storage_balance,
    "storage_capacity": storage_capacity,
    "storage_cyclic": storage_cyclic,
}
"""The constraint families, by their names in toy.mod."""
