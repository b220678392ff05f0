"""Energies of a dispatch over the run, and what they say about the site."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.modeldata.symbols import Values

_FLOWS = {
    "pv_curtailed_kwh": columns.CURTAILED,
    "import_kwh": columns.GRID_IMPORT,
    "export_kwh": columns.GRID_EXPORT,
    "charge_kwh": columns.CHARGE,
    "discharge_kwh": columns.DISCHARGE,
    "flex_kwh": columns.FLEX,
}


def kilowatt_hours(flow: Values, dt: float) -> float:
    """The energy of a flow [kW] over steps of dt [h], summed in time order and rounded once."""
    return fsum((flow * dt).tolist())


def energy(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> dict[str, Any]:
    """The block `energy` of metrics.json [kWh, kg, shares].

    self_consumption = (pv - curtailed - export from PV) / pv, export from PV = min(export, PV used) in each step;
    self_sufficiency = 1 - import / load. None where pv or load is 0, and carbon None where its intensity is not given.
    """
    pv, load = dispatch.given(columns.PV), dispatch.given(columns.LOAD)
    used = pv - dispatch.flow(columns.CURTAILED)
    sold_pv = np.minimum(dispatch.flow(columns.GRID_EXPORT), used)
    totals = {name: kilowatt_hours(dispatch.flow(column), run.dt) for name, column in _FLOWS.items()}
    pv_kwh, load_kwh = kilowatt_hours(pv, run.dt), kilowatt_hours(load, run.dt)
    return {
        "load_kwh": load_kwh,
        "pv_kwh": pv_kwh,
        **totals,
        "self_consumption": kilowatt_hours(used - sold_pv, run.dt) / pv_kwh if pv_kwh > 0 else None,
        "self_sufficiency": 1 - totals["import_kwh"] / load_kwh if load_kwh > 0 else None,
        "carbon_kg": _carbon(run, dispatch),
        "import_limit_breach_kwh": _breach(site, run, dispatch),
    }


def _carbon(run: RunConfig, dispatch: Dispatch) -> float | None:
    """Import times its carbon intensity [kg]."""
    if columns.CARBON not in dispatch.frame:
        return None
    return kilowatt_hours(dispatch.flow(columns.GRID_IMPORT) * dispatch.given(columns.CARBON), run.dt)


def _breach(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> float:
    limit = site.grid.import_limit_kw
    if limit is None:
        return 0.0
    return kilowatt_hours(np.maximum(dispatch.flow(columns.GRID_IMPORT) - limit, 0.0), run.dt)
