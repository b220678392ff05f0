"""Rows of the charges on metered peaks: demand charges with ratchets, and excess over the agreed capacity."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import scipy.sparse as sp

from energyscope.families.btm.program.inputs import Demand
from energyscope.families.btm.program.linear import Linear, Rows
from energyscope.families.btm.program.plant import Plant, interval_names


def demand_peak(m: Plant) -> Rows | None:
    """Peak[j,m] >= mean over the steps t of interval q of Import[t], q metered by j in month m    [kW].

    Meters average over the interval: one step of two may be high. Peaks incurred before are lower bounds of Peak.
    """
    return stacked(_demand_peak(m, demand, peak) for demand, peak, _ in m.demand())


def _demand_peak(m: Plant, demand: Demand, peak: Linear) -> Rows:
    month = demand.metered_month
    rows = peak[month] >= m.Import.means(demand.metering.steps[demand.metered])
    interval = interval_names(demand.metering)[demand.metered]
    return rows.over(charge=_named(demand, len(month)), month=m.months[month], interval=interval)


def chargeable_peak(m: Plant) -> Rows | None:
    """Chargeable[j,m] >= Peak[j,m]    [kW]."""
    return stacked(
        (chargeable >= peak).over(charge=_named(demand, len(m.months)), month=m.months)
        for demand, peak, chargeable in m.demand()
    )


def chargeable_ratchet(m: Plant) -> Rows | None:
    """Chargeable[j,m] >= ratchet_fraction[j] Peak[j,e], e an earlier month that m looks back on    [kW]."""
    return stacked(_chargeable_ratchet(m, *charge) for charge in m.demand())


def _chargeable_ratchet(m: Plant, demand: Demand, peak: Linear, chargeable: Linear) -> Rows:
    month, earlier = demand.lookback.T
    rows = chargeable[month] >= demand.ratchet_fraction * peak[earlier]
    return rows.over(charge=_named(demand, len(month)), month=m.months[month], earlier=m.months[earlier])


def chargeable_history(m: Plant) -> Rows | None:
    """Chargeable[j,m] >= ratchet_floor[j,m], where a month looks back on known peaks before the run    [kW]."""
    return stacked(
        (chargeable >= demand.ratchet_floor)
        .over(charge=_named(demand, len(m.months)), month=m.months)
        .where(demand.ratchet_floor > 0)
        for demand, _, chargeable in m.demand()
    )


def excess_capacity(m: Plant) -> Rows | None:
    """Excess_kva[m] >= mean over the steps t of interval q of Import[t] / power_factor - agreed_kva, q in m   [kVA]."""
    capacity = m.inputs.capacity
    if capacity is None:
        return None
    month = capacity.metering.month
    apparent = m.Import.means(capacity.metering.steps) / capacity.power_factor
    rows = m.Excess_kva[month] >= apparent - capacity.agreed_kva
    return rows.over(month=m.months[month], interval=interval_names(capacity.metering))


def stacked(parts: Iterable[Rows]) -> Rows | None:
    """The rows of all demand charges in one; none where there are none."""
    filled = [part for part in parts if len(part.sides)]
    if not filled:
        return None
    matrix = sp.vstack([part.matrix for part in filled], format="csr")
    sides = np.concatenate([part.sides for part in filled])
    places = filled[0].keys
    keys = {place: pd.Index(np.concatenate([part.keys[place] for part in filled]), name=place) for place in places}
    return Rows(matrix, filled[0].sense, sides, keys)


def _named(demand: Demand, count: int) -> pd.Index:
    return pd.Index([demand.name], name="charge", dtype=object).repeat(count)
