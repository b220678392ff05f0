"""What is minimised: the bill and the wear of the battery, less the value of the energy left in it."""

from __future__ import annotations

import numpy as np

from energyscope.families.btm.program.linear import Linear
from energyscope.families.btm.program.plant import Plant


def total_cost(m: Plant) -> Linear:
    """Energy, triads, flex + demand, excess capacity + wear - value of stored energy - reserve + constants    [GBP]."""
    return grid_and_flex(m) + peaks(m) + battery(m) + reserve(m) + m.inputs.constant_cost


def grid_and_flex(m: Plant) -> Linear:
    """Sum_t (import_price Import - export_price Export - flex_price Flex) dt + triads    [GBP].

    A triad half-hour costs triad_rate per kW of mean import, and earns triad_credit per kW of mean export.
    """
    given, dt = m.inputs, m.inputs.dt
    bought = m.Import * (given.import_price * dt + given.triad_rate)
    sold = m.Export * (given.export_price * dt + given.triad_credit) + m.Flex * (given.flex_price * dt)
    return bought.total() - sold.total()


def peaks(m: Plant) -> Linear:
    """Sum_j,m demand_rate Chargeable + sum_m excess_rate Excess_kva    [GBP]."""
    rates = np.concatenate([np.empty(0), *(each.rate for each in m.inputs.demand)])
    capacity = m.inputs.capacity
    charged = (m.Chargeable * rates).total()
    return charged if capacity is None else charged + (m.Excess_kva * capacity.excess_rate).total()


def battery(m: Plant) -> Linear:
    """wear_cost sum_t Discharge dt - terminal_value (Soc[T] - Soc[0])    [GBP]."""
    storage = m.storage
    wear = (m.Discharge * (storage.wear_cost * m.inputs.dt)).total()
    if storage.soc_initial is None:  # end and start are one
        return wear
    return wear - (m.Soc[-1:] - storage.soc_initial) * storage.terminal_value


def reserve(m: Plant) -> Linear:
    """- sum over services s and t of service_price[s,t] Availability[s,t] dt    [GBP]."""
    prices = np.concatenate([np.empty(0), *(each.price for each in m.services)])
    return -(m.Availability * (prices * m.inputs.dt)).total()
