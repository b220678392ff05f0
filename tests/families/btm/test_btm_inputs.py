"""The numbers of a linear program: the bill of a passive site with them, limits by hand, windows of a longer run."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_cases import CASES, SINGLE_SITE, allowed, series
from numpy.typing import NDArray

from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import RollingState, WholeRun, inputs_of
from energyscope.families.btm.program.plant import services_of
from energyscope.families.btm.refusals import BtmError

ROUNDED = 1e-14
"""Relative: a few dozen roundings of doubles."""
BATTERY = {"capacity_kwh": 100.0, "max_charge_kw": 30.0, "max_discharge_kw": 20.0, "initial_soc_kwh": 40.0}


def site_of(battery: dict[str, Any] | None = None, **fields: Any) -> SiteConfig:
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "s", "battery": battery, **fields})


def run_of(minutes: int = 30, **tariff: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, "timestep_minutes": minutes, "tariff": tariff})


def frame_of(first: str = "2025-06-01T00:00Z", steps: int = 4, minutes: int = 30, **given: Any) -> pd.DataFrame:
    index = pd.date_range(first, periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")
    usual = {"load_kw": 50.0, "pv_kw": 10.0, "import_price_gbp_per_kwh": 0.2, "export_price_gbp_per_kwh": 0.05}
    return pd.DataFrame({**usual, **given}, index=index, dtype=np.float64)


def passive_cost(inputs: Inputs, pv: NDArray[np.float64], export_limit: float) -> float:
    """The bill of a site that reacts to nothing, by the objective's own formula."""
    bought, sold = np.maximum(inputs.load - pv, 0), np.clip(pv - inputs.load, 0, export_limit)
    energy = (inputs.import_price * bought - inputs.export_price * sold) * inputs.dt
    triad = inputs.triad_rate * bought - inputs.triad_credit * sold
    return fsum([*energy, *triad, demand_cost(inputs, bought), excess_cost(inputs, bought), inputs.constant_cost])


def demand_cost(inputs: Inputs, bought: NDArray[np.float64]) -> float:
    cost = 0.0
    for charge in inputs.demand:
        peak = charge.incurred.copy()
        means = bought[charge.metering.steps].mean(axis=1)[charge.metered]
        np.maximum.at(peak, charge.metered_month, means)
        chargeable = np.maximum(peak, charge.ratchet_floor)
        for month, earlier in charge.lookback:
            chargeable[month] = max(chargeable[month], charge.ratchet_fraction * peak[earlier])
        cost += float(charge.rate @ chargeable)
    return cost


def excess_cost(inputs: Inputs, bought: NDArray[np.float64]) -> float:
    capacity = inputs.capacity
    if capacity is None:
        return 0.0
    excess = capacity.excess_floor.copy()
    apparent = bought[capacity.metering.steps].mean(axis=1) / capacity.power_factor
    np.maximum.at(excess, capacity.metering.month, apparent - capacity.agreed_kva)
    return float(capacity.excess_rate @ excess)


@pytest.mark.parametrize("name", SINGLE_SITE)
def test_passive_bills_of_the_reference_cases(name: str) -> None:
    case = CASES[name]
    site, run = SiteConfig.model_validate(case["site_config"]), RunConfig.model_validate(case["run_config"])
    inputs = inputs_of(site, run, series(case["timeseries"], site.timezone))
    limit = np.inf if site.grid.export_limit_kw is None else site.grid.export_limit_kw
    for path, pv in {"baseline.bill.total_gbp": inputs.pv, "no_assets.bill.total_gbp": 0 * inputs.pv}.items():
        expected = case["expected"][path]
        assert passive_cost(inputs, pv, limit) == pytest.approx(expected, abs=allowed(path, expected)), path


def test_bounds_of_the_grid_keep_the_relaxation_bounded() -> None:
    load, pv = [50.0, 0.0, 90.0, 120.0], [10.0, 0.0, 60.0, 70.0]
    frame = frame_of(load_kw=load, pv_kw=pv)
    free = inputs_of(site_of(BATTERY), run_of(), frame)
    assert free.import_bound.tolist() == [80.0, 30.0, 120.0, 150.0]
    assert free.export_bound.tolist() == [30.0, 20.0, 80.0, 90.0]
    grid = {"import_limit_kw": 100.0, "export_limit_kw": 50.0}
    limited = inputs_of(site_of(BATTERY, grid=grid), run_of(), frame)
    assert limited.import_bound.tolist() == [80.0, 30.0, 100.0, 100.0]
    assert limited.export_bound.tolist() == [30.0, 20.0, 50.0, 50.0]
    none = inputs_of(site_of({**BATTERY, "capacity_kwh": 0.0, "initial_soc_kwh": 0.0}), run_of(), frame)
    assert none.import_bound.tolist() == load
    assert none.export_bound.tolist() == pv
    zero_export = inputs_of(site_of(BATTERY, grid={"export_limit_kw": 0.0}), run_of(), frame)
    assert zero_export.export_bound.tolist() == [0.0] * 4


def test_no_more_load_is_sold_than_there_is() -> None:
    inputs = inputs_of(site_of(), run_of(), frame_of(flex_available_kw=[0.0, 20.0, 50.0, 70.0]))
    assert inputs.flex_available.tolist() == [0.0, 20.0, 50.0, 50.0]


def test_absent_columns_are_zero() -> None:
    inputs = inputs_of(site_of(), run_of(), frame_of())
    assert not inputs.flex_available.any()
    assert not inputs.flex_price.any()
    assert not inputs.triad_rate.any()


def test_a_battery_in_figures() -> None:
    more = {"self_discharge_per_hour": 0.1, "charge_efficiency": 0.9, "discharge_efficiency": 0.8}
    wear = {"degradation": {"wear_cost_gbp_per_kwh": 0.02}, "allow_grid_charging": False}
    storage = inputs_of(site_of({**BATTERY, **more, **wear}), run_of(minutes=30), frame_of()).storage
    assert storage is not None
    assert storage.retention == pytest.approx(0.9**0.5, rel=ROUNDED)
    assert (storage.eta_charge, storage.eta_discharge, storage.wear_cost) == (0.9, 0.8, 0.02)
    assert (storage.soc_min, storage.soc_max, storage.soc_initial) == (0.0, 100.0, 40.0)
    assert (storage.grid_charging, storage.battery_export) == (False, True)
    assert storage.daily_discharge_max.tolist() == [np.inf]


@pytest.mark.parametrize(
    ("rule", "ends", "value", "initial"),
    [
        ({"mode": "free"}, (-np.inf, np.inf), 0.0, 40.0),
        ({"mode": "at_least_initial"}, (40.0, np.inf), 0.0, 40.0),
        ({"mode": "fixed", "soc_kwh": 70.0}, (70.0, 70.0), 0.0, 40.0),
        ({"mode": "cyclic"}, (-np.inf, np.inf), 0.0, None),
        ({"mode": "valued", "value_gbp_per_kwh": 0.15}, (-np.inf, np.inf), 0.15, 40.0),
    ],
    ids=lambda each: each["mode"] if isinstance(each, dict) else "",
)
def test_what_is_asked_of_the_end(
    rule: dict[str, Any], ends: tuple[float, float], value: float, initial: float | None
) -> None:
    storage = inputs_of(site_of({**BATTERY, "terminal_soc": rule}), run_of(), frame_of()).storage
    assert storage is not None
    assert (storage.terminal_min, storage.terminal_max) == ends
    assert (storage.terminal_value, storage.soc_initial, storage.cyclic) == (value, initial, initial is None)


def test_daily_limits_hold_on_local_dates_however_few_their_steps() -> None:
    """From 23:00 local time on 1 June to 1:00 on 2 June."""
    site = site_of({**BATTERY, "max_cycles_per_day": 1.5}, flex={"max_kwh_per_day": 12.0, "max_kwh_total": 20.0})
    inputs = inputs_of(site, run_of(), frame_of("2025-06-01T22:00Z"))
    assert inputs.day_names == ("2025-06-01", "2025-06-02")
    assert inputs.day.tolist() == [0, 0, 1, 1]
    assert inputs.flex_day_max.tolist() == [12.0, 12.0]
    assert inputs.flex_total_max == 20.0
    assert inputs.storage is not None
    assert inputs.storage.daily_discharge_max.tolist() == [150.0, 150.0]


def test_charges_share_their_metering_intervals() -> None:
    charges = [
        {"name": "any", "rate_gbp_per_kw": 1.0},
        {"name": "evening", "rate_gbp_per_kw": 1.0, "windows": [{"start": "16:00", "end": "19:00"}]},
    ]
    run = run_of(15, demand_charges=charges, capacity_charge={"agreed_capacity_kva": 10.0})
    inputs = inputs_of(site_of(), run, frame_of("2025-01-01T15:00Z", 12, 15))
    any_time, evening = inputs.demand
    assert inputs.capacity is not None
    assert any_time.metering is evening.metering
    assert any_time.metering is inputs.capacity.metering
    assert any_time.metered.tolist() == [0, 1, 2, 3, 4, 5]
    assert evening.metered.tolist() == [2, 3, 4, 5]
    assert evening.metering.steps[evening.metered[0]].tolist() == [4, 5]


def test_services_are_offered_with_or_without_a_battery_to_sell_them() -> None:
    offer = {"name": "up", "direction": "up", "price_column": "p", "max_kw": 5.0, "duration_hours": 0.5}
    frame = frame_of(p=[0.01, 0.02, 0.03, 0.04])
    (service,) = inputs_of(site_of(BATTERY), run_of(services=[offer]), frame).services
    assert (service.name, service.direction, service.max_kw, service.hours) == ("up", "up", 5.0, 0.5)
    assert service.price.tolist() == [0.01, 0.02, 0.03, 0.04]
    idle = inputs_of(site_of(), run_of(services=[offer]), frame)
    assert idle.storage is None and [each.name for each in idle.services] == ["up"]
    assert services_of(idle) == ()


def test_a_cut_metering_interval_is_refused_where_it_is_charged() -> None:
    frame = frame_of("2025-06-01T00:15Z", 5, 15)
    assert inputs_of(site_of(), run_of(15), frame).steps == 5
    with pytest.raises(BtmError) as refused:
        inputs_of(site_of(), run_of(15, capacity_charge={"agreed_capacity_kva": 10.0}), frame)
    assert [each.code for each in refused.value.diagnostics] == ["BTM211"]


TARIFF = {
    "demand_charges": [
        {"name": "peak", "rate_gbp_per_kw": 6.2, "prorate": True, "incurred_peak_kw": {"2025-01": 20.0}}
    ],
    "capacity_charge": {
        "agreed_capacity_kva": 60.0,
        "rate_gbp_per_kva_day": 0.05,
        "excess_rate_gbp_per_kva_day": 0.1,
        "incurred_kva": {"2025-01": 70.0},
    },
    "fixed_charges": [{"name": "standing", "rate_gbp_per_day": 2.0}],
    "triad_charge": {"rate_gbp_per_kw": 30.0, "select": "system_demand"},
}
FLEX = {"max_kwh_per_day": 12.0, "max_kwh_total": 20.0}
SITE = site_of({**BATTERY, "max_cycles_per_day": 1.0}, flex=FLEX)
FOUR_DAYS = frame_of("2025-01-30T00:00Z", 4 * 48, system_demand_mw=30.0)
"""30 January to 2 February."""
FOUR_DAYS.iloc[60, 4] = 50.0
RUN = run_of(**TARIFF)


def window(first: int, steps: int, **state: Any) -> Inputs:
    return inputs_of(
        SITE,
        RUN,
        FOUR_DAYS.iloc[first : first + steps],
        whole=WholeRun.of(SITE, RUN, FOUR_DAYS),
        state=RollingState(**{"soc_kwh": 55.0, **state}),
    )


def test_a_window_is_billed_as_its_run() -> None:
    whole, first = inputs_of(SITE, RUN, FOUR_DAYS), window(0, 96)
    assert whole.constant_cost == pytest.approx(4 * (2.0 + 60 * 0.05), rel=ROUNDED)
    assert first.constant_cost == whole.constant_cost
    assert whole.demand[0].rate == pytest.approx([6.2 * 2 / 31, 6.2 * 2 / 28], rel=ROUNDED)
    assert first.demand[0].rate.tolist() == whole.demand[0].rate.tolist()[:1]
    assert whole.capacity is not None
    assert first.capacity is not None
    assert whole.capacity.excess_rate.tolist() == [0.2, 0.2]
    assert first.capacity.excess_rate.tolist() == [0.2]


def test_triads_of_a_window_are_those_of_its_run() -> None:
    whole = inputs_of(SITE, RUN, FOUR_DAYS)
    assert np.flatnonzero(whole.triad_rate).tolist() == [60]
    assert not window(0, 48).triad_rate.any()
    assert np.flatnonzero(window(48, 48).triad_rate).tolist() == [12]


def test_a_window_carries_on_from_what_is_settled() -> None:
    inputs = window(
        60,
        96,
        incurred_peak_kw={"peak": {"2025-01": 45.0}},
        incurred_kva={"2025-01": 65.0},
        flex_used_kwh={"2025-01-30": 9.0, "2025-01-31": 5.0},
        flex_used_total_kwh=14.0,
        discharged_kwh={"2025-01-31": 101.0},
    )
    assert inputs.day_names == ("2025-01-31", "2025-02-01", "2025-02-02")
    assert inputs.flex_day_max.tolist() == [7.0, 12.0, 12.0]
    assert inputs.flex_total_max == 6.0
    assert inputs.demand[0].incurred.tolist() == [45.0, 0.0]
    assert inputs.capacity is not None
    assert inputs.capacity.excess_floor.tolist() == [10.0, 0.0], "the configured 70 kVA are more than those settled"
    assert inputs.storage is not None
    assert inputs.storage.soc_initial == 55.0
    assert inputs.storage.daily_discharge_max.tolist() == [0.0, 100.0, 100.0]


@pytest.mark.parametrize(
    ("rule", "before_the_end", "at_the_end"),
    [
        ({"mode": "free"}, (-np.inf, np.inf), (-np.inf, np.inf)),
        ({"mode": "at_least_initial"}, (55.0, np.inf), (40.0, np.inf)),
        ({"mode": "fixed", "soc_kwh": 70.0}, (70.0, 70.0), (70.0, 70.0)),
        ({"mode": "cyclic"}, (40.0, 40.0), (40.0, 40.0)),
        ({"mode": "valued", "value_gbp_per_kwh": 0.15}, (-np.inf, np.inf), (-np.inf, np.inf)),
    ],
    ids=lambda each: each["mode"] if isinstance(each, dict) else "",
)
def test_the_end_of_a_window(
    rule: dict[str, Any], before_the_end: tuple[float, float], at_the_end: tuple[float, float]
) -> None:
    """At the run's end `at_least_initial` means the 40 kWh that the run began with, before it the window's 55 kWh."""
    terminal = SiteConfig.model_validate({**SITE.model_dump(), "battery": {**BATTERY, "terminal_soc": rule}})
    assert terminal.battery is not None
    for first, expected in ((0, before_the_end), (96, at_the_end)):
        storage = window(first, 96, terminal=terminal.battery.terminal_soc).storage
        assert storage is not None
        assert (storage.terminal_min, storage.terminal_max) == expected
        assert storage.terminal_value == rule.get("value_gbp_per_kwh", 0.0)
        assert not storage.cyclic


def test_the_first_window_begins_as_the_run() -> None:
    carried = RollingState.at_start(SITE)
    assert (carried.soc_kwh, carried.terminal.mode) == (40.0, "at_least_initial")
    assert RollingState.at_start(site_of()).soc_kwh == 0.0


def test_one_window_over_all_steps_is_the_run() -> None:
    whole = inputs_of(SITE, RUN, FOUR_DAYS)
    same = inputs_of(SITE, RUN, FOUR_DAYS, whole=WholeRun.of(SITE, RUN, FOUR_DAYS), state=RollingState.at_start(SITE))
    for field in ("import_price", "import_bound", "triad_rate", "flex_day_max", "constant_cost"):
        np.testing.assert_array_equal(getattr(same, field), getattr(whole, field))
    assert whole.storage is not None
    assert same.storage is not None
    assert vars(same.storage) | {"daily_discharge_max": 0} == vars(whole.storage) | {"daily_discharge_max": 0}
    assert same.demand[0].rate.tolist() == whole.demand[0].rate.tolist()
