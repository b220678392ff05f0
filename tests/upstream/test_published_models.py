"""The published models: every file is read, sizes and objectives are those that were measured on them.

`published.json` has the figures. Sizes were counted on the same files by other programs; its columns are those with a
coefficient in a row, as `columns` of ours (ch_2050 declares `STO` and never uses it). The objectives were found with
the knife-edge rows opened, and with other solvers; `*_rel_tol` are the relative differences that such rows leave.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from energyscope import models
from energyscope.cli.app import app
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file
from energyscope.models import Model
from energyscope.upstream import LISTING

FIGURES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("published.json").read_text())
MONTHLY = [name for name in FIGURES if name != "core_td"]
GOAL = {"lca_ch_2020": "TotalCost"}
"""What is minimised where the text declares nothing."""

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("published_files")]


def prepared(name: str, *, relax: bool = False) -> Energyscope:
    return Energyscope(models.catalogue[name], minimize=GOAL.get(name), relax=relax)


@pytest.mark.parametrize("name", LISTING.files)
def test_every_file_is_read_without_a_mistake(name: str, published_files: Path) -> None:
    report = Report()
    mode = "model" if name.endswith(".mod") else "data"
    file = parse_file(Source.from_file(published_files / name), mode, report, set())  # type: ignore[arg-type]
    assert report.errors == []
    assert file.statements


@pytest.mark.parametrize("name", [*MONTHLY, pytest.param("core_td", marks=pytest.mark.slow)])
def test_sizes_are_those_that_were_counted(name: str) -> None:
    sizes = Energyscope(models.catalogue[name]).program().sizes
    assert {
        "rows": sizes["rows"] + sizes["constant_rows"],
        "columns": sizes["columns"],
        "nonzeros": sizes["nonzeros"],
        "integers": sizes["integers"],
    } == {each: FIGURES[name][each] for each in ("rows", "columns", "nonzeros", "integers")}


@pytest.mark.parametrize("name", FIGURES)
def test_the_objective_is_the_one_that_the_text_declares(name: str) -> None:
    objective = next(iter(models.catalogue[name].read().objectives), None)
    assert objective == FIGURES[name]["objective_name"]


@pytest.mark.slow
@pytest.mark.parametrize("name", MONTHLY)
def test_the_relaxation_has_the_value_that_was_measured(name: str) -> None:
    figures = FIGURES[name]
    result = prepared(name, relax=True).calc()
    expected = figures.get("lp_objective") or figures["lp_objective_if_TotalCost"]
    assert result.objective == pytest.approx(expected, rel=figures["lp_objective_rel_tol"])
    assert result.stats["relaxed"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["infrastructure_ch_2050", "lca_ch_2020"])
def test_the_optimum_lies_between_bound_and_value(name: str) -> None:
    figures = FIGURES[name]
    bound = figures.get("milp_bound") or figures["milp_bound_if_TotalCost"]
    value = figures["milp_objective"] or figures["milp_objective_if_TotalCost"]
    found = prepared(name).calc().objective
    assert bound * (1 - figures["milp_rel_tol"]) <= found <= value * (1 + figures["milp_rel_tol"])


def test_a_scenario_that_no_model_lists_can_be_added(published_files: Path) -> None:
    scenario = published_files / "energyscope/data/models/lca/ch/scenario_ch2020.mod"
    run = Energyscope(models.lca_ch_2020 + Model([("mod", scenario)]))
    assert list(run.text.objectives) == ["obj"]
    assert run.data["f_max"]["NUCLEAR"] == 3.333  # the file sets it to 20, and further down to this


@pytest.mark.parametrize("command", ["translate", "check"])
def test_commands_take_the_names_of_published_models(command: str, tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    assert CliRunner().invoke(app, [command, "infrastructure_ch_2050", "--json", str(target)]).exit_code == 0
    assert json.loads(target.read_text())["nonzeros"] == FIGURES["infrastructure_ch_2050"]["nonzeros"]


def test_an_expression_becomes_the_objective_of_a_text_without_one(tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    words = ["translate", "lca_ch_2020", "--minimize", "TotalCost", "--json", str(target)]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert json.loads(target.read_text())["objective_name"] == "minimized"
