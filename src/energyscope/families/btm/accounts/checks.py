"""Checks of a dispatch by the laws it must obey, from its figures alone: balance, state of charge, signs, the bill."""

from __future__ import annotations

from typing import Any

import numpy as np

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.storage_figures import initial_soc, terminal_value, wear_cost
from energyscope.families.btm.config.schemas import Battery, RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.modeldata.symbols import Values

TOLERANCE = 1e-6
"""What bill and objective may differ by, in GBP and as a share of the objective (spec/btm, section 3); the same share
of the largest flow or state, ten times what a solver leaves at its usual tolerance of 1e-7, for all else."""


def cost(site: SiteConfig, run: RunConfig, dispatch: Dispatch, bill_gbp: float) -> float:
    """What the objective must be: bill + wear cost - value of the energy stored at the end    [GBP]."""
    return bill_gbp + wear_cost(site, run, dispatch) - terminal_value(site, dispatch)


def checks(
    site: SiteConfig, run: RunConfig, dispatch: Dispatch, *, bill_gbp: float, objective_gbp: float
) -> dict[str, Any]:
    """The block `checks` of metrics.json: residuals [GBP, kW, kWh], and whether all are within tolerance."""
    gap = abs(objective_gbp - cost(site, run, dispatch, bill_gbp))
    balance = _largest(balance_residual(dispatch))
    states = _largest(soc_residual(site, run, dispatch))
    lowest = float(dispatch.flows.to_numpy().min())
    allowed = TOLERANCE * max(1.0, _largest(dispatch.flows.to_numpy()))
    inside = _soc_within_bounds(site.storage, dispatch.flow(columns.SOC), allowed)
    close = gap <= TOLERANCE * max(1.0, abs(objective_gbp)) and max(balance, states, -lowest) <= allowed
    return {
        "bill_gap_gbp": gap,
        "max_balance_residual_kw": balance,
        "max_soc_residual_kwh": states,
        "min_flow_kw": lowest,
        "soc_within_bounds": inside,
        "passed": bool(close and inside),
    }


def balance_residual(dispatch: Dispatch) -> Values:
    """Balance: load - f + c + e - (pv - k + d + i) in each step    [kW]."""
    flow, given = dispatch.flow, dispatch.given
    demand = given(columns.LOAD) - flow(columns.FLEX) + flow(columns.CHARGE) + flow(columns.GRID_EXPORT)
    supply = given(columns.PV) - flow(columns.CURTAILED) + flow(columns.DISCHARGE) + flow(columns.GRID_IMPORT)
    return demand - supply


def soc_residual(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> Values:
    """State of charge: soc_t - ((1 - self_discharge)^dt soc_(t-1) + eta_c c dt - d dt / eta_d)    [kWh].

    Without a battery it is soc_t, which must be 0.
    """
    soc, battery = dispatch.flow(columns.SOC), site.storage
    if battery is None:
        return soc
    before = np.concatenate([[initial_soc(battery, dispatch)], soc[:-1]])
    charged = battery.charge_efficiency * dispatch.flow(columns.CHARGE)
    drawn = dispatch.flow(columns.DISCHARGE) / battery.discharge_efficiency
    retention = (1 - battery.self_discharge_per_hour) ** run.dt
    return soc - (retention * before + (charged - drawn) * run.dt)


def _soc_within_bounds(battery: Battery | None, soc: Values, allowed: float) -> bool:
    lowest, highest = (0.0, 0.0) if battery is None else (battery.min_soc_kwh, battery.highest_soc_kwh)
    return bool(soc.min() >= lowest - allowed and soc.max() <= highest + allowed)


def _largest(values: Values) -> float:
    return float(np.abs(values).max())
