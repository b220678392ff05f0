"""Example bundles, made from closed forms: clear-sky PV, load and prices without any download, the same every time.

They show what the engine can do on data that look like a British site; no figure in them was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from energyscope.atomic import whole_file
from energyscope.families.btm.columns import (
    CARBON,
    EXPORT_PRICE,
    IMPORT_PRICE,
    LOAD,
    PV,
    TIMESTAMP,
)
from energyscope.families.btm.refusals import refuse
from energyscope.modeldata.symbols import Values

TIMEZONE = "Europe/London"
LATITUDE, LONGITUDE, ALTITUDE = 51.5, -0.1, 25.0
"""London [degrees, degrees, m]."""
PERFORMANCE = 0.82
"""AC yield over nameplate yield of a PV plant: inverter, temperature, dirt."""

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One bundle: what it shows, its two configurations and its series."""

    shows: str
    site: Tree
    run: Tree
    frame: Callable[[], pd.DataFrame]


def steps(start: str, days: int, minutes: int) -> pd.DatetimeIndex:
    """Steps of whole local days from a local midnight on; one of the days may have 23 or 25 hours."""
    begin = pd.Timestamp(start, tz=TIMEZONE)
    ends = [each.tz_convert("UTC") for each in (begin, begin + pd.DateOffset(days=days))]
    return pd.date_range(*ends, freq=pd.Timedelta(minutes=minutes), inclusive="left", name=TIMESTAMP)


def clear_sky(index: pd.DatetimeIndex, peak_kw: float) -> Values:
    """PV yield under a sky whose cloud changes from day to day by a closed form [kW].

    Raises BtmError where pvlib is not installed.
    """
    try:
        from pvlib.location import Location
    except ImportError:
        help = "pip install 'energyscope-linopy[btm]'"
        raise refuse("BTM001", "the examples need pvlib, which is not installed", help) from None
    half = (index[1] - index[0]) / 2
    sky = Location(LATITUDE, LONGITUDE, altitude=ALTITUDE).get_clearsky(index + half, model="simplified_solis")
    day = np.asarray(index.day_of_year, dtype=np.float64)
    clearness = 0.62 + 0.25 * np.sin(1.7 * day) + 0.13 * np.sin(0.61 * day + 1)
    return np.round(sky["ghi"].to_numpy() / 1000 * peak_kw * PERFORMANCE * clearness, 4)


def office_load(index: pd.DatetimeIndex, base_kw: float, peak_kw: float) -> Values:
    """Load of an office: flat at night and at weekends, a broad hump on working days, colder is more [kW]."""
    local = index.tz_convert(TIMEZONE)
    hour = np.asarray(local.hour + local.minute / 60)
    working = np.asarray(local.day_of_week) < 5
    hump = np.exp(-(((hour - 13.0) / 4.2) ** 4))
    season = 1 + 0.15 * np.cos(2 * np.pi * (np.asarray(local.day_of_year) - 20) / 365)
    ripple = 1 + 0.04 * np.sin(2 * np.pi * hour * 1.7) + 0.05 * np.sin(0.9 * np.asarray(local.day_of_year))
    return np.round((base_kw + np.where(working, 1.0, 0.25) * (peak_kw - base_kw) * hump) * season * ripple, 4)


def day_ahead(index: pd.DatetimeIndex, mean: float, swing: float) -> Values:
    """Prices with a morning and an evening peak on the local clock, and windier days [GBP/kWh]."""
    local = index.tz_convert(TIMEZONE)
    hour = np.asarray(local.hour + local.minute / 60)
    evening = np.exp(-(((hour - 18.0) / 1.9) ** 2))
    morning = 0.45 * np.exp(-(((hour - 8.0) / 1.6) ** 2))
    night = -0.5 * np.exp(-(((hour - 3.5) / 3.0) ** 2))
    wind = 0.25 * np.sin(2.3 * np.asarray(local.day_of_year))
    return np.round(mean + swing * (evening + morning + night - wind), 5)


def carbon(index: pd.DatetimeIndex) -> Values:
    """Carbon intensity of the grid, higher in the evening [kg/kWh]."""
    hour = np.asarray(index.hour + index.minute / 60)
    return np.round(0.16 + 0.06 * np.exp(-(((hour - 18) / 3) ** 2)), 5)


def series(index: pd.DatetimeIndex, load: Values, pv: Values, price: Values, export: Values) -> pd.DataFrame:
    """The columns of a time series."""
    columns = {LOAD: load, PV: pv, IMPORT_PRICE: price, EXPORT_PRICE: export, CARBON: carbon(index)}
    return pd.DataFrame(columns, index=index)


def _usual(start: str, days: int, minutes: int, *, base: float, peak: float, pv: float) -> pd.DataFrame:
    index = steps(start, days, minutes)
    price = day_ahead(index, 0.19, 0.11)
    return series(index, office_load(index, base, peak), clear_sky(index, pv), price, np.round(0.6 * price - 0.03, 5))


def _negative_week() -> pd.DataFrame:
    """A sunny, windy week: prices fall below zero around noon."""
    index = steps("2025-06-02", 7, 30)
    hour = np.asarray(index.hour + index.minute / 60)
    price = np.round(day_ahead(index, 0.12, 0.09) - 0.24 * np.exp(-(((hour - 12.5) / 2.2) ** 2)), 5)
    return series(index, office_load(index, 25, 70), clear_sky(index, 120), price, np.round(price - 0.02, 5))


def _site(name: str, battery: Tree | None, **more: Any) -> Tree:
    return {"schema_version": 1, "site_id": name, "timezone": TIMEZONE, "battery": battery, **more}


def _run(minutes: int = 30, **more: Any) -> Tree:
    return {"schema_version": 1, "timestep_minutes": minutes, **more}


def _battery(capacity_kwh: float, power_kw: float, **more: Any) -> Tree:
    return {
        "capacity_kwh": capacity_kwh,
        "max_charge_kw": power_kw,
        "max_discharge_kw": power_kw,
        "charge_efficiency": 0.95,
        "discharge_efficiency": 0.95,
        **more,
    }


WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
DUOS: Tree = {
    "name": "duos",
    "direction": "import",
    "bands": [
        {"name": "red", "rate_gbp_per_kwh": 0.0912, "windows": [{"days": WEEKDAYS, "start": "16:00", "end": "19:00"}]},
        {
            "name": "amber",
            "rate_gbp_per_kwh": 0.0154,
            "windows": [
                {"days": WEEKDAYS, "start": "07:30", "end": "16:00"},
                {"days": WEEKDAYS, "start": "19:00", "end": "21:30"},
            ],
        },
        {"name": "green", "rate_gbp_per_kwh": 0.0011},
    ],
}
LEVY: Tree = {
    "name": "capacity_market",
    "direction": "import",
    "exclude_dates": ["2025-01-01", "2025-12-25", "2025-12-26"],
    "bands": [
        {
            "name": "winter_evening",
            "rate_gbp_per_kwh": 0.0743,
            "windows": [{"months": [11, 12, 1, 2], "days": WEEKDAYS, "start": "16:00", "end": "19:00"}],
        }
    ],
}
STANDING: Tree = {"name": "standing_charge", "rate_gbp_per_day": 1.85}
CAPACITY: Tree = {
    "agreed_capacity_kva": 140.0,
    "rate_gbp_per_kva_day": 0.045,
    "excess_rate_gbp_per_kva_day": 0.09,
    "power_factor": 0.95,
}
WORN: Tree = {
    "wear_cost_gbp_per_kwh": 0.015,
    "cycle_life": [[0.1, 70000], [0.4, 14000], [0.8, 6000], [1.0, 4300]],
    "calendar_fade_per_year": 0.012,
}

EXAMPLES: Mapping[str, Example] = {
    "pv_battery_tou": Example(
        "A week of PV and battery under prices by time of use.",
        _site("pv_battery_tou", _battery(200.0, 80.0), grid={"export_limit_kw": 60.0}),
        _run(15, tariff={"fixed_charges": [STANDING]}),
        lambda: _usual("2025-05-12", 7, 15, base=20, peak=75, pv=110),
    ),
    "demand_charge_office": Example(
        "September in an office whose highest half-hour is billed each month.",
        _site("demand_charge_office", _battery(250.0, 100.0)),
        _run(
            15,
            tariff={
                "demand_charges": [{"name": "monthly_peak", "rate_gbp_per_kw": 9.4}],
                "fixed_charges": [STANDING],
            },
        ),
        lambda: _usual("2025-09-01", 30, 15, base=35, peak=165, pv=60),
    ),
    "duos_dst_week": Example(
        "The week in which British clocks go back, with network charges in red, amber and green.",
        _site("duos_dst_week", _battery(150.0, 60.0)),
        _run(30, tariff={"volumetric_charges": [DUOS], "fixed_charges": [STANDING]}),
        lambda: _usual("2025-10-20", 7, 30, base=25, peak=90, pv=70),
    ),
    "negative_prices_week": Example(
        "A week with negative prices, where the plain LP would charge and discharge at once.",
        _site("negative_prices_week", _battery(180.0, 90.0), grid={"import_limit_kw": 220.0, "export_limit_kw": 90.0}),
        _run(30),
        _negative_week,
    ),
    "kva_limit_january": Example(
        "January above the agreed capacity: a breach is paid for the whole month.",
        _site("kva_limit_january", _battery(340.0, 100.0)),
        _run(
            30,
            tariff={
                "volumetric_charges": [DUOS, LEVY],
                "capacity_charge": {**CAPACITY, "agreed_capacity_kva": 170.0, "excess_rate_gbp_per_kva_day": 0.18},
            },
        ),
        lambda: _usual("2025-01-01", 31, 30, base=40, peak=150, pv=60),
    ),
    "full_year_underwrite": Example(
        "A year of quarter-hours with a full tariff: is the battery worth its price?",
        _site("full_year_underwrite", _battery(300.0, 120.0, degradation=WORN)),
        _run(
            15,
            runner="underwrite",
            tariff={
                "volumetric_charges": [DUOS, LEVY],
                "demand_charges": [{"name": "monthly_peak", "rate_gbp_per_kw": 6.2}],
                "capacity_charge": CAPACITY,
                "fixed_charges": [STANDING],
            },
            underwriting={
                "capex_gbp_per_kwh": 240.0,
                "capex_gbp_per_kw": 60.0,
                "capex_fixed_gbp": 9000.0,
                "opex_gbp_per_year": 1500.0,
                "lifetime_years": 15,
                "discount_rate": 0.07,
                "soh_fade_per_year": "rainflow",
            },
        ),
        lambda: _usual("2025-01-01", 365, 15, base=35, peak=150, pv=120),
    ),
    "live_persistence_week": Example(
        "Planning day by day with yesterday as the forecast.",
        _site("live_persistence_week", _battery(160.0, 60.0)),
        _run(
            30,
            runner="live",
            tariff={"volumetric_charges": [DUOS]},
            rolling={"horizon_hours": 48, "step_hours": 24},
            forecast={"provider": "persistence"},
        ),
        lambda: _usual("2025-03-31", 7, 30, base=25, peak=90, pv=100),
    ),
}
"""Single bundles by name."""
PORTFOLIO = "portfolio_two_sites"
"""Two sites behind one export limit."""
PORTFOLIO_SITES: Mapping[str, Example] = {
    "workshop": Example(
        "A workshop with much PV.",
        _site("workshop", _battery(120.0, 50.0)),
        _run(30),
        lambda: _usual("2025-06-16", 2, 30, base=15, peak=45, pv=140),
    ),
    "school": Example(
        "A school with some PV.",
        _site("school", _battery(90.0, 40.0)),
        _run(30),
        lambda: _usual("2025-06-16", 2, 30, base=12, peak=60, pv=90),
    ),
}
NAMES = (*EXAMPLES, PORTFOLIO)
"""All examples."""


def write(name: str, folder: Path) -> None:
    """Write an example into a folder, which is made if need be. Raises BtmError for an unknown name, OSError."""
    if name == PORTFOLIO:
        for site, example in PORTFOLIO_SITES.items():
            _write_bundle(example, folder / site)
        tree = {
            "schema_version": 1,
            "portfolio_id": PORTFOLIO,
            "coupling": "shared_limits",
            "sites": list(PORTFOLIO_SITES),
            "shared": {"export_limit_kw": 30.0},
        }
        _write_yaml(tree, folder / "portfolio.yaml", "Two sites behind one export limit.")
    elif name in EXAMPLES:
        _write_bundle(EXAMPLES[name], folder)
    else:
        raise refuse("BTM001", f"there is no example `{name}`", f"there are {', '.join(NAMES)}")


def _write_bundle(example: Example, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write_yaml(example.site, folder / "site_config.yaml", example.shows)
    _write_yaml(example.run, folder / "run_config.yaml", example.shows)
    with whole_file(folder / "timeseries.parquet") as path:
        example.frame().to_parquet(path)


def _write_yaml(tree: Tree, path: Path, comment: str) -> None:
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# {comment}\n")
        yaml = YAML()
        yaml.width = 120
        yaml.dump(_compact(tree), file)


def _compact(tree: Any) -> Any:
    """The same tree, windows and lists of plain values on one line each, times of day in quotes."""
    if isinstance(tree, Mapping):
        mapping = CommentedMap((key, _compact(each)) for key, each in tree.items())
        return _in_line(mapping) if "start" in tree else mapping
    if isinstance(tree, list):
        sequence = CommentedSeq(map(_compact, tree))
        return sequence if any(isinstance(each, Mapping) for each in tree) else _in_line(sequence)
    return DoubleQuotedScalarString(tree) if isinstance(tree, str) and ":" in tree else tree


def _in_line(collection: Any) -> Any:
    collection.fa.set_flow_style()
    return collection
