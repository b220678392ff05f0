"""Everything the linear program of a run is made of, as arrays and numbers; fields are named as the params of btm.mod.

Steps, days, months and metering intervals are counted from 0 in time order; what they are called stands in `index`,
`day_names`, `month_names` and `Metering.starts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energyscope.families.btm.tariff.metering import Metering, Places
from energyscope.modeldata.symbols import Values

__all__ = ["Capacity", "Demand", "Inputs", "Metering", "Places", "ReserveService", "Storage"]


@dataclass(frozen=True, eq=False)
class Demand:
    """One demand charge: peaks of the intervals `metered` (places in `metering`), each in its month `metered_month`.

    `rate` [GBP/kW], `incurred` and `ratchet_floor` [kW] have one entry a month; `lookback` has pairs (month, earlier
    month of the run whose peak counts for it). Without a ratchet the fraction is 0 and there are no pairs.
    """

    name: str
    metering: Metering
    metered: Places
    metered_month: Places
    rate: Values
    incurred: Values
    ratchet_fraction: float
    ratchet_floor: Values
    """fraction times the highest known peak of the months before the run that a month looks back on [kW]"""
    lookback: Places
    """(pairs, 2)"""


@dataclass(frozen=True, eq=False)
class Capacity:
    """The agreed supply capacity: excess rate [GBP/kVA] and floor of the excess [kVA], one entry a month."""

    metering: Metering
    agreed_kva: float
    power_factor: float
    excess_rate: Values
    excess_floor: Values
    """incurred kVA less agreed, at least 0"""


@dataclass(frozen=True, eq=False)
class Storage:
    """The battery; efficiencies as factors, `retention` is what is left of the stored energy after one step.

    `soc_initial` is None where start and end are one and chosen by the optimiser (cyclic). `terminal_min` and
    `terminal_max` bound the last state of charge [kWh] (-inf and inf where there is no such row), `terminal_value` is
    GBP/kWh of final minus initial. `daily_discharge_max` [kWh] has one entry a day, inf without a limit.
    """

    eta_charge: float
    eta_discharge: float
    retention: float
    soc_min: float
    soc_max: float
    soc_initial: float | None
    max_charge: float
    max_discharge: float
    wear_cost: float
    terminal_value: float
    terminal_min: float
    terminal_max: float
    grid_charging: bool
    battery_export: bool
    daily_discharge_max: Values

    @property
    def cyclic(self) -> bool:
        """Is the state of charge at the start that at the end?"""
        return self.soc_initial is None


@dataclass(frozen=True, eq=False)
class ReserveService:
    """Availability that may be sold: price a step [GBP per kW and h], most [kW], duration [h]."""

    name: str
    direction: str
    price: Values
    max_kw: float
    hours: float


@dataclass(frozen=True, eq=False)
class Inputs:
    """A run as numbers. Arrays a step: kW, GBP/kWh; `import_price` and `export_price` are the effective ones.

    `triad_rate` and `triad_credit` are GBP per kW of mean import and export in a step (rate over three, spread over the
    steps of the half-hour). `flex_day_max` has one entry a day, [kWh], inf without a limit. Without battery `storage`
    is None and of the services none is sold.
    """

    index: pd.DatetimeIndex
    dt: float
    load: Values
    pv: Values
    import_price: Values
    export_price: Values
    import_bound: Values
    export_bound: Values
    flex_available: Values
    flex_price: Values
    triad_rate: Values
    triad_credit: Values
    curtailable: bool
    day: Places
    """the day of every step"""
    day_names: tuple[str, ...]
    month: Places
    """the month of every step"""
    month_names: tuple[str, ...]
    flex_day_max: Values
    flex_total_max: float
    storage: Storage | None
    demand: tuple[Demand, ...]
    capacity: Capacity | None
    services: tuple[ReserveService, ...]
    constant_cost: float

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.index)
