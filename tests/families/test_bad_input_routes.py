"""What cannot be meant in the data of toy and core, by both routes: a clear error with its place, and no solver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from energyscope import Energyscope, LinopyModel, models
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.modeldata.model_data import ModelData

ROUTES = ["linopy:native", "linopy:text"]
Spoil = Callable[[ModelData], None]


def let(name: str, value: object) -> Spoil:
    return lambda data: data.let(name, value)


def without(name: str) -> Spoil:
    def spoil(data: ModelData) -> None:
        del data.parameters[name]
        data.version += 1

    return spoil


def without_row(name: str, key: str) -> Spoil:
    def spoil(data: ModelData) -> None:
        frame = data.to_frame(name)
        without(name)(data)
        data.let(name, frame[frame.iloc[:, 0] != key])

    return spoil


def without_hour(data: ModelData) -> None:
    table = data.to_frame("T_H_TD")
    data.let("T_H_TD", table[table["T_H_TD_0"] != 7])


def without_supply(layer: str) -> Spoil:
    def spoil(data: ModelData) -> None:
        table = data.to_frame("layers_in_out").set_axis(["j", "l", "value"], axis="columns")
        serving = (table["l"] == layer) & (table["value"] > 0)
        data.let("layers_in_out", table[serving].assign(value=0.0))

    return spoil


CASES: dict[str, tuple[Spoil, set[str], str]] = {
    "toy missing parameter": (without("lifetime"), {"missing-data"}, "lifetime"),
    "toy missing row": (without_row("lifetime", "PV"), {"missing-data"}, r"`lifetime\[PV\]`"),
    "toy negative lifetime": (let("lifetime", {"PV": -1.0}), {"data-range"}, r"`lifetime\[PV\]`"),
    "toy no lifetime": (let("lifetime", {"PV": 0.0}), {"data-range"}, r"`lifetime\[PV\]` is 0"),
    "toy endless lifetime": (let("lifetime", {"PV": float("inf")}), {"data-range"}, r"`lifetime\[PV\]` is inf"),
    "toy f_min above f_max": (let("f_min", {"PV": 1e6}), {"data-range"}, r"`f_min\[PV\]` is 1e\+06, above"),
    "toy efficiency above 1": (
        let("storage_eff_in", {"BATTERY": 1.2}), {"data-range"}, r"`storage_eff_in\[BATTERY\]`",
    ),
    "toy efficiency below 0": (
        let("storage_eff_out", {"BATTERY": -0.1}), {"data-range"}, r"`storage_eff_out\[BATTERY\]`",
    ),
    "toy negative availability": (let("c_p_t", {("PV", 12): -1.0}), {"param-restriction"}, r"`c_p_t\[PV,12\]` is -1"),
    "toy unserved demand": (without_supply("END_USE"), {"demand-unserved"}, "`END_USE` has a demand"),
    "toy misspelt technology": (let("f_max", {"WNID": 1.0}), {"data-subscript"}, "did you mean `WIND`"),
    "core_small missing parameter": (without("c_inv"), {"missing-data"}, "c_inv"),
    "core_small missing row": (without_row("c_inv", "PV"), {"missing-data"}, r"`c_inv\[PV\]`"),
    "core_small negative lifetime": (
        let("lifetime", {"PV": -1.0}), {"data-range"}, r"`lifetime\[PV\]` is -1",
    ),
    "core_small no lifetime": (
        let("lifetime", {"PV": 0.0}), {"data-range"}, r"`lifetime\[PV\]` is 0, must be",
    ),
    "core_small f_min above f_max": (let("f_min", {"PV": 1e6}), {"data-range"}, r"`f_min\[PV\]` is 1e\+06, above"),
    "core_small efficiency above 1": (
        let("storage_eff_in", {("PHS", "ELECTRICITY"): 1.2}), {"data-range"},
        r"`storage_eff_in\[PHS,ELECTRICITY\]`",
    ),
    "core_small share of an hour above 1": (
        let("heating_time_series", {(1, 1): 1.5}), {"param-restriction"}, r"`heating_time_series\[1,1\]` is 1.5",
    ),
    "core_small hour without typical day": (without_hour, {"time"}, "hour 7 of the year has no typical day"),
    "core_small unserved demand": (without_supply("HEAT_HIGH_T"), {"demand-unserved"}, "`HEAT_HIGH_T` has a demand"),
    "core_small misspelt technology": (let("f_max", {"NUCLAER": 1.0}), {"data-subscript"}, "did you mean `NUCLEAR`"),
    "core_small typical day that is none": (
        let("c_p_t", {("PV", 1, 99): 0.5}), {"data-subscript"}, r"`c_p_t\[PV,1,99\]`",
    ),
}  # fmt: skip
IN_DATA_TEXT = ("lifetime", "f_min", "efficiency", "availability", "misspelt", "share")
"""What cases about one figure have in their names: their place is that figure."""


def model_of(case: str) -> models.Model:
    return models.catalogue[case.split(maxsplit=1)[0]]


def found(run: Energyscope, monkeypatch: pytest.MonkeyPatch) -> tuple[ModelError, Diagnostic]:
    monkeypatch.setattr("energyscope.backends.linopy_backend.solve", lambda *_, **__: pytest.fail("it was solved"))
    with pytest.raises(ModelError) as caught:
        run.calc()
    return caught.value, caught.value.diagnostics[0]


@pytest.mark.parametrize("backend", ROUTES)
@pytest.mark.parametrize("case", CASES)
def test_edited_in_python(case: str, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil, codes, message = CASES[case]
    run = Energyscope(model_of(case), backend=backend)
    spoil(run.data)
    error, diagnostic = found(run, monkeypatch)
    assert diagnostic.code in codes
    with pytest.raises(ModelError, match=message):
        raise error
    assert diagnostic.span is not None
    assert diagnostic.span.source.name.endswith(".mod")


@pytest.mark.parametrize("backend", ROUTES)
@pytest.mark.parametrize("case", CASES)
def test_written_in_a_file(case: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil, codes, message = CASES[case]
    model = model_of(case)
    data = Energyscope(model).data.copy()
    spoil(data)
    data.to_dat(tmp_path / "own.dat")
    assert model.build is not None
    own = LinopyModel(model.build, [model.files[0], ("dat", tmp_path / "own.dat")], check=model.check)
    error, diagnostic = found(Energyscope(own, backend=backend), monkeypatch)
    assert diagnostic.code in codes
    with pytest.raises(ModelError, match=message):
        raise error
    assert diagnostic.span is not None
    if any(word in case for word in IN_DATA_TEXT) and "endless" not in case:
        assert diagnostic.span.source.name.endswith("own.dat")


@pytest.mark.parametrize("backend", ROUTES)
@pytest.mark.parametrize("model", [models.toy, models.core_small], ids=lambda model: model.name)
@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (pd.DataFrame({"technology": ["PV"], "region": ["north"], "f_max": [3.0]}), "subscript-count", "2 given"),
        (pd.DataFrame({"a": ["PV"], "b": [3.0]}), "data-columns", "expected `index0`, `f_max`"),
        (pd.Series({"PV": float("nan")}), "missing-data", r"no value for `f_max\[PV\]`"),
        (pd.Series({"PVV": 3.0}), "data-subscript", "did you mean `PV`"),
        (pd.Series({"PV": "much"}), "data-not-number", "`much` is not a number"),
    ],
)
def test_data_for_one_run(
    model: models.Model, backend: str, value: Any, code: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("energyscope.backends.linopy_backend.solve", lambda *_, **__: pytest.fail("it was solved"))
    with pytest.raises(ModelError, match=message) as caught:
        Energyscope(model, backend=backend).calc({"f_max": value})
    assert caught.value.diagnostics[0].code == code
    assert caught.value.diagnostics[0].help is not None


@pytest.mark.parametrize(("model", "name"), [(models.toy, "tau"), (models.core_small, "total_time")])
def test_what_python_computes_cannot_be_given(model: models.Model, name: str) -> None:
    run = Energyscope(model, backend="linopy:native")
    run.data.let(name, run.data.to_frame(name))
    with pytest.raises(ModelError, match=f"`{name}` is given, and the formulation in Python computes it") as caught:
        run.calc()
    assert caught.value.diagnostics[0].code == "data-for-derived"
