"""Make data/datasets/core_small from data/datasets/core: `python scripts/make_core_small.py`.

Fourteen days of the national system that use three typical days, for tests and first steps. The three typical days
that stand for most days of the year are kept; of the days they stand for, fourteen are taken, evenly spread and in
order of the calendar. Hours, days and typical days are numbered anew.

All that is counted per year is scaled by 14/365: demand, availability of resources, the limit on emissions,
maintenance and (through the annuity) investment, with it the cost of grid reinforcement. The shares of annual demand
are scaled so that they sum to 1 over the fourteen days. Power, capacities and storage sizes stay those of the country.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from core_layout import OWN_PERIODS, PARAMETERS, SETS, TYPICAL_DAYS
from dataset_text import Key, Tables, write
from dataset_values import given_tables
from import_dataset import DATASETS

MODEL = DATASETS.parent / "models" / "core.mod"
DAYS = 14
KINDS = 3
HOURS = 24
DAYS_OF_YEAR = 365

ANNUAL = ("end_uses_demand_year", "avail", "gwp_limit", "c_maint", "c_inv", "c_grid_extra")
SHARES = ("electricity_time_series", "heating_time_series", "mob_pass_time_series", "mob_freight_time_series")

DIGITS = 10
"""Significant digits of scaled figures: they are ours, and read better short."""

HEADING = """core_small: fourteen days of the national energy system (data/models/core.mod), for tests and first steps.

Made by scripts/make_core_small.py from data/datasets/core; figures: copyright 2018-2019 EPFL,
Switzerland, and UCLouvain, Belgium, Apache License 2.0; some are scaled (see README.md).
Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., passengers in Mpkm, freight in Mtkm."""


def choose_days(calendar: list[int]) -> list[int]:
    """Positions of the days to keep; `calendar` has the typical day of every day."""
    kinds = [kind for kind, _ in Counter(calendar).most_common(KINDS)]
    candidates = [day for day, kind in enumerate(calendar) if kind in kinds]
    step = (len(candidates) - 1) / (DAYS - 1)
    return [candidates[round(step * i)] for i in range(DAYS)]


def shrink(core: Tables) -> Tables:
    """The small data set."""
    hours = sorted(core.sets["T_H_TD"][()])
    calendar = [int(member[2]) for member in hours[::HOURS]]
    chosen = [calendar[day] for day in choose_days(calendar)]
    kinds = {kind: float(new) for new, kind in enumerate(sorted(set(chosen)), start=1)}
    small = Tables(dict(core.sets), dict(core.parameters))
    small.sets["PERIODS"] = {(): [(float(t),) for t in range(1, DAYS * HOURS + 1)]}
    small.sets["TYPICAL_DAYS"] = {(): [(kind,) for kind in kinds.values()]}
    small.sets["T_H_TD"] = {(): _days(chosen, kinds)}
    for name in ANNUAL:
        small.parameters[name] = _scaled(core.parameters[name], DAYS / DAYS_OF_YEAR)
    for name in (*SHARES, "c_p_t"):
        small.parameters[name] = _kept(core.parameters[name], kinds)
    for name in SHARES:
        total = sum(small.parameters[name][member[1:]] for member in small.sets["T_H_TD"][()])
        small.parameters[name] = _scaled(small.parameters[name], 1 / total)
    return small


def _days(chosen: list[int], kinds: dict[int, float]) -> list[Key]:
    return [
        (float(day * HOURS + hour), float(hour), kinds[kind])
        for day, kind in enumerate(chosen)
        for hour in range(1, HOURS + 1)
    ]


def _kept(values: dict[Key, float], kinds: dict[int, float]) -> dict[Key, float]:
    """The values of the typical days that stay, under their new numbers (the last subscript)."""
    return {(*key[:-1], kinds[int(key[-1])]): value for key, value in values.items() if key[-1] in kinds}


def _scaled(values: dict[Key, float], factor: float) -> dict[Key, float]:
    return {key: float(f"{value * factor:.{DIGITS}g}") for key, value in values.items()}


def main() -> None:
    """Read, shrink, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DATASETS / "core_small", help="folder to write")
    out = parser.parse_args().out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        parser.error(f"the folder `{out}` cannot be made: {failure.strerror}")
    core = DATASETS / "core"
    small = shrink(given_tables([MODEL, core / "core_12td.dat", core / "core.dat"]))
    text = write(HEADING, [*OWN_PERIODS, *SETS, *PARAMETERS, *TYPICAL_DAYS], small)
    (out / "core_small.dat").write_text(text, encoding="utf-8")
    print(f"{out}: written")


if __name__ == "__main__":
    main()
