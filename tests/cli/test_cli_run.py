"""Commands from the files they read to the exit code they end with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from energyscope.cli.app import app

DEMAND = """set T := 1..2;
param d{T};
var x{T} >= 0, <= 9;
minimize cost: 3 + sum {t in T} t * x[t];
minimize use: sum {t in T} x[t];
s.t. meet{t in T}: x[t] >= d[t];
"""
DATA = "param d := 1 2.5 2 4;\n"

Command = Callable[..., Result]


@pytest.fixture
def energyscope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in a folder with `a.mod` and `a.dat`."""
    monkeypatch.chdir(tmp_path)
    Path("a.mod").write_text(DEMAND)
    Path("a.dat").write_text(DATA)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def report(path: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(Path(path).read_text())
    return answer


def test_solve_shows_a_table(energyscope: Command) -> None:
    result = energyscope("solve", "a.mod", "a.dat")
    assert result.exit_code == 0
    shown = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if line.strip())
    assert (shown["status"].strip(), shown["cost"].strip(), shown["rows"].strip()) == ("optimal", "13.5", "2")


def test_json_has_what_the_specification_lists(energyscope: Command) -> None:
    assert energyscope("solve", "a.mod", "a.dat", "--json", "a.json").exit_code == 0
    told = report("a.json")
    expected = {
        "status": "optimal",
        "objective": 13.5,
        "objective_name": "cost",
        "rows": 2,
        "columns": 2,
        "nonzeros": 2,
        "integers": 0,
        "constant_rows": 0,
        "unused_columns": 0,
        "passes": [],
        "warnings": [],
        "errors": [],
    }
    assert {name: told[name] for name in expected} == expected
    assert told["solver"].startswith("highs")
    assert told["peak_memory_mb"] > 10
    assert {"read", "translate", "solve", "total"} <= told["timings"].keys()
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_json_on_standard_output_stands_there_alone(energyscope: Command) -> None:
    result = energyscope("solve", "a.mod", "a.dat", "--json", "-")
    assert json.loads(result.stdout)["objective"] == 13.5
    assert "optimal" in result.stderr


def test_an_objective_by_name(energyscope: Command) -> None:
    energyscope("solve", "a.mod", "a.dat", "--objective", "use", "--json", "a.json")
    assert (report("a.json")["objective"], report("a.json")["objective_name"]) == (6.5, "use")


def test_an_unknown_objective_is_wrong_input(energyscope: Command) -> None:
    result = energyscope("solve", "a.mod", "a.dat", "--objective", "cots")
    assert result.exit_code == 1
    assert "did you mean `cost`?" in result.stderr


def test_translate_solves_nothing(energyscope: Command) -> None:
    result = energyscope("translate", "a.mod", "a.dat", "--json", "a.json", "--lp", "a.lp", "--mps", "a.mps")
    assert result.exit_code == 0
    told = report("a.json")
    assert (told["status"], told["objective"], told["solver"], told["rows"]) == ("translated", None, None, 2)
    assert "meet(2)" in Path("a.lp").read_text()
    assert "ROWS" in Path("a.mps").read_text()


def test_check_finds_mistakes_in_the_text_and_in_the_data(energyscope: Command) -> None:
    assert energyscope("check", "a.mod", "a.dat").exit_code == 0
    Path("b.dat").write_text("param d := 1 2.5;\n")
    result = energyscope("check", "a.mod", "b.dat", "--json", "b.json")
    assert result.exit_code == 1
    assert "a.mod:6:28: error[missing-data]" in result.stderr
    (told,) = report("b.json")["errors"]
    assert (told["file"], told["line"], told["column"], told["code"]) == ("a.mod", 6, 28, "missing-data")
    assert report("b.json")["status"] == "error"


def test_all_mistakes_are_shown_in_order(energyscope: Command) -> None:
    Path("b.mod").write_text("param a := ;\nvar x >= 0;\nminimize z: x * x;\n")
    result = energyscope("check", "b.mod")
    assert result.exit_code == 1
    assert [line[:12] for line in result.stderr.splitlines() if line.startswith("b.mod")] == [
        "b.mod:1:12: ",
        "b.mod:3:15: ",
    ]


def test_a_missing_file_is_named_with_a_neighbour(energyscope: Command) -> None:
    result = energyscope("solve", "a.mod", "b.dat", "--json", "a.json")
    assert result.exit_code == 1
    assert "there is no file `b.dat`" in result.stderr
    assert "did you mean `a.dat`?" in result.stderr
    assert report("a.json")["errors"][0]["code"] == "file"


def test_a_command_file_is_not_supported(energyscope: Command) -> None:
    result = energyscope("solve", "a.run")
    assert result.exit_code == 1
    assert "error[unsupported]" in result.stderr


@pytest.mark.parametrize(
    ("row", "status", "help"),
    [
        ("s.t. low: x[1] <= 1;", "infeasible", "explain-infeasible"),
        ("var y >= 0;\nmaximize w: y;\ns.t. link: y >= x[1];\nobjective w;", "unbounded", "lacks a bound"),
    ],
)
def test_no_optimum_ends_with_3(energyscope: Command, row: str, status: str, help: str) -> None:
    Path("b.mod").write_text(row)
    result = energyscope("solve", "a.mod", "a.dat", "b.mod", "--json", "b.json")
    assert result.exit_code == 3
    assert help in result.stderr
    told = report("b.json")
    assert (told["status"], told["objective"]) == (status, None)
    assert told["rows"] >= 2


def test_a_false_constant_row_is_infeasible_but_wrong_input(energyscope: Command) -> None:
    Path("b.mod").write_text("s.t. never{t in T}: d[t] <= 3;")
    result = energyscope("solve", "a.mod", "a.dat", "b.mod", "--json", "b.json")
    assert result.exit_code == 1
    assert report("b.json")["status"] == "infeasible"
    assert "never[2]" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--option", "no_such_option=1"], 2, "no option `no_such_option`"),
        (["--solver", "nosuch"], 2, "`nosuch` is not installed"),
        (["--solver", "ipx"], 2, "--option solver=ipx"),
        (["--backend", "nosuch"], 2, "there is no backend `nosuch`"),
        (["--option", "time_limit=soon"], 2, "must be a number of seconds"),
    ],
)
def test_what_cannot_solve_is_said(energyscope: Command, arguments: list[str], code: int, told: str) -> None:
    result = energyscope("solve", "a.mod", "a.dat", *arguments, "--json", "a.json")
    assert result.exit_code == code
    assert told in result.stderr
    assert report("a.json")["status"] == "error"


def test_an_output_never_takes_the_place_of_an_input_or_another_output(energyscope: Command) -> None:
    before = Path("a.mod").read_text()
    for flags in (["--lp", "a.mod"], ["--json", "a.dat"], ["--lp", "x", "--mps", "x"], ["--lp", "-"]):
        assert energyscope("solve", "a.mod", "a.dat", *flags).exit_code == 2
    assert Path("a.mod").read_text() == before
    assert not Path("x").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve"],
        ["calc", "nosuch"],
        ["solve", "nosuch"],
        ["check", "nosuch"],
        ["compare", "nosuch"],
        ["calc", "toy", "--option", "time_limit"],
        ["solve", "a.mod", "--json", "no/such/folder.json"],
        ["solve", "a.mod", "--out", "a.mod"],
        ["nosuch"],
    ],
)
def test_usage_ends_with_2(energyscope: Command, arguments: list[str]) -> None:
    result = energyscope(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_warnings_are_shown_and_listed(energyscope: Command) -> None:
    Path("b.dat").write_text("param d := 1 2.5 2 4")
    result = energyscope("solve", "a.mod", "b.dat", "--json", "b.json")
    assert result.exit_code == 0
    assert "warning[missing-semicolon]" in result.stderr
    assert [each["code"] for each in report("b.json")["warnings"]] == ["missing-semicolon"]


def test_results_are_written_as_tables(energyscope: Command) -> None:
    assert energyscope("solve", "a.mod", "a.dat", "--out", "results").exit_code == 0
    table = pd.read_csv("results/variables/x.csv")
    assert table[["index", "x"]].to_numpy().tolist() == [[1, 2.5], [2, 4.0]]


def test_explain_infeasible_names_families_and_amounts(energyscope: Command) -> None:
    Path("b.mod").write_text("s.t. budget: sum {t in T} x[t] <= 5;")
    result = energyscope("explain-infeasible", "a.mod", "a.dat", "b.mod", "--json", "b.json")
    assert result.exit_code == 3
    told = {each["family"]: each for each in report("b.json")["conflict"]}
    assert set(told) == {"meet", "budget"}
    assert sum(each["total"] for each in told.values()) == pytest.approx(1.5)
    assert told["meet"]["involved"] == 2
    assert set(report("b.json")["contradiction"]) == {"meet[1]", "meet[2]", "budget"}
    assert "none can be left out: " in result.stdout


def test_explain_infeasible_of_a_feasible_model(energyscope: Command) -> None:
    result = energyscope("explain-infeasible", "a.mod", "a.dat")
    assert result.exit_code == 0
    assert "no constraints are in conflict" in result.stdout


def test_calc_runs_the_toy(energyscope: Command) -> None:
    assert energyscope("calc", "toy", "--json", "toy.json").exit_code == 0
    told = report("toy.json")
    assert told["objective"] == pytest.approx(2548.522393556281, rel=1e-9)
    assert (told["rows"], told["columns"]) == (217, 173)


@pytest.mark.parametrize("command", ["calc", "solve", "translate", "check", "explain-infeasible"])
def test_help_shows_an_example(energyscope: Command, command: str) -> None:
    result = energyscope(command, "--help")
    assert result.exit_code == 0
    assert f"energyscope {command}" in result.stdout


def test_models_and_version(energyscope: Command) -> None:
    assert "toy" in energyscope("models").stdout
    assert "linopy" in energyscope("version").stdout
