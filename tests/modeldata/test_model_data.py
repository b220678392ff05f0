"""ModelData: access by name, edits, tables, and files that give the same data again."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import from_texts, members, values

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.items import Parameter
from energyscope.modeldata.model_data import ModelData

MODEL = """set TECH; set H; set E dimen 2; set K{TECH} default {}; set D := {1};
param f_max{TECH} default 0; param c{t in TECH, h in H, H}; param rate; param name symbolic; param label{TECH} symbolic;
param doubled{t in TECH} := 2 * f_max[t]; param fixed = 3; var x;
"""
DATA = """set TECH := pv 'wind on' 1 '1'; set H := 1 2; set E := (a,1) (b,'1'); set K[pv] := x y; set K['1'] := ;
param f_max default 7 := pv 3.25 'wind on' Infinity 1 1e-12 '1' -0.1;
param c := pv 1 2 5; param rate := 0.015; param name := 'n m'; param label default none := pv 1 1 '1';
"""


@pytest.fixture
def data() -> ModelData:
    return from_texts(MODEL, DATA)


class TestAccess:
    def test_values(self, data):
        assert data["f_max"]["pv"] == 3.25
        assert data["f_max"]["wind on"] == math.inf
        assert (data["f_max"][1], data["f_max"]["1"]) == (1e-12, -0.1)
        assert data["c"]["pv", 1, 2] == 5
        assert float(data["rate"]) == 0.015
        assert data["name"][()] == "n m"
        assert (data["label"]["pv"], data["label"][1]) == (1, "1")

    def test_members(self, data):
        assert members(data, "TECH") == ["pv", "wind on", 1, "1"]
        assert (members(data, "E"), len(data["E"])) == ([("a", 1), ("b", "1")], 2)
        assert (data["K"]["pv"], data["K"]["1"]) == (["x", "y"], [])
        assert "pv" in data["TECH"]

    def test_names(self, data):
        assert set(data) == {"TECH", "H", "E", "K", "D", "f_max", "c", "rate", "name", "label", "doubled", "fixed"}
        assert "f_max" in data
        assert "x" not in data

    @pytest.mark.parametrize(
        ("look", "code"),
        [
            (lambda data: data["f_mx"], "data-unknown"),
            (lambda data: data["x"], "data-unknown"),
            (lambda data: data["f_max"]["pv", 1], "subscript-count"),
            (lambda data: data["f_max"]["nuclear"], "missing-data"),
            (lambda data: data["K"]["nuclear"], "missing-data"),
            (lambda data: data["doubled"]["pv"], "missing-data"),
            (lambda data: data.to_frame("doubled"), "missing-data"),
            (lambda data: data.to_frame("x"), "data-unknown"),
        ],
    )
    def test_what_is_not_there(self, data, look, code):
        with pytest.raises(ModelError) as caught:
            look(data)
        assert caught.value.diagnostics[0].code == code

    def test_did_you_mean(self, data):
        with pytest.raises(ModelError, match="did you mean `f_max`"):
            data["f_mxa"]


class TestEdits:
    def test_one_value(self, data):
        data["f_max"]["pv"] = 30
        data["c"]["pv", 2, 2] = 6
        data["rate"] = 0.1
        assert data["f_max"]["pv"] == 30
        assert values(data, "c") == {("pv", 1, 2): 5, ("pv", 2, 2): 6}
        assert data["rate"][()] == 0.1
        assert data.version == 3

    def test_several_items_at_once(self, data):
        data.let(
            {"f_max": {"pv": 1, "gas": 2}, "label": {"pv": "new"}, "name": "n", "E": [("z", 1)], "K": {"gas": ["q"]}}
        )
        assert values(data, "f_max") == {"pv": 1, "wind on": math.inf, 1: 1e-12, "1": -0.1, "gas": 2}
        assert (data["label"]["pv"], data["name"][()]) == ("new", "n")
        assert members(data, "E") == [("z", 1)]
        assert (data["K"]["gas"], data["K"]["pv"]) == (["q"], ["x", "y"])
        assert data.version == 1

    def test_with_a_key(self, data):
        data.let("f_max", 5, key="pv")
        data.let("K", ["n"], key="pv")
        assert (data["f_max"]["pv"], data["K"]["pv"]) == (5, ["n"])

    def test_tables(self, data):
        data.let("f_max", pd.Series([8.0, 9.0], index=["pv", "oil"]))
        data.let("c", pd.DataFrame({"t": ["pv"], "h": [1], "g": [2], "value": [50]}))
        assert (data["f_max"]["pv"], data["f_max"]["oil"], data["c"]["pv", 1, 2]) == (8, 9, 50)

    def test_infinity_stays_infinity(self, data):
        data["f_max"]["pv"] = math.inf
        assert data.parameters["f_max"].values[0] == math.inf

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            ("f_mx", 1, "data-unknown"), ("x", 1, "data-unknown"), ("fixed", 4, "data-for-defined"),
            ("f_max", 1, "subscript-count"), ("f_max", {("pv", 1): 1}, "subscript-count"),
            ("rate", {"pv": 1}, "subscript-count"), ("f_max", {"pv": "much"}, "data-not-number"),
            ("E", ["a"], "set-dimension"), ("E", [("a", 1), ("a", 1)], "duplicate-member"),
            ("K", ["a"], "subscript-count"), ("TECH", "pv", "data-kind"), ("f_max", [1, 2], "data-kind"),
        ],
    )  # fmt: skip
    def test_wrong_edits_change_nothing(self, data, name, value, code):
        with pytest.raises(ModelError) as caught:
            data.let({"rate": 0.9, name: value})
        assert caught.value.diagnostics[0].code == code
        assert (data["rate"][()], data.version) == (0.015, 0)

    def test_a_copy_is_edited_apart(self, data):
        twin = data.copy()
        twin["f_max"]["pv"] = 99
        assert data["f_max"]["pv"] == 3.25
        assert twin.parameters["c"] is data.parameters["c"]

    def test_places_in_the_text_survive_edits_elsewhere(self, data):
        data["f_max"]["pv"] = 30
        data["f_max"]["gas"] = 1
        origin = data.parameters["f_max"].origin
        assert origin.value_span(0) is None
        assert origin.value_span(1).text == "Infinity"
        assert origin.value_span(4) is None


class Doubling:
    """An evaluator that knows one derived parameter."""

    def __init__(self, data: ModelData) -> None:
        self.data, self.version = data, data.version

    def set_table(self, name):
        return self.data.sets[name]

    def parameter_table(self, name):
        if name != "doubled":
            return self.data.parameters[name]
        given = self.data.parameters["f_max"]
        return Parameter(name, given.index, 2 * given.values)

    def renewed(self, data):
        return Doubling(data)


class TestDerivedValues:
    def test_they_follow_edits_and_copies(self, data):
        data.evaluator = Doubling(data)
        assert data["doubled"]["pv"] == 6.5
        data["f_max"]["pv"] = 4
        assert data["doubled"]["pv"] == 8
        twin = data.copy()
        twin["f_max"]["pv"] = 5
        assert (twin["doubled"]["pv"], data["doubled"]["pv"]) == (10, 8)

    def test_a_copy_made_before_any_edit_asks_its_own_data(self, data):
        data.evaluator = Doubling(data)
        twin = data.copy()
        assert twin["doubled"]["pv"] == 6.5
        data["f_max"]["pv"] = 4
        assert twin["doubled"]["pv"] == 6.5


class TestTables:
    def test_frames_have_the_names_of_the_declaration(self, data):
        assert list(data.to_frame("f_max")) == ["index0", "f_max"]
        assert list(data.to_frame("c")) == ["t", "h", "index2", "c"]
        assert list(data.to_frame("E")) == ["E_0", "E_1"]
        assert list(data.to_frame("K")) == ["index0", "K"]
        assert data.to_frame("rate")["rate"].tolist() == [0.015]
        assert data.to_frame("f_max")["index0"].tolist() == ["pv", "wind on", 1, "1"]

    def test_frames_of_one_kind_have_its_dtype(self, data):
        frame = data.to_frame("c")
        assert [frame[name].dtype.kind for name in ("h", "index2", "c")] == ["i", "i", "f"]
        assert pd.api.types.is_string_dtype(frame["t"])

    def test_arrays_are_dense_over_the_index_sets(self, data):
        array = data.to_xarray("c")
        assert array.dims == ("TECH", "H", "c_index2")
        assert array.sel(TECH="pv", H=1).values.tolist() == [5]
        assert np.isnan(array.sel(TECH="wind on", H=1).item())
        assert data.to_xarray("label").sel(TECH="wind on").item() == "none"
        assert data.to_xarray("rate").item() == 0.015
        assert data.to_xarray("E").values.tolist() == [["a", 1], ["b", "1"]]

    def test_all_parameters_share_the_dimensions_of_their_sets(self, data):
        dataset = data.to_xarray()
        assert isinstance(dataset, xr.Dataset)
        assert dict(dataset.sizes) == {"TECH": 4, "H": 2, "c_index2": 1}
        assert dataset["f_max"].sel(TECH="pv").item() == 3.25

    def test_a_sparse_table_is_not_made_dense(self):
        data = from_texts("param p{1..3,1..3};", "param p := " + " ".join(f"{k} {-k} 1" for k in range(20_000)) + ";")
        with pytest.raises(ModelError, match="20000 x 20000"):
            data.to_xarray("p")


def same(left: ModelData, right: ModelData) -> bool:
    """Do both give the same members and values in the same order?"""
    if (list(left.sets), list(left.parameters)) != (list(right.sets), list(right.parameters)):
        return False
    defaults = [_default(data, name) for data in (left, right) for name in left.parameters]
    frames = all(left.to_frame(name).equals(right.to_frame(name)) for name in (*left.sets, *left.parameters))
    return frames and defaults[: len(left.parameters)] == defaults[len(left.parameters) :]


def _default(data: ModelData, name: str) -> object:
    parameter = data.parameters[name]
    if parameter.default is None or parameter.values.dtype.kind == "f":
        return parameter.default
    return data.symbols.member(int(parameter.default))


class TestRoundTrips:
    def test_data_text(self, data, tmp_path):
        path = tmp_path / "out.dat"
        text = data.to_dat(path)
        assert path.read_text(encoding="utf-8") == text
        assert [each.name for each in tmp_path.iterdir()] == ["out.dat"]
        assert same(data, from_texts(MODEL, text))
        assert "Infinity" in text
        assert "1e+15" not in text

    def test_a_failed_write_leaves_nothing(self, data, tmp_path):
        (tmp_path / "out.dat").mkdir()
        with pytest.raises(OSError):
            data.to_dat(tmp_path / "out.dat")
        assert [each.name for each in tmp_path.iterdir()] == ["out.dat"]

    def test_control_characters_are_refused(self, data):
        data.let("name", "a\nb")
        with pytest.raises(ModelError) as caught:
            data.to_dat()
        assert caught.value.diagnostics[0].code == "export"

    def test_netcdf(self, data, tmp_path):
        data.to_netcdf(tmp_path / "out.nc")
        bare = ModelData.from_netcdf(tmp_path / "out.nc")
        model = read_model([("mod", Source("case.mod", MODEL))])
        assert same(data, ModelData.from_netcdf(tmp_path / "out.nc", model))
        assert members(bare, "TECH") == ["pv", "wind on", 1, "1"]
        assert values(bare, "f_max") == values(data, "f_max")
        assert [each.name for each in tmp_path.iterdir()] == ["out.nc"]

    def test_netcdf_of_another_kind(self, tmp_path):
        xr.Dataset({"a": ("x", [1])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
        with pytest.raises(ModelError, match="was not written by"):
            ModelData.from_netcdf(tmp_path / "other.nc")

    def test_frames(self, data):
        frames = {name: data.to_frame(name) for name in (*data.sets, *data.parameters)}
        made = ModelData.from_frames(read_model([("mod", Source("case.mod", MODEL))]), frames)
        assert values(made, "f_max") == values(data, "f_max")
        assert members(made, "TECH") == members(data, "TECH")
        assert made["K"]["pv"] == ["x", "y"]

    def test_files(self, data, tmp_path):
        (tmp_path / "a.mod").write_text(MODEL)
        (tmp_path / "a.dat").write_text(DATA)
        assert same(data, ModelData.from_files([("mod", tmp_path / "a.mod"), ("dat", tmp_path / "a.dat")]))


class TestFromFrames:
    def test_without_a_model(self):
        made = ModelData.from_frames(
            None,
            {
                "S": ["a", "b"], "E": [("a", 1), ("b", 2)], "N": range(3), "T": {"a": ["x"], "b": []}, "rate": 0.5,
                "who": "me", "cost": {"a": 3, "b": 4}, "pair": pd.Series({("a", 1): 2.5}), "empty": [],
                "table": pd.DataFrame({"i": ["a"], "j": [2], "table": [7]}),
                "set2": pd.DataFrame({"i": ["a"], "j": [2]}),
            },
        )  # fmt: skip
        assert list(made.sets) == ["S", "E", "N", "T", "empty", "set2"]
        assert members(made, "E") == [("a", 1), ("b", 2)]
        assert made["T"]["a"] == ["x"]
        assert (float(made["rate"]), made["who"][()], made["cost"]["b"], made["pair"]["a", 1]) == (0.5, "me", 4, 2.5)
        assert (made["table"]["a", 2], members(made, "set2")) == (7, [("a", 2)])

    def test_values_take_the_place_of_those_of_the_files(self, tmp_path):
        (tmp_path / "a.mod").write_text("set S; param p{S}; data; set S := a b; param p := a 1 b 2;")
        made = ModelData.from_frames([("mod", tmp_path / "a.mod")], {"p": {"a": 9}})
        assert (values(made, "p"), members(made, "S")) == ({"a": 9}, ["a", "b"])

    def test_a_subscript_twice(self):
        with pytest.raises(ModelError) as caught:
            ModelData.from_frames(None, {"p": pd.Series([1, 2], index=["a", "a"])})
        assert caught.value.diagnostics[0].code == "data-duplicate"


MEMBERS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=5),
    st.floats(allow_nan=False),
    st.sampled_from(["1", ".", "+", "-", "*", "Infinity", "1e5", "it's", '"', "\\", "(a,b)", "a;b", "#x", "/*", "01"]),
)
NUMBERS = st.floats(allow_nan=False)


@given(
    st.lists(st.tuples(MEMBERS, MEMBERS), max_size=8, unique_by=lambda pair: tuple((type(m), m) for m in pair)),
    st.lists(NUMBERS, min_size=8, max_size=8),
    st.one_of(st.none(), NUMBERS),
)
def test_any_members_and_numbers_survive_the_text(pairs, numbers, default):
    model = "set E dimen 2; param p{E}; param s{E} symbolic;"
    text = read_model([("mod", Source("case.mod", model))])
    frames = {
        "E": pairs,
        "p": dict(zip(pairs, numbers, strict=False)),
        "s": {pair: pair[0] for pair in pairs},
    }
    made = ModelData.from_frames(text, frames)
    given = made.parameters["p"]
    made.parameters["p"] = Parameter("p", given.index, given.values, default)
    assert same(made, from_texts(model, made.to_dat()))
