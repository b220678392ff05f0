"""Data of a hundred megabytes and of five million lines: read as columns, without a step for every cell."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData

ROW = " ".join(f"{12345 + column}.678" for column in range(100))
"""A hundred cells, one kilobyte."""


def read(model: str, path: Path) -> ModelData:
    return ModelData.from_text(read_model([("mod", Source("m.mod", model)), ("dat", Source.from_file(path))]))


def calls(model: str, path: Path) -> int:
    """Calls of Python functions while a model is read."""
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        read(model, path)
    finally:
        sys.setprofile(None)
    return count


def table(path: Path, rows: int) -> str:
    """Writes a table of so many kilobytes; gives the model that it fits."""
    columns = " ".join(map(str, range(100)))
    with path.open("w", encoding="ascii") as file:
        file.write(f"param d : {columns} :=\n")
        file.writelines(f"{row} {ROW}\n" for row in range(rows))
        file.write(";\n")
    return f"set I := 0..{rows - 1}; set J := 0..99; param d{{I,J}};"


def lines(path: Path, length: int) -> str:
    """Writes a list with one entry a line; gives the model that it fits."""
    keys = 1000
    with path.open("w", encoding="ascii") as file:
        file.write("param d :=\n")
        for key in range(keys):
            file.write("".join(f"{key} {row} {row % 97}.5\n" for row in range(length // keys)))
        file.write(";\n")
    return f"set I := 0..{keys - 1}; set J := 0..{length // keys - 1}; param d{{I,J}};"


@pytest.mark.parametrize("write", [lambda path: table(path, 3000), lambda path: lines(path, 300_000)])
def test_reading_takes_no_step_for_every_cell(tmp_path: Path, write: Callable[[Path], str]) -> None:
    path = tmp_path / "large.dat"
    # Both files have 300,000 values. Members are interned one by one, 3,100 and 1,300 of them at some five calls each,
    # and texts are cut in chunks; a call a value would be fifteen times as much.
    assert calls(write(path), path) < 300_000 / 5


@pytest.mark.slow
def test_a_hundred_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.dat"
    model = table(path, 100_000)
    assert path.stat().st_size > 100e6
    values = read(model, path).parameters["d"].values
    assert len(values) == 10_000_000
    # Every row has the same cells, (12345.678 + column) summed over 100 columns.
    assert values.sum() == pytest.approx(100_000 * (100 * 12345.678 + 4950), rel=1e-12)


@pytest.mark.slow
def test_five_million_lines(tmp_path: Path) -> None:
    path = tmp_path / "long.dat"
    model = lines(path, 5_000_000)
    values = read(model, path).parameters["d"].values
    assert len(values) == 5_000_000
    assert values.sum() == pytest.approx(1000 * sum(row % 97 + 0.5 for row in range(5000)), rel=1e-12)


@pytest.mark.slow
def test_a_mistake_in_the_last_of_half_a_million_lines_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "long.dat"
    model = lines(path, 500_000)
    text = path.read_text(encoding="ascii").rstrip(";\n")
    path.write_text(f"{text[: text.rindex(' ')]} no;\n", encoding="ascii")
    with pytest.raises(ModelError) as caught:
        read(model, path)
    (found,) = caught.value.diagnostics
    assert found.code == "data-not-number"
    assert found.span is not None
    assert found.span.line == 500_001
