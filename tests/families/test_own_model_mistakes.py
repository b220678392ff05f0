"""Mistakes in a model of one's own in Python: clear errors, and no answer to another question."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import linopy
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energyscope import Energyscope, LinopyModel, ModelData
from energyscope.families.reading import array
from energyscope.language.diagnostics import ModelError
from energyscope.result import InfeasibleError

TABLES: dict[str, object] = {"PLANTS": ["gas", "wind"], "cost": pd.Series({"gas": 5.0, "wind": 2.0})}
Mistake = Callable[[linopy.Model, linopy.Variable, xr.DataArray], None]


def own(mistake: Mistake, tables: dict[str, object] = TABLES) -> Energyscope:
    def dispatch(data: ModelData) -> linopy.Model:
        cost = array(data, "cost", plant="PLANTS")
        model = linopy.Model()
        power = model.add_variables(0, 10, coords=cost.coords, name="power")
        model.add_objective((power * cost).sum())
        model.add_constraints(power.sum() >= 1, name="demand")
        mistake(model, power, cost)
        return model

    return Energyscope(LinopyModel(dispatch, tables))


def none(model: linopy.Model, power: linopy.Variable, cost: xr.DataArray) -> None:
    pass


MISTAKES: dict[str, tuple[Mistake, str]] = {
    "right side": (lambda m, p, c: m.add_constraints(p >= c.where(c > 3), name="low"), "the constraint RHS"),
    "coefficient": (lambda m, p, c: m.add_constraints(p * c.where(c > 3) >= 1, name="low"), "the multiplicative fac"),
    "cost": (lambda m, p, c: m.add_objective((p * c.where(c > 3)).sum(), overwrite=True), "the multiplicative fac"),
    "bound": (
        lambda m, p, c: m.add_variables(0, c.where(c > 3), coords=c.coords, name="y"),
        r"the upper bound of `y\[wind\]` is nan",
    ),
    "lower bound": (
        lambda m, p, c: m.add_variables(c.where(c > 3), 9, coords=c.coords, name="y"),
        r"the lower bound of `y\[wind\]` is nan",
    ),
    "infinite coefficient": (
        lambda m, p, c: m.add_constraints(p * c.where(c > 3, np.inf) >= 1, name="low"),
        r"the coefficient of `power\[wind\]` in `low\[wind\]` is inf",
    ),
    "infinite cost": (
        lambda m, p, c: m.add_objective((p * c.where(c > 3, np.inf)).sum(), overwrite=True),
        r"the coefficient of `power\[wind\]` in the objective is inf",
    ),
    "infinite side": (
        lambda m, p, c: m.add_constraints(p == c.where(c > 3, np.inf), name="low"),
        r"the right side of `low\[wind\]` is inf",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_figures_that_are_none(case: str) -> None:
    mistake, message = MISTAKES[case]
    with pytest.raises(ModelError, match=message) as caught:
        own(mistake).calc()
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "not-a-number"
    assert diagnostic.help is not None
    if "NaN in" in diagnostic.message:
        assert diagnostic.span is not None
        assert "c.where(c > 3)" in diagnostic.span.text


def test_cells_without_a_variable_are_no_mistake() -> None:
    run = own(lambda m, p, c: m.add_constraints(p - p.shift(plant=1) >= -1, name="ramp"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert run.calc().objective == pytest.approx(2.0)


def test_no_objective_is_told() -> None:
    solution = own(lambda m, p, c: m.add_objective(0 * p.sum(), overwrite=True)).solve()
    assert solution.objective == 0
    assert [each.code for each in solution.diagnostics] == ["no-objective"]
    empty = Energyscope(LinopyModel(lambda data: linopy.Model(), {})).solve()
    assert (empty.status, empty.objective) == ("optimal", 0)
    assert "is empty" in empty.diagnostics[0].message


@pytest.mark.parametrize(
    ("build", "data", "message"),
    [
        (5, TABLES, "a formulation is a function"),
        (lambda: None, TABLES, "cannot be called with the data alone"),
        (lambda data, more: linopy.Model(), TABLES, "missing a required argument: 'more'"),
        (lambda data: linopy.Model(), None, "are not None"),
        (lambda data: linopy.Model(), [1, 2], r"are not \[1, 2\]"),
        (lambda data: linopy.Model(), 3.0, "are not float"),
    ],
)
def test_what_makes_no_model(build: Any, data: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        LinopyModel(build, data)
    assert caught.value.diagnostics[0].help is not None


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        (pd.Series({"gas": "5", "wind": "2"}), r"`5` is a text, not a number, given for `cost\[gas\]`"),
        (pd.Series({"gas": "5,0", "wind": "2,5"}), r"`5,0` is a text"),
        (pd.Series({"gas": 5.0, "wind": "n/a"}, dtype=object), r"`n/a` is a text, not a number, given for `cost\[wind"),
        ({"gas": "5", "wind": "dear"}, "`5` is a text"),
        (
            pd.Series({"gas": "dear", "wind": "cheap"}),
            r"`cost\[gas\]` is dear, a text, and the formulation reads a num",
        ),
    ],
)
def test_texts_are_no_numbers(cost: object, shown: str) -> None:
    with pytest.raises(ModelError, match=shown) as caught:
        own(none, {**TABLES, "cost": cost}).calc()
    assert caught.value.diagnostics[0].code == "data-not-number"
    assert "pd.to_numeric" in str(caught.value.diagnostics[0].help)


def test_texts_alone_are_members_and_truth_counts_as_1() -> None:
    data = ModelData.from_frames(None, {"region": {"gas": "north", "wind": "south"}, "built": {"gas": True}})
    assert data["region"]["gas"] == "north"
    assert data["built"]["gas"] == 1.0


def test_no_feasible_point_has_advice_for_python() -> None:
    with pytest.raises(InfeasibleError, match=r"explain_infeasibility\(run.program\(\)\)"):
        own(lambda m, p, c: m.add_constraints(p.sum() >= 100, name="much")).calc()
