"""A user's own data with core.mod and toy.mod as files: what cannot be meant is found by the checks in the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from energyscope import Energyscope, Model, models
from energyscope.backends.mathprog import mathprog
from energyscope.compare import compare
from energyscope.language.diagnostics import ModelError
from energyscope.modeldata.model_data import ModelData

Spoil = Callable[[ModelData], None]


def let(**values: object) -> Spoil:
    return lambda data: data.let(values)


def without_hour(data: ModelData) -> None:
    table = data.to_frame("T_H_TD")
    data.let("T_H_TD", table[table["T_H_TD_0"] != 7])


def hour_of_two_days(data: ModelData) -> None:
    table = data.to_frame("T_H_TD")
    other = table[table["T_H_TD_0"] == 7].assign(T_H_TD_2=lambda row: row["T_H_TD_2"] % 3 + 1)
    data.let("T_H_TD", pd.concat([table, other]))


def without_supply(layer: str) -> Spoil:
    def spoil(data: ModelData) -> None:
        table = data.to_frame("layers_in_out").set_axis(["j", "l", "value"], axis="columns")
        serving = (table["l"] == layer) & (table["value"] > 0)
        data.let("layers_in_out", table[serving].assign(value=0.0))

    return spoil


CASES: dict[str, tuple[Spoil, str, str | None]] = {
    "toy capacities": (let(f_min={"PV": 50.0}), "check fails for j = PV", "it reads 50 <= 10"),
    "toy unserved": (without_supply("END_USE"), "check fails for l = END_USE", "it must hold that `exists"),
    "core_small no typical day": (without_hour, "check fails for t = 7", "it reads 0 = 1"),
    "core_small two typical days": (hour_of_two_days, "check fails for t = 7", "it reads 2 = 1"),
    "core_small capacities": (let(f_min={"PV": 5.0}, f_max={"PV": 3.0}), "fails for j = PV", "it reads 5 <= 3"),
    "core_small shares of output": (
        let(fmin_perc={"PV": 0.5}, fmax_perc={"PV": 0.3}), "fails for j = PV", "it reads 0.5 <= 0.3",
    ),
    "core_small shares of heat": (let(share_heat_dhn_min=0.6, share_heat_dhn_max=0.3), "check fails", "0.6 <= 0.3"),
    "core_small unserved": (without_supply("HEAT_HIGH_T"), "check fails for l = HEAT_HIGH_T", "it must hold that"),
    "core_small no capacity": (let(f_max={"TRAIN_FREIGHT": 0.0}), "fails for l = MOB_FREIGHT_RAIL", None),
}  # fmt: skip


def own_model(case: str, spoil: Spoil, folder: Path) -> Model:
    model = models.catalogue[case.split(maxsplit=1)[0]]
    data = Energyscope(model).data.copy()
    spoil(data)
    data.to_dat(folder / "own.dat")
    return Model([model.files[0], ("dat", folder / "own.dat")])


@pytest.mark.parametrize("case", CASES)
def test_figures_that_cannot_be_meant(case: str, tmp_path: Path) -> None:
    spoil, message, help = CASES[case]
    with pytest.raises(ModelError) as caught:
        Energyscope(own_model(case, spoil, tmp_path)).program()
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "check-failed"
    assert message in diagnostic.message
    assert help is None or help in str(diagnostic.help)
    assert diagnostic.span is not None
    assert diagnostic.span.source.name.endswith(".mod")


def test_routes_that_read_the_text_stop_too(tmp_path: Path) -> None:
    own = own_model("toy", CASES["toy capacities"][0], tmp_path)
    with pytest.raises(ModelError, match="check fails for j = PV"):
        compare(own, "linopy:text,glpk")
    pytest.importorskip("swiglpk")
    with pytest.raises(ModelError, match="check fails for j = PV"):
        Energyscope(own, backend="glpk").solve()


@pytest.mark.parametrize("model", [models.toy, models.core_small], ids=lambda model: model.name)
def test_the_own_figures_pass_and_mathprog_does_without(model: Model) -> None:
    translation = Energyscope(Model(model.files)).translate()
    assert translation.program.sizes["rows"] == {"toy": 217, "core_small": 181_297}[model.name]
    if model is models.toy:
        assert "\ncheck" not in mathprog(translation).text
