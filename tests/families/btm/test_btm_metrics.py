"""The tree of metrics.json: passive sites of the reference, figures by hand, checks that notice what is wrong."""

from __future__ import annotations

from math import fsum
from typing import Any

import pandas as pd
import pytest
from btm_cases import CASES, SINGLE_SITE, allowed, at, series

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.baseline import baseline, no_assets
from energyscope.families.btm.accounts.bill import COMPONENTS, bill
from energyscope.families.btm.accounts.checks import cost
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.accounts.storage_figures import initial_soc
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch

ROUNDING = 1e-12
"""A few roundings of doubles, relative."""
CERTIFICATE = {"mode": "auto", "status": "lp_exact"}

BATTERY = {
    "capacity_kwh": 100.0,
    "max_charge_kw": 40.0,
    "max_discharge_kw": 20.0,
    "charge_efficiency": 0.9,
    "discharge_efficiency": 0.8,
    "self_discharge_per_hour": 0.19,
    "min_soc_kwh": 10.0,
    "max_soc_kwh": 90.0,
    "initial_soc_kwh": 50.0,
}


def case(name: str) -> tuple[SiteConfig, RunConfig, pd.DataFrame]:
    given = CASES[name]
    site = SiteConfig.model_validate(given["site_config"])
    return site, RunConfig.model_validate(given["run_config"]), series(given["timeseries"], site.timezone)


def site_of(battery: dict[str, Any] | None = BATTERY, **changed: Any) -> SiteConfig:
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "one", "battery": battery, **changed})


def run_of(**tariff: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 30, "tariff": tariff})


def four_steps() -> Dispatch:
    """Half-hours: charge 20 kW, rest, discharge 16 kW, rest; retention of a step 0.9 (0.19 lost in an hour)."""
    index = pd.date_range("2025-06-02", periods=4, freq="30min", tz="UTC", name="timestamp")
    flows = pd.DataFrame(dict.fromkeys(columns.DISPATCH, 0.0), index=index)
    flows[columns.CHARGE] = [20.0, 0, 0, 0]
    flows[columns.DISCHARGE] = [0, 0, 16.0, 0]
    flows[columns.SOC] = [54.0, 48.6, 33.74, 30.366]
    flows[columns.GRID_IMPORT] = [30.0, 0, 0, 10]
    flows[columns.GRID_EXPORT] = [0, 2.0, 6.0, 0]
    flows[columns.CURTAILED] = [0, 3.0, 0, 0]
    frame = pd.DataFrame(dict.fromkeys(columns.REQUIRED, 0.0), index=index)
    frame[columns.LOAD] = 10.0
    frame[columns.PV] = [0, 15.0, 0, 0]
    frame[columns.IMPORT_PRICE] = 0.3
    frame[columns.EXPORT_PRICE] = 0.1
    return Dispatch(flows, frame)


def told_of(site: SiteConfig, run: RunConfig, dispatch: Dispatch, objective: float | None = None) -> dict[str, Any]:
    computed = cost(site, run, dispatch, bill(site, run, dispatch).total_gbp)
    return metrics(
        site,
        run,
        dispatch.frame,
        dispatch,
        objective_gbp=computed if objective is None else objective,
        exclusivity=CERTIFICATE,
        runner="backtest",
    )


@pytest.mark.parametrize("name", SINGLE_SITE)
def test_the_passive_sites_of_the_reference(name: str) -> None:
    """What the reference says of baseline and no_assets needs no solver."""
    site, run, frame = case(name)
    told = told_of(site, run, baseline(site, run, frame), 0.0)
    expected = CASES[name]["expected"].items()
    passive = {path: value for path, value in expected if path.startswith(("baseline.", "no_assets."))}
    assert len(passive) >= 4
    for path, value in passive.items():
        assert at(told, path) == pytest.approx(value, abs=allowed(path, value)), path


def test_the_passive_site_balances_and_spills_what_it_may_not_export() -> None:
    site, run, frame = case("no_battery")
    flows = baseline(site, run, frame)
    told = told_of(site, run, flows)
    assert told["checks"]["passed"]
    assert told["baseline"]["energy"]["pv_curtailed_kwh"] == pytest.approx(122.99600757, abs=1e-4)
    assert told["savings"]["total_gbp"] == 0.0
    fixed = site.model_copy(update={"pv": site.pv.model_copy(update={"curtailable": False})})
    pd.testing.assert_frame_equal(baseline(fixed, run, frame).flows, flows.flows)


def test_without_assets_there_is_no_pv() -> None:
    site, run, frame = case("no_battery")
    told = told_of(site, run, baseline(site, run, frame))["no_assets"]
    assert (told["energy"]["pv_kwh"], told["energy"]["self_consumption"]) == (0.0, None)
    assert told["energy"]["import_kwh"] == told["energy"]["load_kwh"]
    assert no_assets(site, run, frame).flow(columns.GRID_EXPORT).max() == 0.0
    assert frame[columns.PV].max() > 0


def test_breaching_the_import_limit_is_counted() -> None:
    """Load of 10 kW in four half-hours, one of them carried by PV; limit 4 kW."""
    told = told_of(site_of(grid={"import_limit_kw": 4.0}), run_of(), four_steps())
    assert told["baseline"]["energy"]["import_limit_breach_kwh"] == 3 * 6 * 0.5
    assert told["no_assets"]["energy"]["import_limit_breach_kwh"] == 4 * 6 * 0.5
    assert told_of(site_of(), run_of(), four_steps())["baseline"]["energy"]["import_limit_breach_kwh"] == 0.0


def test_every_key_is_there() -> None:
    for site in (site_of(), site_of(None), site_of({**BATTERY, "capacity_kwh": 0, "min_soc_kwh": 0, "max_soc_kwh": 0})):
        told = told_of(site, run_of(), four_steps())
        assert list(told) == [
            "schema_version",
            "site_id",
            "runner",
            "objective_gbp",
            "period",
            "optimised",
            "baseline",
            "no_assets",
            "savings",
            "battery",
            "exclusivity",
            "checks",
            "rolling",
            "underwriting",
        ]
        assert (told["rolling"], told["underwriting"]) == (None, None)
        assert (told["battery"] is None) == (site.storage is None)
        for side in ("optimised", "baseline", "no_assets"):
            assert list(told[side]) == ["bill", "energy", "peaks", "demand", "lines"]
            assert set(told[side]["bill"]) == {*COMPONENTS, "total_gbp"}


def test_the_period_is_told_in_utc_and_local_days() -> None:
    site, run, frame = case("dst_autumn_duos")
    assert told_of(site, run, baseline(site, run, frame))["period"] == {
        "start": "2025-10-24T23:00:00Z",
        "end": "2025-10-27T00:00:00Z",
        "steps": 98,
        "timestep_minutes": 30,
        "days": 2,
        "timezone": "Europe/London",
        "months": ["2025-10"],
    }


def test_energies_by_hand() -> None:
    """PV 15 kW, 3 curtailed, 2 sold as PV; the 6 kW sold from the battery at night are not PV."""
    told = told_of(site_of(), run_of(), four_steps())["optimised"]["energy"]
    assert told == {
        "load_kwh": 20.0,
        "pv_kwh": 7.5,
        "pv_curtailed_kwh": 1.5,
        "import_kwh": 20.0,
        "export_kwh": 4.0,
        "charge_kwh": 10.0,
        "discharge_kwh": 8.0,
        "flex_kwh": 0.0,
        "self_consumption": pytest.approx((7.5 - 1.5 - 1.0) / 7.5, rel=ROUNDING),
        "self_sufficiency": 0.0,
        "carbon_kg": None,
        "import_limit_breach_kwh": 0.0,
    }


def test_carbon_is_that_of_the_import() -> None:
    dispatch = four_steps()
    emitting = Dispatch(dispatch.flows, dispatch.frame.assign(**{columns.CARBON: [0.2, 9.0, 9.0, 0.1]}))
    assert told_of(site_of(), run_of(), emitting)["optimised"]["energy"]["carbon_kg"] == pytest.approx(15 * 0.2 + 0.5)


def test_a_site_without_load_or_pv_has_no_shares() -> None:
    dispatch = four_steps()
    empty = Dispatch(dispatch.flows * 0.0, dispatch.frame.assign(**{columns.LOAD: 0.0, columns.PV: 0.0}))
    told = told_of(site_of(None), run_of(), empty)
    energy = told["optimised"]["energy"]
    assert (energy["self_consumption"], energy["self_sufficiency"]) == (None, None)
    assert told["savings"]["percent"] is None


def test_savings_are_baseline_less_optimised() -> None:
    """Optimised: 20 kWh at 0.3 less 4 kWh at 0.1; baseline: 15 kWh at 0.3 less 2.5 at 0.1; no assets: 20 kWh."""
    worn = site_of({**BATTERY, "degradation": {"wear_cost_gbp_per_kwh": 0.05}})
    told = told_of(worn, run_of(fixed_charges=[{"name": "s", "rate_gbp_per_day": 0.75}]), four_steps())
    assert told["objective_gbp"] == pytest.approx(5.6 + 0.75 + 0.4, rel=ROUNDING)
    assert told["savings"]["total_gbp"] == pytest.approx(4.25 - 5.6, rel=ROUNDING)
    assert told["savings"]["percent"] == pytest.approx(100 * (4.25 - 5.6) / 5.0, rel=ROUNDING)
    assert told["savings"]["net_of_wear_gbp"] == pytest.approx(4.25 - 5.6 - 0.4, rel=ROUNDING)
    assert told["savings"]["vs_no_assets_gbp"] == pytest.approx(6.0 - 5.6, rel=ROUNDING)
    parts = told["savings"]["by_component"]
    assert parts["import_energy_gbp"] == pytest.approx(-1.5, rel=ROUNDING)
    assert parts["export_energy_gbp"] == pytest.approx(0.15, rel=ROUNDING)
    assert fsum(parts[name] for name in COMPONENTS) == pytest.approx(parts["total_gbp"], rel=ROUNDING)


def test_the_battery_by_hand() -> None:
    life = {"cycle_life": [[0.2, 1000], [0.8, 250]], "end_of_life_soh": 0.7, "calendar_fade_per_year": 0.0365}
    told = told_of(site_of({**BATTERY, "degradation": life}), run_of(), four_steps())["battery"]
    # 0.5 -> 0.54 -> 0.30366: two half cycles; the curve is 200 / depth
    used = 0.5 * 0.04 / 200 + 0.5 * 0.23634 / 200
    assert (told["initial_soc_kwh"], told["final_soc_kwh"]) == (50.0, 30.366)
    assert told["losses_kwh"] == pytest.approx(10 - 8 + 50 - 30.366, rel=ROUNDING)
    assert told["equivalent_full_cycles"] == pytest.approx(8 / (0.8 * 80), rel=ROUNDING)
    assert told["utilisation"] == pytest.approx((10 / 40 + 8 / 20) / 2, rel=ROUNDING)
    assert told["cycles"]["count"] == 1.0
    assert told["cycles"]["mean_depth"] == pytest.approx((0.04 + 0.23634) / 2, rel=ROUNDING)
    assert told["cycles"]["damage"] == pytest.approx(used, rel=ROUNDING)
    assert [each["count"] for each in told["cycles"]["histogram"]] == [0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0]
    assert told["soh"]["end_soh"] == pytest.approx(1 - 0.3 * used - 0.0001, rel=ROUNDING)


def test_a_battery_that_cannot_be_used_has_no_ratios() -> None:
    fixed = {**BATTERY, "min_soc_kwh": 50.0, "max_soc_kwh": 50.0, "max_charge_kw": 0.0}
    told = told_of(site_of(fixed), run_of(), four_steps())["battery"]
    assert (told["equivalent_full_cycles"], told["utilisation"]) == (None, None)


def test_stored_energy_may_have_a_value() -> None:
    valued = site_of({**BATTERY, "terminal_soc": {"mode": "valued", "value_gbp_per_kwh": 0.25}})
    told = told_of(valued, run_of(), four_steps())
    assert told["battery"]["terminal_value_gbp"] == pytest.approx(0.25 * (30.366 - 50), rel=ROUNDING)
    assert told["objective_gbp"] == pytest.approx(5.6 - 0.25 * (30.366 - 50), rel=ROUNDING)


def test_the_state_before_the_first_step() -> None:
    dispatch = four_steps()
    own = site_of().storage
    cyclic = site_of({**BATTERY, "terminal_soc": {"mode": "cyclic"}}).storage
    assert own is not None
    assert cyclic is not None
    assert initial_soc(own, dispatch) == 50.0
    assert initial_soc(cyclic, dispatch) == 30.366
    assert initial_soc(cyclic, Dispatch(dispatch.flows, dispatch.frame, 41.0)) == 41.0


def test_a_right_dispatch_passes_its_checks() -> None:
    checks = told_of(site_of(), run_of(), four_steps())["checks"]
    assert checks["passed"] is True
    assert checks["soc_within_bounds"] is True
    assert checks["min_flow_kw"] == 0.0
    assert max(checks["bill_gap_gbp"], checks["max_balance_residual_kw"], checks["max_soc_residual_kwh"]) < 1e-12


@pytest.mark.parametrize(
    ("column", "change", "check"),
    [
        (columns.GRID_IMPORT, 0.001, "max_balance_residual_kw"),
        (columns.SOC, 0.001, "max_soc_residual_kwh"),
        (columns.FLEX, -0.001, "min_flow_kw"),
    ],
)
def test_a_wrong_flow_fails_the_checks(column: str, change: float, check: str) -> None:
    dispatch = four_steps()
    flows = dispatch.flows.copy()
    flows.iloc[2, flows.columns.get_loc(column)] += change
    checks = told_of(site_of(), run_of(), Dispatch(flows, dispatch.frame))["checks"]
    assert checks["passed"] is False
    assert abs(checks[check]) == pytest.approx(0.001, rel=1e-6)


def test_a_state_out_of_bounds_or_a_gap_in_the_bill_fails_the_checks() -> None:
    narrow = told_of(site_of({**BATTERY, "min_soc_kwh": 31.0}), run_of(), four_steps())["checks"]
    assert (narrow["soc_within_bounds"], narrow["passed"]) == (False, False)
    gap = told_of(site_of(), run_of(), four_steps(), 5.6 + 1e-4)["checks"]
    assert (gap["bill_gap_gbp"], gap["passed"]) == (pytest.approx(1e-4), False)


def test_a_battery_that_is_not_there_stores_nothing() -> None:
    assert told_of(site_of(None), run_of(), four_steps())["checks"]["max_soc_residual_kwh"] == 54.0


def test_a_site_sells_no_service_while_passive() -> None:
    site, run, frame = case("reserve_two_days")
    flows = baseline(site, run, frame).flows
    assert list(flows.columns) == [*columns.DISPATCH, "service_reserve_up_kw", "service_reserve_down_kw"]
    assert bill(site, run, baseline(site, run, frame)).amounts["services_gbp"] == 0.0
