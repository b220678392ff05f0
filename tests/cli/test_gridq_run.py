"""`gridq backtest`, `underwrite` and `live`: options, outputs, what is shown, and how they end."""

from __future__ import annotations

import json
import pstats
from pathlib import Path
from typing import Any

import btm_cases
import pandas as pd
import pytest
import ruamel.yaml
from gridq_commands import codes, files, gridq, told
from typer.testing import CliRunner

from energyscope.cli.app import app as energyscope

OUTPUTS = {"dispatch.parquet", "metrics.json", "solve_stats.json", "bundle_metadata.json"}


@pytest.fixture
def flat_day(tmp_path: Path) -> Path:
    return btm_cases.bundle_folder("flat_day", tmp_path)


@pytest.fixture
def tou(tmp_path: Path) -> Path:
    return btm_cases.bundle_folder("tou_pv_2d", tmp_path)


def metadata(folder: Path) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((folder / "bundle_metadata.json").read_text())
    return tree


def test_backtest_writes_the_outputs_and_shows_the_bill(tou: Path) -> None:
    result = gridq("backtest", tou)
    assert result.exit_code == 0
    assert {path.name for path in tou.iterdir()} >= OUTPUTS
    expected = btm_cases.CASES["tou_pv_2d"]["expected"]
    shown = {line.split("  ")[0].strip(): line.split() for line in result.stdout.splitlines()}
    assert shown["import energy"][-2] == f"{expected['optimised.bill.import_energy_gbp']:,.2f}"
    assert any(line.startswith("total") for line in result.stdout.splitlines())
    assert all(len(line) <= 80 for line in result.stdout.splitlines() if not line.startswith("written"))
    stages = [line.split("]")[1].strip().split(":")[0] for line in result.stderr.splitlines()]
    assert stages[:2] == ["read", "validate"]
    assert stages[-1] == "write"


def test_json_is_one_object_with_all_figures(tou: Path) -> None:
    tree = told(gridq("backtest", tou, "--json"))
    assert tree["command"] == "backtest"
    assert tree["status"] == "done"
    assert (tree["errors"], tree["warnings"]) == ([], [])
    assert tree["metrics"] == json.loads((tou / "metrics.json").read_text())
    assert set(tree["solve_stats"]["timings_s"]) == {"read", "validate", "build", "solve", "write"}
    expected = btm_cases.CASES["tou_pv_2d"]["expected"]["objective_gbp"]
    assert tree["metrics"]["objective_gbp"] == pytest.approx(expected, rel=1e-6)


def test_quiet_says_nothing(flat_day: Path) -> None:
    result = gridq("backtest", flat_day, "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_one_app_under_two_names(flat_day: Path, tmp_path: Path) -> None:
    assert gridq("backtest", flat_day, "--out", tmp_path / "one", "--quiet").exit_code == 0
    other = CliRunner().invoke(energyscope, ["btm", "backtest", str(flat_day), "--out", str(tmp_path / "two")])
    assert other.exit_code == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_outputs_elsewhere_leave_the_bundle_alone(flat_day: Path, tmp_path: Path) -> None:
    before = files(flat_day)
    assert gridq("backtest", flat_day, "--out", tmp_path / "new" / "folder", "--csv").exit_code == 0
    assert files(flat_day) == before
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {*OUTPUTS, "dispatch.csv"}
    assert len(pd.read_csv(tmp_path / "new" / "folder" / "dispatch.csv")) == 96


def test_a_rerun_is_allowed_and_another_run_is_not(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("negative_week_exclusive", tmp_path)
    relaxed = btm_cases.CASES["negative_week_relaxed"]["expected"]["objective_gbp"]
    first = told(gridq("backtest", bundle, "--exclusivity", "relaxed", "--json"))
    assert first["metrics"]["objective_gbp"] == pytest.approx(relaxed, rel=1e-6)
    assert first["warnings"], "a violated exclusivity is told"
    assert metadata(bundle)["command"] == "gridq backtest --exclusivity relaxed"
    before = files(bundle)
    assert gridq("backtest", bundle, "--exclusivity", "relaxed").exit_code == 0
    refused = gridq("backtest", bundle, "--json")
    assert codes(told(refused)) == ["BTM003"]
    assert refused.exit_code == 1
    assert "solve" not in refused.stderr, "refused before the work"
    assert files(bundle) == before
    assert gridq("backtest", bundle, "--overwrite").exit_code == 0
    assert metadata(bundle)["command"] == "gridq backtest"


def test_an_option_that_says_what_the_bundle_says_is_no_other_command(flat_day: Path) -> None:
    assert gridq("backtest", flat_day).exit_code == 0
    same = ("--exclusivity", "auto", "--solver", "highs", "--backend", "linopy")
    assert gridq("backtest", flat_day, *same).exit_code == 0
    assert metadata(flat_day)["command"] == "gridq backtest"
    assert gridq("backtest", flat_day, *same, "--exclusivity", "full").exit_code == 1


def test_start_and_end_cut_the_run(tou: Path) -> None:
    begin = btm_cases.CASES["tou_pv_2d"]["timeseries"]["start"]
    end = pd.Timestamp(begin) + pd.Timedelta(days=1)
    tree = told(gridq("backtest", tou, "--end", end.isoformat(), "--json"))
    assert tree["metrics"]["period"]["steps"] == 96
    later = told(gridq("backtest", tou, "--start", end.isoformat(), "--overwrite", "--json"))
    assert later["metrics"]["period"]["start"] == tree["metrics"]["period"]["end"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--start", "yesterday"], "`yesterday` is no instant"),
        (["--end", "2025-06-01T00:00:00"], "no instant with an offset"),
        (["--exclusivity", "some"], "auto"),
        (["--solver", " "], "a solver has a name"),
        (["--profile", "/no/such/folder/run.pstats"], "there is no folder"),
        (["--nonsense"], "No such option"),
        (["--out", ""], "it is empty"),
    ],
)
def test_what_cannot_be_meant_is_usage(flat_day: Path, options: list[str], said: str) -> None:
    result = gridq("backtest", flat_day, "--json", *options)
    tree = told(result)
    assert (result.exit_code, tree["status"], codes(tree)) == (2, "usage", ["usage"])
    assert said in tree["errors"][0]["message"]
    assert "Usage: " in result.stderr


@pytest.mark.parametrize("words", [("--json", "validate", "b"), ("validate", "--json"), ("backtest", "", "--json")])
def test_a_mistake_is_json_wherever_that_is_asked_for(words: tuple[str, ...]) -> None:
    result = gridq(*words)
    tree = told(result)
    assert (result.exit_code, codes(tree)) == (2, ["usage"])
    assert tree["command"] in words


def test_outputs_do_not_go_into_another_bundle(flat_day: Path, tmp_path: Path) -> None:
    other = btm_cases.bundle_folder("flat_day", tmp_path / "other")
    before = files(other)
    btm_cases.write_yaml(flat_day / "scenarios.yaml", {"schema_version": 1, "batteries": [{"name": "as_it_is"}]})
    for command in (["backtest"], ["live"], ["live", "--now", "2025-06-02T00:00:00Z"], ["scenarios"]):
        result = gridq(*command, flat_day, "--out", other, "--overwrite", "--json")
        assert codes(told(result)) == ["BTM003"]
        assert "site_config.yaml" in result.stderr
    assert files(other) == before
    assert gridq("backtest", flat_day, "--out", flat_day / ".." / flat_day.name, "--quiet").exit_code == 0


def test_an_unknown_command_is_usage() -> None:
    result = gridq("backtset", "somewhere")
    assert result.exit_code == 2
    assert "backtest" in result.stderr


def test_a_solver_that_is_none_is_usage_only_where_it_was_typed(flat_day: Path, tmp_path: Path) -> None:
    assert gridq("backtest", flat_day, "--solver", "hihgs").exit_code == 2
    run = btm_cases.CASES["flat_day"]["run_config"]
    edited = {**run, "solver": {**run.get("solver", {}), "name": "hihgs"}}
    bundle = btm_cases.bundle_folder("flat_day", tmp_path / "edited", run_config=edited)
    assert codes(told(gridq("backtest", bundle, "--json"))) == ["BTM103"]


def test_a_missing_bundle_is_bad_input(tmp_path: Path) -> None:
    result = gridq("backtest", tmp_path / "nowhere", "--json")
    tree = told(result)
    assert (result.exit_code, tree["status"], codes(tree)) == (1, "bad_input", ["BTM001"])
    assert "error[BTM001]" in result.stderr
    assert "gridq init" in result.stderr


def test_what_cannot_be_served_is_infeasible(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("flat_day", tmp_path, site_config={"grid": {"import_limit_kw": 1.0}})
    result = gridq("backtest", bundle, "--json")
    tree = told(result)
    assert (result.exit_code, tree["status"], codes(tree)) == (3, "infeasible", ["BTM301"])
    assert not (bundle / "metrics.json").exists()


def test_a_time_limit_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    run = {**btm_cases.CASES["demand_month"]["run_config"], "solver": {"time_limit_s": 1e-6}}
    bundle = btm_cases.bundle_folder("demand_month", tmp_path, run_config=run)
    result = gridq("backtest", bundle, "--json")
    assert (result.exit_code, codes(told(result))) == (4, ["BTM303"])
    assert not (bundle / "metrics.json").exists()


def test_another_runner_than_the_bundle_says_is_warned_of(tmp_path: Path) -> None:
    run = {**btm_cases.CASES["flat_day"]["run_config"], "runner": "live"}
    bundle = btm_cases.bundle_folder("flat_day", tmp_path, run_config=run)
    result = gridq("backtest", bundle)
    assert result.exit_code == 0
    assert "run_config.yaml says runner `live`" in result.stderr


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/dev/null"])
def test_a_place_that_takes_no_files(flat_day: Path, folder: str) -> None:
    result = gridq("backtest", flat_day, "--out", folder, "--json")
    assert result.exit_code == 1
    assert codes(told(result)) == ["BTM004"]


def test_a_disk_that_is_full_leaves_nothing(flat_day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    before = files(flat_day)
    result = gridq("backtest", flat_day)
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert files(flat_day) == before


def test_profile_names_the_dearest_functions(flat_day: Path, tmp_path: Path) -> None:
    result = gridq("backtest", flat_day, "--profile", tmp_path / "run.pstats", "--json")
    assert told(result)["status"] == "done"
    lines = result.stderr.splitlines()
    first = next(number for number, line in enumerate(lines) if line.split()[:2] == ["own", "s"])
    costs = [float(line.split()[0]) for line in lines[first + 1 : first + 11]]
    assert costs == sorted(costs, reverse=True)
    assert pstats.Stats(str(tmp_path / "run.pstats")).total_calls > 0  # type: ignore[attr-defined]


def test_log_json_tells_every_stage(flat_day: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in gridq("backtest", flat_day, "--log-json", "-q").stderr.splitlines()]
    stages = [line["stage"] for line in lines]
    assert [stage for stage in stages if stage in ("read", "validate", "write", "total")] == [
        "read",
        "validate",
        "write",
        "total",
    ]
    assert all(line["status"] == "done" and line["seconds"] >= 0 for line in lines)
    assert lines[-1]["exit_code"] == 0
    assert len({line["bundle"] for line in lines}) == 1
    other = btm_cases.bundle_folder("tou_pv_2d", tmp_path)
    refused = gridq("backtest", other, "--out", "/proc/nowhere", "--log-json")
    last = json.loads(refused.stderr.splitlines()[-1])
    assert (last["status"], last["exit_code"], last["bundle"] != lines[0]["bundle"]) == ("bad_input", 1, True)
    assert last["errors"][0].startswith("BTM004")


def test_underwrite_says_whether_it_pays(tmp_path: Path) -> None:
    run = btm_cases.CASES["tou_pv_2d"]["run_config"]
    worth = {"capex_gbp_per_kwh": 10.0, "lifetime_years": 10, "discount_rate": 0.05, "annualise": True}
    bundle = btm_cases.bundle_folder("tou_pv_2d", tmp_path, run_config={**run, "underwriting": worth})
    result = gridq("underwrite", bundle)
    assert result.exit_code == 0
    assert "paid back in" in result.stdout
    told_file = json.loads((bundle / "underwriting.json").read_text())
    assert f"{told_file['npv_gbp']:,.2f} GBP" in result.stdout


def test_underwriting_needs_a_price(tou: Path) -> None:
    result = gridq("underwrite", tou, "--json")
    assert (result.exit_code, codes(told(result))) == (1, ["BTM104"])


def test_live_tells_its_regret(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("rolling_equals_full", tmp_path)
    result = gridq("live", bundle)
    assert result.exit_code == 0
    assert "regret" in result.stdout
    assert json.loads((bundle / "metrics.json").read_text())["rolling"]["regret_gbp"] == pytest.approx(0, abs=1e-6)


def test_yaml_of_options_is_that_of_the_file(tou: Path, tmp_path: Path) -> None:
    """An option stands for a field: the run is the one of a bundle that has it written."""
    by_option = told(gridq("backtest", tou, "--exclusivity", "full", "--out", tmp_path / "option", "--json"))
    path = tou / "run_config.yaml"
    tree = ruamel.yaml.YAML().load(path)
    tree["exclusivity"] = {"mode": "full"}
    with path.open("w") as file:
        ruamel.yaml.YAML().dump(tree, file)
    by_file = told(gridq("backtest", tou, "--out", tmp_path / "file", "--json"))
    assert by_option["metrics"] == by_file["metrics"]
