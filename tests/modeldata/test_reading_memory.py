"""Reading keeps columns, not an object for every cell."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData

MODEL = "set I; set J; param p{I,J};"
ROWS, COLUMNS = 2500, 100


@pytest.fixture(scope="module")
def table() -> str:
    """Some 2 MB of text, 250,000 cells."""
    numbers = np.round(np.random.default_rng(5).random((ROWS, COLUMNS)) * 1000, 3).tolist()
    head = "param p : " + " ".join(f"c{k}" for k in range(COLUMNS)) + " :=\n"
    return head + "\n".join(f"r{k} " + " ".join(map(repr, row)) for k, row in enumerate(numbers)) + ";\n"


def test_memory_kept_is_that_of_the_columns(table):
    files = [("mod", Source("case.mod", MODEL)), ("dat", Source("case.dat", table))]
    tracemalloc.start()
    try:
        before = tracemalloc.take_snapshot()
        data = ModelData.from_text(read_model(files))
        after = tracemalloc.take_snapshot()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    cells = ROWS * COLUMNS
    parameter = data.parameters["p"]
    columns = parameter.values.nbytes + sum(column.nbytes for column in parameter.index.columns)
    blocks = sum(each.count_diff for each in after.compare_to(before, "filename"))
    assert len(parameter.values) == cells
    assert blocks < cells / 10
    assert kept < 2.5 * columns
