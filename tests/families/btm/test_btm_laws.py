"""Laws of the optimum: idle, scaled, refined, shifted, enlarged, on days of clock changes, and in other processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from btm_cases import CASES, bundle_folder
from btm_laws import require_laws
from btm_runs import BATTERY, Run, reference, small
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_runs import Case, cases

from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.engine import optimise
from energyscope.families.btm.refusals import BtmError

SAME = 1e-9
"""Share of the objective by which two solves of one program may differ."""
PRICES = ["import_price_gbp_per_kwh", "export_price_gbp_per_kwh"]


def told(case: Run) -> dict[str, Any]:
    """The metrics of a run whose dispatch keeps all laws."""
    dispatch, metrics, _ = optimise(case.site, case.run, case.frame)
    require_laws(case.site, case.run, dispatch, metrics)
    return metrics


def cost(case: Run) -> float:
    return float(told(case)["objective_gbp"])


def never_more(costs: list[float]) -> bool:
    return all(after <= before + SAME * abs(before) for before, after in pairwise(costs))


@settings(max_examples=10, deadline=None, derandomize=True)
@given(
    price=st.floats(0.01, 1.0), share=st.floats(0.0, 1.0), load=st.lists(st.floats(0.0, 80.0), min_size=2, max_size=24)
)
def test_a_flat_price_leaves_the_battery_idle(price: float, share: float, load: list[float]) -> None:
    found = told(small(load, buy=price, sell=price * share, site={"battery": BATTERY}))["optimised"]
    assert (found["energy"]["charge_kwh"], found["energy"]["discharge_kwh"]) == (0.0, 0.0)
    assert found["bill"]["total_gbp"] == pytest.approx(price * sum(load), rel=SAME, abs=SAME)


@pytest.mark.parametrize(
    "name", ["tou_pv_2d", "kva_month", "dst_autumn_duos", "valued_terminal_day", "cyclic_two_days"]
)
def test_a_battery_of_nothing_is_the_passive_site(name: str) -> None:
    nothing = {"capacity_kwh": 0, "max_charge_kw": 10, "max_discharge_kw": 10}
    metrics = told(reference(name, site={"battery": nothing}))
    passive = CASES[name]["expected"]["baseline.bill.total_gbp"]
    assert metrics["objective_gbp"] == pytest.approx(passive, rel=1e-6)  # the reference has eight decimals
    assert metrics["savings"]["total_gbp"] == pytest.approx(0.0, abs=SAME * abs(passive))
    assert metrics["battery"] is None


@pytest.mark.parametrize(("name", "doubled"), [("cyclic_two_days", PRICES), ("rolling_equals_full", PRICES[:1])])
def test_prices_twice_as_high_make_energy_twice_as_dear(name: str, doubled: list[str]) -> None:
    """Where energy is all that costs; the second case never sells."""
    case = reference(name)
    dear = replace(case, frame=case.frame.assign(**{column: 2 * case.frame[column] for column in doubled}))
    assert cost(dear) == pytest.approx(2 * cost(case), rel=SAME)


@pytest.mark.parametrize("name", ["dst_autumn_duos", "triad_flex_december", "no_battery"])
def test_half_hours_split_in_two_cost_the_same(name: str) -> None:
    """The mean of the halves is a dispatch of the whole: no standing losses, no reserve, no binaries."""
    case = reference(name)
    index = pd.date_range(case.frame.index[0], periods=2 * len(case.frame), freq="15min", name="timestamp")
    halves = pd.DataFrame(case.frame.to_numpy().repeat(2, axis=0), index, case.frame.columns)
    split = Run(case.site, case.run.model_copy(update={"timestep_minutes": 15}), halves)
    assert cost(split) == pytest.approx(cost(case), rel=SAME)


@pytest.mark.parametrize("field", ["capacity_kwh", "max_charge_kw", "max_discharge_kw", "charge_efficiency"])
def test_a_better_battery_never_costs_more(field: str) -> None:
    given_battery = CASES["dst_autumn_duos"]["site_config"]["battery"]
    sites = [{"battery": {**given_battery, field: given_battery[field] * share}} for share in (0.25, 0.5, 0.9, 1.0)]
    costs = [cost(reference("dst_autumn_duos", site=each)) for each in sites]
    assert never_more(costs)
    assert costs[-1] < costs[0]


LOOSER: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "export": ("tou_pv_2d", [{"grid": {"export_limit_kw": each}} for each in (0, 20, 60, None)]),
    "import": ("dst_autumn_duos", [{"grid": {"import_limit_kw": each}} for each in (70, 75, None)]),
    "flex of a day": ("triad_flex_december", [{"flex": {"max_kwh_per_day": each}} for each in (0, 12, 24, None)]),
    "flex in all": ("triad_flex_december", [{"flex": {"max_kwh_total": each}} for each in (0, 50, None)]),
}


@pytest.mark.parametrize("limit", LOOSER)
def test_a_looser_limit_never_costs_more(limit: str) -> None:
    name, sites = LOOSER[limit]
    costs = [cost(reference(name, site=each)) for each in sites]
    assert never_more(costs)
    assert costs[-1] < costs[0]


@pytest.mark.parametrize("name", ["tou_pv_2d", "cyclic_two_days"])
@pytest.mark.parametrize("weeks", [-1, 2])
def test_whole_weeks_later_costs_the_same(name: str, weeks: int) -> None:
    """With charges by weekday and local hour, and no change of the clocks in between."""
    tariff = {"volumetric_charges": CASES["dst_autumn_duos"]["run_config"]["tariff"]["volumetric_charges"]}
    case = reference(name, tariff=tariff)
    later = replace(case, frame=case.frame.set_axis(case.frame.index + pd.Timedelta(weeks=weeks)))
    local = [each.frame.index.tz_convert(case.site.timezone) for each in (case, later)]
    assert local[0][0].utcoffset() == local[1][-1].utcoffset()
    assert cost(later) == pytest.approx(cost(case), rel=SAME)


@pytest.mark.parametrize(
    ("first", "hours"), [("2025-03-29T00:00Z", 71), ("2025-05-09T23:00Z", 72), ("2025-10-24T23:00Z", 73)]
)
def test_bands_and_daily_limits_around_a_change_of_the_clocks(first: str, hours: int) -> None:
    """Three local days in closed form: 20 kW at 0.2 GBP/kWh and 0.5 more from 16 to 19; half of 40 kWh moved a day."""
    ideal = {**BATTERY, "charge_efficiency": 1.0, "discharge_efficiency": 1.0, "max_cycles_per_day": 0.5}
    red = {"name": "red", "rate_gbp_per_kwh": 0.5, "windows": [{"start": "16:00", "end": "19:00"}]}
    tariff = {
        "volumetric_charges": [{"name": "duos", "bands": [red]}],
        "fixed_charges": [{"name": "standing", "rate_gbp_per_day": 1.0}],
    }
    case = small([20.0] * 2 * hours, minutes=30, site={"battery": ideal}, tariff=tariff)
    index = pd.date_range(first, periods=2 * hours, freq="30min", name="timestamp")
    metrics = told(replace(case, frame=case.frame.set_axis(index)))
    assert metrics["period"]["days"] == 3
    assert metrics["objective_gbp"] == pytest.approx(0.2 * 20 * hours + 0.5 * 3 * (60 - 20) + 3, rel=SAME)
    assert metrics["baseline"]["bill"]["total_gbp"] == pytest.approx(0.2 * 20 * hours + 0.5 * 3 * 60 + 3, rel=SAME)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_any_run_keeps_the_laws_and_costs_no_less_than_its_relaxation(case: Case) -> None:
    site, run = SiteConfig.model_validate(case.site), RunConfig.model_validate(case.run)
    try:
        dispatch, metrics, _ = optimise(site, run, case.frame)
    except BtmError as wrong:
        assert [each.code for each in wrong.diagnostics] == ["BTM301"]  # a fixed end that PV alone cannot reach
        assume(False)
        return
    require_laws(site, run, dispatch, metrics)
    floor = metrics["exclusivity"]["relaxation_objective_gbp"]
    assert metrics["objective_gbp"] >= floor - 1e-6 * max(1.0, abs(floor))  # the tolerance of bill and objective


FOREIGN = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"}
HOME = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def test_the_solved_bundle_has_the_same_bytes_in_other_processes(tmp_path: Path) -> None:
    """A case with binaries and several rounds; everything but the timings."""
    folder = bundle_folder("negative_week_exclusive", tmp_path)
    for name, surroundings in (("home", HOME), ("abroad", FOREIGN)):
        program = [sys.executable, "-m", "energyscope", "btm", "backtest", str(folder), "--out", str(tmp_path / name)]
        done = subprocess.run([*program, "--quiet"], timeout=120, env={**os.environ, **surroundings}, check=False)
        assert done.returncode == 0
    for output in ("dispatch.parquet", "metrics.json", "bundle_metadata.json"):
        assert (tmp_path / "home" / output).read_bytes() == (tmp_path / "abroad" / output).read_bytes(), output
