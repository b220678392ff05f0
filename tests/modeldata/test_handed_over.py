"""What Python hands over: blanks, columns of other names, other numbers of subscripts are errors that say what fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from reading_cases import from_texts, members, values

from energyscope import Energyscope, models
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.overlays import laid_over

MODEL = """set TECH; set H; set L{TECH}; param f_max{TECH} default 0; param c{t in TECH, h in H};
param rate; param label{TECH} symbolic; param derived{t in TECH} := 2 * f_max[t];
"""
DATA = """set TECH := pv wind; set H := 1 2; set L[pv] := x; set L[wind] := ;
param f_max := pv 3 wind 4; param c := pv 1 5 wind 2 6; param rate := 0.015; param label := pv a wind b;
"""
NAN = float("nan")


@pytest.fixture
def data() -> ModelData:
    return from_texts(MODEL, DATA)


def said(caught: pytest.ExceptionInfo[ModelError]) -> Diagnostic:
    return caught.value.diagnostics[0]


BLANKS: list[tuple[str, object, str]] = [
    ("f_max", pd.Series({"pv": NAN, "wind": 2.0}), r"no value for `f_max\[pv\]`: blank"),
    ("f_max", pd.Series({"pv": 1.0, "wind": NAN, "gas": NAN}), r"no value for `f_max\[wind\]`, and for 1 more: blank"),
    ("f_max", pd.DataFrame({"t": ["pv", "wind"], "value": [1.0, NAN]}), r"no value for `f_max\[wind\]`"),
    ("f_max", pd.DataFrame({"f_max": pd.array([1, None], dtype="Int64")}, index=["pv", "wind"]), r"f_max\[wind\]"),
    ("f_max", {"pv": NAN}, r"no value for `f_max\[pv\]`"),
    ("f_max", {"pv": None}, r"no value for `f_max\[pv\]`"),
    ("f_max", {"pv": pd.NA}, r"no value for `f_max\[pv\]`"),
    ("c", pd.Series({("pv", 1): 1.0, ("pv", 2): np.float32(NAN)}), r"no value for `c\[pv,2\]`"),
    ("rate", NAN, "no value for `rate`"),
    ("rate", None, "no value for `rate`"),
    ("label", {"pv": None}, r"no value for `label\[pv\]`"),
    ("label", pd.Series({"pv": "a", "wind": None}), r"no value for `label\[wind\]`"),
]


class TestBlanks:
    @pytest.mark.parametrize(("name", "value", "message"), BLANKS)
    @pytest.mark.parametrize("way", ["let", "item", "frames", "calc"])
    def test_no_way_takes_them(self, data: ModelData, way: str, name: str, value: object, message: str) -> None:
        with pytest.raises(ModelError, match=message) as caught:
            if way == "let":
                data.let(name, value)
            elif way == "item":
                data[name] = value
            elif way == "calc":
                laid_over(data, {name: value})
            else:
                ModelData.from_frames(data.text, {name: value})
        assert said(caught).code == "missing-data"
        assert said(caught).help is not None
        assert (values(data, "f_max"), data.version) == ({"pv": 3, "wind": 4}, 0)

    def test_dropped_rows_keep_what_the_data_have(self, data: ModelData) -> None:
        data.let("f_max", pd.Series({"pv": NAN, "wind": 9.0}).dropna())
        assert values(data, "f_max") == {"pv": 3, "wind": 9}

    @pytest.mark.parametrize("blank", [NAN, None])
    def test_they_are_no_subscripts_and_no_members(self, data: ModelData, blank: object) -> None:
        for name, value in (("f_max", {blank: 1.0}), ("f_max", pd.Series([1.0], index=[blank])), ("TECH", [blank])):
            with pytest.raises(ModelError, match="is a number or a text, not") as caught:
                data.let(name, value)
            assert said(caught).code == "data-kind"
        with pytest.raises(ModelError, match="has blank cells"):
            data.let("L", pd.DataFrame({"TECH": ["pv", None], "L": ["x", "y"]}))

    def test_without_a_model(self) -> None:
        with pytest.raises(ModelError, match=r"no value for `cost\[a\]`"):
            ModelData.from_frames(None, {"cost": {"a": None}})


TABLES: list[tuple[str, pd.DataFrame]] = [
    ("f_max", pd.DataFrame({"a": ["pv"], "b": [2]})),
    ("f_max", pd.DataFrame({"f_max": [2.0], "Run": [0]}, index=["pv"])),
    ("f_max", pd.DataFrame({"cost": [2.0]}, index=["pv"])),
    ("f_max", pd.DataFrame({"pv": [2.0], "wind": [3.0]})),
    ("c", pd.DataFrame({"t": ["pv"], "h": [1], "b": [2]})),
    ("c", pd.DataFrame({1: [2.0], 2: [3.0]}, index=["pv"])),
    ("c", pd.DataFrame({"h": [1], "x": ["pv"], "c": [2.0]})),
    ("rate", pd.DataFrame({"x": [2.0]})),
    ("rate", pd.DataFrame()),
]


class TestColumns:
    @pytest.mark.parametrize(("name", "table"), TABLES)
    def test_others_are_named(self, data: ModelData, name: str, table: pd.DataFrame) -> None:
        with pytest.raises(ModelError) as caught:
            data.let(name, table)
        diagnostic = said(caught)
        assert diagnostic.code == "data-columns"
        assert all(f"`{column}`" in diagnostic.message + str(diagnostic.help) for column in data.to_frame(name))
        assert diagnostic.help is not None

    def test_the_message(self, data: ModelData) -> None:
        message = "a table for `c` has the columns `a`, `b`, expected `t`, `h`, `c` \\(or `value` for the last\\)"
        with pytest.raises(ModelError, match=message):
            data.let("c", pd.DataFrame({"a": [1, 2], "b": [2, 3]}))

    @pytest.mark.parametrize(
        "table",
        [
            pd.DataFrame({"t": ["pv"], "h": [1], "c": [9.0]}),
            pd.DataFrame({"technology": ["pv"], "hour": [1], "value": [9.0]}),
            pd.DataFrame({"c": [9.0], "h": [1], "t": ["pv"]}),
            pd.DataFrame({"h": [1], "t": ["pv"], "value": [9.0]}).set_index(["h", "t"]),
            pd.DataFrame({"h": [1], "t": ["pv"], "c": [9.0]}).set_index(["t", "h"]),
            pd.Series([9.0], index=pd.MultiIndex.from_tuples([("pv", 1)]), name="anything"),
            pd.Series([9.0], index=pd.MultiIndex.from_tuples([(1, "pv")], names=["h", "t"])),
        ],
    )
    def test_what_fits(self, data: ModelData, table: pd.DataFrame | pd.Series) -> None:
        data.let("c", table)
        assert values(data, "c") == {("pv", 1): 9, ("wind", 2): 6}

    def test_scalars(self, data: ModelData) -> None:
        for value in (pd.Series([0.5]), pd.DataFrame({"rate": [0.5]}), pd.DataFrame({"value": [0.5]}), np.float32(0.5)):
            data["rate"] = 0.1
            data["rate"] = value
            assert float(data["rate"]) == 0.5
        with pytest.raises(ModelError, match="`rate` takes no subscripts, 1 given in the index"):
            data["rate"] = pd.Series({"pv": 0.5})

    def test_without_a_model(self) -> None:
        tables = {
            "p": pd.DataFrame({"i": ["a"], "value": [2.0]}),
            "q": pd.DataFrame({"q": [2.0]}, index=["a"]),
            "r": pd.DataFrame({"r": [2.0]}),
        }
        made = ModelData.from_frames(None, tables)
        assert [values(made, name) for name in tables] == [{"a": 2}, {"a": 2}, {(): 2}]


class TestSubscripts:
    @pytest.mark.parametrize(
        ("name", "value", "message", "help"),
        [
            ("f_max", {("pv", 1): 2.0}, r"takes 1 subscript, 2 given: `f_max\[TECH\]`", "'pv'"),
            ("f_max", 2.0, r"takes 1 subscript, 0 given: `f_max\[TECH\]`", "'pv'"),
            ("c", {"pv": 2.0}, r"takes 2 subscripts, 1 given: `c\[TECH, H\]`", r"\('pv', 1\)"),
            ("c", pd.Series({"pv": 2.0}), r"takes 2 subscripts, 1 given in the index: `c\[TECH, H\]`", "`t`, `h`, `c`"),
            ("c", pd.DataFrame({"t": ["pv"], "c": [2.0]}), "1 given in a table with the columns `t`, `c`", r"'pv', 1"),
            ("rate", {"pv": 2.0}, "`rate` takes no subscripts, 1 given", "give one number"),
            ("L", {("pv", 1): ["x"]}, r"takes 1 subscript, 2 given: `L\[TECH\]`", "'pv'"),
        ],
    )
    def test_other_numbers(self, data: ModelData, name: str, value: object, message: str, help: str) -> None:
        with pytest.raises(ModelError, match=message) as caught:
            data.let(name, value)
        assert said(caught).code == "subscript-count"
        with pytest.raises(ModelError, match=help):
            raise caught.value

    def test_access(self, data: ModelData) -> None:
        with pytest.raises(ModelError, match=r"`c\[TECH, H\]`"):
            data["c"]["pv"]
        with pytest.raises(ModelError, match=r"`c\[TECH, H\]`"):
            data["c"]["pv"] = 3

    @pytest.mark.parametrize("key", [["pv"], slice("pv", "wind"), {"pv"}, object()])
    def test_what_is_no_key(self, data: ModelData, key: Any) -> None:
        with pytest.raises(ModelError, match="a member of a set is a number or a text"):
            data["f_max"][key] = 3


class TestKinds:
    @pytest.mark.parametrize("value", ["much", [1.0], pd.Timestamp(2050, 1, 1), 1j, {}])
    def test_values_that_are_no_numbers(self, data: ModelData, value: object) -> None:
        with pytest.raises(ModelError, match=r"is not a number, given for `f_max\[pv\]`") as caught:
            data.let("f_max", pd.Series([value], index=["pv"], dtype=object))
        assert said(caught).code == "data-not-number"

    @pytest.mark.parametrize("value", [np.array([1.0, 2.0]), [1.0], object(), len])
    def test_containers_that_are_none(self, data: ModelData, value: object) -> None:
        with pytest.raises(ModelError, match="`f_max` takes a number, a mapping or a table") as caught:
            data.let("f_max", value)
        assert said(caught).code == "data-kind"

    @pytest.mark.parametrize("name", [5, None, ("f_max",), [1]])
    def test_names_that_are_none(self, data: ModelData, name: Any) -> None:
        for call in (data.let, data.__getitem__, lambda name: data.let({name: 1} if name != [1] else name)):
            with pytest.raises(ModelError, match="an item is asked for by its name") as caught:
                call(name)
            assert said(caught).code == "data-kind"

    def test_arguments_of_from_frames_in_the_other_order(self, data: ModelData) -> None:
        with pytest.raises(ModelError, match=r"the model comes first: `ModelData.from_frames\(model, frames\)`"):
            ModelData.from_frames({"f_max": {"pv": 1}}, data.text)  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="a model is a Model, its text, or a list of files, not str"):
            ModelData.from_frames("toy", {})  # type: ignore[arg-type]

    @pytest.mark.parametrize(("value", "code"), [(np.zeros((2, 2)), "data-kind"), ({"a": 1}, "data-kind")])
    def test_members(self, data: ModelData, value: object, code: str) -> None:
        with pytest.raises(ModelError) as caught:
            data.let("TECH", value)
        assert said(caught).code == code

    def test_a_table_of_an_indexed_set_with_another_column(self, data: ModelData) -> None:
        with pytest.raises(ModelError, match="has 3 columns, expected 1 for the key and 1 for the members"):
            data.let("L", data.to_frame("L").assign(Run=0))


@pytest.mark.parametrize("model", [models.toy, models.core_small], ids=lambda model: model.name)
def test_every_table_of_a_model_is_taken_back(model: models.Model) -> None:
    data = Energyscope(model).data
    twin = data.copy()
    for name in (*data.sets, *data.parameters):
        twin.let(name, data.to_frame(name))
        pd.testing.assert_frame_equal(twin.to_frame(name), data.to_frame(name))
    bare = ModelData.from_frames(None, {name: data.to_frame(name) for name in data.parameters})
    assert all(values(bare, name) == dict(data[name].items()) for name in data.parameters)


def test_data_laid_over_have_keys_without_members(data: ModelData) -> None:
    other = data.copy()
    other.let("L", {"pv": [], "wind": ["y"]})
    both = laid_over(data, other)
    assert (both["L"]["pv"], both["L"]["wind"], members(both, "TECH")) == ([], ["y"], ["pv", "wind"])
