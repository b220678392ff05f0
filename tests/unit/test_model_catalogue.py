"""Models as lists of files, and those that come with the package."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import linopy
import pytest

from energyscope import LinopyModel, ModelData, models
from energyscope.language.diagnostics import ModelError
from energyscope.models import Model


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    model, data = tmp_path / "plant.mod", tmp_path / "plant.dat"
    model.write_text(
        "set PLANTS;\nparam cost{PLANTS};\nvar x{PLANTS} >= 1;\nminimize z: sum {p in PLANTS} cost[p] * x[p];\n"
    )
    data.write_text("set PLANTS := gas wind;\nparam cost := gas 3 wind 1;\n")
    return model, data


@pytest.mark.parametrize("name", ["toy", "core", "core_small"])
def test_the_catalogue_reads(name: str) -> None:
    text = models.catalogue[name].read()
    assert text.objectives
    assert text.events


def test_extensions_say_how_files_are_read(files: tuple[Path, Path]) -> None:
    model = Model.from_paths(files)
    assert [mode for mode, _ in model.files] == ["mod", "dat"]
    assert model.name == "plant"
    assert list(model.read().sets) == ["PLANTS"]


def test_plus_reads_one_after_the_other(files: tuple[Path, Path], tmp_path: Path) -> None:
    extra = tmp_path / "limit.mod"
    extra.write_text("s.t. limit: sum {p in PLANTS} x[p] <= 9;\n")
    model = Model.from_paths(files, "plant") + Model([("mod", extra)], "limit")
    assert model.name == "plant + limit"
    assert list(model.read().constraints) == ["limit"]


def test_every_missing_file_is_named(tmp_path: Path, files: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError) as caught:
        Model.from_paths([tmp_path / "plan.mod", tmp_path / "other.dat"]).read()
    first, second = caught.value.diagnostics
    assert (first.code, first.help) == ("file", "did you mean `plant.mod`?")
    assert "other.dat" in second.message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        Model([("mod", tmp_path)]).read()


@pytest.mark.parametrize(
    ("name", "code"), [("model.run", "unsupported"), ("model.txt", "file"), ("model", "model-unknown")]
)
def test_other_extensions_are_refused(name: str, code: str) -> None:
    with pytest.raises(ModelError) as caught:
        Model.from_paths([name])
    assert caught.value.diagnostics[0].code == code


def test_another_kind_of_file_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="'mod' or 'dat'"):
        Model([("run", "model.run")])


def test_a_notebook_shows_the_files(files: tuple[Path, Path]) -> None:
    shown = Model.from_paths(files, "a < b")._repr_html_()
    assert "plant.dat" in shown
    assert "a &lt; b" in shown


def empty(data: ModelData) -> linopy.Model:
    return linopy.Model()


def test_names_are_said_once(files: tuple[Path, Path]) -> None:
    model, data = files
    assert Model.from_paths([model, data, data.with_name("year.dat")]).name == "plant + year"
    assert (models.toy + Model([("dat", "toy.dat")])).name == "toy"


def test_a_formulation_shows_its_function_by_name(files: tuple[Path, Path]) -> None:
    assert repr(models.toy).startswith("LinopyModel(_build_toy, [('mod', ")
    assert "0x" not in repr(models.toy)
    assert repr(LinopyModel(partial(empty), ModelData.from_frames(None, {"d": 1.0}))).startswith("LinopyModel(empty, ")


def test_data_files_need_declarations(files: tuple[Path, Path]) -> None:
    with pytest.raises(ModelError, match=r"data files are read by the declarations of a \.mod") as caught:
        LinopyModel(empty, [("dat", files[1])])
    assert "before it" in (caught.value.diagnostics[0].help or "")


def test_a_model_by_its_name_or_files(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("toy").mkdir()
    assert models.named(["toy"]) is models.toy
    assert models.named([str(each) for each in files]).name == "plant"
    with pytest.raises(ModelError) as caught:
        models.named(["cor"])
    assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].help) == (
        "model-unknown",
        "did you mean `core`?",
    )
