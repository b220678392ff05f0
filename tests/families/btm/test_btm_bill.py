"""The bill of a dispatch: amounts worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_made import day, dispatch, run, site

from energyscope.families.btm.accounts.bill import Bill, bill
from energyscope.families.btm.config.schemas import RunConfig

ROUNDING = 1e-12
"""Sums of at most some thousand doubles, each rounded once."""


def lines_of(found: Bill, component: str) -> list[tuple[Any, ...]]:
    keys = ("name", "band", "month", "quantity", "unit", "rate", "amount_gbp")
    return [tuple(line[key] for key in keys) for line in found.lines if line["component"] == component]


def test_energy_is_bought_and_sold_at_prices_times_multipliers() -> None:
    asked = run(60, import_price_multiplier=1.1, export_price_multiplier=0.9)
    flows = dispatch(
        "2025-06-01", 60, bought=[10, 0, 5], sold=[0, 4, 0], import_price=[0.1, 0.5, -0.2], export_price=0.05
    )
    found = bill(site(), asked, flows)
    assert found.amounts["import_energy_gbp"] == pytest.approx(1.1 * (10 * 0.1 - 5 * 0.2), rel=ROUNDING)
    assert found.amounts["export_energy_gbp"] == pytest.approx(-0.9 * 4 * 0.05, rel=ROUNDING)
    assert found.total_gbp == pytest.approx(1.1 * 0.0 - 0.18, rel=ROUNDING)
    assert lines_of(found, "import_energy_gbp")[0][3:6] == (15.0, "kWh", None)
    assert lines_of(found, "export_energy_gbp")[0][3:6] == (4.0, "kWh", pytest.approx(-0.045))


@pytest.mark.parametrize(
    ("start", "steps", "kwh"),
    [("2025-10-25T23:00", 50, 20.0), ("2025-03-30T00:00", 46, None), ("2025-06-01T23:00", 48, 10.0)],
    ids=["long day", "short day", "day"],
)
def test_bands_follow_the_local_clock(start: str, steps: int, kwh: float | None) -> None:
    """01:00 to 02:00 comes twice on the long October day, never on the short March day; half-hours of 5 kWh."""
    night = {"name": "night", "rate_gbp_per_kwh": 0.3, "windows": [{"start": "01:00", "end": "02:00"}]}
    rest = {"name": "rest", "rate_gbp_per_kwh": 0.01}
    charge = {"name": "duos", "bands": [night, rest]}
    found = bill(site(), run(volumetric_charges=[charge]), day(start, steps=steps))
    quantities = {band: quantity for _, band, _, quantity, *_ in lines_of(found, "volumetric_gbp")}
    assert quantities == {**({} if kwh is None else {"night": kwh}), "rest": steps * 5.0 - (kwh or 0.0)}
    expected = 0.3 * (kwh or 0.0) + 0.01 * quantities["rest"]
    assert found.amounts["volumetric_gbp"] == pytest.approx(expected, rel=ROUNDING)


def test_the_first_band_that_matches_counts_and_none_is_free() -> None:
    window = {"days": ["mon"], "start": "16:00", "end": "19:00"}
    bands = [
        {"name": "late", "rate_gbp_per_kwh": 1.0, "windows": [{"days": ["mon"], "start": "18:00", "end": "20:00"}]},
        {"name": "evening", "rate_gbp_per_kwh": 0.1, "windows": [window]},
    ]
    found = bill(site(), run(60, volumetric_charges=[{"name": "x", "bands": bands}]), day("2025-01-06", 60, 24, 1.0))
    assert [(band, kwh) for _, band, _, kwh, *_ in lines_of(found, "volumetric_gbp")] == [
        ("late", 2.0),
        ("evening", 2.0),
    ]


def test_an_excluded_date_is_caught_by_the_band_without_windows() -> None:
    bands = [
        {"name": "peak", "rate_gbp_per_kwh": 1.0, "windows": [{"start": "00:00", "end": "12:00"}]},
        {"name": "base", "rate_gbp_per_kwh": 0.1},
    ]
    charge = {"name": "x", "exclude_dates": ["2025-01-02"], "bands": bands}
    found = bill(site(), run(60, volumetric_charges=[charge]), day("2025-01-01", 60, 48, 1.0))
    assert [(band, kwh) for _, band, _, kwh, *_ in lines_of(found, "volumetric_gbp")] == [
        ("peak", 12.0),
        ("base", 36.0),
    ]


def test_a_credit_on_export_is_a_negative_charge() -> None:
    charge = {"name": "gduos", "direction": "export", "bands": [{"name": "all", "rate_gbp_per_kwh": -0.02}]}
    found = bill(site(), run(volumetric_charges=[charge]), dispatch("2025-06-01", 30, sold=[4, 6], bought=[9, 9]))
    assert found.amounts["volumetric_gbp"] == pytest.approx(-0.02 * 5, rel=ROUNDING)


def test_the_metered_peak_is_the_mean_of_a_half_hour() -> None:
    """Quarter-hours of 10, 30, 50, 20, 0, 34 kW are half-hours of 20, 35 and 17 kW."""
    asked = run(15, demand_charges=[{"name": "peak", "rate_gbp_per_kw": 2.0}])
    found = bill(site(), asked, dispatch("2025-06-01", 15, bought=[10, 30, 50, 20, 0, 34], sold=[0, 0, 0, 0, 8, 4]))
    assert found.demand["peak"]["2025-06"] == {
        "peak_kw": 35.0,
        "chargeable_kw": 35.0,
        "at": "2025-06-01T00:30:00Z",
        "rate_gbp_per_kw": 2.0,
        "amount_gbp": 70.0,
    }
    assert found.peaks == {
        "import_peak_kw": 35.0,
        "import_peak_step_kw": 50.0,
        "export_peak_kw": 6.0,
        "by_month": {"2025-06": 35.0},
    }


@pytest.mark.parametrize(("minutes", "peak"), [(15, 50.0), (60, 27.5)])
def test_a_charge_has_its_own_metering_interval(minutes: int, peak: float) -> None:
    charge = {"name": "peak", "rate_gbp_per_kw": 1.0, "metering_interval_minutes": minutes}
    found = bill(site(), run(15, demand_charges=[charge]), dispatch("2025-06-01", 15, bought=[10, 30, 50, 20]))
    assert found.amounts["demand_gbp"] == peak


def test_a_step_longer_than_the_interval_is_one() -> None:
    asked = run(60, demand_charges=[{"name": "peak", "rate_gbp_per_kw": 1.0}])
    assert bill(site(), asked, dispatch("2025-06-01", 60, bought=[10, 30])).amounts["demand_gbp"] == 30.0


def test_only_intervals_inside_the_windows_are_metered() -> None:
    """Half-hours by local start: 15:30 and 19:00 are outside 16:00 to 19:00, in summer an hour earlier by UTC."""
    bought = [90, 20, 20, 20, 21, 20, 20, 90]
    charge = {"name": "evening", "rate_gbp_per_kw": 1.0, "windows": [{"start": "16:00", "end": "19:00"}]}
    found = bill(site(), run(demand_charges=[charge]), dispatch("2025-06-02T14:30", 30, bought=bought))
    assert found.demand["evening"]["2025-06"]["peak_kw"] == 21.0
    assert found.demand["evening"]["2025-06"]["at"] == "2025-06-02T16:30:00Z"


@pytest.mark.parametrize(("incurred", "at"), [(35.0, None), (50.0, None), (34.0, "2025-06-01T00:30:00Z")])
def test_an_incurred_peak_is_a_floor(incurred: float, at: str | None) -> None:
    charge = {"name": "peak", "rate_gbp_per_kw": 1.0, "incurred_peak_kw": {"2025-06": incurred, "2025-05": 99.0}}
    found = bill(site(), run(demand_charges=[charge]), dispatch("2025-06-01", 30, bought=[20, 35]))
    month = found.demand["peak"]["2025-06"]
    assert (month["peak_kw"], month["at"]) == (max(35.0, incurred), at)
    assert found.peaks["import_peak_kw"] == 35.0


def test_a_charge_whose_windows_the_run_does_not_meet_costs_nothing() -> None:
    charge = {"name": "winter", "rate_gbp_per_kw": 9.0, "windows": [{"months": [12]}]}
    found = bill(site(), run(demand_charges=[charge]), day("2025-06-01"))
    assert found.demand["winter"]["2025-06"] == {
        "peak_kw": 0.0,
        "chargeable_kw": 0.0,
        "at": None,
        "rate_gbp_per_kw": 9.0,
        "amount_gbp": 0.0,
    }


def test_a_ratchet_looks_back_on_history_and_on_the_run() -> None:
    """October 80 kW, November 200 kW, December 60 kW; 70 % of the three months before.

    October: 70 % of 150 kW in July; August's 90 is less, June's 400 is too long ago, October's 999 is the run's own.
    November: its own. December: 70 % of November's.
    """
    index = pd.date_range("2025-10-01", "2026-01-01", freq="h", tz="UTC", inclusive="left")
    bought = np.select([index.month == 10, index.month == 11], [80.0, 200.0], 60.0)
    history = {"2025-06": 400.0, "2025-07": 150.0, "2025-08": 90.0, "2025-10": 999.0}
    ratchet = {"fraction": 0.7, "lookback_months": 3, "history_kw": history}
    charge = {"name": "asc", "rate_gbp_per_kw": 2.0, "ratchet": ratchet}
    found = bill(site("UTC"), run(60, demand_charges=[charge]), dispatch("2025-10-01", 60, bought=bought))
    chargeable = {month: each["chargeable_kw"] for month, each in found.demand["asc"].items()}
    assert chargeable == pytest.approx({"2025-10": 105.0, "2025-11": 200.0, "2025-12": 140.0}, rel=ROUNDING)
    assert [each["peak_kw"] for each in found.demand["asc"].values()] == [80.0, 200.0, 60.0]
    assert found.amounts["demand_gbp"] == pytest.approx(2 * 445.0, rel=ROUNDING)


def test_months_are_those_of_the_local_clock_and_prorated_by_days() -> None:
    """From 23:00 UTC on 31 May it is June in London: ten days of June, of thirty."""
    charge = {"name": "peak", "rate_gbp_per_kw": 3.0, "prorate": True}
    found = bill(site(), run(demand_charges=[charge]), day("2025-05-31T23:00", steps=480))
    assert list(found.demand["peak"]) == ["2025-06"]
    assert found.demand["peak"]["2025-06"]["rate_gbp_per_kw"] == pytest.approx(1.0, rel=ROUNDING)
    whole = run(demand_charges=[{"name": "peak", "rate_gbp_per_kw": 3.0}])
    assert bill(site(), whole, day("2025-05-31T23:00", steps=480)).amounts["demand_gbp"] == 30.0


def test_a_day_counts_where_it_has_a_step() -> None:
    """24 hours from noon on 30 June in UTC touch two dates in London, one of each month."""
    asked = run(
        fixed_charges=[{"name": "standing", "rate_gbp_per_day": 1.5}, {"name": "credit", "rate_gbp_per_day": -1}]
    )
    found = bill(site(), asked, day("2025-06-30T12:00"))
    assert lines_of(found, "fixed_gbp") == [
        ("standing", None, "2025-06", 1, "day", 1.5, 1.5),
        ("standing", None, "2025-07", 1, "day", 1.5, 1.5),
        ("credit", None, "2025-06", 1, "day", -1.0, -1.0),
        ("credit", None, "2025-07", 1, "day", -1.0, -1.0),
    ]


def capacity(**changed: Any) -> RunConfig:
    charge = {"agreed_capacity_kva": 100.0, "rate_gbp_per_kva_day": 0.04, "excess_rate_gbp_per_kva_day": 0.1}
    return run(15, capacity_charge={**charge, "power_factor": 0.9, **changed})


def test_a_breach_of_the_agreed_capacity_is_paid_for_all_days() -> None:
    """One half-hour of 108 kW at a power factor of 0.9 is 120 kVA: 20 above the agreed, on each of three days."""
    bought = np.full(3 * 96, 50.0)
    bought[100:102] = 100.0, 116.0
    found = bill(site("UTC"), capacity(), dispatch("2025-01-01", 15, bought=bought))
    assert found.amounts["capacity_gbp"] == pytest.approx(0.04 * 100 * 3, rel=ROUNDING)
    assert found.amounts["excess_capacity_gbp"] == pytest.approx(0.1 * 20 * 3, rel=ROUNDING)
    assert lines_of(found, "excess_capacity_gbp")[0][2:6] == ("2025-01", pytest.approx(60.0), "kVA day", 0.1)


@pytest.mark.parametrize(("incurred", "excess"), [(110.0, 10.0), (90.0, 0.0)])
def test_incurred_kva_is_a_floor(incurred: float, excess: float) -> None:
    asked = capacity(incurred_kva={"2025-01": incurred, "2025-02": 500.0})
    found = bill(site("UTC"), asked, day("2025-01-01", 15, 96, 45.0))
    assert found.amounts["excess_capacity_gbp"] == pytest.approx(0.1 * excess, rel=ROUNDING)


def test_triads_are_means_of_half_hours_and_count_a_third() -> None:
    """Half-hours of 40 kW import and of 6 kW export; the third is not in the run."""
    half_hours = ["2025-12-02T00:30:00Z", "2025-12-02T01:00:00Z", "2026-01-14T17:00:00Z"]
    charge = {"rate_gbp_per_kw": 45.0, "export_credit_gbp_per_kw": 3.0, "half_hours": half_hours}
    flows = dispatch("2025-12-02", 15, bought=[0, 0, 30, 50, 0, 0], sold=[0, 0, 0, 0, 12, 0])
    found = bill(site(), run(15, triad_charge=charge), flows)
    assert found.amounts["triad_gbp"] == pytest.approx(45 * 40 / 3 - 3 * 6 / 3, rel=ROUNDING)
    assert lines_of(found, "triad_gbp")[0] == (
        "triad import",
        "2025-12-02T00:30:00Z",
        "2025-12",
        40.0,
        "kW",
        15.0,
        pytest.approx(600.0),
    )
    assert len(lines_of(found, "triad_gbp")) == 4


def test_hours_that_contain_triads_stand_for_them() -> None:
    charge = {"rate_gbp_per_kw": 30.0, "half_hours": ["2025-12-02T00:30:00Z", "2025-12-02T01:00:00Z"]}
    found = bill(site(), run(60, triad_charge=charge), dispatch("2025-12-02", 60, bought=[7, 9, 100]))
    assert found.amounts["triad_gbp"] == pytest.approx(10 * (7 + 9), rel=ROUNDING)


def test_triads_are_selected_by_the_demand_of_the_system() -> None:
    """3 December, 17 December; the first half-hour more than ten days from both begins 28 December."""
    system = np.full(30 * 48, 20.0)
    system[[100, 105, 800]] = 50.0, 60.0, 55.0
    charge = {"rate_gbp_per_kw": 3.0, "select": "system_demand"}
    flows = dispatch("2025-12-01", 30, bought=np.arange(30 * 48.0), system=system)
    found = lines_of(bill(site(), run(triad_charge=charge), flows), "triad_gbp")
    assert [quantity for name, _, _, quantity, *_ in found if name == "triad import"] == [105, 800, 27 * 48]


def test_flex_and_services_are_income() -> None:
    """2 kWh curtailed at 0.5; 30 kW h of availability at 0.004 and 10 at -0.001 (a price may be negative)."""
    asked = run(
        services=[
            {"name": "up", "direction": "up", "price_column": "up_price", "max_kw": 40.0, "duration_hours": 1.0},
            {"name": "down", "direction": "down", "price_column": "down_price", "max_kw": 40.0, "duration_hours": 1.0},
        ]
    )
    flows = dispatch(
        "2025-06-01",
        30,
        flex=[4, 0],
        flex_price=[0.5, 9.0],
        service_up_kw=[20, 40],
        service_down_kw=[20, 0],
        up_price=0.004,
        down_price=[-0.001, 1.0],
    )
    found = bill(site(), asked, flows)
    assert found.amounts["flex_gbp"] == pytest.approx(-1.0, rel=ROUNDING)
    assert found.amounts["services_gbp"] == pytest.approx(-0.12 + 0.01, rel=ROUNDING)
    assert lines_of(found, "services_gbp")[0] == ("up", None, "2025-06", 30.0, "kW h", -0.004, pytest.approx(-0.12))


def test_a_half_hour_that_the_run_cuts_has_the_mean_of_its_steps() -> None:
    found = bill(site(), run(15), dispatch("2025-06-01T00:15", 15, bought=[9, 1, 2]))
    assert found.peaks == {
        "import_peak_kw": 9.0,
        "import_peak_step_kw": 9.0,
        "export_peak_kw": 0.0,
        "by_month": {"2025-06": 9.0},
    }


def test_steps_of_twenty_minutes_count_to_the_half_hour_they_begin_in() -> None:
    found = bill(site(), run(20), dispatch("2025-06-01T00:00", 20, bought=[9, 1, 6]))
    assert found.peaks["import_peak_kw"] == 6.0
