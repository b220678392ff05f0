"""Rates of steps, months of demand charges and triads, by hand and against the reference functions."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_cases import FUNCTIONS
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families.btm.config.schemas import CapacityCharge, DemandCharge, RunConfig, Tariff, VolumetricCharge
from energyscope.families.btm.tariff.calendar import Calendar
from energyscope.families.btm.tariff.demand import demand_months, excess_months
from energyscope.families.btm.tariff.rates import (
    NO_BAND,
    band_of_step,
    constant_cost,
    effective_prices,
    volumetric_rate,
)
from energyscope.families.btm.tariff.triads import (
    outside_run,
    select_triads,
    triad_half_hours,
    triad_rates,
    triad_warnings,
)

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EXACT = 1e-15
"""Relative: sums and products of two or three numbers, rounded."""


def london(first: str, steps: int, minutes: int = 30) -> Calendar:
    index = pd.date_range(first, periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")
    return Calendar.of(index, "Europe/London", minutes)


def volumetric(*bands: dict[str, Any], **fields: Any) -> VolumetricCharge:
    return VolumetricCharge.model_validate({"name": "duos", "bands": list(bands), **fields})


RED = {"name": "red", "rate_gbp_per_kwh": 0.1, "windows": [{"days": WEEKDAYS, "start": "16:00", "end": "19:00"}]}
DAY = {"name": "day", "rate_gbp_per_kwh": 0.02, "windows": [{"start": "07:00", "end": "21:00"}]}
GREEN = {"name": "green", "rate_gbp_per_kwh": 0.001}


def run_of(**tariff: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 30, "tariff": tariff})


def test_a_step_takes_the_first_band_that_matches() -> None:
    calendar = london("2025-01-15T15:30Z", 3)  # a Wednesday
    assert band_of_step(calendar, volumetric(RED, DAY, GREEN)).tolist() == [1, 0, 0]
    assert band_of_step(calendar, volumetric(DAY, RED, GREEN)).tolist() == [0, 0, 0]
    assert band_of_step(calendar, volumetric(RED)).tolist() == [NO_BAND, 0, 0]


def test_a_step_without_a_band_costs_nothing() -> None:
    calendar = london("2025-01-15T15:30Z", 2)
    assert volumetric_rate(calendar, [volumetric(RED)], "import").tolist() == [0.0, 0.1]
    assert volumetric_rate(calendar, [volumetric()], "import").tolist() == [0.0, 0.0]


def test_the_last_band_catches_bank_holidays() -> None:
    calendar = london("2025-12-25T16:00Z", 1)
    assert band_of_step(calendar, volumetric(RED, DAY, GREEN, exclude_dates=["2025-12-25"])).tolist() == [2]


def test_charges_add_up_by_direction() -> None:
    calendar = london("2025-01-15T16:00Z", 1)
    charges = [volumetric(RED), volumetric(DAY), volumetric(GREEN, direction="export")]
    assert volumetric_rate(calendar, charges, "import") == pytest.approx([0.12], rel=EXACT)
    assert volumetric_rate(calendar, charges, "export").tolist() == [0.001]


def test_charges_raise_the_import_price_and_lower_the_export_price() -> None:
    calendar = london("2025-01-15T16:00Z", 1)
    frame = pd.DataFrame({"import_price_gbp_per_kwh": [0.2], "export_price_gbp_per_kwh": [0.05]}, calendar.index)
    credit = {"name": "credit", "direction": "export", "bands": [{"name": "all", "rate_gbp_per_kwh": -0.003}]}
    charges = [{"name": "duos", "bands": [RED]}, credit]
    run = run_of(import_price_multiplier=1.1, export_price_multiplier=0.9, volumetric_charges=charges)
    bought, sold = effective_prices(run, frame, calendar)
    assert bought == pytest.approx([0.2 * 1.1 + 0.1], rel=EXACT)
    assert sold == pytest.approx([0.05 * 0.9 + 0.003], rel=EXACT)


def test_constants_are_fixed_charges_and_agreed_capacity() -> None:
    fixed = [{"name": "standing", "rate_gbp_per_day": 1.5}, {"name": "rebate", "rate_gbp_per_day": -0.25}]
    agreed = {"agreed_capacity_kva": 100.0, "rate_gbp_per_kva_day": 0.04}
    assert constant_cost(Tariff.model_validate({"fixed_charges": fixed}), 4) == 5.0
    assert constant_cost(Tariff.model_validate({"capacity_charge": agreed}), 3) == pytest.approx(12.0, rel=EXACT)
    assert constant_cost(Tariff(), 365) == 0.0


def demand(**fields: Any) -> DemandCharge:
    return DemandCharge.model_validate({"name": "peak", "rate_gbp_per_kw": 6.2, **fields})


def months(first: str, last: str) -> Calendar:
    """A calendar with one step at noon of every day."""
    index = pd.date_range(f"{first}T12:00Z", f"{last}T12:00Z", freq="D")
    return Calendar.of(index, "Europe/London", 60)


def test_every_month_touched_is_billed_in_full() -> None:
    assert demand_months(demand(), months("2025-01-31", "2025-02-03")).rate.tolist() == [6.2, 6.2]


def test_a_prorated_rate_follows_the_days_of_the_run() -> None:
    rate = demand_months(demand(prorate=True), months("2025-01-31", "2025-02-14")).rate
    assert rate == pytest.approx([6.2 / 31, 3.1], rel=EXACT)


def test_peaks_incurred_stand_in_their_month_only() -> None:
    charge = demand(incurred_peak_kw={"2025-02": 35.0, "2025-04": 99.0})
    assert demand_months(charge, months("2025-01-30", "2025-02-02")).incurred.tolist() == [0.0, 35.0]


def test_without_a_ratchet_nothing_looks_back() -> None:
    found = demand_months(demand(), months("2025-01-30", "2025-02-02"))
    assert (found.ratchet_fraction, found.ratchet_floor.tolist(), found.lookback.shape) == (0.0, [0.0, 0.0], (0, 2))


def ratcheted(fraction: float, lookback: int, **history: float) -> DemandCharge:
    known = {month.replace("m", "").replace("_", "-"): peak for month, peak in history.items()}
    return demand(ratchet={"fraction": fraction, "lookback_months": lookback, "history_kw": known})


def test_a_ratchet_looks_back_so_many_months() -> None:
    charge = ratcheted(0.5, 2, m2024_11=400.0, m2024_12=300.0, m2025_01=100.0)
    found = demand_months(charge, months("2025-02-01", "2025-05-01"))
    assert found.ratchet_floor.tolist() == [150.0, 50.0, 0.0, 0.0]
    assert found.lookback.tolist() == [[1, 0], [2, 0], [2, 1], [3, 1], [3, 2]]


def test_a_month_of_the_run_is_never_history() -> None:
    charge = ratcheted(0.5, 11, m2025_01=100.0, m2025_02=900.0, m2025_05=900.0)
    found = demand_months(charge, months("2025-02-01", "2025-03-01"))
    assert found.ratchet_floor.tolist() == [50.0, 50.0]


def test_a_ratchet_of_nothing_asks_for_nothing() -> None:
    found = demand_months(ratcheted(0.0, 11, m2025_01=100.0), months("2025-02-01", "2025-03-01"))
    assert found.lookback.tolist() == []
    assert found.ratchet_floor.tolist() == [0.0, 0.0]


def test_a_window_knows_the_settled_months_of_its_run() -> None:
    charge = ratcheted(0.5, 11, m2025_01=100.0, m2025_02=900.0)
    window = months("2025-03-30", "2025-04-02")
    found = demand_months(
        charge,
        window,
        days={"2025-02": 28, "2025-03": 31, "2025-04": 10},
        carried_kw={"2025-02": 240.0, "2025-03": 70.0},
    )
    assert found.ratchet_floor.tolist() == [120.0, 120.0], "February is settled: its history no longer counts"
    assert found.incurred.tolist() == [70.0, 0.0]
    assert found.lookback.tolist() == [[1, 0]]


def test_the_floor_of_a_settled_month_is_at_least_what_was_incurred_before() -> None:
    charge = DemandCharge.model_validate(
        {**ratcheted(0.5, 11).model_dump(), "incurred_peak_kw": {"2025-02": 260.0, "2025-03": 80.0}}
    )
    days = {"2025-02": 28, "2025-03": 31}
    found = demand_months(charge, months("2025-03-30", "2025-03-31"), days=days, carried_kw={"2025-03": 70.0})
    assert (found.ratchet_floor.tolist(), found.incurred.tolist()) == ([130.0], [80.0])


def test_a_window_is_prorated_as_its_run() -> None:
    found = demand_months(demand(prorate=True), months("2025-02-01", "2025-02-02"), days={"2025-02": 14})
    assert found.rate == pytest.approx([3.1], rel=EXACT)


def test_excess_is_paid_for_the_days_of_the_month() -> None:
    charge = CapacityCharge.model_validate(
        {
            "agreed_capacity_kva": 100.0,
            "excess_rate_gbp_per_kva_day": 0.1,
            "incurred_kva": {"2025-01": 130.0, "2025-02": 90.0},
        }
    )
    rate, floor = excess_months(charge, months("2025-01-30", "2025-02-03"))
    assert rate == pytest.approx([0.2, 0.3], rel=EXACT)
    assert floor.tolist() == [30.0, 0.0]
    _, floor = excess_months(
        charge, months("2025-01-30", "2025-02-03"), carried_kva={"2025-01": 120.0, "2025-02": 101.0}
    )
    assert floor.tolist() == [30.0, 1.0]


def half_hourly(given_mw: dict[str, float], elsewhere: float, first: str, last: str) -> pd.Series:
    index = pd.date_range(first, last, freq="30min", tz="UTC")
    demand_mw = pd.Series(elsewhere, index)
    for instant, value in given_mw.items():
        demand_mw[pd.Timestamp(instant)] = value
    return demand_mw


def test_triads_of_the_reference() -> None:
    case = FUNCTIONS["triads"]
    demand_mw = half_hourly(case["system_demand_mw"], case["elsewhere"], "2024-11-01", "2025-03-31")
    found = select_triads(demand_mw, "Europe/London")
    assert [instant.strftime("%Y-%m-%dT%H:%M:%SZ") for instant in found] == case["half_hours"]


def test_every_winter_has_its_triads() -> None:
    demand_mw = half_hourly({}, 30.0, "2023-01-01", "2024-12-31")
    found = select_triads(demand_mw, "Europe/London")
    dates = [instant.strftime("%Y-%m-%d %H:%M") for instant in found]
    assert dates == [
        *("2023-01-01 00:00", "2023-01-12 00:00", "2023-01-23 00:00"),
        *("2023-11-01 00:00", "2023-11-12 00:00", "2023-11-23 00:00"),
        *("2024-11-01 00:00", "2024-11-12 00:00", "2024-11-23 00:00"),
    ], "of equals the earlier, eleven days apart"


def test_summer_has_no_triads() -> None:
    assert len(select_triads(half_hourly({}, 30.0, "2025-03-01", "2025-10-31T23:30"), "Europe/London")) == 0


def test_a_short_part_of_a_winter_has_fewer_triads() -> None:
    demand_mw = half_hourly({"2025-01-03T17:00Z": 40.0}, 30.0, "2025-01-01", "2025-01-14T23:30")
    assert [instant.day for instant in select_triads(demand_mw, "Europe/London")] == [3, 14]


def test_clear_days_are_counted_in_local_dates() -> None:
    """In Auckland, 13 hours ahead, these are 2, 12 and 13 January: ten days apart, and eleven."""
    given_mw = {"2025-01-01T13:30Z": 50.0, "2025-01-12T10:30Z": 40.0, "2025-01-12T11:00Z": 39.0}
    demand_mw = half_hourly(given_mw, 30.0, "2024-12-31T18:00", "2025-01-12T18:00")
    found = select_triads(demand_mw, "Pacific/Auckland")
    assert list(found) == [pd.Timestamp("2025-01-01T13:30Z"), pd.Timestamp("2025-01-12T11:00Z")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0]), min_size=30, max_size=60))
def test_triads_are_greedy(daily: list[float]) -> None:
    index = pd.date_range("2025-11-01T17:00Z", periods=len(daily), freq="D")
    taken: list[int] = []
    for _ in range(3):
        open_days = [day for day in range(len(daily)) if all(abs(day - other) > 10 for other in taken)]
        taken += sorted(open_days, key=lambda day: (-daily[day], day))[:1]
    found = select_triads(pd.Series(daily, index), "UTC")
    assert list(found) == [index[day] for day in sorted(taken)]
    assert all(abs(one - other).days > 10 for one, other in combinations(found, 2))


def test_the_systems_demand_is_averaged_over_the_half_hour() -> None:
    calendar = london("2025-01-10T17:00Z", 4, 15)
    frame = pd.DataFrame({"system_demand_mw": [50.0, 10.0, 40.0, 40.0]}, calendar.index)
    run = run_of(triad_charge={"rate_gbp_per_kw": 30.0, "select": "system_demand"})
    assert list(triad_half_hours(run, frame, calendar)) == [pd.Timestamp("2025-01-10T17:30Z")]


def triads(*half_hours: str, credit: float = 0.0) -> RunConfig:
    return run_of(
        triad_charge={"rate_gbp_per_kw": 30.0, "export_credit_gbp_per_kw": credit, "half_hours": list(half_hours)}
    )


def rates(run: RunConfig, calendar: Calendar) -> tuple[list[float], list[float]]:
    half_hours = triad_half_hours(run, pd.DataFrame(index=calendar.index), calendar)
    charge, credit = triad_rates(run.tariff.triad_charge, calendar, half_hours)
    return charge.tolist(), credit.tolist()


def test_a_third_of_the_rate_is_spread_over_the_half_hour() -> None:
    run = triads("2025-01-10T17:30:00Z", credit=6.0)
    assert rates(run, london("2025-01-10T17:00Z", 4, 15)) == ([0.0, 0.0, 5.0, 5.0], [0.0, 0.0, 1.0, 1.0])
    assert rates(run, london("2025-01-10T17:00Z", 2, 30)) == ([0.0, 10.0], [0.0, 2.0])
    assert rates(run, london("2025-01-10T16:00Z", 3, 60)) == ([0.0, 10.0, 0.0], [0.0, 2.0, 0.0])


def test_a_long_step_stands_for_both_of_its_half_hours() -> None:
    run = triads("2025-01-10T17:00:00Z", "2025-01-10T17:30:00Z")
    assert rates(run, london("2025-01-10T17:00Z", 1, 60)) == ([20.0], [0.0])


def test_instants_are_converted_and_counted_once() -> None:
    run = triads("2025-01-10T17:30:00Z", "2025-01-10T17:30:00+00:00")
    assert rates(run, london("2025-01-10T17:00Z", 2, 30)) == ([0.0, 10.0], [0.0, 0.0])


def test_half_hours_outside_the_run_count_zero_and_are_named() -> None:
    calendar = london("2025-01-10T17:00Z", 2, 30)
    run = triads("2025-01-10T17:00:00Z", "2025-01-10T18:00:00Z", "2024-12-02T17:30:00Z")
    half_hours = triad_half_hours(run, pd.DataFrame(index=calendar.index), calendar)
    assert rates(run, calendar)[0] == [10.0, 0.0]
    assert list(outside_run(calendar, half_hours)) == [
        pd.Timestamp("2024-12-02T17:30Z"),
        pd.Timestamp("2025-01-10T18:00Z"),
    ]
    (warning,) = triad_warnings(calendar, half_hours)
    assert (warning.code, warning.severity) == ("BTM291", "warning")
    assert "2024-12-02T17:30Z, 2025-01-10T18:00Z" in warning.message
    assert triad_warnings(calendar, half_hours[1:2]) == []


def test_no_triad_charge_costs_nothing() -> None:
    calendar = london("2025-01-10T17:00Z", 2, 30)
    run = run_of()
    half_hours = triad_half_hours(run, pd.DataFrame(index=calendar.index), calendar)
    charge, credit = triad_rates(None, calendar, half_hours)
    assert not len(half_hours)
    assert not np.any(charge)
    assert not np.any(credit)
