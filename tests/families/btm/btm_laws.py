"""The laws of every dispatch, written from the configuration and the time series and not from the code under test."""

from __future__ import annotations

from math import fsum, inf
from typing import Any

import numpy as np

from energyscope.families.btm.config.schemas import Battery, RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.modeldata.symbols import Values

KILOWATTS = 1e-6
"""What a flow [kW] or state [kWh] of some hundred may miss a law by: ten times the solver's tolerance of 1e-7."""
MONEY = 1e-6
"""GBP, and share of the objective, that bill and objective may differ by (spec/btm, section 3)."""


def require_laws(site: SiteConfig, run: RunConfig, dispatch: Dispatch, told: dict[str, Any]) -> None:
    """Balance, signs, limits and state of charge in every step; bill and lines against the objective."""
    flow, given, dt = dispatch.flow, dispatch.given, run.timestep_minutes / 60
    load, pv = given("load_kw"), given("pv_kw")
    bought, sold, spilt, flex = (
        flow(each) for each in ("grid_import_kw", "grid_export_kw", "pv_curtailed_kw", "flex_kw")
    )
    charge, discharge = flow("battery_charge_kw"), flow("battery_discharge_kw")
    assert not np.signbit(dispatch.flows.to_numpy()).any()
    assert np.abs(load - flex + charge + sold - (pv - spilt + discharge + bought)).max() <= KILOWATTS
    at_most(bought, site.grid.import_limit_kw)
    at_most(sold, site.grid.export_limit_kw)
    at_most(spilt, pv if site.pv.curtailable else 0.0)
    at_most(flex, np.minimum(given("flex_available_kw"), load))
    at_most(dt * flex.sum(), site.flex.max_kwh_total)
    days = dispatch.flows.index.tz_convert(site.timezone).date
    at_most(dt * dispatch.flows["flex_kw"].groupby(days).sum().to_numpy(), site.flex.max_kwh_per_day)
    if site.battery is None or not site.battery.capacity_kwh:
        assert not (charge.any() or discharge.any() or flow("soc_kwh").any())
    else:
        require_battery_laws(site.battery, dt, dispatch, pv - spilt)
        if site.battery.max_cycles_per_day is not None:
            daily = dt * dispatch.flows["battery_discharge_kw"].groupby(days).sum().to_numpy()
            at_most(daily, site.battery.max_cycles_per_day * site.battery.capacity_kwh)
    require_money_adds_up(site.battery, dt, dispatch, told)


def require_battery_laws(battery: Battery, dt: float, dispatch: Dispatch, pv_used: Values) -> None:
    """Recursion of the state of charge from step to step, power, bounds, the end, and what flags forbid."""
    charge, discharge = dispatch.flow("battery_charge_kw"), dispatch.flow("battery_discharge_kw")
    soc, mode = dispatch.flow("soc_kwh"), battery.terminal_soc.mode
    first = soc[-1] if mode == "cyclic" else first_soc(battery)
    before = np.concatenate([[first], soc[:-1]])
    stored = (charge * battery.charge_efficiency - discharge / battery.discharge_efficiency) * dt
    kept = (1 - battery.self_discharge_per_hour) ** dt * before
    assert np.abs(kept + stored - soc).max() <= KILOWATTS
    at_most(battery.min_soc_kwh - soc, 0.0)
    at_most(soc, battery.capacity_kwh if battery.max_soc_kwh is None else battery.max_soc_kwh)
    at_most(charge, battery.max_charge_kw)
    at_most(discharge, battery.max_discharge_kw)
    if mode == "at_least_initial":
        assert soc[-1] >= first - KILOWATTS
    if mode == "fixed":
        assert abs(soc[-1] - battery.terminal_soc.soc_kwh) <= KILOWATTS
    if not battery.allow_grid_charging:
        at_most(charge, pv_used)
    if not battery.allow_battery_export:
        at_most(dispatch.flow("grid_export_kw"), pv_used)


def require_money_adds_up(battery: Battery | None, dt: float, dispatch: Dispatch, told: dict[str, Any]) -> None:
    """Objective = bill + wear - value of what is left; the bill is the sum of its components and of its lines."""
    bill, objective = told["optimised"]["bill"], told["objective_gbp"]
    wear = value = 0.0
    if battery is not None and battery.capacity_kwh:
        wear = battery.degradation.wear_cost_gbp_per_kwh * dt * fsum(dispatch.flow("battery_discharge_kw"))
        if battery.terminal_soc.mode == "valued":
            gained = dispatch.flow("soc_kwh")[-1] - first_soc(battery)
            value = battery.terminal_soc.value_gbp_per_kwh * gained
    allowed = MONEY * max(1.0, abs(objective))
    assert abs(bill["total_gbp"] + wear - value - objective) <= allowed
    for site in (told["optimised"], told["baseline"], told["no_assets"]):
        components = fsum(each for name, each in site["bill"].items() if name != "total_gbp")
        lines = fsum(line["amount_gbp"] for line in site["lines"])
        assert abs(components - site["bill"]["total_gbp"]) <= MONEY
        assert abs(lines - site["bill"]["total_gbp"]) <= MONEY
    assert told["checks"]["passed"]


def first_soc(battery: Battery) -> float:
    """The state of charge before the first step of a battery that is not cyclic [kWh]."""
    return battery.min_soc_kwh if battery.initial_soc_kwh is None else battery.initial_soc_kwh


def at_most(values: Any, limit: Any) -> None:
    """No value is above its limit; None is no limit."""
    assert np.all(np.asarray(values) <= (inf if limit is None else limit) + KILOWATTS)
