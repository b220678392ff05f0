"""Figures that cannot be meant: each is an error that names the cell, before a solver is asked."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from energyscope import models
from energyscope.energyscope import Energyscope
from energyscope.families import core, toy
from energyscope.language.diagnostics import ModelError
from energyscope.modeldata.model_data import ModelData


@pytest.fixture(scope="module")
def given() -> ModelData:
    return Energyscope(models.core_small).data


@pytest.fixture
def data(given: ModelData) -> ModelData:
    """The data of core_small, to be spoilt."""
    return given.copy()


Spoil = Callable[[ModelData], None]


def negative_lifetime(data: ModelData) -> None:
    data.let("lifetime", pd.DataFrame({"technology": ["NUCLEAR"], "lifetime": [-60.0]}))


def endless_lifetime(data: ModelData) -> None:
    data.let("lifetime", {"NUCLEAR": float("inf")})


def least_above_most(data: ModelData) -> None:
    data.let({"f_min": {"PV": 5.0}, "f_max": {"PV": 3.0}})


def efficiency_above_one(data: ModelData) -> None:
    data.let("storage_eff_in", {("PHS", "ELECTRICITY"): 1.2})


def losses_above_one(data: ModelData) -> None:
    data.let("storage_losses", {"PHS": 1.5})


def negative_efficiency(data: ModelData) -> None:
    data.let("storage_eff_out", {("PHS", "ELECTRICITY"): -0.1})


def hour_without_typical_day(data: ModelData) -> None:
    table = data.to_frame("T_H_TD")
    data.let("T_H_TD", table[~table["T_H_TD_0"].isin([7, 8])])


def hour_of_two_typical_days(data: ModelData) -> None:
    table = data.to_frame("T_H_TD")
    other = table[table["T_H_TD_0"] == 7].assign(T_H_TD_2=lambda row: row["T_H_TD_2"] % 3 + 1)
    data.let("T_H_TD", pd.concat([table, other]))


def demand_without_technology(data: ModelData) -> None:
    table = data.to_frame("layers_in_out").set_axis(["i", "l", "value"], axis="columns")
    serving = table[(table["l"] == "HEAT_HIGH_T") & (table["value"] > 0)]
    data.let("layers_in_out", serving.assign(value=0.0))


def demand_without_capacity(data: ModelData) -> None:
    data.let("f_max", dict.fromkeys(["TRAIN_FREIGHT"], 0.0))


def crossed_shares(data: ModelData) -> None:
    data.let({"share_heat_dhn_min": 0.6, "share_heat_dhn_max": 0.3})


def free_grid(data: ModelData) -> None:
    data.let("c_inv", {"GRID": 0.0})


def no_panels_on_a_roof(data: ModelData) -> None:
    data.let("power_density_pv", 0.0)


def misspelt_technology(data: ModelData) -> None:
    data.let("f_max", {"NUCLAER": 3.0})


CASES: list[tuple[Spoil, str, str]] = [
    (negative_lifetime, "data-range", r"`lifetime\[NUCLEAR\]` is -60, must be above 0"),
    (endless_lifetime, "data-range", r"`lifetime\[NUCLEAR\]` is inf"),
    (least_above_most, "data-range", r"`f_min\[PV\]` is 5, above `f_max\[PV\]` = 3"),
    (efficiency_above_one, "data-range", r"`storage_eff_in\[PHS,ELECTRICITY\]` is 1.2, must be in \[0, 1\]"),
    (losses_above_one, "data-range", r"`storage_losses\[PHS\]` is 1.5, must be in \[0, 1\]"),
    (negative_efficiency, "data-range", r"`storage_eff_out\[PHS,ELECTRICITY\]` is -0.1"),
    (hour_without_typical_day, "time", "hour 7 of the year has no typical day, and 1 more hours"),
    (hour_of_two_typical_days, "time", "hour 7 of the year has several typical days"),
    (demand_without_technology, "demand-unserved", "`HEAT_HIGH_T` has a demand of"),
    (demand_without_capacity, "demand-unserved", "`MOB_FREIGHT_RAIL` has a demand of"),
    (crossed_shares, "data-range", "the bounds of `Share_heat_dhn` are 0.6 and 0.3"),
    (free_grid, "data-range", r"`c_inv\[GRID\]` is 0, must be above 0"),
    (no_panels_on_a_roof, "data-range", "`power_density_pv` is 0, must be above 0"),
    (misspelt_technology, "data-subscript", r"`f_max\[NUCLAER\]` is given"),
]


@pytest.mark.parametrize(("spoil", "code", "message"), CASES, ids=lambda case: getattr(case, "__name__", None))
def test_the_check_of_core_names_the_cell(data: ModelData, spoil: Spoil, code: str, message: str) -> None:
    spoil(data)
    with pytest.raises(ModelError, match=message) as caught:
        core.check(data)
    assert caught.value.diagnostics[0].code == code
    with pytest.raises(ModelError, match=message):
        core.build(data)


@pytest.mark.parametrize("backend", ["linopy:native", "linopy:text"])
@pytest.mark.parametrize("spoil", [case[0] for case in CASES], ids=lambda spoil: spoil.__name__)
def test_no_route_comes_to_a_solver(backend: str, spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energyscope.backends.linopy_backend.solve", lambda *_, **__: pytest.fail("it was solved"))
    run = Energyscope(models.core_small, backend=backend)
    spoil(run.data)
    with pytest.raises(ModelError):
        run.calc()


def test_all_mistakes_are_told_at_once(data: ModelData) -> None:
    for spoil in (negative_lifetime, least_above_most, efficiency_above_one):
        spoil(data)
    with pytest.raises(ModelError) as caught:
        core.check(data)
    assert len(caught.value.diagnostics) == 3


def test_a_table_of_the_wrong_dimension(data: ModelData) -> None:
    table = pd.DataFrame({"technology": ["PV"], "region": ["north"], "f_max": [3.0]})
    with pytest.raises(ModelError, match="`f_max` takes 1 subscript, 2 given"):
        data.let("f_max", table)
    free = ModelData.from_frames(None, {**toy_frames(), "f_max": table})
    with pytest.raises(ModelError, match="`f_max` has the wrong dimension: 2 given, expected 1") as caught:
        toy.build(free)
    assert caught.value.diagnostics[0].code == "subscript-count"


def test_a_missing_parameter_and_a_missing_row() -> None:
    frames = toy_frames()
    del frames["lifetime"]
    with pytest.raises(ModelError, match="the parameter `lifetime` is not given"):
        toy.build(ModelData.from_frames(None, frames))
    part = pd.Series(dict.fromkeys(["PV", "WIND", "GAS_PLANT", "GRID"], 25.0))
    with pytest.raises(ModelError, match=r"no value for `lifetime\[BATTERY\]`"):
        toy.build(ModelData.from_frames(None, {**frames, "lifetime": part}))


def test_data_without_any_text_do() -> None:
    assert toy.build(ModelData.from_frames(None, toy_frames())).ncons == 217


def toy_frames() -> dict[str, object]:
    """The data of toy as tables, as a user has them."""
    data = Energyscope(models.toy).data
    sets = {name: list(data[name]) for name in data.sets}
    tables = {name: data.to_frame(name) for name in data.parameters if name != "i_rate"}
    return {**sets, **tables, "i_rate": float(data["i_rate"])}
