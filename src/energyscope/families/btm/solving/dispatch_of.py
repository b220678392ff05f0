"""From the values of a solver to a dispatch: within bounds, and balanced to the last digit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.linalg import solve_banded

from energyscope.families.btm import columns
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.plant import services_of, storage_of
from energyscope.families.btm.solving.solved import Solved
from energyscope.modeldata.symbols import Values

SLACK = 1e-9
"""Values this near to a bound are put on it [kW, kWh]: the tolerance of the solver."""


def dispatch_of(inputs: Inputs, solved: Solved, frame: pd.DataFrame) -> Dispatch:
    """The dispatch that was found, beside its time series.

    Charge, discharge, curtailment and flex are the solver's, put on their bounds where they are within 1e-9 of them;
    import or export, whichever flows, follows from the balance, and the state of charge from the energy that came and
    went, so that both hold to rounding.
    """
    flows = _within_bounds(inputs, solved.values)
    grid_import, grid_export = _grid(inputs, flows)
    by_column = {
        columns.GRID_IMPORT: grid_import,
        columns.GRID_EXPORT: grid_export,
        columns.CHARGE: flows["Charge"],
        columns.DISCHARGE: flows["Discharge"],
        columns.SOC: _on_bounds(_stored(inputs, flows, float(solved.values["Soc"][-1])), *_window(inputs)),
        columns.CURTAILED: flows["Curtailed"],
        columns.FLEX: flows["Flex"],
        **_services(inputs, flows),
    }
    return Dispatch(pd.DataFrame(by_column, index=frame.index), frame)


def _within_bounds(inputs: Inputs, values: Mapping[str, Values]) -> dict[str, Values]:
    battery = storage_of(inputs)
    sold = np.repeat([each.max_kw for each in services_of(inputs)], inputs.steps)
    upper: dict[str, Values | float] = {
        "Import": inputs.import_bound,
        "Export": inputs.export_bound,
        "Charge": battery.max_charge,
        "Discharge": battery.max_discharge,
        "Curtailed": inputs.pv if inputs.curtailable else 0.0,
        "Flex": np.minimum(inputs.flex_available, inputs.load),
        "Availability": sold,
    }
    none = {"Availability": np.empty(0), **values}
    return {name: _on_bounds(none[name], 0.0, high) for name, high in upper.items()}


def _on_bounds(values: Values, lower: float, upper: Values | float) -> Values:
    """The values, on a bound where they are within SLACK of it or beyond."""
    near = np.where(values <= lower + SLACK, lower, np.where(values >= upper - SLACK, upper, values))
    return np.maximum(near, lower) + 0.0


def _grid(inputs: Inputs, flows: Mapping[str, Values]) -> tuple[Values, Values]:
    """Import and export: one as it was found, the other, which flows, by the balance [kW]."""
    taken = inputs.load - flows["Flex"] + flows["Charge"] - inputs.pv + flows["Curtailed"] - flows["Discharge"]
    importing = flows["Import"] >= flows["Export"]
    grid_import = np.where(importing, taken + flows["Export"], flows["Import"])
    grid_export = np.where(importing, flows["Export"], flows["Import"] - taken)
    return _on_bounds(grid_import, 0.0, inputs.import_bound), _on_bounds(grid_export, 0.0, inputs.export_bound)


def _stored(inputs: Inputs, flows: Mapping[str, Values], last: float) -> Values:
    """The state of charge at the end of every step, from what was charged and discharged [kWh].

    A cyclic run begins as it ends, at `last`.
    """
    battery = storage_of(inputs)
    charged = flows["Charge"] * (battery.eta_charge * inputs.dt)
    gained = charged - flows["Discharge"] * (inputs.dt / battery.eta_discharge)
    gained[0] += battery.retention * (last if battery.soc_initial is None else battery.soc_initial)
    bands = np.ones((2, len(gained)))
    bands[1] = -battery.retention
    return np.asarray(solve_banded((1, 0), bands, gained))


def _window(inputs: Inputs) -> tuple[float, float]:
    battery = storage_of(inputs)
    return battery.soc_min, battery.soc_max


def _services(inputs: Inputs, flows: Mapping[str, Values]) -> dict[str, Values]:
    """The availability sold to each service, in the order of the tariff [kW]."""
    sold = services_of(inputs)
    rows = flows["Availability"].reshape(len(sold), inputs.steps) if sold else np.empty((0, inputs.steps))
    by_name = {each.name: row for each, row in zip(sold, rows, strict=True)}
    idle = np.zeros(inputs.steps)
    return {columns.service(each.name): by_name.get(each.name, idle) for each in inputs.services}
