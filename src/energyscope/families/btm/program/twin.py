"""The same linear program as text: `data/models/btm.mod`, and the data of a run in its words.

Steps, days, months and metering intervals have the names that the native model gives them. Limits that do not exist
are left out, since the defaults of the text say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energyscope.families.btm.program.inputs import Demand, Inputs, Places, ReserveService, Storage
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.program.plant import interval_names, services_of, step_names
from energyscope.folders import data_folder
from energyscope.modeldata.symbols import Values, label

if TYPE_CHECKING:
    from energyscope.families.btm.bundles.bundle import Bundle

REQUIRED = ("load", "pv", "import_price", "export_price", "import_bound", "export_bound")
OPTIONAL = ("flex_available", "flex_price", "triad_rate", "triad_credit")
"""Params a step; the optional ones are written where they are not all 0."""
BATTERY = (
    *("eta_charge", "eta_discharge", "retention", "soc_min", "soc_max", "max_charge", "max_discharge", "wear_cost"),
    *("terminal_value", "terminal_min", "terminal_max", "cyclic", "grid_charging", "battery_export"),
)
"""Numbers and flags of the battery under their names in the text."""


def text_file() -> Path:
    """The equations in text."""
    return data_folder() / "models" / "btm.mod"


def to_dat(bundle: Bundle) -> str:
    """The data of a bundle for btm.mod."""
    return dat_of(inputs_of(bundle.site, bundle.run, bundle.frame))


def dat_of(inputs: Inputs) -> str:
    """The data of a run for btm.mod."""
    return "".join(_statements(inputs))


def _statements(inputs: Inputs) -> Iterator[str]:
    steps = _words(step_names(inputs.index))
    yield "# data of btm.mod: kW, kWh, GBP; steps by their start (UTC), days and months on the local clock\n\n"
    yield _parameter("dt", inputs.dt)
    yield _step_table(inputs, steps)
    yield _parameter("curtailable", inputs.curtailable)
    yield _parameter("constant_cost", inputs.constant_cost)
    yield from _days(inputs, steps)
    yield _set("MONTHS", _words(inputs.month_names))
    if inputs.storage is not None:
        yield from _battery(inputs.storage)
    yield from _limits_of_days(inputs)
    yield from _intervals(inputs, steps)
    yield from _demand(inputs)
    yield from _capacity(inputs)
    yield from _services(services_of(inputs), steps)


def _step_table(inputs: Inputs, steps: Sequence[str]) -> str:
    names = [*REQUIRED, *(name for name in OPTIONAL if getattr(inputs, name).any())]
    columns = [list(map(label, getattr(inputs, name).tolist())) for name in names]
    lines = "\n".join(map(" ".join, zip(steps, *columns, strict=True)))
    return f"param: STEPS: {' '.join(names)} :=\n{lines};\n"


def _days(inputs: Inputs, steps: Sequence[str]) -> Iterator[str]:
    names = _words(inputs.day_names)
    yield _set("DAYS", names)
    for day, members in zip(names, _grouped(inputs.day, len(names)), strict=True):
        yield _set(f"STEPS_OF_DAY[{day}]", [steps[place] for place in members])


def _battery(battery: Storage) -> Iterator[str]:
    yield from (_parameter(name, getattr(battery, name)) for name in BATTERY)
    if battery.soc_initial is not None:
        yield _parameter("soc_initial", battery.soc_initial)


def _limits_of_days(inputs: Inputs) -> Iterator[str]:
    """One limit for all days, and what is left of it on days on which some has been used."""
    yield from _limit_of_days(inputs, "flex_day_max", "flex_before", inputs.flex_day_max)
    yield _parameter("flex_total_max", inputs.flex_total_max)
    if inputs.storage is not None:
        limit = inputs.storage.daily_discharge_max
        yield from _limit_of_days(inputs, "daily_discharge_max", "discharged_before", limit)


def _limit_of_days(inputs: Inputs, name: str, before: str, left: Values) -> Iterator[str]:
    limit = float(left.max())
    yield _parameter(name, limit)
    if np.isfinite(limit):
        yield _by_key(before, [_words(inputs.day_names)], limit - left)


def _intervals(inputs: Inputs, steps: Sequence[str]) -> Iterator[str]:
    meterings = [(each.metering, each.metered) for each in inputs.demand]
    if inputs.capacity is not None:
        metering = inputs.capacity.metering
        meterings.append((metering, np.arange(len(metering.starts))))
    found = {
        name: places
        for metering, metered in meterings
        for name, places in zip(interval_names(metering)[metered], metering.steps[metered].tolist(), strict=True)
    }
    yield _set("INTERVALS", _words(found))
    for name, places in zip(_words(found), found.values(), strict=True):
        yield _set(f"STEPS_OF_INTERVAL[{name}]", [steps[place] for place in places])


def _demand(inputs: Inputs) -> Iterator[str]:
    months = _words(inputs.month_names)
    charges = _words(each.name for each in inputs.demand)
    yield _set("DEMAND_CHARGES", charges)
    fractions = np.array([each.ratchet_fraction for each in inputs.demand])
    yield _by_key("ratchet_fraction", [charges], fractions)
    for charge, demand in zip(charges, inputs.demand, strict=True):
        yield from _of_charge(charge, demand, months)
    keys = [[charge for charge in charges for _ in months], months * len(charges)]
    for name, figures in _demand_figures(inputs.demand).items():
        yield _by_key(name, keys, figures)


def _of_charge(charge: str, demand: Demand, months: Sequence[str]) -> Iterator[str]:
    intervals = _words(interval_names(demand.metering)[demand.metered])
    for month, places in zip(months, _grouped(demand.metered_month, len(months)), strict=True):
        yield _set(f"METERED[{charge},{month}]", [intervals[place] for place in places])
    later, earlier = demand.lookback.T
    for month, places in zip(months, _grouped(later, len(months)), strict=True):
        yield _set(f"LOOKBACK[{charge},{month}]", [months[place] for place in earlier[places]])


def _demand_figures(demand: Sequence[Demand]) -> Mapping[str, Values]:
    fields = {"demand_rate": "rate", "incurred": "incurred", "ratchet_floor": "ratchet_floor"}
    return {
        name: np.concatenate([np.empty(0), *(getattr(each, field) for each in demand)])
        for name, field in fields.items()
    }


def _capacity(inputs: Inputs) -> Iterator[str]:
    capacity = inputs.capacity
    if capacity is None:
        return
    months = _words(inputs.month_names)
    intervals = _words(interval_names(capacity.metering))
    yield _parameter("agreed_kva", capacity.agreed_kva)
    yield _parameter("power_factor", capacity.power_factor)
    yield _by_key("excess_rate", [months], capacity.excess_rate)
    yield _by_key("excess_floor", [months], capacity.excess_floor)
    for month, places in zip(months, _grouped(capacity.metering.month, len(months)), strict=True):
        yield _set(f"INTERVALS_OF_MONTH[{month}]", [intervals[place] for place in places])


def _services(services: Sequence[ReserveService], steps: Sequence[str]) -> Iterator[str]:
    names = _words(each.name for each in services)
    for direction in ("up", "down"):
        sold = [name for name, each in zip(names, services, strict=True) if each.direction == direction]
        yield _set(f"SERVICES_{direction.upper()}", sold)
    yield _by_key("service_max", [names], np.array([each.max_kw for each in services]))
    yield _by_key("service_hours", [names], np.array([each.hours for each in services]))
    keys = [[name for name in names for _ in steps], list(steps) * len(names)]
    yield _by_key("service_price", keys, np.concatenate([np.empty(0), *(each.price for each in services)]))


def _grouped(group: Places, count: int) -> list[Places]:
    """The places of each group, in order."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.searchsorted(group[order], np.arange(1, count)))


def _words(members: Iterable[str]) -> list[str]:
    return list(map(label, members))


def _set(name: str, members: Iterable[str]) -> str:
    return f"set {name} := {' '.join(members)};\n"


def _parameter(name: str, value: float | bool) -> str:
    """A number that is one; an infinite limit is the default of the text."""
    return f"param {name} := {label(float(value))};\n" if np.isfinite(value) else ""


def _by_key(name: str, keys: Sequence[Sequence[str]], values: Values) -> str:
    if not len(values):
        return ""
    lines = "\n".join(map(" ".join, zip(*keys, map(label, values.tolist()), strict=True)))
    return f"param {name} :=\n{lines};\n"
