"""Where the command line puts what a text shows: terminal, `--print`, the folder of `--out`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from energyscope.cli.app import app

MODEL = """set I := 1..2; var x{I} >= 1; minimize z: sum {i in I} i * x[i]; s.t. c: x[1] + x[2] >= 3; solve;
display x;
printf "to a file\\n" > "log.txt"; printf "more" >> "log.txt";
printf "deep" > "deep/log.txt"; printf "out" > "../out.txt"; printf "lost" > "/dev/null";
table t {i in I} OUT "CSV" "t.csv": i, x[i] ~ amount;
printf "%d", 1 / (x[2] - 1);
"""
SHOWN = "Display statement at line 2\nx[1].val = 2\nx[2].val = 1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    (here / "m.mod").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(here)
    return here


def solve(*words: str) -> Result:
    result = CliRunner().invoke(app, ["solve", "m.mod", *words])
    assert result.exit_code == 0, result.output
    return result


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in (".txt", ".csv")}


def test_the_terminal_has_it_before_the_summary(folder: Path) -> None:
    result = solve()

    assert result.stdout.startswith(SHOWN)
    assert result.stdout.index("x[2].val") < result.stdout.index("status")
    assert files(folder.parent) == set()
    assert result.stderr.count("warning[not-shown]") == 5
    assert "division by zero" in result.stderr


def test_never_into_a_json_on_standard_output(folder: Path) -> None:
    result = solve("--json", "-")

    assert json.loads(result.stdout)["status"] == "optimal"
    assert SHOWN in result.stderr
    assert {each["code"] for each in json.loads(result.stdout)["warnings"]} == {"not-shown"}


def test_a_file_for_it(folder: Path) -> None:
    """Files of the text go into the same folder, those that lead out of it are not written."""
    result = solve("--print", "shown.txt")

    assert SHOWN not in result.stdout
    assert Path("shown.txt").read_text(encoding="utf-8") == SHOWN
    assert files(folder.parent) == {"here/shown.txt", "here/log.txt", "here/deep/log.txt", "here/t.csv"}


def test_the_folder_of_results(folder: Path) -> None:
    solve("--out", "results")

    assert (folder / "results/log.txt").read_text(encoding="utf-8") == "to a file\nmore"
    assert (folder / "results/t.csv").read_text(encoding="utf-8") == "i,amount\n1,2\n2,1\n"
    assert (folder / "results/deep/log.txt").is_file()
    assert not (folder / "log.txt").exists()
    assert not (folder.parent / "out.txt").exists()


def test_a_path_into_the_folder_of_results_is_taken_as_it_is(folder: Path) -> None:
    (folder / "m.mod").write_text(MODEL.replace('"t.csv"', '"results/t.csv"'), encoding="utf-8")

    solve("--out", "results")

    assert (folder / "results/t.csv").is_file()


def test_a_link_does_not_lead_out_of_the_folder(folder: Path) -> None:
    (folder / "results").mkdir()
    (folder / "results/deep").symlink_to(folder.parent, target_is_directory=True)

    result = solve("--out", "results")

    assert not (folder.parent / "log.txt").exists()
    assert "`deep/log.txt` is not written" in result.stderr


def test_anywhere_when_it_is_allowed(folder: Path) -> None:
    result = solve("--allow-writes", "--print", "shown.txt")

    assert (folder.parent / "out.txt").read_text(encoding="utf-8") == "out"
    assert (folder / "t.csv").is_file()
    assert "is not written" not in result.stderr


def test_data_by_suffix(folder: Path) -> None:
    Path("m.mod").write_text(
        "set I; param p{I}; var x{I} >= 0; minimize z: sum {i in I} x[i]; s.t. c{i in I}: x[i] >= p[i];"
    )
    Path("data").mkdir()
    Path("data/I.csv").write_text("I\na\nb\n")
    Path("data/p.csv").write_text("i,p\na,1\nb,2\n")

    result = solve("data", "--json", "-")

    assert json.loads(result.stdout)["objective"] == pytest.approx(3)
    wrong = CliRunner().invoke(app, ["solve", "m.mod", "data.csv"])
    assert wrong.exit_code == 1
    assert "a folder of CSV files" in wrong.stderr


@pytest.mark.parametrize(
    ("rows", "status"), [("s.t. c: x + y <= n; s.t. d: x - y >= 9;", "infeasible"), ("", "unbounded")]
)
def test_without_an_optimum_what_needs_no_variable_is_shown(folder: Path, rows: str, status: str) -> None:
    model = f"param n := 3; var x >= 0; var y >= 0; maximize z: x + y; {rows} solve;\n"
    Path("m.mod").write_text(model + "display n; display x;\nprintf '%g', z;")

    result = CliRunner().invoke(app, ["solve", "m.mod", "--json", "-", "--print", "shown.txt"])

    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert said["status"] == status
    assert Path("shown.txt").read_text() == "Display statement at line 2\nn = 3\n"
    assert [each["code"] for each in said["warnings"]].count("not-shown") == 2
    assert f"the solve found no values (status: {status})" in result.stderr
