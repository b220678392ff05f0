"""Small random runs with every kind of asset and charge, for laws that hold of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import inputs_of

STARTS = ("2025-03-29T22:00Z", "2025-06-30T18:00Z", "2025-10-25T22:00Z", "2025-12-31T20:00Z")
"""Runs of some hours from here cross a change of the clocks, a month, or a year."""
TERMINALS = (
    {"mode": "free"},
    {"mode": "at_least_initial"},
    {"mode": "cyclic"},
    {"mode": "fixed", "soc_kwh": 12.0},
    {"mode": "valued", "value_gbp_per_kwh": 0.11},
)
WINDOWS = ((), ({"start": "00:30", "end": "03:00"},), ({"days": ["mon", "tue"], "start": "01:00", "end": "22:00"},))


@dataclass(frozen=True)
class Case:
    site: dict[str, Any]
    run: dict[str, Any]
    frame: pd.DataFrame

    @property
    def inputs(self) -> Inputs:
        return inputs_of(SiteConfig.model_validate(self.site), RunConfig.model_validate(self.run), self.frame)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A run of one to twelve hours."""
    minutes = draw(st.sampled_from((15, 30, 60)))
    steps = draw(st.integers(1, 12)) * (60 // minutes)
    index = pd.date_range(draw(st.sampled_from(STARTS)), periods=steps, freq=f"{minutes}min", name="timestamp")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    flex = draw(st.booleans())
    frame = pd.DataFrame(
        {
            "load_kw": rng.uniform(0, 60, steps).round(3),
            "pv_kw": np.maximum(rng.uniform(-40, 90, steps), 0).round(3),
            "import_price_gbp_per_kwh": rng.uniform(-0.1, 0.5, steps).round(4),
            "export_price_gbp_per_kwh": rng.uniform(-0.1, 0.3, steps).round(4),
            "flex_available_kw": rng.uniform(0, 20 * flex, steps).round(3),
            "flex_price_gbp_per_kwh": rng.uniform(0, 0.6, steps).round(4),
            "reserve_price": rng.uniform(0, 0.05, steps).round(4),
        },
        index=index,
    )
    site = {
        "schema_version": 1,
        "site_id": "random",
        "grid": {"export_limit_kw": draw(st.sampled_from((None, 0.0, 30.0)))},
        "pv": {"curtailable": True},
        "battery": draw(st.none() | batteries()),
        "flex": {
            "max_kwh_per_day": draw(st.sampled_from((None, 7.5))),
            "max_kwh_total": draw(st.sampled_from((None, 11.0))),
        },
    }
    run = {"schema_version": 1, "timestep_minutes": minutes, "tariff": draw(tariffs(index))}
    return Case(site, run, frame)


@st.composite
def batteries(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "capacity_kwh": 50.0,
        "max_charge_kw": draw(st.sampled_from((10.0, 25.0))),
        "max_discharge_kw": draw(st.sampled_from((10.0, 25.0))),
        "charge_efficiency": draw(st.sampled_from((1.0, 0.9))),
        "discharge_efficiency": draw(st.sampled_from((1.0, 0.93))),
        "self_discharge_per_hour": draw(st.sampled_from((0.0, 0.01))),
        "min_soc_kwh": 5.0,
        "initial_soc_kwh": 10.0,
        "terminal_soc": draw(st.sampled_from(TERMINALS)),
        "allow_grid_charging": draw(st.booleans()),
        "allow_battery_export": draw(st.booleans()),
        "max_cycles_per_day": draw(st.sampled_from((None, 0.4))),
        "degradation": {"wear_cost_gbp_per_kwh": draw(st.sampled_from((0.0, 0.02)))},
    }


@st.composite
def tariffs(draw: st.DrawFn, index: pd.DatetimeIndex) -> dict[str, Any]:
    local = index.tz_convert("Europe/London")
    months = sorted({each.strftime("%Y-%m") for each in local})
    half_hour = index[len(index) // 2].floor("30min").strftime("%Y-%m-%dT%H:%MZ")
    capacity = {"agreed_capacity_kva": 30.0, "excess_rate_gbp_per_kva_day": 0.3, "power_factor": 0.95}
    service = {"price_column": "reserve_price", "max_kw": 8.0, "duration_hours": 0.5}
    return {
        "import_price_multiplier": draw(st.sampled_from((1.0, 1.07))),
        "demand_charges": [
            {
                "name": f"charge {number}",
                "rate_gbp_per_kw": 1.5 + number,
                "windows": list(draw(st.sampled_from(WINDOWS))),
                "metering_interval_minutes": draw(st.sampled_from((30, 60))),
                "incurred_peak_kw": {months[0]: 3.0},
                "ratchet": draw(st.sampled_from((None, {"fraction": 0.8, "history_kw": {"2025-02": 20.0}}))),
            }
            for number in range(draw(st.integers(0, 2)))
        ],
        "capacity_charge": draw(st.sampled_from((None, {**capacity, "incurred_kva": {months[0]: 31.0}}))),
        "triad_charge": draw(
            st.sampled_from(
                (None, {"rate_gbp_per_kw": 5.0, "export_credit_gbp_per_kw": 1.0, "half_hours": [half_hour]})
            )
        ),
        "fixed_charges": [{"name": "standing", "rate_gbp_per_day": 0.7}],
        "services": [
            {**service, "name": f"{direction}_{number}", "direction": direction}
            for number, direction in enumerate(draw(st.lists(st.sampled_from(("down", "up")), max_size=3)))
        ],
    }
