"""What the battery did in a dispatch: energies, wear and value, cycles, state of health."""

from __future__ import annotations

from typing import Any

import numpy as np

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.degradation import cycle_figures, cycles, soh
from energyscope.families.btm.accounts.energy import kilowatt_hours
from energyscope.families.btm.config.schemas import Battery, RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch


def initial_soc(battery: Battery, dispatch: Dispatch) -> float:
    """The state of charge before the first step [kWh]."""
    if dispatch.initial_soc_kwh is not None:
        return dispatch.initial_soc_kwh
    return final_soc(dispatch) if battery.terminal_soc.mode == "cyclic" else battery.first_soc_kwh


def final_soc(dispatch: Dispatch) -> float:
    """The state of charge at the end of the last step [kWh]."""
    return float(dispatch.flow(columns.SOC)[-1])


def wear_cost(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> float:
    """Wear that the objective counts: cost per kWh discharged at the AC side    [GBP]."""
    if site.storage is None:
        return 0.0
    discharged = kilowatt_hours(dispatch.flow(columns.DISCHARGE), run.dt)
    return site.storage.degradation.wear_cost_gbp_per_kwh * discharged


def terminal_value(site: SiteConfig, dispatch: Dispatch) -> float:
    """What the objective says the energy is worth that was stored over the run, 0 unless it is valued    [GBP]."""
    battery = site.storage
    if battery is None or battery.terminal_soc.mode != "valued":
        return 0.0
    return (battery.terminal_soc.value_gbp_per_kwh or 0.0) * (final_soc(dispatch) - initial_soc(battery, dispatch))


def battery_figures(site: SiteConfig, run: RunConfig, dispatch: Dispatch, days: int) -> dict[str, Any] | None:
    """The block `battery` of metrics.json, None without a battery.

    `days` is the number of local dates of the run. losses = charge - discharge - (final - initial);
    equivalent_full_cycles = discharge / (eta_d (max_soc - min_soc)); utilisation = hours of charging and discharging at
    full power that the energies stand for, over the hours of the run. None where a divisor is 0.
    """
    battery = site.storage
    if battery is None:
        return None
    charged = kilowatt_hours(dispatch.flow(columns.CHARGE), run.dt)
    discharged = kilowatt_hours(dispatch.flow(columns.DISCHARGE), run.dt)
    first, last = initial_soc(battery, dispatch), final_soc(dispatch)
    counted = cycles(np.concatenate([[first], dispatch.flow(columns.SOC)]) / battery.capacity_kwh)
    told = cycle_figures(counted, battery.degradation.cycle_life)
    return {
        "initial_soc_kwh": first,
        "final_soc_kwh": last,
        "charge_kwh": charged,
        "discharge_kwh": discharged,
        "losses_kwh": charged - discharged - (last - first),
        "equivalent_full_cycles": _full_cycles(battery, discharged),
        "wear_cost_gbp": wear_cost(site, run, dispatch),
        "terminal_value_gbp": terminal_value(site, dispatch),
        "utilisation": _utilisation(battery, charged, discharged, len(dispatch.flows) * run.dt),
        "cycles": told,
        "soh": soh(battery.degradation, told["damage"], days),
    }


def _full_cycles(battery: Battery, discharged: float) -> float | None:
    window = battery.discharge_efficiency * (battery.highest_soc_kwh - battery.min_soc_kwh)
    return discharged / window if window > 0 else None


def _utilisation(battery: Battery, charged: float, discharged: float, hours: float) -> float | None:
    if min(battery.max_charge_kw, battery.max_discharge_kw) <= 0:
        return None
    return (charged / battery.max_charge_kw + discharged / battery.max_discharge_kw) / hours
