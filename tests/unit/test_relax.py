"""Relaxed integers: the value of the linear relaxation, by each backend, and said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope import Energyscope, Model
from energyscope.cli.app import app

KNAPSACK = """
set I := 1..3;
param value{i in I} := 10 + i;
var take{I} binary;
var bags integer >= 0, <= 1;
maximize worth: sum {i in I} value[i] * take[i] - bags;
s.t. room: sum {i in I} 2 * take[i] <= 3 * bags;
"""
WHOLE, RELAXED = 13.0 - 1.0, 13.0 + 12.0 / 2 - 1.0
"""One of three things fits into the bag; cut into pieces, the best and half of the second do."""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "knapsack.mod"
    path.write_text(KNAPSACK)
    return Model([("mod", path)], "knapsack")


@pytest.mark.parametrize("backend", ["linopy", "glpk"])
@pytest.mark.parametrize(("relax", "optimum"), [(False, WHOLE), (True, RELAXED)])
def test_the_relaxation_has_its_own_value(model: Model, backend: str, relax: bool, optimum: float) -> None:
    result = Energyscope(model, backend=backend, relax=relax).calc()
    assert result.objective == pytest.approx(optimum, abs=1e-6)
    assert (result.stats["relaxed"], result.stats["integers"]) == (relax, 0 if relax else 4)


def test_a_built_model_is_relaxed_too(model: Model) -> None:
    run = Energyscope(model, relax=True)
    built = run.build()
    assert not any(variable.attrs.get("integer") for _, variable in built.variables.items())
    assert run.solve().objective == pytest.approx(RELAXED, abs=1e-6)


def test_the_json_says_so(model: Model, tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    for words, relaxed, optimum in (([], False, WHOLE), (["--relax"], True, RELAXED)):
        result = CliRunner().invoke(app, ["solve", str(model.files[0][1]), "--json", str(target), *words])
        assert result.exit_code == 0
        told = json.loads(target.read_text())
        assert (told["relaxed"], told["objective"]) == (relaxed, pytest.approx(optimum, abs=1e-6))
