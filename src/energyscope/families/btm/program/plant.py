"""The columns of the linear program of a site, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energyscope.families.btm.program.inputs import Demand, Inputs, Metering, ReserveService, Storage
from energyscope.families.btm.program.linear import Linear
from energyscope.modeldata.symbols import Values

NO_BATTERY = Storage(
    eta_charge=1.0,
    eta_discharge=1.0,
    retention=1.0,
    soc_min=0.0,
    soc_max=0.0,
    soc_initial=0.0,
    max_charge=0.0,
    max_discharge=0.0,
    wear_cost=0.0,
    terminal_value=0.0,
    terminal_min=-np.inf,
    terminal_max=np.inf,
    grid_charging=True,
    battery_export=True,
    daily_discharge_max=np.empty(0),
)
"""A site without battery has the same rows and columns as one with a battery that holds nothing."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of one variable: bounds, one entry a column, and one index a dimension."""

    name: str
    lower: Values
    upper: Values
    dimensions: tuple[pd.Index, ...]


@dataclass(frozen=True, eq=False)
class Plant:
    """Figures and variables of a site.

    A step: Import, Export, Charge, Discharge, Curtailed, Flex [kW] means over it, Soc [kWh] at its end. A demand charge
    and month: metered Peak and Chargeable demand [kW]; a month: Excess_kva. A service and step: Availability [kW].
    """

    inputs: Inputs
    storage: Storage
    Import: Linear
    Export: Linear
    Charge: Linear
    Discharge: Linear
    Soc: Linear
    Curtailed: Linear
    Flex: Linear
    Peak: Linear
    Chargeable: Linear
    Excess_kva: Linear
    Availability: Linear
    steps: pd.Index
    days: pd.Index
    months: pd.Index
    services: tuple[ReserveService, ...]

    def demand(self) -> Iterator[tuple[Demand, Linear, Linear]]:
        """The demand charges with Peak and Chargeable of every month [kW]."""
        for number, demand in enumerate(self.inputs.demand):
            months = slice(number * len(self.months), (number + 1) * len(self.months))
            yield demand, self.Peak[months], self.Chargeable[months]

    def availability(self, direction: str) -> Iterator[tuple[ReserveService, Linear]]:
        """The services of one direction with what is available to each in every step [kW]."""
        steps = self.inputs.steps
        for number, service in enumerate(self.services):
            if service.direction == direction:
                yield service, self.Availability[number * steps : (number + 1) * steps]


def storage_of(inputs: Inputs) -> Storage:
    """The battery of a site, or one that holds nothing."""
    return NO_BATTERY if inputs.storage is None else inputs.storage


def services_of(inputs: Inputs) -> tuple[ReserveService, ...]:
    """The services that are sold, those upwards first; without a battery none is."""
    sold = inputs.services if inputs.storage is not None else ()
    return tuple(sorted(sold, key=lambda each: each.direction != "up"))


def step_names(starts: pd.DatetimeIndex) -> pd.Index:
    """Instants as `2025-06-01T00:30Z`."""
    instants = starts.tz_convert("UTC").tz_localize(None).to_numpy()
    return pd.Index(np.datetime_as_string(instants, unit="m", timezone="UTC").astype(object), name="step")


def interval_names(metering: Metering) -> pd.Index:
    """Metering intervals as ISO 8601 writes them, `2025-06-01T00:30Z/PT30M`."""
    return pd.Index(step_names(metering.starts) + f"/PT{metering.minutes}M", name="interval")


def columns_of(inputs: Inputs) -> list[Columns]:
    """All variables in order; what a site lacks has columns at 0."""
    battery, steps = storage_of(inputs), inputs.steps
    step = step_names(inputs.index)
    month = pd.Index(inputs.month_names, name="month", dtype=object)
    charge = pd.Index([each.name for each in inputs.demand], name="charge", dtype=object)
    services = services_of(inputs)
    service = pd.Index([each.name for each in services], name="service", dtype=object)
    excess_floor = np.zeros(len(month)) if inputs.capacity is None else inputs.capacity.excess_floor

    def hourly(name: str, upper: Values | float, lower: float = 0.0) -> Columns:
        return Columns(name, np.full(steps, lower), np.broadcast_to(np.asarray(upper, float), steps), (step,))

    def monthly(name: str, lower: Values) -> Columns:
        return Columns(name, lower, np.full(len(lower), np.inf), (charge, month))

    incurred = np.concatenate([np.empty(0), *(each.incurred for each in inputs.demand)])
    sold = np.repeat([each.max_kw for each in services], steps)
    return [
        hourly("Import", inputs.import_bound),
        hourly("Export", inputs.export_bound),
        hourly("Charge", battery.max_charge),
        hourly("Discharge", battery.max_discharge),
        hourly("Soc", battery.soc_max, battery.soc_min),
        hourly("Curtailed", inputs.pv if inputs.curtailable else 0.0),
        hourly("Flex", np.minimum(inputs.flex_available, inputs.load)),
        monthly("Peak", incurred),
        monthly("Chargeable", np.zeros(len(incurred))),
        Columns("Excess_kva", excess_floor, np.full(len(month), np.inf), (month,)),
        Columns("Availability", np.zeros(len(sold)), sold, (service, step)),
    ]


def plant_of(inputs: Inputs, variables: list[Columns], first: int, of: int) -> Plant:
    """The plant whose variables begin at column `first` in a model of `of` columns."""
    starts = first + np.cumsum([0, *(len(each.lower) for each in variables)])
    columns = {
        each.name: Linear.columns(int(start), len(each.lower), of)
        for each, start in zip(variables, starts[:-1], strict=True)
    }
    by_name = {each.name: each for each in variables}
    return Plant(
        inputs=inputs,
        storage=storage_of(inputs),
        **columns,
        steps=by_name["Import"].dimensions[0],
        days=pd.Index(inputs.day_names, name="day", dtype=object),
        months=by_name["Excess_kva"].dimensions[0],
        services=services_of(inputs),
    )
