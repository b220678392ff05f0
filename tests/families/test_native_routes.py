"""Formulations in Python behind the one face: routes by name, models to change, parts, models of one's own."""

from __future__ import annotations

from pathlib import Path

import linopy
import pandas as pd
import pytest

from energyscope import Energyscope, LinopyModel, Model, ModelData, ModelError, models
from energyscope.backends.base import BackendError
from energyscope.families import core
from energyscope.families.reading import array
from energyscope.language.diagnostics import EnergyscopeError

TOY_OPTIMUM = 2548.522393556281
SOLVED = 1e-9
"""Relative; the simplex method on a program of two hundred rows gives all digits but the last few."""


def own(data: ModelData) -> linopy.Model:
    """Meet a demand at least cost."""
    model = linopy.Model()
    power = model.add_variables(0, array(data, "capacity", plant="PLANTS"), name="power")
    model.add_constraints(power.sum() >= array(data, "demand"), name="balance")
    model.add_objective((power * array(data, "cost", plant="PLANTS")).sum())
    return model


TABLES = {
    "PLANTS": ["gas", "wind"],
    "capacity": pd.Series({"gas": 5.0, "wind": 2.0}),
    "cost": pd.Series({"gas": 30.0, "wind": 1.0}),
    "demand": 4.0,
}


@pytest.mark.parametrize("backend", ["linopy", "linopy:native", "linopy:text", "glpk"])
def test_every_route_gives_the_same_tables(backend: str) -> None:
    result = Energyscope(models.toy, backend=backend).calc()
    reference = Energyscope(models.toy, backend="linopy:text").calc()
    assert result.objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)
    for kind in ("variables", "constraints", "objectives", "parameters", "sets"):
        ours, theirs = getattr(result, kind), getattr(reference, kind)
        assert list(ours) == list(theirs)
        for name in ours:
            pd.testing.assert_index_equal(ours[name].index, theirs[name].index)
            assert list(ours[name]) == list(theirs[name])


def test_linopy_takes_the_formulation_in_python_where_there_is_one() -> None:
    assert Energyscope(models.core).native
    assert not Energyscope(models.core, backend="linopy:text").native
    assert not Energyscope(Model(models.core.files)).native


def test_more_data_leave_the_formulation_and_more_equations_do_not(tmp_path: Path) -> None:
    extra = tmp_path / "extra.dat"
    extra.write_text("")
    assert Energyscope(models.toy + Model([("dat", extra)])).native
    (tmp_path / "extra.mod").write_text("s.t. little: F['WIND'] <= 2;")
    changed = Energyscope(models.toy + Model([("mod", tmp_path / "extra.mod")]))
    assert not changed.native
    assert changed.calc().objective > TOY_OPTIMUM


def test_edits_of_the_data_count_on_the_native_route() -> None:
    run = Energyscope(models.toy)
    first = run.program()
    assert run.program() is first
    run.data["f_max"]["WIND"] = 2.0
    text = Energyscope(models.toy, backend="linopy:text").calc({"f_max": {"WIND": 2.0}})
    assert text.objective != pytest.approx(TOY_OPTIMUM, rel=SOLVED)
    assert run.calc().objective == pytest.approx(text.objective, rel=SOLVED)
    assert run.calc({"f_max": {"WIND": 5.0}}).objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)


@pytest.mark.parametrize("backend", ["linopy:native", "linopy:text"])
def test_a_built_model_can_be_changed(backend: str) -> None:
    run = Energyscope(models.toy, backend=backend)
    model = run.build()
    assert isinstance(model, linopy.Model)
    assert run.calc().objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)
    model.remove_constraints("storage_capacity")
    freed = run.calc().objective
    assert freed is not None
    assert freed < TOY_OPTIMUM
    capacity = model.variables["F"]
    model.add_constraints(1 * capacity.isel({capacity.dims[0]: 1}, drop=True) <= 1.5, name="own")
    result = run.calc()
    assert result.objective is not None
    assert result.objective > freed
    assert result.constraints["own"]["slack"].item() == pytest.approx(1.5 - result.variables["F"]["F"]["WIND"])
    assert run.solve().objective == result.objective
    run.build()
    assert run.calc().objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)


def test_a_family_can_be_replaced_by_name() -> None:
    run = Energyscope(models.toy)
    model = run.build()
    model.remove_constraints("storage_cyclic")
    level = model.variables["Storage_level"].sel(period=24, drop=True)
    size = model.variables["F"].sel(technology=["BATTERY"]).rename(technology="storage")
    model.add_constraints(level - 0.5 * size == 0, name="storage_cyclic")
    assert run.calc().objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)


def test_glpk_refuses_a_built_model_which_it_would_not_solve() -> None:
    run = Energyscope(models.toy, backend="glpk")
    run.build().remove_constraints("storage_cyclic")
    with pytest.raises(BackendError, match="knows nothing of the model"):
        run.calc()


def test_a_built_model_does_not_follow_the_data_silently() -> None:
    run = Energyscope(models.toy)
    run.build()
    with pytest.raises(BackendError, match="data for one run"):
        run.calc({"f_max": {"WIND": 2.0}})
    run.data["f_max"]["WIND"] = 2.0
    with pytest.raises(BackendError, match="the data were edited after"):
        run.calc()
    run.build()
    assert run.calc().status == "optimal"


def test_one_side_of_a_double_inequality_cannot_stay() -> None:
    run = Energyscope(models.core_small)
    run.build().remove_constraints("size_limit")
    with pytest.raises(BackendError, match="`size_limit upper side` stand without `size_limit`"):
        run.program()


def test_a_part_can_be_built() -> None:
    data = Energyscope(models.core_small).data
    part = core.build(data, groups=["policy", "costs"])
    assert list(part.constraints) == [*core.GROUPS["costs"], *core.GROUPS["policy"]]
    assert list(core.build(data, groups="emissions").constraints) == list(core.GROUPS["emissions"])
    with pytest.raises(ModelError, match="core has no group `cost`") as caught:
        core.build(data, groups=["cost"])
    assert caught.value.diagnostics[0].help == "did you mean `costs`?"


def test_a_model_of_ones_own_from_tables() -> None:
    run = Energyscope(LinopyModel(own, TABLES))
    result = run.calc()
    assert result.objective == pytest.approx(62.0)
    assert result.variables["power"]["power"].to_dict() == pytest.approx({"gas": 2.0, "wind": 2.0})
    assert result.constraints["balance"]["balance"].item() == pytest.approx(30.0)
    assert list(result.parameters) == ["capacity", "cost", "demand"]
    assert run.calc({"demand": 1.0}).objective == pytest.approx(1.0)


def test_a_model_of_ones_own_from_files(tmp_path: Path) -> None:
    text = tmp_path / "plants.mod"
    text.write_text(
        "set PLANTS; param capacity{PLANTS}; param cost{p in PLANTS} := 2 * capacity[p]; param demand;"
        "var power{p in PLANTS} >= 0, <= capacity[p];"
        "s.t. balance: sum{p in PLANTS} power[p] >= demand; minimize obj: sum{p in PLANTS} cost[p] * power[p];"
        "data; set PLANTS := a b; param capacity := a 3 b 2; param demand := 4;"
    )
    model = LinopyModel(own, [("mod", text)], "plants")
    routes = {backend: Energyscope(model, backend=backend).calc() for backend in ("linopy:native", "linopy:text")}
    assert {result.objective for result in routes.values()} == {20.0}


def test_routes_that_a_model_does_not_have() -> None:
    for backend in ("linopy:text", "glpk"):
        with pytest.raises(EnergyscopeError, match="has no text"):
            Energyscope(LinopyModel(own, TABLES), backend=backend)
    with pytest.raises(BackendError, match="has no formulation in Python"):
        Energyscope(Model(models.toy.files), backend="linopy:native")
    with pytest.raises(BackendError, match="no text to translate"):
        Energyscope(LinopyModel(own, TABLES)).translate()


def test_a_formulation_has_one_objective() -> None:
    assert Energyscope(models.toy).calc(objective="obj").objective == pytest.approx(TOY_OPTIMUM, rel=SOLVED)
    with pytest.raises(ModelError, match="no objective `profit`"):
        Energyscope(models.toy).calc(objective="profit")
    named = LinopyModel(own, TABLES, objective="bill")
    assert list(Energyscope(named).calc().objectives) == ["bill"]


def test_a_function_must_give_a_linopy_model() -> None:
    with pytest.raises(BackendError, match=r"gave NoneType, not a linopy\.Model"):
        Energyscope(LinopyModel(lambda data: None, TABLES, "nothing")).calc()  # type: ignore[arg-type,return-value]
