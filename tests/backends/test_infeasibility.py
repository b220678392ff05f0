"""Which families contradict each other, and by how much."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyscope import Energyscope, Model
from energyscope.backends.infeasibility import Conflict, explain_infeasibility


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


def test_rows_that_are_only_involved_are_named(tmp_path: Path) -> None:
    text = """
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
    found = conflicts(text, tmp_path)
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
