"""The reference cases as bundles: formulas of `reference/cases.json` written out as time series."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from ruamel.yaml import YAML

REFERENCE = Path(__file__).parent / "reference"
CASES: dict[str, dict[str, Any]] = {
    each["id"]: each for each in json.loads((REFERENCE / "cases.json").read_text())["cases"]
}
FUNCTIONS: dict[str, Any] = json.loads((REFERENCE / "functions.json").read_text())
SINGLE_SITE = [name for name, each in CASES.items() if "portfolio" not in each]

Column = NDArray[np.float64]


def bundle_folder(name: str, folder: Path, **changed: Mapping[str, Any]) -> Path:
    """Write a case (one bundle, or a portfolio of them) into a folder; gives the folder to run.

    `changed` overlays top-level fields: `site_config={...}`, `run_config={...}`.
    """
    case = CASES[name]
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    if "portfolio" in case:
        write_yaml(target / "portfolio.yaml", case["portfolio"])
        for site in case["sites"]:
            write_bundle(target / site["site_config"]["site_id"], site)
        return target
    write_bundle(target, {**case, **{key: {**case[key], **value} for key, value in changed.items()}})
    return target


def write_bundle(folder: Path, case: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_yaml(folder / "site_config.yaml", case["site_config"])
    write_yaml(folder / "run_config.yaml", case["run_config"])
    timezone = case["site_config"].get("timezone", "Europe/London")
    series(case["timeseries"], timezone).to_parquet(folder / "timeseries.parquet")


def write_yaml(path: Path, tree: object) -> None:
    with path.open("w") as file:
        YAML().dump(tree, file)


def series(described: Mapping[str, Any], timezone: str) -> pd.DataFrame:
    """The time series of a case."""
    step = pd.Timedelta(minutes=described["timestep_minutes"])
    index = pd.date_range(described["start"], periods=described["steps"], freq=step, name="timestamp")
    columns = {name: values(each, index, timezone) for name, each in described["columns"].items()}
    return pd.DataFrame(columns, index=index, dtype=np.float64)


def values(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    """The values of one formula, between its `minimum` and `maximum`."""
    found = np.asarray(FORMULAS[formula["formula"]](formula, index, timezone), dtype=np.float64)
    return np.clip(found, formula.get("minimum", -np.inf), formula.get("maximum", np.inf))


def _constant(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    return np.full(len(index), float(formula["value"]))


def _inline(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    return np.array(formula["values"], dtype=np.float64)


def _middle(index: pd.DatetimeIndex) -> Column:
    minutes = (index[1] - index[0]).total_seconds() / 60 if len(index) > 1 else 0.0
    return np.asarray(index.hour + index.minute / 60 + minutes / 120)


def _sine(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    angle = 2 * np.pi * (_middle(index) - formula["phase_hour"]) / 24
    return np.asarray(formula["base"] + formula["amplitude"] * np.sin(angle))


def _pv_bell(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    hour, sunrise, sunset = _middle(index), formula["sunrise_hour"], formula["sunset_hour"]
    height = np.abs(np.sin(np.pi * (hour - sunrise) / (sunset - sunrise))) ** formula["power"]
    season = 1 + formula["seasonal"] * np.cos(2 * np.pi * (index.day_of_year.to_numpy() - 172) / 365)
    return np.where((sunrise < hour) & (hour < sunset), formula["peak"] * height, 0.0) * season


def _steps(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    clock = index.tz_convert(timezone) if formula.get("clock", "local") == "local" else index
    hour = clock.hour.to_numpy() + clock.minute.to_numpy() / 60
    minutes = (index[1] - index[0]).total_seconds() / 60
    day_index = np.floor(np.arange(len(index)) * minutes / 1440)
    days = clock.strftime("%a").str.lower().to_numpy()
    found = np.full(len(index), float(formula["default"]))
    for band in formula["bands"]:
        inside = (band.get("start_hour", 0) <= hour) & (hour < band.get("end_hour", 24))
        if "days" in band:
            inside &= np.isin(days, band["days"])
        if "day_index" in band:
            inside &= np.isin(day_index, band["day_index"])
        found[inside] = band["value"]
    return found


def _lcg(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    state, drawn = formula["seed"], np.empty(len(index))
    for k in range(len(index)):
        state = (1103515245 * state + 12345) % 2**31
        drawn[k] = state
    return np.asarray(formula["low"] + (formula["high"] - formula["low"]) * drawn / 2**31)


def _sum(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    return np.sum([values(term, index, timezone) for term in formula["terms"]], axis=0)


def _product(formula: Mapping[str, Any], index: pd.DatetimeIndex, timezone: str) -> Column:
    return np.prod([values(term, index, timezone) for term in formula["terms"]], axis=0)


FORMULAS = {
    "constant": _constant,
    "inline": _inline,
    "sine": _sine,
    "pv_bell": _pv_bell,
    "steps": _steps,
    "lcg": _lcg,
    "sum": _sum,
    "product": _product,
}


def at(tree: Any, path: str) -> Any:
    """The value at a dotted path."""
    for part in path.split("."):
        tree = tree[part]
    return tree


def allowed(path: str, expected: float) -> float:
    """Agreement as the reference states it: 1e-6 relative, 1e-6 for money and 1e-4 for kW and kWh absolute."""
    return (1e-6 if path.endswith("gbp") else 1e-4) + 1e-6 * abs(expected)
