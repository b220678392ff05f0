"""`compare`: what its report says, and when it fails."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import linopy
import numpy as np
import pytest
import scipy.sparse as sp
from rich.console import Console
from typer.testing import CliRunner

from energyscope import LinopyModel, Model, ModelData, models
from energyscope.backends.ampl_backend import AmplBackend
from energyscope.backends.base import Availability, BackendError
from energyscope.backends.glpk_running import Answer
from energyscope.cli.app import ALL_ROUTES, app
from energyscope.cli.compare import show_report
from energyscope.compare import ParityReport, compare, routes
from energyscope.compare.comparison import parity
from energyscope.compare.matrices import compare_matrices
from energyscope.compare.routes import Runner
from energyscope.energyscope import Energyscope
from energyscope.families import toy
from energyscope.language.diagnostics import ModelError

pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")

FREE = ("linopy:native", "linopy:text", "glpk")
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
    return compare(models.toy, FREE)


@pytest.fixture
def no_ampl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without AMPL."""
    monkeypatch.setattr(AmplBackend, "availability", lambda self: Availability(False, "no AMPL: buy one"))


def test_a_tolerance_below_zero_is_refused() -> None:
    with pytest.raises(BackendError, match="`tolerance` is -1"):
        compare(models.toy, tolerance=-1)


@pytest.mark.usefixtures("no_ampl")
def test_what_is_not_there_is_listed_with_the_evidence_it_would_be() -> None:
    report = compare(models.toy)
    assert report.passed, report.failures
    assert [route.name for route in report.routes] == list(routes.ROUTES)
    ampl = report.routes[-1]
    assert (ampl.evidence, ampl.reason, ampl.seconds) == ("none", "no AMPL: buy one", None)
    expected = "the answer of AMPL with its own translation of the text; ampl did not run: no AMPL: buy one"
    assert report.missing == (expected,)
    assert set(routes.EVIDENCE) == set(routes.ROUTES)
    assert ",".join(routes.ROUTES) == ALL_ROUTES


@pytest.mark.usefixtures("no_ampl")
def test_the_screen_lists_it_too() -> None:
    told = CliRunner().invoke(app, ["compare", "toy"])
    assert told.exit_code == 0
    assert re.search(r"^ampl .* not run .* no AMPL$", told.stdout, re.MULTILINE), told.stdout
    assert "missing evidence: the answer of AMPL with its own translation of the text; ampl did not run" in told.stdout
    asked = CliRunner().invoke(app, ["compare", "toy", "--backends", "linopy:text,ampl"])
    assert asked.exit_code == 4
    assert "nothing to compare: only linopy:text ran" in asked.stdout
    assert "nothing was compared" in asked.stdout


@pytest.mark.usefixtures("no_ampl")
def test_a_model_without_text_has_one_route() -> None:
    report = compare(LinopyModel(toy.build, Energyscope(models.toy).data, "toy without text"))
    assert report.failures == ("nothing to compare: only linopy:native ran",)
    assert [route.reason for route in report.routes[1:3]] == ["the model `toy without text` has no text"] * 2


@pytest.mark.parametrize("named", ["linopy:text,glpk", " linopy:text , glpk,", ["linopy:text", "glpk", "glpk"]])
def test_routes_may_stand_in_one_text(named: str | list[str], tmp_path: Path) -> None:
    report = compare(model_of(FLAT, tmp_path), named)
    assert [route.name for route in report.routes] == list(BOTH)
    assert report.passed


def test_a_text_is_never_read_letter_by_letter(tmp_path: Path) -> None:
    model = model_of(FLAT, tmp_path)
    assert [route.name for route in compare(model, "glpk").routes] == ["glpk"]
    with pytest.raises(BackendError, match="no route `glkp`"):
        compare(model, "linopy:text;glkp".replace(";", ","))
    for nothing in ("", [], " , "):
        with pytest.raises(BackendError, match="no route is named"):
            compare(model, nothing)


def test_sizes_are_counted_and_shown_when_asked_for() -> None:
    arguments = ["compare", "toy", "--backends", ",".join(BOTH)]
    counted = CliRunner().invoke(app, arguments).stdout
    assert "Sizes: 5 constraint families and 5 variables are equal on all routes" in counted
    assert "storage_cyclic" not in counted
    everything = CliRunner().invoke(app, [*arguments, "--sizes"]).stdout
    assert re.search(r"constraint +energy_balance +72 \(192\) +72 \(192\) +yes", everything), everything


def other_families(data: ModelData) -> linopy.Model:
    """The formulation of toy with a constraint more, which never binds."""
    model = toy.build(data)
    model.add_constraints(1 * model.variables["F"] >= -1, name="more")
    return model


def test_why_figures_are_not_compared_is_said() -> None:
    report = compare(LinopyModel(other_families, Model(models.toy.files), "toy"), ["linopy:native", "linopy:text"])
    assert report.passed, report.failures
    expected = "coefficients of linopy:native and linopy:text by name: not literally the same constraints: more only in"
    assert report.missing[0].startswith(expected)
    console = Console(record=True, width=120, file=io.StringIO())
    show_report(report, console)
    shown = console.export_text()
    assert "Figures by name" not in shown
    assert expected in shown
    assert re.search(r"constraint +more +5 \(5\) +- +no", shown)


def test_a_wrong_answer_is_told_by_what_is_wrong_with_it(tmp_path: Path) -> None:
    one = Runner(model_of(FLAT, tmp_path), None, None).run("linopy:text")
    assert one.solution is not None
    outside = replace(one.solution, primal=np.array([0.0, 5.5, 1.5]))
    report = parity("flat", [one, replace(one, name="wrong", solution=outside)], TOLERANCE)
    (failure,) = report.failures
    assert failure.startswith("the answer of wrong in the program of linopy:text violates a row or bound by 5.0e-01")
    dearer = replace(one.solution, primal=np.array([5.0, 5.0, 0.0]))
    report = parity("flat", [one, replace(one, name="dear", solution=dearer)], TOLERANCE)
    (failure,) = report.failures
    assert failure.startswith("the answer of dear in the program of linopy:text has the objective 10, 4.3e-01 away")


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
    assert report.failures == ("nothing to compare: only linopy:text ran",)
    assert report.verdict == "nothing was compared"


def test_glpk_compares_the_matrix_alone_where_solving_would_take_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "GLPK_ROWS", 100)
    report = compare(models.toy, BOTH)
    assert report.passed
    assert [route.evidence for route in report.routes] == ["answer", "matrix"]
    assert any("an answer of glpk, which did not solve" in note for note in report.missing)
    assert [(check.answer, check.program) for check in report.cross] == [BOTH]


def test_routes_may_agree_that_there_is_no_optimum(tmp_path: Path) -> None:
    infeasible = FLAT.replace(">= 7", ">= 70")
    report = compare(model_of(infeasible, tmp_path), BOTH)
    assert report.passed
    assert [route.status for route in report.routes] == ["infeasible", "infeasible"]


def test_data_given_to_compare_hold_on_every_route() -> None:
    before, after = compare(models.toy, FREE), compare(models.toy, FREE, data={"c_op": {"GRID": 0.5}})
    assert after.passed
    assert before.routes[0].objective != after.routes[0].objective


def test_unknown_routes_and_mistakes_in_the_text_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="no route `glkp`"):
        compare(models.toy, ["linopy:text", "glkp"])
    with pytest.raises(ModelError):
        compare(model_of(FLAT.replace("x[i]", "y[i]"), tmp_path), BOTH)
    assert CliRunner().invoke(app, ["compare", "toy", "--backends", "glkp"]).exit_code == 2
    unknown = CliRunner().invoke(app, ["compare", "tooy"])
    assert unknown.exit_code == 2
    assert "did you mean `toy`?" in unknown.stderr
    assert CliRunner().invoke(app, ["compare", str(tmp_path / "case.mod")]).exit_code == 1


def test_progress_names_the_route(tmp_path: Path) -> None:
    said: list[str] = []
    told: Callable[..., None] = lambda step: said.append(step.stage)  # noqa: E731
    compare(model_of(FLAT, tmp_path), BOTH, progress=told)
    assert {stage.split(": ")[0] for stage in said} == set(BOTH)


def test_where_glpk_does_not_end_its_matrix_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energyscope.compare.routes.GLPK_SECONDS", -1.0)
    report = compare(models.toy, "linopy:text,glpk")
    assert report.passed, report.failures
    assert [route.evidence for route in report.routes] == ["answer", "matrix"]
    assert report.matrices[0].rows == 217
    assert any("GLPK has not ended" in note for note in report.missing)


INTEGERS = """var n integer >= 0; var m integer >= 0;
minimize cost: 3 * n + 2 * m;
minimize weight: n + m;
s.t. need: 2 * n + m >= 7.5;
"""


def test_integers_may_be_continuous_on_every_route(tmp_path: Path) -> None:
    model = model_of(INTEGERS, tmp_path)
    whole, relaxed = compare(model, BOTH, objective="cost"), compare(model, BOTH, objective="cost", relax=True)
    assert whole.passed and relaxed.passed, (whole.failures, relaxed.failures)
    assert [route.objective for route in whole.routes] == pytest.approx([12, 12])
    assert [route.objective for route in relaxed.routes] == pytest.approx([11.25, 11.25])


def test_the_command_takes_the_objective_and_relaxes(tmp_path: Path) -> None:
    model_of(INTEGERS, tmp_path)
    arguments = ["compare", str(tmp_path / "case.mod"), "--backends", ",".join(BOTH), "--json", "-"]
    options = ["--objective", "weight", "--relax", "--time-limit", "60"]
    told = CliRunner().invoke(app, [*arguments, *options])
    assert told.exit_code == 0, told.output
    assert [route["objective"] for route in json.loads(told.stdout)["routes"]] == pytest.approx([3.75, 3.75])
    aimed = CliRunner().invoke(app, [*arguments, "--minimize", "m + n", "--relax"])
    assert [route["objective"] for route in json.loads(aimed.stdout)["routes"]] == pytest.approx([3.75, 3.75])
    assert CliRunner().invoke(app, [*arguments, "--minimize", "m", "--objective", "cost"]).exit_code == 2


def test_a_route_at_its_time_limit_agrees_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: Callable[..., Answer] = lambda held, seconds: Answer("time_limit", f"ended at {seconds:g} s")  # noqa: E731
    monkeypatch.setattr("energyscope.backends.glpk_backend.run_glpk", ended)
    report = compare(models.toy, BOTH, time_limit=1e-9)
    assert report.verdict == "the routes do not agree"
    assert [route.status for route in report.routes] == ["time_limit", "time_limit"]
    assert report.routes[1].reason == "ended at 1e-09 s"
    assert set(report.failures) >= {"linopy:text has no answer: time_limit", "glpk has no answer: time_limit"}


def test_a_time_limit_of_nothing_is_refused() -> None:
    with pytest.raises(BackendError, match="`time_limit` is 0"):
        compare(models.toy, time_limit=0)
