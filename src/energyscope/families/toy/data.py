"""The figures of toy as labelled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xarray as xr

from energyscope.families import checks
from energyscope.families.checks import Findings
from energyscope.families.reading import Members, array, members, scalar
from energyscope.modeldata.model_data import ModelData


@dataclass(frozen=True, eq=False)
class ToyData:
    """Sets and parameters under the names of the field; `converters` are the technologies that are no storage."""

    technologies: Members
    storages: Members
    converters: Members
    layers: Members
    periods: Members
    i_rate: float
    f_min: xr.DataArray
    f_max: xr.DataArray
    c_inv: xr.DataArray
    c_maint: xr.DataArray
    lifetime: xr.DataArray
    layers_in_out: xr.DataArray
    c_p_t: xr.DataArray
    c_op: xr.DataArray
    storage_eff_in: xr.DataArray
    storage_eff_out: xr.DataArray
    demand: xr.DataArray

    @property
    def tau(self) -> xr.DataArray:
        """Annuity of one unit of investment [1/y]: i (1 + i)^n / ((1 + i)^n - 1)."""
        growth = (1 + self.i_rate) ** self.lifetime
        return self.i_rate * growth / (growth - 1)

    @classmethod
    def of(cls, data: ModelData) -> ToyData:
        """Read the data. Raises ModelError for what is missing or does not fit."""
        technologies, storages = members(data, "TECHNOLOGIES"), members(data, "STORAGE_TECH")
        by_technology: dict[str, Any] = {"technology": technologies}
        by_period: dict[str, Any] = {"period": members(data, "PERIODS", range(1, 25))}
        by_layer: dict[str, Any] = {"layer": members(data, "LAYERS")}
        return cls(
            technologies=technologies,
            storages=storages,
            converters=[each for each in technologies if each not in storages],
            layers=by_layer["layer"],
            periods=by_period["period"],
            i_rate=scalar(data, "i_rate"),
            f_min=array(data, "f_min", 0, **by_technology),
            f_max=array(data, "f_max", **by_technology),
            c_inv=array(data, "c_inv", **by_technology),
            c_maint=array(data, "c_maint", **by_technology),
            lifetime=array(data, "lifetime", **by_technology),
            layers_in_out=array(data, "layers_in_out", **by_technology, **by_layer),
            c_p_t=array(data, "c_p_t", 1, **by_technology, **by_period),
            c_op=array(data, "c_op", source=["GAS", "GRID"]),
            storage_eff_in=array(data, "storage_eff_in", storage=storages),
            storage_eff_out=array(data, "storage_eff_out", storage=storages),
            demand=array(data, "demand", **by_period),
        )


def check(data: ModelData) -> None:
    """Look for figures that cannot be meant. Raises ModelError with all of them."""
    toy, report = ToyData.of(data), Findings(data)
    checks.technologies(report, i_rate=toy.i_rate, lifetime=toy.lifetime, f_min=toy.f_min, f_max=toy.f_max)
    checks.costs(report, toy.c_inv, toy.c_maint, toy.c_op)
    checks.efficiencies(report, toy.storage_eff_in, toy.storage_eff_out)
    checks.at_least(report, toy.demand, 0.0)
    checks.named(report, "TECHNOLOGIES", toy.technologies, ("GAS_PLANT", "GRID"))
    checks.named(report, "LAYERS", toy.layers, ("ELECTRICITY", "GAS", "END_USE"))
    report.raise_errors()
    served = toy.layers_in_out.sel(layer="END_USE") > 0
    if float(toy.demand.max()) > 0 and not bool((served & (toy.f_max > 0)).any()):
        checks.unserved(report, "END_USE", f"demand of up to {float(toy.demand.max()):g} GW")
    report.raise_errors()
