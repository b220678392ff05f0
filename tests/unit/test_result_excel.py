"""Workbooks, read back by openpyxl, which knows nothing of how they were written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from energyscope import result_excel
from energyscope.result import ALL_KINDS, Result, Run
from energyscope.result_columns import flattened
from energyscope.tables import Tables
from solved_small import toy

SIXTEEN_DIGITS = 1e-15
"""XlsxWriter writes numbers with 16 digits; Excel itself shows 15."""


def of(**tables: pd.DataFrame) -> Result:
    return Result(variables=Tables(tables), runs=(Run(0, "optimal", 1.5, "cost", {"rows": 3, "passes": ["a", "b"]}),))


def sheets(result: Result, path: Path) -> dict[str, list[list[object]]]:
    result.to_excel(path)
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_every_table_is_there_with_all_values(tmp_path: Path) -> None:
    found = sheets(toy(), tmp_path / "a.xlsx")
    names = {(kind, name): sheet for sheet, kind, name, _, _ in found["contents"][1:]}
    for kind in ALL_KINDS:
        for name, table in getattr(toy(), kind).items():
            flat = flattened(table)[0]
            head, *rows = found[str(names[kind, name])]
            assert head == list(flat.columns)
            for place, column in enumerate(flat):
                read = pd.Series([row[place] for row in rows], dtype=flat[column].dtype)
                pd.testing.assert_series_equal(read, flat[column], check_names=False, rtol=SIXTEEN_DIGITS, atol=0)


def test_runs_have_a_sheet(tmp_path: Path) -> None:
    head, row = sheets(of(), tmp_path / "a.xlsx")["runs"]
    assert dict(zip(head, row, strict=True)) == {
        "run": 0,
        "status": "optimal",
        "objective": 1.5,
        "objective_name": "cost",
        "rows": 3,
        "passes": "a; b",
    }


def test_values_that_are_no_numbers(tmp_path: Path) -> None:
    texts = ["<&>", " spaced ", "bell\x07", "=1+1", "ünï"]
    table = pd.DataFrame({"x": [np.nan, np.inf, -np.inf, 0.1 + 0.2, 5e-300], "good": [True, False] * 2 + [True]}, texts)
    found = sheets(of(x=table.rename_axis("index")), tmp_path / "a.xlsx")["x"][1:]
    assert [row[0] for row in found] == [*texts[:2], "bell_x0007_", *texts[3:]]
    assert [row[1] for row in found] == [None, "inf", "-inf", pytest.approx(0.1 + 0.2, rel=SIXTEEN_DIGITS), 5e-300]
    assert [row[2] for row in found] == [True, False, True, False, True]


def test_a_long_table_goes_on_in_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_excel, "SHEET_ROWS", 3)
    found = sheets(of(x=pd.DataFrame({"x": np.arange(7.0)})), tmp_path / "a.xlsx")
    assert [name for name in found if name.startswith("x")] == ["x", "x variables", "x~2"]
    assert [row[0] for name in ("x", "x variables", "x~2") for row in found[name][1:]] == list(range(7))
    parts = [row[3:] for row in found["contents"][1:] if row[2] == "x"]
    assert parts == [[1, 3], [4, 3], [7, 1]]


def test_names_that_excel_does_not_take(tmp_path: Path) -> None:
    one = pd.DataFrame({"v": [1.0]})
    names = ["a" * 40, "a" * 41, "Use", "use", "x[1]", "contents", "empty"]
    found = sheets(of(**{name: one.head(0) if name == "empty" else one for name in names}), tmp_path / "a.xlsx")
    assert len(found) == len(names) + 2 and all(len(name) <= 31 for name in found)
    assert len({name.casefold() for name in found}) == len(found)
    assert "x_1_" in found and found["empty"] == [["v"]]
