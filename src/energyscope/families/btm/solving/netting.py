"""Ties that mean nothing: flows in both directions of a step that can be taken back without any cost.

What is left of both directions after this is worth money, and only binaries can forbid it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.plant import services_of, storage_of
from energyscope.modeldata.symbols import Values


def netted(inputs: Inputs, flows: Mapping[str, Values]) -> dict[str, Values]:
    """The same values by variable, without charge and discharge, or import and export, that cancel out.

    No limit is passed and no state of charge changes: import, export, charge and discharge only become less, curtailed
    PV stays within the yield, and the reserve that is sold stays covered.
    """
    return _grid_netted(inputs, _battery_netted(inputs, flows))


def import_cost(inputs: Inputs) -> Values:
    """What one kW of import costs in a step, its triad included, peaks not [GBP/kW]."""
    return inputs.import_price * inputs.dt + inputs.triad_rate


def export_income(inputs: Inputs) -> Values:
    """What one kW of export earns in a step, its triad included [GBP/kW]."""
    return inputs.export_price * inputs.dt + inputs.triad_credit


def _grid_netted(inputs: Inputs, flows: Mapping[str, Values]) -> dict[str, Values]:
    """Import and export less the smaller of the two, wherever exporting what is imported earns nothing."""
    worthless = import_cost(inputs) >= export_income(inputs)
    both = np.where(worthless, np.minimum(flows["Import"], flows["Export"]), 0.0)
    return {**flows, "Import": flows["Import"] - both, "Export": flows["Export"] - both}


def _battery_netted(inputs: Inputs, flows: Mapping[str, Values]) -> dict[str, Values]:
    """Charge and discharge less what cancels out in the store, where the losses saved cost nothing to go without.

    A round trip of x kW gives back x times both efficiencies; the rest, `saved`, is imported less, or curtailed.
    """
    battery = storage_of(inputs)
    efficiency = battery.eta_charge * battery.eta_discharge
    trip = np.minimum(flows["Charge"], flows["Discharge"] / efficiency)
    saved = trip * (1.0 - efficiency)
    imported = np.where(import_cost(inputs) >= 0, np.minimum(saved, flows["Import"]), 0.0)
    curtailed = saved - imported
    free = (curtailed <= _curtailable(inputs, flows)) & (saved <= _uncommitted(inputs, flows))
    return {
        **flows,
        "Charge": flows["Charge"] - np.where(free, trip, 0.0),
        "Discharge": flows["Discharge"] - np.where(free, trip * efficiency, 0.0),
        "Import": flows["Import"] - np.where(free, imported, 0.0),
        "Curtailed": flows["Curtailed"] + np.where(free, curtailed, 0.0),
    }


def _curtailable(inputs: Inputs, flows: Mapping[str, Values]) -> Values:
    """How much more PV could be curtailed in each step [kW]."""
    if not inputs.curtailable:
        return np.zeros(inputs.steps)
    left = inputs.pv - flows["Curtailed"]
    return left if storage_of(inputs).battery_export else left - flows["Export"]


def _uncommitted(inputs: Inputs, flows: Mapping[str, Values]) -> Values:
    """The discharging power that no reserve upwards is sold from [kW]."""
    sold = [each.direction == "up" for each in services_of(inputs)]
    if not any(sold):
        return np.full(inputs.steps, np.inf)
    availability = flows["Availability"].reshape(len(sold), inputs.steps)[np.array(sold)].sum(axis=0)
    spare: NDArray[np.float64] = storage_of(inputs).max_discharge - flows["Discharge"] + flows["Charge"] - availability
    return spare
