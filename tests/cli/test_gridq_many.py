"""`gridq scenarios`, `gridq portfolio`, `gridq live --now`, and `energyscope compare btm`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import btm_cases
import pandas as pd
import pytest
from gridq_commands import codes, files, gridq, told
from typer.testing import CliRunner

from energyscope.cli.app import app as energyscope
from energyscope.families.btm.program import twin

GRID: dict[str, Any] = {
    "schema_version": 1,
    "tariffs": {"today": {}, "standing": {"fixed_charges": [{"name": "standing", "rate_gbp_per_day": 1.0}]}},
    "batteries": [{"name": "none", "capacity_kwh": 0}, {"name": "as_it_is"}],
}


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    bundle = btm_cases.bundle_folder("tou_pv_2d", tmp_path)
    btm_cases.write_yaml(bundle / "scenarios.yaml", GRID)
    return bundle


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    return btm_cases.bundle_folder("portfolio_shared_export", tmp_path)


def test_scenarios_are_a_table(grid: Path) -> None:
    result = gridq("scenarios", grid)
    assert result.exit_code == 0
    table = pd.read_csv(grid / "scenarios.csv")
    assert list(zip(table["tariff"], table["battery"], strict=True)) == [
        ("today", "none"),
        ("today", "as_it_is"),
        ("standing", "none"),
        ("standing", "as_it_is"),
    ]
    best = table["savings_gbp"].max()
    assert f"best savings: today with as_it_is, {best:,.2f} GBP" in result.stdout
    backtest = told(gridq("backtest", grid, "--json"))["metrics"]
    assert table["objective_gbp"][1] == pytest.approx(backtest["objective_gbp"], rel=1e-9)


def test_workers_change_nothing(grid: Path, tmp_path: Path) -> None:
    one = gridq("scenarios", grid, "--workers", 1, "--out", tmp_path / "one", "--json")
    two = gridq("scenarios", grid, "--workers", 2, "--out", tmp_path / "two", "--json")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert told(one)["scenarios"] == told(two)["scenarios"]


def test_a_scenario_that_fails_is_a_row(grid: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    btm_cases.write_yaml(other, {**GRID, "batteries": [{"name": "wrong", "min_soc_kwh": 1e6}, {"name": "as_it_is"}]})
    result = gridq("scenarios", grid, "--grid", other, "--json")
    tree = told(result)
    assert (result.exit_code, set(codes(tree))) == (1, {"BTM104"})
    assert [row["status"][:6] for row in tree["scenarios"]] == ["BTM104", "ok", "BTM104", "ok"]
    assert len(pd.read_parquet(grid / "scenarios.parquet")) == 4
    refused = gridq("scenarios", grid, "--json")
    assert codes(told(refused)) == ["BTM003"], "the table of another grid stays"
    assert gridq("scenarios", grid, "--overwrite", "--quiet").exit_code == 0


def test_scenarios_without_a_grid(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("flat_day", tmp_path)
    result = gridq("scenarios", bundle, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM001"])
    assert "--grid" in result.stderr
    assert codes(told(gridq("scenarios", bundle, "--grid", tmp_path / "none.yaml", "--json"))) == ["BTM001"]


def test_a_dask_scheduler_that_is_not_there(grid: Path) -> None:
    pytest.importorskip("distributed")
    for address in ("nonsense://here:1", "tcp://localhost:1"):
        result = gridq("scenarios", grid, "--dask", address, "--json")
        assert (result.exit_code, codes(told(result))) == (4, ["dask"])
        assert "Traceback" not in result.stderr
    assert gridq("scenarios", grid, "--dask", "tcp://localhost:1", "--workers", 2).exit_code == 2


@pytest.mark.parametrize("address", ["foo", "", "localhost:8786", "tcp://localhost"])
def test_a_dask_address_without_scheme_or_port_is_usage(grid: Path, address: str) -> None:
    result = gridq("scenarios", grid, "--dask", address, "--json")
    assert (result.exit_code, codes(told(result))) == (2, ["usage"])


def test_a_grid_that_is_no_file(grid: Path) -> None:
    assert codes(told(gridq("scenarios", grid, "--grid", grid, "--json"))) == ["BTM001"]


def test_portfolio_tells_what_its_limits_cost(portfolio: Path) -> None:
    tree = told(gridq("portfolio", portfolio, "--json"))
    metrics = json.loads((portfolio / "portfolio_metrics.json").read_text())
    assert tree["portfolio_metrics"] == metrics
    expected = btm_cases.CASES["portfolio_shared_export"]["expected"]
    for path, value in expected.items():
        assert btm_cases.at(metrics, path) == pytest.approx(value, abs=btm_cases.allowed(path, value)), path
    shown = gridq("portfolio", portfolio)
    assert shown.exit_code == 0
    assert f"{metrics['coupling_cost_gbp']:,.2f} GBP" in shown.stdout


def test_a_portfolio_of_nothing(tmp_path: Path) -> None:
    result = gridq("portfolio", tmp_path, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM001"])


def test_the_next_plan_is_that_of_the_live_run(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("rolling_equals_full", tmp_path)
    index = pd.read_parquet(bundle / "timeseries.parquet").index
    now = index[3 * 96]  # three days of quarter-hours on: a window of the run begins
    result = gridq("live", bundle, "--now", now.isoformat(), "--out", tmp_path / "plans", "--json")
    tree = told(result)
    plan = tree["plan"]
    assert json.loads(Path(tree["file"]).read_text()) == plan
    assert plan["steps"][0]["timestamp"] == now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert not (bundle / "metrics.json").exists()
    assert gridq("live", bundle, "--out", tmp_path / "run", "--quiet").exit_code == 0
    settled = pd.read_parquet(tmp_path / "run" / "dispatch.parquet")
    kept = [step for step in plan["steps"] if step["timestamp"] < plan["kept_until"]]
    charge = settled.loc[now:, "battery_charge_kw"].iloc[: len(kept)]
    # the dispatch has all digits, the plan nine decimals
    assert [step["battery_charge_kw"] for step in kept] == pytest.approx(charge.tolist(), abs=1e-8)
    shown = gridq("live", bundle, "--now", now.isoformat())
    assert shown.exit_code == 0
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


def test_an_instant_without_a_step(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("rolling_equals_full", tmp_path)
    assert codes(told(gridq("live", bundle, "--now", "1999-01-01T00:00:00Z", "--json"))) == ["BTM210"]
    assert gridq("live", bundle, "--now", "soon").exit_code == 2


def test_native_and_text_of_a_bundle_agree(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("tou_pv_2d", tmp_path)
    routes = ["--backends", "linopy:native,linopy:text", "--json", str(tmp_path / "parity.json")]
    result = CliRunner().invoke(energyscope, ["compare", "btm", str(bundle), *routes])
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "parity.json").read_text())["passed"]
    assert "is not in" not in result.output


def test_a_family_of_another_name_is_a_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = twin.text_file().read_text(encoding="utf-8")
    (tmp_path / "btm.mod").write_text(re.sub(r"\bsoc_dynamics\b", "soc_moves", text), encoding="utf-8")
    monkeypatch.setattr(twin, "text_file", lambda: tmp_path / "btm.mod")
    bundle = btm_cases.bundle_folder("flat_day", tmp_path)
    routes = ["--backends", "linopy:native,linopy:text"]
    result = CliRunner().invoke(energyscope, ["compare", "btm", str(bundle), *routes])
    assert result.exit_code == 4, result.output
    assert "the constraint soc_moves of linopy:text is not in linopy:native" in " ".join(result.output.split())


def test_a_comparison_needs_a_bundle(tmp_path: Path) -> None:
    assert CliRunner().invoke(energyscope, ["compare", "btm"]).exit_code == 2
    missing = CliRunner().invoke(energyscope, ["compare", "btm", str(tmp_path / "nowhere")])
    assert missing.exit_code == 1
    assert "BTM001" in missing.output


def test_python_has_the_same_functions(tmp_path: Path) -> None:
    from energyscope import btm

    bundle = btm.load_bundle(btm_cases.bundle_folder("tou_pv_2d", tmp_path))
    dispatch, metrics, _ = btm.optimise(bundle.site, bundle.run, bundle.frame)
    bill = btm.bill(bundle.site, bundle.run, dispatch)
    passive = btm.bill(bundle.site, bundle.run, btm.baseline(bundle.site, bundle.run, bundle.frame))
    assert bill.amounts == metrics["optimised"]["bill"]
    assert passive.amounts == metrics["baseline"]["bill"]
    assert "param" in btm.to_dat(bundle)
    assert all(callable(getattr(btm, name)) for name in btm.__all__)
