"""Live runs: rolled windows against the whole optimum, what is carried from window to window, and plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_cases import CASES, SINGLE_SITE, allowed, at, bundle_folder

from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.bundles.jsontext import json_text
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig, TerminalSoc
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners import rolling
from energyscope.families.btm.runners.forecast import Persistence
from energyscope.families.btm.runners.ledger import Ledger
from energyscope.families.btm.runners.next_plan import next_plan
from energyscope.families.btm.runners.rolling import Course, roll
from energyscope.families.btm.runners.runners import live, run_bundle

COST = 1e-6
"""GBP: what bill and objective may differ by; equal costs may fall elsewhere, their sum may not change."""
ROUNDED = 1e-9
QUICK = [name for name in SINGLE_SITE if name not in ("full_year", "cyclic_two_days", "ratchet_quarter")]


def rolled(hours: float, step: float, **more: Any) -> dict[str, Any]:
    return {"runner": "live", "rolling": {"horizon_hours": hours, "step_hours": step, **more}}


def site_of(**fields: Any) -> SiteConfig:
    battery = {"capacity_kwh": 20.0, "max_charge_kw": 10.0, "max_discharge_kw": 10.0}
    battery |= {"charge_efficiency": 1.0, "discharge_efficiency": 1.0}
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "s", "battery": battery, **fields})


def run_of(**fields: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 60, **fields})


def bundle_of(site: SiteConfig, run: RunConfig, days: int, **series: Any) -> Bundle:
    """Hours from midnight UTC on; a column is a number, a day of 24, or all hours."""
    index = pd.date_range("2025-01-06", periods=24 * days, freq="h", tz="UTC", name="timestamp").as_unit("us")
    usual = {"load_kw": 10.0, "pv_kw": 0.0, "import_price_gbp_per_kwh": 0.2, "export_price_gbp_per_kwh": 0.0}
    columns = {name: np.resize(np.asarray(each, dtype=float), len(index)) for name, each in (usual | series).items()}
    return Bundle("", site, run, pd.DataFrame(columns, index), ())


def test_rolling_equals_full(tmp_path: Path) -> None:
    outcome = run_bundle(bundle_folder("rolling_equals_full", tmp_path), "live")
    for path, expected in CASES["rolling_equals_full"]["expected"].items():
        assert at(outcome.metrics, path) == pytest.approx(expected, abs=allowed(path, expected)), path
    told = outcome.metrics["rolling"]
    assert abs(told["regret_gbp"]) < COST
    assert (told["windows"], told["warmup_steps"], told["forecast_mae_kw"]) == (7, 0, {"load": 0.0, "pv": 0.0})
    assert [each["steps"] for each in outcome.stats["windows"]] == [192] * 6 + [96]
    assert outcome.stats["windows"][1]["start"] == "2025-02-04T00:00:00Z"
    assert set(outcome.stats["timings_s"]) == {"read", "validate", "build", "solve", "write"}
    assert outcome.warnings == ()


@pytest.mark.parametrize("name", QUICK)
def test_one_window_over_all_is_the_backtest(name: str, tmp_path: Path) -> None:
    """Replayed, a plan of the whole run is settled as planned, whatever the tariff; it ends by the battery's rule."""
    steps = CASES[name]["timeseries"]["steps"] * CASES[name]["timeseries"]["timestep_minutes"] / 60
    folder = bundle_folder(
        name, tmp_path, run_config=rolled(steps, steps, terminal_soc={"mode": "valued", "value_gbp_per_kwh": 9.0})
    )
    outcome = run_bundle(folder, "live")
    expected = CASES[name]["expected"]["objective_gbp"]
    if CASES[name]["run_config"]["exclusivity"]["mode"] != "relaxed":  # a settled meter runs one way
        assert outcome.metrics["objective_gbp"] == pytest.approx(expected, abs=allowed("gbp", expected))
        assert abs(outcome.metrics["rolling"]["regret_gbp"]) < allowed("gbp", expected)
    assert outcome.metrics["checks"]["passed"]


@pytest.mark.parametrize(
    ("name", "hours", "step"),
    [("negative_week_exclusive", 36, 12), ("demand_month", 48, 24), ("reserve_two_days", 24, 6)],
)
@pytest.mark.parametrize("provider", ["replay", "persistence"])
def test_no_rolling_run_beats_perfect_foresight(
    name: str, hours: float, step: float, provider: str, tmp_path: Path
) -> None:
    folder = bundle_folder(name, tmp_path, run_config={**rolled(hours, step), "forecast": {"provider": provider}})
    told = run_bundle(folder, "live").metrics
    assert told["checks"]["passed"]
    assert told["rolling"]["perfect_foresight_gbp"] == pytest.approx(CASES[name]["expected"]["objective_gbp"], abs=1e-4)
    assert told["rolling"]["regret_gbp"] >= -COST
    assert told["rolling"]["regret_gbp"] == told["objective_gbp"] - told["rolling"]["perfect_foresight_gbp"]


def test_peaks_are_carried_within_their_month() -> None:
    """The first day's peak of 30 kW is paid anyway: on the second day nothing is shaved below it, and nothing above."""
    tariff = {"demand_charges": [{"name": "peak", "rate_gbp_per_kw": 5.0, "metering_interval_minutes": 60}]}
    run = run_of(tariff=tariff, **rolled(24, 24))
    day = [10.0] * 24
    bundle = bundle_of(site_of(), run, 2, load_kw=[*day[:18], 40.0, *day[19:], *day[:18], 36.0, *day[19:]])
    told = live(bundle).metrics
    assert told["optimised"]["demand"]["peak"]["2025-01"]["peak_kw"] == pytest.approx(30, abs=ROUNDED)
    assert told["optimised"]["bill"]["demand_gbp"] == pytest.approx(150, abs=COST)
    assert told["rolling"]["regret_gbp"] == pytest.approx(0, abs=COST)


def test_a_ledger_by_hand() -> None:
    tariff = {
        "demand_charges": [{"name": "peak", "rate_gbp_per_kw": 1.0, "metering_interval_minutes": 120}],
        "capacity_charge": {"agreed_capacity_kva": 10.0, "power_factor": 0.8},
    }
    site, run = site_of(), run_of(tariff=tariff)
    bundle = bundle_of(site, run, 2)
    ledger = Ledger(inputs_of(site, run, bundle.frame), 7.0)
    assert ledger.state(TerminalSoc()).soc_kwh == 7
    flows = pd.DataFrame(
        {
            "grid_import_kw": [4.0, 8.0, 0.0, 2.0],
            "flex_kw": 1.0,
            "battery_discharge_kw": [0.0, 3.0, 0.0, 0.0],
            "soc_kwh": 5.0,
        },
        bundle.frame.index[22:26],
    )
    ledger.enter(22, flows)
    state = ledger.state(TerminalSoc(mode="free"))
    assert (state.soc_kwh, state.terminal.mode) == (5, "free")
    assert state.incurred_peak_kw == {"peak": {"2025-01": 6.0}}
    assert state.incurred_kva == {"2025-01": 10.0}
    assert state.flex_used_kwh == {"2025-01-06": 2.0, "2025-01-07": 2.0}
    assert state.flex_used_total_kwh == 4
    assert state.discharged_kwh == {"2025-01-06": 3.0}


def test_daily_limits_hold_over_windows() -> None:
    """Four windows a day share one cycle and one amount of flex; each alone would use all of it."""
    site = site_of(flex={"max_kwh_per_day": 6.0, "max_kwh_total": 10.0})
    site = site.model_copy(update={"battery": site.storage.model_copy(update={"max_cycles_per_day": 1.0})})
    bundle = bundle_of(
        site,
        run_of(**rolled(12, 6)),
        2,
        import_price_gbp_per_kwh=[0.05, 0.05, 0.05, 0.5, 0.5, 0.5],
        flex_available_kw=3.0,
        flex_price_gbp_per_kwh=1.0,
    )
    flows = live(bundle).dispatch.flows
    by_day = flows.groupby(flows.index.date).sum()
    assert by_day["battery_discharge_kw"].to_numpy() == pytest.approx([20, 20], abs=ROUNDED)
    assert by_day["flex_kw"].to_numpy() == pytest.approx([6, 4], abs=ROUNDED)


@pytest.mark.parametrize(("mode", "last"), [("at_least_initial", 8.0), ("free", 0.0), ("cyclic", 8.0)])
def test_the_last_window_ends_as_the_battery_asks(mode: str, last: float) -> None:
    site = site_of()
    changed = {"initial_soc_kwh": 8.0, "terminal_soc": TerminalSoc(mode=mode)}
    site = site.model_copy(update={"battery": site.storage.model_copy(update=changed)})
    outcome = live(bundle_of(site, run_of(**rolled(36, 24)), 3, import_price_gbp_per_kwh=[0.1] * 12 + [0.3] * 12))
    soc = outcome.dispatch.flows["soc_kwh"].to_numpy()
    assert soc[-1] == pytest.approx(last, abs=ROUNDED)
    assert outcome.metrics["battery"]["initial_soc_kwh"] == 8
    assert outcome.metrics["checks"]["passed"]


def test_outputs_of_a_rolled_cyclic_battery_verify(tmp_path: Path) -> None:
    folder = bundle_folder("cyclic_two_days", tmp_path, run_config=rolled(24, 24))
    outcome = run_bundle(folder, "live")
    write_outputs(folder, outcome.dispatch, outcome.metrics, outcome.stats, inputs=outcome.inputs, command="live")
    assert verify(folder) == []


def test_persistence_counts_warm_up_and_its_error() -> None:
    """Lag of a day, steps of half a day: day one is warm-up; from then on day d has the error of d against d - 1."""
    days = [10.0, 14.0, 11.0]
    run = run_of(forecast={"provider": "persistence"}, **rolled(24, 12))
    told = live(bundle_of(site_of(), run, 3, load_kw=np.repeat(days, 24))).metrics["rolling"]
    assert told["windows"] == 6
    assert told["warmup_steps"] == 24
    assert told["forecast_mae_kw"] == {"load": pytest.approx(3.5), "pv": 0.0}
    short = live(bundle_of(site_of(), run, 1)).metrics["rolling"]
    assert (short["warmup_steps"], short["forecast_mae_kw"]) == (24, {"load": None, "pv": None})


def test_a_breach_that_was_not_forecast_is_counted() -> None:
    """Without battery the grid gives what it must; there is no perfect dispatch, hence no regret, and that is said."""
    run = run_of(forecast={"provider": "persistence"}, **rolled(24, 24))
    site = site_of(battery=None, grid={"import_limit_kw": 15.0})
    load = np.full(48, 10.0)
    load[30] = 18.0
    outcome = live(bundle_of(site, run, 2, load_kw=load))
    assert outcome.metrics["optimised"]["energy"]["import_limit_breach_kwh"] == pytest.approx(3)
    assert outcome.metrics["rolling"]["perfect_foresight_gbp"] is None
    assert outcome.metrics["rolling"]["regret_gbp"] is None
    assert [each.code for each in outcome.warnings] == ["BTM301"]
    assert outcome.metrics["battery"] is None


def test_export_that_nothing_can_hold_back_is_told() -> None:
    run = run_of(forecast={"provider": "persistence"}, **rolled(24, 24))
    site = site_of(battery=None, grid={"export_limit_kw": 5.0}, pv={"curtailable": False})
    pv = np.full(48, 12.0)
    pv[30] = 20.0
    outcome = live(bundle_of(site, run, 2, pv_kw=pv))
    assert outcome.dispatch.flows["grid_export_kw"].max() == 10
    assert any("5 kWh beyond grid.export_limit_kw 5" in each.message for each in outcome.warnings)


def test_a_window_without_a_plan_says_where() -> None:
    load = np.full(72, 10.0)
    load[50] = 60.0
    bundle = bundle_of(site_of(grid={"import_limit_kw": 20.0}), run_of(**rolled(24, 24)), 3, load_kw=load)
    with pytest.raises(BtmError, match=r"BTM301.*planning from 2025-01-08T00:00:00Z"):
        live(bundle)


@pytest.mark.parametrize("key", ["step_hours", "horizon_hours"])
def test_windows_that_cut_metering_intervals_are_refused(key: str) -> None:
    tariff = {"demand_charges": [{"name": "peak", "rate_gbp_per_kw": 5.0, "metering_interval_minutes": 120}]}
    hours = {"horizon_hours": 4.0, "step_hours": 2.0} | {key: 3.0}
    with pytest.raises(BtmError, match=rf"BTM104.*rolling.{key} is 3.*`peak`.*120 min"):
        live(bundle_of(site_of(), run_of(tariff=tariff, rolling=hours), 1))


GARBAGE: Mapping[str, Any] = {
    "BTM201": lambda frame: frame.iloc[1:],
    "BTM208": lambda frame: frame - 100,
}


@pytest.mark.parametrize("code", GARBAGE)
def test_what_a_provider_gives_is_looked_at(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def forecast(self, history: pd.DataFrame, now: pd.Timestamp, horizon: pd.DataFrame) -> pd.DataFrame:
            assert "load_kw" not in horizon and "pv_kw" not in horizon
            assert (history.index < now).all()
            return GARBAGE[code](pd.DataFrame({"load_kw": 1.0, "pv_kw": 1.0}, horizon.index))

    monkeypatch.setattr(rolling, "provider_of", lambda bundle: Wrong())
    with pytest.raises(BtmError, match=code):
        live(bundle_of(site_of(), run_of(), 2))


def test_the_next_plan_is_that_of_the_live_run() -> None:
    run = run_of(forecast={"provider": "persistence"}, **rolled(36, 24))
    bundle = bundle_of(site_of(), run, 4, load_kw=np.arange(96.0) % 17, import_price_gbp_per_kwh=[0.1] * 7 + [0.3] * 17)
    course = Course.of(bundle)
    third = list(roll(course, course.ledger(), course.windows()))[2]
    found = next_plan(bundle, bundle.frame.index[48])
    pd.testing.assert_frame_equal(found.table[third.flows.columns], third.flows)
    assert found.soc_kwh == third.state.soc_kwh
    told = json.loads(json_text(found.to_json()))
    assert (told["now"], told["kept_until"], len(told["steps"])) == ("2025-01-08T00:00:00Z", "2025-01-09T00:00:00Z", 36)
    assert told["steps"][0]["load_kw"] == 24 % 17  # a day before
    assert told["steps"][0]["timestamp"] == "2025-01-08T00:00:00Z"


def test_a_plan_between_two_windows_begins_with_what_was_kept_so_far() -> None:
    bundle = bundle_of(site_of(), run_of(**rolled(24, 24)), 2, import_price_gbp_per_kwh=[0.1] * 12 + [0.3] * 12)
    found = next_plan(bundle, bundle.frame.index[12])
    assert found.soc_kwh == pytest.approx(20, abs=ROUNDED)
    assert found.kept_until == bundle.frame.index[36]
    assert next_plan(bundle, bundle.frame.index[30]).kept_until == bundle.frame.index[-1] + pd.Timedelta(hours=1)


def test_a_plan_for_no_step_is_refused() -> None:
    bundle = bundle_of(site_of(), run_of(), 1)
    with pytest.raises(BtmError, match=r"BTM210.*2025-01-06T00:30:00Z.*2025-01-06T23:00:00Z"):
        next_plan(bundle, pd.Timestamp("2025-01-06T00:30Z"))


def test_a_forecast_from_a_file_is_an_input(tmp_path: Path) -> None:
    folder = bundle_folder("rolling_equals_full", tmp_path, run_config={"forecast": {"provider": "file"}})
    truth = load_bundle(folder).frame[["load_kw", "pv_kw"]].reset_index()
    truth.assign(issued_at=truth["timestamp"].iloc[0]).to_parquet(folder / "forecast.parquet")
    outcome = run_bundle(folder, "live")
    assert abs(outcome.metrics["rolling"]["regret_gbp"]) < COST
    assert set(outcome.inputs) == {"site_config.yaml", "run_config.yaml", "timeseries.parquet", "forecast.parquet"}
    truth.assign(issued_at=truth["timestamp"].iloc[8]).to_parquet(folder / "forecast.parquet")
    with pytest.raises(BtmError, match="BTM220"):
        run_bundle(folder, "live")


def test_the_command_overrides_the_runner_and_says_so(tmp_path: Path) -> None:
    outcome = run_bundle(bundle_folder("rolling_equals_full", tmp_path), "backtest")
    assert [each.code for each in outcome.warnings] == ["BTM290"]
    assert "`live`" in outcome.warnings[0].message
    assert outcome.metrics["runner"] == "backtest"
    assert outcome.metrics["rolling"] is None


@pytest.mark.parametrize("annualise", [False, True])
def test_underwriting_wants_a_year(annualise: bool, tmp_path: Path) -> None:
    config = {"lifetime_years": 10, "discount_rate": 0.08, "capex_gbp_per_kwh": 300.0, "annualise": annualise}
    folder = bundle_folder("rolling_equals_full", tmp_path, run_config={"runner": "underwrite", "underwriting": config})
    if not annualise:
        with pytest.raises(BtmError, match=r"BTM104.*7 days.*annualise is false.*360 days"):
            run_bundle(folder, "underwrite")
        return
    told = run_bundle(folder, "underwrite").metrics["underwriting"]
    assert told["capex_gbp"] == 30000
    assert told["first_year_savings_gbp"] == pytest.approx(168.32255263 * 365 / 7, rel=1e-6)


def test_persistence_needs_no_truth() -> None:
    """A provider that looks only backwards gives the same plan whatever happens next."""
    first = bundle_of(site_of(), run_of(**rolled(24, 24)), 3, load_kw=np.arange(72.0))
    other = bundle_of(site_of(), run_of(**rolled(24, 24)), 3, load_kw=[*np.arange(48.0), *np.ones(24)])
    horizon = first.frame.iloc[48:].drop(columns=["load_kw", "pv_kw"])
    plans = [Persistence(24).forecast(each.frame.iloc[:48], horizon.index[0], horizon) for each in (first, other)]
    pd.testing.assert_frame_equal(*plans)
