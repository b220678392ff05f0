"""The figures that fit on one screen, in Python and by `energyscope summary`."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope.cli.app import app
from energyscope.cli.results import write_results
from energyscope.result import Result
from energyscope.result_summary import spoken
from solved_small import core_small, toy


def test_the_summary_has_what_one_looks_for_first() -> None:
    figures = core_small().summary()
    assert figures.columns.tolist() == ["unit", "value"]
    value = figures["value"]
    assert value[("objective", "obj")] == core_small().objective
    assert value[("costs", "total")] == pytest.approx(core_small().objective, rel=1e-6)
    assert figures.loc[("capacities", "PV")].tolist() == ["GW", core_small().variables["F"].loc["PV", "F"]]
    assert value[("size", "nonzeros")] == 547_429
    assert ("emissions", "price of the limit") in figures.index and ("time", "solve") in figures.index


def test_capacities_that_an_interior_point_leaves_are_not_shown() -> None:
    capacities = core_small().summary().loc["capacities", "value"]
    assert (capacities > 1e-3).all()


def test_several_runs_stand_side_by_side() -> None:
    figures = (toy() + toy()).summary()
    assert figures.columns.tolist() == ["unit", "run 0", "run 1"]
    assert (figures["run 0"] == figures["run 1"]).all()


def test_a_result_without_runs_has_no_figures() -> None:
    assert len(Result().summary()) == 0


def test_a_notebook_shows_the_summary() -> None:
    html = toy()._repr_html_()
    assert "2,548.52" in html and "WIND" in html and "energy_balance" in html


@pytest.mark.parametrize(
    ("value", "said"),
    [(47572.3498, "47,572.35"), (1093681, "1,093,681"), (0.98522, "0.9852"), (-1e-9, "0"), ("optimal", "optimal")],
)
def test_figures_are_readable(value: object, said: str) -> None:
    assert spoken(value) == said


@pytest.fixture
def written(tmp_path: Path) -> Path:
    toy().write(tmp_path / "results")
    return tmp_path / "results"


def test_the_command_prints_what_a_folder_holds(written: Path) -> None:
    done = CliRunner().invoke(app, ["summary", str(written)])
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["obj", "2,548.52"] in lines and ["WIND", "2.333", "GW"] in lines


def test_the_command_writes_json(written: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["summary", str(written), "--json", "-"])
    told = json.loads(done.stdout)
    assert told["runs"][0]["objective"] == toy().objective
    assert {
        "section": "capacities",
        "item": "WIND",
        "unit": "GW",
        "value": toy().variables["F"].loc["WIND", "F"],
    } in told["summary"]
    assert CliRunner().invoke(app, ["summary", str(written), "--json", str(tmp_path / "a.json")]).exit_code == 0
    assert json.loads((tmp_path / "a.json").read_text()) == told


def test_the_command_tells_where_there_are_no_results(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["summary", str(tmp_path)])
    assert done.exit_code == 1
    assert "holds no results" in done.stderr and "Traceback" not in done.output


def test_results_are_written_with_a_page(tmp_path: Path) -> None:
    pytest.importorskip("plotly", reason="the extra `plots` is not installed")
    write_results(toy(), tmp_path, "toy")
    assert "energyscope: toy" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert Result.read(tmp_path).objective == toy().objective


def test_without_plotly_one_line_tells_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "plotly", None)
    (tmp_path / "index.html").write_text("of an earlier run")
    with caplog.at_level(logging.WARNING):
        write_results(toy(), tmp_path, "toy")
    assert not (tmp_path / "index.html").exists() and (tmp_path / "variables" / "F.parquet").exists()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "pip install 'energyscope-linopy[plots]'" in caplog.text
