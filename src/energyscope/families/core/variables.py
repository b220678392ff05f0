"""The variables of core, and the container that constraint families read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import linopy
import numpy as np
from linopy import LinearExpression, Variable

from energyscope.families.core.data import SHARES, CoreData
from energyscope.families.core.sets import CoreSets
from energyscope.families.reading import Members
from energyscope.families.terms import relabelled
from energyscope.modeldata.symbols import Member


@dataclass(frozen=True, eq=False)
class Core:
    """Data and variables of the national energy system; a constraint family is a function of it.

    F[j] capacity [GW; GWh], F_t[i,h,td] operation [GW], of a storage its level [GWh]; Storage_in, Storage_out
    [j,l,h,td] seen by the layer [GW]; Storage_level[j,t] at the end of the hour [GWh]; End_uses[l,h,td] demand
    [GW; Mpkm/h; Mtkm/h]; Network_losses[eut,h,td] [GW]; Import_constant[i] [GWh]; shares [-]; F_solar, F_t_solar panels
    beside a heating technology [GW]; TotalCost, C_maint, C_op [MEUR/y]; C_inv [MEUR]; TotalGWP, GWP_op [ktCO2-eq./y];
    GWP_constr [ktCO2-eq.].
    """

    data: CoreData
    Share_mobility_public: Variable
    Share_freight_train: Variable
    Share_freight_road: Variable
    Share_freight_boat: Variable
    Share_heat_dhn: Variable
    F: Variable
    F_t: Variable
    Import_constant: Variable
    End_uses: Variable
    Network_losses: Variable
    Storage_in: Variable
    Storage_out: Variable
    Storage_level: Variable
    Shares_mobility_passenger: Variable
    Shares_mobility_freight: Variable
    Shares_lowT_dec: Variable
    F_solar: Variable
    F_t_solar: Variable
    TotalCost: Variable
    C_inv: Variable
    C_maint: Variable
    C_op: Variable
    TotalGWP: Variable
    GWP_constr: Variable
    GWP_op: Variable

    @property
    def sets(self) -> CoreSets:
        """The sets of the data."""
        return self.data.sets

    def size(self, technology: Member) -> Variable:
        """F of one technology."""
        return self.F.sel(technology=technology, drop=True)

    def sizes(self, dimension: str, technologies: Members) -> Variable:
        """F of some technologies, along a dimension of its own."""
        return relabelled(self.F, technology={dimension: technologies})

    def operation(self, dimension: str, members: Members) -> Variable:
        """F_t of some resources or technologies, along a dimension of its own."""
        return relabelled(self.F_t, activity={dimension: members})

    def yearly(self, dimension: str, members: Members) -> LinearExpression:
        """year(F_t) of some resources or technologies: sum over the hours of the year of F_t t_op [GWh]."""
        return (self.operation(dimension, members) * self.data.year).sum(["hour", "typical_day"])


def add_variables(model: linopy.Model, data: CoreData) -> Core:
    """Add all variables in the order of core.mod. They are not negative; only the shares have other bounds."""
    sets = data.sets

    def add(name: str, *, hourly: bool = False, **dimensions: Members) -> Variable:
        hours: Mapping[str, Members] = {"hour": sets.hours, "typical_day": sets.typical_days} if hourly else {}
        coords: dict[str, Any] = {name: np.asarray(axis) for name, axis in {**dimensions, **hours}.items()}
        return model.add_variables(lower=0, coords=coords, dims=list(coords), name=name)

    shares = {share: model.add_variables(*data.share_bounds[share], name=share) for share in SHARES}
    return Core(
        data,
        **shares,
        F=add("F", technology=sets.technologies),
        F_t=add("F_t", activity=sets.operated, hourly=True),
        Import_constant=add("Import_constant", resource=sets.constant_imports),
        End_uses=add("End_uses", layer=sets.layers, hourly=True),
        Network_losses=add("Network_losses", end_use_type=sets.end_use_types, hourly=True),
        Storage_in=add("Storage_in", storage=sets.storages, layer=sets.layers, hourly=True),
        Storage_out=add("Storage_out", storage=sets.storages, layer=sets.layers, hourly=True),
        Storage_level=add("Storage_level", storage=sets.storages, period=sets.periods),
        Shares_mobility_passenger=add(
            "Shares_mobility_passenger", vehicle=sets.technologies_of_category("MOBILITY_PASSENGER")
        ),
        Shares_mobility_freight=add(
            "Shares_mobility_freight", vehicle=sets.technologies_of_category("MOBILITY_FREIGHT")
        ),
        Shares_lowT_dec=add("Shares_lowT_dec", heating=sets.heating),
        F_solar=add("F_solar", heating=sets.heating),
        F_t_solar=add("F_t_solar", heating=sets.heating, hourly=True),
        TotalCost=add("TotalCost"),
        C_inv=add("C_inv", technology=sets.technologies),
        C_maint=add("C_maint", technology=sets.technologies),
        C_op=add("C_op", resource=sets.resources),
        TotalGWP=add("TotalGWP"),
        GWP_constr=add("GWP_constr", technology=sets.technologies),
        GWP_op=add("GWP_op", resource=sets.resources),
    )
