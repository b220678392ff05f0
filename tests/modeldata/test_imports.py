"""Data as CSV folders, workbooks and NetCDF: what is written is read back, and what does not fit is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr

from energyscope import models
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import ModelText, read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.models import Model

MODEL = """set I; set E dimen 2; set K{I}; set F{I, I} dimen 2; param p{i in I, j in I} default 2; param q;
param s{I} symbolic;
param a_name_that_is_longer_than_the_name_of_any_sheet_can_be{I};
param a_name_that_is_longer_than_the_name_of_a_sheet{I};
var x{I} >= 0; minimize cost: sum {i in I} x[i]; s.t. c{i in I}: x[i] >= sum {j in I} p[i,j];
"""
DATA = """data; set I := 1 '1' "l'eau" "a, b" 'c "d"'; set E := (1,'1') ('1',1); set K[1] := 1 2 'x'; set K['1'] :=;
set F[1,1] := (a,b) (b,a); set F['1',1] := (1,2);
param p default 3 := 1 1 0.1 '1' "l'eau" 1e-12 "l'eau" 1 Infinity; param q := 0.30000000000000004;
param s := 1 'Infinity' '1' 12 "a, b" 'x "y"'; param a_name_that_is_longer_than_the_name_of_a_sheet := 1 -4;
param a_name_that_is_longer_than_the_name_of_any_sheet_can_be := 1 5;
"""
SHEET = 1e-15
"""Relative: a workbook has 16 digits of a number."""

Way = Callable[[ModelData, Path, ModelText], ModelData]


def by_csv(data: ModelData, folder: Path, text: ModelText) -> ModelData:
    data.to_csv(folder / "data")
    return ModelData.from_csv(folder / "data", text)


def by_excel(data: ModelData, folder: Path, text: ModelText) -> ModelData:
    data.to_excel(folder / "data.xlsx")
    return ModelData.from_excel(folder / "data.xlsx", text)


@pytest.mark.parametrize("way", [by_csv, by_excel])
def test_what_is_written_is_read(way: Way, tmp_path: Path) -> None:
    text = text_of(MODEL + DATA)
    data = ModelData.from_text(text)

    again = way(data, tmp_path, text)

    assert_same(again, data)


@pytest.mark.parametrize("way", [by_csv, by_excel])
def test_all_data_of_a_model(way: Way, tmp_path: Path) -> None:
    energyscope = Energyscope(models.core_small, backend="linopy:text")

    data = energyscope.data.copy()
    data.evaluator = None

    assert_same(way(data, tmp_path, energyscope.text), data)


def assert_same(again: ModelData, data: ModelData) -> None:
    assert set(again.sets) == set(data.sets)
    assert set(again.parameters) == set(data.parameters)
    for name in data.sets:
        ours, theirs = (frozenset(each.to_frame(name).itertuples(index=False, name=None)) for each in (again, data))
        assert ours == theirs
        assert len(again.sets[name].keys) == len(data.sets[name].keys)
    for name, parameter in data.parameters.items():
        expected = data.to_frame(name)
        found = again.to_frame(name)
        pd.testing.assert_frame_equal(found, expected, rtol=SHEET, atol=0.0)
        if parameter.values.dtype.kind == "f":
            assert again.parameters[name].default == parameter.default


def test_other_names_of_columns_and_their_order(tmp_path: Path) -> None:
    """Names as other tools write them; all names of the declaration tell the order."""
    write(tmp_path, I="VALUE\na\nb\n", p="j,i,value\na,b,7\n", q="VALUE\n3\n")

    data = ModelData.from_csv(tmp_path, text_of(MODEL))

    assert data["p"]["b", "a"] == 7
    assert data.to_frame("q")["q"].tolist() == [3]


MISTAKES = {
    "an unknown item": ({"prise": "i,prise\na,1\n"}, "prise.csv:1:1 data-unknown"),
    "a column too few": ({"p": "i,p\na,1\n"}, "p.csv:1:1 data-columns"),
    "a column of values without its name": ({"p": "i,j,k\na,b,1\n"}, "p.csv:1:1 data-columns"),
    "text for a number": ({"q": "q\nabc\n"}, "q.csv:2:1 data-not-number"),
    "a subscript twice": ({"p": "i,j,p\na,a,1\na,b,1\na,a,2\n"}, "p.csv:4:1 data-duplicate"),
    "a member twice": ({"K": "i,K\na,x\nb,x\na,x\n"}, "K.csv:4:3 duplicate-member"),
    "places of a member": ({"E": "E\na\n"}, "E.csv:1:1 data-columns"),
    "a blank": ({"p": "i,j,p\na,b,\n"}, "p.csv:2:5 data-row-length"),
    "a subscript outside": ({"p": "i,j,p\na,b,1\na,z,1\n"}, "p.csv:3:1 data-subscript"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_in_a_folder(name: str, tmp_path: Path) -> None:
    tables, expected = MISTAKES[name]
    write(tmp_path / "data", **{"I": "I\na\nb\n", **tables})
    (tmp_path / "m.mod").write_text(MODEL, encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        Energyscope(Model.from_paths([tmp_path / "m.mod", tmp_path / "data"])).translate()

    first = caught.value.diagnostics[0]
    assert f"{first.span} {first.code}" == f"{tmp_path / 'data'}/{expected}"


def test_mistakes_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, q="q\nabc\n", p="i,p\na,1\n", prise="prise\n1\n")

    with pytest.raises(ModelError) as caught:
        ModelData.from_csv(tmp_path, text_of(MODEL))

    assert sorted(each.code for each in caught.value.diagnostics) == ["data-columns", "data-not-number", "data-unknown"]


def test_a_mistake_in_a_sheet_has_its_name_and_row(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "p"  # type: ignore[union-attr]
    for row in (["i", "j", "p"], ["a", "b", 1], ["a", "a", "much"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)

    with pytest.raises(ModelError) as caught:
        ModelData.from_excel(path, text_of(MODEL))

    first = caught.value.diagnostics[0]
    assert first.code == "data-not-number"
    assert str(first.span).startswith(f"{path}[p]:3:")


@pytest.mark.parametrize(
    ("name", "content"), [("data.xlsx", b"no workbook"), ("data.nc", b"no NetCDF"), ("empty", None)]
)
def test_what_is_no_data(name: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    (tmp_path / "m.mod").write_text(MODEL, encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        _ = Energyscope(Model.from_paths([tmp_path / "m.mod", path])).data

    assert caught.value.diagnostics[0].code == "file"
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "nc"])
def test_data_beside_a_text_take_the_place_of_what_it_gives(kind: str, tmp_path: Path) -> None:
    text = text_of(MODEL + "data; set I := a b; param p := a a 5 b b 6;")
    data = ModelData.from_text(text)
    path = tmp_path / (kind if kind == "csv" else f"data.{kind}")
    {"csv": data.to_csv, "xlsx": data.to_excel, "nc": data.to_netcdf}[kind](path)
    (tmp_path / "m.mod").write_text(MODEL + "data; set I := c; param p := c c 9; param q := 8;", encoding="utf-8")

    energyscope = Energyscope(Model.from_paths([tmp_path / "m.mod", path]))

    assert energyscope.calc().objective == pytest.approx(5 + 2 + 2 + 6)
    assert energyscope.data.to_frame("q")["q"].tolist() == [8.0]


def test_data_for_a_formulation_in_python(tmp_path: Path) -> None:
    models_data = Energyscope(models.toy).data
    doubled = models_data.copy()
    name = next(name for name, each in doubled.parameters.items() if len(each.values) > 1)
    doubled.to_csv(tmp_path / "toy")

    again = Energyscope(models.toy + Model.from_paths([tmp_path / "toy"]))

    assert again.native
    assert np.allclose(np.sort(again.data.parameters[name].values), np.sort(doubled.parameters[name].values))
    assert again.calc().objective == pytest.approx(Energyscope(models.toy).calc().objective)


def text_of(text: str) -> ModelText:
    return read_model([("mod", Source("m.mod", text))])


def write(folder: Path, **tables: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(table, encoding="utf-8")


ARRAYS = """set S; set T; param p{S, T} default 7; param q; param s{S} symbolic; var x{S} >= 0;
minimize cost: sum {i in S} x[i]; s.t. c{i in S}: x[i] >= q * sum {t in T} p[i,t];
"""


@pytest.mark.parametrize("engine", ["h5netcdf", "scipy"])
def test_arrays_with_labels(engine: Literal["h5netcdf", "scipy"], tmp_path: Path) -> None:
    arrays = {"p": (("S", "T"), np.array([[1.0, 2.0], [np.nan, 4.0]])), "q": 2, "s": (("S",), ["u", "v"])}
    xr.Dataset(arrays, coords={"S": ["a", "b"], "T": [1, 2]}).to_netcdf(tmp_path / "d.nc", engine=engine)
    (tmp_path / "m.mod").write_text(ARRAYS, encoding="utf-8")

    energyscope = Energyscope(Model.from_paths([tmp_path / "m.mod", tmp_path / "d.nc"]))

    assert energyscope.calc().objective == pytest.approx(2 * (1 + 2 + 7 + 4))
    assert energyscope.data.to_frame("s")["s"].tolist() == ["u", "v"]
    assert ModelData.from_netcdf(tmp_path / "d.nc", text_of(ARRAYS)).to_frame("p")["p"].tolist() == [1, 2, 4]
    assert ModelData.from_netcdf(tmp_path / "d.nc").to_frame("T")["T"].tolist() == [1, 2]


def test_labels_do_not_replace_a_set_that_is_given(tmp_path: Path) -> None:
    xr.Dataset({"p": (("S", "T"), [[1.0]])}, coords={"S": ["a"], "T": [1]}).to_netcdf(
        tmp_path / "d.nc", engine="h5netcdf"
    )
    (tmp_path / "m.mod").write_text(ARRAYS + "data; set S := a b; param q := 1;", encoding="utf-8")

    energyscope = Energyscope(Model.from_paths([tmp_path / "m.mod", tmp_path / "d.nc"]))

    assert energyscope.calc().objective == pytest.approx(1 + 7)


@pytest.mark.parametrize(
    ("arrays", "labels", "code"),
    [
        ({"p": (("S", "T"), [[1.0]])}, {"S": ["a"]}, "data-kind"),
        ({"p": (("S",), [1.0])}, {"S": ["a"]}, "data-columns"),
        ({"p": (("S", "T"), [["u"]])}, {"S": ["a"], "T": [1]}, "data-not-number"),
        ({"s": (("S",), [1.0])}, {"S": ["a"]}, "data-not-number"),
        ({"q": 1.0, "r": (("S",), [1.0])}, {"S": ["a"]}, "data-unknown"),
        ({"s": (("S",), ["u", "v"])}, {"S": ["a", "a"]}, "duplicate-member"),
        ({"q": 1.0}, {"S": [np.nan]}, "data-kind"),
    ],
)
def test_arrays_that_do_not_fit(
    arrays: dict[str, object], labels: dict[str, list[object]], code: str, tmp_path: Path
) -> None:
    xr.Dataset(arrays, coords=labels).to_netcdf(tmp_path / "d.nc", engine="h5netcdf")
    (tmp_path / "m.mod").write_text(ARRAYS, encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        _ = Energyscope(Model.from_paths([tmp_path / "m.mod", tmp_path / "d.nc"])).data

    assert caught.value.diagnostics[0].code == code
    assert caught.value.diagnostics[0].help
