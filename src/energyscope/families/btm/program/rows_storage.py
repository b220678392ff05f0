"""Rows of the battery: state of charge from step to step, at the end of the run, and cycles a day."""

from __future__ import annotations

import numpy as np

from energyscope.families.btm.program.linear import Linear, Rows
from energyscope.families.btm.program.plant import Plant


def soc_dynamics(m: Plant) -> Rows:
    """Soc[t] = retention Soc[t-1] + eta_charge Charge[t] dt - Discharge[t] dt / eta_discharge    [kWh].

    Powers are those at the AC side. Soc[0] is soc_initial; of a cyclic run it is the last one.
    """
    battery, dt = m.storage, m.inputs.dt
    flows = m.Charge * (battery.eta_charge * dt) - m.Discharge * (dt / battery.eta_discharge)
    return m.Soc.equals(soc_before(m) * battery.retention + flows).over(step=m.steps)


def soc_before(m: Plant) -> Linear:
    """The state of charge at the start of every step [kWh]."""
    before = m.Soc[np.arange(-1, m.inputs.steps - 1)]
    initial = m.storage.soc_initial
    if initial is None:
        return before
    later = (np.arange(m.inputs.steps) > 0).astype(float)
    return before * later + initial * (1.0 - later)


def terminal_low(m: Plant) -> Rows | None:
    """Soc[T] >= terminal_min    [kWh]."""
    return None if np.isinf(m.storage.terminal_min) else m.Soc[-1:] >= m.storage.terminal_min


def terminal_high(m: Plant) -> Rows | None:
    """Soc[T] <= terminal_max    [kWh]."""
    return None if np.isinf(m.storage.terminal_max) else m.Soc[-1:] <= m.storage.terminal_max


def daily_cycles(m: Plant) -> Rows | None:
    """Sum over the steps t of a local day of Discharge[t] dt <= daily_discharge_max    [kWh].

    The warranty of a battery counts cycles: energy discharged at the AC side, in multiples of the capacity.
    """
    limit = m.storage.daily_discharge_max
    limited = np.isfinite(limit)
    if not limited.any():
        return None
    discharged = m.Discharge.sums(m.inputs.day, len(m.days)) * m.inputs.dt
    return (discharged <= limit).over(day=m.days).where(limited)
