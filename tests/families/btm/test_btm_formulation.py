"""The native linear program: optima of the reference cases, its rows on two steps by hand, and what has no row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import btm_cases
import linopy
import numpy as np
import pandas as pd
import pytest

from energyscope.backends import highs
from energyscope.backends.linopy_model import CONSTANT
from energyscope.families.btm.config.schemas import RunConfig, SharedLimits, SiteConfig
from energyscope.families.btm.program.formulation import FAMILIES, build, build_shared, of_site
from energyscope.families.btm.program.inputs import Capacity, Demand, Inputs, Metering, ReserveService, Storage
from energyscope.families.btm.program.inputs_of import inputs_of

CASES = [name for name in btm_cases.SINGLE_SITE if name not in ("negative_week_exclusive", "full_year")]
ALWAYS = ["energy_balance", "soc_dynamics"]
LIMITS = {
    "flat_day": ["terminal_low"],
    "no_battery": [],
    "demand_month": ["terminal_low", "demand_peak", "chargeable_peak"],
    "kva_month": ["terminal_low", "excess_capacity"],
    "ratchet_quarter": ["terminal_low", "demand_peak", "chargeable_peak", "chargeable_ratchet", "chargeable_history"],
    "triad_flex_december": ["flex_day", "terminal_low", "daily_cycles"],
    "valued_terminal_day": ["no_battery_export"],
    "cyclic_two_days": ["green_charge"],
}
"""The rows that some of the cases have beside those of every site, in order."""


def inputs_of_site(case: dict[str, Any]) -> Inputs:
    site, run = SiteConfig.model_validate(case["site_config"]), RunConfig.model_validate(case["run_config"])
    return inputs_of(site, run, btm_cases.series(case["timeseries"], site.timezone))


def optimum(model: linopy.Model) -> float:
    solver = highs.load(model)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def row(model: linopy.Model, name: str, place: int = 0) -> tuple[dict[str, float], str, float]:
    """The coefficients of a row by variable and place, its sense and its right side."""
    matrix, _, sides, sense = model.constraints[name].to_matrix_with_rhs(model.variables.label_index)
    labels = [f"{each}[{k}]" for each in model.variables for k in range(model.variables[each].size)]
    one = matrix[[place]]
    found = {labels[column]: float(value) for column, value in zip(one.indices, one.data, strict=True) if value}
    return found, str(sense[place]), float(sides[place])


def cost(model: linopy.Model) -> dict[str, float]:
    labels = [f"{each}[{k}]" for each in model.variables for k in range(model.variables[each].size)]
    return {labels[k]: float(value) for k, value in enumerate(model.matrices.c) if value}


@pytest.mark.parametrize("name", CASES)
def test_optimum_of_a_reference_case(name: str) -> None:
    expected = btm_cases.CASES[name]["expected"]["objective_gbp"]
    model = build(inputs_of_site(btm_cases.CASES[name]))
    assert optimum(model) == pytest.approx(expected, abs=btm_cases.allowed("objective_gbp", expected))


def test_optimum_without_binaries_is_lower() -> None:
    """The relaxation of the exclusive week is the relaxed week."""
    found = optimum(build(inputs_of_site(btm_cases.CASES["negative_week_exclusive"])))
    expected = btm_cases.CASES["negative_week_relaxed"]["expected"]["objective_gbp"]
    assert found == pytest.approx(expected, abs=btm_cases.allowed("objective_gbp", expected))


@pytest.mark.slow
def test_optimum_of_the_year() -> None:
    expected = btm_cases.CASES["full_year"]["expected"]["objective_gbp"]
    model = build(inputs_of_site(btm_cases.CASES["full_year"]))
    assert (model.ncons, model.nvars) == (105_133, 245_317)
    assert optimum(model) == pytest.approx(expected, abs=btm_cases.allowed("objective_gbp", expected))


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_that_does_not_exist_has_no_row(name: str) -> None:
    model = build(inputs_of_site(btm_cases.CASES[name]))
    assert list(model.constraints) == [*ALWAYS, *LIMITS[name]]


def test_sites_behind_one_connection() -> None:
    case = btm_cases.CASES["portfolio_shared_export"]
    sites = {each["site_config"]["site_id"]: inputs_of_site(each) for each in case["sites"]}
    shared = build_shared(sites, SharedLimits(**case["portfolio"]["shared"]))
    expected = case["expected"]
    assert optimum(shared) == pytest.approx(expected["objective_gbp"], abs=2e-6)  # the sum of two, each to 1e-6
    assert "shared_import" not in shared.constraints
    assert row(shared, "shared_export", 5) == ({"Export_north[5]": 1.0, "Export_south[5]": 1.0}, "<", 70.0)
    alone = sum(optimum(build(each)) for each in sites.values())
    assert alone == pytest.approx(expected["uncoupled_objective_gbp"], abs=2e-6)
    assert optimum(build_shared(sites, SharedLimits())) == pytest.approx(alone, abs=2e-6)
    assert list(shared.constraints)[:2] == [of_site("energy_balance", "north"), "soc_dynamics_north"]


BATTERY = Storage(
    eta_charge=0.9,
    eta_discharge=0.8,
    retention=0.99,
    soc_min=1.0,
    soc_max=10.0,
    soc_initial=4.0,
    max_charge=5.0,
    max_discharge=6.0,
    wear_cost=0.02,
    terminal_value=0.1,
    terminal_min=3.0,
    terminal_max=7.0,
    grid_charging=False,
    battery_export=False,
    daily_discharge_max=np.array([np.inf, 2.5]),
)
INDEX = pd.date_range("2025-06-30T22:30Z", periods=2, freq="30min")
"""Two half-hours, the second of which is July on the clock of London."""
METERING = Metering(30, INDEX, np.array([[0], [1]]), np.array([0, 1]))
HOUR = Metering(60, INDEX[:1], np.array([[0, 1]]), np.array([0]))
DEMAND = Demand(
    name="peak",
    metering=HOUR,
    metered=np.array([0]),
    metered_month=np.array([0]),
    rate=np.array([6.0, 7.0]),
    incurred=np.array([11.0, 0.0]),
    ratchet_fraction=0.8,
    ratchet_floor=np.array([9.0, 0.0]),
    lookback=np.array([[1, 0]]),
)
SITE = Inputs(
    index=INDEX,
    dt=0.5,
    load=np.array([20.0, 30.0]),
    pv=np.array([8.0, 3.0]),
    import_price=np.array([0.2, 0.3]),
    export_price=np.array([0.05, 0.06]),
    import_bound=np.array([25.0, 35.0]),
    export_bound=np.array([14.0, 9.0]),
    flex_available=np.array([2.0, 99.0]),
    flex_price=np.array([0.4, 0.5]),
    triad_rate=np.array([0.0, 13.0]),
    triad_credit=np.array([0.0, 2.0]),
    curtailable=True,
    day=np.array([0, 1]),
    day_names=("2025-06-30", "2025-07-01"),
    month=np.array([0, 1]),
    month_names=("2025-06", "2025-07"),
    flex_day_max=np.array([1.5, np.inf]),
    flex_total_max=3.0,
    storage=BATTERY,
    demand=(DEMAND,),
    capacity=Capacity(METERING, 40.0, 0.5, np.array([3.0, 4.0]), np.array([0.0, 1.0])),
    services=(
        ReserveService("cut", "down", np.array([0.03, 0.04]), 3.0, 1.0),
        ReserveService("fast", "up", np.array([0.01, 0.02]), 2.0, 0.5),
    ),
    constant_cost=5.0,
)
"""A site with one row of every family, each figure different; see the comments of the rows below."""
ROWS = {
    # 20 - f + c + e = 8 - k + d + i
    "energy_balance": (
        {
            "Flex[0]": -1,
            "Charge[0]": 1,
            "Export[0]": 1,
            "Curtailed[0]": 1,
            "Discharge[0]": -1,
            "Import[0]": -1,
        },
        "=",
        -12.0,
    ),
    # soc = 0.99 * 4 + 0.9 c 0.5 - d 0.5 / 0.8
    "soc_dynamics": ({"Soc[0]": 1, "Charge[0]": -0.45, "Discharge[0]": 0.625}, "=", 3.96),
    "flex_day": ({"Flex[0]": 0.5}, "<", 1.5),
    "flex_total": ({"Flex[0]": 0.5, "Flex[1]": 0.5}, "<", 3.0),
    "terminal_low": ({"Soc[1]": 1}, ">", 3.0),
    "terminal_high": ({"Soc[1]": 1}, "<", 7.0),
    "green_charge": ({"Charge[0]": 1, "Curtailed[0]": 1}, "<", 8.0),
    "no_battery_export": ({"Export[0]": 1, "Curtailed[0]": 1}, "<", 8.0),
    "daily_cycles": ({"Discharge[1]": 0.5}, "<", 2.5),
    "demand_peak": ({"Peak[0]": 1, "Import[0]": -0.5, "Import[1]": -0.5}, ">", 0.0),
    "chargeable_peak": ({"Chargeable[0]": 1, "Peak[0]": -1}, ">", 0.0),
    "chargeable_ratchet": ({"Chargeable[1]": 1, "Peak[0]": -0.8}, ">", 0.0),
    "chargeable_history": ({"Chargeable[0]": 1}, ">", 9.0),
    # excess at power factor 0.5 above 40 kVA
    "excess_capacity": ({"Excess_kva[0]": 1, "Import[0]": -2}, ">", -40.0),
    # services upwards stand first: Availability[0..1] is `fast`, [2..3] is `cut`
    "service_up_power": ({"Availability[0]": 1, "Discharge[0]": 1, "Charge[0]": -1}, "<", 6.0),
    # a 0.5 / 0.8 <= soc - 1
    "service_up_energy": ({"Availability[0]": 0.625, "Soc[0]": -1}, "<", -1.0),
    "service_down_power": ({"Availability[2]": 1, "Charge[0]": 1, "Discharge[0]": -1}, "<", 5.0),
    # a 1 0.9 <= 10 - soc
    "service_down_energy": ({"Availability[2]": 0.9, "Soc[0]": 1}, "<", 10.0),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_first_row_of_a_family_by_hand(name: str) -> None:
    coefficients, sense, side = row(build(SITE), name)
    expected, expected_sense, expected_side = ROWS[name]
    assert coefficients == pytest.approx(expected, rel=1e-15)  # products of two figures
    assert sense == expected_sense
    assert side == pytest.approx(expected_side, rel=1e-15)


def test_families_stand_in_order_and_have_as_many_rows_as_there_are_limits() -> None:
    model = build(SITE)
    assert list(model.constraints) == list(FAMILIES) == list(ROWS)
    counts = {name: model.constraints[name].ncons for name in model.constraints}
    twice = {"energy_balance", "soc_dynamics", "green_charge", "no_battery_export", "chargeable_peak"}
    twice |= {"excess_capacity", *(name for name in FAMILIES if name.startswith("service"))}
    assert counts == {name: 2 if name in twice else 1 for name in FAMILIES}


def test_later_rows_begin_where_the_step_before_ended() -> None:
    found, _, side = row(build(SITE), "soc_dynamics", 1)
    assert found == pytest.approx({"Soc[1]": 1, "Soc[0]": -0.99, "Charge[1]": -0.45, "Discharge[1]": 0.625})
    assert side == 0.0


def test_a_cyclic_run_begins_where_it_ends() -> None:
    cyclic = replace(SITE, storage=replace(BATTERY, soc_initial=None, terminal_min=-np.inf, terminal_max=np.inf))
    found, _, side = row(build(cyclic), "soc_dynamics")
    assert found == pytest.approx({"Soc[0]": 1, "Soc[1]": -0.99, "Charge[0]": -0.45, "Discharge[0]": 0.625})
    assert side == 0.0
    assert cost(build(cyclic))[f"{CONSTANT}[0]"] == 5.0


def test_bounds_by_hand() -> None:
    model = build(SITE)
    bounds = {
        name: (model.variables[name].lower.to_numpy().tolist(), model.variables[name].upper.to_numpy().tolist())
        for name in model.variables
    }
    inf = float("inf")
    assert bounds == {
        "Import": ([0, 0], [25, 35]),
        "Export": ([0, 0], [14, 9]),
        "Charge": ([0, 0], [5, 5]),
        "Discharge": ([0, 0], [6, 6]),
        "Soc": ([1, 1], [10, 10]),
        "Curtailed": ([0, 0], [8, 3]),
        "Flex": ([0, 0], [2, 30]),
        "Peak": ([[11, 0]], [[inf, inf]]),
        "Chargeable": ([[0, 0]], [[inf, inf]]),
        "Excess_kva": ([0, 1], [inf, inf]),
        "Availability": ([[0, 0], [0, 0]], [[2, 2], [3, 3]]),
        CONSTANT: (1, 1),
    }


def test_pv_that_may_not_be_curtailed() -> None:
    model = build(replace(SITE, curtailable=False))
    assert model.variables["Curtailed"].upper.to_numpy().tolist() == [0, 0]


def test_cost_by_hand() -> None:
    """Prices times half an hour, triads per kW, rates of peaks, wear, reserve, and the worth of what is left."""
    assert cost(build(SITE)) == pytest.approx(
        {
            "Import[0]": 0.1,
            "Import[1]": 0.15 + 13,
            "Export[0]": -0.025,
            "Export[1]": -0.03 - 2,
            "Flex[0]": -0.2,
            "Flex[1]": -0.25,
            "Discharge[0]": 0.01,
            "Discharge[1]": 0.01,
            "Soc[1]": -0.1,
            "Chargeable[0]": 6,
            "Chargeable[1]": 7,
            "Excess_kva[0]": 3,
            "Excess_kva[1]": 4,
            "Availability[0]": -0.005,
            "Availability[1]": -0.01,
            "Availability[2]": -0.015,
            "Availability[3]": -0.02,
            f"{CONSTANT}[0]": 5 + 0.1 * 4,
        }
    )


def test_columns_and_rows_have_the_names_of_their_steps_days_months_and_intervals() -> None:
    model = build(SITE)
    assert model.variables["Import"].coords["step"].to_numpy().tolist() == ["2025-06-30T22:30Z", "2025-06-30T23:00Z"]
    assert model.constraints["daily_cycles"].coords["day"].to_numpy().tolist() == ["2025-07-01"]
    peak = model.constraints["demand_peak"].coords
    assert [peak[name].item() for name in ("charge", "month", "interval")] == [
        "peak",
        "2025-06",
        "2025-06-30T22:30Z/PT60M",
    ]


def test_a_charge_whose_windows_the_run_does_not_touch_has_no_metered_row() -> None:
    nothing = np.empty(0, dtype=np.int64)
    idle = replace(DEMAND, metered=nothing, metered_month=nothing)
    model = build(replace(SITE, demand=(idle,)))
    assert "demand_peak" not in model.constraints
    assert model.constraints["chargeable_peak"].ncons == 2


def test_a_run_of_one_step() -> None:
    """Export at 0.05 pays for emptying the battery to its least: 3 kWh x 0.8 less wear."""
    plain: dict[str, Any] = {"demand": (), "capacity": None, "services": (), "flex_total_max": np.inf}
    per_step = ["load", "pv", "import_price", "export_price", "import_bound", "export_bound"]
    per_step += ["flex_available", "flex_price", "triad_rate", "triad_credit", "day", "month"]
    battery = replace(
        BATTERY,
        retention=1.0,
        terminal_value=0.0,
        terminal_min=-np.inf,
        terminal_max=np.inf,
        battery_export=True,
        daily_discharge_max=np.array([np.inf]),
    )
    one = replace(
        SITE,
        **plain,
        constant_cost=0.0,
        **{name: getattr(SITE, name)[:1] for name in per_step},
        index=INDEX[:1],
        day_names=("2025-06-30",),
        month_names=("2025-06",),
        flex_day_max=np.array([np.inf]),
        storage=battery,
    )
    bare = replace(one, load=np.array([0.0]), flex_available=np.array([0.0]), pv=np.array([0.0]))
    assert optimum(build(bare)) == pytest.approx(-3 * 0.8 * (0.05 - 0.02))
    assert optimum(build(replace(bare, storage=None))) == 0.0
    cyclic = replace(bare, storage=replace(battery, soc_initial=None))
    assert "Soc[0]" not in row(build(cyclic), "soc_dynamics")[0]


def test_without_a_battery_no_service_is_sold() -> None:
    model = build(replace(SITE, storage=None))
    assert "Availability" not in model.variables
    assert not [name for name in model.constraints if name.startswith("service")]
    assert model.variables["Charge"].upper.to_numpy().tolist() == [0, 0]
