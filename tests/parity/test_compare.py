"""`compare`: what its report says, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import linopy
import numpy as np
import pytest
import scipy.sparse as sp
from typer.testing import CliRunner

from energyscope import LinopyModel, Model, ModelData, models
from energyscope.backends.base import BackendError
from energyscope.cli.app import app
from energyscope.compare import ParityReport, compare, routes
from energyscope.compare.comparison import parity
from energyscope.compare.matrices import compare_matrices
from energyscope.compare.routes import Runner
from energyscope.energyscope import Energyscope
from energyscope.families import toy
from energyscope.language.diagnostics import ModelError

pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")

BOTH = ("linopy:text", "glpk")
TOLERANCE = 1e-6
"""What the specification asks of two objectives."""

FLAT = """set I := 1..3;
var x{I} >= 0, <= 5;
minimize cost: sum {i in I} x[i];
s.t. need: sum {i in I} x[i] >= 7;
"""


def model_of(text: str, folder: Path) -> Model:
    path = folder / "case.mod"
    path.write_text(text)
    return Model.from_paths([path])


@pytest.fixture(scope="module")
def toy_report() -> ParityReport:
    return compare(models.toy)


def test_the_routes_of_toy_agree(toy_report: ParityReport) -> None:
    assert toy_report.passed, toy_report.failures
    assert [route.evidence for route in toy_report.routes] == ["answer"] * 3
    assert all(family.agree for family in toy_report.families)
    assert len(toy_report.cross) == 6
    for found in toy_report.matrices:
        assert not found.reason
        assert found.agrees
        assert (found.rows, found.nonzeros) == (217, 518)


def test_json_has_its_fields(toy_report: ParityReport) -> None:
    told = json.loads(json.dumps(toy_report.to_json(), allow_nan=False))
    assert told["schema"] == "energyscope-parity/1"
    assert told["passed"] is True
    assert set(told) == {
        *("schema", "passed", "model", "tolerance", "routes", "families"),
        *("matrices", "cross", "differences", "missing", "failures"),
    }
    assert set(told["routes"][0]) == {
        *("name", "evidence", "reason", "solver", "status", "objective"),
        *("relative_difference", "rows", "columns", "nonzeros", "seconds"),
    }
    assert set(told["cross"][0]) == {
        *("answer", "program", "reason", "violation", "relative_violation", "objective", "relative_difference"),
    }
    assert set(told["matrices"][0]["coefficients"]) == {"count", "largest", "where"}
    assert "Parity of <b>toy</b>" in toy_report._repr_html_()


def test_alternative_optima_are_told_from_wrong_answers(tmp_path: Path) -> None:
    run = Runner(model_of(FLAT, tmp_path), None, None)
    one = run.run("linopy:text")
    assert one.solution is not None
    other = replace(one, name="other", solution=replace(one.solution, primal=np.array([1.0, 5.0, 1.0])))
    wrong = replace(one, name="wrong", solution=replace(one.solution, primal=np.array([0.0, 5.0, 1.0]), objective=7.0))

    fine = parity("flat", [one, other], TOLERANCE)
    assert fine.passed
    assert fine.differences
    assert not any(each.matters for each in fine.differences)

    failed = parity("flat", [one, wrong], TOLERANCE)
    assert not failed.passed
    assert all(each.matters for each in failed.differences)
    assert any("the answer of wrong in the program of linopy:text" in failure for failure in failed.failures)


def test_rows_written_the_other_way_round_are_the_same(tmp_path: Path) -> None:
    program = Energyscope(model_of(FLAT, tmp_path)).program()
    block = program.constraints["need"]
    turned = replace(block, matrix=-block.matrix, lower=-block.upper, upper=-block.lower)
    found = compare_matrices("a", program, "b", replace(program, constraints={"need": turned}))
    assert found.agrees
    assert found.rows == 1


def changed_matrix(matrix: sp.csr_array) -> sp.csr_array:
    return sp.csr_array(matrix.multiply(np.array([[1, 1.001, 1]])))


@pytest.mark.parametrize("what", ["coefficients", "sides", "bounds", "costs"])
def test_one_changed_figure_is_found(what: str, tmp_path: Path) -> None:
    route = Runner(model_of(FLAT, tmp_path), None, None).run("linopy:text")
    program = route.program
    assert program is not None
    assert program.objective is not None
    need, x, cost = program.constraints["need"], program.variables["x"], program.objective
    other = {
        "coefficients": {"constraints": {"need": replace(need, matrix=changed_matrix(need.matrix))}},
        "sides": {"constraints": {"need": replace(need, lower=need.lower * 1.001)}},
        "bounds": {"variables": {"x": replace(x, upper=x.upper * np.array([1, 1, 1.001]))}},
        "costs": {"objective": replace(cost, coefficients=cost.coefficients * np.array([1, 1.001, 1]))},
    }[what]
    changed: Any = replace(program, **other)  # type: ignore[arg-type]
    report = parity("flat", [route, replace(route, name="changed", program=changed, solution=None)], TOLERANCE)
    assert not report.passed
    extreme = getattr(report.matrices[0], what)
    assert extreme.count == 1
    assert extreme.where == {"coefficients": "need", "sides": "need", "bounds": "x[3]", "costs": "x[2]"}[what]


def wrong_toy(data: ModelData) -> linopy.Model:
    """The formulation of toy with a mistake: maintenance of storage is forgotten."""
    copy = data.copy()
    copy["c_maint"]["BATTERY"] = 0.0
    return toy.build(copy)


WRONG_TOY = LinopyModel(wrong_toy, Model(models.toy.files), "wrong toy")


def test_a_formulation_with_a_mistake_fails() -> None:
    report = compare(WRONG_TOY)
    assert not report.passed
    assert any("costs differ, the most in F[BATTERY]" in failure for failure in report.failures)
    assert any(failure.startswith("objective of linopy:text") for failure in report.failures)


def test_the_command_ends_with_4_beyond_the_tolerance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(models.catalogue, "toy", WRONG_TOY)
    target = tmp_path / "parity.json"
    result = CliRunner().invoke(app, ["compare", "toy", "--json", str(target)])
    assert result.exit_code == 4
    assert "do not agree" in result.stdout
    assert json.loads(target.read_text())["passed"] is False


def test_the_command_compares_files_and_lists_what_is_not_there(tmp_path: Path) -> None:
    model_of(FLAT, tmp_path)
    arguments = ["compare", str(tmp_path / "case.mod"), "--backends", "linopy:native,linopy:text,glpk", "--json", "-"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["routes"][0]["evidence"] == "none"
    assert "no formulation in Python" in told["missing"][0]


def test_nothing_to_compare_is_no_success(tmp_path: Path) -> None:
    report = compare(model_of(FLAT, tmp_path), ["linopy:text", "linopy:native"])
    assert report.failures == ("nothing to compare: only linopy:text is there",)


def test_glpk_compares_the_matrix_alone_where_solving_would_take_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "GLPK_ROWS", 100)
    report = compare(models.toy, BOTH)
    assert report.passed
    assert [route.evidence for route in report.routes] == ["answer", "matrix"]
    assert any("glpk did not solve" in note for note in report.missing)
    assert [(check.answer, check.program) for check in report.cross] == [BOTH]


def test_routes_may_agree_that_there_is_no_optimum(tmp_path: Path) -> None:
    infeasible = FLAT.replace(">= 7", ">= 70")
    report = compare(model_of(infeasible, tmp_path), BOTH)
    assert report.passed
    assert [route.status for route in report.routes] == ["infeasible", "infeasible"]


def test_data_given_to_compare_hold_on_every_route() -> None:
    before, after = compare(models.toy), compare(models.toy, data={"c_op": {"GRID": 0.5}})
    assert after.passed
    assert before.routes[0].objective != after.routes[0].objective


def test_unknown_routes_and_mistakes_in_the_text_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="no route `glkp`"):
        compare(models.toy, ["linopy:text", "glkp"])
    with pytest.raises(ModelError):
        compare(model_of(FLAT.replace("x[i]", "y[i]"), tmp_path), BOTH)
    assert CliRunner().invoke(app, ["compare", "toy", "--backends", "glkp"]).exit_code == 2
    assert CliRunner().invoke(app, ["compare", str(tmp_path / "case.mod")]).exit_code == 1


def test_progress_names_the_route(tmp_path: Path) -> None:
    said: list[str] = []
    told: Callable[..., None] = lambda step: said.append(step.stage)  # noqa: E731
    compare(model_of(FLAT, tmp_path), BOTH, progress=told)
    assert {stage.split(": ")[0] for stage in said} == set(BOTH)
