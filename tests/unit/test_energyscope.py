"""The class `Energyscope`: data to edit, programs to look at, results."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from energyscope import Energyscope, Model, ModelError, models
from energyscope.backends.base import BackendError, OptionValue, Progress
from energyscope.backends.solver_choice import SolverChoice, choose_solver
from energyscope.result import InfeasibleError

TEXT = """
set PLANTS;
param cost{PLANTS};
param top default 9;
param twice{p in PLANTS} := 2 * cost[p];
var x{PLANTS} >= 1, <= top;
minimize bill: sum {p in PLANTS} cost[p] * x[p];
maximize use: sum {p in PLANTS} x[p];
data;
set PLANTS := gas wind;
param cost := gas 3 wind 1;
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "plant.mod"
    path.write_text(TEXT)
    return Model([("mod", path)], "plant")


def test_calc_gives_tables_by_name(model: Model) -> None:
    result = Energyscope(model).calc()
    assert (result.status, result.objective) == ("optimal", 4.0)
    assert result.variables["x"]["x"].to_dict() == {"gas": 1.0, "wind": 1.0}
    assert {"read", "data", "translate", "solve"} <= result.stats["timings"].keys()


def test_another_objective(model: Model) -> None:
    energyscope = Energyscope(model)
    assert energyscope.calc(objective="use").objective == 18.0
    assert energyscope.calc().objective == 4.0
    with pytest.raises(ModelError, match="no objective `uses`"):
        energyscope.calc(objective="uses")


def test_edits_count_from_the_next_run_on(model: Model) -> None:
    energyscope = Energyscope(model)
    assert energyscope.calc().objective == 4.0
    energyscope.data.let("cost", {"gas": 5.0})
    assert energyscope.calc().objective == 6.0
    assert energyscope.translate() is energyscope.translate()


def test_derived_values_can_be_read_before_a_run(model: Model) -> None:
    energyscope = Energyscope(model)
    assert energyscope.data.to_frame("twice")["twice"].tolist() == [6.0, 2.0]


def test_data_laid_over_hold_for_one_run(model: Model) -> None:
    energyscope = Energyscope(model)
    assert energyscope.calc({"cost": pd.Series({"gas": 1.0, "wind": 1.0})}).objective == 2.0
    assert energyscope.calc({"top": 2}, objective="use").objective == 4.0
    assert energyscope.calc().objective == 4.0


def test_datasets_in_the_shape_of_upstream(model: Model) -> None:
    tables = SimpleNamespace(
        technologies=pd.DataFrame({"cost": [2.0, 2.0]}, index=["gas", "wind"]),
        demands=pd.DataFrame(),
        resources=pd.DataFrame(),
    )
    assert Energyscope(model).calc(tables).objective == 4.0


def test_no_optimum_is_an_exception_with_the_solution(model: Model, tmp_path: Path) -> None:
    extra = tmp_path / "extra.mod"
    extra.write_text("s.t. little{p in PLANTS}: x[p] + x['gas'] <= 1;")
    with pytest.raises(InfeasibleError) as caught:
        Energyscope(model + Model([("mod", extra)])).calc()
    assert caught.value.solution.status == "infeasible"


def test_progress_is_told(model: Model) -> None:
    told: list[Progress] = []
    Energyscope(model, progress=told.append).calc()
    assert [each.stage for each in told][:3] == ["read", "data", "translate"]
    assert told[-1].elapsed >= 0


def test_the_linopy_model_can_be_taken(model: Model) -> None:
    program = Energyscope(models.toy).to_linopy()
    assert program.ncons == 217


def test_exports(model: Model, tmp_path: Path) -> None:
    energyscope = Energyscope(model)
    for write, name in (
        (energyscope.export_lp, "a.lp"),
        (energyscope.export_mps, "a.mps"),
        (energyscope.export_netcdf, "a.nc"),
    ):
        write(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 0


def test_arguments_of_other_backends_are_ignored_with_a_warning(model: Model, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Energyscope(model, None, "0000", ["gurobi"])
    assert "used by the backend `ampl` only" in caplog.text


@pytest.mark.parametrize(("backend", "code"), [("ampl", "backend-unavailable"), ("amlp", "backend-unknown")])
def test_backends_that_are_not_there(model: Model, backend: str, code: str) -> None:
    with pytest.raises(BackendError) as caught:
        Energyscope(model, backend=backend)
    assert caught.value.diagnostics[0].code == code


def test_a_notebook_shows_what_the_model_holds(model: Model) -> None:
    shown = Energyscope(model)._repr_html_()
    assert "plant.mod" in shown
    assert "PLANTS" in shown


@pytest.mark.parametrize(
    ("solver", "options", "expected"),
    [
        (None, {}, SolverChoice()),
        (None, {"solver": "gurobi", "Method": 2}, SolverChoice("gurobi", {"Method": 2}, named=True)),
        (None, {"solver": "ipm"}, SolverChoice("highs", {"solver": "ipm"})),
        (
            "highs",
            {"solver": "simplex", "time_limit": "60"},
            SolverChoice("highs", {"solver": "simplex"}, 60.0, named=True),
        ),
        (None, {"solver": "cplex", "solver_msg": 0, "cplex_options": "lpdisplay=1"}, SolverChoice("cplex", named=True)),
    ],
)
def test_solver_options_as_upstream_writes_them(
    solver: str | None, options: Mapping[str, OptionValue], expected: SolverChoice
) -> None:
    assert choose_solver(solver, options) == expected


def test_model_data_can_be_laid_over_a_run() -> None:
    run = Energyscope(models.toy)
    dearer = run.data.copy()
    dearer.let("c_inv", {"WIND": 300.0})
    expected = run.calc({"c_inv": {"WIND": 300.0}}).objective
    assert run.calc(dearer).objective == pytest.approx(expected, rel=1e-9)
    assert expected != pytest.approx(run.calc().objective)
