"""Settlement of a plan: what the site did once load and PV were known.

The battery follows its plan, within its own limits; the grid absorbs the rest. Steps depend on each other only through
the state of charge, so all steps are settled at once from an assumed state and again from the one that follows, until
both are the same: step t is right after t passes at the latest, and usually all of them after two or three.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import solve_banded

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import SiteConfig
from energyscope.families.btm.program.inputs import Inputs, ReserveService, Storage
from energyscope.families.btm.program.plant import services_of, storage_of
from energyscope.modeldata.symbols import Values

ON_THE_BOUND = 1e-9
"""Values this close to a bound are put on it [kW, kWh]: rounding, as in every dispatch."""
SAME_STATE_KWH = 1e-10
"""Assumed and resulting state of charge are the same: far below what is put on a bound, far above rounding."""


@dataclass(frozen=True, eq=False)
class Equipment:
    """What limits the flows of a site: its connection [kW, inf without limit], PV, battery and sold reserve."""

    dt: float
    import_limit: float
    export_limit: float
    curtailable: bool
    battery: Storage
    services: tuple[ReserveService, ...]

    @classmethod
    def of(cls, site: SiteConfig, inputs: Inputs) -> Equipment:
        """The equipment of a run; a site without battery has one that holds nothing."""
        grid = site.grid
        return cls(
            dt=inputs.dt,
            import_limit=np.inf if grid.import_limit_kw is None else grid.import_limit_kw,
            export_limit=np.inf if grid.export_limit_kw is None else grid.export_limit_kw,
            curtailable=inputs.curtailable,
            battery=storage_of(inputs),
            services=services_of(inputs),
        )


@dataclass(frozen=True, eq=False)
class Flows:
    """Flows of some steps while they are settled [kW].

    `held` is what is left at the end of each step of the energy stored at its start [kWh].
    """

    load: Values
    pv: Values
    flex: Values
    charge: Values
    discharge: Values
    curtailed: Values
    held: Values

    @property
    def exchange(self) -> Values:
        """Import less export: what the grid absorbs."""
        return self.load - self.flex - (self.pv - self.curtailed) + self.charge - self.discharge


def settle(plan: pd.DataFrame, load: Values, pv: Values, equipment: Equipment, soc_kwh: float) -> pd.DataFrame:
    """What became of a plan (columns of a dispatch) under the true load and PV [kW]: a dispatch that balances them.

    `soc_kwh` is the state of charge before the first step. In order: flex is cut to the load and charge, where the
    grid may not charge, to the PV; discharge, where the battery may not export, to what the site takes; the state of
    charge stays within its bounds; PV that the plan spills is spilt as far as the planned exchange with the grid asks
    for; import above the limit charges less, then discharges more, and is a breach beyond that; export above the limit
    spills PV, then discharges less.
    """
    soc = plan[columns.SOC].to_numpy(np.float64)
    while True:
        held = equipment.battery.retention * np.concatenate([[soc_kwh], soc[:-1]])
        flows = _settled(plan, load, pv, equipment, held)
        after = _states(flows, equipment, soc_kwh)
        if np.abs(after - soc).max() <= SAME_STATE_KWH:
            return _dispatch(plan, flows, equipment, after)
        soc = after


def _settled(plan: pd.DataFrame, load: Values, pv: Values, equipment: Equipment, held: Values) -> Flows:
    """All steps by themselves, each from what is `held` of its initial state of charge."""
    flex, charge, discharge, curtailed = (
        plan[name].to_numpy(np.float64) for name in (columns.FLEX, columns.CHARGE, columns.DISCHARGE, columns.CURTAILED)
    )
    flows = Flows(load, pv, np.minimum(flex, load), charge, discharge, np.zeros(len(load)), held)
    planned = (plan[columns.GRID_IMPORT] - plan[columns.GRID_EXPORT]).to_numpy(np.float64)
    spilt = _spilt(_within_store(_as_allowed(flows, equipment), equipment), planned, curtailed > 0, equipment)
    return _export_limited(_import_limited(spilt, equipment), equipment)


def _as_allowed(flows: Flows, equipment: Equipment) -> Flows:
    """Charge <= pv where the grid may not charge; Discharge <= what the site takes where the battery may not export."""
    battery = equipment.battery
    charge = flows.charge if battery.grid_charging else np.minimum(flows.charge, flows.pv)
    taken = flows.load - flows.flex + charge
    discharge = flows.discharge if battery.battery_export else np.minimum(flows.discharge, taken)
    return replace(flows, charge=charge, discharge=discharge)


def _within_store(flows: Flows, equipment: Equipment) -> Flows:
    """soc_min <= held + eta_charge Charge dt - Discharge dt / eta_discharge <= soc_max    [kWh].

    Where standing losses alone would fall below soc_min the battery charges what holds it, whatever the plan.
    """
    idle = replace(flows, discharge=np.zeros_like(flows.discharge))
    most = np.maximum(_charge_to(equipment.battery.soc_max, flows, equipment), 0.0)
    least = np.clip(_charge_to(equipment.battery.soc_min, idle, equipment), 0.0, equipment.battery.max_charge)
    charged = replace(flows, charge=np.maximum(np.minimum(flows.charge, most), least))
    drawn = np.clip(_discharge_to(equipment.battery.soc_min, charged, equipment), 0.0, flows.discharge)
    return replace(charged, discharge=drawn)


def _charge_to(soc: float, flows: Flows, equipment: Equipment) -> Values:
    """The charge that ends each step at a state of charge, given its discharge    [kW]."""
    battery = equipment.battery
    return (soc - flows.held + flows.discharge * equipment.dt / battery.eta_discharge) / (
        battery.eta_charge * equipment.dt
    )


def _discharge_to(soc: float, flows: Flows, equipment: Equipment) -> Values:
    """The discharge that ends each step at a state of charge, given its charge    [kW]."""
    battery = equipment.battery
    return (flows.held + battery.eta_charge * flows.charge * equipment.dt - soc) * battery.eta_discharge / equipment.dt


def _spilt(flows: Flows, planned: Values, spills: NDArray[np.bool_], equipment: Equipment) -> Flows:
    """PV is spilt where the plan spills, as far as the exchange with the grid stays the planned one    [kW]."""
    wanted = np.where(spills, planned - flows.exchange, 0.0)
    return replace(flows, curtailed=np.clip(wanted, 0.0, _spillable(flows, equipment)))


def _spillable(flows: Flows, equipment: Equipment) -> Values:
    """PV that may be spilt; not what charges a battery that only PV may charge    [kW]."""
    if not equipment.curtailable:
        return np.zeros_like(flows.pv)
    return flows.pv if equipment.battery.grid_charging else np.maximum(flows.pv - flows.charge, 0.0)


def _import_limited(flows: Flows, equipment: Equipment) -> Flows:
    """Import above the limit: less charge, then more discharge as far as power and store allow    [kW]."""
    battery = equipment.battery
    over = np.maximum(flows.exchange - equipment.import_limit, 0.0)
    spare = flows.charge - np.maximum(_charge_to(battery.soc_min, flows, equipment), 0.0)
    less = np.clip(spare, 0.0, over)
    reduced = replace(flows, charge=flows.charge - less)
    power = np.minimum(battery.max_discharge, _discharge_to(battery.soc_min, reduced, equipment)) - flows.discharge
    return replace(reduced, discharge=flows.discharge + np.clip(power, 0.0, over - less))


def _export_limited(flows: Flows, equipment: Equipment) -> Flows:
    """Export above the limit: PV is spilt, then less discharged as far as the store has room    [kW]."""
    over = np.maximum(-flows.exchange - equipment.export_limit, 0.0)
    more = np.clip(_spillable(flows, equipment) - flows.curtailed, 0.0, over)
    least = np.maximum(_discharge_to(equipment.battery.soc_max, flows, equipment), 0.0)
    less = np.clip(flows.discharge - least, 0.0, over - more)
    return replace(flows, curtailed=flows.curtailed + more, discharge=flows.discharge - less)


def _states(flows: Flows, equipment: Equipment, soc_kwh: float) -> Values:
    """Soc[t] = retention Soc[t-1] + eta_charge Charge[t] dt - Discharge[t] dt / eta_discharge    [kWh]."""
    battery = equipment.battery
    gained = battery.eta_charge * flows.charge * equipment.dt - flows.discharge * equipment.dt / battery.eta_discharge
    gained[0] += battery.retention * soc_kwh
    bands = np.ones((2, len(gained)))
    bands[1] = -battery.retention
    return np.asarray(solve_banded((1, 0), bands, gained))


def _dispatch(plan: pd.DataFrame, flows: Flows, equipment: Equipment, soc: Values) -> pd.DataFrame:
    """The settled flows under the names of the plan, rounding put on its bound."""
    exchange = np.where(np.abs(flows.exchange) < ON_THE_BOUND, 0.0, flows.exchange)
    settled = {
        columns.GRID_IMPORT: np.maximum(exchange, 0.0),
        columns.GRID_EXPORT: np.maximum(-exchange, 0.0),
        columns.CHARGE: flows.charge,
        columns.DISCHARGE: flows.discharge,
        columns.SOC: _on_bounds(soc, equipment.battery),
        columns.CURTAILED: flows.curtailed,
        columns.FLEX: flows.flex,
    }
    return plan.assign(**settled, **_availability(plan, flows, equipment, soc))


def _on_bounds(soc: Values, battery: Storage) -> Values:
    low = np.where(np.abs(soc - battery.soc_min) < ON_THE_BOUND, battery.soc_min, soc)
    return np.where(np.abs(low - battery.soc_max) < ON_THE_BOUND, battery.soc_max, low)


def _availability(plan: pd.DataFrame, flows: Flows, equipment: Equipment, soc: Values) -> dict[str, Values]:
    """Sold reserve, cut in proportion to the power and energy that the battery really had    [kW]."""
    battery, swing = equipment.battery, flows.charge - flows.discharge
    power = {"up": battery.max_discharge + swing, "down": battery.max_charge - swing}
    energy = {
        "up": (soc - battery.soc_min) * battery.eta_discharge,
        "down": (battery.soc_max - soc) / battery.eta_charge,
    }
    sold: dict[str, Values] = {}
    for direction in ("up", "down"):
        those = [each for each in equipment.services if each.direction == direction]
        planned = {each: plan[columns.service(each.name)].to_numpy(np.float64) for each in those}
        share = np.minimum(
            _share(power[direction], sum(planned.values())),
            _share(energy[direction], sum(kw * each.hours for each, kw in planned.items())),
        )
        sold |= {columns.service(each.name): kw * share for each, kw in planned.items()}
    return sold


def _share(had: Values, wanted: Values | float) -> Values:
    """The share of what is wanted that can be had, at most 1."""
    wanted = np.broadcast_to(wanted, had.shape)
    return np.divide(np.maximum(had, 0.0), wanted, out=np.ones_like(had), where=wanted > np.maximum(had, 0.0))
