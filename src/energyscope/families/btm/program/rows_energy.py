"""Rows of power and energy at the meter: balance, what may be charged and exported, sold load curtailment."""

from __future__ import annotations

import numpy as np

from energyscope.families.btm.program.linear import Rows
from energyscope.families.btm.program.plant import Plant


def energy_balance(m: Plant) -> Rows:
    """load[t] - Flex[t] + Charge[t] + Export[t] = pv[t] - Curtailed[t] + Discharge[t] + Import[t]    [kW].

    What the load, the battery and the grid take comes from PV, the battery or the grid.
    """
    taken = m.inputs.load - m.Flex + m.Charge + m.Export
    return taken.equals(m.inputs.pv - m.Curtailed + m.Discharge + m.Import).over(step=m.steps)


def green_charge(m: Plant) -> Rows | None:
    """Charge[t] <= pv[t] - Curtailed[t], unless the grid may charge the battery    [kW]."""
    if m.storage.grid_charging:
        return None
    return (m.Charge <= m.inputs.pv - m.Curtailed).over(step=m.steps)


def no_battery_export(m: Plant) -> Rows | None:
    """Export[t] <= pv[t] - Curtailed[t], unless the battery may export    [kW]."""
    if m.storage.battery_export:
        return None
    return (m.Export <= m.inputs.pv - m.Curtailed).over(step=m.steps)


def flex_day(m: Plant) -> Rows | None:
    """Sum over the steps t of a local day of Flex[t] dt <= flex_day_max    [kWh]."""
    limited = np.isfinite(m.inputs.flex_day_max)
    if not limited.any():
        return None
    sold = m.Flex.sums(m.inputs.day, len(m.days)) * m.inputs.dt
    return (sold <= m.inputs.flex_day_max).over(day=m.days).where(limited)


def flex_total(m: Plant) -> Rows | None:
    """Sum_t Flex[t] dt <= flex_total_max    [kWh]."""
    if not np.isfinite(m.inputs.flex_total_max):
        return None
    return m.Flex.total() * m.inputs.dt <= m.inputs.flex_total_max
