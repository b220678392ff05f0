"""From the data of btm.mod to the numbers of the native model: both routes of a comparison read the same file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd

from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.program.inputs import Capacity, Demand, Inputs, Metering, Places, ReserveService, Storage
from energyscope.families.btm.program.twin import OPTIONAL, REQUIRED
from energyscope.families.reading import array, members, place_of, refuse_derived, relation, scalar
from energyscope.language.diagnostics import error
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Member, Values

_INTERVAL = re.compile(r"(.*)/PT(\d+)M")


def build_from(data: ModelData) -> linopy.Model:
    """The native model of data for btm.mod. Raises ModelError for data that do not fit."""
    refuse_derived(data)
    return build(inputs_from(data))


def inputs_from(data: ModelData) -> Inputs:
    """The data of btm.mod as the numbers of a run.

    Steps are instants as `2025-06-01T00:30Z` and metering intervals have a duration, `2025-06-01T00:30Z/PT30M`.
    Raises ModelError for other names, and for data that are missing or do not fit.
    """
    names = _Names.of(data)
    day = names.steps_of("STEPS_OF_DAY", "day", names.days)
    month_of_day = pd.Index(names.months).get_indexer([each[:7] for each in names.days])
    return Inputs(
        index=names.index,
        dt=scalar(data, "dt"),
        **{name: array(data, name, step=names.steps).to_numpy() for name in REQUIRED},
        **{name: array(data, name, 0.0, step=names.steps).to_numpy() for name in OPTIONAL},
        curtailable=_flag(data, "curtailable", True),
        day=day,
        day_names=tuple(names.days),
        month=month_of_day[day],
        month_names=tuple(names.months),
        flex_day_max=_left(data, "flex_day_max", "flex_before", names.days),
        flex_total_max=scalar(data, "flex_total_max", np.inf),
        storage=_storage(data, names.days),
        demand=_demand(data, names),
        capacity=_capacity(data, names),
        services=_services(data, names.steps),
        constant_cost=scalar(data, "constant_cost", 0.0),
    )


@dataclass(frozen=True, eq=False)
class _Names:
    """The sets of the run in order; `steps_of_interval` are places of steps, cut by `offsets`."""

    data: ModelData
    steps: list[str]
    index: pd.DatetimeIndex
    days: list[str]
    months: list[str]
    intervals: pd.Index
    steps_of_interval: Places
    offsets: Places

    @classmethod
    def of(cls, data: ModelData) -> _Names:
        steps = _texts(members(data, "STEPS"))
        intervals = pd.Index(members(data, "INTERVALS", ()), dtype=object)
        within = _relation(data, "STEPS_OF_INTERVAL", "interval", "step")
        interval = intervals.get_indexer(within["interval"])
        order = np.argsort(interval, kind="stable")
        return cls(
            data=data,
            steps=steps,
            index=_instants(data, "STEPS", steps),
            days=_texts(members(data, "DAYS")),
            months=_texts(members(data, "MONTHS")),
            intervals=intervals,
            steps_of_interval=pd.Index(steps).get_indexer(within["step"])[order],
            offsets=np.concatenate([[0], np.cumsum(np.bincount(interval, minlength=len(intervals)))]),
        )

    def steps_of(self, name: str, key: str, keys: Sequence[str]) -> Places:
        """The group of every step, from an indexed set of steps."""
        table = _relation(self.data, name, key, "step")
        group = np.zeros(len(self.steps), dtype=np.int64)
        group[pd.Index(self.steps).get_indexer(table["step"])] = pd.Index(keys).get_indexer(table[key])
        return group

    def metering(self, wanted: Sequence[str], month: Places) -> Metering:
        """Some metering intervals, all of one duration."""
        found = [_INTERVAL.fullmatch(str(each)) for each in wanted]
        durations = {each[2] for each in found if each is not None}
        places = self.intervals.get_indexer(wanted)
        widths = np.diff(self.offsets)[places]
        if None in found or len(durations) > 1 or (widths != widths[:1]).any():
            message = "metering intervals of one charge have one duration, written `2025-06-01T00:30Z/PT30M`"
            raise error("data-set", place_of(self.data, "INTERVALS"), message, "`btm.to_dat` writes such data")
        rows = self.offsets[places][:, None] + np.arange(widths[0] if len(widths) else 1)
        starts = _instants(self.data, "INTERVALS", [each[1] for each in found if each is not None])
        minutes = int(durations.pop()) if durations else 30
        return Metering(minutes, starts, self.steps_of_interval[rows], month)


def _demand(data: ModelData, names: _Names) -> tuple[Demand, ...]:
    charges = _texts(members(data, "DEMAND_CHARGES", ()))
    rate, incurred, floor = (
        array(data, name, default if charges else 0.0, charge=charges, month=names.months).to_numpy()
        for name, default in (("demand_rate", None), ("incurred", 0.0), ("ratchet_floor", 0.0))
    )
    fraction = array(data, "ratchet_fraction", 0.0, charge=charges).to_numpy()
    metered = _relation(data, "METERED", "charge", "month", "interval")
    lookback = _relation(data, "LOOKBACK", "charge", "month", "earlier")
    months = pd.Index(names.months)
    found = []
    for number, charge in enumerate(charges):
        own, pairs = metered[metered["charge"] == charge], lookback[lookback["charge"] == charge]
        month = months.get_indexer(own["month"])
        found.append(
            Demand(
                name=charge,
                metering=names.metering(own["interval"].tolist(), month),
                metered=np.arange(len(own)),
                metered_month=month,
                rate=rate[number],
                incurred=incurred[number],
                ratchet_fraction=float(fraction[number]),
                ratchet_floor=floor[number],
                lookback=np.column_stack([months.get_indexer(pairs[column]) for column in ("month", "earlier")]),
            )
        )
    return tuple(found)


def _capacity(data: ModelData, names: _Names) -> Capacity | None:
    agreed = scalar(data, "agreed_kva", np.inf)
    if np.isinf(agreed):
        return None
    table = _relation(data, "INTERVALS_OF_MONTH", "month", "interval")
    month = pd.Index(names.months).get_indexer(table["month"])
    return Capacity(
        metering=names.metering(table["interval"].tolist(), month),
        agreed_kva=agreed,
        power_factor=scalar(data, "power_factor", 1.0),
        excess_rate=array(data, "excess_rate", 0.0, month=names.months).to_numpy(),
        excess_floor=array(data, "excess_floor", 0.0, month=names.months).to_numpy(),
    )


def _storage(data: ModelData, days: Sequence[str]) -> Storage:
    """The battery; one that holds nothing where there is none."""
    soc_min = scalar(data, "soc_min", 0.0)
    cyclic = _flag(data, "cyclic", False)
    return Storage(
        eta_charge=scalar(data, "eta_charge", 1.0),
        eta_discharge=scalar(data, "eta_discharge", 1.0),
        retention=scalar(data, "retention", 1.0),
        soc_min=soc_min,
        soc_max=scalar(data, "soc_max", 0.0),
        soc_initial=None if cyclic else scalar(data, "soc_initial", soc_min),
        max_charge=scalar(data, "max_charge", 0.0),
        max_discharge=scalar(data, "max_discharge", 0.0),
        wear_cost=scalar(data, "wear_cost", 0.0),
        terminal_value=scalar(data, "terminal_value", 0.0),
        terminal_min=scalar(data, "terminal_min", -np.inf),
        terminal_max=scalar(data, "terminal_max", np.inf),
        grid_charging=_flag(data, "grid_charging", True),
        battery_export=_flag(data, "battery_export", True),
        daily_discharge_max=_left(data, "daily_discharge_max", "discharged_before", days),
    )


def _services(data: ModelData, steps: Sequence[str]) -> tuple[ReserveService, ...]:
    direction = {name: way for way in ("up", "down") for name in _texts(members(data, f"SERVICES_{way.upper()}", ()))}
    names = list(direction)
    if not names:
        return ()
    price = array(data, "service_price", service=names, step=steps).to_numpy()
    most, hours = (array(data, name, service=names).to_numpy() for name in ("service_max", "service_hours"))
    return tuple(
        ReserveService(name, direction[name], price[number], float(most[number]), float(hours[number]))
        for number, name in enumerate(names)
    )


def _left(data: ModelData, limit: str, before: str, days: Sequence[str]) -> Values:
    """What is left of a limit on each day [kWh]."""
    left: Values = scalar(data, limit, np.inf) - array(data, before, 0.0, day=days).to_numpy()
    return left


def _flag(data: ModelData, name: str, default: bool) -> bool:
    return bool(scalar(data, name, float(default)))


def _relation(data: ModelData, name: str, *columns: str) -> pd.DataFrame:
    """A set of tuples, empty where none is given."""
    return relation(data, name, *columns) if name in data.sets else pd.DataFrame(columns=list(columns), dtype=object)


def _texts(names: Sequence[Member]) -> list[str]:
    return [str(each) for each in names]


def _instants(data: ModelData, name: str, instants: Sequence[str]) -> pd.DatetimeIndex:
    try:
        return pd.DatetimeIndex(pd.to_datetime(list(instants), format="%Y-%m-%dT%H:%MZ", utc=True))
    except ValueError as wrong:
        message = f"`{name}` has a member that is no instant as `2025-06-01T00:30Z`: {wrong}"
        raise error("data-set", place_of(data, name), message, "`btm.to_dat` writes such data") from wrong
