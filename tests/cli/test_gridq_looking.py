"""`gridq validate`, `verify`, `wear`, `report`, `init`, `version`, and the help of all commands."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import btm_cases
import pandas as pd
import pytest
from gridq_commands import codes, gridq, told

from energyscope.families.btm.bundles import examples

OPTIONS = {
    "validate": "--strict",
    "backtest": "--out --overwrite --exclusivity --solver --backend --csv --start --end --profile",
    "underwrite": "--out --overwrite --exclusivity --solver --backend --csv --start --end --profile",
    "live": "--now --out --overwrite --exclusivity --solver --csv --start --end --profile",
    "scenarios": "--grid --workers --dask --out --overwrite",
    "portfolio": "--workers --dask --out --overwrite",
    "report": "--out --open --format",
    "verify": "",
    "wear": "--replacement-cost",
    "init": "--example",
    "version": "",
}
"""What the specification lists."""


@pytest.fixture
def flat_day(tmp_path: Path) -> Path:
    return btm_cases.bundle_folder("flat_day", tmp_path)


@pytest.fixture
def worn(tmp_path: Path) -> Path:
    """Two days of a battery that cycles, run; with a curve of cycle life."""
    site = btm_cases.CASES["tou_pv_2d"]["site_config"]
    life = {**site["battery"].get("degradation", {}), "cycle_life": [[0.5, 10000], [1.0, 4000]]}
    changed = {"battery": {**site["battery"], "degradation": life}}
    bundle = btm_cases.bundle_folder("tou_pv_2d", tmp_path, site_config=changed)
    assert gridq("backtest", bundle, "--quiet").exit_code == 0
    return bundle


@pytest.mark.parametrize("command", OPTIONS)
def test_help_has_what_the_specification_lists(command: str) -> None:
    result = gridq(command, "--help")
    assert result.exit_code == 0
    missing = [option for option in (*OPTIONS[command].split(), "--json") if option not in result.stdout]
    assert missing == []


def test_help_lists_all_commands() -> None:
    shown = gridq("--help").stdout
    assert [command for command in OPTIONS if command not in shown] == []


def test_validate_lists_every_problem(flat_day: Path) -> None:
    site = btm_cases.CASES["flat_day"]["site_config"]
    btm_cases.write_yaml(flat_day / "site_config.yaml", {**site, "timezone": "Europe/Lodnon", "gird": {}})
    frame = pd.read_parquet(flat_day / "timeseries.parquet")
    frame.assign(load_kw=-1.0).to_parquet(flat_day / "timeseries.parquet")
    result = gridq("validate", flat_day, "--json")
    assert set(codes(told(result))) == {"BTM102", "BTM105", "BTM208"}
    assert result.exit_code == 1
    assert "did you mean" in result.stderr
    shown = gridq("validate", flat_day)
    assert "3 mistakes, no warnings" in shown.stdout


def test_strict_makes_errors_of_warnings(flat_day: Path) -> None:
    frame = pd.read_parquet(flat_day / "timeseries.parquet")
    frame.assign(wind_kw=0.0).to_parquet(flat_day / "timeseries.parquet")
    result = gridq("validate", flat_day, "--json")
    tree = told(result)
    assert (result.exit_code, [each["code"] for each in tree["warnings"]]) == (0, ["BTM290"])
    strict = gridq("validate", flat_day, "--strict", "--json")
    assert (strict.exit_code, codes(told(strict))) == (1, ["BTM290"])


def test_verify_finds_what_was_altered(worn: Path) -> None:
    assert gridq("verify", worn).exit_code == 0
    path = worn / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics["optimised"]["bill"]["total_gbp"] += 1
    path.write_text(json.dumps(metrics))
    result = gridq("verify", worn, "--json")
    tree = told(result)
    assert (result.exit_code, tree["status"], tree["verified"]) == (4, "failed", False)
    assert set(codes(tree)) == {"BTM401"}
    assert any("optimised.bill.total_gbp" in each["message"] for each in tree["errors"])


def test_verify_of_outputs_elsewhere(flat_day: Path, tmp_path: Path) -> None:
    assert gridq("verify", flat_day).exit_code == 1
    assert gridq("backtest", flat_day, "--out", tmp_path / "out", "--quiet").exit_code == 0
    assert gridq("verify", flat_day, "--out", tmp_path / "out").exit_code == 0


def test_wear_has_the_linear_cost_that_matches(worn: Path) -> None:
    tree = told(gridq("wear", worn, "--replacement-cost", 50000, "--json"))["wear"]
    battery = json.loads((worn / "metrics.json").read_text())["battery"]
    expected = 50000 * battery["cycles"]["damage"] / battery["discharge_kwh"]
    # figures of the file have nine decimals
    assert tree["matching_wear_cost_gbp_per_kwh"] == pytest.approx(expected, abs=1e-9)
    shown = gridq("wear", worn, "--replacement-cost", 50000).stdout
    assert f"{expected:.4f} GBP per kWh" in shown
    assert "state of health" in shown


@pytest.mark.parametrize("price", ["inf", "nan", "-1"])
def test_what_a_battery_costs_is_a_number(flat_day: Path, price: str) -> None:
    assert gridq("wear", flat_day, "--replacement-cost", price).exit_code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize(
    ("name", "code"),
    [("site_config.yaml", "BTM001"), ("run_config.yaml", "BTM001"), ("timeseries.parquet", "BTM002")],
)
@pytest.mark.parametrize("command", ["validate", "backtest"])
def test_a_pipe_is_no_file_of_a_bundle(flat_day: Path, command: str, name: str, code: str) -> None:
    assert gridq("backtest", flat_day, "--quiet").exit_code == 0
    (flat_day / name).unlink()
    os.mkfifo(flat_day / name)
    tree = told(gridq(command, flat_day, "--json"))
    assert (tree["exit_code"], codes(tree)) == (1, [code])
    assert "no regular file" in tree["errors"][0]["message"]


def test_wear_without_outputs_or_cycle_life(flat_day: Path) -> None:
    result = gridq("wear", flat_day, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM001"])
    assert gridq("backtest", flat_day, "--quiet").exit_code == 0
    assert gridq("wear", flat_day).exit_code == 0
    result = gridq("wear", flat_day, "--replacement-cost", 100, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM104"])


def test_report_of_what_was_not_run(flat_day: Path) -> None:
    result = gridq("report", flat_day, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM001"])
    assert "gridq backtest" in result.stderr


def test_report_is_opened(worn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    result = gridq("report", worn, "--out", tmp_path / "page.html", "--open", "--json")
    assert told(result)["files"] == [str(tmp_path / "page.html")]
    assert shown == [(tmp_path / "page.html").as_uri()]
    assert "<html" in (tmp_path / "page.html").read_text()


def test_the_bundle_of_init_is_right_and_runs(tmp_path: Path) -> None:
    folder = tmp_path / "my_site"
    made = gridq("init", folder)
    assert made.exit_code == 0
    assert f"next: gridq backtest {folder}" in made.stdout
    assert gridq("validate", folder, "--strict").exit_code == 0
    backtest = told(gridq("backtest", folder, "--json"))
    assert backtest["metrics"]["savings"]["total_gbp"] > 0
    assert backtest["metrics"]["battery"]["cycles"]["damage"] > 0
    for command in ("underwrite", "live"):
        assert gridq(command, folder, "--out", tmp_path / command, "--quiet").exit_code == 0


def test_init_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "file"):
        result = gridq("init", place, "--json")
        assert (result.exit_code, codes(told(result))) == (1, ["BTM003"])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_init_of_an_example(tmp_path: Path) -> None:
    pytest.importorskip("pvlib")
    tree = told(gridq("init", tmp_path / "it", "--example", "pv_battery_tou", "--json"))
    assert tree["files"] == ["run_config.yaml", "site_config.yaml", "timeseries.parquet"]
    assert gridq("validate", tmp_path / "it").exit_code == 0
    result = gridq("init", tmp_path / "other", "--example", "none", "--json")
    assert result.exit_code == 2
    assert all(name in told(result)["errors"][0]["message"] for name in examples.NAMES)


@pytest.mark.parametrize(
    ("example", "command"), [("full_year_underwrite", "underwrite"), ("portfolio_two_sites", "portfolio")]
)
def test_init_names_the_command_of_the_example(tmp_path: Path, example: str, command: str) -> None:
    pytest.importorskip("pvlib")
    result = gridq("init", tmp_path / "it", "--example", example)
    assert f"next: gridq {command} {tmp_path / 'it'}" in result.stdout


def test_version_names_what_results_depend_on() -> None:
    tree = told(gridq("version", "--json"))
    assert tree["schema_version"] == 1
    assert set(tree["versions"]) >= {"energyscope", "python", "highspy", "linopy", "pandas", "pyarrow"}
    assert "highspy" in gridq("version").stdout
