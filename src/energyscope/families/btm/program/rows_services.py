"""Rows of reserve: power and energy held back for the availability that is sold."""

from __future__ import annotations

from functools import reduce
from operator import add

from energyscope.families.btm.program.linear import Linear, Rows
from energyscope.families.btm.program.plant import Plant


def service_up_power(m: Plant) -> Rows | None:
    """Sum over services s upwards of Availability[s,t] <= max_discharge - Discharge[t] + Charge[t]    [kW]."""
    sold = _sum(m, "up")
    return None if sold is None else (sold <= m.storage.max_discharge - m.Discharge + m.Charge).over(step=m.steps)


def service_up_energy(m: Plant) -> Rows | None:
    """Sum over services s upwards of Availability[s,t] hours[s] / eta_discharge <= Soc[t] - soc_min    [kWh]."""
    held = _sum(m, "up", 1.0 / m.storage.eta_discharge)
    return None if held is None else (held <= m.Soc - m.storage.soc_min).over(step=m.steps)


def service_down_power(m: Plant) -> Rows | None:
    """Sum over services s downwards of Availability[s,t] <= max_charge - Charge[t] + Discharge[t]    [kW]."""
    sold = _sum(m, "down")
    return None if sold is None else (sold <= m.storage.max_charge - m.Charge + m.Discharge).over(step=m.steps)


def service_down_energy(m: Plant) -> Rows | None:
    """Sum over services s downwards of Availability[s,t] hours[s] eta_charge <= soc_max - Soc[t]    [kWh]."""
    held = _sum(m, "down", m.storage.eta_charge)
    return None if held is None else (held <= m.storage.soc_max - m.Soc).over(step=m.steps)


def _sum(m: Plant, direction: str, stored_per_kwh: float | None = None) -> Linear | None:
    """The availability sold in one direction [kW], or the energy that its duration takes from, or puts into, store."""
    sold = [
        available if stored_per_kwh is None else available * (service.hours * stored_per_kwh)
        for service, available in m.availability(direction)
    ]
    return reduce(add, sold) if sold else None
