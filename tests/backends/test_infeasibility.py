"""Which families contradict each other, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from energyscope import Energyscope, Model
from energyscope.backends.infeasibility import Conflict, explain_infeasibility
from energyscope.backends.linopy_backend import solve
from energyscope.program.blocks import Objective, Program
from energyscope.program.solution import Solution


def conflicts(text: str, tmp_path: Path) -> dict[str, Conflict]:
    path = tmp_path / "a.mod"
    path.write_text(text)
    explanation = explain_infeasibility(Energyscope(Model([("mod", path)])).translate().program)
    assert explanation.solution.status == "optimal"
    return {f"{each.kind} {each.family}": each for each in explanation.conflicts}


def test_a_feasible_program_has_none(tmp_path: Path) -> None:
    assert conflicts("var x >= 1;\nminimize z: x;\ns.t. r: 2 <= x <= 5;", tmp_path) == {}


def test_a_bound_and_a_row(tmp_path: Path) -> None:
    found = conflicts("var x >= 0, <= 3;\nminimize z: x;\ns.t. loose: x >= 2;\ns.t. tight: 2*x >= 9;", tmp_path)
    assert found == {
        "constraint tight": Conflict("tight", "constraint", 1, 1, 3.0, 3.0, "tight"),
        "bound x": Conflict("x", "bound", 1, 0, 0.0, 0.0, "x"),
    }


TWO_STAGES = """
set T := 1..3;
param d{t in T} := 10 * t;
var x{T} >= 0;
var cap >= 0;
minimize z: cap;
s.t. limit{t in T}: x[t] <= cap;
s.t. meet{t in T}: x[t] = d[t];
s.t. budget: cap <= 27;
s.t. idle: x[1] >= 5;
"""


def test_rows_that_are_only_involved_are_named(tmp_path: Path) -> None:
    found = conflicts(TWO_STAGES, tmp_path)
    assert set(found) == {"constraint limit", "constraint meet", "constraint budget"}
    assert sum(each.total for each in found.values()) == pytest.approx(3.0)
    assert found["constraint meet"].example == "meet[3]"
    assert all(each.involved == 1 for each in found.values())


def test_scaling_a_row_changes_nothing_but_its_unit(tmp_path: Path) -> None:
    text = "var x >= 0;\nminimize z: x;\ns.t. a: x <= 1;\ns.t. b: {0}*x >= {0}*2;"
    plain, scaled = (conflicts(text.format(factor), tmp_path) for factor in (1, 1000))
    assert plain.keys() == scaled.keys()


def test_integer_programs_have_violations_only(tmp_path: Path) -> None:
    found = conflicts("var n integer >= 0, <= 9;\nminimize z: n;\ns.t. odd: 2 * n = 7;", tmp_path)
    assert found == {"constraint odd": Conflict("odd", "constraint", 1, 1, 1.0, 1.0, "odd")}


def test_definitions_give_way_only_where_limits_do_not_do(tmp_path: Path) -> None:
    limit = "var x >= 1;\nminimize z: x;\ns.t. definition: x - y = 0;\ns.t. limit: 4 * y <= 2;"
    assert set(conflicts(f"var y;\n{limit}", tmp_path)) == {"constraint limit", "constraint definition", "bound x"}
    found = conflicts("var x >= 1;\nminimize z: x;\ns.t. balance: 2 * x = 0;", tmp_path)
    assert found["constraint balance"] == Conflict("balance", "constraint", 1, 1, 2.0, 2.0, "balance")


TWO_CONFLICTS = """
var x >= 0; var y >= 0;
minimize z: x;
s.t. p: x >= 5;
s.t. q: x <= 3;
s.t. r: y >= 9;
s.t. s: y <= 4;
"""
THREE_ROWS = "var x; var y; minimize z: x + y; s.t. a: x + y <= 4; s.t. b: x >= 3; s.t. c: y >= 2; s.t. d: x <= 90;"
UNITS = "var x; var y; minimize z: x; s.t. a: 1e5 * x + y <= 4e5; s.t. b: x >= 3; s.t. c: y >= 2e5;"
PARITY = "var n integer >= 0, <= 60; minimize z: n; s.t. odd: 2 * n = 7; s.t. loose: n <= 50;"
BOUNDED = "var x >= 0, <= 3; var y >= 0; minimize z: x; s.t. loose: x >= 2; s.t. tight: 2 * x - y >= 9;"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (THREE_ROWS, {"a", "b", "c"}),
        (UNITS, {"a", "b", "c"}),
        (TWO_STAGES, {"limit[3]", "meet[3]", "budget"}),
        (PARITY, {"odd"}),
        (BOUNDED, {"tight", "bounds of x", "bounds of y"}),
    ],
)
def test_what_contradicts_does_so_alone_and_nothing_of_it_can_be_left_out(
    text: str, names: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.mod"
    path.write_text(text)
    found = explain_infeasibility(Energyscope(Model([("mod", path)])).translate().program).contradiction
    assert set(found) == names
    assert only(found, path).status == "infeasible"
    for left_out in found:
        assert only([each for each in found if each != left_out], path).status == "optimal", left_out


def test_of_two_conflicts_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.mod"
    path.write_text(TWO_CONFLICTS)
    explanation = explain_infeasibility(Energyscope(Model([("mod", path)])).translate().program)
    assert set(explanation.contradiction) in ({"p", "q"}, {"r", "s"})
    assert {each.family for each in explanation.conflicts} == {"p", "q", "r", "s"}


def only(named: Sequence[str], path: Path) -> Solution:
    """The answer to a program that has these rows and bounds alone, and nothing to minimise."""
    program = Energyscope(Model([("mod", path)])).translate().program
    rows = np.array([program.row_label(row) in named for row in range(program.n_rows)])
    labels = [f"bounds of {program.column_label(column)}" in named for column in range(program.n_columns)]
    columns = np.array(labels)
    constraints = {
        name: replace(block, **opened(block.lower, block.upper, rows[block.rows]))
        for name, block in program.constraints.items()
    }
    variables = {
        name: replace(block, **opened(block.lower, block.upper, columns[block.columns]))
        for name, block in program.variables.items()
    }
    goal = Objective("nothing", "minimize", np.zeros(0, dtype=np.int32), np.zeros(0))
    return solve(Program(program.symbols, variables, constraints, goal))


def opened(lower: np.ndarray, upper: np.ndarray, kept: np.ndarray) -> dict[str, Any]:
    return {"lower": np.where(kept, lower, -np.inf), "upper": np.where(kept, upper, np.inf)}


def test_rows_that_are_too_many_to_be_tried_are_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energyscope.backends.contradiction.MOST", 2)
    path = tmp_path / "a.mod"
    path.write_text(THREE_ROWS)
    explanation = explain_infeasibility(Energyscope(Model([("mod", path)])).translate().program)
    assert explanation.contradiction == ()
    assert {each.family for each in explanation.conflicts} == {"a", "b", "c"}
