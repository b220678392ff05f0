"""An objective named beside the text: read in its language, chosen before all others, told by place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope import Energyscope, Model, ModelError, models
from energyscope.backends.base import BackendError
from energyscope.cli.app import app
from energyscope.models import LinopyModel

TEXT = """
set P := {"gas", "wind"};
param cost{p in P} := if p = "gas" then 3 else 1;
var x{P} >= 1, <= 9;
minimize bill: sum {p in P} cost[p] * x[p];
s.t. enough: sum {p in P} x[p] >= 5;
"""
BACKENDS = ["linopy", "glpk"]


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "plant.mod"
    path.write_text(TEXT)
    return Model([("mod", path)], "plant")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("words", "optimum", "name"),
    [
        ({}, 7.0, "bill"),
        ({"minimize": "sum {p in P} x[p]"}, 5.0, "minimized"),
        ({"minimize": "2 * x['gas'] + 3 * x['wind'] + 10;"}, 21.0, "minimized"),
        ({"maximize": "x['gas'] - x['wind']"}, 8.0, "maximized"),
        ({"minimize": "4"}, 4.0, "minimized"),
    ],
)
def test_the_expression_takes_the_place_of_the_objective(
    model: Model, backend: str, words: dict[str, str], optimum: float, name: str
) -> None:
    result = Energyscope(model, backend=backend, **words).calc()
    assert (result.objective, list(result.objectives)) == (pytest.approx(optimum, abs=1e-6), [name])


def test_an_objective_of_the_text_can_still_be_asked_for(model: Model) -> None:
    run = Energyscope(model, minimize="sum {p in P} x[p]")
    assert run.calc(objective="bill").objective == pytest.approx(7.0, abs=1e-6)


def test_it_wins_over_a_choice_in_the_text_and_makes_way_for_a_name(tmp_path: Path) -> None:
    path = tmp_path / "plant.mod"
    path.write_text(f"{TEXT}maximize minimized: x['gas'];\nobjective minimized;\nsolve;\n")
    program = Energyscope(Model([("mod", path)]), minimize="x['wind']").program()
    assert program.objective is not None
    assert (program.objective.name, program.objective.sense) == ("minimized_", "minimize")


@pytest.mark.parametrize(
    ("expression", "code", "column"),
    [
        ("nope * 2", "undeclared-name", 1),
        ("x['gas'] x['wind']", "syntax", 10),
        ("x['gas'] * x['wind']", "nonlinear", 10),
        ("2 +", "unexpected-end", 3),
        ("", "unexpected-end", 1),
        ("x", "subscript-count", 1),
    ],
)
def test_mistakes_have_the_place_in_the_expression(model: Model, expression: str, code: str, column: int) -> None:
    with pytest.raises(ModelError) as caught:
        model.minimizing(expression).read()
    first = caught.value.diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.source.name, first.span.line, first.span.column) == (code, "<minimize>", 1, column)


def test_files_added_later_keep_it(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "more.mod"
    path.write_text("s.t. more: x['wind'] >= 7;\n")
    result = Energyscope(model.minimizing("sum {p in P} x[p]") + Model([("mod", path)])).calc()
    assert result.objective == pytest.approx(8.0, abs=1e-6)


def test_a_formulation_in_python_is_left_for_the_text() -> None:
    run = Energyscope(models.toy, minimize="0")
    assert not run.native
    assert run.calc().objective == 0.0
    with pytest.raises(BackendError, match="no formulation in Python with another objective"):
        Energyscope(models.toy, backend="linopy:native", minimize="0")


def test_two_expressions_and_a_model_without_text_are_refused(model: Model) -> None:
    with pytest.raises(ModelError, match="one objective at a time"):
        Energyscope(model, minimize="1", maximize="2")
    assert models.toy.build is not None
    with pytest.raises(ModelError, match="no text"):
        Energyscope(LinopyModel(models.toy.build, {}, "toy"), minimize="TotalCost")


def test_the_command_line_takes_one_objective(model: Model, tmp_path: Path) -> None:
    file, target = str(model.files[0][1]), tmp_path / "run.json"
    result = CliRunner().invoke(app, ["solve", file, "--maximize", "x['gas']", "--json", str(target)])
    assert result.exit_code == 0
    told = json.loads(target.read_text())
    assert (told["objective"], told["objective_name"]) == (pytest.approx(9.0, abs=1e-6), "maximized")
    for words in (["--objective", "bill", "--minimize", "1"], ["--minimize", "1", "--maximize", "1"]):
        assert CliRunner().invoke(app, ["solve", file, *words]).exit_code == 2
    assert CliRunner().invoke(app, ["solve", file, "--minimize", "nope"]).exit_code == 1


@pytest.mark.parametrize("backends", ["linopy:text,glpk"])
def test_routes_are_compared_with_it(model: Model, backends: str, tmp_path: Path) -> None:
    target = tmp_path / "parity.json"
    words = ["compare", str(model.files[0][1]), "--minimize", "x['gas']", "--backends", backends, "--json", str(target)]
    assert CliRunner().invoke(app, words).exit_code == 0
    objectives = {route["objective"] for route in json.loads(target.read_text())["routes"]}
    assert objectives == {1.0}
