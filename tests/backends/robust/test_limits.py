"""What a limit leaves: an incumbent, its bound and gap, and no word of an optimum."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope import Energyscope, Model
from energyscope.backends.linopy_backend import solve
from energyscope.cli.app import app
from energyscope.result import TimeLimitError
from small_programs import program

KNAPSACK = """
set I := 1..30;
var take{I} binary;
maximize worth: sum {i in I} (17 * i mod 23 + 20) * take[i];
s.t. room{k in 1..4}: sum {i in I} (((k + 3) * i * i + 5 * k * i) mod 29 + 11) * take[i] <= 230 + k;
"""


@pytest.fixture
def knapsack(tmp_path: Path) -> Path:
    path = tmp_path / "knapsack.mod"
    path.write_text(KNAPSACK)
    return path


def test_a_limit_on_nodes_leaves_the_incumbent_and_its_bound(knapsack: Path) -> None:
    whole = Energyscope(Model([("mod", knapsack)])).solve()
    assert whole.status == "optimal" and whole.objective is not None
    limited = Energyscope(Model([("mod", knapsack)]), {"mip_max_nodes": 1, "mip_max_leaves": 1, "presolve": "off"})
    with pytest.raises(TimeLimitError, match="not proven optimal: the bound is") as caught:
        limited.calc()
    left = caught.value.solution
    assert left.status == "time_limit" and left.objective is not None and left.bound is not None
    assert left.objective <= whole.objective + 1e-6 and whole.objective <= left.bound + 1e-6
    assert left.residuals["mip_gap"] > 1e-6


def test_json_and_screen_say_that_it_is_not_optimal(knapsack: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    options = ["--option", "mip_max_nodes=1", "--option", "mip_max_leaves=1", "--option", "presolve=off"]
    ended = CliRunner().invoke(app, ["solve", str(knapsack), *options, "--json", str(target)])
    assert ended.exit_code == 4
    assert "not proven optimal" in ended.output
    told = json.loads(target.read_text())
    assert told["status"] == "time_limit"
    assert told["objective"] <= told["bound"] and told["mip_gap"] > 1e-6


def test_a_gap_that_was_asked_for_is_an_optimum_within_it(knapsack: Path) -> None:
    found = Energyscope(Model([("mod", knapsack)]), {"mip_rel_gap": 0.5}).solve()
    assert found.status == "optimal" and found.residuals["mip_gap"] <= 0.5


def test_the_mode_is_taken_by_the_command_line(knapsack: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    for mode, step in (("off", "plain"), ("auto", "plain"), ("always", "opened")):
        assert CliRunner().invoke(app, ["solve", str(knapsack), "--robust", mode, "--json", str(target)]).exit_code == 0
        told = json.loads(target.read_text())["robust"]
        assert (told["mode"], told["step"]) == (mode, step)


def test_an_infeasible_model_ends_with_exit_code_3(tmp_path: Path) -> None:
    path = tmp_path / "a.mod"
    path.write_text("var x >= 0, <= 1;\nminimize z: x;\ns.t. much: x >= 3;\n")
    target = tmp_path / "run.json"
    assert CliRunner().invoke(app, ["solve", str(path), "--json", str(target)]).exit_code == 3
    told = json.loads(target.read_text())
    assert (told["status"], told["robust"]["families"]) == ("infeasible", ["much"])


def test_without_a_feasible_point_there_is_no_objective() -> None:
    import numpy as np

    from energyscope.backends.policy import finish
    from energyscope.program.solution import Solution

    asked = program([[1, 1]], [3], [9], bounds=[(0, 9)] * 2, cost=[1, 1])
    left = finish(asked, Solution("time_limit", "", "hand", objective=1.0, primal=np.array([1.0, 0.0])))
    assert (left.status, left.objective) == ("time_limit", None)
    assert solve(asked).objective == pytest.approx(3.0)
