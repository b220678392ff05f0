"""Figures of core that cannot be meant, found before anything is built."""

from __future__ import annotations

import xarray as xr

from energyscope.families import checks
from energyscope.families.checks import Findings
from energyscope.families.core.data import SHARES, CoreData
from energyscope.modeldata.model_data import ModelData

NAMED_TECHNOLOGIES = ("GRID", "DHN", "EFFICIENCY", "PV", "WIND_ONSHORE", "WIND_OFFSHORE", "DEC_SOLAR", "DHN_SOLAR")
NAMED_LAYERS = ("ELECTRICITY", "HEAT_LOW_T_DHN", "HEAT_LOW_T_DECEN")
NAMED_INPUTS = (
    *("ELECTRICITY", "LIGHTING", "HEAT_HIGH_T", "HEAT_LOW_T_SH", "HEAT_LOW_T_HW"),
    *("MOBILITY_PASSENGER", "MOBILITY_FREIGHT"),
)


def check(data: ModelData) -> None:
    """Look for figures that cannot be meant. Raises ModelError with all of them."""
    check_figures(CoreData.of(data), data)


def check_figures(data: CoreData, given: ModelData) -> None:
    """The same for data that are read already; `given` tells where they stand."""
    report = Findings(given)
    checks.named(report, "TECHNOLOGIES", data.sets.technologies, NAMED_TECHNOLOGIES)
    checks.named(report, "LAYERS", data.sets.layers, NAMED_LAYERS)
    checks.named(report, "END_USES_INPUT", data.sets.inputs, NAMED_INPUTS)
    checks.technologies(report, i_rate=data.i_rate, lifetime=data.lifetime, f_min=data.f_min, f_max=data.f_max)
    checks.costs(report, data.c_inv, data.c_maint, data.c_op, data.gwp_constr, data.gwp_op)
    checks.efficiencies(report, data.storage_eff_in, data.storage_eff_out)
    checks.shares(report, data.storage_losses, data.c_p, data.fmin_perc, data.fmax_perc)
    non_negative = (
        *(data.end_uses_input, data.storage_charge_time, data.storage_discharge_time),
        *(data.storage_availability, data.loss_network),
    )
    for figures in non_negative:
        checks.at_least(report, figures, 0.0)
    checks.at_least(report, data.avail, 0.0, infinite=True)
    for figures in (data.layers_in_out, data.c_p_t):
        checks.finite(report, figures)
    _check_shares(report, data)
    report.raise_errors()
    _check_divisors(report, data)
    for layer, demand, unit in served_layers(data):
        if demand > 0 and not _delivered(data, layer):
            checks.unserved(report, layer, f"demand of {demand:g} {unit} a year")
    report.raise_errors()


def _check_shares(report: Findings, data: CoreData) -> None:
    for share, (low, high) in data.share_bounds.items():
        if not 0 <= low <= high <= 1:
            message = f"the bounds of `{share}` are {low:g} and {high:g}"
            help = "a share lies between 0 and 1, its lower bound below its upper"
            report.error("data-range", f"{SHARES[share]}_min", (), message, help)


def _check_divisors(report: Findings, data: CoreData) -> None:
    """What equations divide by is not 0."""
    checks.positive(report, data.t_op)
    checks.positive(report, data.c_inv.sel(technology=["GRID"]))
    checks.positive(report, data.vehicle_capacity.sel(technology=data.sets.vehicles))
    for name in ("power_density_pv", "power_density_solar_thermal"):
        checks.positive(report, xr.DataArray(getattr(data, name), name=name))


def served_layers(data: CoreData) -> list[tuple[str, float, str]]:
    """The demand of the year that each layer has at least, whatever the shares: layer, demand, unit."""
    low = {share: bounds[0] for share, bounds in data.share_bounds.items()}
    high = {share: bounds[1] for share, bounds in data.share_bounds.items()}
    heat = data.demand("HEAT_LOW_T_SH") + data.demand("HEAT_LOW_T_HW")
    passenger, freight = data.demand("MOBILITY_PASSENGER"), data.demand("MOBILITY_FREIGHT")
    return [
        ("ELECTRICITY", data.demand("ELECTRICITY") + data.demand("LIGHTING"), "GWh"),
        ("HEAT_HIGH_T", data.demand("HEAT_HIGH_T"), "GWh"),
        ("HEAT_LOW_T_DHN", heat * low["Share_heat_dhn"], "GWh"),
        ("HEAT_LOW_T_DECEN", heat * (1 - high["Share_heat_dhn"]), "GWh"),
        ("MOB_PUBLIC", passenger * low["Share_mobility_public"], "Mpkm"),
        ("MOB_PRIVATE", passenger * (1 - high["Share_mobility_public"]), "Mpkm"),
        ("MOB_FREIGHT_RAIL", freight * low["Share_freight_train"], "Mtkm"),
        ("MOB_FREIGHT_ROAD", freight * low["Share_freight_road"], "Mtkm"),
        ("MOB_FREIGHT_BOAT", freight * low["Share_freight_boat"], "Mtkm"),
    ]


def _delivered(data: CoreData, layer: str) -> bool:
    """Is there a technology with capacity, or a resource that may be had, that delivers into the layer?"""
    if layer not in data.sets.layers:
        return False
    inflow = data.layers_in_out.sel(layer=layer)
    delivering = inflow.coords["activity"].to_numpy()[inflow.to_numpy() > 0]
    usable = {*data.f_max.coords["technology"].to_numpy()[data.f_max.to_numpy() > 0]}
    usable |= {*data.avail.coords["resource"].to_numpy()[data.avail.to_numpy() > 0]}
    return any(each in usable for each in delivering)
