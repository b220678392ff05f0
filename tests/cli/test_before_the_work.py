"""What is noticed before anything is read or solved, and what is told at once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope.backends import glpk_backend, strategy
from energyscope.cli.app import app

SPLIT = """set I := 1..60; set K := 1..5;
param w{i in I, k in K} := 1000 + (i * 7919 * k + i * i * 104729 + k * k * 1299709) mod 997;
var x{I} binary;
maximize value: sum {i in I} (1000 + (i * 31337) mod 883) * x[i];
s.t. room{k in K}: sum {i in I} w[i,k] * x[i] = floor(sum {i in I} w[i,k] / 2);
"""
"""A market split: small, and out of reach of branch and bound."""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--solver", "hihgs"], "did you mean `highs`?"),
        (["--option", "presolv=on"], "did you mean `presolve`?"),
        (["--option", "presolve=perhaps"], "does not accept 'perhaps'"),
        (["--backend", "glpk", "--option", "presolve=on"], "it takes time_limit alone"),
        (["--backend", "glpk", "--solver", "hihgs"], "did you mean `highs`?"),
        (["--time-limit", "-3"], "must be a number of seconds above 0"),
    ],
)
def test_solver_and_options(arguments: list[str], told: str) -> None:
    if "glpk" in arguments:
        pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
    result = CliRunner().invoke(app, ["calc", "core", *arguments])
    assert result.exit_code == 2
    assert told in result.stderr
    assert "read" not in [line.rpartition("] ")[2] for line in result.stderr.splitlines()]


def test_two_time_limits_are_one_too_many() -> None:
    result = CliRunner().invoke(app, ["calc", "toy", "--time-limit", "3", "--option", "time_limit=4"])
    assert result.exit_code == 2


@pytest.mark.parametrize("flag", ["--out", "--json"])
def test_targets_below_a_file(flag: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["calc", "core", flag, str(tmp_path / "file" / "more" / "x")])
    assert result.exit_code == 2
    assert "read" not in result.stderr.split()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that may not be written")
@pytest.mark.parametrize("flag", ["--out", "--json"])
def test_targets_in_a_folder_that_may_not_be_written(flag: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = CliRunner().invoke(app, ["calc", "core", flag, str(tmp_path / "x")])
    tmp_path.chmod(0o700)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
@pytest.mark.parametrize("flag", ["--out", "--json"])
def test_targets_where_nobody_can_write(flag: str) -> None:
    result = CliRunner().invoke(app, ["calc", "core", flag, "/proc/energyscope"])
    assert result.exit_code == 2
    assert "cannot be written" in " ".join(result.stderr.split())


def test_a_warning_that_cannot_wait_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(strategy, "LARGE_ROWS", 100)
    monkeypatch.setattr(strategy, "HUGE_ROWS", 200)
    target = tmp_path / "toy.json"
    result = CliRunner().invoke(app, ["calc", "toy", "--json", str(target)])
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("warning[slow-solve]") == 1
    assert result.stderr.index("warning[slow-solve]") < result.stderr.index("hand-over")
    (warning,) = json.loads(target.read_text())["warnings"]
    assert "217 rows go to the solver as they are written" in warning["message"]
    assert "daily-storage: " in warning["message"]
    assert "seasonal-storage: " in warning["message"]


def test_glpk_is_warned_of_before_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
    monkeypatch.setattr(glpk_backend, "GLPK_ROWS", 100)
    result = CliRunner().invoke(app, ["calc", "toy", "--backend", "glpk"])
    assert result.exit_code == 0, result.stderr
    assert "217 rows, 173 columns, 518 nonzeros" in result.stderr
    assert "--time-limit SECONDS" in result.stderr
    assert result.stderr.index("warning[slow-solve]") < result.stderr.index("GLPK reads the text")


def test_glpk_ends_at_its_time_limit(tmp_path: Path) -> None:
    pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
    (tmp_path / "split.mod").write_text(SPLIT)
    target = tmp_path / "split.json"
    arguments = [
        "solve",
        str(tmp_path / "split.mod"),
        "--backend",
        "glpk",
        "--time-limit",
        "0.5",
        "--json",
        str(target),
    ]
    assert CliRunner().invoke(app, arguments).exit_code == 4
    assert json.loads(target.read_text())["status"] == "time_limit"


def test_the_summary_says_who_solved_what(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["calc", "toy", "--out", str(tmp_path / "toy")]).exit_code == 0
    result = CliRunner().invoke(app, ["summary", str(tmp_path / "toy")])
    shown = [line.split() for line in result.stdout.splitlines()]
    assert ["model", "toy"] in shown
    assert ["passes", "none"] in shown
    titles = " ".join(word for line in shown for word in line)
    for title in ("solver highs", "gap (relative)", "rows violated by", "linopy"):
        assert title in titles
    told = CliRunner().invoke(app, ["summary", str(tmp_path / "toy"), "--json", "-"]).stdout
    (run,) = json.loads(told)["runs"]
    assert set(run["declined"]) >= {"daily-storage", "seasonal-storage"}
    assert set(run["versions"]) == {"energyscope", "python", "linopy", "highspy"}
    nowhere = CliRunner().invoke(app, ["summary", str(tmp_path / "toy"), "--json", str(tmp_path / "no" / "x.json")])
    assert nowhere.exit_code == 2


def test_version_as_an_option_and_as_a_command() -> None:
    option, command = CliRunner().invoke(app, ["--version"]), CliRunner().invoke(app, ["version"])
    assert (option.exit_code, command.exit_code) == (0, 0)
    assert option.stdout == command.stdout
    assert option.stdout.startswith("energyscope ")
